"""Give every zone exactly one unit per stage, and price the way there.

    Σ_u x[i,u] = 1                       for every zone and stage i
    minimise  Σ cost[i,u] · x[i,u]       walking, barriers, radius, change (pupil-kilometres)

A zone's children enter one school directly (单校划片; standards.md §3).
"""

from __future__ import annotations

from collections import defaultdict

import pulp

from planning.zoning.model import ZoningModel

PRICED = True
"""Pricing knows its coefficients: 1 in the row of the zone."""


def add(model: ZoningModel) -> None:
    """Add the rows and prices of this rule."""
    problem, arcs = model.problem, model.arcs
    by_item: dict[int, list[int]] = defaultdict(list)
    for a, item in enumerate(arcs.item.tolist()):
        by_item[item].append(a)
    for item in range(problem.n_items):
        row = pulp.LpAffineExpression([(model.x[a], 1.0) for a in by_item[item]])
        model.require(row == 1, f"assignment_{item}")
    model.price("travel", zip(model.x, arcs.cost.tolist(), strict=True))
