"""Commands about plans that people draw: change a run by hand, bring a drawn layout home."""

from __future__ import annotations

import re
from datetime import date as today
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from planning.anew import Told, finish_run_of
from planning.cli.anew import FREEZE, SET, asked_locks, print_run
from planning.cli.language import say, user_language
from planning.cli.show import console, headline, print_later, progress, warn_changed
from planning.digits import in_digits
from planning.editing import Finding, LiveLayout
from planning.edits import Edited, Wish, default_out, import_layouts, open_edit, save_edit
from planning.edits import edit as change
from planning.errors import Issue, LayoutError
from planning.messages import Text

_SHOWN = 12
_KEPT_QUIET = 6


def edit(
    run: Annotated[Path, typer.Argument(help=say("cli.edit.run_folder"))],
    move: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.edit.zone_school_name_id_repeatable")),
    ] = None,
    moves: Annotated[
        list[Path] | None,
        typer.Option(help=say("cli.edit.table_moves_csv_workbook_zone")),
    ] = None,
    stage: Annotated[
        str,
        typer.Option(help=say("cli.edit.primary_junior_where_school_both")),
    ] = "",
    reason: Annotated[str, typer.Option(help=say("cli.edit.why_printed_notice"))] = "",
    who: Annotated[str, typer.Option(help=say("cli.edit.who_decided"))] = "",
    when: Annotated[str, typer.Option(help=say("cli.edit.date_today"))] = "",
    undo: Annotated[int, typer.Option(min=0, help=say("cli.edit.take_so_many_steps_back"))] = 0,
    redo: Annotated[int, typer.Option(min=0, help=say("cli.edit.make_so_many_steps_again"))] = 0,
    check: Annotated[
        bool,
        typer.Option("--check", help=say("cli.edit.only_say_what_does_write")),
    ] = False,
    finish: Annotated[
        bool,
        typer.Option(
            "--finish",
            help=say("cli.edit.draw_rest_anew_around_moves"),
        ),
    ] = False,
    freeze: Annotated[list[str] | None, FREEZE] = None,
    sets: Annotated[list[str] | None, SET] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say("cli.edit.run_folder_write_run_edited"),
        ),
    ] = None,
) -> int:
    """Move zones of a run to other schools by hand and write a run like any other, with its journal."""
    opened = open_edit(run)
    warn_changed(opened.layout)
    wish = Wish(
        tuple(move or ()),
        tuple(moves or ()),
        stage,
        reason,
        who,
        when or today.today().isoformat(),
        undo,
        redo,
        tuple(freeze or ()),
    )
    if freeze and not finish:
        raise LayoutError([Issue("cli.edit.freeze_without_finish", "--freeze", value=", ".join(freeze))])
    done = change(opened, wish)
    _print_steps(opened.live)
    _print_idle(done)
    _print_figures(done)
    _print_findings(done.findings)
    breaks = any(f.breaks and f.new for f in done.findings)
    if check:
        console.print(say("cli.edit.checked_only_nothing_written"))
        return 1 if breaks else 0
    if finish:
        with progress() as shown:
            told = Told(shown)
            print_run(
                finish_run_of(opened, locks=asked_locks(freeze), sets=tuple(sets or ()), out=out, told=told)
            )
        return 0
    if not (wish.moves or wish.tables or undo or redo):
        console.print(say("cli.edit.nothing_moved_give_move_moves"))
        return 0
    written = save_edit(opened, out if out is not None else default_out(opened))
    console.print(say("cli.edit.written") + escape(f"{written.folder}: map.html, journal.json"))
    if breaks:
        console.print(say("cli.edit.breaks_rule_marked_planning_verify"))
    return 0


def _print_steps(live: LiveLayout) -> None:
    for step in live.journal.path()[-_SHOWN:]:
        moved = step.move
        more = " …" if len(moved.zones) > _KEPT_QUIET else ""
        before = tuple(dict.fromkeys(n for _, u in step.before for n in live.unit_names(u)))
        about = tuple(t for t in (moved.reason, moved.who, moved.when) if t)
        line = say(
            "cli.edit.step_about" if about else "cli.edit.step",
            number=step.number,
            zones=live.zone_names(moved.zones)[:_KEPT_QUIET],
            more=more,
            before=before,
            units=live.unit_names(moved.unit),
            about=about,
        )
        console.print(escape(line))
    _print_shares(live)
    if later := live.journal.branches():
        steps = ", ".join(map(str, later))
        console.print("[dim]" + say("cli.edit.taken_back_may_made_again", steps=steps) + "[/]")


def _print_idle(done: Edited) -> None:
    """Say which zones a move gives to the school that they have already."""
    live = done.opened.live
    for move in done.idle[:_SHOWN]:
        zones = live.zone_names(move.zones)[:_KEPT_QUIET]
        more = " …" if len(move.zones) > _KEPT_QUIET else ""
        line = say("cli.edit.has_school_already", zones=zones, more=more, units=live.unit_names(move.unit))
        console.print("[yellow]![/] " + escape(line))


