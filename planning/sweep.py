"""Solve a scenario over a grid of settings, in parallel, so that a planner sees what the next classroom buys."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import math
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.approval import starting_from
from planning.atomic import claimed, whole_file, writing
from planning.district import District, read_district
from planning.errors import Issue, PlanningError, ScenarioError
from planning.filenames import inside
from planning.runner.child import answer, ended
from planning.runner.limits import Limits
from planning.runner.outcome import Outcome
from planning.runner.process import watched
from planning.runner.workers import workers_for
from planning.runs import input_hashes
from planning.scenario import Scenario, read_scenario, runs_folder, scenario_from_data
from planning.tables import harmless
from planning.zoning import build_problem, solve_problem

TABLE, PICTURE = "sweep.csv", "pareto.png"
SHORT_NAMES = {"budget": "projects.budget_yuan", "gap": "solver.gap", "time": "solver.time_limit_s"}
"""Names that ``--vary`` understands besides the keys of a scenario (``births``, ``demand``, ``horizon`` are keys)."""
GIVEN = ("births", "demand", "year", "horizon", "district", "standards")
"""What a planner does not decide: plans are compared only where these agree."""
NOT_FOUND = "not_found"
"""Status of a point for which no plan was found in time; it is tried again by the next sweep."""
COMMAND = ("-P", "-m", "planning.sweep")
"""The process of one point."""
_NO_LIMITS = Limits(time_s=math.inf, memory_mb=math.inf)
FIGURES = ("cost_yuan", "rooms", "shortage_pupils", "mean_distance_m", "nearby_primary", "nearby_junior", "classes_over_cap",
           "moved_pupils", "gap", "seconds", "projects")  # fmt: skip


@dataclass(frozen=True)
class Sweep:
    """Results over a grid.

    Parameters
    ----------
    folder : Path
        Where the tables are.
    varied : tuple of str
        Scenario keys that vary, in the order given.
    table : DataFrame
        One row per point: the varied keys, ``status`` (``solved``, ``impossible``, ``not_found``, ``missing``), the figures
        (:data:`FIGURES`; ``shortage_pupils`` summed over the years, ``mean_distance_m`` over all pupils of the first year),
        ``pareto`` (no other plan under the same births and demand is as good in cost, shortage and travel and better in one),
        ``per_room`` (seats no longer short for one more classroom than the next cheaper plan of the Pareto set), ``note``.
    complete : bool
        Whether every point was tried.
    """

    folder: Path
    varied: tuple[str, ...]
    table: pd.DataFrame
    complete: bool


def read_grid(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the values by scenario key of ``key=value,value,…`` texts.

    Raises
    ------
    ScenarioError
        Texts without key or values, keys or values given twice; all at once.
    """
    grid: dict[str, tuple[str, ...]] = {}
    problems = []
    for text in texts:
        name, _, rest = text.partition("=")
        key = SHORT_NAMES.get(name.strip(), name.strip())
        values = tuple(v.strip() for v in rest.split(","))
        if not key or not all(values):
            problems.append(Issue("base.sweep.expected_key_value_value", "--vary", value=text))
        elif key in grid or len(set(values)) < len(values):
            problems.append(Issue("base.sweep.given_twice", "--vary", value=text))
        else:
            grid[key] = values
    if not texts:
        problems.append(Issue("base.sweep.nothing_varies", "--vary"))
    if problems:
        raise ScenarioError(problems)
    return grid


