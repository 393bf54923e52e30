"""Solve a zoning problem by a plain solver through PuLP, beside the plans at hand and the bound of the relaxation."""

from __future__ import annotations

from typing import Any

import numpy as np

from planning.arrays import IntArray
from planning.errors import InfeasibleError
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine import Solution, best_at_hand, relaxation_bound
from planning.zoning.problem import ZoningProblem
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from planning.zoning.solving.clock import Clock
from planning.zoning.solving.conflict import no_plan
from planning.zoning.solving.outcome import Outcome, nothing_found
from planning.zoning.solving.plain_solvers import WithCbc, WithHighs
from planning.zoning.solving.whole import whole_outcome

BOUND_SHARE, BOUND_MOST = 0.2, 30.0
"""Of the time, and seconds at most, for the bound of the relaxation."""
LEAST_S = 0.1
"""However late it is, the solver is asked for so long."""


def solve_plain(problem: ZoningProblem, clock: Clock) -> tuple[Outcome, ZoningModel]:
    """Solve by the solver that the scenario names; the cheapest plan at hand stands where it finds nothing better.

    The sufficient rows of contiguity that a plain solver needs forbid some connected catchments: the bound comes from the
    relaxation without them, all pairs priced in, and it never proves that there is no plan.

    Raises
    ------
    InfeasibleError
        If there is no plan, or none was found.
    """
    name = problem.scenario.solver.name
    with clock.stating():
        model = build_model(problem)
        program = to_program(model)
        stated = build_model(problem, contiguity_rows=True)
    seed = problem.scenario.solver.seed
    hand = best_at_hand(program, time_limit_s=clock.left(), seed=seed)
    bound = relaxation_bound(program, time_limit_s=min(BOUND_SHARE * clock.left(), BOUND_MOST))
    found = _solved(stated, name, clock)
    if found is None and hand is None:
        raise InfeasibleError(no_plan(problem, clock) or [nothing_found(name, clock.limit_s)])
    if hand is not None:
        kept = _from_hand(model, program, hand, bound, name, clock)
        if found is None or kept.objective < found[1]:
            return kept, model
    assert found is not None
    values, objective = found
    return Outcome(values, _units(stated, values), objective, min(bound, objective), name, "solver"), stated


def _from_hand(
    model: ZoningModel, program: Any, hand: Solution, bound: float, name: str, clock: Clock
) -> Outcome:
    outcome = whole_outcome(model, program, hand, clock)
    return Outcome(
        outcome.values,
        outcome.unit_of_item,
        outcome.objective,
        min(bound, outcome.objective),
        name,
        "time_limit",
    )


def _solved(model: ZoningModel, name: str, clock: Clock) -> tuple[dict[str, float], float] | None:
    """Return the values and the price of a plan; None where the solver has none when its time is over."""
    setting = model.problem.scenario.solver
    with clock.stating():
        solver = (WithHighs if name == "highs" else WithCbc)(
            model.prob, gap=setting.gap, threads=setting.threads
        )
    return solver.solve(max(LEAST_S, clock.left()))


def _units(model: ZoningModel, values: dict[str, float]) -> IntArray:
    """Return the unit of every item (−1 without one)."""
    found = np.full(model.problem.n_items, -1, dtype=np.int64)
    chosen = np.array([values[x.name] > 0.5 for x in model.x], dtype=bool)
    found[model.arcs.item[chosen]] = model.arcs.unit[chosen]
    return found
