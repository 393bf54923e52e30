"""List the plans that are at hand before anything is solved: a given one, today's, and one grown from the schools.

Each is repaired where it breaks a rule that allows no violation: a zone keeps its unit where it may; a rule gives zones away
(:meth:`planning.zoning.declare.Rule.settle`), what hangs loose goes to a neighbouring catchment, and a rule changes the whole
(:meth:`planning.zoning.declare.Rule.repair`). The engine completes and prices them like any other plan.
"""

from __future__ import annotations

import numpy as np

from planning.arrays import BoolArray, IntArray
from planning.zoning.at_hand.growing import item_graph, pair_prices
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import allowed_pairs


def plans_at_hand(problem: ZoningProblem) -> tuple[IntArray, ...]:
    """Return plans to try first, the unit of every zone by stage (n_stages, n_zones), each different, none with a gap."""
    nothing = np.full_like(problem.current, -1)
    wanted = [problem.current] if problem.scenario.catchments == "current" else [problem.current, nothing]
    if problem.start is not None:
        wanted.insert(0, problem.start)
    found: list[IntArray] = []
    possible = [_possible(problem, s) for s in range(len(problem.stages))]
    rows = np.arange(problem.n_zones)
    for plan in (repaired(problem, each) for each in wanted):
        kept = (plan >= 0).all() and all(may[rows, plan[s]].all() for s, may in enumerate(possible))
        if kept and not any((plan == other).all() for other in found):
            found.append(plan)
    return tuple(found)


def repaired(problem: ZoningProblem, plan: IntArray) -> IntArray:
    """Return a plan as it is where it keeps the rules, changed where not, filled where zones have no unit.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    plan : array (n_stages, n_zones)
        Positions of units, −1 where a zone has none.

    Returns
    -------
    array (n_stages, n_zones)
        −1 where no unit can come to a zone.
    """
    if problem.scenario.catchments == "current":
        return _filled(problem)
    found = np.stack([_stage(problem, s, plan[s]) for s in range(len(problem.stages))])
    for rule in problem.rules:
        found = rule.repair(problem, found)
    return found


def _filled(problem: ZoningProblem) -> IntArray:
    """Return today's catchments, zones without one at the cheapest unit."""
    plan = problem.current.copy()
    for s in range(len(problem.stages)):
        gaps = np.flatnonzero(plan[s] < 0)
        plan[s, gaps] = pair_prices(problem, s, plan[s])[gaps].argmin(axis=1)
    return plan


def _possible(problem: ZoningProblem, s: int) -> BoolArray:
    """Return the pairs that every rule allows, and all of shared zones, which are given (n_zones, n_units)."""
    found = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    of_stage = problem.units_of(problem.stages[s])
    found[:, of_stage] = allowed_pairs(problem, s, of_stage)
    found[problem.shared_in(s)] = True
    if problem.scenario.catchments == "current":  # given, whatever else is asked
        known = np.flatnonzero(problem.current[s] >= 0)
        found[known, problem.current[s][known]] = True
    return found


def _stage(problem: ZoningProblem, s: int, plan: IntArray) -> IntArray:
    price = pair_prices(problem, s, plan)
    rows = np.arange(problem.n_zones)
    plan = np.where((plan >= 0) & np.isfinite(price[rows, plan]), plan, -1)
    for rule in problem.rules:
        plan = rule.settle(problem, s, plan)
    # what a rule gives a zone to may be kept from it by another: a lock, a hard radius
    plan = np.where((plan >= 0) & _possible(problem, s)[rows, plan], plan, -1)
    return grow_together(item_graph(problem), price, plan)
