"""Price the way beyond the service radius, and forbid it where the scenario calls the radius hard.

    x[i,u] = 0      u beyond the radius of zone i where another unit of the stage lies within; never today's unit or one at home
    minimise  Σ price · max(0, km − radius) · pupils

Source: GB 50099-2011; standards.md §4 (service radius 500 m, 1000 m).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from planning.arrays import BoolArray, FloatArray
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.declare import Reason, Rule
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import given_pairs


class Radius(Rule):
    """No zone goes beyond the service radius where a unit lies within."""

    name, words = "radius", Text("zoning.rule.radius")
    twins = ("reach",)
    setting = "radius.hard"
    mend = Text("zoning.rule.radius.mend")

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the radius is hard."""
        return problem.scenario.radius.enabled and problem.scenario.radius.hard

    def allows(self, problem: ZoningProblem, stage_index: int) -> BoolArray | None:
        """Allow what lies within a hard radius, everything where nothing does (n_zones, n_units)."""
        if not self.active(problem):
            return None
        stage = problem.stages[stage_index]
        within = problem.distance_m <= problem.profile.travel.service_radius_m[stage]
        some = within[:, problem.units_of(stage)].any(axis=1, keepdims=True)
        counted = np.isin(problem.zone_locale, problem.scenario.radius.locales)[:, None]
        return np.asarray(within | ~some | ~counted | given_pairs(problem, stage_index))

    def pupil_price(
        self, problem: ZoningProblem, stage_index: int, unit: int, zones: Any
    ) -> FloatArray | None:
        """Price the kilometres beyond the radius."""
        radius = problem.scenario.radius
        if not radius.enabled:
            return None
        km = problem.distance_m[zones, unit] / 1000.0
        reach = problem.profile.travel.service_radius_m[problem.stages[stage_index]] / 1000.0
        counted = np.isin(problem.zone_locale[zones], radius.locales)
        return np.asarray(problem.scenario.prices.beyond_radius * np.maximum(0.0, km - reach) * counted)

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the unit lies beyond a hard radius."""
        allowed = self.allows(problem, stage_index)
        if allowed is not None and not allowed[zone, unit]:
            reach = problem.profile.travel.service_radius_m[problem.stages[stage_index]]
            yield Reason.of(
                self.name,
                Text("zoning.radius.lies_beyond_hard_service_radius_m", reach=reach),
                mend=self.mend,
                about="lines",
            )

    def loosened(self, problem: ZoningProblem) -> ZoningProblem:
        """Return the problem with a radius that only has a price."""
        soft = problem.scenario.radius.model_copy(update={"hard": False})
        return dataclasses.replace(problem, scenario=problem.scenario.model_copy(update={"radius": soft}))


RULE = Radius()
