"""Limit how many pupils see their catchment change.

    Σ_i n[i] · (1 − x[i, today]) ≤ share · Σ_i n[i] + beyond

``beyond`` costs as much as a hard rule: a plan that needs it is no plan, and the run says by how many pupils
(:mod:`planning.zoning.conflict`).

Zones stay stable; a change needs assessment, consultation and notice (standards.md §3). The price of a change is part
of the cost of a pair (:meth:`planning.zoning.problem.ZoningProblem.arc_cost`).
"""

from __future__ import annotations

import pulp

from planning.zoning.declare import Family
from planning.zoning.model import HARD_FACTOR, ZoningModel
from planning.zoning.problem import BoolArray, ZoningProblem
from planning.zoning.rules.shared import SHARE

BEYOND = Family("beyond", "violation", ("stage",))
"""Pupils moved beyond the share that may be."""


def pairs(problem: ZoningProblem) -> BoolArray:
    """Return the pairs that the rows count: every zone with its units of today (n_zones, n_units)."""
    return problem.today


def add(model: ZoningModel) -> None:
    """Add the row of this rule, when the scenario sets a share."""
    problem = model.problem
    share = problem.scenario.stability.max_moved_share
    if share is None:
        return
    for s, stage in enumerate(problem.stages):
        pupils = problem.stage_pupils(stage)
        known = problem.placed_today(s)
        total = float(pupils[known].sum())
        divided = set(problem.shared_in(s).tolist())
        lo, hi = s * problem.n_zones, (s + 1) * problem.n_zones
        stay = [
            (model.x[a], float(pupils[z]))
            for a, (item, z, u) in enumerate(
                zip(model.arcs.item.tolist(), model.arcs.zone.tolist(), model.arcs.unit.tolist(), strict=True)
            )
            if lo <= item < hi and problem.today[z, u] and z not in divided
        ]
        stay += [
            (d, 1.0 / len(problem.years))
            for (k, u, _, _), d in model.family(SHARE).items()
            if problem.shared[k].stage == s and problem.today[problem.shared[k].zone, u]
        ]
        beyond = model.add(BEYOND, (stage,))
        row = pulp.LpAffineExpression([*stay, (beyond, 1.0)])
        model.require(row >= (1.0 - share) * total, f"stability_{stage}")
        model.price("stability", [(beyond, HARD_FACTOR * max(1.0, problem.scenario.prices.shortage))])
