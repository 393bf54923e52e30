"""Edit a run: open it, move zones, take steps back, say what that does, and write it as a run like any other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from planning import zoning
from planning.approval import refuse_approved, starting_from
from planning.district import District, remembered_district
from planning.district.called import Called
from planning.district.names import Names
from planning.editing import Finding, LiveLayout, check
from planning.editing.drawn import complete_drawing, read_drawn
from planning.editing.frozen import frozen_conflicts
from planning.editing.journal import Move
from planning.editing.move_words import Asked, asked_in_table, asked_in_words, understood
from planning.editing.placed import drawn_scenario, placed_layout
from planning.editing.requests import check_moves
from planning.errors import Issue, LayoutError, PlanningError
from planning.filenames import inside, name_fault
from planning.layout import Layout, inputs_of
from planning.messages import Text, user_language
from planning.runs import Run, finish_run, open_run
from planning.scenario import Scenario, read_scenario
from planning.tables import each
from planning.zoning.build.units import units_of_projects


@dataclass(frozen=True)
class Opened:
    """A run that can be edited, with what it came from, and whether it was edited before."""

    live: LiveLayout
    layout: Layout
    scenario: Scenario
    district: District
    folder: Path
    edited: bool

    def names(self) -> Names:
        """Return the words for zones and units, those of the plan's projects included."""
        return names_of(self.district, self.live.problem)


@dataclass(frozen=True)
class Wish:
    """What is asked of a run: moves in words and tables, steps back and on; ``reason``, ``who``, ``when`` for moves that say none.

    ``freeze`` names schools that no move of the wish may touch.
    """

    moves: Sequence[str] = ()
    tables: Sequence[str | Path] = ()
    stage: str = ""
    reason: str = ""
    who: str = ""
    when: str = ""
    undo: int = 0
    redo: int = 0
    freeze: Sequence[str] = ()


@dataclass(frozen=True)
class Edited:
    """What became of a wish: the live layout, what it says, the price before, and the moves that give zones what they have.

    Parameters
    ----------
    idle : tuple of Move
        Of the moves asked for, with those of their zones that were with these schools already.
    """

    opened: Opened
    findings: tuple[Finding, ...]
    changed: tuple[str, ...]
    price_before: float
    idle: tuple[Move, ...] = ()


def open_edit(folder: str | Path, reference: Layout | None = None) -> Opened:
    """Open a run, approved or not, edited before or not.

    Raises
    ------
    LayoutError, ScenarioError, DistrictError
        If it is incomplete, its district is gone or changed, or its journal does not fit it.
    """
    layout, scenario, district = open_run(folder)
    carried = inputs_of(folder)
    if carried is not None:
        scenario = scenario.model_copy(update={"district": str(carried)})
    problem = zoning.build_problem(district, scenario)
    live = LiveLayout(problem, layout, district, reference)
    return Opened(live, layout, scenario, district, Path(folder), layout.journal is not None)


def names_of(district: District, problem: zoning.ZoningProblem) -> Names:
    """Return the words for zones and units of a district with the units that projects create, those that the problem leaves out included."""
    made = ((str(r.unit), str(r.school), str(r.name), str(r.stage)) for r in each(problem.units))
    return Names.of(district, (*made, *units_of_projects(district)))


def edit(opened: Opened, wish: Wish) -> Edited:
    """Take steps back and on, then make the moves of a wish; nothing is changed where anything is wrong.

    Raises
    ------
    LayoutError
        With everything that is wrong: names, stages, closed units, shared zones, steps that are not there.
    """
    live = opened.live
    head, before = live.journal.head, live.county().price.total
    asked, problems = _asked(wish)
    moves, wrong = understood(asked, opened.names())
    problems += wrong + _called(check_moves(live.ground, moves), opened.names())
    problems += frozen_conflicts(live, moves, wish.freeze, opened.names())
    changed: set[str] = set()
    for step, times in ((live.undo, wish.undo), (live.redo, wish.redo)):
        for _ in range(times):
            here = live.journal.head
            changed |= set(step())
            if live.journal.head == here:
                problems.append(_no_more(step == live.undo))
                break
    if wish.tables and not (moves or problems):
        problems.append(_nothing())
    if problems:
        live.go(head)
        raise LayoutError(problems)
    idle = _idle(live, moves)
    changed |= set(live.apply(moves))
    return Edited(opened, check(live), tuple(sorted(changed)), before, idle)


def _idle(live: LiveLayout, moves: Sequence[Move]) -> tuple[Move, ...]:
    """Return the moves, with those zones alone, that leave zones with the schools they have by then."""
    given: dict[tuple[str, str], set[str]] = {}
    found = []
    for move in moves:
        idle = []
        for zone in move.zones:
            here = given.get((move.stage, zone)) or set(live.units_at(zone, move.stage))
            if here == set(move.units):
                idle.append(zone)
            given[move.stage, zone] = set(move.units)
        if idle:
            found.append(replace(move, zones=tuple(idle)))
    return tuple(found)


