"""Count what a repair changes: the rule and the prices under which the fewest pupils are moved.

    m[i,u] = pupils of zone i where u is not the unit it had, 0 where it is
    minimise  100 · (seats short + 0.4 · pupils over the size of a school) + Σ m[i,u] · x[i,u]        fewest moved
    Σ m[i,u] · x[i,u] ≤ moved[s];  seats short, oversize and pupils sent on ≤ as found                 cheapest of these

A missing seat stands above every move that mends it; what the way costs does not count until the number of moved pupils is known.
"""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.messages import Text
from planning.scenario.parts import Prices
from planning.zoning.declare import Family, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import SHORTAGE
from planning.zoning.rules.overflow import OVERFLOW
from planning.zoning.rules.school_size import OVERSIZE

SEAT, OVER = 100.0, 40.0
"""Moved pupils that a missing seat, and a pupil over the size of a school, stand for."""


@dataclass(frozen=True)
class Broken:
    """What a plan lacks, over all years: seats, pupils over the size of schools, pupils sent on."""

    short: int
    oversize: int
    sent: int

    def weight(self, years: int) -> float:
        """Return what the missing seats and the oversize cost in moved pupils."""
        return (SEAT * self.short + OVER * self.oversize) / years


class LeastChange(Rule):
    """Pupils keep the unit they had.

    Parameters
    ----------
    had : int array (n_stages, n_zones)
        Units that zones had; −1 where they had none.
    counts : bool
        Price the moved pupils and nothing else but what is missing; else hold to ``most``.
    most : tuple of float, optional
        Moved pupils of every stage that there may be.
    least : Broken, optional
        What may be lacking at most; its ``sent`` holds in both cases.
    """

    name, words = "least_change", Text("zoning.rule.least_change")
    mend = Text("zoning.rule.least_change.mend")

    def __init__(
        self,
        had: IntArray,
        *,
        counts: bool,
        most: tuple[float, ...] | None = None,
        least: Broken | None = None,
    ) -> None:
        self.had, self.counts, self.most, self.least = had, counts, most, least

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return every zone with the unit it had (n_zones, n_units)."""
        found = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
        for row in self.had:
            known = np.flatnonzero(row >= 0)
            found[known, row[known]] = True
        return found

    def pupil_price(
        self, problem: ZoningProblem, stage_index: int, unit: int, zones: Any
    ) -> FloatArray | None:
        """Count a pupil who changes the unit."""
        if not self.counts:
            return None
        row = self.had[stage_index][zones]
        return np.asarray(((row >= 0) & (row != unit)).astype(float))

    def add(self, model: ZoningModel) -> None:
        """Add the rows; where moved pupils are counted, take the prices away that are no longer asked about."""
        if self.least is not None:
            self._no_worse(model, OVERFLOW, self.least.sent)
        if self.counts:
            model.priced = {k: v for k, v in model.priced.items() if k in ("travel", "shortage", "oversize")}
            return
        if self.least is not None:
            self._no_worse(model, SHORTAGE, self.least.short)
            self._no_worse(model, OVERSIZE, self.least.oversize)
        self._few_moved(model)

    def _few_moved(self, model: ZoningModel) -> None:
        problem, arcs = model.problem, model.arcs
        for s, stage in enumerate(problem.stages):
            if self.most is None:
                return
            pupils, had = weights(problem, s), self.had[s]
            of_stage = arcs.item // problem.n_zones == s
            stays = np.flatnonzero(of_stage & (had[arcs.zone] == arcs.unit))
            row = [(model.x[a], float(pupils[arcs.zone[a]])) for a in stays.tolist() if pupils[arcs.zone[a]]]
            total = float(pupils[had >= 0].sum())
            if row and total > self.most[s]:
                model.require(
                    pulp.LpAffineExpression(row) >= total - self.most[s] - 1e-6, f"least_change_{stage}"
                )

    @staticmethod
    def _no_worse(model: ZoningModel, family: Family, most: int) -> None:
        every = [(variable, 1.0) for variable in model.family(family).values()]
        if every:
            model.require(pulp.LpAffineExpression(every) <= most, f"no_worse_{family.name}")


def weights(problem: ZoningProblem, stage_index: int) -> FloatArray:
    """Return the pupils that a zone counts for when it is moved (n_zones,): mean over the years, shared zones none."""
    found = np.maximum(problem.stage_pupils(problem.stages[stage_index]), 0.01)
    found[problem.shared_in(stage_index)] = 0.0
    return np.asarray(found)


def moved_weight(problem: ZoningProblem, had: IntArray, unit_of: IntArray) -> tuple[float, ...]:
    """Return the moved pupils of every stage."""
    return tuple(
        float(weights(problem, s)[(had[s] >= 0) & (had[s] != unit_of[s])].sum())
        for s in range(len(problem.stages))
    )


def fewest_moved(problem: ZoningProblem, had: IntArray, before: Broken) -> ZoningProblem:
    """Return the problem whose price is the pupils moved away from ``had``, seats before that; nobody more is sent on."""
    prices = Prices.model_validate(
        {(f.alias or n): 0.0 for n, f in Prices.model_fields.items()}
        | {"shortage": SEAT, "oversize": OVER, "unreached": problem.scenario.prices.unreached}
    )
    quiet = tuple(_without_way(rule) for rule in problem.rules)
    return dataclasses.replace(
        problem,
        scenario=problem.scenario.model_copy(update={"prices": prices}),
        rules=(*quiet, LeastChange(had, counts=True, least=before)),
    )


def cheapest_of(
    problem: ZoningProblem, had: IntArray, most: tuple[float, ...], least: Broken
) -> ZoningProblem:
    """Return the problem at its own prices in which no more pupils are moved, and no more is lacking, than found."""
    rule = LeastChange(had, counts=False, most=most, least=least)
    return dataclasses.replace(problem, rules=(*problem.rules, rule))


def _without_way(rule: Rule) -> Rule:
    """Return a rule that no longer prices the way; a pair without any way stays dear."""
    found = copy.copy(rule)
    if rule.name == "assignment":
        price: Any = _no_way
    else:
        price = _free
    found.__dict__["pupil_price"] = price
    return found


def _no_way(problem: ZoningProblem, stage_index: int, unit: int, zones: Any) -> FloatArray:
    return np.asarray(problem.scenario.prices.unreached * problem.unreached[zones, unit])


def _free(problem: ZoningProblem, stage_index: int, unit: int, zones: Any) -> None:
    return None
