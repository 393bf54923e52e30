"""Let pupils stay where they were sent, year after year (``enrolled: stay``).

    o[u,v,g,t] ≥ o[u,v,g−1,t−1]                                    g above the entry grade: nobody is called back
    Σ_v o[u,v,g,t] ≤ Σ_v o[u,v,g−1,t−1] + joining[u,g,t]           and nobody is sent on who sits there already
    d[z,u,g,t] ≥ d[z,u,g−1,t−1]  where the cohort of a shared zone grew, ≤ where it shrank      nobody changes between its schools

Not where one of the units may close: its pupils move then (合并). Source: who stays when lines change, docs/years.md.
"""

from __future__ import annotations

from collections import defaultdict

import pulp

from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.catchment import JOINING
from planning.zoning.rules.overflow import OVERFLOW
from planning.zoning.rules.shared import SHARE
from planning.zoning.rules.small_schools import CLOSED


class Staying(Rule):
    """Who was sent on stays there."""

    name, words = "staying", Text("zoning.rule.staying")
    hardness = "definition"
    twins = ("overflow", "shared")

    def add(self, model: ZoningModel) -> None:
        """Add the rows of this rule."""
        problem = model.problem
        if not problem.stays():
            return
        may_close = {u for u, _ in model.family(CLOSED)}
        flows = model.family(OVERFLOW)
        ways: dict[tuple[int, int, int], list[tuple[object, float]]] = defaultdict(list)
        for (u, v, g, t), later in flows.items():
            entry = problem.grades(str(cell(problem.units, "stage", u)))[0]
            if g > entry and t > 0 and not {u, v} & may_close:
                step = [(later, 1.0), (flows[u, v, g - 1, t - 1], -1.0)]
                ways[u, g, t] += step
                model.require(pulp.LpAffineExpression(step) >= 0, f"staying_overflow_{u}_{v}_{g}_{t}")
        for (u, g, t), steps in ways.items():
            joining = model.family(JOINING)[u, g, t]
            row = pulp.LpAffineExpression([*steps, (joining, -1.0)]) <= 0
            model.require(row, f"sent_later_overflow_{u}_{g}_{t}")
        _divided(model, may_close)

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether pupils stay, and there is a second year."""
        return problem.stays()


RULE = Staying()


def _divided(model: ZoningModel, may_close: set[int]) -> None:
    """Let nobody change between the units that a shared zone names."""
    problem, share = model.problem, model.family(SHARE)
    position = {p: k for k, p in enumerate(problem.projects["project"])}
    for (k, u, g, t), later in share.items():
        zone = problem.shared[k]
        opening = any(cell(problem.units, "project", v) in position for v in zone.units)
        if (
            g == problem.grades(problem.stages[zone.stage])[0]
            or t == 0
            or may_close & set(zone.units)
            or opening
        ):
            continue
        row = pulp.LpAffineExpression([(later, 1.0), (share[k, u, g - 1, t - 1], -1.0)])
        r = problem.row(g)
        n, before = problem.pupils[zone.zone, r, t], problem.pupils[zone.zone, r - 1, t - 1]
        model.require(row >= 0 if n >= before else row <= 0, f"staying_share_{k}_{u}_{g}_{t}")
