"""Price a set of openings by whole catchments: a linear programme over connected catchments that are found as they pay.

The relaxation divides items at will, and where few items fill a unit that makes sets of openings look far cheaper than their
plans. Here a unit takes whole catchments, connected and within its seats, in shares. New ones come from a knapsack over a
random tree of paths (tree_knapsack.py) at the prices of items that the programme gives. Only the trees drawn at random are searched,
so that the price is an estimate and no bound. Catchments serve every set in which their unit is open.
Prices are smoothed towards the best so far (Wentges 1997; titles in docs/engine.md).
"""

from __future__ import annotations

import threading
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, load
from planning.zoning.engine.siting.openings import seats_of_units
from planning.zoning.engine.siting.tree_knapsack import best_catchments, random_trees, walk
from planning.zoning.engine.state import SearchState

NEVER = 1e12  # price of an item that a unit cannot take


class Pool:
    """Catchments found so far, numbered; any thread may ask."""

    def __init__(self, cost: FloatArray) -> None:
        self.cost = cost
        self.lock = threading.Lock()
        self.known: dict[tuple[int, bytes], int] = {}
        self.unit: list[int] = []
        self.items: list[IntArray] = []
        self.price: list[float] = []

    def add(self, unit: int, items: IntArray) -> int:
        """Keep a catchment and return its number."""
        items = np.sort(items)
        key = (unit, items.tobytes())
        with self.lock:
            number = self.known.setdefault(key, len(self.unit))
            if number == len(self.unit):
                self.unit.append(unit)
                self.items.append(items)
                self.price.append(float(self.cost[items, unit].sum()))
        return number

    def all(self) -> tuple[IntArray, FloatArray, list[IntArray]]:
        """Return units, prices and items of all."""
        with self.lock:
            return np.array(self.unit, dtype=np.int64), np.array(self.price), list(self.items)

    def newest(self, share: float) -> Pool:
        """Return a pool with the newest of them."""
        unit, _, items = self.all()
        pool = Pool(self.cost)
        for k in range(int((1.0 - share) * len(unit)), len(unit)):
            pool.add(int(unit[k]), items[k])
        return pool


class Estimator:
    """Estimates sets of openings one after another, each from what was learnt from those before; any thread may ask.

    Parameters
    ----------
    state : SearchState
        The programme; all pairs are at hand.
    duals : ndarray (n_rows,)
        Of the rows of its relaxation: prices of items for the first set.
    """

    def __init__(self, state: SearchState, duals: FloatArray, seed: int) -> None:
        program = state.programme.given
        self.state, self.seed, self.asked = state, seed, 0
        self.parameters = state.parameters.column_generation
        self.lock = threading.Lock()
        self.cost = np.full((program.n_items, program.n_units), NEVER)
        arcs = np.flatnonzero((state.programme.item >= 0) & (state.programme.upper > 0.5))
        self.cost[state.programme.item[arcs], state.programme.unit[arcs]] = state.programme.cost[arcs]
        dearest = np.where(self.cost < NEVER, self.cost, 0.0).max(axis=1)
        self.left_open = dearest + dearest.mean()  # price of an item that no catchment holds
        self.load, self.seats, self.switch = _whole_seats(state)
        self.prices = np.zeros(program.n_items)
        rows = np.flatnonzero(state.programme.row_item >= 0)
        self.prices[state.programme.row_item[rows]] = duals[rows]
        self.pool = Pool(self.cost)

    def estimate(self, opened: BoolArray, deadline: Deadline, *, below: float = np.inf) -> Estimate:
        """Return about what the plans of a set cost; sooner where it cannot come below a price."""
        with self.lock:
            self.asked += 1
            rng = np.random.default_rng((self.seed, self.asked))
            if len(self.pool.unit) > self.parameters.pool_most:
                self.pool = self.pool.newest(self.parameters.pool_kept)
        estimate = Estimate(self, opened, rng, deadline)
        estimate.go_on(deadline, below=below)
        with self.lock:
            self.prices = estimate.centre
        return estimate


