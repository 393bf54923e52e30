"""Let pupils who were sent on stay where they were sent, year after year (``enrolled: stay``).

    o[u,v,g,t] = o[u,v,g−1,t−1]          g above the entry grade, both years within the plan; the same for pupils divided (``shared``)

Not where one of the two units may close: its pupils move then (合并). Whoever finds no seat at entry is placed once, and a
seat that becomes free later, or a school that opens, does not call anybody back. Source: docs/years.md (who stays when lines change).
"""

from __future__ import annotations

import pulp

from planning.tables import cell
from planning.zoning.model import FLOWS, ZoningModel
from planning.zoning.problem import ZoningProblem


def applies(problem: ZoningProblem) -> bool:
    """Return whether pupils stay where they sit and there is a second year for them to stay in."""
    return problem.scenario.enrolled == "stay" and len(problem.years) > 1


def add(model: ZoningModel) -> None:
    """Add the rows of this rule."""
    problem = model.problem
    if not applies(problem):
        return
    may_close = {u for u, _ in model.family("closed")}
    for family in sorted(FLOWS):
        flows = model.family(family)
        for (u, v, g, t), later in flows.items():
            entry = problem.grades(str(cell(problem.units, "stage", u)))[0]
            if g > entry and t > 0 and not {u, v} & may_close:
                row = pulp.LpAffineExpression([(later, 1.0), (flows[u, v, g - 1, t - 1], -1.0)])
                model.require(row == 0, f"staying_{family}_{u}_{v}_{g}_{t}")
