"""Command that answers objections: why a zone belongs to its school, why a school is full, what a move costs the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from planning.cli.language import say, user_language
from planning.cli.show import console, listed, print_explanation, print_later, warn_changed
from planning.errors import Issue, LayoutError
from planning.messages import Text
from planning.runs import open_run

if TYPE_CHECKING:
    from planning.district.called import Called
    from planning.district.names import Names
    from planning.editing.journal import Move
    from planning.editing.objections import Answered, Fullness
    from planning.editing.pricing import Cost
    from planning.edits import Opened


@dataclass(frozen=True)
class _Asked:
    """Ids of what is asked about."""

    zones: tuple[str, ...]
    units: tuple[str, ...]
    moves: tuple[Move, ...]


def why(
    run: Annotated[Path, typer.Argument(help=say("cli.why.run_folder"))],
    zones: Annotated[
        list[str] | None,
        typer.Argument(help=say("cli.why.zones_name_id")),
    ] = None,
    school: Annotated[
        list[str] | None,
        typer.Option(
            help=say("cli.why.school_why_full_repeatable"),
        ),
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option(help=say("cli.why.zone_school_what_does_cost")),
    ] = None,
    stage: Annotated[str, typer.Option(help=say("cli.why.primary_junior_where_school_both"))] = "",
    cost: Annotated[
        bool,
        typer.Option(
            "--cost",
            help=say("cli.why.say_what_nearer_school_would"),
        ),
    ] = False,
    reply: Annotated[
        Path | None,
        typer.Option(help=say("cli.why.folder_answer_letter_reply_html")),
    ] = None,
) -> None:
    """Say why zones belong to their school, why not to a nearer one, what that would take and cost; why a school is full; what a move costs."""
    if zones and not (cost or school or move or reply):
        _plain(run, zones, stage)
        return
    from planning.district.called import Called
    from planning.editing.objections import answers, fullness
    from planning.editing.pricing import price_of
    from planning.edits import open_edit
    from planning.runs import refuse_changed

    if reply is not None:
        refuse_changed(run)
    opened = open_edit(run)
    warn_changed(opened.layout)
    asked = _understood(opened, zones or (), school or (), move or (), stage)
    live = opened.live
    told = [a for z in asked.zones for a in answers(live, z) if _meant(stage, a.explanation.stage)]
    full = [fullness(live, u) for u in asked.units]
    costs = [(_words(opened, m), price_of(live, [m])) for m in asked.moves]
    called = Called.by(opened.names(), user_language())
    for one in told:
        _print_answer(one, called)
    for unit in full:
        _print_school(unit, called)
    for words, dear in costs:
        console.print(f"[bold]{escape(words)}[/]")
        _print_cost(dear)
    print_later(opened.district, live.problem.scenario)
    if reply is not None:
        _write_reply(opened, reply, told, full, costs)


def _plain(run: Path, zones: Sequence[str], stage: str) -> None:
    """Say why zones belong to their school; nothing is loaded that only figures need."""
    from planning import zoning
    from planning.district.called import Called
    from planning.district.names import Names, Place

    layout, scenario, district = open_run(run)
    warn_changed(layout)
    names = Names.of(district)
    meant = [names.zone(z, Place("zones")) for z in zones]
    wrong = [p for p in meant if isinstance(p, Issue)] + _no_stage(stage)
    if wrong:
        raise LayoutError(wrong)
    problem, called = zoning.build_problem(district, scenario), Called.of(district, user_language())
    for zone in meant:
        for told in zoning.explain(problem, layout, str(zone)):
            if _meant(stage, told.stage):
                print_explanation(told, called)
    print_later(district, scenario)


def _meant(said: str, stage: str) -> bool:
    from planning.district.names import stage_of

    return not said or stage_of(said) == stage


def _no_stage(said: str) -> list[Issue]:
    from planning.district.names import stage_of

    if not said or stage_of(said) is not None:
        return []
    return [Issue("cli.why.primary_junior_expected", "--stage", value=said)]


def _understood(
    opened: Opened, zones: Sequence[str], schools: Sequence[str], moves: Sequence[str], stage: str
) -> _Asked:
    """Return what is asked about, or raise everything that is not understood."""
    from planning.district.names import Place, stage_of
    from planning.editing.move_words import asked_in_words, understood
    from planning.editing.requests import check_moves

    names, wrong = opened.names(), _no_stage(stage)
    at = stage_of(stage) if stage else None
    if not (zones or schools or moves):
        wrong.append(Issue("cli.why.nothing_asked_name_zone_school", "why"))
    found_zones = [names.zone(z, Place("zones")) for z in zones]
    found_units = [u for text in schools for u in _units(names, text, at)]
    wrong += [p for p in (*found_zones, *found_units) if isinstance(p, Issue)]
    wrong += [
        _not_drawn(u) for u in found_units if isinstance(u, str) and u not in opened.live.ground.unit_at
    ]
    words = [asked_in_words(text, stage=stage) for text in moves]
    wrong += [w for w in words if isinstance(w, Issue)]
    made, not_understood = understood([w for w in words if not isinstance(w, Issue)], names)
    wrong += not_understood + check_moves(opened.live.ground, made)
    if wrong:
        raise LayoutError(wrong)
    return _Asked(tuple(map(str, found_zones)), tuple(map(str, found_units)), tuple(made))


def _units(names: Names, text: str, stage: str | None) -> list[str | Issue]:
    """Return every unit of a school that is named, one of each stage; what is wrong where that is not clear."""
    from planning.district.names import Place

    found = names.unit_candidates(text, stage)
    stages = {names.units[u][2] for u in found}
    return (
        list(found) if found and len(stages) == len(found) else [names.unit(text, Place("--school"), stage)]
    )


def _not_drawn(unit: str) -> Issue:
    return Issue("cli.why.unit_no_catchment_plan", "--school", value=unit)


def _words(opened: Opened, move: Move) -> str:
    zones, units = opened.live.zone_names(move.zones), opened.live.unit_names(move.unit)
    return say("cli.why.move", zones=zones, units=units)


def _print_answer(told: Answered, called: Called) -> None:
    print_explanation(told.explanation, called)
    for option in told.options:
        if option.cost is None:
            continue
        console.print(
            f"  {say('cli.why.moved')} {escape(called.unit(option.alternative.unit, option.alternative.name))}:"
        )
        _print_cost(option.cost)
        if option.rooms:
            console.print(
                "    → "
                + say(
                    "cli.why.more_seats" if option.in_seats else "cli.why.more_classrooms", rooms=option.rooms
                )
            )
        if option.pushed:
            console.print("    → " + escape(say("cli.why.these_make_room", names=listed(option.pushed))))


def _print_cost(cost: Cost) -> None:
    console.print("    " + say("cli.why.pupil_km_seats_short", more=cost.more, seats_short=cost.seats_short))
    for finding in cost.findings:
        console.print("    • " + escape(finding.said.text(user_language())))


def _print_school(full: Fullness, called: Called) -> None:
    unit = full.unit
    console.print(f"[bold]{escape(called.unit(unit.unit, unit.name))}[/]")
    for t, year in enumerate(unit.years):
        pupils, own, taken, short = (sum(a[t]) for a in (unit.pupils, unit.own, unit.taken, unit.short))
        console.print(
            say(
                "cli.why.seats_pupils_catchment_sent_here"
                if unit.in_seats
                else "cli.why.rooms_pupils_catchment_sent_here",
                year=year,
                rooms=unit.rooms[t],
                pupils=pupils,
                own=own,
                taken=taken,
                short=short,
            )
        )
    if full.nearer_elsewhere:
        shown = tuple(Text("cli.why.nearer_there", zone=z, school=n) for z, n in full.nearer_elsewhere[:8])
        count = len(full.nearer_elsewhere)
        console.print("  " + escape(say("cli.why.zones_another_school_nearer", count=count, shown=shown)))


def _write_reply(
    opened: Opened,
    folder: Path,
    told: Sequence[Answered],
    full: Sequence[Fullness],
    costs: Sequence[tuple[str, Cost]],
) -> None:
    from planning.messages import paper_language
    from planning.publish.page.paper import write_paper
    from planning.publish.page.reply import reply_paper

    paper = reply_paper(
        opened.district, opened.live.layout(opened.folder.name), told, full, costs, lang=paper_language()
    )
    target = write_paper(paper, folder, "reply")
    console.print(say("cli.why.written") + escape(f"{target}: reply.html, reply.docx"))
