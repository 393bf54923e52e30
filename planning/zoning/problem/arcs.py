"""List the pairs of zones and units a plan may use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.problem.problem import ZoningProblem


@dataclass(frozen=True)
class Arcs:
    """Candidate (zone, unit) pairs, one array entry each.

    ``item`` is ``stage_index × n_zones + zone``; ``cost`` is in pupil-kilometres over the years of the plan.
    """

    item: IntArray
    zone: IntArray
    unit: IntArray
    cost: FloatArray
    distance_m: FloatArray

    def __len__(self) -> int:
        return len(self.item)


def candidate_arcs(problem: ZoningProblem, tied: BoolArray, starts: tuple[IntArray, ...] = ()) -> Arcs:
    """List the (zone, unit) pairs the model may use: nearest units, today's unit, and every unit at home.

    The list may be short: the engine prices what was left out, so that its bound holds for all pairs. Pairs that are never
    left out are those that a rule ties and those of plans at hand.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    tied : bool array (n_zones, n_units)
        Pairs that stand in rows of which pricing knows nothing.
    starts : tuple of array (n_stages, n_zones)
        Plans at hand, positions of units.
    """
    scenario = problem.scenario
    items, zones, units, costs = [], [], [], []
    for s, stage in enumerate(problem.stages):
        of_stage = problem.units_of(stage)
        distance = problem.distance_m[:, of_stage]
        allowed = allowed_pairs(problem, s, of_stage)
        rank = np.argsort(np.argsort(np.where(allowed, distance, np.inf), axis=1, kind="stable"), axis=1)
        keep = allowed & (rank < scenario.candidates.nearest)
        homes = problem.units["home"].to_numpy()[of_stage]
        inside = homes >= 0
        keep[homes[inside], np.flatnonzero(inside)] = True
        keep |= allowed & tied[:, of_stage]
        today = problem.current[s]
        known = np.flatnonzero(today >= 0)
        position = {u: j for j, u in enumerate(of_stage)}
        columns = np.array([position[u] for u in today[known]], dtype=np.int64)
        keep[known, columns] = True
        for start in starts:
            keep[np.arange(problem.n_zones), [position[u] for u in start[s]]] = True
        if scenario.catchments == "current":
            keep[:] = allowed  # where nothing is given anything may be chosen, and nothing is priced in later
            keep[known] = False
            keep[known, columns] = True
        keep &= allowed
        zone, column = np.nonzero(keep)
        cost = np.column_stack([problem.arc_cost(s, int(u)) for u in of_stage])
        items.append(s * problem.n_zones + zone)
        zones.append(zone)
        units.append(of_stage[column])
        costs.append(cost[zone, column])
    zone_all, unit_all = np.concatenate(zones), np.concatenate(units)
    return Arcs(
        item=np.concatenate(items),
        zone=zone_all,
        unit=unit_all,
        cost=np.concatenate(costs),
        distance_m=problem.distance_m[zone_all, unit_all],
    )


def allowed_pairs(problem: ZoningProblem, stage_index: int, of_stage: IntArray) -> BoolArray:
    """Return which (zone, unit of the stage) pairs every rule allows (n_zones, n_units_of_stage)."""
    found = np.ones((problem.n_zones, len(of_stage)), dtype=bool)
    for rule in problem.rules:
        allowed = rule.allows(problem, stage_index)
        if allowed is not None:
            found &= np.asarray(allowed, dtype=bool)[:, of_stage]
    return found


def given_pairs(problem: ZoningProblem, stage_index: int) -> BoolArray:
    """Return pairs that a limit on ways never forbids (n_zones, n_units): today's, units at home, and shared zones."""
    found = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    today = problem.current[stage_index]
    known = np.flatnonzero(today >= 0)
    found[known, today[known]] = True
    homes = problem.units["home"].to_numpy()
    inside = np.flatnonzero(homes >= 0)
    found[homes[inside], inside] = True
    found[problem.shared_in(stage_index)] = True
    return found
