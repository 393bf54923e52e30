"""Tell whether catchments hang together, and which separators part a piece from its anchor.

Separator rows: Carvajal et al. (2013), Fischetti et al. (2017), Validi, Buchanan and Lykhovyd (2022); titles in docs/engine.md.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray

SCALE = 1_000_000  # maximum_flow counts in whole numbers


@dataclass(frozen=True)
class Separator:
    """``x[item, unit] ≤ Σ_{k in members} x[k, unit]`` for every listed item: the members separate it from the anchors."""

    unit: int
    items: tuple[int, ...]
    members: tuple[int, ...]


class ItemGraph:
    """The item graph with the anchors of every unit."""

    def __init__(self, neighbours: sparse.csr_matrix, roots: tuple[IntArray, ...]) -> None:
        adjacency = sparse.csr_matrix(neighbours)
        self.adjacency = adjacency
        self.indptr = adjacency.indptr
        self.indices = adjacency.indices
        self.roots = tuple(np.asarray(r, dtype=np.int64) for r in roots)
        self.n = adjacency.shape[0]
        # without edges contiguity is off; a unit without anchors is not asked for it
        self.asked = np.array([adjacency.nnz > 0 and len(r) > 0 for r in self.roots], dtype=bool)

    def around(self, nodes: IntArray) -> IntArray:
        """Return the neighbours of a set of items that are not in it."""
        if not len(nodes):
            return np.empty(0, dtype=np.int64)
        touched = np.unique(
            np.concatenate([self.indices[self.indptr[k] : self.indptr[k + 1]] for k in nodes])
        )
        return np.setdiff1d(touched, nodes, assume_unique=False).astype(np.int64)

    def pieces(self, unit: int, nodes: IntArray) -> tuple[IntArray, list[IntArray]]:
        """Split a set of items into the part that hangs on the unit's anchors and the disconnected components."""
        nodes = np.asarray(nodes, dtype=np.int64)
        if not len(nodes) or not self.asked[unit]:
            return nodes, []
        label = sparse.csgraph.connected_components(self.adjacency[nodes][:, nodes], directed=False)[1]
        held = np.unique(label[np.isin(nodes, self.roots[unit])])
        disconnected = [nodes[label == c] for c in np.unique(label) if c not in held]
        return nodes[np.isin(label, held)], disconnected

    def reach(self, seeds: IntArray, allowed: BoolArray) -> BoolArray:
        """Return which items can be reached from the seeds through allowed items (seeds must be allowed)."""
        nodes = np.flatnonzero(allowed)
        mark = np.zeros(self.n, dtype=bool)
        seeds = seeds[allowed[seeds]]
        if not len(seeds):
            return mark
        label = sparse.csgraph.connected_components(self.adjacency[nodes][:, nodes], directed=False)[1]
        at = np.full(self.n, -1, dtype=np.int64)
        at[nodes] = label
        mark[nodes] = np.isin(label, at[seeds])
        return mark

    def nearest_separator(self, unit: int, piece: IntArray, usable: BoolArray) -> IntArray:
        """Return the minimal separator nearest to a piece: its boundary as far as the anchors can reach it."""
        border = self.around(piece)
        border = border[usable[border]]
        open_ = usable.copy()
        open_[border] = False
        open_[piece] = False
        from_root = self.reach(self.roots[unit], open_)
        beside = np.zeros(self.n, dtype=bool)
        beside[self.around(np.flatnonzero(from_root))] = True
        keep = beside[border] | np.isin(border, self.roots[unit])
        return border[keep]

    def farthest_separator(self, unit: int, core: IntArray, piece: IntArray, usable: BoolArray) -> IntArray:
        """Return the minimal separator nearest to the anchored part: its boundary as far as the piece can reach it."""
        if not len(core):
            roots = self.roots[unit]
            return roots[usable[roots]]
        border = self.around(core)
        border = border[usable[border]]
        detached_roots = np.setdiff1d(self.roots[unit], core)
        border = np.union1d(border, detached_roots[usable[detached_roots]]).astype(np.int64)
        open_ = usable.copy()
        open_[border] = False
        open_[core] = False
        from_piece = self.reach(piece, open_)
        beside = np.zeros(self.n, dtype=bool)
        beside[self.around(np.flatnonzero(from_piece))] = True
        return border[beside[border]]

    def predecessors(
        self, unit: int, share: FloatArray, usable: BoolArray, chance: np.random.Generator | None = None
    ) -> list[tuple[int, tuple[int, ...]]]:
        """Return, per usable item, the neighbours that come before it on the shortest path from the anchors.

        Paths lead through items that the unit holds already (large share), so that a catchment that hangs together
        keeps all its items; requiring one item of the list for each item guarantees connected catchments. ``chance`` makes ways
        through items that it does not hold longer or shorter, so that another search sees other paths.
        """
        nodes = np.flatnonzero(usable)
        sub = self.adjacency[nodes][:, nodes].tocoo()
        missing = 1.0 - np.minimum(1.0, share[nodes])
        if chance is not None:
            missing *= chance.uniform(0.2, 1.0, len(nodes))
        length = 0.01 + missing[sub.row] + missing[sub.col]
        net = sparse.csr_matrix((length, (sub.row, sub.col)), shape=sub.shape)
        held = np.flatnonzero(np.isin(nodes, self.roots[unit]))
        away = np.full(self.n, np.inf)
        if len(held):
            away[nodes] = sparse.csgraph.dijkstra(net, indices=held, min_only=True)
        away[nodes[held]] = -1.0
        found = []
        for i in nodes[~np.isin(nodes, self.roots[unit])].tolist():
            around = self.indices[self.indptr[i] : self.indptr[i + 1]]
            found.append((i, tuple(around[away[around] < away[i]].tolist())))
        return found

    def separators_of_plan(
        self, unit: int, nodes: IntArray, usable: BoolArray, most: int = 12
    ) -> list[Separator]:
        """Return separators that the disconnected pieces of a catchment violate."""
        core, disconnected = self.pieces(unit, nodes)
        found = []
        for piece in disconnected:
            items = tuple(int(k) for k in piece[:most])
            near = self.nearest_separator(unit, piece, usable)
            found.append(Separator(unit, items, tuple(near.tolist())))
            far = self.farthest_separator(unit, core, piece, usable)
            if not np.isin(far, nodes).any() and set(far.tolist()) != set(near.tolist()):
                found.append(Separator(unit, items, tuple(far.tolist())))
        return found

    def separators_of_point(
        self,
        unit: int,
        nodes: IntArray,
        value: FloatArray,
        usable: BoolArray,
        least: float,
        free: BoolArray | None = None,
    ) -> list[Separator]:
        """Return separators that a fractional catchment violates by more than ``least`` (exact, by maximum flow).

        Nothing is asked for ``free`` items (n_items,): they are only passed through.
        """
        core, disconnected = self.pieces(unit, nodes)
        of = np.zeros(self.n)
        of[nodes] = value
        found = []
        for piece in disconnected:
            wanted = of[piece] > least
            if free is not None:
                wanted &= ~free[piece]
            items = tuple(int(k) for k in piece[wanted])
            if items:
                found.append(
                    Separator(unit, items, tuple(self.nearest_separator(unit, piece, usable).tolist()))
                )
        if len(core) < 3 or value.min() > 1 - 1e-6:
            return found
        asked = np.ones(self.n, dtype=bool) if free is None else ~free
        return found + self._flows(unit, core, of, usable, least, asked)

    def _flows(
        self, unit: int, core: IntArray, of: FloatArray, usable: BoolArray, least: float, asked: BoolArray
    ) -> list[Separator]:
        n = len(core)
        at = np.full(self.n, -1, dtype=np.int64)
        at[core] = np.arange(n)
        sub = self.adjacency[core][:, core].tocoo()
        inner = np.round(of[core] * SCALE).astype(np.int32)
        held = at[self.roots[unit][at[self.roots[unit]] >= 0]]
        # node k is the arc k → n + k; the source feeds the anchors
        big = np.int32(n * SCALE if n < 2000 else 2_000_000_000)
        tail = np.concatenate([np.arange(n), sub.row + n, np.full(len(held), 2 * n)])
        head = np.concatenate([np.arange(n) + n, sub.col, held])
        capacity = np.concatenate([inner, np.full(len(sub.row) + len(held), big, dtype=np.int32)])
        network = sparse.csr_matrix((capacity, (tail, head)), shape=(2 * n + 1, 2 * n + 1), dtype=np.int32)
        beside = np.zeros(self.n, dtype=bool)
        beside[core[held]] = True
        beside[self.around(core[held])] = True
        widest = self._widest(core, of, held)
        found, done = [], np.zeros(n, dtype=bool)
        order = np.argsort(-of[core], kind="stable")
        for k in order.tolist():
            want = of[core[k]]
            # a single path that carries enough makes the flow enough
            if want <= least or not asked[core[k]] or beside[core[k]] or done[k] or widest[k] >= want - least:
                continue
            flow = sparse.csgraph.maximum_flow(network, 2 * n, k, method="dinic")
            if flow.flow_value / SCALE >= want - least:
                continue
            separator = self._separator_of_flow(unit, core, network, flow.flow, n, k, usable)
            members = float(of[list(separator)].sum()) if separator else 0.0
            if members < want - least:
                piece = self._behind(core, separator, k)
                items = [int(i) for i in piece if of[i] > members + least and asked[i]]
                done[at[np.array(items, dtype=np.int64)]] = True
                found.append(Separator(unit, tuple(items), separator))
        return found

    def _widest(self, core: IntArray, of: FloatArray, held: IntArray) -> FloatArray:
        """Return how much the widest path from the anchors carries to every item of a core (its own value left out)."""
        carried = np.zeros(self.n)
        inside = np.zeros(self.n, dtype=bool)
        inside[core] = True
        carried[core[held]] = np.inf
        heap = [(-np.inf, int(i)) for i in core[held]]
        passed = np.zeros(self.n, dtype=bool)
        while heap:
            _, i = heapq.heappop(heap)
            if passed[i]:
                continue
            passed[i] = True
            through = min(carried[i], of[i])
            for j in self.indices[self.indptr[i] : self.indptr[i + 1]].tolist():
                if inside[j] and through > carried[j]:
                    carried[j] = through
                    heapq.heappush(heap, (-through, j))
        return carried[core]

    def _behind(self, core: IntArray, members: tuple[int, ...], k: int) -> IntArray:
        inside = np.zeros(self.n, dtype=bool)
        inside[core] = True
        inside[list(members)] = False
        return np.flatnonzero(self.reach(np.array([core[k]]), inside)).astype(np.int64)

    def _separator_of_flow(
        self,
        unit: int,
        core: IntArray,
        network: sparse.csr_matrix,
        flow: sparse.csr_matrix,
        n: int,
        k: int,
        usable: BoolArray,
    ) -> tuple[int, ...]:
        left = (network - flow).tocsr()
        left.eliminate_zeros()
        # what can still reach k in the residual network lies on its side
        back = sparse.csgraph.breadth_first_order(left.T.tocsr(), k, return_predecessors=False)
        side = np.zeros(2 * n + 1, dtype=bool)
        side[back] = True
        members = core[np.flatnonzero(side[n : 2 * n] & ~side[:n])]
        behind = self._behind(core, tuple(members.tolist()), k)
        return tuple(self.nearest_separator(unit, behind, usable).tolist())
