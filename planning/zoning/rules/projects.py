"""Build the fixed projects and choose among the optional ones, within the money.

    built[k,t] = 1                               for projects that are decided
    built[k,t] ≤ built[k,t+1]                    what stands, stays
    built[k,t] = 0                               before the earliest year
    Σ_k cost[k] · built[k,T] ≤ budget            over the optional projects
    Σ_k cost[k] · (built[k,t] − built[k,t−1]) ≤ budget[t]
    x[i,u] ≤ built[k,t]                          a unit that a project creates

Source: S:239 (the five projects in use by the end of 2021); budgets are the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import BoolArray
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Family, PlanTables, Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem

BUILT = Family("built", "decision", ("project", "year"), whole=True, most=1.0, opens=True)
"""Whether a project is in use."""


class Projects(Rule):
    """Decided projects are built, others are chosen within the money."""

    name, words = "projects", Text("zoning.rule.projects")
    families = (BUILT,)
    hardness = "definition"

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return the pairs that the rows tie to a switch: all of units that may open or close (n_zones, n_units)."""
        return np.broadcast_to(problem.switched, (problem.n_zones, len(problem.units)))

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem = model.problem
        table, years = problem.projects, problem.years
        for k in range(len(table)):
            for t, year in enumerate(years):
                built = model.add(BUILT, (k, t))
                if cell(table, "mode", k) == "build" and cell(table, "open_year", k) <= year:
                    model.require(built >= 1, f"decided_{k}_{t}")
                if cell(table, "open_year", k) > year:
                    model.require(built <= 0, f"earliest_{k}_{t}")
                if t:
                    model.require(model.family(BUILT)[k, t - 1] - built <= 0, f"stays_{k}_{t}")
        _budget(model)
        _open_units(model)

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Sum the cost of what is built, and name it."""
        built = tables.projects[tables.projects["built"]]
        return {"cost_yuan": float(built["cost_yuan"].sum()), "projects_built": built["name"].tolist()}

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the unit does not stand in the plan: closed, or not built."""
        name = str(cell(problem.units, "unit", unit))
        if not (layout.units.loc[layout.units["unit"] == name, "rooms"] > 0).any():
            school = str(cell(problem.units, "name", unit))
            yield Reason.of(
                "closed",
                Text("zoning.projects.closed_not_built_plan"),
                mend=Text("zoning.projects.build_keep", school=school),
                about="stands",
            )


RULE = Projects()


def _budget(model: ZoningModel) -> None:
    problem = model.problem
    table, last = problem.projects, len(problem.years) - 1
    chosen = [k for k in range(len(table)) if cell(table, "mode", k) == "choose"]
    built = model.family(BUILT)
    million = [(built[k, last], float(cell(table, "cost_yuan", k)) / 1e6) for k in chosen]
    model.price("money", [(b, cost * problem.scenario.prices.million_yuan) for b, cost in million])
    budget = problem.scenario.projects.budget_yuan
    if budget is not None and million:
        model.require(pulp.LpAffineExpression(million) <= budget / 1e6, "budget")
    for t, year in enumerate(problem.years):
        yearly = problem.scenario.projects.budget_by_year.get(year)
        if yearly is None or not chosen:
            continue
        spent = [(built[k, t], float(cell(table, "cost_yuan", k)) / 1e6) for k in chosen]
        if t:
            spent += [(built[k, t - 1], -float(cell(table, "cost_yuan", k)) / 1e6) for k in chosen]
        model.require(pulp.LpAffineExpression(spent) <= yearly / 1e6, f"budget_{year}")


def _open_units(model: ZoningModel) -> None:
    problem = model.problem
    position = {p: k for k, p in enumerate(problem.projects["project"])}
    opened_by = [position.get(p, -1) for p in problem.units["project"]]
    last = len(problem.years) - 1
    divided = {(z.stage * problem.n_zones + z.zone) for z in problem.shared}
    for a, (item, unit) in enumerate(zip(model.arcs.item.tolist(), model.arcs.unit.tolist(), strict=True)):
        k = opened_by[unit]
        if item not in divided and k >= 0 and cell(problem.projects, "mode", k) != "build":
            model.require(model.x[a] - model.family(BUILT)[k, last] <= 0, f"open_{a}")
