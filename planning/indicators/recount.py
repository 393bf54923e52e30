"""Work out the figures that the verifier works out again (:data:`planning.standards.RECOUNTED`)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planning.indicators.bands import BANDS, band_table
from planning.indicators.case import Case
from planning.indicators.guarantee import oversized_schools, within_radius
from planning.indicators.nearby import ENTRY_GRADES, nearby_by_locale, nearby_by_stage

COLUMNS = ("figure", "of", "value")


def recount(case: Case) -> pd.DataFrame:
    """Return ``figure, of, value`` of every unit, school, group and stage of a layout in one year.

    Figures that are not known (homes or ways of a register) are left out.
    """
    rows = [*_of_units(case), *_of_schools(case), *_of_groups(case), *_of_walks(case)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table[table["value"].notna()].reset_index(drop=True)


def _of_units(case: Case) -> Iterable[tuple[str, str, float]]:
    units = case.figures.units[case.arrays.ordinary & _enrolled(case)]
    cap = units["stage"].map(case.profile.class_cap).astype(float)  # of no units it would be text
    counted = band_table(case.figures.units, case.classes).set_index("unit")
    bands = counted[[*BANDS, "over_cap", "unseated"]].reindex(units.index).fillna(0)
    seats = units["rooms"] * cap
    found = {
        "pupils": units["pupils"],
        "classes": units["classes"],
        "load": (units["pupils"] / seats).where(seats > 0),
        **{name: bands[name] for name in BANDS},
        "over_cap": bands["over_cap"],
        "unseated": bands["unseated"],
        "seats_short": _short(case).reindex(units.index).fillna(0),
    }
    if case.profile.in_seats:
        found = {name: found[name] for name in ("pupils", "load", "seats_short")}
    for name, values in found.items():
        yield from ((name, str(unit), float(value)) for unit, value in values.items())


def _enrolled(case: Case) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found = np.zeros(len(case.figures.units), dtype=bool)
    found[case.arrays.at[case.arrays.at >= 0]] = True
    return found


def _short(case: Case) -> pd.Series[float]:
    """Return the pupils above the seats (classes × standard cap) of every unit, grade by grade."""
    table = case.figures.enrolment
    cap = table["unit"].map(case.figures.units["stage"]).map(case.profile.class_cap).astype(float)
    short = (table["pupils"] - table["classes"] * cap).clip(lower=0)
    return short.groupby(table["unit"]).sum()


def _of_schools(case: Case) -> Iterable[tuple[str, str, float]]:
    units = case.arrays
    over = {school.school: school.pupils - school.limit for school in oversized_schools(case)}
    for k in np.unique(units.school[units.ordinary & _enrolled(case)]):
        name = str(units.schools[k])
        yield "oversize", name, float(over.get(name, 0.0))


def _of_groups(case: Case) -> Iterable[tuple[str, str, float]]:
    for name, grades in (("nearby_stock", None), ("nearby_intake", ENTRY_GRADES)):
        for group, value in (*nearby_by_stage(case, grades=grades).items(), *nearby_by_locale(case, grades=grades).items()):  # fmt: skip
            if value is not None:
                yield name, group, value


def _of_walks(case: Case) -> Iterable[tuple[str, str, float]]:
    table = case.figures.assignment
    for stage, part in table[table["distance_m"].notna()].groupby("stage"):
        if part["pupils"].sum() > 0:
            yield "mean_distance_m", str(stage), float(np.average(part["distance_m"], weights=part["pupils"]))
    for stage, share in within_radius(case).items():
        yield "within_radius", stage, share
