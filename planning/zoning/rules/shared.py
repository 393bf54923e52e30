"""Let units that share one catchment (多校划片) divide its pupils between them.

    s[u,v,g,t] ≥ 0                       u, v admit from one common catchment
    minimise  Σ between[u,v] · s[u,v,g,t]       at most the farther walk, in pupil-kilometres

Every zone still has one unit of reference, which keeps catchments connected; a place in another unit of the same common
catchment is a place in the own catchment, so it counts as nearby enrolment. Source: 单校划片 and 多校划片, standards.md §3.
"""

from __future__ import annotations

from planning.tables import cell
from planning.zoning.model import ZoningModel


def add(model: ZoningModel) -> None:
    """Add the variables and prices of this rule."""
    problem = model.problem
    for u, v in sorted(problem.shared):
        cost = problem.between_m[u, v] / 1000.0 / len(problem.years)
        for g in problem.grades(str(cell(problem.units, "stage", u))):
            for t in range(len(problem.years)):
                model.price("shared", [(model.add("shared", (u, v, g, t), integer=True), cost)])
