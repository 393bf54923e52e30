"""Repair a plan with the least change: the fewest pupils moved, proven, then the cheapest plan that moves no more."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from planning.arrays import IntArray
from planning.editing.finishing import Progress, Stop, settled, titled
from planning.editing.least_change import Broken, cheapest_of, fewest_moved, moved_weight
from planning.editing.live import LiveLayout
from planning.editing.locking import Asked, with_locks
from planning.gap import gap_share
from planning.layout import Layout
from planning.zoning import solve_problem
from planning.zoning.answer.tabled import answer_of, layout_of, solver_figures
from planning.zoning.engine import TracePoint
from planning.zoning.problem import ZoningProblem
from planning.zoning.solving.clock import Clock

SHARE = 0.5
"""Of the time goes into the fewest moved pupils at most."""


def repair(
    live: LiveLayout,
    *,
    locks: Asked = None,
    solver: Mapping[str, Any] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Layout:
    """Repair a plan after a move, or in a new year: as few seats short as can be, then the fewest pupils moved, then the price.

    The zones moved by hand stay where they are; pupils count as moved who leave the unit that the plan gives their zone now. Nobody
    more is sent on to other schools than now. What the plan breaks (parts that hang apart, seats short, schools over their size) is mended
    as far as it can be; a plan without faults comes back with nobody moved.

    Parameters
    ----------
    live : LiveLayout
        The plan; for a new year one that was carried into it (:func:`planning.editing.carried`). It is not changed.
    locks, solver, name, progress, stop
        As :func:`planning.editing.finish` takes them; half of the time at most goes into the number of moved pupils.

    Returns
    -------
    Layout
        A layout like any other. ``summary["repair"]`` says: ``moved_pupils`` (mean over the years) and ``moved_zones`` against the plan it came
        from; ``at_least``, below which no plan with as few seats short and as few sent on moves pupils; ``proven``; ``seats_short`` and
        ``seats_short_before``; ``price_before``; ``bound`` and ``gap`` of the price among plans that move no more pupils. The bound
        of the layout itself is that of the plan it came from, where that holds.

    Raises
    ------
    ScenarioError
        If locks are unknown or contradict one another, the moves or other rules.
    InfeasibleError
        If no plan keeps the rules around the locks.
    """
    problem = titled(with_locks(live, locks), live, "repaired", solver)
    clock = Clock(problem.scenario.solver.time_limit_s)
    had = np.array(live.state.unit_of, dtype=np.int64)
    before = Broken(int(live.state.short.sum()), int(live.state.oversize().sum()), int(live.state.sent.sum()))
    few = solve_problem(
        _proven(fewest_moved(problem, had, before)),
        progress=_phase(progress, "fewest moved"),
        stop=stop,
        clock=clock.part(SHARE),
    )
    plan = answer_of(problem, few).unit_of
    after = _broken(few)
    most = moved_weight(problem, had, plan)
    at_least = _at_least(few, after, sum(most), len(problem.years))
    asked = dataclasses.replace(cheapest_of(problem, had, most, after), start=plan)
    made = solve_problem(asked, progress=_phase(progress, "cheapest"), stop=stop, clock=clock.part())
    told = _told(live, problem, had, made, before, at_least, name)
    return dataclasses.replace(told, summary={**told.summary, **clock.figures()})


def _told(
    live: LiveLayout,
    problem: ZoningProblem,
    had: IntArray,
    made: Layout,
    before: Broken,
    at_least: float,
    name: str | None,
) -> Layout:
    """Return the repaired plan as a layout of the problem itself, with what was proven of it."""
    answer = answer_of(problem, made)
    moved = moved_weight(problem, had, answer.unit_of)
    zones = int(((had != answer.unit_of) & (had >= 0)).sum())
    objective = float(made.summary["objective"])
    bound = live.start.bound_for(objective, lawful=True)
    told = {
        "from": live.start.run,
        "moved_pupils": round(sum(moved), 2),
        "moved_zones": zones,
        "at_least": round(at_least, 2),
        "proven": bool(sum(moved) <= at_least + 0.5),
        "seats_short_before": before.short,
        "seats_short": int(made.summary["shortage_pupils"]),
        "price_before": round(live.county().price.total, 4),
        "bound": made.summary["bound"],
        "gap": made.summary["gap"],
    }
    figures = solver_figures(made.summary)
    gap = None if bound is None else round(gap_share(objective, bound), 6)
    layout = layout_of(problem, answer, {**figures, "bound": bound, "gap": gap})
    return settled(live, problem, layout, name, {"repair": told})


def _broken(layout: Layout) -> Broken:
    schools = layout.units.drop_duplicates(["school", "year"])
    return Broken(
        int(layout.summary["shortage_pupils"]),
        int(schools["oversize"].sum()),
        int(layout.summary["overflow_pupils"]),
    )


def _at_least(few: Layout, after: Broken, moved: float, years: int) -> float:
    """Return below how many moved pupils no plan with as little lacking gets; what is missing is taken off the bound."""
    bound = few.summary["bound"]
    if bound is None:
        return 0.0
    least = float(bound) - after.weight(years)
    return min(moved, max(0.0, math.ceil(least * 100 - 1e-4) / 100))


def _proven(problem: ZoningProblem) -> ZoningProblem:
    """Return the problem with no gap allowed."""
    solver = problem.scenario.solver.model_copy(update={"gap": 0.0})
    return dataclasses.replace(problem, scenario=problem.scenario.model_copy(update={"solver": solver}))


def _phase(progress: Progress | None, name: str) -> Progress | None:
    if progress is None:
        return None

    def tell(point: TracePoint) -> None:
        progress(TracePoint(point.seconds, point.objective, point.bound, name))

    return tell
