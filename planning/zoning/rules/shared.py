"""Divide the pupils of a shared zone (多校划片) among the units it names, by seats; nobody else is touched.

    d[z,u,g,t] ≥ 0                                   z shared, u one of the units it names
    Σ_u d[z,u,g,t] = n[z,g,t]
    minimise  Σ cost[z,u] · d[z,u,g,t]               walking, barriers, radius, change, as for whole zones

A place in any of the units is a place in the own catchment, so it counts as nearby enrolment. Two zones that have a unit in common
join nothing: each divides its own pupils. Source: 单校划片 and 多校划片, standards.md §3.
"""

from __future__ import annotations

import pulp

from planning.zoning.declare import Family
from planning.zoning.model import ZoningModel

SHARE = Family("share", "flow", ("shared", "unit", "grade", "year"), whole=True)
"""Pupils of a shared zone who go to a unit."""


def add(model: ZoningModel) -> None:
    """Add the variables, rows and prices of this rule."""
    problem, years = model.problem, len(model.problem.years)
    for k, zone in enumerate(problem.shared):
        costs = {u: float(problem.pupil_cost(zone.stage, u)[zone.zone]) / years for u in zone.units}
        for g in problem.grades(problem.stages[zone.stage]):
            for t in range(years):
                parts = {u: model.add(SHARE, (k, u, g, t)) for u in zone.units}
                row = pulp.LpAffineExpression([(d, 1.0) for d in parts.values()])
                model.require(row == float(problem.pupils[zone.zone, g - 1, t]), f"share_of_{k}_{g}_{t}")
                model.price("shared", [(parts[u], costs[u]) for u in zone.units])
