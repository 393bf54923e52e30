"""Find the connected catchment that pays most among those that follow a tree of paths: a knapsack over the tree, all units at once.

A catchment that takes an item takes what lies before it on the path from the anchor. In the order of a walk through the tree
(preorder) an item is either taken, and the walk goes on, or left, and all that lies behind it is passed over: one row of the
table for each item (cf. Cho and Shaw, A depth-first dynamic programming algorithm for the tree knapsack problem, 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.contiguity.graph import ItemGraph

NO_SEAT = -1e18  # profit of what does not fit


@dataclass(frozen=True)
class Walk:
    """Trees of several units, each in the order of a walk through it.

    Parameters
    ----------
    item : ndarray (n_steps, n_units)
        The item at each step; −1 after the end of a walk.
    beyond : ndarray (n_steps, n_units)
        How many steps lead past an item and all that lies behind it.
    """

    item: IntArray
    beyond: IntArray


def random_trees(
    graph: ItemGraph, units: IntArray, loss: FloatArray, rng: np.random.Generator, *, least: float = 0.02
) -> tuple[IntArray, BoolArray]:
    """Draw for every unit a tree of short paths from its anchors, each step of random length.

    Parameters
    ----------
    units : ndarray (n_units,)
        The units.
    loss : ndarray (n_items, n_units)
        Mean length of a step to an item, positive.
    rng : Generator
        Draws the lengths.
    least : float
        Length of a step at least.

    Returns
    -------
    before : ndarray (n_units, n_items)
        The item before each on its path, −1 where it is the first.
    reached : ndarray of bool (n_units, n_items)
        Whether a path leads there.
    """
    n, k = loss.shape
    before = np.full((k, n), -1, dtype=np.int64)
    reached = np.ones((k, n), dtype=bool)
    asked = np.flatnonzero(graph.asked[units])
    if not len(asked):
        return before, reached
    edges = graph.adjacency.tocoo()
    length = loss[:, asked].T[:, edges.col] * rng.exponential(1.0, (len(asked), edges.nnz)) + least
    # every unit has a copy of the map, so that one search serves all
    first = np.arange(len(asked)) * n
    net = sparse.csr_matrix(
        (length.ravel(), ((edges.row + first[:, None]).ravel(), (edges.col + first[:, None]).ravel())),
        shape=(len(asked) * n, len(asked) * n),
    )
    anchors = [graph.roots[u] + at for u, at in zip(units[asked].tolist(), first.tolist(), strict=True)]
    away, path, _ = csgraph.dijkstra(
        net, indices=np.concatenate(anchors), return_predecessors=True, min_only=True
    )
    path = path.reshape(len(asked), n).astype(np.int64)
    before[asked] = np.where(path < 0, -1, path - first[:, None])
    reached[asked] = np.isfinite(away).reshape(len(asked), n)
    return before, reached


def walk(before: IntArray, kept: BoolArray) -> Walk:
    """Return the trees that hold some items, and all that lie on the paths to them, as walks.

    Parameters
    ----------
    before : ndarray (n_units, n_items)
        As from :func:`random_trees`.
    kept : ndarray of bool (n_units, n_items)
        Items that are wanted; a path must lead to each.
    """
    k, n = before.shape
    first = (np.arange(k) * n)[:, None]
    top = k * n
    path = np.where(before < 0, top, before + first).ravel()
    kept = np.append(kept.ravel(), True)
    new = np.flatnonzero(kept[:-1])
    while len(new):
        new = np.unique(path[new])
        new = new[~kept[new]]
        kept[new] = True
    nodes = np.flatnonzero(kept[:-1])
    tree = sparse.csr_matrix((np.ones(len(nodes)), (path[nodes], nodes)), shape=(top + 1, top + 1))
    order = csgraph.depth_first_order(tree, top, return_predecessors=False)[1:].astype(np.int64)
    order = order[np.argsort(order // n, kind="stable")]
    place = np.full(top + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    behind, above = [1] * len(order), place[path[order]].tolist()
    for i in range(len(order) - 1, -1, -1):
        if above[i] >= 0:
            behind[above[i]] += behind[i]
    unit = order // n
    count = np.bincount(unit, minlength=k)
    step = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    item = np.full((int(count.max(initial=0)), k), -1, dtype=np.int64)
    beyond = np.ones(item.shape, dtype=np.int64)
    item[step, unit] = order % n
    beyond[step, unit] = behind
    return Walk(item, beyond)


def best_catchments(
    walks: Walk, profit: FloatArray, load: IntArray, seats: IntArray, *, table_most: int = 4_000_000
) -> tuple[FloatArray, list[IntArray]]:
    """Return for every unit the catchment along its tree that pays most, and what it pays.

    Parameters
    ----------
    profit : ndarray (n_items, n_units)
        What an item pays.
    load : ndarray of int (n_items, n_units)
        Seats that an item takes up.
    seats : ndarray of int (n_units,)
        Seats of every unit.
    table_most : int
        Entries of one table; units are taken in parts that keep to it.

    Returns
    -------
    pays : ndarray (n_units,)
        At least 0: a unit may stay empty.
    items : list of ndarray
        Items of every catchment.
    """
    steps, k = walks.item.shape
    at_once = max(1, table_most // ((steps + 1) * (2 * int(seats.max(initial=0)) + 2)))
    pays, items = np.zeros(k), list[IntArray]()
    for first in range(0, k, at_once):
        some = slice(first, first + at_once)
        part = Walk(walks.item[:, some], walks.beyond[:, some])
        pays[some], held = _best(part, profit[:, some], load[:, some], seats[some])
        items += held
    return pays, items


def _best(
    walks: Walk, profit: FloatArray, load: IntArray, seats: IntArray
) -> tuple[FloatArray, list[IntArray]]:
    """Fill one table for some units, and read the catchments from it."""
    steps, k = walks.item.shape
    units, most = np.arange(k), int(seats.max(initial=0))
    real = walks.item >= 0
    weight = np.minimum(np.where(real, load[walks.item, units], 0), most + 1)
    pays = np.where(real, profit[walks.item, units], 0.0)
    margin = int(weight.max(initial=0))  # columns on the left that stand for seats that are not there
    wide = margin + most + 1
    table = np.zeros((steps + 1, k, wide))
    table[:, :, :margin] = NO_SEAT
    flat = table.reshape(steps + 1, k * wide)
    taken = np.zeros((steps, k, most + 1), dtype=bool)
    here = (units * wide + margin)[:, None] + np.arange(most + 1)
    for j in range(steps - 1, -1, -1):
        take = flat[j + 1].take(here - weight[j][:, None])
        take += pays[j][:, None]
        leave = table[j + walks.beyond[j], units, margin:]
        np.maximum(take, leave, out=table[j, :, margin:])
        np.greater(take, leave, out=taken[j])
    return table[0, units, margin + seats], _followed(walks, taken, weight, seats)


def _followed(walks: Walk, taken: BoolArray, weight: IntArray, seats: IntArray) -> list[IntArray]:
    """Walk through the trees once more and take what the table says."""
    steps, k = walks.item.shape
    units, at, left = np.arange(k), np.zeros(k, dtype=np.int64), seats.copy()
    chosen = np.zeros((steps, k), dtype=bool)
    for j in range(steps):
        here = at == j
        chosen[j] = here & taken[j, units, left] & (walks.item[j] >= 0)
        left = np.where(chosen[j], left - weight[j], left)
        at = np.where(here & ~chosen[j], j + walks.beyond[j], np.where(chosen[j], j + 1, at))
    return [walks.item[chosen[:, u], u] for u in range(k)]
