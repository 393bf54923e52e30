"""Check that the classes of a unit fit its classrooms: its own, and those of the projects that stand.

Source: design.md §4: Σ_g classes ≤ rooms + Σ_k add[k] · built[k].
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, compare, place, require, show

RULE = "rooms"
RULE_ZH = "教室"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.zoned_rows.set_index(GRADE_KEY)
    at = pd.MultiIndex.from_arrays(
        [table.index.get_level_values("unit"), table.index.get_level_values("year")]
    )
    rooms = pd.Series(evidence.open_rooms.reindex(at).to_numpy(), index=table.index)
    closed = pd.MultiIndex.from_frame(evidence.closed[["unit", "year"]])
    rooms[at.isin(closed)] = 0
    seats = evidence.profile.capacity == "seats"
    what = (
        ("seats of the unit in the year", "学位总数")
        if seats
        else ("classrooms of the unit in the year", "普通教室数")
    )
    yield from compare(RULE, *what, rooms, table["rooms"])
    used = table.groupby(["unit", "year"])["classes"].sum()
    room = rooms.groupby(level=["unit", "year"]).first().reindex(used.index)
    broken = [
        (
            place(key, used.index),
            f"at most {show(room[key])} {'seats' if seats else 'classes'}",
            show(used[key]),
        )
        for key in used.index[(used > room).to_numpy(dtype=bool)]
    ]
    fits = (
        ("seats given fit the seats there are", "所用学位不超过学位总数")
        if seats
        else ("classes fit the classrooms", "班级数不超过教室数")
    )
    yield from require(RULE, *fits, broken, len(used))