class Estimate:
    """The linear programme of one set: every item is held, no unit takes more than one catchment in all; any thread may ask.

    Parameters
    ----------
    given : Estimator
        What is known of the programme, and the catchments so far.
    opened : ndarray of bool (n_switches,)
        The set.
    rng : Generator
        Draws the trees.
    deadline : Deadline
        Ends the estimate.

    Attributes
    ----------
    price : float
        About what the plans of the set cost.
    hope : float
        What that may come down to with more rounds.
    rounds : int
        Rounds so far.
    """

    def __init__(
        self, given: Estimator, opened: BoolArray, rng: np.random.Generator, deadline: Deadline
    ) -> None:
        state = given.state
        assert state.programme.given.switches is not None
        self.parameters = given.parameters
        self.opened, self.rng, self.lock = opened, rng, threading.Lock()
        self.pool, self.graph = given.pool, state.programme.graph
        is_open = given.switch < 0
        is_open[~is_open] = opened[given.switch[~is_open]]
        self.units = np.flatnonzero(is_open)
        self.cost = given.cost[:, self.units]
        self.load, self.seats = given.load[:, self.units], given.seats[self.units]
        self.opening = state.programme.offset + float(
            state.programme.cost[state.programme.given.switches] @ opened
        )
        self.h = _empty(given.left_open, is_open)
        self.columns: list[int] = []  # numbers of the catchments in it
        self.inside: set[int] = set()
        self.prices = self.centre = given.prices
        self.unit_prices = np.zeros(state.programme.n_units)
        self.price, self.optimistic, self.rounds = np.inf, -np.inf, 0
        self._forget()
        self.learn()
        self.join_known(self.parameters.pool_first, worth=np.inf)
        self.solve(deadline)
        self._forget()

    def go_on(self, deadline: Deadline, *, below: float = np.inf) -> None:
        """Look for catchments for some rounds more; fewer where the price cannot come below a mark."""
        with self.lock:
            self._go_on(deadline, below)

    def _go_on(self, deadline: Deadline, below: float) -> None:
        self.learn()
        chunk = self.parameters.rounds_between
        for done in range(0, self.parameters.rounds_most, chunk):
            if deadline.over() or (done > chunk and self.optimistic > below):
                break
            before = self.price
            for _ in range(chunk):
                if not deadline.over():
                    self.round(deadline)
            self.rounds += chunk
            self.optimistic = self.price - self.parameters.gain_factor * (before - self.price)
        self._forget()

    def round(self, deadline: Deadline) -> None:
        """Offer every unit the catchments that pay most, and price items anew."""
        smoothing = self.parameters.smoothing
        centre = smoothing * self.centre + (1.0 - smoothing) * self.prices
        self.offer(centre)
        noise = self.parameters.noise
        for _ in range(self.parameters.columns_per_round - 1):
            self.offer(centre * self.rng.uniform(1.0 - noise, 1.0 + noise, len(centre)))
        self.learn()
        # with every catchment found the old prices may be worth less than they seemed
        if self.least(centre) > self.least(self.centre):
            self.centre = centre
        self.join_known(self.parameters.pool_per_round, worth=-1e-6)
        self.solve(deadline)

    def least(self, prices: FloatArray) -> float:
        """Return what items cost at least at these prices, by all catchments known (the Lagrangian)."""
        unit, price, known = self.at_hand
        pays = np.zeros(len(self.unit_prices))
        np.maximum.at(pays, unit, known @ prices - price)
        return float(prices.sum() - pays[self.units].sum())

    def _forget(self) -> None:
        """Put the table of catchments away: it is large, and made again from the pool."""
        none = sparse.csr_matrix((0, len(self.prices)))
        self.at_hand = (np.empty(0, dtype=np.int64), np.empty(0), none)

    def learn(self) -> None:
        """Take note of the catchments that were found meanwhile, for this set or another."""
        unit, price, items = self.pool.all()
        known = self.at_hand[2]
        new = _rows(items[known.shape[0] :], known.shape[1])
        self.at_hand = (unit, price, sparse.vstack([known, new]).tocsr())

    def offer(self, prices: FloatArray) -> None:
        """Offer the catchment of every unit that pays most at these prices."""
        profit = prices[:, None] - self.cost
        scale = 0.5 * max(float(np.abs(prices).mean()), 1e-9)
        loss = np.clip(-profit / scale, 0.0, 5.0) + 0.05
        before, reached = random_trees(
            self.graph, self.units, loss, self.rng, least=self.parameters.step_least
        )
        worth = np.where(reached, (profit / np.maximum(self.load, 1)).T, -np.inf)
        near = min(self.parameters.items_near, worth.shape[1])
        kept = np.zeros(worth.shape, dtype=bool)
        np.put_along_axis(kept, np.argpartition(-worth, near - 1, axis=1)[:, :near], True, axis=1)
        _, items = best_catchments(
            walk(before, kept & reached),
            profit,
            self.load,
            self.seats,
            table_most=self.parameters.table_most,
        )
        found = zip(self.units.tolist(), items, strict=True)
        self.join([self.pool.add(u, held) for u, held in found if len(held)])

    def join_known(self, most: int, *, worth: float) -> None:
        """Let so many of the catchments known join per unit, of those whose reduced cost is below a mark."""
        unit, price, known = self.at_hand
        reduced = price - known @ self.prices + self.unit_prices[unit]
        for u in self.units.tolist():
            own = np.flatnonzero((unit == u) & (reduced < worth))
            self.join(own[np.argsort(reduced[own], kind="stable")[:most]].tolist())

    def join(self, numbers: list[int]) -> None:
        """Add catchments as columns, each once."""
        new = [c for c in dict.fromkeys(numbers) if c not in self.inside]
        if not new:
            return
        self.inside.update(new)
        self.columns += new
        pool, n = self.pool, len(self.prices)
        held = [pool.items[c] for c in new]
        count = np.array([len(items) + 1 for items in held])
        index = np.concatenate([np.append(i, n + pool.unit[c]) for c, i in zip(new, held, strict=True)])
        value = np.ones(len(index))
        value[np.cumsum(count) - 1] = -1.0
        cost = np.array([pool.price[c] for c in new])
        start = (np.cumsum(count) - count).astype(np.int32)
        none, free = np.zeros(len(new)), np.full(len(new), highspy.kHighsInf)
        self.h.addCols(len(new), cost, none, free, len(index), start, index.astype(np.int32), value)

    def solve(self, deadline: Deadline) -> None:
        """Solve, from where it stood, and take its prices; without time for that those of before stay."""
        deadline.run(self.h, used=self.h.getRunTime())
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return
        duals = np.array(self.h.getSolution().row_dual)
        n = len(self.prices)
        self.prices, self.unit_prices = duals[:n], duals[n:]
        self.price = self.opening + float(self.h.getInfo().objective_function_value)

    def shares(self) -> Any:
        """Return how much of every item goes to every unit (n_items, n_units)."""
        n = len(self.prices)
        found = np.zeros((n, len(self.unit_prices)), dtype=np.float32)
        with self.lock:
            values = np.array(self.h.getSolution().col_value)[n:]
        for c in np.flatnonzero(values > 1e-9).tolist():
            number = self.columns[c]
            found[self.pool.items[number], self.pool.unit[number]] += values[c]
        return found


