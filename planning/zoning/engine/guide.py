"""Say what arcs cost where something is to be chosen: reduced costs, and for items without any weight those of their neighbours."""

from __future__ import annotations

import numpy as np

from planning.arrays import BoolArray, FloatArray
from planning.zoning.engine.programme import WorkingProgramme

LIGHT = 0.1
"""Of the mean of its neighbours: what an item without weight counts, so that it follows them and costs next to nothing."""


def weightless(programme: WorkingProgramme) -> BoolArray:
    """Return which items cost nothing anywhere and stand in no row but their own (zones without pupils) (n_items,).

    Any of their units is as good as another for the price; they matter only where a catchment passes through them.
    """
    arcs = programme.item >= 0
    rows = np.diff(programme.matrix.indptr)
    heavy = arcs & ((programme.cost != 0.0) | (rows > 1))
    found = np.ones(programme.n_items, dtype=bool)
    found[programme.item[heavy]] = False
    return found


def guide_of(programme: WorkingProgramme, reduced: FloatArray, light: BoolArray) -> FloatArray:
    """Return reduced costs of all columns, those of items without weight as the mean of their neighbours' (n_cols,).

    Where no neighbour has a weight, those are taken that are next to it, layer by layer; the best unit of an item costs nothing.
    """
    arcs = np.flatnonzero((programme.item >= 0) & (programme.upper > 0.5))
    if not light.any() or not len(arcs):
        return reduced
    item, unit = programme.item[arcs], programme.unit[arcs]
    price = np.zeros((programme.n_items, programme.n_units))
    there = np.zeros(price.shape, dtype=bool)
    price[item, unit], there[item, unit] = np.maximum(0.0, reduced[arcs]), True
    known = ~light
    while True:
        around = programme.graph.adjacency[light & ~known]
        told = there & known[:, None]
        count = around @ told.astype(float)
        reached = np.flatnonzero(light & ~known)[count.any(axis=1)]
        if not len(reached):
            break
        total = (around @ np.where(told, price, 0.0))[count.any(axis=1)]
        count = count[count.any(axis=1)]
        mean = np.where(count > 0, total / np.maximum(count, 1.0), np.inf)
        worst = np.max(mean, axis=1, where=np.isfinite(mean), initial=0.0)
        price[reached] = np.where(np.isfinite(mean), mean, worst[:, None])
        known[reached] = True
    least = np.min(price, axis=1, where=there, initial=np.inf)
    found = reduced.copy()
    mine = light[item] & known[item]
    found[arcs[mine]] = LIGHT * (price[item[mine], unit[mine]] - least[item[mine]])
    return found
