"""Walk from plan to plan over sites: a few neighbouring catchments are annealed, or given other sites first.

Of a region's open units some are shut and some of the units that could open inside it are opened; what that costs at least is told
by the nearest units, then by a transport programme over the region, and the cheapest are annealed. Everything outside stays.
"""

from __future__ import annotations

import itertools
import threading

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.annealing import scale
from planning.zoning.engine.neighbourhoods.part import anneal_part, kept_catchments, region
from planning.zoning.engine.neighbourhoods.partition import Catchments
from planning.zoning.engine.neighbourhoods.regions import Walk
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.sites import Sites, rounded, transported
from planning.zoning.engine.state import SearchState


class SiteWalks:
    """Walks over sites, one after another; one thread of its own, catchments shared with the others.

    Parameters
    ----------
    state : SearchState
        The programme with its openings free.
    sites : Sites
        The same as sites.
    sets : Sets
        Sets of openings to begin with.
    pool : SharedCatchments
        Where catchments met are kept.
    seed : int
        Of every choice.
    """

    def __init__(
        self, state: SearchState, sites: Sites, sets: Sets, pool: SharedCatchments, seed: int
    ) -> None:
        self.state, self.sites, self.sets, self.pool = state, sites, sets, pool
        self.rng = np.random.default_rng(seed)
        self.rules, self.annealing = state.parameters.walks, state.parameters.annealing
        self.own = state.parameters.site_walks
        self.walk: Walk | None = None
        self.begun, self.ended, self.vain = 0, 0, 0
        self.moves = 0.0
        self.owed, self.turns = 0, self.own.turns_first
        self.known: Plan | None = None
        self.typical = (1.0, 1.0)

    def due(self) -> bool:
        """Return whether it is its turn: until a first walk has ended, and one or a few turns after every attempt at a set."""
        return self.ended == 0 or self.owed > 0

    def exhausted(self) -> bool:
        """Return whether many walks in turn gave nothing."""
        return self.vain >= self.own.vain_most

    def attempted(self) -> None:
        """Take note of an attempt at a set by other means: twice the turns are due after those that gave the best plan, else half."""
        best = self.pool.ours if self.pool.ahead() else None
        gave = best is not None and best is not self.known
        self.known = best
        self.turns = min(self.own.turns_most, 2 * self.turns) if gave else max(1, self.turns // 2)
        self.owed = self.turns

    def first(self, deadline: Deadline) -> None:
        """Walk until a first walk has ended, so that there is a plan soon."""
        while self.ended == 0 and not deadline.over():
            self.turn(deadline)

    def turn(self, deadline: Deadline) -> None:
        """Go on for so many moves, or until a walk ends; offer what is better than all before."""
        self.owed -= 1
        at_once = self.rules.moves_at_once_per_item * self.state.programme.n_items
        until = self.moves + min(self.rules.moves_at_once, at_once)
        while self.moves < until and not deadline.over():
            if self.walk is None or self.walk.stale >= self.rules.stale_per_unit * len(
                np.unique(self.walk.best)
            ):
                self._end(deadline)
                self._begin(deadline)
                if self.walk is None:  # no set has a plan that keeps its seats
                    self.ended, self.vain = self.ended + 1, self.vain + 1
                    return
            self._step(self.walk)
        if self.walk is not None:
            self._offer(self.walk.best)

    def _end(self, deadline: Deadline) -> None:
        if self.walk is None:
            return
        before = self.state.incumbents.price_to_beat()
        self._offer(self.walk.best)
        self.walk = None
        self.ended += 1
        self.pool.recombine(deadline, self.begun)
        self.vain = 0 if self.state.incumbents.price_to_beat() < before else self.vain + 1

    def _offer(self, unit_of: IntArray) -> None:
        units = np.unique(unit_of)
        programme = self.state.programme
        if self.sites.price_of(unit_of) >= self.state.incumbents.price_to_beat():
            return
        columns = programme.arc_at[np.arange(len(unit_of)), unit_of]
        if (columns < 0).any():  # no better plan uses it
            return
        values = np.maximum(0.0, programme.lower)
        values[columns] = 1.0
        switches = self.sites.switch[units]
        assert programme.given.switches is not None
        values[programme.given.switches[switches[switches >= 0]]] = 1.0
        self.pool.offer(values, "siting")

    def _begin(self, deadline: Deadline) -> None:
        """Begin a walk with a set of openings, and others at the incumbent: as it is, or with some other sites."""
        self.begun += 1
        best, start = self.state.incumbents.best, None
        if best is not None and best.broken <= 0 and self.begun % self.rules.anew_of != 1:
            self._scale(np.unique(best.unit_of))
            again = self.begun % self.rules.anew_of == 0
            start = best.unit_of if again else self._exchanged(best.unit_of)
        if start is None:
            for opened in self._sets():
                start = self._anew(opened, deadline)
                if start is not None or deadline.over():
                    break
        if start is not None:
            slack = self._between(self.rules.slack_least, self.rules.slack_most)
            self.walk = Walk(start, self.sites.price_of(start), slack)

    def _sets(self) -> list[BoolArray]:
        """Return sets to begin with: cheap ones, every other time with more sites open; every site open, to begin with and at last.

        Walks shut what is too much more easily than they find what is missing.
        """
        every = np.ones(len(self.sites.switch[self.sites.switch >= 0]), dtype=bool)
        if self.begun == 1:
            return [every]
        drawn = self.sets.drawn(self.rng, self.own.sets_tried)
        if self.begun % 2:
            more = self.rng.uniform(0.0, self.own.more_sites_most)
            drawn = [opened | (self.rng.random(len(opened)) < more) for opened in drawn]
        return [*drawn, every]

    def _scale(self, units: IntArray) -> None:
        self.typical = scale(self.sites.part(np.arange(len(self.sites.packing.price)), units))

    def _anew(self, opened: BoolArray, deadline: Deadline) -> IntArray | None:
        """Return a plan with these openings that keeps all seats, annealed hotter from time to time; None where none is met."""
        units = self.sites.openable(opened)
        items = np.arange(len(self.sites.packing.price))
        part = self.sites.part(items, units)
        shares = transported(part)
        start = None if shares is None else rounded(self.sites, part, items, units, shares[1])
        if start is None:
            return None
        self._scale(units)
        heat = self.own.heat_first
        for _ in range(self.own.rounds_most):
            found = self._annealed(items, units, start, heat)
            if found is not None or deadline.over():
                return None if found is None else found[0]
            heat = min(self.rules.heat_most, heat * self.own.heat_growth)
        return None

    def _exchanged(self, unit_of: IntArray) -> IntArray | None:
        """Return a plan with other sites in one region, whatever that costs; None where none is found."""
        units, items, closed = self._region(unit_of)
        tries = self._other_sites(unit_of, items, units, closed, np.inf)
        if not tries:
            return None
        others, start = tries[int(self.rng.integers(len(tries)))]
        found = self._annealed(items, others, start, self.own.heat_first)
        if found is None:
            return None
        exchanged = unit_of.copy()
        exchanged[items] = found[0]
        return exchanged

    def _region(self, unit_of: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return a few units that border one another, their items, and the units that could open among these."""
        given, root = self.sites.packing, self.sites.root
        size = max(2, round(self._between(self.rules.units_least, self.own.units_most)))
        first = int(unit_of[int(self.rng.integers(len(unit_of)))])
        units = region(given, unit_of, size, self.rng, first=first)
        items = np.flatnonzero(np.isin(unit_of, units))
        inside = np.isin(root, items) & np.isfinite(given.price[np.maximum(root, 0), np.arange(len(root))])
        return units, items, np.setdiff1d(np.flatnonzero(inside), np.unique(unit_of))

    def _step(self, walk: Walk) -> None:
        """Anneal one region of a walk, with its sites or with others."""
        units, items, closed = self._region(walk.unit_of)
        now = self.sites.cost_of(items, walk.unit_of[items], units)
        heat = self._between(self.rules.heat_least, self.rules.heat_most)
        if self.rng.random() < self.own.same_sites_share:
            tries = [(units, np.searchsorted(units, walk.unit_of[items]))]
        else:
            most = now + walk.best_price * (1.0 + walk.slack) - walk.price
            tries = self._other_sites(walk.unit_of, items, units, closed, most)
        walk.stale += 1
        for others, start in tries:
            found = self._annealed(items, others, start, heat)
            if found is None:
                continue
            unit_of = walk.unit_of.copy()
            unit_of[items] = found[0]
            price = walk.price + found[1] - now
            if price < max(walk.price, walk.best_price * (1.0 + walk.slack)):
                walk.stale -= 1
                walk.step(unit_of, price)
                return

    def _other_sites(
        self, unit_of: IntArray, items: IntArray, units: IntArray, closed: IntArray, most: float
    ) -> list[tuple[IntArray, IntArray]]:
        """Return a few sets of units for a region that may cost less than a mark, with a plan to begin with."""
        asked = self.sites.packing.asked[items, unit_of[items]].sum()
        near: dict[bytes, tuple[float, IntArray]] = {}
        for _ in range(self.own.exchanges_tried):
            shut, opened = EXCHANGES[int(self.rng.integers(len(EXCHANGES)))]
            if shut > len(units) or opened > len(closed):
                continue
            new = np.union1d(
                self.rng.permutation(units)[shut:], self.rng.permutation(closed)[:opened]
            ).astype(np.int64)
            if len(new) and self.sites.packing.seats[new].sum() >= asked:
                price = self.sites.packing.price[np.ix_(items, new)].min(axis=1).sum()
                near[new.tobytes()] = (float(price + self.sites.opening[new].sum()), new)
        likely = sorted((n for n in near.values() if n[0] < most), key=lambda n: n[0])
        priced: list[tuple[float, IntArray, FloatArray]] = []
        for _, new in likely[: self.own.exchanges_priced]:
            moved = transported(self.sites.part(items, new))
            if moved is not None and moved[0] + self.sites.opening[new].sum() < most:
                priced.append((moved[0] + float(self.sites.opening[new].sum()), new, moved[1]))
        priced.sort(key=lambda p: p[0])
        found = []
        for _, new, shares in priced[: self.own.exchanges_annealed]:
            start = rounded(self.sites, self.sites.part(items, new), items, new, shares)
            if start is not None:
                found.append((new, start))
        return found

    def _annealed(
        self, items: IntArray, units: IntArray, start: IntArray, heat: float
    ) -> tuple[IntArray, float] | None:
        """Return the units of items after annealing, and what they and their sites cost; None where seats lack."""
        part = self.sites.part(items, units)
        seed = int(self.rng.integers(1 << 30))
        if len(units) == 1:  # nothing to anneal
            kept = part.asked.sum() <= part.seats[0]
            return (units[start], self.sites.cost_of(items, units[start], units)) if kept else None
        now, moves = anneal_part(
            part,
            start,
            heat,
            self.typical,
            seed,
            (self.rules, self.annealing),
            lambda board, now: self.pool.keep(kept_catchments(board, items, units, now)),
        )
        self.moves += moves
        if now is None:
            return None
        return units[now.best], float(now.tally[1] + self.sites.opening[units].sum())

    def _between(self, least: float, most: float) -> float:
        return float(np.exp(self.rng.uniform(np.log(least), np.log(most))))


EXCHANGES = tuple(p for p in itertools.product(range(3), range(3)) if p != (0, 0))
"""How many units are shut and how many opened."""


class SharedCatchments:
    """Catchments met by all walks, recombined with what their sites cost; any thread may ask."""

    def __init__(self, state: SearchState, catchments: Catchments) -> None:
        self.state, self.catchments = state, catchments
        self.lock, self.at_work = threading.Lock(), threading.Lock()
        self.met: set[tuple[int, bytes]] = set()
        self.ours: Plan | None = None

    def keep(self, met: list[tuple[int, bytes]]) -> None:
        """Keep catchments that keep their seats."""
        with self.lock:
            self.met.update(met)

    def recombine(self, deadline: Deadline, seed: int) -> None:
        """Offer the cheapest plan of catchments met, unless another thread is about it."""
        if not self.at_work.acquire(blocking=False):
            return
        try:
            with self.lock:
                met, self.met = self.met, set()
            for unit, items in sorted(met):
                self.catchments.keep(unit, np.frombuffer(items, dtype=np.int64))
            values = self.catchments.recombine(deadline, seed)
        finally:
            self.at_work.release()
        if values is not None:
            self.offer(values, "partition")

    def offer(self, values: FloatArray, phase: str) -> None:
        """Offer a plan, and remember whether it was taken."""
        if self.state.incumbents.offer(values, phase):
            self.ours = self.state.incumbents.best

    def ahead(self) -> bool:
        """Return whether the best plan is one of ours."""
        return self.ours is self.state.incumbents.best
