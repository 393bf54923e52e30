"""Hold the nearby-enrolment ratios: pupils sent elsewhere count as outside where they enrol.

    Σ_{u counted} taken[u,·,t] ≤ (1 − ratio) · Σ_{u counted} attending[u,·,t] + outside[stage,t]

The ratio is over the pupils of the counted schools, so who is taken in from another catchment counts, whatever school he was sent on by.
Counted are urban and town public schools without boarding. Source: B13, 教督〔2017〕6号; S:199 (primary 100 %,
junior 95 %; the reading by locale is a setting of the profile).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import IntArray
from planning.errors import Issue
from planning.messages import Text
from planning.zoning.declare import Family, PlanTables, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.overflow import ATTENDING, OVERFLOW

OUTSIDE = Family("outside", "violation", ("group", "year"))
"""Pupils sent elsewhere beyond what the ratio allows."""


def groups(problem: ZoningProblem) -> list[tuple[str, float, IntArray]]:
    """Return (name, ratio, counted units) of every ratio that must hold."""
    units, nearby = problem.units, problem.profile.nearby
    counted = (
        units["locale"].isin(["urban", "town"]) & (units["ownership"] == "public") & ~units["boarding"]
    ).to_numpy()
    if nearby.reading == "locale":
        ratio = {"urban": nearby.primary, "town": nearby.junior}
        return [(n, r, np.flatnonzero(counted & (units["locale"] == n).to_numpy())) for n, r in ratio.items()]
    ratio = {"primary": nearby.primary, "junior": nearby.junior}
    return [(s, ratio[s], np.flatnonzero(counted & (units["stage"] == s).to_numpy())) for s in problem.stages]


class Nearby(Rule):
    """The share of pupils who enrol in their own catchment reaches the ratio."""

    name, words = "nearby", Text("zoning.rule.nearby")
    families = (OUTSIDE,)
    hardness = "choice"
    violated = OUTSIDE

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem = model.problem
        years = len(problem.years)
        attending, sent = model.family(ATTENDING), model.family(OVERFLOW)
        for name, ratio, units in groups(problem):
            counted = set(units.tolist())
            for t in range(years):
                outside = model.add(OUTSIDE, (name, t))
                terms = [(o, 1.0) for (_, v, _, year), o in sent.items() if v in counted and year == t]
                terms += [
                    (a, ratio - 1.0)
                    for (u, _, year), a in attending.items()
                    if u in counted and year == t and ratio < 1
                ]
                model.require(pulp.LpAffineExpression([*terms, (outside, -1.0)]) <= 0, f"nearby_{name}_{t}")
                model.price(
                    "nearby", [(outside, model.violation_price(self, problem.scenario.prices.nearby) / years)]
                )

    def broken(self, problem: ZoningProblem, tables: PlanTables) -> Iterator[Issue]:
        """Yield every group and year in which fewer enrol nearby than the ratio asks."""
        for name, ratio, positions in groups(problem):
            part = tables.zoned[tables.zoned["unit"].isin(problem.units["unit"].iloc[positions])]
            for year, table in part.groupby("year"):
                pupils, own = float(table["pupils"].sum()), float(table["own"].sum())
                if pupils and own / pupils < ratio - 1e-9:
                    yield Issue(
                        "zoning.nearby.enrol_nearby_asked",
                        self.name,
                        name=name,
                        year=year,
                        own=own / pupils,
                        ratio=ratio,
                    )

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Return the ratio of every group, all years together; ``None`` where no counted school of it has pupils."""
        ratios: dict[str, float | None] = {}
        for name, _, positions in groups(problem):
            part = tables.zoned[tables.zoned["unit"].isin(problem.units["unit"].iloc[positions])]
            total = float(part["pupils"].sum())
            ratios[name] = round(float(part["own"].sum()) / total, 6) if total else None
        return {"nearby_ratio": ratios}


RULE = Nearby()
