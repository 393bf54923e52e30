"""Divide the pupils of a shared zone (多校划片) among the units it names, by seats; nobody else is touched.

    d[z,u,g,t] ≥ 0                                   z shared, u one of the units it names
    Σ_u d[z,u,g,t] = n[z,g,t]
    minimise  Σ cost[z,u] · d[z,u,g,t]               walking, barriers, radius, change, as for whole zones

A place in any of the units is a place in the own catchment, so it counts as nearby enrolment. Two zones that have a unit in common
join nothing: each divides its own pupils. Source: 单校划片 and 多校划片, standards.md §3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import BoolArray, FloatArray
from planning.messages import Text
from planning.zoning.declare import WHOLE, Family, PlanTables, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.shared_apart import apart_in_plan, said

SHARE = Family("share", "flow", ("shared", "unit", "grade", "year"), whole=True)
"""Pupils of a shared zone who go to a unit."""


class Shared(Rule):
    """The pupils of a shared zone are divided among the units it names."""

    name, words = "shared", Text("zoning.rule.shared")
    families = (SHARE,)
    hardness = "definition"

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem, years = model.problem, len(model.problem.years)
        for k, zone in enumerate(problem.shared):
            costs = {u: float(problem.pupil_cost(zone.stage, u)[zone.zone]) / years for u in zone.units}
            for g in problem.grades(problem.stages[zone.stage]):
                for t in range(years):
                    parts = {u: model.add(SHARE, (k, u, g, t)) for u in zone.units}
                    row = pulp.LpAffineExpression([(d, 1.0) for d in parts.values()])
                    model.require(
                        row == float(problem.pupils[zone.zone, problem.row(g), t]), f"share_of_{k}_{g}_{t}"
                    )
                    model.price("shared", [(parts[u], costs[u]) for u in zone.units])

    def allows(self, problem: ZoningProblem, stage_index: int) -> BoolArray:
        """Allow a shared zone the pair with its reference alone: its pupils are divided here (n_zones, n_units)."""
        allowed = np.ones((problem.n_zones, len(problem.units)), dtype=bool)
        for zone in problem.shared:
            if zone.stage == stage_index:
                allowed[zone.zone] = np.arange(len(problem.units)) == zone.units[0]
        return allowed

    def divide(self, model: ZoningModel, columns: FloatArray, divided: FloatArray) -> FloatArray:
        """Divide the pupils of every shared zone in whole numbers, largest remainders first."""
        found = columns.copy()
        position = {v.name: j for j, v in enumerate(model.columns())} if model.family(SHARE) else {}
        parts: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for (k, _, g, t), v in model.family(SHARE).items():
            parts[k, g, t].append(position[v.name])
        for at in parts.values():
            found[at] = apportioned(divided[at])
        return found

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Count shared zones, the sets of units that share, and their pupils; name those that lie apart from a school they name."""
        shared = {(str(problem.zones[z.zone]), problem.stages[z.stage]) for z in problem.shared}
        pairs = zip(
            tables.assignment["zone"].astype(str), tables.assignment["stage"].astype(str), strict=True
        )
        # one row alone where a single unit that it names stands
        divided = tables.assignment[[pair in shared for pair in pairs]]
        apart = apart_in_plan(problem, tables.assignment)
        names = problem.units["unit"].to_numpy()
        groups = {tuple(sorted(map(str, names[list(z.units)]))) for z in problem.shared}
        return {
            "shared_zones": len(divided[["zone", "stage"]].drop_duplicates()),
            "shared_catchments": [list(group) for group in sorted(groups)],
            "shared_pupils": int(divided["pupils"].sum()),
            "shared_apart": [{"stage": stage, "zone": zone, "unit": unit} for stage, zone, unit in apart],
        }

    def notes(self, figures: Mapping[str, Any], lang: str) -> list[str]:
        """Say which shared zones lie apart from a school that they name."""
        return said([(a["stage"], a["zone"], a["unit"]) for a in figures["shared_apart"]], lang)


RULE = Shared()


def apportioned(parts: FloatArray) -> FloatArray:
    """Return numbers of about whole sum as whole numbers of that sum, the largest remainders rounded up.

    Examples
    --------
    >>> apportioned(np.array([1.5, 0.75, 0.75])).tolist()
    [1.0, 1.0, 1.0]
    """
    low = np.floor(parts + WHOLE)
    missing = round(float(parts.sum() - low.sum()))
    up = np.argsort(low - parts, kind="stable")[: max(0, missing)]
    low[up] += 1.0
    return np.asarray(low)
