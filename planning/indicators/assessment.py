"""Assess the units of a county on the seven resources, and how evenly each is spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import FloatArray
from planning.indicators.units import STATE_NAMES, VERDICT_NAMES, CodeArray, rates, states, unit_verdicts
from planning.indicators.variation import coefficient_of_variation, composite, least_variation
from planning.standards import Profile

STAGES = ("primary", "junior")


@dataclass(frozen=True)
class Assessment:
    """The assessed units of a county.

    Parameters
    ----------
    units : DataFrame
        ``name, stage, pupils`` of the counted units, n of them.
    names : tuple of str
        The resources, A1…A7.
    amounts, values, thresholds : ndarray (n, 7)
        Amounts, unrounded rates, standards.
    code : ndarray (n, 7)
        State of every resource (:mod:`planning.indicators.units`).
    verdict : ndarray (n,)
        Verdict of every unit.
    means, cv : ndarray (2, 7)
        County means (per pupil or per 100 pupils) and coefficients of variation by stage; NaN where a stage has no units.
    least : ndarray (2, 7)
        Coefficients that remain whatever the missing amounts may be; the coefficients themselves where none is missing.
    composites : ndarray (2,)
        Composite coefficients.
    limits : ndarray (2,)
        Limits of the coefficients.
    counts : tuple of int
        Units by stage.
    """

    units: pd.DataFrame
    names: tuple[str, ...]
    amounts: FloatArray
    values: FloatArray
    thresholds: FloatArray
    code: CodeArray
    verdict: CodeArray
    means: FloatArray
    cv: FloatArray
    least: FloatArray
    composites: FloatArray
    limits: FloatArray
    counts: tuple[int, ...]


def assess(units: pd.DataFrame, profile: Profile) -> Assessment:
    """Assess the counted units.

    Units that do not count — special schools, teaching points under 50 pupils — change no figure (S:93–S:139).

    Parameters
    ----------
    units : DataFrame
        ``stage, pupils, counted`` and one column per resource of the profile with the amount, NaN where not supplied.
    """
    counted = units["counted"].to_numpy(dtype=bool)
    parts = {name: units[name].array[counted] for name in ("name", "stage", "pupils")}
    table = pd.DataFrame(parts, index=units.index[counted])
    names = tuple(profile.resources)
    per = np.array([r.per for r in profile.resources.values()], dtype=float)
    by_stage = np.array([[r.threshold(s) for r in profile.resources.values()] for s in STAGES])
    junior = (table["stage"].to_numpy(dtype=object) == "junior").astype(np.int64)
    amounts = np.column_stack([units[name].to_numpy(dtype=float)[counted] for name in names])
    pupils = table["pupils"].to_numpy(dtype=float)
    values = rates(amounts, pupils, per)
    code = states(values, by_stage[junior], profile.unit_verdict.floor)
    # rows: stages; a unit weighs nothing in the other stage, and nowhere where its amount is missing
    pupils_of = np.where(junior == np.arange(2)[:, None], pupils, 0.0)[:, None, :]
    weight = pupils_of * ~np.isnan(amounts.T)
    held = np.broadcast_to(np.nan_to_num(amounts.T), weight.shape)
    cv = coefficient_of_variation(held, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(weight > 0, held, 0.0).sum(axis=-1) * per / weight.sum(axis=-1)
    return Assessment(
        table,
        names,
        amounts,
        values,
        by_stage[junior],
        code,
        unit_verdicts(code, profile.unit_verdict.met),
        means,
        cv,
        least_variation(np.where(pupils_of > 0, amounts.T, 0.0), pupils_of),
        composite(cv),
        np.array([profile.cv_limit[s] for s in STAGES]),
        (int((junior == 0).sum()), int((junior == 1).sum())),
    )


def unit_table(assessment: Assessment, units: pd.DataFrame) -> pd.DataFrame:
    """Return every unit with its seven rates, their states, how many are met, and its verdict.

    Returns
    -------
    DataFrame
        ``unit, school, name, stage, kind, locale, ownership, pupils, classes, counted, why_not``; ``A1 … A7`` unrounded;
        ``A1_state …`` with ``met``, ``floor`` (at least 85 % of the standard), ``below`` or ``missing``; ``met``; ``verdict``
        (``not_counted`` for units that are not assessed).
    """
    about = [
        "school",
        "name",
        "stage",
        "kind",
        "locale",
        "ownership",
        "pupils",
        "classes",
        "counted",
        "why_not",
    ]
    at = np.flatnonzero(units["counted"].to_numpy(dtype=bool))
    n = len(units)
    columns: dict[str, object] = {"unit": units.index.array, **{c: units[c].array for c in about}}
    words = np.array([STATE_NAMES[k] for k in sorted(STATE_NAMES)], dtype=object)
    for i, name in enumerate(assessment.names):
        value = np.full(n, np.nan)
        value[at] = assessment.values[:, i]
        state = np.full(n, "", dtype=object)
        state[at] = words[assessment.code[:, i].astype(int) + 1]
        columns[name], columns[f"{name}_state"] = value, state
    met = np.zeros(n, dtype=np.int64)
    met[at] = (assessment.code == max(STATE_NAMES)).sum(axis=1)
    verdict = np.full(n, "not_counted", dtype=object)
    verdict[at] = [VERDICT_NAMES[int(v)] for v in assessment.verdict]
    return pd.DataFrame({**columns, "met": met, "verdict": verdict})


def variation_table(assessment: Assessment) -> pd.DataFrame:
    """Return mean, coefficient of variation and limit by stage and resource, and the composite of every stage.

    Returns
    -------
    DataFrame
        ``stage, indicator, units, mean, cv, limit, within``; ``indicator`` is ``A1 … A7`` or ``composite``; ``within`` is missing where
        the stage has no units, or none whose amount is known.
    """
    rows: list[tuple[object, ...]] = []
    for s, stage in enumerate(STAGES):
        n, limit = assessment.counts[s], float(assessment.limits[s])
        pairs = [*zip(assessment.names, assessment.means[s], assessment.cv[s], strict=True)]
        pairs.append(("composite", np.nan, assessment.composites[s]))
        rows += [
            (stage, name, n, float(m), float(c), limit, None if np.isnan(c) else bool(c <= limit))
            for name, m, c in pairs
        ]
    return pd.DataFrame(rows, columns=["stage", "indicator", "units", "mean", "cv", "limit", "within"])
