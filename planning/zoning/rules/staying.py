"""Let pupils who were sent on stay where they were sent, year after year (``enrolled: stay``).

    o[u,v,g,t] ≥ o[u,v,g−1,t−1]                                    g above the entry grade: nobody is called back
    Σ_v o[u,v,g,t] ≤ Σ_v o[u,v,g−1,t−1] + joining[u,g,t]           and nobody is sent on who sits there already

The same holds for pupils divided within a common catchment (``shared``). Not where one of the two units may close: its pupils move then
(合并). Source: who stays when lines change, docs/years.md.
"""

from __future__ import annotations

from collections import defaultdict

import pulp

from planning.tables import cell
from planning.zoning.model import FLOWS, ZoningModel


def add(model: ZoningModel) -> None:
    """Add the rows of this rule."""
    problem = model.problem
    if not problem.stays():
        return
    may_close = {u for u, _ in model.family("closed")}
    for family in sorted(FLOWS):
        flows = model.family(family)
        ways: dict[tuple[int, int, int], list[tuple[object, float]]] = defaultdict(list)
        for (u, v, g, t), later in flows.items():
            entry = problem.grades(str(cell(problem.units, "stage", u)))[0]
            if g > entry and t > 0 and not {u, v} & may_close:
                step = [(later, 1.0), (flows[u, v, g - 1, t - 1], -1.0)]
                ways[u, g, t] += step
                model.require(pulp.LpAffineExpression(step) >= 0, f"staying_{family}_{u}_{v}_{g}_{t}")
        for (u, g, t), steps in ways.items():
            joining = model.family("joining")[u, g, t]
            row = pulp.LpAffineExpression([*steps, (joining, -1.0)]) <= 0
            model.require(row, f"sent_later_{family}_{u}_{g}_{t}")
