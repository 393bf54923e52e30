"""Pack nearly full units: items shifted, exchanged and passed on between neighbouring catchments, annealed.

Where seats are nearly all taken, a rounded relaxation leaves many units too full, and what is too much must travel over
several of them. Prices are reduced costs: the relaxation has already balanced the county, so that what is left is packing.
Simulated annealing: Kirkpatrick, Gelatt and Vecchi (1983); title in docs/engine.md.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planning.parameters import AnnealingParameters
from planning.zoning.engine.completion import offer_units
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.state import SearchState


@dataclass(frozen=True)
class Packing:
    """Items to pack into units, each with one limit.

    Parameters
    ----------
    price : ndarray (n_items, n_units)
        Price of a pair; infinite where it may not be.
    asked : ndarray (n_items, n_units)
        Seats that an item takes in a unit.
    seats : ndarray (n_units,)
        Seats of the units (infinite: no limit).
    beside : tuple of tuple of int
        Neighbours of every item.
    fixed : ndarray of bool (n_items,)
        Items that stay where they are: held ones and anchors.
    asks : ndarray of bool (n_units,)
        Whether the catchment of a unit must hang together.
    """

    price: FloatArray
    asked: FloatArray
    seats: FloatArray
    beside: tuple[tuple[int, ...], ...]
    fixed: np.ndarray
    asks: np.ndarray


def packing(state: SearchState) -> Packing | None:
    """Return the programme as a packing around its best plan; None where its rows say more than one limit per unit."""
    assert state.incumbents.best is not None
    found = _seats(state)
    if found is None:
        return None
    asked, seats = found
    n, k = state.programme.n_items, state.programme.n_units
    arcs = np.flatnonzero((state.programme.item >= 0) & (state.programme.upper > 0.5))
    price = np.full((n, k), np.inf)
    guide = state.prices.guide(state.programme)
    price[state.programme.item[arcs], state.programme.unit[arcs]] = (
        state.programme.cost if guide is None else guide
    )[arcs]
    fixed = np.zeros(n, dtype=bool)
    fixed[state.programme.item[(state.programme.item >= 0) & (state.programme.lower > 0.5)]] = True
    for u, roots in enumerate(state.programme.graph.roots):
        fixed[roots[state.incumbents.best.unit_of[roots] == u]] = True
    pointer, indices = state.programme.graph.indptr, state.programme.graph.indices
    beside = tuple(tuple(indices[pointer[i] : pointer[i + 1]].tolist()) for i in range(n))
    return Packing(price, asked, seats, beside, fixed, state.programme.graph.asked)


def fill(given: Packing) -> float:
    """Return the share of all seats that the items ask for at least."""
    least = np.where(np.isfinite(given.price), given.asked, np.inf).min(axis=1)
    seats = float(given.seats.sum())
    return float(least.sum()) / seats if 0.0 < seats < np.inf else 0.0


def _seats(state: SearchState) -> tuple[FloatArray, FloatArray] | None:
    """Return what items ask of units and what these offer, where every row but the assignment is one unit's upper limit."""
    plain = ~state.programme.elastic
    if (plain & (state.programme.item < 0) & (state.programme.lower != state.programme.upper)).any():
        return None
    rows = state.programme.matrix[:, np.flatnonzero(plain)].tocsr()
    item, unit = state.programme.item[plain], state.programme.unit[plain]
    asked = np.zeros((state.programme.n_items, state.programme.n_units))
    seats = np.full(state.programme.n_units, np.inf)
    for r in np.flatnonzero(state.programme.row_item < 0):
        columns = rows.indices[rows.indptr[r] : rows.indptr[r + 1]]
        weight = rows.data[rows.indptr[r] : rows.indptr[r + 1]]
        units = np.unique(unit[columns])
        if not len(columns):
            continue
        simple = (
            len(units) == 1
            and units[0] >= 0
            and np.isneginf(state.programme.row_lower[r])
            and (weight >= 0).all()
        )
        if not simple or np.isfinite(seats[units[0]]):
            return None
        asked[item[columns], units[0]] = weight
        seats[units[0]] = state.programme.row_upper[r]
    return asked, seats


