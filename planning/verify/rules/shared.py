"""Check that the pupils of shared zones, and nobody else, are divided among the units they name.

    Σ_u d[z,u,g,t] = pupils of z, whole numbers, only to units the zone names and that stand; the assignment says the same of the first
    year; with ``enrolled: stay`` nobody changes between them

Source: 多校划片, standards.md §3.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.grades import grade_name
from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, items_of, require, rows_of, show

RULE = "shared"
COVERS = ("shared", "standing", "staying")
_KEY = ["zone", "unit", "year", "grade"]


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.shared.astype({"zone": "str", "unit": "str"})
    found = table.set_index(_KEY)["pupils"].astype(float)
    rows = [
        (zone, unit, year, grade)
        for (stage, zone), units in evidence.shared.items()
        for unit in units
        for year in evidence.years
        for grade in evidence.grades[stage]
    ]
    named = pd.MultiIndex.from_tuples(rows, names=_KEY) if rows else found.index[:0]
    yield from compare(RULE, Text("verify.shared.shared_zones_units_they_name"),
                       pd.Series(1, named), pd.Series(1, found.index))  # fmt: skip
    broken = [
        (f"zone {z}, unit {u}, year {y}, grade {grade_name(g)}", "a whole number, 0 or more", show(n))
        for (z, u, y, g), n in items_of(found)
        if not (n >= 0 and float(n).is_integer())
    ]
    yield from require(RULE, Text("verify.shared.pupils_divided_whole_numbers"), broken, len(found))
    pupils = evidence.pupils.set_index(["zone", "year", "grade"])["pupils"].astype(float)
    places = [
        (zone, year, grade) for zone, unit, year, grade in rows if unit == _first(evidence, grade, zone)
    ]
    at = pd.MultiIndex.from_tuples(places, names=["zone", "year", "grade"]) if places else pupils.index[:0]
    total = found.groupby(["zone", "year", "grade"]).sum()
    yield from compare(
        RULE,
        Text("verify.shared.parts_sum_zone_s_pupils"),
        pupils.reindex(at, fill_value=0.0),
        total,
    )
    yield from _standing(evidence, table)
    yield from _assigned(evidence)
    yield from _staying(evidence, found, pupils)


def _first(evidence: Evidence, grade: int, zone: str) -> str:
    return evidence.shared[next(s for s, grades in evidence.grades.items() if grade in grades), zone][0]


def _standing(evidence: Evidence, table: pd.DataFrame) -> Iterator[Check]:
    """Nobody goes to a unit that is closed or not built in that year, where the zone names another that stands."""
    sent = table[table["pupils"] > 0]
    broken = [
        (
            f"zone {r.zone}, unit {r.unit}, year {r.year}, grade {grade_name(r.grade)}",
            "a unit that stands",
            "closed or not built",
        )
        for r in rows_of(sent)
        if not stands(evidence, str(r.unit), int(r.year)) and _another(evidence, r)
    ]
    yield from require(RULE, Text("verify.shared.pupils_go_units_stand"), broken, len(sent))


def stands(evidence: Evidence, unit: str, year: int) -> bool:
    """Return whether a unit is built and not closed in a year."""
    if unit not in evidence.zoned.index:
        return False
    project = str(evidence.zoned.at[unit, "project"])
    opens = evidence.built["year"].to_dict()
    shut = ((evidence.closed["unit"] == unit) & (evidence.closed["year"] == year)).any()
    return not shut and (not project or opens.get(project, year + 1) <= year)


def _another(evidence: Evidence, row: object) -> bool:
    zone, year = str(row.zone), int(row.year)  # type: ignore[attr-defined]
    stage = next(s for s, grades in evidence.grades.items() if row.grade in grades)  # type: ignore[attr-defined]
    return any(stands(evidence, u, year) for u in evidence.shared.get((stage, zone), ()))


def _assigned(evidence: Evidence) -> Iterator[Check]:
    """Compare pupils and shares of the assignment with the first year."""
    table = evidence.layout.assignment
    mine = table[evidence.is_shared(table)].set_index(["stage", "zone", "unit"])
    first = evidence.placed[
        (evidence.placed["year"] == evidence.years[0]) & evidence.is_shared(evidence.placed)
    ]
    pupils = first.groupby(["stage", "zone", "unit"])["pupils"].sum()
    wanted = pupils[(pupils > 0) | pupils.index.isin(mine.index)]
    yield from compare(RULE, Text("verify.shared.pupils_zone_each_unit"), wanted, mine["pupils"])
    if len(mine):
        total = mine["pupils"].groupby(level=["stage", "zone"]).transform("sum")
        share: Series = (mine["pupils"] / total.where(total > 0)).fillna(mine["share"])
        yield from compare(
            RULE, Text("verify.shared.share_zone_each_unit"), share, mine["share"], tolerance=1e-6
        )


def _staying(evidence: Evidence, found: Series, pupils: Series) -> Iterator[Check]:
    """With ``enrolled: stay`` a part grows only where the cohort of the zone grows, and shrinks only where it shrinks."""
    if evidence.scenario.enrolled != "stay" or len(evidence.years) < 2 or found.empty:
        return
    moving = (
        evidence.may_close
        | set(evidence.closed["unit"])
        | set(evidence.zoned.index[evidence.zoned["project"] != ""])
    )
    broken = []
    for (zone, unit, year, grade), n in items_of(found):
        before = found.get((zone, unit, year - 1, grade - 1))
        stage = next(s for s, grades in evidence.grades.items() if grade in grades)
        if (
            before is None
            or grade == evidence.grades[stage][0]
            or moving & set(evidence.shared.get((stage, zone), ()))
        ):
            continue
        grew = pupils.get((zone, year, grade), 0) >= pupils.get((zone, year - 1, grade - 1), 0)
        if (n < before) if grew else (n > before):
            broken.append((f"zone {zone}, unit {unit}, year {year}, grade {grade_name(grade)}",
                           f"at {'least' if grew else 'most'} {show(before)}", show(n)))  # fmt: skip
    yield from require(
        RULE, Text("verify.shared.nobody_changes_between_units_shared_zone"), broken, len(found)
    )
