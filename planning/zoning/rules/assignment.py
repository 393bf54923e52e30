"""Give every zone exactly one unit per stage, and price the way there.

    Σ_u x[i,u] = 1                       for every zone and stage i
    minimise  Σ cost[i,u] · x[i,u]       walking, barriers, radius, change (pupil-kilometres)

A zone's children enter one school directly. Source: 单校划片, standards.md §3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from planning.arrays import FloatArray
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.declare import Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import chosen_unit


class Assignment(Rule):
    """Every zone has one unit per stage, and the way there has a price."""

    name, words = "assignment", Text("zoning.rule.assignment")
    hardness = "definition"

    def add(self, model: ZoningModel) -> None:
        """Add the rows and prices of this rule."""
        model.require_one_unit()
        model.price("travel", zip(model.x, model.arcs.cost.tolist(), strict=True))

    def pupil_price(self, problem: ZoningProblem, stage_index: int, unit: int, zones: Any) -> FloatArray:
        """Price the way: its kilometres, a barrier crossed, a pair without a way."""
        prices = problem.scenario.prices
        km = problem.distance_m[zones, unit] / 1000.0
        return np.asarray(
            km
            + prices.barrier * problem.crosses[zones, unit]
            + prices.unreached * problem.unreached[zones, unit]
        )

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the unit is farther, and that the way there crosses a barrier."""
        more = float(
            problem.distance_m[zone, unit]
            - problem.distance_m[zone, chosen_unit(problem, layout, stage_index, zone)]
        )
        if more >= 0.5:
            yield Reason.of("farther", Text("zoning.assignment.m_farther", more=more), about="way")
        if problem.crosses[zone, unit]:
            yield Reason.of(
                "barrier",
                Text("zoning.assignment.way_there_crosses_railway_motorway_arterial"),
                mend=Text("zoning.assignment.safe_crossing_way"),
            )


RULE = Assignment()