def _print_shares(live: LiveLayout) -> None:
    """Print how the pupils of every zone that the moves in force share out are divided."""
    moves = {(m.stage, z): m.units for m in (s.move for s in live.journal.path()) for z in m.zones}
    shared = {place for place, units in moves.items() if len(units) > 1}
    if not shared:
        return
    table = live.layout().assignment
    for (stage, zone), part in table.groupby(["stage", "zone"], sort=False):
        if (stage, zone) in shared:
            parts = tuple(
                Text("cli.edit.so_many_to", school=live.unit_names(unit)[0], pupils=pupils)
                for unit, pupils in zip(part["unit"], part["pupils"].astype(int), strict=True)
            )
            zones = live.zone_names((str(zone),))
            console.print(escape(say("cli.edit.shared_out", zones=zones, parts=parts)))


def _print_figures(done: Edited) -> None:
    live = done.opened.live
    table = Table(box=None, padding=(0, 1))
    seats, known = live.problem.profile.in_seats, live.county().moved_pupils is not None
    heads = (
        say("cli.edit.school"), say("cli.edit.pupils"), say("cli.edit.seats") if seats else say("cli.edit.largest_class"), say("cli.edit.seats_short"),
        say("cli.edit.mean_walk_m"), say("cli.edit.moved_pupils"), say("cli.edit.connected"),
    )  # fmt: skip
    for k, head in enumerate(heads):
        table.add_column(head, justify="left" if not k else "right")
    for name in done.changed[:_SHOWN]:
        unit = live.unit(name)
        sizes = (
            [unit.rooms[-1]]
            if seats
            else [max(unit.class_sizes(unit.years[-1], g), default=0) for g in unit.grades]
        )
        walk = "–" if unit.mean_walk_m != unit.mean_walk_m else in_digits(unit.mean_walk_m)
        table.add_row(
            escape(unit.name), f"{sum(unit.pupils[-1]):,}", f"{max(sizes):,}", f"{sum(unit.short[-1]):,}", walk,
            f"{unit.moved_pupils:,}" if known else "–", say("cli.edit.yes") if unit.connected else say("cli.edit.no"),
        )  # fmt: skip
    if done.changed:
        console.print(table)
    county = live.county()
    more = county.price.total - done.price_before
    gap = "" if county.gap is None else say("cli.edit.from_proven_bound", gap=county.gap)
    console.print(
        say(
            "cli.edit.price_pupil_km_change_seats",
            total=county.price.total,
            more=more,
            gap=gap,
            seats_short=county.seats_short,
            moved=say("cli.edit.none_before")
            if county.moved_pupils is None
            else say("cli.edit.against_last_year", count=county.moved_pupils),
        )
    )
    print_later(done.opened.district, live.problem.scenario)


def _print_findings(findings: tuple[Finding, ...]) -> None:
    news = [f for f in findings if f.new]
    for finding in news[:_SHOWN]:
        mark = "[red]✗[/]" if finding.breaks else "[yellow]![/]"
        console.print(f"{mark} " + escape(finding.said.text(user_language())))
    rest, before = len(news) - _SHOWN, len(findings) - len(news)
    if rest > 0:
        console.print(say("cli.edit.more", rest=rest))
    if before:
        console.print("[dim]" + say("cli.edit.findings_plan_had_before", before=before) + "[/]")
    if not news:
        console.print(say("cli.edit.nothing_new_mind"))


def import_layout(
    base: Annotated[
        Path,
        typer.Argument(help=say("cli.edit.scenario_file_run_folder_district")),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(help=say("cli.edit.drawn_catchments_excel_csv")),
    ],
    columns: Annotated[
        str,
        typer.Option(help=say("cli.edit.columns_name_schools_one_option")),
    ] = "",
    stage: Annotated[
        str,
        typer.Option(help=say("cli.edit.primary_junior_where_file_does")),
    ] = "",
    out: Annotated[Path, typer.Option("--out", "-o", help=say("cli.edit.folder_runs"))] = Path("runs"),
    allow_outside: Annotated[
        bool,
        typer.Option(
            "--allow-outside",
            help=say("cli.edit.let_scenario_name_paths_outside"),
        ),
    ] = False,
) -> None:
    """Bring drawn catchments home: each option scored and mapped, several compared."""
    from planning.compare import compare_runs
    from planning.publish import comparison_table, write_comparison

    named = [c.strip() for c in re.split("[,，]", columns) if c.strip()]
    done = import_layouts(base, files, columns=named, stage=stage, out=out, allow_outside=allow_outside)
    for note in done.notes:
        console.print("[yellow]![/] " + escape(note.text(user_language())))
    for option, run in done.runs.items():
        console.print(f"[bold]{escape(option)}[/]  {escape(str(run.folder))}")
        console.print(headline(run.layout))
    if len(done.runs) > 1:
        comparison = compare_runs([run.folder for run in done.runs.values()])
        console.print(comparison_table(comparison, user_language()))
        target = out / "comparison"
        write_comparison(comparison, target)
        console.print(say("cli.edit.compared") + escape(str(target / "comparison.html")))
