"""Count the pupils who live in every catchment, by grade and year.

    living[u,g,t] = Σ_i n[i,g,t] · x[i,u]

Every other rule reads ``living`` and never ``x``, so a pair left out of the candidate list can be priced exactly
from these rows and the assignment rows alone.
"""

from __future__ import annotations

import pulp

from planning.zoning.model import ZoningModel, unit_grades


def add(model: ZoningModel) -> None:
    """Add the rows of this rule."""
    by_unit = model.arcs_by_unit()
    for u, g, t in unit_grades(model.problem):
        living = model.add("living", (u, g, t))
        arcs = by_unit.get(u, ())
        pupils = model.problem.pupils[model.arcs.zone[arcs], g - 1, t] if len(arcs) else ()
        terms = [(model.x[a], float(n)) for a, n in zip(arcs, pupils, strict=True) if n]
        model.require(pulp.LpAffineExpression([*terms, (living, -1.0)]) == 0, f"living_{u}_{g}_{t}")
