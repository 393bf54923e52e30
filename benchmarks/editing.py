"""Time a move by hand: one zone, and 200 zones at a stroke, with every figure of units and county recomputed.

``python -m benchmarks.editing [--zones 1000 10000] [--repeat 60]``
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from planning.editing import LiveLayout
from planning.scenario import Scenario
from planning.synth import imagined_settings, make_county
from planning.zoning import build_problem
from planning.zoning.answer.layout import Answer
from planning.zoning.answer.tabled import layout_of
from planning.zoning.at_hand.plans import repaired
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES

BATCH = 200


def opened(zones: int) -> tuple[LiveLayout, float]:
    """Return a plan of a made-up county ready for moves, and the seconds it took to open it."""
    district = make_county(imagined_settings(zones, seed=7))
    scenario = Scenario.make(
        name="bench",
        district="bench",
        year=district.info.base_year,
        demand="register",
        travel={"mode": "straight"},
    )
    problem = build_problem(district, scenario)
    plan = repaired(problem, problem.current)
    classes = {
        (u, g, t): 1.0
        for u, stage in enumerate(problem.units["stage"])
        for g in problem.grades(str(stage))
        for t in range(len(problem.years))
    }
    layout = layout_of(
        problem, Answer(plan, {CLASSES: classes}), {"objective": None, "bound": None, "gap": None}
    )
    began = time.perf_counter()
    return LiveLayout(problem, layout, district), time.perf_counter() - began


def stroke(
    problem: ZoningProblem, rng: np.random.Generator, live: LiveLayout, count: int
) -> tuple[list[str], str]:
    """Return zones of one neighbourhood, and a school of the stage that is near."""
    stage = problem.stages[int(rng.integers(len(problem.stages)))]
    units = problem.units_of(stage)
    centre = int(rng.integers(problem.n_zones))
    unit = int(units[np.argsort(problem.distance_m[centre, units])[1]])
    near = np.argsort(problem.distance_m[:, unit], kind="stable")[:count]
    chosen = near if count > 1 else np.array([centre])
    return [str(problem.zones[z]) for z in chosen], str(problem.units["unit"].iat[unit])


def timed(live: LiveLayout, count: int, repeat: int) -> list[float]:
    """Return the milliseconds of processor time of strokes, each with the figures of what changed and of the county."""
    rng, found = np.random.default_rng(1), []
    for _ in range(repeat):
        zones, unit = stroke(live.problem, rng, live, count)
        found.append(_ms(lambda zones=zones, unit=unit: _told(live, live.move(zones, unit))))
    return found


def _told(live: LiveLayout, changed: tuple[str, ...]) -> None:
    for unit in changed:
        live.unit(unit)
    live.county()


def _ms(act: Callable[[], None]) -> float:
    began = time.process_time()
    act()
    return 1000.0 * (time.process_time() - began)


def main() -> None:
    """Print a line for every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--repeat", type=int, default=60)
    told = parser.parse_args()
    print("zones  units  open s   one zone p50 / p95 ms   200 zones p50 / p95 ms   undo p50 / p95 ms")
    for zones in told.zones:
        live, seconds = opened(zones)
        one, many = timed(live, 1, told.repeat), timed(live, BATCH, told.repeat)
        back = [_ms(lambda: _told(live, live.undo())) for _ in range(told.repeat)]  # noqa: B023
        shown = "   ".join(
            f"{np.percentile(t, 50):8.1f} / {np.percentile(t, 95):.1f}" for t in (one, many, back)
        )
        print(f"{live.problem.n_zones:5}  {len(live.problem.units):5}  {seconds:6.1f}   {shown}")


if __name__ == "__main__":
    main()
