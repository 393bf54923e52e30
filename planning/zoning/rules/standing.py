"""Send the pupils of a shared zone only to units that stand.

    d[z,u,g,t] ≤ n[z,g,t] · built[k,t]               u created by project k
    d[z,u,g,t] ≤ n[z,g,t] · (1 − closed[u,t])

Where none of the units a zone names can surely stand in a year its pupils wait for a seat, which is a shortage and is named. Source:
standards.md §3 (多校划片); S:241.
"""

from __future__ import annotations

import pulp

from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import SharedZone, ZoningProblem
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.shared import SHARE
from planning.zoning.rules.small_schools import CLOSED


class Standing(Rule):
    """Nobody of a shared zone is sent to a unit that does not stand."""

    name, words = "standing", Text("zoning.rule.standing")
    hardness = "definition"
    twins = ("shared",)

    def add(self, model: ZoningModel) -> None:
        """Add the rows of this rule; after those that open and close units."""
        problem = model.problem
        position = {p: k for k, p in enumerate(problem.projects["project"])}
        share = model.family(SHARE)
        for k, zone in enumerate(problem.shared):
            for t in range(len(problem.years)):
                if not any(_can_stand(problem, zone, u, t) for u in zone.units):
                    continue
                for u in zone.units:
                    built = model.family(BUILT).get((position.get(cell(problem.units, "project", u), -1), t))
                    closed = model.family(CLOSED).get((u, t))
                    for g in problem.grades(problem.stages[zone.stage]):
                        n = float(problem.pupils[zone.zone, problem.row(g), t])
                        here = [(share[k, u, g, t], 1.0)]
                        if built is not None:
                            model.require(
                                pulp.LpAffineExpression([*here, (built, -n)]) <= 0,
                                f"share_built_{k}_{u}_{g}_{t}",
                            )
                        if closed is not None:
                            model.require(
                                pulp.LpAffineExpression([*here, (closed, n)]) <= n,
                                f"share_open_{k}_{u}_{g}_{t}",
                            )


RULE = Standing()


def _can_stand(problem: ZoningProblem, zone: SharedZone, unit: int, t: int) -> bool:
    """Return whether a unit can surely be kept or had in a year: it stands, or it is a decided project that is open by then."""
    year, name = problem.years[t], str(cell(problem.units, "unit", unit))
    if year >= problem.scenario.small_schools.closed.get(name, year + 1):
        return False
    table = problem.projects
    decided = table[(table["mode"] == "build") & (table["open_year"] <= year)]
    if unit in set(decided.loc[decided["kind"] == "closure", "unit"]):
        return False
    project = cell(problem.units, "project", unit)
    return not project or project in set(decided["project"])