def _empty(left_open: FloatArray, is_open: BoolArray) -> Any:
    """Return the programme without catchments: items left open at a price, rows ``−Σ shares ≥ −1`` of the open units."""
    n, k = len(left_open), len(is_open)
    h = load(
        Arrays(
            left_open,
            np.zeros(n),
            np.full(n, np.inf),
            np.zeros(n, dtype=bool),
            sparse.vstack([sparse.identity(n), sparse.csr_matrix((k, n))]).tocsc(),
            np.r_[np.ones(n), -is_open.astype(float)],
            np.full(n + k, np.inf),
        ),
        mip=False,
    )
    h.setOptionValue("simplex_strategy", 4)  # primal: columns join, so that the last answer stays one
    return h


def _rows(items: list[IntArray], n: int) -> sparse.csr_matrix:
    """Return sets of items as rows of ones."""
    start = np.r_[0, np.cumsum([len(held) for held in items])]
    index = np.concatenate([*items, np.empty(0, dtype=np.int64)])
    return sparse.csr_matrix((np.ones(len(index)), index, start), shape=(len(items), n))


def _whole_seats(state: SearchState) -> tuple[IntArray, IntArray, IntArray]:
    """Return loads (n_items, n_units) and seats (n_units,) in whole steps, and the switch of every unit (−1: none)."""
    loads, seats, switch = seats_of_units(state)
    most = float(seats.max(initial=1.0))
    cells = state.parameters.column_generation.seat_steps_most
    whole = most <= cells and (loads == np.round(loads)).all() and (seats == np.round(seats)).all()
    step = 1.0 if whole else most / cells
    return np.round(loads / step).astype(np.int64), np.floor(seats / step).astype(np.int64), switch
