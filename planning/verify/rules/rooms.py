"""Check that the classes of a unit fit its classrooms: its own, and those of the projects that stand.

Source: design.md §4: Σ_g classes ≤ rooms + Σ_k add[k] · built[k].
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, compare, place, require, show

RULE = "rooms"


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
    what = Text("verify.rooms.seats_unit_year" if seats else "verify.rooms.classrooms_unit_year")
    yield from compare(RULE, what, rooms, table["rooms"])
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
    fits = Text("verify.rooms.seats_given_fit_seats" if seats else "verify.rooms.classes_fit_classrooms")
    yield from require(RULE, fits, broken, len(used))
