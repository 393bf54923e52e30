"""Forbid units beyond the longest walk that the scenario allows, where another unit lies within.

    x[i,u] = 0      u farther than ``candidates.max_distance_m`` where another unit is not; never today's unit or one at home

Source: the scenario's own limit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.arrays import BoolArray
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.declare import Reason, Rule
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import given_pairs


class LongestWalk(Rule):
    """No zone walks farther than the scenario allows where a unit lies within."""

    name, words = "longest_walk", Text("zoning.rule.longest_walk")
    twins = ("reach",)
    setting = "candidates.max_distance_m"
    mend = Text("zoning.rule.longest_walk.mend")

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario sets a limit."""
        return problem.scenario.candidates.max_distance_m is not None

    def value(self, problem: ZoningProblem) -> str:
        """Return the limit in metres."""
        return f"{problem.scenario.candidates.max_distance_m:g}"

    def allows(self, problem: ZoningProblem, stage_index: int) -> BoolArray | None:
        """Allow what lies within the limit, everything where nothing does (n_zones, n_units)."""
        limit = problem.scenario.candidates.max_distance_m
        if limit is None:
            return None
        near = problem.distance_m <= limit
        some = near[:, problem.units_of(problem.stages[stage_index])].any(axis=1, keepdims=True)
        return np.asarray(near | ~some | given_pairs(problem, stage_index))

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the walk is longer than allowed."""
        allowed = self.allows(problem, stage_index)
        if allowed is not None and not allowed[zone, unit]:
            limit = self.value(problem)
            yield Reason.of(
                self.name,
                Text("zoning.longest_walk.walk_longer_than_m_allowed", limit=limit),
                mend=self.mend,
                about="lines",
            )


RULE = LongestWalk()
