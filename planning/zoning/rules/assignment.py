"""Give every zone exactly one unit per stage, and price the way there.

    Σ_u x[i,u] = 1                       for every zone and stage i
    minimise  Σ cost[i,u] · x[i,u]       walking, barriers, radius, change (pupil-kilometres)

A zone's children enter one school directly (单校划片; standards.md §3).
"""

from __future__ import annotations

from planning.zoning.model import ZoningModel


def add(model: ZoningModel) -> None:
    """Add the rows and prices of this rule."""
    model.require_one_unit()
    model.price("travel", zip(model.x, model.arcs.cost.tolist(), strict=True))