def sweep(
    path: str | Path,
    grid: Mapping[str, Sequence[str]],
    *,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    jobs: int | None = None,
    told: Callable[[int, int, Mapping[str, Any]], None] | None = None,
) -> Sweep:
    """Solve every point of a grid; points that an earlier sweep of the folder solved are not solved again.

    Parameters
    ----------
    path : str or Path
        Scenario file.
    grid : mapping of str to sequence of str
        Values by scenario key, as :func:`read_grid` returns them.
    sets : sequence of str
        ``key=value`` settings for all points.
    out : str or Path, optional
        Folder; ``runs/NAME-sweep`` by default. Points appear in it one by one (``points/*.json``), ``sweep.csv`` at the end or
        when interrupted.
    jobs : int, optional
        Points solved at once; the processors of the machine by default.
    told : callable, optional
        Told of ``(done, all, figures)`` after every point.

    Returns
    -------
    Sweep
        Incomplete when interrupted (Ctrl-C): what is solved is kept, the same command goes on from there.

    Raises
    ------
    ScenarioError, DistrictError
        What is wrong with the scenario, a value or the district; everything at once, before anything is solved.
    WriteError
        If another sweep writes the folder, or the disk refuses.
    """
    points = _points(path, grid, sets)
    first = points[0][1]
    folder = Path(out) if out else inside(runs_folder(path), f"{first.name}-sweep")
    for place in {p.district for _, p in points}:
        _district(place)  # what is wrong with it is said before anything is solved
    stamp = _stamp({p.district for _, p in points})
    workers = max(1, min(jobs or os.cpu_count() or 1, len(points)))
    threads = max(1, (os.cpu_count() or 1) // workers)
    with claimed(folder), writing(folder):
        store = folder / "points"
        store.mkdir(parents=True, exist_ok=True)
        files = {i: store / f"{_key(scenario, stamp)}.json" for i, (_, scenario) in enumerate(points)}
        todo = [i for i, file in files.items() if _known(file)["status"] in ("missing", NOT_FOUND)]
        for name in (TABLE, PICTURE):  # of the grid before; points are kept, so that both are soon made again
            (folder / name).unlink(missing_ok=True)
        done = len(points) - len(todo)
        complete = True
        try:
            work = [(points[i][1], files[i], threads) for i in todo]
            with closing(_solved(work, workers)) as solved:
                for figures in solved:
                    done += 1
                    if told:
                        told(done, len(points), figures)
        except KeyboardInterrupt:
            complete = False
        table = _table([v for v, _ in points], list(files.values()), tuple(grid))
        with whole_file(folder / TABLE) as temporary:
            harmless(table).to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")
    return Sweep(folder, tuple(grid), table, complete and bool((table["status"] != "missing").all()))


def _points(
    path: str | Path, grid: Mapping[str, Sequence[str]], sets: Sequence[str]
) -> list[tuple[dict[str, str], Scenario]]:
    """Return the settings and the scenario of every point, or everything that is wrong with them."""
    points, problems = [], []
    for values in itertools.product(*grid.values()):
        setting = dict(zip(grid, values, strict=True))
        try:
            points.append((setting, read_scenario(path, [*sets, *(f"{k}={v}" for k, v in setting.items())])))
        except ScenarioError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise ScenarioError(problems)
    if useless := useless_budget(str(path), grid, [s for _, s in points]):
        raise ScenarioError([useless])
    return points


def useless_budget(file: str, keys: Iterable[str], scenarios: Sequence[Scenario]) -> Issue | None:
    """Return what is wrong where a budget varies and no scenario may choose what to build with it."""
    if "projects.budget_yuan" not in keys or any(s.projects.optional == "choose" for s in scenarios):
        return None
    value = scenarios[0].projects.optional if scenarios else ""
    code = "base.sweep.budget_optional_projects_scenario"
    return Issue(code, file, column="projects.optional", value=value)


def _stamp(districts: set[str]) -> str:
    return json.dumps({d: input_hashes(d) for d in sorted(districts)}, sort_keys=True)


def _key(scenario: Scenario, stamp: str) -> str:
    """Return a name that changes with the scenario and with every file of its district."""
    return hashlib.sha256((scenario.digest() + stamp).encode()).hexdigest()[:20]


def _solved(
    work: Sequence[tuple[Scenario, Path, int]], workers: int
) -> Generator[dict[str, Any], None, None]:
    """Yield the figures of every point as it is solved."""
    if workers == 1 or len(work) <= 1:
        yield from (_solve(*one) for one in work)
        return
    files = {file.stem: file for _, file, _ in work}
    with workers_for(workers) as pool:
        for one in work:
            pool.submit(_Point(*one))
        for outcome in pool.outcomes():
            file = files[outcome.key]
            if outcome.status != "done":  # its process broke down, or was ended: nothing is proven
                _keep(file, {"status": NOT_FOUND, "note": outcome.note_zh})
            yield _known(file)


@dataclass(frozen=True)
class _Point:
    """A point to be solved in a process of its own, which ends with this one."""

    scenario: Scenario
    file: Path
    threads: int

    @property
    def key(self) -> str:
        """Name of the point's file."""
        return self.file.stem

    def __call__(self, stop: Callable[[], bool] = lambda: False) -> Outcome:
        """Solve it."""
        job = {"scenario": self.scenario.as_data(), "file": str(self.file), "threads": self.threads}
        with self.file.with_suffix(".log").open("ab") as log:
            told = watched(COMMAND, job, _NO_LIMITS, stop, log)
        return Outcome(self.key, told["status"], note_zh=told["zh"], note_en=told["en"])


def _carried_out(job: Mapping[str, Any]) -> dict[str, Any]:
    _solve(scenario_from_data(job["scenario"]), Path(job["file"]), int(job["threads"]))
    return ended("done")


@functools.lru_cache(maxsize=2)
def _district(path: str) -> District:
    return read_district(path)


def _solve(scenario: Scenario, file: Path, threads: int) -> dict[str, Any]:
    """Solve one point and keep its figures; an interrupted one is not kept."""
    solver = scenario.solver.model_copy(update={"threads": min(threads, scenario.solver.threads)})
    told = scenario.model_copy(update={"solver": solver})
    try:
        layout = solve_problem(build_problem(starting_from(_district(scenario.district), told), told))
    except PlanningError as error:
        # a solver that ran out of time has proven nothing
        status = NOT_FOUND if error.problems[0].file == "solver" else "impossible"
        figures: dict[str, Any] = {"status": status, "note": error.problems[0].text("zh")}
    else:
        if layout.summary["stopped_by"] == "interrupt":
            raise KeyboardInterrupt
        figures = {"status": "solved", **_figures(layout.summary, layout.assignment, layout.projects)}
    _keep(file, figures)
    return figures


def _keep(file: Path, figures: Mapping[str, Any]) -> None:
    with whole_file(file) as temporary:
        temporary.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


def _figures(summary: Mapping[str, Any], assignment: pd.DataFrame, projects: pd.DataFrame) -> dict[str, Any]:
    pupils = assignment["pupils"].to_numpy(dtype=float)
    walked = float(pupils @ assignment["distance_m"].fillna(0.0).to_numpy(dtype=float))
    built = projects[projects["built"].astype(bool)]
    gap = summary.get("gap")
    return {
        "cost_yuan": float(summary["cost_yuan"]),
        "rooms": int(built.loc[built["kind"] != "closure", "rooms"].sum()),
        "shortage_pupils": int(summary["shortage_pupils"]),
        "mean_distance_m": round(walked / max(pupils.sum(), 1.0), 1),
        **{f"nearby_{s}": ratio for s, ratio in summary["nearby_ratio"].items()},
        "classes_over_cap": int(summary.get("classes_over_cap", 0)),
        "moved_pupils": None if summary["moved_pupils"] is None else int(summary["moved_pupils"]),
        "gap": None if gap is None or not math.isfinite(gap) else float(gap),
        "seconds": float(summary["seconds"]),
        "projects": "、".join(summary["projects_built"]),
    }


def _known(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {"status": "missing"}
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return known


def _table(
    settings: Sequence[Mapping[str, str]], files: Sequence[Path], varied: tuple[str, ...]
) -> pd.DataFrame:
    rows = []
    for setting, file in zip(settings, files, strict=True):
        rows.append({**setting, **_known(file)})
    table = pd.DataFrame(rows).reindex(columns=[*varied, "status", *FIGURES, "note"])
    table["pareto"], table["per_room"] = False, np.nan
    solved = table[table["status"] == "solved"]
    given = [k for k in varied if k in GIVEN]
    groups = [part for _, part in solved.groupby(given, sort=False)] if given else [solved]
    for part in groups:
        best = part[pareto(part[["cost_yuan", "shortage_pupils", "mean_distance_m"]].to_numpy(dtype=float))]
        table.loc[best.index, "pareto"] = True
        steps = best.sort_values(["cost_yuan", "shortage_pupils"], kind="stable")
        rooms, short = steps["rooms"].astype(float).diff(), -steps["shortage_pupils"].astype(float).diff()
        table.loc[steps.index, "per_room"] = (short / rooms.where(rooms > 0)).round(2)
    return table


def pareto(values: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which rows no other row beats: as small everywhere and smaller somewhere (n_rows, n_criteria → n_rows)."""
    smaller = np.all(values[None, :, :] <= values[:, None, :], axis=2)
    below = np.any(values[None, :, :] < values[:, None, :], axis=2)
    return np.asarray(~np.any(smaller & below, axis=1))


if __name__ == "__main__":
    answer(_carried_out)
