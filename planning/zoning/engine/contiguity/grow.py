"""Grow catchments together: disconnected pieces are let go and picked up again by neighbouring catchments, cheapest first."""

from __future__ import annotations

import heapq
from collections import deque

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.contiguity.graph import ItemGraph


def grow_together(graph: ItemGraph, price: FloatArray, unit_of: IntArray) -> IntArray:  # noqa: C901 - one heap, filled and emptied
    """Return the unit of every item so that every catchment hangs on its anchors.

    Parameters
    ----------
    graph : ItemGraph
        The item graph with the anchors of every unit.
    price : ndarray (n_items, n_units)
        What a pair costs; infinite where it may not be.
    unit_of : ndarray (n_items,)
        Where to begin; −1 for items without a unit.

    Returns
    -------
    ndarray (n_items,)
        −1 where no catchment can come to an item.
    """
    unit_of = unit_of.copy()
    for u in np.unique(unit_of[unit_of >= 0]).tolist():
        for piece in graph.pieces(u, np.flatnonzero(unit_of == u))[1]:
            unit_of[piece] = -1
    anchored = [set(roots.tolist()) for roots in graph.roots]
    heap: list[tuple[float, int, int]] = []

    def push(item: int) -> None:
        around = unit_of[graph.indices[graph.indptr[item] : graph.indptr[item + 1]]]
        for u in np.unique(around[around >= 0]).tolist():
            if np.isfinite(price[item, u]):
                heapq.heappush(heap, (float(price[item, u]), item, u))
        for u in np.flatnonzero(np.isfinite(price[item])).tolist():
            if not graph.asked[u] or item in anchored[u]:
                heapq.heappush(heap, (float(price[item, u]), item, u))

    for item in np.flatnonzero(unit_of < 0).tolist():
        push(item)
    while heap:
        _, item, u = heapq.heappop(heap)
        if unit_of[item] >= 0:
            continue
        unit_of[item] = u
        for k in graph.indices[graph.indptr[item] : graph.indptr[item + 1]].tolist():
            if unit_of[k] < 0 and np.isfinite(price[k, u]):
                heapq.heappush(heap, (float(price[k, u]), k, u))
    return unit_of


def bridged(graph: ItemGraph, unit_of: IntArray, free: BoolArray) -> IntArray:
    """Return the unit of every item so that pieces hang on their catchments over ``free`` items, where these reach.

    Free items (n_items,) are let go, the largest pieces take those on a shortest way to the rest of their catchment first;
    what no piece needs keeps the unit it had, except where it belongs to no catchment any more (:func:`grow_together`).
    """
    wanted = unit_of.copy()
    taken: IntArray = np.where(free, -1, unit_of)
    pieces = []
    for u in np.unique(taken[taken >= 0]).tolist():
        pieces += [(len(p), u, p) for p in graph.pieces(u, np.flatnonzero(taken == u))[1]]
    for _, u, piece in sorted(pieces, key=lambda p: (-p[0], p[1], int(p[2][0]))):
        core = np.zeros(graph.n, dtype=bool)
        core[graph.pieces(u, np.flatnonzero(taken == u))[0]] = True
        taken[_way(graph, piece, core, taken)] = u
    return np.where(taken < 0, wanted, taken)


def _way(graph: ItemGraph, piece: IntArray, core: BoolArray, taken: IntArray) -> IntArray:
    """Return the items without a unit on a shortest way from a piece to a core (none where there is no way)."""
    before = {int(i): -1 for i in piece}
    queue = deque(before)
    while queue:
        i = queue.popleft()
        for j in graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist():
            if core[j]:
                way = []
                while before[i] >= 0:
                    way.append(i)
                    i = before[i]
                return np.array(way, dtype=np.int64)
            if taken[j] < 0 and j not in before:
                before[j] = i
                queue.append(j)
    return np.empty(0, dtype=np.int64)
