"""Move items between catchments and price their classes, missing seats and large schools at once: one to three million tries a second.

Import this module only where it is used: compiling takes seconds the first time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.compiled import compiled
from planning.zoning.engine.neighbourhoods.moves import (
    Board,
    Standing,
    _moved,
    _neighbour,
    _partner,
    _random,
)

WHOLE = 1e-9
"""So much more than full classes hold needs no further class."""
NEVER = 1e300
"""Size of a class that there is none of."""


class Desks(NamedTuple):
    """What a search prices; arrays as in :class:`planning.zoning.engine.seating.Seating`.

    Parameters
    ----------
    coming, cap, rooms, school, size
        Pupils by item; of a class; classes a unit may open; school of a unit; pupils a school may have.
    inside : ndarray of bool (n_units,)
        Units between which items are moved.
    short : ndarray (n_units,)
        Price of a pupil beyond the seats.
    each, over : float
        Price of a class, of a pupil above the size.
    """

    coming: FloatArray
    cap: FloatArray
    rooms: FloatArray
    school: IntArray
    size: FloatArray
    inside: BoolArray
    short: FloatArray
    each: float
    over: float


class Seated(NamedTuple):
    """What changes: pupils of every unit by year and grade, of every school by year, price of every unit; three units as tried, and their prices."""

    load: FloatArray
    attending: FloatArray
    cost: FloatArray
    tried: FloatArray
    tried_cost: FloatArray


@compiled
def anneal_seats(
    board: Board,
    now: Standing,
    desks: Desks,
    seated: Seated,
    heats: FloatArray,
    moves: int,
    shares: tuple[float, float],
) -> None:
    """Try so many moves at each temperature; the cheapest plan met is kept, and its price.

    ``seated.load`` and ``attending`` hold at first what is there whatever the catchments; afterwards they hold all.
    """
    unit_of = now.unit_of
    total = _begun(board, unit_of, desks, seated)
    now.tally[1] = total
    now.best[:] = unit_of
    for heat in heats:
        for _ in range(moves):
            i, v, x, t = _drawn(board, now, desks, shares)
            if i < 0:
                continue
            u = unit_of[i]
            change = _change(board, desks, seated, (i, u), (x, v), t)
            if change > 0.0 and _random(now.chance) >= math.exp(-change / heat):
                continue
            if not _moved(board, now, i, v, x, t):
                continue
            # typed numbers: for each bare 0, 1, 2 the function would be compiled anew
            _attend(desks, seated, u, np.int64(0))
            _attend(desks, seated, v, np.int64(1))
            if t != u:
                _attend(desks, seated, t, np.int64(2))
            total += change
            if total < now.tally[1] - 1e-9 * abs(total):
                now.tally[1] = total
                now.best[:] = unit_of
    now.tally[0] = total


@compiled
def _begun(board: Board, unit_of: IntArray, desks: Desks, seated: Seated) -> float:
    """Count who attends under a plan; return what it costs."""
    total = 0.0
    for i in range(len(unit_of)):
        total += board.price[i, unit_of[i]]
        seated.load[unit_of[i]] += desks.coming[i]
    years = desks.rooms.shape[1]
    grades = seated.load.shape[1] // years
    for w in range(len(desks.rooms)):
        seated.cost[w] = _classes(desks, w, seated.load[w])
        total += seated.cost[w]
        for t in range(years):
            seated.attending[desks.school[w], t] += seated.load[w, t * grades : (t + 1) * grades].sum()
    for s in range(len(desks.size)):
        for t in range(years):
            total += desks.over * max(0.0, seated.attending[s, t] - desks.size[s, t])
    return total


@compiled
def _drawn(
    board: Board, now: Standing, desks: Desks, shares: tuple[float, float]
) -> tuple[int, int, int, int]:
    """Return a move: an item and where it goes, an item that leaves from there (−1: none) and where that goes; −1 first for none."""
    unit_of, none = now.unit_of, (-1, -1, -1, -1)
    i = board.free[int(_random(now.chance) * len(board.free))]
    j = _neighbour(board, i, now.chance)
    u, v = unit_of[i], unit_of[j]
    if u == v or not desks.inside[v] or not np.isfinite(board.price[i, v]):
        return none
    kind = _random(now.chance)
    if kind < shares[0]:
        return i, v, -1, u
    x, t = _partner(board, unit_of, i, j, now.chance), u
    if board.fixed[x]:
        return none
    if kind >= shares[1]:
        t = unit_of[_neighbour(board, x, now.chance)]
    if t == v or not desks.inside[t] or not np.isfinite(board.price[x, t]):
        return none
    return i, v, x, t


@compiled
def _change(
    board: Board, desks: Desks, seated: Seated, first: tuple[int, int], second: tuple[int, int], t: int
) -> float:
    """Return what a move changes: item ``i`` goes from ``u`` to ``v``, item ``x`` from there to ``t``; it stands in ``seated.tried``."""
    i, u = first
    x, v = second
    tried, load, coming = seated.tried, seated.load, desks.coming
    change = board.price[i, v] - board.price[i, u]
    for c in range(load.shape[1]):  # no temporary arrays
        tried[0, c] = load[u, c] - coming[i, c]
        tried[1, c] = load[v, c] + coming[i, c]
    if x >= 0:
        change += board.price[x, t] - board.price[x, v]
        at = 0 if t == u else 2
        for c in range(load.shape[1]):
            tried[1, c] -= coming[x, c]
            tried[at, c] = (tried[0, c] if t == u else load[t, c]) + coming[x, c]
        if t != u:
            change += _unit_change(desks, seated, t, np.int64(2))
    return float(
        change + _unit_change(desks, seated, u, np.int64(0)) + _unit_change(desks, seated, v, np.int64(1))
    )


@compiled
def _unit_change(desks: Desks, seated: Seated, u: int, at: int | np.int64) -> float:
    """Return by how much a unit's price changes with the pupils tried."""
    seated.tried_cost[at] = _classes(desks, u, seated.tried[at])
    return float(seated.tried_cost[at] - seated.cost[u] + _size(desks, seated, u, seated.tried[at]))


