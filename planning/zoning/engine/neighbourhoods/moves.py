"""Move items between neighbouring catchments on arrays, ten million tries a second: shift, exchange, pass on.

Every catchment that must hang together does so after every move. Import this module only where it is used: compiling takes
seconds the first time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.compiled import compiled

TOLERANCE = 1e-9
"""A unit is too full when it is over its seats by more than this share of them."""
NEAR = 0.7
"""Chance that the item handed back is sought beside the one that comes, not opposite to it."""


class Board(NamedTuple):
    """What does not change while items are moved.

    Parameters
    ----------
    price, asked : ndarray (n_items, n_units)
        Price of a pair (infinite where it may not be), and the seats it takes.
    seats : ndarray (n_units,)
        Seats of the units.
    pointer, beside : ndarray of int
        Neighbours of item ``i``: ``beside[pointer[i] : pointer[i + 1]]``.
    free : ndarray of int
        Items that may be moved; each has a neighbour.
    fixed : ndarray of bool (n_items,)
        Items that may not.
    asks : ndarray of bool (n_units,)
        Whether the catchment of a unit must hang together.
    """

    price: FloatArray
    asked: FloatArray
    seats: FloatArray
    pointer: IntArray
    beside: IntArray
    free: IntArray
    fixed: BoolArray
    asks: BoolArray


class Standing(NamedTuple):
    """What changes: where every item is, how full every unit is, what a missing seat costs, the cheapest legal plan met.

    ``tally`` holds the price of the plan and of the cheapest legal one; ``chance`` the state of the random numbers; ``mark``,
    ``queue`` and ``stamp`` belong to the search for connection.
    """

    unit_of: IntArray
    load: FloatArray
    seat_price: FloatArray
    best: IntArray
    tally: FloatArray
    chance: np.ndarray
    mark: IntArray
    queue: IntArray
    stamp: IntArray


def standing(board: Board, unit_of: IntArray, seat_price: float, seed: int) -> Standing:
    """Return where a search begins: a plan whose catchments hang together."""
    n, k = board.price.shape
    return Standing(
        unit_of.astype(np.int64),
        np.zeros(k),
        np.full(k, seat_price),
        unit_of.astype(np.int64),
        np.array([0.0, np.inf]),
        np.random.default_rng(seed).integers(1, 1 << 62, 1).astype(np.uint64),
        np.zeros(n, dtype=np.int64),
        np.empty(n + 1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
    )


@compiled
def anneal_turns(  # noqa: C901, PLR0912, PLR0915 - one loop, flat for speed
    board: Board,
    now: Standing,
    turns: int,
    moves: int,
    heats: FloatArray,
    shares: tuple[float, float],
    rise: float,
    ease: float,
) -> None:
    """Try moves at one temperature per turn; after each turn seats grow dearer where they lack, cheaper elsewhere.

    Parameters
    ----------
    board, now : Board, Standing
        What stays, what changes.
    turns, moves : int
        How many turns, and moves in each.
    heats : ndarray (turns,)
        Temperatures.
    shares : tuple of float
        Chance of a shift, and of a shift or an exchange; else an item is passed on.
    rise : float
        Multiplies the price of a missing seat where seats lack.
    ease : float
        Seats grow cheaper in a unit with room by this power of what they grow dearer by in one without: a unit then lacks seats
        about this share of the time.
    """
    price, unit_of, load, fine = board.price, now.unit_of, now.load, now.seat_price
    n, k = price.shape
    load[:] = 0.0
    total, full = 0.0, 0
    for i in range(n):
        load[unit_of[i]] += board.asked[i, unit_of[i]]
        total += price[i, unit_of[i]]
    for w in range(k):
        full += _missing(board, w, load[w]) > 0.0
    for turn in range(turns):
        heat = heats[turn]
        for _ in range(moves):
            i = board.free[int(_random(now.chance) * len(board.free))]
            j = _neighbour(board, i, now.chance)
            u, v = unit_of[i], unit_of[j]
            if u == v or not np.isfinite(price[i, v]):
                continue
            kind = _random(now.chance)
            x, t = -1, u
            if kind >= shares[0]:
                x = _partner(board, unit_of, i, j, now.chance)
                if board.fixed[x]:
                    continue
                if kind >= shares[1]:
                    t = unit_of[_neighbour(board, x, now.chance)]
                if t == v or not np.isfinite(price[x, t]):
                    continue
            paid = price[i, v] - price[i, u]
            new_u, new_v, new_t = load[u] - board.asked[i, u], load[v] + board.asked[i, v], 0.0
            if x >= 0:
                paid += price[x, t] - price[x, v]
                new_v -= board.asked[x, v]
                if t == u:
                    new_u += board.asked[x, u]
                else:
                    new_t = load[t] + board.asked[x, t]
            change = paid + fine[u] * (_missing(board, u, new_u) - _missing(board, u, load[u]))
            change += fine[v] * (_missing(board, v, new_v) - _missing(board, v, load[v]))
            if t != u:
                change += fine[t] * (_missing(board, t, new_t) - _missing(board, t, load[t]))
            if change > 0.0 and _random(now.chance) >= math.exp(-change / heat):
                continue
            if not _moved(board, now, i, v, x, t):
                continue
            full -= (_missing(board, u, load[u]) > 0.0) + (_missing(board, v, load[v]) > 0.0)
            full += (_missing(board, u, new_u) > 0.0) + (_missing(board, v, new_v) > 0.0)
            load[u], load[v] = new_u, new_v
            if t != u:
                full += (_missing(board, t, new_t) > 0.0) - (_missing(board, t, load[t]) > 0.0)
                load[t] = new_t
            total += paid
            if full == 0 and total < now.tally[1] - 1e-9 * abs(total):
                now.tally[1] = total
                now.best[:] = unit_of
        for w in range(k):
            if _missing(board, w, load[w]) > 0.0:
                fine[w] *= rise
            else:
                fine[w] /= rise**ease
    now.tally[0] = total


@compiled
def _random(chance: np.ndarray) -> float:
    """Return the next random number in [0, 1): xorshift, so that a seed repeats a search in every thread."""
    x = chance[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    chance[0] = x
    return float((x >> np.uint64(11)) * (1.0 / 9007199254740992.0))


@compiled
def _neighbour(board: Board, i: int, chance: np.ndarray) -> int:
    first = board.pointer[i]
    return int(board.beside[first + int(_random(chance) * (board.pointer[i + 1] - first))])


@compiled
def _partner(board: Board, unit_of: IntArray, i: int, j: int, chance: np.ndarray) -> int:
    """Return an item of the unit of ``j`` to hand back for ``i``: mostly one beside ``i``'s own unit near by, else ``j``."""
    if _random(chance) >= NEAR:
        return j
    y = _neighbour(board, i, chance)
    z = _neighbour(board, y if unit_of[y] == unit_of[i] else j, chance)
    return z if unit_of[z] == unit_of[j] else j


