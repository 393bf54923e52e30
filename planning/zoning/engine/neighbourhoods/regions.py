"""Walk from plan to plan where units are nearly full: a few neighbouring catchments are annealed, everything else stays.

Annealed as a whole, a plan loses in one place what it gains in another; a region is kept only where it gains. A walk may take
a plan that is a little dearer than its best (record-to-record travel: Dueck 1993; title in docs/engine.md).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.annealing import (
    Packing,
    anneal,
    fill,
    packing,
    scale,
)
from planning.zoning.engine.neighbourhoods.part import (
    CATCHMENT,
    anneal_part,
    cut_out,
    kept_catchments,
    region,
)
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.state import SearchState

if TYPE_CHECKING:
    from planning.zoning.engine.neighbourhoods.moves import Standing


@dataclass
class Walk:
    """Where a walk is, the best plan on its way, how much dearer it may get, and how long it has found nothing."""

    unit_of: IntArray
    price: float
    slack: float
    best: IntArray = field(init=False)
    best_price: float = field(init=False)
    stale: int = 0

    def __post_init__(self) -> None:
        self.best, self.best_price = self.unit_of, self.price

    def step(self, unit_of: IntArray, price: float) -> bool:
        """Go to another plan where that is not too dear; return whether it is the best so far."""
        self.stale += 1
        if price >= self.best_price * (1.0 + self.slack) and price >= self.price:
            return False
        self.unit_of, self.price = unit_of, price
        if price >= self.best_price - 1e-9 * abs(self.best_price):
            return False
        self.best, self.best_price, self.stale = unit_of, price, 0
        return True


@dataclass(frozen=True)
class Annealed:
    """What a turn of annealing gave: plans, catchments that keep their seats, whether a walk has ended, a plan crossed with the best."""

    plans: list[IntArray]
    catchments: list[CATCHMENT]
    ended: bool
    child: FloatArray | None = None


class Walks:
    """Anneals regions of the incumbent, and of other plans, between neighbourhoods.

    Parameters
    ----------
    state : SearchState
        What the search knows.
    on : bool
        False: it is never its turn.

    Attributes
    ----------
    gap : float, optional
        To which the rest of its plans is chosen; what the parameters say without it.
    """

    gap: float | None = None

    def __init__(self, state: SearchState, *, on: bool) -> None:
        self.state = state
        self.rules = state.parameters.walks
        self.annealing = state.parameters.annealing
        on = on and self.annealing.rounds_most > 0 and state.few_arcs() is None
        given = packing(state) if on else None
        self.fits = given is not None and fill(given) >= self.annealing.fill_least
        self.walk: Walk | None = None
        self.begun = 0
        self.known = np.inf  # price of the best plan, in arcs alone
        self.moves, self.effort = 0.0, 0.0  # tried here; simplex iterations of neighbourhoods
        self.luck: deque[tuple[float, float]] = deque(maxlen=self.rules.remembered)
        self.warm: list[
            tuple[float, float]
        ] = []  # prices of whole plans annealed, from which temperature (its logarithm)
        self.seen: set[CATCHMENT] = set()

    def due(self) -> bool:
        """Return whether it is its turn: moves keep their share beside the effort of neighbourhoods."""
        return self.fits and self.moves <= self.rules.moves_per_iteration * self.effort

    def worked(self, effort: int) -> None:
        """Take note of a neighbourhood that was solved with so many simplex iterations."""
        self.effort += effort + self.rules.iterations_per_step

    def judged(self, *, better: bool) -> None:
        """Learn nothing from whether a plan was taken."""

    def anneal(self, plan: Plan, seed: int, deadline: Deadline) -> Annealed:
        """Anneal regions for one turn; where no plan keeps its seats yet, the whole plan."""
        given, rng = packing(self.state), np.random.default_rng(seed)
        assert given is not None
        self.seen = set()
        if plan.broken > 0:
            found = self._whole(given, plan.unit_of, rng, deadline)
            return Annealed(found, [], ended=False)
        walk, ended = self._walk(given, plan, rng, deadline)
        most = self.rules.moves_at_once_per_item * int((~given.fixed).sum())
        until = self.moves + min(self.rules.moves_at_once, most)
        while self.moves < until and not deadline.over():
            self._try(given, walk, rng)
        self.known = min(self.known, walk.best_price)
        return Annealed([walk.best], sorted(self.seen), ended)

    def _walk(
        self, given: Packing, plan: Plan, rng: np.random.Generator, deadline: Deadline
    ) -> tuple[Walk, bool]:
        """Return the walk to go on with, and whether another one has ended: begun anew where neighbourhoods were ahead of it."""
        price = _price(given, plan.unit_of)
        old = self.walk
        ahead = price < self.known * (1.0 - 1e-9)
        ended = old is not None and old.stale >= self.rules.stale_per_unit * len(given.seats)
        if old is not None and not ahead and not ended:
            return old, False
        self.known = min(self.known, price)
        start = plan.unit_of
        if old is None or (ended and not ahead):
            self.begun += 1
            if self.begun % self.rules.anew_of != 0:
                start = self._anew(given, start if old is None else None, rng, deadline)
        start = start if _keeps(given, start) else plan.unit_of
        slack = float(np.exp(rng.uniform(np.log(self.rules.slack_least), np.log(self.rules.slack_most))))
        self.walk = Walk(start, _price(given, start), slack)
        return self.walk, ended

    def _anew(
        self, given: Packing, plan: IntArray | None, rng: np.random.Generator, deadline: Deadline
    ) -> IntArray:
        """Return the best of a few whole plans annealed from different starts, and of a plan if given."""
        found = [] if plan is None else [plan]
        for _ in range(self.rules.starts):
            found.append(self._whole(given, self._origin(given, rng), rng, deadline)[0])
        kept = [unit_of for unit_of in found if _keeps(given, unit_of)]
        return min(kept or found, key=lambda unit_of: _price(given, unit_of))

    def _origin(self, given: Packing, rng: np.random.Generator) -> IntArray:
        """Return where a whole plan is annealed from: a rounded relaxation, or every item at a cheap unit, grown together.

        Which catchment winds around which is hardly ever changed by moving items, however hot: only another start does.
        """
        graph, best = self.state.programme.graph, self.state.incumbents.best
        assert best is not None
        k = int(rng.integers(len(self.state.origins) + 1))
        if k < len(self.state.origins):
            origin = self.state.origins[k]
        else:
            blur = float(rng.uniform(0.0, self.rules.blur_most))
            price = given.price * np.exp(rng.normal(0.0, blur, given.price.shape))
            nearest = np.where(given.fixed, best.unit_of, price.argmin(axis=1))
            origin = grow_together(graph, price, nearest)
        if (origin < 0).any() or self.state.programme.disconnected(origin):
            return best.unit_of
        return origin if np.isfinite(_price(given, origin)) else best.unit_of

    def _whole(
        self, given: Packing, unit_of: IntArray, rng: np.random.Generator, deadline: Deadline
    ) -> list[IntArray]:
        """Anneal a whole plan; return the cheapest that keeps all seats, if any, and the last.

        The temperature at the start is drawn near one of those that gave the cheapest plans so far, or anew.
        """
        rules = self.annealing
        low, high = np.log(rules.heat_least), np.log(rules.heat_most)
        chance = rng.uniform(low, high)
        if self.warm and rng.random() < self.rules.luck_share:
            good = sorted(self.warm)[: self.rules.warm_best]
            chance = good[int(rng.integers(len(good)))][1] + rng.normal(0.0, self.rules.luck_spread)
        heat = float(np.exp(np.clip(chance, low, high)))
        moves = rules.moves_per_item * int((~given.fixed).sum())
        self.moves += moves
        seed = int(rng.integers(1 << 30))
        best, last = anneal(given, unit_of, moves, heat=heat, seed=seed, parameters=rules, stop=deadline.over)
        if best is None:
            return [last]
        self.warm.append((_price(given, best), float(np.log(heat))))
        return [best, last]

    def _try(self, given: Packing, walk: Walk, rng: np.random.Generator) -> None:
        """Anneal one region of a walk."""
        rules = self.rules
        heat, size = self._drawn(rng)
        units = region(given, walk.unit_of, max(2, round(size)), rng)
        part, items, unit_of = cut_out(given, walk.unit_of, units)
        seed = int(rng.integers(1 << 30))

        def looked(board: Packing, now: Standing) -> None:
            self.seen.update(kept_catchments(board, items, units, now))

        now, moves = anneal_part(part, unit_of, heat, scale(given), seed, (rules, self.annealing), looked)
        self.moves += moves
        if now is None:
            walk.stale += 1
            return
        new = walk.unit_of.copy()
        new[items] = units[now.best]
        if walk.step(new, walk.price + float(now.tally[1]) - _price(part, unit_of)):
            self.luck.append((heat, size))

    def _drawn(self, rng: np.random.Generator) -> tuple[float, float]:
        """Return a temperature and a number of units: any, or near those that gave something lately."""
        rules = self.rules
        if len(self.luck) and rng.random() < rules.luck_share:
            heat, size = self.luck[int(rng.integers(len(self.luck)))]
            near = np.exp(rng.normal(0.0, rules.luck_spread, 2))
        else:
            heat, size = 1.0, 1.0
            least, most = (
                np.log([rules.heat_least, rules.units_least]),
                np.log([rules.heat_most, rules.units_most]),
            )
            near = np.exp(rng.uniform(least, most))
        return (
            float(np.clip(heat * near[0], rules.heat_least, rules.heat_most)),
            float(np.clip(size * near[1], rules.units_least, rules.units_most)),
        )


def _price(given: Packing, unit_of: IntArray) -> float:
    return float(given.price[np.arange(len(unit_of)), unit_of].sum())


def _keeps(given: Packing, unit_of: IntArray) -> bool:
    """Return whether a plan keeps all seats."""
    load = np.bincount(unit_of, given.asked[np.arange(len(unit_of)), unit_of], minlength=len(given.seats))
    return bool((load <= given.seats * (1.0 + 1e-9)).all())