@compiled
def _classes(desks: Desks, u: int, load: FloatArray) -> float:
    """Return what classes and missing seats of a unit cost: where rooms lack, the smallest classes are not opened.

    The same as :func:`planning.zoning.classes.classes_in_rooms`, which opens the largest first.
    """
    years = desks.rooms.shape[1]
    grades = len(load) // years
    found = 0.0
    for t in range(years):
        first, rooms = t * grades, desks.rooms[u, t]
        wanted, pupils = 0.0, 0.0
        for c in range(first, first + grades):
            wanted += math.ceil(load[c] / desks.cap[u, c] - WHOLE)
            pupils += load[c]
        if wanted <= rooms:
            found += desks.each * wanted
        elif desks.cap[u, first] <= 1.0:  # counted in seats: one is like another
            found += desks.each * rooms + desks.short[u] * (pupils - rooms)
        else:
            found += desks.each * rooms + desks.short[u] * _seats_lacking(
                desks, u, load, first, wanted - rooms
            )
    return found


@compiled
def _seats_lacking(desks: Desks, u: int, load: FloatArray, first: int, classes: float) -> float:
    """Return the pupils of so many classes, the smallest of a year."""
    grades = len(load) // desks.rooms.shape[1]
    found = 0.0
    shut = np.zeros(grades)
    for _ in range(int(classes)):
        least, where = NEVER, 0
        for g in range(grades):
            pupils, cap = load[first + g], desks.cap[u, first + g]
            left = math.ceil(pupils / cap - WHOLE) - shut[g]
            if left <= 0.0:
                continue
            size = cap if shut[g] > 0.0 else pupils - cap * (left - 1.0)
            if size < least:
                least, where = size, g
        if least < NEVER:
            found += least
            shut[where] += 1.0
    return found


@compiled
def _size(desks: Desks, seated: Seated, u: int, load: FloatArray) -> float:
    """Return by how much the price of a school's size changes when a unit has other pupils."""
    s, years = desks.school[u], desks.rooms.shape[1]
    grades = len(load) // years
    found = 0.0
    for t in range(years):
        before, change = seated.attending[s, t], 0.0
        for c in range(t * grades, (t + 1) * grades):
            change += load[c] - seated.load[u, c]
        limit = desks.size[s, t]
        found += max(0.0, before + change - limit) - max(0.0, before - limit)
    return found * desks.over


@compiled
def _attend(desks: Desks, seated: Seated, u: int, at: int | np.int64) -> None:
    """Let a unit have the pupils tried."""
    years, load = desks.rooms.shape[1], seated.tried[at]
    grades = len(load) // years
    for t in range(years):
        for c in range(t * grades, (t + 1) * grades):
            seated.attending[desks.school[u], t] += load[c] - seated.load[u, c]
    seated.load[u] = load
    seated.cost[u] = seated.tried_cost[at]
