"""Merge neighbouring items that are alike, where a small programme with nearly the same price will do."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.lp.highs import Arrays
from planning.zoning.engine.state import SearchState


class Merged:
    """Groups of items that go to the same units in the same shares; what anchors a catchment stays by itself.

    Every row is kept, so that the programme is at least as dear as with all items, and its answers are answers there.

    Parameters
    ----------
    state : SearchState
        The programme; all pairs are at hand.
    most : int
        Groups that are wanted; there may be more.
    """

    def __init__(self, state: SearchState, most: int) -> None:
        self.group = _groups(state, most)
        arcs = np.flatnonzero(state.programme.item >= 0)
        stands_for = np.arange(len(state.programme.cost))
        stands_for[arcs] = state.programme.arc_at[
            self.group[state.programme.item[arcs]], state.programme.unit[arcs]
        ]
        self.item = state.programme.item
        self.columns, place = np.unique(stands_for, return_inverse=True)
        shape = (len(stands_for), len(self.columns))
        self.sums = sparse.csr_matrix((np.ones(len(place)), (np.arange(len(place)), place)), shape=shape)

    def place(self, columns: IntArray) -> IntArray:
        """Return where columns that are not merged stand."""
        return np.searchsorted(self.columns, columns).astype(np.int64)

    def arrays(self, whole: Arrays) -> Arrays:
        """Return a programme over the groups; rows that speak of one item are kept for one of each group."""
        rows = sparse.csr_matrix(whole.matrix)
        item = self.item[rows.indices]
        row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))[item >= 0]
        item = item[item >= 0]
        least = np.full(rows.shape[0], len(self.group))
        most = np.full(rows.shape[0], -1)
        np.minimum.at(least, row, item)
        np.maximum.at(most, row, item)
        single = np.flatnonzero(least == most)
        kept = np.ones(rows.shape[0], dtype=bool)
        kept[single] = self.group[least[single]] == least[single]
        return Arrays(
            whole.cost @ self.sums,
            whole.lower[self.columns],
            whole.upper[self.columns],
            whole.integer[self.columns],
            sparse.csc_matrix(rows[kept] @ self.sums),
            whole.row_lower[kept],
            whole.row_upper[kept],
        )


def _groups(state: SearchState, most: int) -> IntArray:
    """Return for every item the one that stands for its group: neighbours are merged, those first that differ least."""
    n = state.programme.n_items
    load, price = _loads_and_prices(state)
    alone = np.zeros(n, dtype=bool)
    for anchors in state.programme.given.roots:
        alone[anchors] = True
    edge = sparse.triu(state.programme.given.neighbours, k=1).tocoo()
    a, b = edge.row, edge.col
    # what merging costs at most, per unit: the smaller one is carried as if it lay where the other does
    loss = np.abs(price[a] - price[b]).mean(axis=1) * np.minimum(load[a], load[b])
    group, held, left = np.arange(n), load.copy(), n
    largest = state.parameters.siting.group_size_most * load.sum() / most
    for k in np.argsort(loss, kind="stable").tolist():
        if left <= most:
            break
        i, j = _root(group, int(a[k])), _root(group, int(b[k]))
        if i == j or alone[i] or alone[j] or held[i] + held[j] > largest:
            continue
        group[j], left = i, left - 1
        held[i] += held[j]
    return np.array([_root(group, i) for i in range(n)], dtype=np.int64)


def _root(group: IntArray, i: int) -> int:
    while group[i] != i:
        group[i] = group[group[i]]
        i = int(group[i])
    return i


def _loads_and_prices(state: SearchState) -> tuple[FloatArray, FloatArray]:
    """Return how much every item takes up (n_items,), and its price by unit per so much (n_items, n_units)."""
    arcs = np.flatnonzero(state.programme.item >= 0)
    limits = sparse.csr_matrix(state.programme.matrix)[state.programme.row_item < 0][:, arcs]
    each = np.asarray(limits.multiply(limits > 0).max(axis=0).todense()).ravel()
    load = np.zeros(state.programme.n_items)
    np.maximum.at(load, state.programme.item[arcs], each)
    load = np.maximum(load, 1e-6 * max(1.0, float(load.max(initial=0.0))))
    price = np.full(
        (state.programme.n_items, state.programme.n_units), float(np.abs(state.programme.cost[arcs]).max())
    )
    price[state.programme.item[arcs], state.programme.unit[arcs]] = (
        state.programme.cost[arcs] / load[state.programme.item[arcs]]
    )
    return load, price
