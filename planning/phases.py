"""Draw one map for every phase of a plan: the programme is chosen over all years first, then catchments change with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from planning import zoning
from planning.approval import starting_from
from planning.atomic import check_replaceable, claimed, whole_file
from planning.digits import in_digits
from planning.district import District, read_district
from planning.district.capacity import counted
from planning.errors import Issue, LayoutError, ScenarioError
from planning.filenames import inside
from planning.gap import gap_share
from planning.layout import MARKS, Layout, one_row_per_zone
from planning.leftovers import remove
from planning.messages import Both, en_zh
from planning.runs import Run, finish_run
from planning.scenario import Scenario, read_scenario, runs_folder
from planning.tables import harmless
from planning.together import withdrawn

if TYPE_CHECKING:
    from planning.zoning.engine import TracePoint

ONE_MAP = "one-map"
"""Folder of the run with one map over all years, which chooses the programme."""
LEAST_S = 5.0
"""Seconds that are left for each further phase once one was stopped by hand."""
TABLE, CHANGES = "phases.csv", "changes.csv"
Progress: TypeAlias = "Callable[[TracePoint], None]"


@dataclass(frozen=True)
class Phases:
    """A plan in phases.

    Parameters
    ----------
    folder : Path
        Holds ``one-map/`` and a run folder for every phase, named after its first year.
    one_map : Run
        One map over all years; its projects and closings are those of every phase.
    runs : tuple of Run
        One for each phase, in order.
    table : DataFrame
        One row per phase: ``first_year, last_year, folder, objective, bound, gap, shortage_pupils, moved_pupils`` (against the
        phase before, today's catchments for the first), ``mean_distance_m``, and ``one_map_shortage, one_map_distance_m``: the same
        years and pupils under one map.
    changes : DataFrame
        ``year, zone, stage, from_unit, to_unit, pupils`` of every zone whose catchment changes.
    """

    folder: Path
    one_map: Run
    runs: tuple[Run, ...]
    table: pd.DataFrame
    changes: pd.DataFrame

    @property
    def gap(self) -> float:
        """Distance of all phases together to their bounds, as a share; of the catchments, given the programme."""
        return gap_of_phases(self.table)


def gap_of_phases(table: pd.DataFrame) -> float:
    """Return the distance of all phases together to their bounds, as a share, from :attr:`Phases.table`."""
    years = table["last_year"] - table["first_year"] + 1
    objective = float((table["objective"] * years).sum())
    return gap_share(objective, float((table["bound"] * years).sum()))


def phase_years(scenario: Scenario) -> list[tuple[int, int]]:
    """Return the first and the last school year of every phase."""
    firsts = sorted({scenario.years[0], *scenario.phases})
    return list(zip(firsts, [*(y - 1 for y in firsts[1:]), scenario.years[-1]], strict=True))


def run_phases(
    path: str | Path,
    *,
    sets: tuple[str, ...] = (),
    out: str | Path | None = None,
    allow_outside: bool = False,
    progress: Progress | None = None,
    told: Callable[[str], None] | None = None,
) -> Phases:
    """Solve a scenario with ``phases``: one map over all years, then one map for each phase.

    The first chooses the programme (projects with their years, closings) together with the catchments over the horizon. Then every
    phase draws its own map for its years under that programme, starting from the map of the phase before: what changes between them
    costs ``prices.moved_between`` and is held to ``stability.max_moved_share_between``. The solver's time limit is for each of them.

    Parameters
    ----------
    path, sets, out, allow_outside, progress
        As for :func:`planning.runs.run_scenario`; ``runs/NAME-phases`` by default.
    told : callable, optional
        Told of the folder of each run before it is solved.

    Raises
    ------
    ScenarioError, DistrictError, InfeasibleError
        As for a run; also when the scenario has no phases.
    """
    scenario = read_scenario(path, sets, allow_outside=allow_outside)
    if not scenario.phases:
        raise ScenarioError([_no_phases(str(path))])
    folder = Path(out) if out else inside(runs_folder(path), f"{scenario.name}-phases")
    district = read_district(scenario.district)
    zoning.check_plan(district, scenario)
    for name in (ONE_MAP, *(str(first) for first, _ in phase_years(scenario))):
        check_replaceable(folder / name, MARKS)
    tell = told or (lambda _: None)
    with claimed(folder):
        tell(ONE_MAP)
        whole = scenario.model_copy(update={"phases": (), "name": f"{scenario.name}-{ONE_MAP}"})
        # from here on the table of the plan before is away: what stands half old, half new is no plan
        one_map = _carry_out(district, whole, folder / ONE_MAP, None, progress, withdrawn(folder / TABLE))
        _clear_phases(folder)
        runs: list[Run] = []
        for first, last in phase_years(scenario):
            tell(str(first))
            before = runs[-1] if runs else None
            part = _hurried(_phase(scenario, district, one_map, before, first, last), before or one_map)
            start = runs[-1] if runs and part.stability.max_moved_share is not None else one_map
            runs.append(_carry_out(district, part, folder / str(first), start.layout, progress))
        table = pd.DataFrame([_row(one_map, run) for run in runs])
        changes = pd.concat([_changes(run) for run in runs], ignore_index=True)
        for name, rows in ((CHANGES, changes), (TABLE, table)):  # who finds the table finds all
            with whole_file(folder / name) as temporary:
                harmless(rows).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")
    return Phases(folder, one_map, tuple(runs), table, changes)


def run_folders(folder: str | Path) -> list[Path]:
    """Return the run folders of a plan in phases; the folder itself when it is a single run.

    Raises
    ------
    LayoutError
        If the plan in phases was not finished.
    """
    path = Path(folder)
    if not (path / TABLE).is_file():
        if (path / ONE_MAP).is_dir():
            raise LayoutError([_unfinished(path)])
        return [path]
    named = pd.read_csv(path / TABLE, dtype=str, keep_default_na=False, encoding="utf-8-sig")["folder"]
    return [path / ONE_MAP, *(inside(path, name) for name in named)]


def _absent(district: District, decided: Mapping[str, int], last: int) -> set[str]:
    """Return the units of projects that are in use in no year up to the last one."""
    from planning.zoning.build.units import units_of_projects

    table = district.projects[district.projects["kind"].isin(["new", "conversion"])]
    late = [decided.get(str(p), last + 1) > last for p in table["project"]]
    return {unit for (unit, *_), is_late in zip(units_of_projects(district), late, strict=True) if is_late}


def _phase(
    scenario: Scenario, district: District, one_map: Run, before: Run | None, first: int, last: int
) -> Scenario:
    """Return the scenario of one phase: its years, the programme that is decided, what it continues."""
    from planning.zoning.build.locks import locks_within

    layout = one_map.layout
    built = layout.projects[layout.projects["built"].astype(bool)]
    projects = scenario.projects.model_copy(
        update={
            "fixed": "skip",
            "optional": "skip",
            "only": None,
            "exclude": (),
            "budget_yuan": None,
            "budget_by_year": {},
            "decided": {str(p): int(y) for p, y in zip(built["project"], built["year"], strict=True)},
        }
    )
    small = scenario.small_schools.model_copy(update={"close": "never", "closed": _closings(one_map)})
    title = Both(scenario.title or scenario.name, scenario.title_zh or scenario.name)
    titles = en_zh("base.phases.title", title=title, first=first, last=last)
    changes: dict[str, Any] = {
        "name": f"{scenario.name}-{first}",
        "title": titles[0],
        "title_zh": titles[1],
        "year": first,
        "horizon": last,
        "phases": (),
        "projects": projects,
        "small_schools": small,
        "locks": locks_within(scenario.locks, district, _absent(district, projects.decided, last)),
    }
    if before is not None:
        limit, price = scenario.stability.max_moved_share_between, scenario.prices.moved_between
        moved = scenario.prices.moved if price is None else price
        changes |= {
            "start_from": None,
            "continues": before.folder.as_posix(),
            "stability": scenario.stability.model_copy(update={"max_moved_share": limit}),
            "prices": scenario.prices.model_copy(update={"moved": moved}),
        }
    return scenario.model_copy(update=changes)


def _hurried(scenario: Scenario, before: Run) -> Scenario:
    """Return the scenario with little time when the run before it was stopped: what is left is to complete the plan."""
    stopped = before.layout.summary["stopped_by"] == "interrupt"
    if not stopped and before.scenario.solver.time_limit_s > LEAST_S:
        return scenario
    limit = min(scenario.solver.time_limit_s, LEAST_S)
    return scenario.model_copy(update={"solver": scenario.solver.model_copy(update={"time_limit_s": limit})})


def _closings(run: Run) -> dict[str, int]:
    """Return the units that the plan closes by its own choice, and the first year from which they stay closed."""
    units, projects = run.layout.units, run.layout.projects
    by_project = set(projects.loc[projects["built"].astype(bool) & (projects["kind"] == "closure"), "school"])
    rooms = units.groupby(["unit", "year"])["rooms"].max().unstack("year")
    own = counted(run.district, run.scenario.profile().capacity).units.set_index("unit")
    found = {}
    for unit in rooms.index.intersection(own.index[own["rooms"] > 0]):
        if own.at[unit, "school"] in by_project or rooms.loc[unit].iloc[-1] > 0:
            continue
        standing = rooms.columns[rooms.loc[unit] > 0]
        found[str(unit)] = int(standing.max()) + 1 if len(standing) else int(rooms.columns[0])
    return found


def _carry_out(
    district: District,
    scenario: Scenario,
    folder: Path,
    start: Layout | None,
    progress: Progress | None,
    placing: AbstractContextManager[None] | None = None,
) -> Run:
    district = starting_from(district, scenario)
    problem = zoning.build_problem(district, scenario)
    if start is not None:
        problem = zoning.begun_with(problem, start)
    layout = zoning.solve_problem(problem, progress=progress)
    short = zoning.shortages(problem, layout)
    with placing or nullcontext():
        return finish_run(district, scenario, layout, short=short, out=folder)


def _clear_phases(folder: Path) -> None:
    """Remove what the plan before left: its table of changes and the runs of its phases, which may have other years."""
    (folder / CHANGES).unlink(missing_ok=True)
    for old in folder.iterdir():
        if re.fullmatch(r"\d{4}", old.name) and any((old / mark).is_file() for mark in MARKS):
            remove(old)


def _row(one_map: Run, run: Run) -> dict[str, Any]:
    layout, years = run.layout, run.scenario.years
    mine = one_row_per_zone(layout.assignment).set_index(["stage", "zone"])
    whole = one_row_per_zone(one_map.layout.assignment).set_index(["stage", "zone"])
    other = whole["distance_m"].reindex(mine.index)
    pupils = mine["pupils"].astype(float)
    total = max(float(pupils.sum()), 1.0)
    units = one_map.layout.units
    return {
        "first_year": years[0],
        "last_year": years[-1],
        "folder": run.folder.name,
        **{k: layout.summary[k] for k in ("objective", "bound", "gap", "shortage_pupils", "moved_pupils")},
        "mean_distance_m": round(float((pupils * mine["distance_m"]).sum()) / total, 1),
        "one_map_shortage": int(units.loc[units["year"].isin(years), "shortage"].sum()),
        "one_map_distance_m": round(float((pupils * other).sum()) / total, 1),
    }


def _changes(run: Run) -> pd.DataFrame:
    table = one_row_per_zone(run.layout.assignment)
    moved = table[(table["previous_unit"] != "") & (table["previous_unit"] != table["unit"])]
    named = moved.rename(columns={"previous_unit": "from_unit", "unit": "to_unit"})
    return named.assign(year=run.scenario.year)[["year", "zone", "stage", "from_unit", "to_unit", "pupils"]]


def phase_lines(phases: Phases) -> Iterator[tuple[str, ...]]:
    """Yield one row per phase as texts: years, pupils moved, seats short (one map), mean walk (one map), gap."""
    for row in phases.table.to_dict("records"):
        yield (
            f"{row['first_year']}–{row['last_year']}",
            f"{row['moved_pupils']:,.0f}" if pd.notna(row["moved_pupils"]) else "–",
            f"{row['shortage_pupils']:,.0f} ({row['one_map_shortage']:,.0f})",
            f"{in_digits(row['mean_distance_m'])} ({in_digits(row['one_map_distance_m'])})",
            f"{row['gap']:.2%}" if pd.notna(row["gap"]) else "–",
        )


def _unfinished(folder: Path) -> Issue:
    return Issue("base.phases.plan_phases_stopped_before_finished", str(folder))


def _no_phases(file: str) -> Issue:
    return Issue("base.phases.scenario_names_no_phases", file, column="phases")
