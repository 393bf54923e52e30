"""Keep a layout from starving a school: the per-pupil floors of A1–A7, and, when asked, a prize for units that pass.

    weighted pupils[u,a,t] ≤ limit85[u,a] + starved[u,t]                 for every resource a   (mode ``floors``)
    weighted pupils[u,a,t] ≤ limit85[u,a] + M · (1 − passes[u,t])
    weighted pupils[u,a,t] ≤ limit[u,a] + M · (1 − met[u,a,t])           (mode ``pass``)
    Σ_a met[u,a,t] ≥ 6 · passes[u,t]

``limit[u,a]`` is the number of (weighted) pupils at which resource a just reaches its standard, ``limit85`` the number at
85 % of it. Facilities of integrated schools are shared by weighted pupils (1 : 1.1). Source: S:93–S:139; 教督〔2017〕6号.
"""

from __future__ import annotations

from typing import Any

import pulp

from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Family, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT

STARVED = Family("starved", "violation", ("unit", "year"))
"""Weighted pupils beyond a floor."""
PASSES = Family("passes", "decision", ("unit", "year"), whole=True, most=1.0)
"""Whether a unit passes on resources."""
MET = Family("met", "decision", ("unit", "indicator", "year"), whole=True, most=1.0)
"""Whether a unit reaches the standard of a resource."""


class Resources(Rule):
    """A layout starves no school."""

    name, words = "resources", Text("zoning.rule.resources")
    families = (STARVED, PASSES, MET)
    hardness = "priced"
    violated = STARVED
    twins = ("objective",)

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule, when the scenario asks for it."""
        problem = model.problem
        setting = problem.scenario.resources
        if setting.mode == "off":
            return
        for u in range(len(problem.units)):
            if not problem.resource_limits[u]:
                continue
            for t in range(len(problem.years)):
                if setting.mode == "floors":
                    _floors(model, u, t)
                else:
                    _passes(model, u, t)

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario asks for it."""
        return problem.scenario.resources.mode != "off"


RULE = Resources()


def _pupils(model: ZoningModel, unit: int, weights: dict[int, float], t: int) -> list[tuple[Any, float]]:
    problem = model.problem
    attending = model.family(ATTENDING)
    return [
        (attending[v, g, t], w)
        for v, w in weights.items()
        for g in problem.grades(str(cell(problem.units, "stage", v)))
    ]


def _floors(model: ZoningModel, u: int, t: int) -> None:
    problem = model.problem
    starved = model.add(STARVED, (u, t))
    floor = problem.profile.unit_verdict.floor
    for limit in problem.resource_limits[u]:
        row = [*_pupils(model, u, dict(limit.weights), t), *_added(model, limit, t, floor), (starved, -1.0)]
        model.require(
            pulp.LpAffineExpression(row) <= limit.pupils / floor - limit.beyond,
            f"floor_{u}_{limit.indicator}_{t}",
        )
    model.price("resources", [(starved, problem.scenario.prices.starved / len(problem.years))])


def _passes(model: ZoningModel, u: int, t: int) -> None:
    problem = model.problem
    verdict = problem.profile.unit_verdict
    passes = model.add(PASSES, (u, t))
    met = []
    for limit in problem.resource_limits[u]:
        pupils = _pupils(model, u, dict(limit.weights), t)
        big = largest(problem, dict(limit.weights))
        reached = model.add(MET, (u, limit.indicator, t))
        met.append((reached, 1.0))
        for name, share, switch in (("floor", verdict.floor, passes), ("met", 1.0, reached)):
            most = limit.pupils / share - limit.beyond
            slack = max(0.0, big - most)
            row = pulp.LpAffineExpression([*pupils, *_added(model, limit, t, share), (switch, slack)])
            model.require(row <= most + slack, f"{name}_{u}_{limit.indicator}_{t}")
    model.require(pulp.LpAffineExpression([*met, (passes, -float(verdict.met))]) >= 0, f"passes_{u}_{t}")
    model.price("resources", [(passes, -problem.scenario.prices.unit_pass / len(problem.years))])


def _added(model: ZoningModel, limit: Any, t: int, share: float) -> list[tuple[Any, float]]:
    """Return the terms by which built projects raise a limit."""
    return [(model.family(BUILT)[k, t], -pupils / share) for k, pupils in limit.projects]


def largest(problem: ZoningProblem, weights: dict[int, float]) -> float:
    """Return a number of weighted pupils that the units cannot exceed in any plan: all pupils of their stages."""
    total = 0.0
    for v, weight in weights.items():
        stage = str(cell(problem.units, "stage", v))
        grades = problem.rows(stage)
        sitting = problem.continuing[problem.units_of(stage)][:, grades].sum(axis=(0, 1))
        total += weight * float((problem.pupils[:, grades].sum(axis=(0, 1)) + sitting).max())
    return total