@compiled
def _missing(board: Board, u: int, load: float) -> float:
    """Return how many seats a unit lacks."""
    over = load - board.seats[u]
    return over if over > TOLERANCE * (1.0 + abs(load)) else 0.0


@compiled
def _moved(board: Board, now: Standing, i: int, v: int, x: int, t: int) -> bool:
    """Move ``i`` to ``v`` and then ``x`` (−1: none) to ``t`` where every catchment still hangs together; else move none."""
    unit_of = now.unit_of
    u = unit_of[i]
    if not _hangs_without(board, now, i, u):
        return False
    unit_of[i] = v
    if x < 0:
        return True
    if _hangs_without(board, now, x, v):
        unit_of[x] = t
        if _touches(board, unit_of, x, t) and _touches(board, unit_of, i, v):
            return True
        unit_of[x] = v
    unit_of[i] = u
    return False


@compiled
def _touches(board: Board, unit_of: IntArray, i: int, u: int) -> bool:
    if not board.asks[u]:
        return True
    for p in range(board.pointer[i], board.pointer[i + 1]):  # noqa: SIM110 - what is compiled knows no any()
        if unit_of[board.beside[p]] == u:
            return True
    return False


@compiled
def _hangs_without(board: Board, now: Standing, i: int, u: int) -> bool:
    """Return whether the catchment of ``u`` hangs together without an item: its neighbours there still meet."""
    if not board.asks[u]:
        return True
    unit_of, mark, queue = now.unit_of, now.mark, now.queue
    now.stamp[0] += 2
    wanted, seen = now.stamp[0], now.stamp[0] + 1
    mark[i] = seen
    many, missing = 0, 0
    for p in range(board.pointer[i], board.pointer[i + 1]):
        near = board.beside[p]
        if unit_of[near] == u:
            if many == 0:
                queue[0], many = near, 1
                mark[near] = seen
            elif mark[near] != wanted and mark[near] != seen:
                mark[near] = wanted
                missing += 1
    at = 0
    while missing > 0 and at < many:
        a = queue[at]
        at += 1
        for p in range(board.pointer[a], board.pointer[a + 1]):
            b = board.beside[p]
            if unit_of[b] == u and mark[b] != seen:
                missing -= mark[b] == wanted
                mark[b] = seen
                queue[many] = b
                many += 1
    return missing == 0
