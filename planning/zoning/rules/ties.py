"""Bring zones to one unit, or each to another one, where the scenario ties them.

    x[i,u] = x[j,u]              i and j together, every unit u
    Σ_i x[i,u] ≤ 1               the zones i that are apart, every unit u

Source: the scenario's own locks (``locks.together``, ``locks.apart``; design.md §4: locks are kept exactly).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pulp

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.at_hand.growing import item_graph, pair_prices
from planning.zoning.declare import Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import unit_positions

PARTS = ("together", "apart")


class Ties(Rule):
    """Zones go to one unit, or each to another one."""

    name, words = "ties", Text("zoning.rule.ties")
    setting = "locks"
    mend = Text("zoning.rule.ties.mend")

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario ties zones."""
        return any(lock.part in PARTS for lock in problem.locks.every)

    def value(self, problem: ZoningProblem) -> str:
        """Return the ties as the scenario names them."""
        return ", ".join(dict.fromkeys(lock.key for lock in problem.locks.every if lock.part in PARTS))

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return the pairs that the rows tie: those of tied zones with every unit of the stage (n_zones, n_units)."""
        tied = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
        for lock in problem.locks.every:
            if lock.part in PARTS:
                tied[np.ix_(np.array(lock.zones), problem.units_of(problem.stages[lock.stage]))] = True
        return tied

    def add(self, model: ZoningModel) -> None:
        """Add the rows of this rule."""
        problem, arcs = model.problem, model.arcs
        if not self.active(problem):
            return
        at = {pair: a for a, pair in enumerate(zip(arcs.zone.tolist(), arcs.unit.tolist(), strict=True))}
        for s, stage in enumerate(problem.stages):
            for u in problem.units_of(stage).tolist():
                for k, (first, *rest) in enumerate(problem.locks.groups(s)):
                    for zone in rest:
                        pair = [
                            (model.x[at[z, u]], sign)
                            for z, sign in ((first, 1.0), (zone, -1.0))
                            if (z, u) in at
                        ]
                        if pair:
                            model.require(pulp.LpAffineExpression(pair) == 0, f"together_{s}_{k}_{zone}_{u}")
                for k, lock in enumerate(problem.locks.of("apart", s)):
                    here = [(model.x[at[z, u]], 1.0) for z in lock.zones if (z, u) in at]
                    if len(here) > 1:
                        model.require(pulp.LpAffineExpression(here) <= 1, f"apart_{s}_{k}_{u}")

    def repair(self, problem: ZoningProblem, plan: IntArray) -> IntArray:
        """Return a plan whose tied zones are together or apart, what then hangs loose grown anew; −1 where that fails."""
        if not self.active(problem):
            return plan
        found = plan.copy()
        for s in range(len(problem.stages)):
            if _kept(problem, s, found[s]):
                continue
            tied = sorted(
                {
                    z
                    for lock in problem.locks.every
                    if lock.part in PARTS and lock.stage == s
                    for z in lock.zones
                }
            )
            price = pair_prices(problem, s, found[s])
            grown = _settled(problem, s, price, found[s])
            held = np.full(price.shape, np.inf)
            held[np.arange(problem.n_zones), grown] = 0.0
            price[tied] = np.where(np.isfinite(held[tied]), price[tied], np.inf)
            grown = grow_together(item_graph(problem), price, grown)
            may = np.isfinite(pair_prices(problem, s, grown)[np.arange(problem.n_zones), grown]).all()
            found[s] = grown if _kept(problem, s, grown) and may else -1
        return found

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield the tie that the zone would break alone at the unit."""
        for lock in problem.locks.every:
            if lock.part not in PARTS or lock.stage != stage_index or zone not in lock.zones:
                continue
            others = [z for z in lock.zones if z != zone]
            at = unit_positions(problem, layout)[stage_index][others]
            names = ", ".join(str(problem.zones[z]) for z in others)
            mend = Text("zoning.mend.take_lock_out", key=lock.key)
            if lock.part == "together" and (at != unit).any():
                yield Reason.of("together", Text("zoning.ties.goes_one_school", names=names),
                             mend=mend, about="lines")  # fmt: skip
            if lock.part == "apart" and (at == unit).any():
                yield Reason.of("apart", Text("zoning.ties.may_not_share_school", names=names),
                             mend=mend, about="lines")  # fmt: skip


RULE = Ties()


def _kept(problem: ZoningProblem, s: int, plan: IntArray) -> bool:
    """Return whether a plan of a stage without gaps keeps every tie."""
    together = all(len(set(plan[list(zones)].tolist())) == 1 for zones in problem.locks.groups(s))
    ties = [plan[list(lock.zones)].tolist() for lock in problem.locks.of("apart", s)]
    return together and all(len(set(units)) == len(units) for units in ties) and bool((plan >= 0).all())


def _settled(problem: ZoningProblem, s: int, price: FloatArray, plan: IntArray) -> IntArray:
    """Return a plan whose tied zones have the cheapest units that keep the ties, those that they have first, one zone after the other."""
    found = plan.copy()
    groups = problem.locks.groups(s)
    for zones in groups:
        total = price[list(zones)].sum(axis=0)
        had = [u for u in plan[list(zones)].tolist() if u >= 0 and np.isfinite(total[u])]
        best = int(total.argmin()) if np.isfinite(total).any() else -1
        found[list(zones)] = max(had, key=had.count) if had else best
    for lock in problem.locks.of("apart", s):
        for zone in lock.zones:
            mine = next((list(zones) for zones in groups if zone in zones), [zone])
            taken = [int(found[z]) for z in lock.zones if z != zone]
            if found[zone] in taken:
                total = price[mine].sum(axis=0)
                total[taken] = np.inf
                found[mine] = int(total.argmin()) if np.isfinite(total).any() else found[mine]
    return found
