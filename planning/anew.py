"""Draw a run anew from where it is: the rest finished around moves and locks, repaired with the least change, or supposed otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planning import zoning
from planning.approval import refuse_approved, starting_from
from planning.district.called import Called
from planning.editing import LiveLayout, carried, finish, repair
from planning.editing.finishing import Progress, Stop
from planning.editing.locking import Asked
from planning.editing.what_if import Catchments, Change, Supposed, what_if
from planning.editing.what_if_words import change_of
from planning.edits import Opened, open_edit
from planning.errors import Issue, ScenarioError
from planning.layout import Layout
from planning.messages import Text, paper_language
from planning.runs import Run, finish_run
from planning.scenario import Scenario, scenario_from_data
from planning.scenario.read import scenario_with


@dataclass(frozen=True)
class Told:
    """Who is told while a run is drawn anew, and who may stop it."""

    progress: Progress | None = None
    stop: Stop | None = None
    stage: Callable[[str], None] | None = None


QUIET = Told()


def finish_run_of(
    opened: Opened,
    *,
    locks: Asked = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    told: Told = QUIET,
) -> Run:
    """Draw the rest of a run anew around the zones moved by hand and more locks, and write it as a run like any other.

    Parameters
    ----------
    opened : Opened
        The run, moves made (:func:`planning.edits.open_edit`, :func:`planning.edits.edit`).
    locks : Locks or mapping, optional
        More locks.
    sets : sequence of str
        ``solver.key=value``; other settings make another problem (:func:`repair_run_of`).
    out : str or Path, optional
        Run folder; ``RUN-finished`` by default.
    told : Told
        Progress and stop.

    Raises
    ------
    PlanningError
        Everything that is wrong with locks and settings at once; nothing is written.
    """
    target = _target(opened, out, "finished")
    solver = _solver_only(opened.scenario, sets)
    layout = finish(
        opened.live, locks=locks, solver=solver, name=target.name, progress=told.progress, stop=told.stop
    )
    return _written(opened, opened.live, layout, target, told)


def repair_run_of(
    opened: Opened,
    *,
    locks: Asked = None,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    told: Told = QUIET,
) -> Run:
    """Repair a run with the least change, after a move or in a new year, and write it as a run like any other.

    Parameters
    ----------
    opened, locks, out, told
        As :func:`finish_run_of` takes them; ``RUN-repaired`` by default.
    sets : sequence of str
        Settings that the plan is carried into first: ``year=2023``, ``projects.optional=choose``, ``solver.time_limit_s=120``.
    """
    target = _target(opened, out, "repaired")
    scenario, live = scenario_with(opened.scenario, sets), opened.live
    solver = scenario.solver.model_dump()
    if scenario.model_copy(update={"solver": opened.scenario.solver}) != opened.scenario:
        live = carried_edit(opened, scenario, told)
    layout = repair(
        live, locks=locks, solver=solver, name=target.name, progress=told.progress, stop=told.stop
    )
    return _written(opened, live, layout, target, told)


def carried_edit(opened: Opened, scenario: Scenario, told: Told = QUIET) -> LiveLayout:
    """Return the plan of an opened run, moves made, as it stands under another scenario."""
    now = opened.live.problem.scenario  # the moves may have other zones shared
    scenario = scenario.model_copy(
        update={"catchments": "free", "shared": now.shared, "shared_today": now.shared_today}
    )
    district = starting_from(opened.district, scenario)
    return carried(opened.live.layout(), district, scenario, progress=told.progress, stop=told.stop)


@dataclass(frozen=True)
class Supposition:
    """What is supposed, as people write it (:func:`planning.editing.what_if_words.change_of`)."""

    rooms: Sequence[str] = ()
    projects: Sequence[str] = ()
    births: float = 1.0
    estates: Sequence[str] = ()
    stage: str = ""
    catchments: Catchments = "held"


def supposed_lines(change: Change, opened: Opened, lang: str) -> tuple[str, ...]:
    """Return what a change supposes, a line each, schools, estates and projects by their names."""
    rooms = "base.supposed.seats" if opened.live.problem.profile.in_seats else "base.supposed.rooms"
    called = Called.by(opened.names(), lang)
    projects = dict(
        opened.district.projects[["project", "name"]].astype(str).itertuples(index=False, name=None)
    )
    said = (
        *(Text(rooms, school=called.unit(u), more=n) for u, n in change.rooms.items()),
        *(
            Text("base.supposed.project", project=projects.get(p, p), year=y)
            for p, y in change.projects.items()
        ),
        *((Text("base.supposed.births", births=change.births),) if change.births != 1 else ()),
        *(
            Text(
                "base.supposed.homes_to" if e.unit else "base.supposed.homes",
                zone=called.zone(e.zone),
                homes=e.homes,
                year=e.year,
                **({"school": called.unit(e.unit)} if e.unit else {}),
            )
            for e in change.estates
        ),
    )
    return tuple(words.text(lang) for words in said)


def suppose(
    folder: str | Path,
    asked: Supposition,
    *,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    told: Told = QUIET,
) -> tuple[Supposed, Path]:
    """Say what a change would do to a run, and write the page for whoever decides; the run stays as it is.

    Returns
    -------
    Supposed, Path
        Before and after, and the folder with ``whatif.html`` and ``whatif.docx`` (``RUN-whatif`` by default).

    Raises
    ------
    PlanningError
        Everything that is wrong at once; nothing is written.
    """
    from planning.publish.page.paper import write_paper
    from planning.publish.page.what_if import supposed_paper

    opened = open_edit(folder)
    target = _target(opened, out, "whatif")
    solver = _solver_only(opened.scenario, sets)
    change = change_of(
        opened.district, opened.scenario, rooms=asked.rooms, projects=asked.projects,
        births=asked.births, estates=asked.estates, stage=asked.stage,
    )  # fmt: skip
    supposed = what_if(
        opened.live.layout(), opened.district, opened.scenario, change,
        catchments=asked.catchments, solver=solver, progress=told.progress, stop=told.stop,
    )  # fmt: skip
    paper = supposed_paper(
        supposed,
        opened.district,
        supposed_lines(change, opened, paper_language()),
        Path(folder).name,
        lang=paper_language(),
    )
    return supposed, write_paper(paper, target, "whatif")


def _target(opened: Opened, out: str | Path | None, what: str) -> Path:
    folder = opened.folder
    target = folder.with_name(f"{folder.name}-{what}") if out is None else Path(out)
    refuse_approved(target)
    return target


def _solver_only(scenario: Scenario, sets: Sequence[str]) -> dict[str, object]:
    wrong = [text for text in sets if not text.strip().startswith("solver.")]
    if wrong:
        raise ScenarioError([_other_setting(text) for text in wrong])
    return scenario_with(scenario, sets).solver.model_dump()


def _written(opened: Opened, live: LiveLayout, layout: Layout, target: Path, told: Told) -> Run:
    scenario = scenario_from_data({**layout.scenario, "name": target.name})
    layout = dataclasses.replace(layout, scenario=scenario.as_data())
    short = zoning.shortages(live.problem, layout)
    return finish_run(opened.district, scenario, layout, short=short, out=target, stage=told.stage)


def _other_setting(text: str) -> Issue:
    return Issue("base.anew.rest_drawn_anew_under_settings", "--set", value=text)
