"""Carry a scenario out, from its file to a complete run folder."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from planning import approval, indicators, publish, zoning
from planning.approval import approval_lines, refuse_approved, require_intact, start_summary, starting_from
from planning.atomic import Claim, check_replaceable, claimed, new_folder
from planning.district import District, read_and_keep, remembered_district
from planning.errors import Issue, LayoutError
from planning.filenames import inside
from planning.layout import MARKS, Layout, changed_files, foreign, inputs_of, load_layout, save_tables
from planning.messages import Text, paper_language, said, spoken, zh_en
from planning.scenario import (
    PROJECT,
    Scenario,
    project_seen_from,
    read_scenario,
    runs_folder,
    scenario_of_run,
)
from planning.standards import VERDICTS, Profile
from planning.tables import harmless
from planning.version import __version__
from planning.zoning.build.units import units_of_projects

if TYPE_CHECKING:
    from planning.approval import Approval, Decision
    from planning.indicators import Scorecard
    from planning.zoning.engine import TracePoint

_VERSIONS = ("geopandas", "highspy", "numpy", "pandas", "pulp", "scipy", "shapely")


@dataclass(frozen=True)
class Run:
    """A finished run: where it is and what it says."""

    folder: Path
    scenario: Scenario
    district: District
    layout: Layout
    scorecard: Scorecard


def run_scenario(
    path: str | Path,
    *,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    allow_outside: bool = False,
    progress: Callable[[TracePoint], None] | None = None,
    stage: Callable[[str], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Run:
    """Read a scenario, solve it, score it, draw it, and write the run folder.

    Parameters
    ----------
    path : str or Path
        Scenario file.
    sets : sequence of str
        ``key.key=value`` settings on top of the file.
    out : str or Path, optional
        Run folder; ``NAME`` in :func:`~planning.scenario.runs_folder` by default. It appears only when it is complete.
    allow_outside : bool
        Let the scenario name paths outside the project.
    progress, stage : callable, optional
        Told of every improvement of the plan or the bound, and of every step (``"read"``, ``"solve"``, ``"score"``,
        ``"draw"``, ``"write"``).
    stop : callable, optional
        Polled while solving; return True to stop with the best plan so far.

    Raises
    ------
    ScenarioError, DistrictError, InfeasibleError
        Everything that is wrong, at once; nothing is written.
    WriteError
        If another run is writing the same folder, it holds something else, or the disk refuses.
    """
    tell = stage or (lambda _: None)
    tell("read")
    indicators.added_indicators()  # a broken package is told before anything is solved
    publish.added_outputs()
    scenario, start = zoning.start_of_scenario(read_scenario(path, sets, allow_outside=allow_outside))
    folder = Path(out) if out else inside(runs_folder(path), scenario.name)
    refuse_approved(folder)
    with claimed(folder) as claim:
        check_replaceable(folder, MARKS)
        district = starting_from(read_and_keep(scenario.district), scenario)
        tell("solve")
        problem = zoning.begun_with(zoning.build_problem(district, scenario), start)
        layout = zoning.solve_problem(problem, progress=progress, stop=stop)
        layout = replace(layout, summary={**layout.summary, **zoning.begun_summary(start)})
        short = zoning.shortages(problem, layout)
        return _finish(district, scenario, layout, short=short, claim=claim, stage=tell)


def finish_run(
    district: District,
    scenario: Scenario,
    layout: Layout,
    *,
    short: pd.DataFrame | None = None,
    out: str | Path | None = None,
    stage: Callable[[str], None] | None = None,
) -> Run:
    """Score and draw a layout and write its run folder, all or nothing.

    ``short`` lists what is short and what would mend it (:func:`planning.zoning.answer.shortages`); written when given.
    """
    folder = Path(out) if out else inside("runs", scenario.name)
    refuse_approved(folder)
    with claimed(folder) as claim:
        return _finish(district, scenario, layout, short=short, claim=claim, stage=stage or (lambda _: None))


def _finish(
    district: District,
    scenario: Scenario,
    layout: Layout,
    *,
    short: pd.DataFrame | None,
    claim: Claim,
    stage: Callable[[str], None],
) -> Run:
    stage("score")
    scorecard = indicators.score(district, layout, scenario.profile())
    layout = replace(layout, summary=_full_summary(district, scenario, layout, scorecard, claim.target))
    folder = claim.target
    stage("draw")
    with new_folder(folder, claim=claim, marks=MARKS) as temporary:
        save_tables(layout, temporary)
        indicators.write_scorecard(scorecard, temporary)
        harmless(zoning.propose_shared(layout)).to_csv(
            temporary / "shared_proposals.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
        )
        if short is not None:
            harmless(short).to_csv(
                temporary / "shortages.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
            )
        publish.write_layout_gpkg(district, layout, temporary / "layout.gpkg")
        publish.write_map(district, layout, temporary / "map.html")
        publish.write_results_workbook(district, layout, scorecard, short, temporary / publish.results_name())
        publish.write_added(district, layout, scorecard, temporary)
        stage("write")
    return Run(folder, scenario, district, replace(layout, path=folder), scorecard)


def open_run(folder: str | Path) -> tuple[Layout, Scenario, District]:
    """Load a run folder together with the scenario and the district it came from.

    An approved layout carries its inputs along, so it opens as it was approved whatever became of the district since. Its
    district's note says who approved it and with which exceptions, or that files of the run were changed by hand since it was
    written: every map and notice prints that note.

    Raises
    ------
    LayoutError, ScenarioError, DistrictError
        If the folder is incomplete or its district is gone.
    """
    layout = load_layout(folder)
    inputs = inputs_of(folder)
    scenario = scenario_of_run(layout.scenario, folder, layout.summary, carried=inputs is not None)
    for standards in sorted((Path(folder) / "standards").glob("*.yaml")):
        scenario = scenario.model_copy(update={"standards": str(standards)})
    district = starting_from(remembered_district(inputs or scenario.district), scenario)
    if problems := foreign(layout, district, [unit for unit, *_ in units_of_projects(district)]):
        raise LayoutError(problems)
    changed = changed_by_hand(layout)
    told = [spoken(changed)] if changed else []
    return layout, scenario, _marked(district, (*approval_lines(folder, paper_language(), limit=3), *told))


def open_to_publish(folder: str | Path) -> tuple[Layout, Scenario, District]:
    """Load a run folder for what the public gets: a notice, the lookup page, layers, a public map.

    Raises
    ------
    LayoutError
        As :func:`refuse_changed`.
    LayoutError, ScenarioError, DistrictError
        As :func:`open_run`.
    """
    refuse_changed(folder)
    return open_run(folder)


def refuse_changed(folder: str | Path) -> None:
    """Refuse a run for publication when files say something else than when it was written.

    Raises
    ------
    LayoutError
        If files of the run were changed by hand, or anything of an approved layout since it was approved; every file is named.
    """
    if approval.approval_of(folder):
        require_intact(folder)
    elif changed := changed_files(folder, load_layout(folder).summary):
        raise LayoutError(
            Issue("base.runs.file_changed_by_hand", str(Path(folder) / name)) for name in changed
        )


def changed_by_hand(layout: Layout) -> Text | None:
    """Return what is said of a run that was changed by hand since it was written; an approved one is held against its approval instead."""
    if layout.path is None or approval.approval_of(layout):
        return None
    changed = changed_files(layout.path, layout.summary)
    return Text("base.runs.changed_by_hand", files=changed) if changed else None


def _marked(district: District, lines: Sequence[str]) -> District:
    if not lines:
        return district
    note = (
        said("publish.sign.semicolon").join(line.rstrip("：: ") for line in lines)
        + said("publish.sign.stop")
        + district.info.note
    )
    return replace(district, info=replace(district.info, note=note))


def open_approved(folder: str | Path) -> tuple[Approval, Layout, Scenario, District]:
    """Load an approved layout in which nothing changed since.

    Raises
    ------
    LayoutError
        If it was not approved, or anything changed; every file is named.
    """
    return require_intact(folder), *open_run(folder)


def approve_run(
    run: str | Path, decision: Decision, *, root: str | Path = "approved", with_exceptions: bool = False
) -> Approval:
    """Freeze a run with its map drawn again, now that it says who approved it and with which exceptions.

    See :func:`planning.approval.approve` for what is refused.
    """

    def draw(folder: Path) -> None:
        layout, _, district = open_run(folder)
        publish.write_map(district, replace(layout, name=Path(run).name), folder / "map.html")
        # made before the decision, it says nothing of it; the public page of an approved layout goes to published/
        (folder / publish.LOOKUP).unlink(missing_ok=True)

    return approval.approve(
        run, decision, root=root, with_exceptions=with_exceptions, draw=draw, page=publish.approval_page
    )


def input_hashes(path: str | Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a district folder (or of a workbook), by name."""
    source = Path(path)
    files = (
        [source]
        if source.is_file()
        else sorted(p for p in source.iterdir() if p.is_file() and p.name[0] != ".")
    )
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def not_as_planned(
    layout: Layout, scenario: Scenario, district: District, profile: Profile
) -> list[tuple[str, str]]:
    """Return in what a run is looked at otherwise than it was made, in Chinese and English: standards, files of the district."""
    notes = []
    if profile != scenario.profile():
        notes.append(
            zh_en("base.runs.run_was_planned_standards", stem=Path(scenario.standards).stem, id=profile.id)
        )
    told = layout.summary.get("inputs")
    if told and district.path is not None:
        now = input_hashes(district.path)
        changed = ", ".join(n for n in sorted({*told, *now}) if told.get(n) != now.get(n))
        if changed:
            notes.append(zh_en("base.runs.district_changed_since_run", changed=changed))
    return notes


def _full_summary(
    district: District, scenario: Scenario, layout: Layout, scorecard: Scorecard, folder: Path
) -> dict[str, Any]:
    return {
        **layout.summary,
        "indicators": scorecard.counts(),
        "district": scenario.district,
        PROJECT: project_seen_from(folder),
        **start_summary(scenario),
        **zoning.predecessor_summary(scenario),
        "scenario_hash": scenario.digest(),
        "inputs": input_hashes(scenario.district),
        "layers_status": {name: layer.status for name, layer in sorted(district.info.layers.items())},
        "versions": {
            "planning": __version__,
            "verdicts": VERDICTS,
            **{name: importlib.metadata.version(name) for name in _VERSIONS},
        },
    }
