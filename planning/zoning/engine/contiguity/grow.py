"""Grow catchments together: disconnected pieces are let go and picked up again by neighbouring catchments, cheapest first."""

from __future__ import annotations

import heapq

import numpy as np

from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.engine.program import FloatArray, IntArray


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