def _called(problems: list[Issue], names: Names) -> list[Issue]:
    """Return problems that call zones and schools by their names."""
    called = Called.by(names, user_language()) if problems else Called({}, {})
    known = {**called.units, **called.zones}
    return [p.at(value=known.get(p.value, p.value)) for p in problems]


def _asked(wish: Wish) -> tuple[list[Asked], list[Issue]]:
    about = {"stage": wish.stage, "reason": wish.reason, "who": wish.who, "when": wish.when}
    found: list[Asked] = []
    problems: list[Issue] = []
    for text in wish.moves:
        one = asked_in_words(text, **about)
        if isinstance(one, Issue):
            problems.append(one)
        else:
            found.append(one)
    for path in wish.tables:
        try:
            found += asked_in_table(path, **about)
        except PlanningError as error:
            problems += error.problems
    return found, problems


def default_out(opened: Opened) -> Path:
    """Return where an edited run goes: itself where it was edited before, else beside it, where nothing stands yet."""
    folder = opened.folder
    if opened.edited:
        return folder
    names = itertools.chain(
        [f"{folder.name}-edited"], (f"{folder.name}-edited-{k}" for k in itertools.count(2))
    )
    return next(place for place in map(folder.with_name, names) if not place.exists())


def save_edit(
    opened: Opened, out: str | Path | None = None, *, stage: Callable[[str], None] | None = None
) -> Run:
    """Write the plan as it is now as a run folder with its journal, all or nothing.

    Raises
    ------
    WriteError
        If the folder holds something else or cannot be written.
    LayoutError
        If it is an approved layout.
    """
    target = default_out(opened) if out is None else Path(out)
    refuse_approved(target)
    layout = opened.live.layout(target.name)
    now = opened.live.problem.scenario
    told = {k: layout.scenario[k] for k in ("catchments", "title", "title_zh") if k in layout.scenario}
    scenario = opened.scenario.model_copy(
        update={**told, "shared": now.shared, "shared_today": now.shared_today}
    )
    layout = replace(layout, scenario=scenario.as_data())
    short = zoning.shortages(opened.live.problem, layout)
    return finish_run(opened.district, scenario, layout, short=short, out=target, stage=stage)


@dataclass(frozen=True)
class Imported:
    """Runs made of drawn catchments, by option, and what their reader must know."""

    runs: dict[str, Run]
    notes: tuple[Text, ...]


def import_layouts(
    base: str | Path,
    files: Sequence[str | Path],
    *,
    columns: Sequence[str] = (),
    stage: str = "",
    out: str | Path = "runs",
    allow_outside: bool = False,
) -> Imported:
    """Bring drawn catchments home: every option a run with scorecard and map, under the settings of a scenario or a run.

    Parameters
    ----------
    base : str or Path
        Scenario file or run folder that says district, years, projects and prices.
    files, columns, stage
        As :func:`planning.editing.drawn.read_drawn` takes them.
    out : str or Path
        Folder for the runs, one each under the option's name.
    allow_outside : bool
        Let the scenario name paths outside the project.

    Raises
    ------
    PlanningError
        With everything that is wrong in the files; nothing is written then.
    """
    scenario, district = _settings(base, allow_outside)
    problem = zoning.build_problem(district, scenario.model_copy(update={"shared": ()}))
    names = names_of(district, problem)
    drawn = read_drawn(files, district, names, columns=columns, stage=stage)
    problems: list[Issue] = []
    made: dict[str, tuple[Scenario, zoning.ZoningProblem, Layout]] = {}
    for option, drawing in drawn.options.items():
        whole, wrong = complete_drawing(drawing, district, scenario.stages, option)
        problems += wrong
        if problems:
            continue
        try:
            told = drawn_scenario(scenario, whole, filename_of(option), option)
            made[option] = (told, *placed_layout(district, told, whole))
        except PlanningError as error:
            problems += error.problems
    if problems:
        raise LayoutError(problems)
    runs = {
        option: finish_run(
            district, told, layout, short=zoning.shortages(stated, layout), out=inside(out, told.name)
        )
        for option, (told, stated, layout) in made.items()
    }
    return Imported(runs, tuple(drawn.notes))


def filename_of(option: str) -> str:
    """Return a name of an option that every file system takes."""
    plain = re.sub(r"[^\w（）().-]+", "-", option).strip("-. ")[:60] or "drawn"
    return plain if name_fault(plain) is None else f"{plain}-"


def _settings(base: str | Path, allow_outside: bool) -> tuple[Scenario, District]:
    if Path(base).is_dir():
        _, scenario, district = open_run(base)
        carried = inputs_of(base)
        return (scenario.model_copy(update={"district": str(carried)}) if carried else scenario), district
    scenario = read_scenario(base, allow_outside=allow_outside)
    return scenario, starting_from(remembered_district(scenario.district), scenario)


def _no_more(back: bool) -> Issue:
    return Issue(
        "base.edits.no_step_take_back" if back else "base.edits.no_step_make_again",
        "--undo" if back else "--redo",
    )


def _nothing() -> Issue:
    return Issue("base.edits.nothing_asked_table_no_rows", "moves")
