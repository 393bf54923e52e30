"""Check that only units that may close are closed, without zones or classes, and that pupils keep an acceptable walk.

Source: S:241 (merge teaching points with care); 国办发〔2018〕27号; the limit in metres is the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, items_of, require, show
from planning.verify.walking import ways

RULE = "small_schools"
COVERS = ("small_schools",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    closed = evidence.closed
    chosen = closed.loc[closed["by"] == "choice", "unit"].drop_duplicates().tolist()
    decided = evidence.scenario.small_schools.closed
    may = evidence.may_close
    broken = [(f"unit {u}", "a unit that may close", "closed") for u in chosen if u not in may | set(decided)]
    yield from require(RULE, Text("verify.small_schools.only_units_may_close_closed"), broken, len(chosen))
    yield from _empty(evidence, closed)
    shut = set(zip(closed["unit"], closed["year"], strict=True))
    due = [(u, y) for u, year in decided.items() for y in evidence.years if y >= year]
    open_still = [(f"unit {u}, year {y}", "closed", "open") for u, y in due if (u, y) not in shut]
    yield from require(RULE, Text("verify.small_schools.units_whose_closing_decided_closed"), open_still, len(due))  # fmt: skip
    again = [
        (f"unit {u}, year {y}", "closed, as in the years before", "open")
        for u, first in items_of(closed.groupby("unit")["year"].min())
        for y in evidence.years
        if y > first and (u, y) not in shut
    ]
    yield from require(RULE, Text("verify.small_schools.what_closed_stays_closed"), again, len(shut))
    small = [u for u in chosen if u in may and u not in decided]
    yield from require(RULE, Text("verify.small_schools.pupils_closed_units_keep_acceptable_walk"),
                       _too_far(evidence, small), len(small))  # fmt: skip
    yield from compare(RULE, Text("verify.small_schools.closed_units_summary_json"), _closed_throughout(evidence),
                       _counted(evidence.layout.summary.get("closed_units") or []))  # fmt: skip


def _empty(evidence: Evidence, closed: pd.DataFrame) -> Iterator[Check]:
    key = pd.MultiIndex.from_frame(closed[["unit", "year"]])
    classes = evidence.zoned_rows.groupby(["unit", "year"])["classes"].sum()
    full = [
        (f"unit {u}, year {y}", "no classes", show(n))
        for (u, y), n in items_of(classes[classes.index.isin(key)])
        if n
    ]
    at_end = set(closed.loc[closed["year"] == max(evidence.years), "unit"])
    table = evidence.layout.assignment
    table = table[~evidence.is_shared(table)]  # looked at year by year (rule ``shared``)
    sent = table[table["unit"].isin(at_end)]
    full += [(f"zone {z}", "an open unit", str(u)) for z, u in zip(sent["zone"], sent["unit"], strict=True)]
    seats = evidence.profile.capacity == "seats"
    none_left = Text(f"verify.small_schools.closed_units_no_{'seats' if seats else 'classes'}_no_zones")
    yield from require(RULE, none_left, full, len(closed))


def _too_far(evidence: Evidence, closed: list[str]) -> list[tuple[str, str, str]]:
    """Return the zones with pupils in today's catchment that no unit left standing is near enough to."""
    setting = evidence.scenario.small_schools
    limit = max(setting.max_walk_m, setting.bus_max_m or 0.0)
    broken = []
    zoned, shut = evidence.zoned, evidence.closed.loc[evidence.closed["year"] == max(evidence.years), "unit"]
    standing = zoned[
        ((zoned["project"] == "") | zoned["project"].isin(evidence.built.index)) & ~zoned.index.isin(shut)
    ]
    for unit in closed:
        stage = str(evidence.zoned.at[unit, "stage"])
        others = standing[(standing["stage"] == stage) & (standing.index != unit)]["school"]
        zones = [zone for (at, zone), units in evidence.today.items() if at == stage and unit in units]
        grades = [g for g in evidence.grades[stage] if not _boards(evidence, g, set(others))]
        living = evidence.pupils[evidence.pupils["grade"].isin(grades)].groupby("zone")["pupils"].sum()
        zones = [z for z in zones if living.get(z, 0) > 0]
        if zones:
            nearest = ways(evidence, sorted(set(others)))[0].loc[zones].min(axis=1)
            far = nearest[nearest > limit + 0.1]
            broken += [
                (f"unit {unit}, zone {z}", f"at most {limit:g} m", f"{m:.0f} m") for z, m in items_of(far)
            ]
    return broken


def _boards(evidence: Evidence, grade: int, schools: set[str]) -> bool:
    """Tell whether pupils of a grade may board in one of these schools."""
    first = evidence.scenario.small_schools.boarding_from_grade
    boarding = evidence.district.schools.loc[
        evidence.district.schools["boarding"].fillna(False).astype(bool), "school"
    ]
    return first is not None and grade >= first and bool(schools & set(boarding))


def _closed_throughout(evidence: Evidence) -> Series:
    """Return units that had rooms and show none in any year of the plan."""
    rooms = evidence.zoned_rows.groupby("unit")["rooms"].max()
    had = evidence.zoned.index[evidence.zoned["rooms"].astype(int) > 0]
    return _counted(sorted(str(u) for u in had if rooms.get(u, 0) == 0))


def _counted(units: list[str]) -> Series:
    return pd.Series(1, index=pd.Index(units, name="unit", dtype="str"))
