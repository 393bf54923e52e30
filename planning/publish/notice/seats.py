"""Say the seats of a notice's schools beside the entrants expected: section 2, a table without what would tell of few children."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planning.district import District
from planning.layout import Layout, in_seats
from planning.messages import said
from planning.publish.notice.blocks import Block, Grid, Heading, Words
from planning.publish.notice.entrants import expected_entrants, school_seats
from planning.publish.told import notice_of

UNTOLD = "—"
"""What stands for a count that would tell of one zone or of too few children."""


def seats_section(district: District, layout: Layout, stage: str, year: int) -> Iterator[Block]:
    """Yield the section of a notice on the seats of a year's entry grade, or of whole schools without classes."""
    table = expected_entrants(district, layout, stage, year=year)
    yield Heading(said("publish.paper.2_seats_and_entrants_expected"))
    if in_seats(layout.units):
        yield from _whole_seats(layout, table, year)
        return
    rows = [_seat_row(k, r) for k, r in enumerate(table.to_dict("records"), start=1)]
    rows.append(_sums(table, notice_of(layout).pupils_from))
    heads = (
        said("publish.word.number"),
        said("publish.word.school"),
        said("publish.word.admission"),
        said("publish.word.classes"),
        said("publish.paper.class_size"),
        said("publish.word.seats"),
        said("publish.paper.entrants_expected_2"),
        said("publish.paper.left_over"),
        said("publish.paper.sent_on"),
    )
    yield Grid(heads, tuple(rows), (1.1, 4.3, 2.0, 1.3, 1.3, 1.5, 1.7, 1.3, 1.3), last_is_total=True)
    yield Words(
        said("publish.paper.entry_grade_of_seats_classes_class", year=year),
        small=True,
    )
    if not table["told"].all():
        yield Words(
            said("publish.paper.catchments_marked_have_too_few_zones_2", untold=UNTOLD),
            small=True,
        )


def _whole_seats(layout: Layout, table: pd.DataFrame, year: int) -> Iterator[Block]:
    """Yield the seats of whole schools, which belong to no grade, beside the entrants expected."""
    seats = school_seats(layout, year)
    rows = [
        (
            str(k),
            str(r["name"]),
            str(r["way"]),
            said("publish.paper.counted_with_each_school")
            if r["within"]
            else f"{sum(seats.get(u, 0) for u in str(r['unit']).split(';')):,}",
            str(r["entrants"]) if r["told"] else UNTOLD,
            str(r["out"]) if r["told"] else UNTOLD,
        )
        for k, r in enumerate(table.to_dict("records"), start=1)
    ]
    yield Grid(
        (
            said("publish.word.number"),
            said("publish.word.school"),
            said("publish.word.admission"),
            said("publish.paper.seats_whole_school"),
            said("publish.paper.entrants_expected_2"),
            said("publish.paper.sent_on"),
        ),
        tuple(rows),
        (1.1, 5.4, 2.6, 2.6, 2.4, 1.9),
    )
    yield Words(
        said("publish.paper.seats_are_those_of_all_grades", year=year),
        small=True,
    )
    if not table["told"].all():
        yield Words(said("publish.paper.catchments_marked_have_too_few_zones", untold=UNTOLD), small=True)


def _seat_row(k: int, row: dict[Any, Any]) -> tuple[str, ...]:
    """Return a line of the table of seats; the classes of a shared area within others stand with its schools."""
    coming = str(row["entrants"]) if row["told"] else UNTOLD
    if row["within"]:
        return (
            str(k),
            str(row["name"]),
            str(row["way"]),
            said("publish.paper.counted_with_each_school"),
            "",
            said("publish.paper.counted_with_each_school"),
            coming,
            "",
            "",
        )
    if not row["told"]:  # classes follow from the pupils: one class says between 1 and 45
        figures = (UNTOLD, str(row["cap"]), *(UNTOLD,) * 4)
    else:
        figures = (
            str(row["classes"]),
            str(row["cap"]),
            str(row["seats"]),
            coming,
            str(row["seats"] - row["entrants"]),
            str(row["out"]),
        )
    return (str(k), str(row["name"]), str(row["way"]), *figures)


def _sums(table: pd.DataFrame, least: int) -> tuple[str, ...]:
    """Return the last line of the table of seats: no sum that would give away what a line leaves out.

    Where something is left out, entrants are summed only when that covers two lines and ``least`` pupils, the rest not at all.
    """
    parts = table[~table["within"]]
    total = parts[["classes", "seats", "entrants", "out"]].sum()
    hidden = parts[~parts["told"]]
    if hidden.empty:
        rest = str(total["seats"] - total["entrants"])
        return (
            "",
            said("publish.word.total"),
            "",
            str(total["classes"]),
            "",
            str(total["seats"]),
            str(total["entrants"]),
            rest,
            str(total["out"]),
        )
    known = len(hidden) >= 2 and hidden["entrants"].sum() >= least
    return (
        "",
        said("publish.word.total"),
        "",
        UNTOLD,
        "",
        UNTOLD,
        str(total["entrants"]) if known else UNTOLD,
        UNTOLD,
        UNTOLD,
    )
