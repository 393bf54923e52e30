"""Check that the classes of a unit fit its classrooms: its own, and those of the projects that stand.

Source: design.md §4: Σ_g classes ≤ rooms + Σ_k add[k] · built[k].
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, compare, place, require, show

RULE = "rooms"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.zoned_rows.set_index(GRADE_KEY)
    expected = expected_rooms(evidence)
    closed = closed_units(evidence)
    at = pd.MultiIndex.from_arrays(
        [table.index.get_level_values("unit"), table.index.get_level_values("year")]
    )
    rooms = pd.Series(expected.reindex(at).to_numpy(), index=table.index)
    rooms[table.index.get_level_values("unit").isin(closed)] = 0
    yield from compare(RULE, "classrooms of the unit in the year", "普通教室数", rooms, table["rooms"])
    used = table.groupby(["unit", "year"])["classes"].sum()
    room = rooms.groupby(level=["unit", "year"]).first().reindex(used.index)
    broken = [
        (place(key, used.index), f"at most {show(room[key])} classes", show(used[key]))
        for key in used.index[(used > room).to_numpy(dtype=bool)]
    ]
    yield from require(RULE, "classes fit the classrooms", "班级数不超过教室数", broken, len(used))


def expected_rooms(evidence: Evidence) -> pd.Series:
    """Return classrooms by unit and year while the unit is open."""
    base = evidence.zoned["rooms"].astype(int)
    rows = {}
    for year in evidence.years:
        total = base.copy()
        for project, row in evidence.built.iterrows():
            unit = evidence.target.get(project)
            if row["kind"] != "closure" and unit in total.index and row["year"] <= year:
                total[unit] += int(row["rooms"])
        rows[year] = total
    return pd.concat(rows, names=["year", "unit"]).swaplevel()


def closed_units(evidence: Evidence) -> list[str]:
    """Return the units a built closure closes, and the small ones the run says are closed."""
    by_project = [evidence.target.get(p) for p, row in evidence.built.iterrows() if row["kind"] == "closure"]
    said = [str(u) for u in evidence.layout.summary.get("closed_units") or []]
    return sorted({str(u) for u in by_project if u is not None} | set(said))
