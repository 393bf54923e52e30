"""Say who attends which school and who was expected there: schools, flows between catchments, zones moved by hand."""

from __future__ import annotations

import pandas as pd

from planning.evaluation import Evaluation
from planning.messages import said
from planning.publish.page.blocks import Block, Cell, Words
from planning.publish.page.blocks import Table as Grid
from planning.publish.page.figures import percent, plain, signed
from planning.publish.words import stage_word

SHOWN = 30
"""Flows and zones that a page shows; the workbook has all."""


def zones_moved(e: Evaluation) -> list[Block]:
    """Return the zones that were moved by hand, with who lives there and who attends the school."""
    rows: list[list[Cell | str]] = [
        [
            stage_word(r["stage"]),
            r["name"],
            r["from_name"],
            r["to_name"],
            r["reason"] or "—",
            *("–" if pd.isna(r[c]) else f"{r[c]:,.0f}" for c in ("living", "attending")),
        ]
        for r in e.moved.head(SHOWN).to_dict("records")
    ]
    return [
        Grid(
            [
                said("publish.word.stage"),
                said("publish.word.zones"),
                said("publish.word.from"),
                said("publish.word.to"),
                said("publish.word.reason"),
                said("publish.evaluation_page.live_there"),
                said("publish.evaluation_page.attend_it"),
            ],
            rows,
        )
    ]


def planned_and_real(e: Evaluation) -> list[Block]:
    """Return every school planned and real, by the size of the difference."""
    table = e.schools.assign(size=e.schools["difference"].abs()).sort_values(
        ["size", "unit"], ascending=[False, True]
    )
    rows: list[list[Cell | str]] = []
    for r in table.to_dict("records"):
        figures = [f"{r['plan_pupils']:,}", f"{r['real_pupils']:,}", signed(r["difference"])]
        living = [plain(r["plan_living"]), plain(r["real_living"])]
        # a unit without a catchment has nobody to take from it
        zoned = r["real_pupils"] and not pd.isna(r["plan_living"])
        share = percent(r["real_own"] / r["real_pupils"]) if zoned else "–"
        classes = [
            f"{r[f'plan_{c}']:,} → {r[f'real_{c}']:,}"
            for c in (("classes",) if e.in_seats else ("classes", "largest"))
        ]
        rows.append(
            [
                Cell(str(r["name"]), str(r["unit"])),
                stage_word(r["stage"]),
                *figures,
                *living,
                share,
                *classes,
                f"{r['over']:,}" if r["over"] else "",
            ]
        )
    heads = [
        said("publish.word.school"),
        said("publish.word.stage"),
        said("publish.word.plan"),
        said("publish.word.real"),
        said("publish.word.difference"),
        said("publish.evaluation_page.living_inside_plan"),
        said("publish.evaluation_page.living_inside_real"),
        said("publish.evaluation_page.share_from_inside"),
        *(
            [said("publish.evaluation_page.seats_in_use")]
            if e.in_seats
            else [said("publish.word.classes"), said("publish.word.largest_class")]
        ),
        said("publish.evaluation_page.too_many"),
    ]
    return [Grid(heads, rows), Words(said("publish.evaluation_page.by_the_size_of_the_difference"), "how")]


def attending_elsewhere(e: Evaluation) -> list[Block]:
    """Return the largest flows of pupils who live in one catchment and attend the school of another."""
    if not len(e.outside):
        return [Words(said("publish.evaluation_page.no_addresses_or_nobody_attends_a"))]
    names = dict(zip(e.schools["unit"], e.schools["name"], strict=True))
    rows = [
        [
            stage_word(r["stage"]),
            str(
                names.get(
                    r["home_unit"],
                    r["home_unit"] or said("publish.evaluation_page.outside_the_county_or_unknown"),
                )
            ),
            str(names.get(r["unit"], r["unit"])),
            f"{r['pupils']:,}",
        ]
        for r in e.outside.head(SHOWN).to_dict("records")
    ]
    total = said(
        "publish.evaluation_page.pupils_the_first_flows",
        pupils=e.outside["pupils"].sum(),
        shown=min(SHOWN, len(e.outside)),
    )
    return [
        Words(total),
        Grid(
            [
                said("publish.word.stage"),
                said("publish.word.lives_in_the_catchment_of"),
                said("publish.evaluation_page.attends"),
                said("publish.word.pupils"),
            ],
            rows,
        ),
    ]
