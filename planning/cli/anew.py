"""Commands that draw a run anew: repaired with the least change, or supposed otherwise; what ``edit --finish`` prints, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from planning.anew import Supposition, Told, repair_run_of, suppose
from planning.cli.language import say, user_language
from planning.cli.show import console, headline, print_internal, progress, warn_changed
from planning.edits import Wish, edit, open_edit
from planning.layout import load_layout
from planning.runs import Run

FREEZE = typer.Option(
    "--freeze",
    help=say("cli.anew.school_neither_gains_nor_loses"),
)
SET = typer.Option("--set", help=say("cli.anew.key_key_value_top_runs"))


def repair(
    run: Annotated[Path, typer.Argument(help=say("cli.anew.run_folder"))],
    move: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.anew.zone_school_make_first_repeatable")),
    ] = None,
    stage: Annotated[str, typer.Option(help=say("cli.anew.primary_junior_where_school_both"))] = "",
    reason: Annotated[str, typer.Option(help=say("cli.anew.why_printed_notice"))] = "",
    sets: Annotated[list[str] | None, SET] = None,
    freeze: Annotated[list[str] | None, FREEZE] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say("cli.anew.run_folder_write_run_repaired"),
        ),
    ] = None,
) -> None:
    """Repair a run after a move or in a new year: as few seats short as can be, then the fewest pupils moved, then the price."""
    opened = open_edit(run)
    warn_changed(opened.layout)
    if move:
        edit(opened, Wish(tuple(move), (), stage, reason))
    with progress() as shown:
        done = repair_run_of(
            opened, locks=asked_locks(freeze), sets=tuple(sets or ()), out=out, told=Told(shown)
        )
    _print_repair(done.layout.summary["repair"])
    print_run(done)


class Redrawn(StrEnum):
    """Which catchments may change."""

    held = "held"
    nearby = "nearby"
    free = "free"


def whatif(
    run: Annotated[Path, typer.Argument(help=say("cli.anew.run_folder"))],
    rooms: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.anew.school_6_classrooms_repeatable")),
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.anew.project_2023_built_use_from")),
    ] = None,
    births: Annotated[float, typer.Option(help=say("cli.anew.factor_births"))] = 1.0,
    estate: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.anew.zone_650_2024_school_new")),
    ] = None,
    stage: Annotated[str, typer.Option(help=say("cli.anew.primary_junior_where_school_both"))] = "",
    catchments: Annotated[
        Redrawn,
        typer.Option(help=say("cli.anew.catchments_held_nearby_free")),
    ] = Redrawn.held,
    sets: Annotated[list[str] | None, SET] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say("cli.anew.folder_page_run_whatif"),
        ),
    ] = None,
) -> None:
    """Say what more rooms, a project, more births or an estate would do to a plan: before and after, and a page to hand on."""
    from planning.publish.page.what_if import supposed_rows

    asked = Supposition(
        tuple(rooms or ()), tuple(project or ()), births, tuple(estate or ()), stage, catchments.value
    )
    warn_changed(load_layout(run))
    with progress() as shown:
        supposed, folder = suppose(run, asked, sets=tuple(sets or ()), out=out, told=Told(shown))
    table = Table(box=None, padding=(0, 1))
    for k, head in enumerate(
        (say("cli.anew.figure"), say("cli.anew.now"), say("cli.anew.then"), say("cli.anew.change"))
    ):
        table.add_column(head, justify="left" if not k else "right")
    for row in supposed_rows(supposed):
        table.add_row(escape(row.name.text(user_language())), *row.texts(user_language()))
    console.print(table)
    console.print(say("cli.anew.written") + escape(f"{folder}: whatif.html, whatif.docx"))


def asked_locks(freeze: Sequence[str] | None) -> dict[str, Any]:
    """Return the locks that options ask for."""
    return {"frozen": list(freeze or ())}


def print_run(done: Run) -> None:
    """Print the headline figures of a run and where it is."""
    console.print(headline(done.layout))
    console.print(say("cli.anew.written") + escape(f"{done.folder}: map.html, units.csv, scorecard.csv"))
    print_internal()


def _print_repair(told: Mapping[str, Any]) -> None:
    moved, least = told["moved_pupils"], told["at_least"]
    console.print(
        say(
            "cli.anew.seats_short_pupils_year_zones",
            seats_short_before=told["seats_short_before"],
            seats_short=told["seats_short"],
            moved=moved,
            moved_zones=told["moved_zones"],
        )
    )
    if told["proven"]:
        console.print(say("cli.anew.proven_no_plan_few_seats"))
    else:
        console.print(say("cli.anew.proven_any_such_plan_moves", least=least))
