"""Work out the figures that the verifier works out again (:data:`planning.standards.RECOUNTED`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.arrays import BoolArray, FloatArray
from planning.indicators.bands import BANDS
from planning.indicators.case import Case
from planning.indicators.guarantee import oversized_schools, within_radius
from planning.indicators.nearby import nearby_by_locale, nearby_by_stage

COLUMNS = ("figure", "of", "value")


def recount(case: Case) -> pd.DataFrame:
    """Return ``figure, of, value`` of every unit, school, group and stage of a layout in one year.

    Figures that are not known (homes or ways of a register) are left out.
    """
    rows = [*_of_units(case), *_of_schools(case), *_of_groups(case), *_of_walks(case)]
    figure, of, value = zip(*rows, strict=True) if rows else ((), (), ())
    values = np.array(value, dtype=np.float64)
    known = ~np.isnan(values)
    names, whose = (pd.Series(np.array(part, dtype=object)[known], dtype="str") for part in (figure, of))
    return pd.DataFrame(dict(zip(COLUMNS, (names, whose, values[known]), strict=True)))


def _of_units(case: Case) -> Iterable[tuple[str, str, float]]:
    units, classes = case.arrays, case.classes
    n, bands = len(case.figures.units), len(BANDS)
    in_band = np.bincount(classes.unit * bands + classes.band, minlength=n * bands).reshape(n, -1)
    seats = case.figures.units["rooms"].to_numpy(dtype=np.float64) * _caps(case)
    load = np.divide(units.pupils, seats, out=np.full(n, np.nan), where=seats > 0)
    found: dict[str, npt.NDArray[Any]] = {"pupils": units.pupils, "load": load, "seats_short": _short(case)}
    if not case.profile.in_seats:
        found = {
            "pupils": units.pupils,
            "classes": units.classes,
            "load": load,
            **{name: in_band[:, i] for i, name in enumerate(BANDS)},
            "over_cap": np.bincount(classes.unit[classes.over], minlength=n),
            "unseated": np.bincount(classes.unit, weights=classes.pupils * ~classes.seated, minlength=n),
            "seats_short": found["seats_short"],
        }
    asked = np.flatnonzero(units.ordinary & _enrolled(case))
    ids = [str(unit) for unit in case.figures.units.index.to_numpy(dtype=object)[asked]]
    for name, values in found.items():
        yield from zip([name] * len(ids), ids, values[asked].astype(np.float64).tolist(), strict=True)


def _enrolled(case: Case) -> BoolArray:
    found = np.zeros(len(case.figures.units), dtype=bool)
    found[case.arrays.at[case.arrays.at >= 0]] = True
    return found


def _caps(case: Case) -> FloatArray:
    """Return the standard pupils in a class of every unit, by its stage."""
    caps = np.full(len(case.figures.units), np.nan)
    for stage, cap in case.profile.class_cap.items():
        caps[case.arrays.stage[stage]] = cap
    return caps


def _short(case: Case) -> FloatArray:
    """Return the pupils above the seats (classes × standard cap) of every unit, grade by grade."""
    units, known = case.arrays, case.arrays.at >= 0
    at = units.at[known]
    short = np.maximum(units.enrolled[known] - units.taught[known] * _caps(case)[at], 0.0)
    return np.bincount(at, weights=short, minlength=len(case.figures.units)).astype(np.float64)


def _of_schools(case: Case) -> Iterable[tuple[str, str, float]]:
    units = case.arrays
    over = {school.school: school.pupils - school.limit for school in oversized_schools(case)}
    for k in np.unique(units.school[units.ordinary & _enrolled(case)]):
        name = str(units.schools[k])
        yield "oversize", name, float(over.get(name, 0.0))


def _of_groups(case: Case) -> Iterable[tuple[str, str, float]]:
    for name, grades in (("nearby_stock", None), ("nearby_intake", case.figures.grades.entries)):
        for group, value in (*nearby_by_stage(case, grades=grades).items(), *nearby_by_locale(case, grades=grades).items()):  # fmt: skip
            if value is not None:
                yield name, group, value


def _of_walks(case: Case) -> Iterable[tuple[str, str, float]]:
    table = case.figures.assignment
    if not len(table):
        return
    way, pupils = (table[c].to_numpy(dtype=np.float64) for c in ("distance_m", "pupils"))
    stages, known = table["stage"].to_numpy(dtype=object), ~np.isnan(way)
    for stage in sorted(set(stages[known])):
        mine = known & (stages == stage)
        if pupils[mine].sum() > 0:
            yield "mean_distance_m", str(stage), float(np.average(way[mine], weights=pupils[mine]))
    for stage, share in within_radius(case).items():
        yield "within_radius", stage, share
