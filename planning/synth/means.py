"""Give schools their seven resources, with the spreads of a county before reform."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.arrays import FloatArray
from planning.district.schema import RESOURCE_COLUMNS

# standard, and coefficient of variation, by stage and resource (教督〔2017〕6号; the variation is that of a published
# county, 2022: primary .677 .674 .618 .519 .597 .167 .759; junior .542 1.055 .507 .587 .686 .254 .496)
STANDARD = {
    "primary": (4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3),
    "junior": (5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4),
}
PER = (100.0, 100.0, 100.0, 1.0, 1.0, 1.0, 100.0)
SPREAD = {
    "primary": (0.677, 0.674, 0.618, 0.519, 0.597, 0.167, 0.759),
    "junior": (0.542, 1.055, 0.507, 0.587, 0.686, 0.254, 0.496),
}
FLOOR = 0.80  # the poorest unit, as a share of the standard
PASS_SHARE = 0.52  # share of units that meet the standard today
COUNTED_PUPILS = 50  # smaller teaching points are not judged


def resources(
    units: pd.DataFrame, schools: pd.DataFrame, classes: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the resources table: rural schools rich per pupil, crowded urban ones poor."""
    enrolled = classes.groupby("unit")["pupils"].sum()
    kind = schools.set_index("school")["kind"]
    rows = []
    for stage in ("primary", "junior"):
        part = units[units["stage"] == stage]
        pupils = part["unit"].map(enrolled).fillna(0).to_numpy(dtype=float)
        for unit, row in zip(part.itertuples(), _amounts(pupils, stage, rng), strict=True):
            rows.append([unit.school, stage, *row])
    names = [c.name for c in RESOURCE_COLUMNS]
    table = pd.DataFrame(rows, columns=["school", "stage", *names])
    return _shared(table, kind, names)


def _amounts(pupils: FloatArray, stage: str, rng: np.random.Generator) -> FloatArray:
    """Return amounts (n_units, 7): the published variation of each, at the level where half of the units pass."""
    n = len(pupils)
    rank = np.argsort(np.argsort(-pupils)) / max(1, n - 1)  # 0: the largest school
    common = 1.9 * (rank - 0.5) + 0.55 * rng.normal(0, 1, n)
    scores = common[:, None] + 0.35 * rng.normal(0, 1, (n, 7))
    low, high = 0.7, 4.0
    for _ in range(24):
        level = (low + high) / 2
        rates = np.column_stack([_spread(scores[:, k], pupils, level, SPREAD[stage][k]) for k in range(7)])
        low, high = (level, high) if _passing(rates, pupils) < PASS_SHARE else (low, level)
    amounts = rates * np.array(STANDARD[stage]) * pupils[:, None] / np.array(PER)
    return np.asarray(np.round(amounts))


def _spread(score: FloatArray, pupils: FloatArray, level: float, spread: float) -> FloatArray:
    """Return rates as shares of the standard whose pupil-weighted variation is ``spread``."""
    low, high = 0.0, 4.0
    for _ in range(30):
        tilt = (low + high) / 2
        rate = np.maximum(FLOOR, level * np.exp((score - np.median(score)) * tilt))
        low, high = (tilt, high) if _variation(rate, pupils) < spread else (low, tilt)
    return np.asarray(rate)


def _passing(rates: FloatArray, pupils: FloatArray) -> float:
    """Return the share of units with at least six of seven rates at the standard and the other near it (S:139)."""
    met = (rates >= 1.0).sum(axis=1)
    passed = (met == 7) | ((met == 6) & (rates.min(axis=1) >= 0.85))
    return float(passed[pupils >= COUNTED_PUPILS].mean())


def _variation(rate: FloatArray, pupils: FloatArray) -> float:
    share = pupils / pupils.sum()
    mean = float((share * rate).sum())
    return float(np.sqrt((share * (rate - mean) ** 2).sum()) / mean)


def _shared(table: pd.DataFrame, kind: pd.Series, names: list[str]) -> pd.DataFrame:
    """Move the facilities of integrated schools to a row of their own; teachers stay with their stage."""
    facilities = names[3:]
    integrated = table["school"].map(kind) == "nine_year"
    shared = table[integrated].groupby("school", as_index=False)[facilities].sum()
    table.loc[integrated, facilities] = np.nan
    both = pd.concat([table, shared.assign(stage="shared")], ignore_index=True)
    return both.sort_values(["school", "stage"], ignore_index=True)[["school", "stage", *names]]
