"""Leave the zone of its site to every open unit.

    x[home(u),u] ≥ open[u]                        for units that are alone of their stage in that zone, which is no shared one
    x[home(u),u] + x[home(u),v] ≥ open[u]         where u has a catchment today and that zone is v's: it may stay so

Families next to a school are never sent past it; the anchor also makes contiguity well defined (the school's own zone
belongs to it; design.md §4).
"""

from __future__ import annotations

import numpy as np
import pulp

from planning.tables import cell
from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, ZoningProblem
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED


def own_homes(problem: ZoningProblem) -> dict[int, int]:
    """Return unit → zone for units that are alone of their stage in the zone of their site; shared zones are given."""
    homes = problem.units["home"].to_numpy()
    found: dict[int, int] = {}
    for stage in problem.stages:
        of_stage = problem.units_of(stage)
        zones, counts = np.unique(homes[of_stage], return_counts=True)
        alone = set(zones[counts == 1].tolist()) - set(
            problem.shared_in(problem.stages.index(stage)).tolist()
        )
        found.update({int(u): int(homes[u]) for u in of_stage if homes[u] >= 0 and int(homes[u]) in alone})
    return found


def elsewhere(problem: ZoningProblem) -> dict[int, int]:
    """Return unit → the other unit that has the zone of its site today, for units that have a catchment without it."""
    found: dict[int, int] = {}
    for unit, zone in own_homes(problem).items():
        today = problem.current[problem.stages.index(str(cell(problem.units, "stage", unit)))]
        if today[zone] >= 0 and not problem.today[zone, unit] and problem.today[:, unit].any():
            found[unit] = int(today[zone])
    return found


def pairs(problem: ZoningProblem) -> BoolArray:
    """Return the pairs that the rows hold: every unit, and who has it today, with the zone of its site (n_zones, n_units)."""
    tied = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    for unit, zone in own_homes(problem).items():
        tied[zone, unit] = True
    for unit, other in elsewhere(problem).items():
        tied[own_homes(problem)[unit], other] = True
    return tied


def add(model: ZoningModel) -> None:
    """Add the rows of this rule, when catchments are drawn anew."""
    problem, arcs = model.problem, model.arcs
    if problem.scenario.catchments != "free":
        return
    homes = own_homes(problem)
    position = {p: k for k, p in enumerate(problem.projects["project"])}
    last = len(problem.years) - 1
    other = elsewhere(problem)
    at = {pair: a for a, pair in enumerate(zip(arcs.zone.tolist(), arcs.unit.tolist(), strict=True))}
    for (zone, unit), a in at.items():
        if homes.get(unit) != zone:
            continue
        closed = model.family(CLOSED).get((unit, last))
        built = model.family(BUILT).get((position.get(cell(problem.units, "project", unit), -1), last))
        terms = [(model.x[a], 1.0)]
        if unit in other:
            terms.append((model.x[at[zone, other[unit]]], 1.0))
        if closed is not None:
            terms.append((closed, 1.0))
        if built is not None:
            terms.append((built, -1.0))
        model.require(
            pulp.LpAffineExpression(terms) >= (0.0 if built is not None else 1.0), f"own_zone_{unit}"
        )
