"""Measure how well time limits are kept in all that has one: python -m benchmarks.limits [--seconds 1 10] [--ways run years phases …] [--solver engine highs cbc]."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import planning
from benchmarks.table import RESULTS, write
from planning import read_district, read_scenario
from planning.editing import Change, finish, open_live, repair, what_if
from planning.indicators import figures_of_register
from planning.layout import Layout
from planning.phases import run_phases
from planning.resourcing import Settings, plan_resources, read_prices, resource_case
from planning.zoning import build_problem, solve_problem

SHARE, PLUS_S = 0.05, 3.0
"""What solving may take beyond its limit: this share of it, and so many seconds."""
BASE, YEARS, PHASES = (
    f"scenarios/{name}.yaml" for name in ("new-schools", "five-years", "programme-in-phases")
)
Taken = tuple[float, float]
"""Seconds of solving, and of stating the programme (counted apart)."""


def solved(file: str, solver: str, limit: float) -> Taken:
    """Solve a scenario."""
    scenario = read_scenario(file, (f"solver.time_limit_s={limit:g}", f"solver.name={solver}"))
    problem = build_problem(read_district(scenario.district), scenario)
    return _timed(lambda: solve_problem(problem))


def in_phases(limit: float) -> Iterator[Taken]:
    """Yield what one map over all years and every phase took: each has the limit."""
    with tempfile.TemporaryDirectory() as folder:
        sets = (f"solver.time_limit_s={limit:g}",)
        found = run_phases(PHASES, sets=sets, out=Path(folder) / "run", allow_outside=True)
        for run in (found.one_map, *found.runs):
            yield float(run.layout.summary["seconds"]), float(run.layout.summary["stating_seconds"])


def supposed(limit: float) -> Taken:
    """Draw all catchments anew under two classrooms more."""
    layout, district, scenario = _plan()
    unit = str(layout.units["unit"].iloc[0])
    solver = {"time_limit_s": limit}
    return _timed(
        lambda: (
            what_if(
                layout, district, scenario, Change(rooms={unit: 2}), catchments="free", solver=solver
            ).after
        )
    )


def finished(limit: float, how: Callable[..., Layout]) -> Taken:
    """Finish or repair a plan."""
    layout, district, _ = _plan()
    live = open_live(layout, district)
    return _timed(lambda: how(live, solver={"time_limit_s": limit}))


def purchases(limit: float) -> Taken:
    """Plan purchases and moves of teachers."""
    _, district, scenario = _plan()
    profile = scenario.profile()
    case = resource_case({district.info.base_year: figures_of_register(district, profile)}, profile)
    return _timed(lambda: plan_resources(case, read_prices(None), Settings({}, gap=0.0, time_limit_s=limit)))


@cache
def _plan() -> tuple[Layout, planning.District, planning.Scenario]:
    scenario = read_scenario(BASE, ("solver.time_limit_s=10",))
    district = read_district(scenario.district)
    return planning.solve(district, scenario), district, scenario


def _timed(made: Callable[[], object]) -> Taken:
    begun = time.perf_counter()
    found = made()
    whole = time.perf_counter() - begun
    stated = float(found.summary["stating_seconds"]) if isinstance(found, Layout) else 0.0
    return whole - stated, stated


WAYS: dict[str, Callable[[float], Iterator[Taken]]] = {
    "years": lambda limit: iter([solved(YEARS, "engine", limit)]),
    "phases": in_phases,
    "whatif": lambda limit: iter([supposed(limit)]),
    "finish": lambda limit: iter([finished(limit, finish)]),
    "repair": lambda limit: iter([finished(limit, repair)]),
    "resource": lambda limit: iter([purchases(limit)]),
}
"""What has a time limit beside a run."""


def main() -> None:
    """Run every limit with every solver and in every way, one after the other, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, nargs="+", default=[1, 10])
    parser.add_argument("--scenario", nargs="+", default=[BASE])
    parser.add_argument("--solver", nargs="*", default=["engine", "highs", "cbc"])
    parser.add_argument("--ways", nargs="*", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--out", type=Path, default=RESULTS)
    args = parser.parse_args()
    rows = []
    for limit in args.seconds:
        for file in args.scenario:
            for solver in args.solver:
                rows.append(row(f"run {Path(file).stem} ({solver})", limit, [solved(file, solver, limit)]))
        for way in args.ways:
            rows.append(row(way, limit, list(WAYS[way](limit))))
    notes = [
        f"Kept: solving takes at most the limit, {SHARE:.0%} and {PLUS_S:g} s by the clock, tables of the plan included; stating the programme is counted apart.",
        "A figure holds for a machine that nobody else wants (load below the number of cores). Of phases the longest is shown: each has the limit.",
        "`start` ends in a run like any other.",
    ]
    write(args.out, "limits", "Time limits", rows, notes)


def row(way: str, limit: float, taken: list[Taken]) -> dict[str, object]:
    """Return one row of the table, and print it."""
    solving, stating = max(taken)
    found = {
        "way": way,
        "limit_s": limit,
        "stating_s": round(stating, 1),
        "solving_s": round(solving, 1),
        "load": round(os.getloadavg()[0], 1),
        "kept": solving <= limit * (1 + SHARE) + PLUS_S,
    }
    print(found, flush=True)
    return found


if __name__ == "__main__":
    main()
