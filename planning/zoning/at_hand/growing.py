"""Price pairs and say what borders what, for catchments that are grown from the plans at hand."""

from __future__ import annotations

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import allowed_pairs
from planning.zoning.problem.sites import anchors, stands


def pair_prices(problem: ZoningProblem, s: int, plan: IntArray) -> FloatArray:
    """Return what every pair of a stage costs (n_zones, n_units), infinite where it may not be.

    A unit that the plan decides to build stands only where the plan uses it already.
    """
    price = np.full((problem.n_zones, len(problem.units)), np.inf)
    of_stage = problem.units_of(problem.stages[s])
    for u in of_stage:
        price[:, u] = problem.arc_cost(s, int(u))
    price[:, of_stage] = np.where(allowed_pairs(problem, s, of_stage), price[:, of_stage], np.inf)
    shut = [u for u in of_stage.tolist() if not stands(problem, u, plan)]
    price[:, shut] = np.inf
    for zone in problem.shared:
        if zone.stage == s:  # given, whatever stands: its pupils are divided among those that do
            price[zone.zone, zone.units[0]] = 0.0
    return price


def item_graph(problem: ZoningProblem) -> ItemGraph:
    """Return the borders of zones, and the zones to which every catchment hangs."""
    roots = anchors(problem)
    if not problem.scenario.contiguity.enabled:
        roots = [np.empty(0, dtype=np.int64) for _ in roots]
    return ItemGraph(problem.neighbours, tuple(roots))