def pack(state: SearchState, given: Packing, deadline: Deadline, *, seed: int) -> bool:
    """Offer a plan that keeps every seat, annealed from the best plan; return whether one was taken.

    Rounds grow longer until one finds a plan or the time for them is over. What a round leaves is offered, too: fewer units
    are too full then. One seed repeats a run that time does not end.
    """
    assert state.incumbents.best is not None
    parameters = state.parameters.annealing
    until = deadline.within(parameters.time_share * deadline.left())
    moves = float(parameters.moves_per_item * int((~given.fixed).sum()))
    unit_of = state.incumbents.best.unit_of
    for k in range(parameters.rounds_most):
        best, unit_of = anneal(
            given, unit_of, int(moves), seed=seed + k, parameters=parameters, stop=until.over
        )
        if best is not None:
            return offer_units(state, best, deadline, seed)
        offer_units(state, unit_of, deadline, seed)
        if until.over():
            return False
        moves *= parameters.moves_growth
    return False


def anneal(
    given: Packing,
    unit_of: IntArray,
    moves: int,
    *,
    seed: int,
    parameters: AnnealingParameters,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[IntArray | None, IntArray]:
    """Return the cheapest assignment met that keeps all seats (None if none did), and the last one.

    Parameters
    ----------
    given : Packing
        Prices, seats and neighbours.
    unit_of : ndarray (n_items,)
        Where to start; every catchment hangs together.
    moves : int
        How many moves are tried, temperature falling and seats growing dearer from the first to the last.
    seed : int
        Drives every choice.
    parameters : AnnealingParameters
        Temperatures, prices of a seat that is missing, kinds of moves.
    stop : callable
        Asked now and then; True ends the search.
    """
    step, typical = _scale(given)
    places = _State(given, unit_of, parameters)
    blocks = max(1, moves // parameters.moves_per_temperature)
    cooling = parameters.heat_last / parameters.heat_first
    rising = parameters.seat_price_last / parameters.seat_price_first
    chance = random.Random(seed)
    for b in range(blocks):
        if stop():
            break
        share = b / blocks
        places.run(
            parameters.moves_per_temperature,
            heat=step * parameters.heat_first * cooling**share,
            over=step / typical * parameters.seat_price_first * rising**share,
            chance=chance,
        )
    best = None if places.best is None else np.array(places.best, dtype=np.int64)
    return best, np.array(places.unit_of, dtype=np.int64)


def _scale(given: Packing) -> tuple[float, float]:
    """Return a typical difference in price between the best two units of an item, and the seats of a typical item."""
    two = np.sort(given.price, axis=1)[:, :2]
    gap = two[:, 1] - two[:, 0] if two.shape[1] > 1 else np.zeros(len(two))
    gap = gap[np.isfinite(gap) & (gap > 0)]
    asked = given.asked.max(axis=1)
    asked = asked[asked > 0]
    return (
        float(np.median(gap)) if len(gap) else 1.0,
        float(asked.mean()) if len(asked) else 1.0,
    )


class _State:
    """Where every item is, how full every unit is, and the cheapest assignment met that keeps all seats."""

    def __init__(self, given: Packing, unit_of: IntArray, parameters: AnnealingParameters) -> None:
        self.shift = parameters.shift_share
        self.exchange = self.shift + parameters.exchange_share
        self.price: list[list[float]] = given.price.tolist()
        self.asked: list[list[float]] = given.asked.tolist()
        self.seats: list[float] = given.seats.tolist()
        self.beside = given.beside
        self.fixed: list[bool] = given.fixed.tolist()
        self.asks: list[bool] = given.asks.tolist()
        self.free = [i for i, held in enumerate(self.fixed) if not held and given.beside[i]]
        self.unit_of: list[int] = unit_of.tolist()
        self.load = [0.0] * len(self.seats)
        for i, u in enumerate(self.unit_of):
            self.load[u] += self.asked[i][u]
        self.total = sum(self.price[i][u] for i, u in enumerate(self.unit_of))
        self.full = sum(load > seats for load, seats in zip(self.load, self.seats, strict=True))
        self.best: list[int] | None = None
        self.least = math.inf
        self._keep()

    def run(self, moves: int, *, heat: float, over: float, chance: random.Random) -> None:
        """Try moves at one temperature, at one price of a seat that is missing."""
        rnd, free, unit_of, beside = chance.random, self.free, self.unit_of, self.beside
        if not free:
            return
        many = len(free)
        for _ in range(moves):
            i = free[int(rnd() * many)]
            around = beside[i]
            j = around[int(rnd() * len(around))]
            u, v = unit_of[i], unit_of[j]
            if u == v:
                continue
            kind = rnd()
            if kind < self.shift:
                wanted: tuple[tuple[int, int, int], ...] = ((i, u, v),)
            else:
                x = self._partner(i, j, u, v, rnd)
                if self.fixed[x]:
                    continue
                t = u if kind < self.exchange else self._onward(x, v, rnd)
                if t == v:
                    continue
                wanted = ((i, u, v), (x, v, t))
            price, load = self._change(wanted, over)
            if price > 0.0 and (price > 30.0 * heat or rnd() >= math.exp(-price / heat)):
                continue
            if self._move(wanted):
                self._account(wanted, load)

    def _partner(self, i: int, j: int, u: int, v: int, rnd: Callable[[], float]) -> int:
        """Return an item of ``v`` on the border to ``u``, near the pair ``i``, ``j``."""
        unit_of, around = self.unit_of, self.beside[i]
        y = around[int(rnd() * len(around))]
        near = self.beside[y if unit_of[y] == u else j]
        z = near[int(rnd() * len(near))]
        return z if unit_of[z] == v else j

    def _onward(self, x: int, v: int, rnd: Callable[[], float]) -> int:
        """Return a unit beside an item that it may be passed on to (its own: none was found)."""
        around = self.beside[x]
        return self.unit_of[around[int(rnd() * len(around))]]

    def _change(self, wanted: Sequence[tuple[int, int, int]], over: float) -> tuple[float, dict[int, float]]:
        """Return what moves change in price, seats missing included, and the new loads."""
        price = 0.0
        load: dict[int, float] = {}
        for i, a, b in wanted:
            price += self.price[i][b] - self.price[i][a]
            load[a] = load.get(a, self.load[a]) - self.asked[i][a]
            load[b] = load.get(b, self.load[b]) + self.asked[i][b]
        for u, new in load.items():
            seats, old = self.seats[u], self.load[u]
            price += over * ((new - seats if new > seats else 0.0) - (old - seats if old > seats else 0.0))
        return price, load

    def _move(self, wanted: Sequence[tuple[int, int, int]]) -> bool:
        """Move items, one after the other, where every catchment still hangs together; else move none."""
        unit_of = self.unit_of
        for done, (i, a, b) in enumerate(wanted):
            if self._hangs_without(i, a) and (
                not self.asks[b] or any(unit_of[k] == b for k in self.beside[i])
            ):
                unit_of[i] = b
                continue
            for k, back, _ in wanted[:done]:
                unit_of[k] = back
            return False
        (i, _, b), (x, v, _) = wanted[0], wanted[-1]
        if x != i and v == b and self.asks[b] and not any(unit_of[k] == b for k in self.beside[i]):
            for k, back, _ in wanted:
                unit_of[k] = back
            return False
        return True

    def _hangs_without(self, i: int, u: int) -> bool:
        """Return whether the catchment of ``u`` hangs together without an item: its neighbours there still meet."""
        if not self.asks[u]:
            return True
        unit_of, beside = self.unit_of, self.beside
        near = [k for k in beside[i] if unit_of[k] == u]
        if len(near) < 2:
            return True
        missing, seen, queue = set(near[1:]), {i, near[0]}, [near[0]]
        for a in queue:
            for b in beside[a]:
                if unit_of[b] == u and b not in seen:
                    missing.discard(b)
                    if not missing:
                        return True
                    seen.add(b)
                    queue.append(b)
        return False

    def _account(self, wanted: Sequence[tuple[int, int, int]], load: dict[int, float]) -> None:
        for i, a, b in wanted:
            self.total += self.price[i][b] - self.price[i][a]
        for u, new in load.items():
            self.full += (new > self.seats[u]) - (self.load[u] > self.seats[u])
            self.load[u] = new
        self._keep()

    def _keep(self) -> None:
        if not self.full and self.total < self.least:
            self.least, self.best = self.total, self.unit_of.copy()
