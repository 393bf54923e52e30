"""Make a street network smaller without changing a distance: dead ends and bends go, junctions and chosen nodes stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray

_NONE = -1


@dataclass(frozen=True)
class Contracted:
    """A network of junctions, and how every node of the whole network is reached from them.

    Parameters
    ----------
    junctions : csr_array, shape (n_kept, n_kept)
        Symmetric weights between nodes that stay.
    nodes : int array, shape (n_kept,)
        Their numbers in the whole network.
    by : int array, shape (n_nodes, 2)
        The one or two junctions (positions in ``nodes``) over which every way to a node leads; -1 for none.
    rest : array, shape (n_nodes, 2)
        Weight from each of these to the node; ``inf`` for none.
    """

    junctions: Any
    nodes: IntArray
    by: IntArray
    rest: FloatArray

    def reach(self, found: FloatArray, wanted: IntArray) -> FloatArray:
        """Return the weights to wanted nodes (n_sources, n_wanted) from those to the junctions (n_sources, n_kept)."""
        by, rest = self.by[wanted], self.rest[wanted]
        ways = [found[:, by[:, side]] + rest[:, side] for side in (0, 1)]  # position -1 is added to inf
        return np.asarray(np.minimum(*ways))


def contracted(graph: Any, kept: BoolArray) -> Contracted:
    """Return a symmetric network without its dead ends and bends.

    Parameters
    ----------
    graph : csr_array, shape (n_nodes, n_nodes)
        Symmetric, weights above zero; their sums are exact where equal results matter.
    kept : bool array, shape (n_nodes,)
        Nodes that stay whatever their place, as ways begin there.
    """
    near = _Near(graph)
    parents = _dead_ends(near, kept)
    inner = [not k and n == 2 for k, n in zip(kept.tolist(), near.left, strict=True)]
    stays = [not (i or g) for i, g in zip(inner, near.gone, strict=True)]
    nodes = np.flatnonzero(stays)
    position = np.full(len(stays), _NONE)
    position[nodes] = np.arange(len(nodes))
    by = np.full((len(stays), 2), _NONE)
    rest = np.full((len(stays), 2), np.inf)
    by[nodes, 0], rest[nodes, 0] = np.arange(len(nodes)), 0.0
    edges = [(u, v, w) for u in nodes.tolist() for v, w in near.of(u) if stays[v]]
    for begin, end, inside, weights in _bends(near, nodes.tolist(), inner):
        at = np.cumsum(weights)
        by[inside] = position[begin], position[end]
        rest[inside] = np.column_stack([at[:-1], at[-1] - at[:-1]])
        if begin != end:
            edges += [(begin, end, float(at[-1])), (end, begin, float(at[-1]))]
    for node, parent, weight in reversed(parents):
        by[node], rest[node] = by[parent], rest[parent] + weight
    table = np.array(edges, dtype=np.float64).reshape(-1, 3)
    ends = position[table[:, :2].astype(np.int64)]
    return Contracted(shortest(ends[:, 0], ends[:, 1], table[:, 2], len(nodes)), nodes, by, rest)


def shortest(start: IntArray, end: IntArray, weight: FloatArray, count: int) -> Any:
    """Return directed edges as a matrix of ``count`` nodes: of parallel ones the shortest."""
    from scipy.sparse import csr_array

    order = np.lexsort((weight, end, start))
    start, end, weight = start[order], end[order], weight[order]
    first = np.ones(len(start), dtype=bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    return csr_array((weight[first], (start[first], end[first])), shape=(count, count))


class _Near:
    """The neighbours of every node, as dead ends are taken away.

    Parameters
    ----------
    graph : csr_array
        The whole network.
    """

    def __init__(self, graph: Any) -> None:
        ways = graph.tocoo()
        on = ways.row != ways.col  # a road back to where it began leads nowhere
        ways = shortest(ways.row[on], ways.col[on], ways.data[on], graph.shape[0])
        self._first, self._node, self._weight = (
            ways.indptr.tolist(),
            ways.indices.tolist(),
            ways.data.tolist(),
        )
        self.left: list[int] = np.diff(ways.indptr).tolist()
        self.gone = [False] * len(self.left)

    def of(self, node: int) -> list[tuple[int, float]]:
        """Return the neighbours that are left, and the weights to them."""
        some = range(self._first[node], self._first[node + 1])
        return [(self._node[k], self._weight[k]) for k in some if not self.gone[self._node[k]]]


def _dead_ends(near: _Near, kept: BoolArray) -> list[tuple[int, int, float]]:
    """Take dead ends away, from their ends on; return each node with the one it hangs on and the weight, in the order they went."""
    hangs: list[tuple[int, int, float]] = []
    stays = kept.tolist()
    ends = [v for v, n in enumerate(near.left) if n == 1 and not stays[v]]
    while ends:
        node = ends.pop()
        if near.left[node] != 1:  # its only neighbour went first
            continue
        ((parent, weight),) = near.of(node)
        near.gone[node] = True
        near.left[node] = 0
        near.left[parent] -= 1
        hangs.append((node, parent, weight))
        if near.left[parent] == 1 and not stays[parent]:
            ends.append(parent)
    return hangs


def _bends(
    near: _Near, junctions: list[int], inner: list[bool]
) -> list[tuple[int, int, list[int], list[float]]]:
    """Return every chain of bends between two junctions: both, the nodes between, and the weights from one to the next."""
    chains, seen = [], set[int]()
    for begin in junctions:
        for first, weight in near.of(begin):
            if not inner[first] or first in seen:
                continue
            before, here, inside, weights = begin, first, [], [weight]
            while inner[here]:
                inside.append(here)
                (a, to_a), (b, to_b) = near.of(here)
                before, here, weight = (here, b, to_b) if a == before else (here, a, to_a)
                weights.append(weight)
            seen.update(inside)
            chains.append((begin, here, inside, weights))
    return chains
