"""State a programme of openings as sites: items to pack into units, each of which costs something to open."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.engine.lp.highs import Arrays, load
from planning.zoning.engine.neighbourhoods.annealing import Packing
from planning.zoning.engine.program import Program
from planning.zoning.engine.siting.openings import links_of_openings
from planning.zoning.engine.state import SearchState


@dataclass(frozen=True)
class Sites:
    """Items to pack into units that may be open.

    Parameters
    ----------
    packing : Packing
        Prices, seats and neighbours with every unit open; items of anchors are not fixed in it.
    opening : ndarray (n_units,)
        What it costs to open a unit.
    switch : ndarray of int (n_units,)
        Which of the switches opens it, −1 where it always is.
    root : ndarray of int (n_units,)
        Item that an open unit holds, −1 where it need not hold any.
    constant : float
        What every plan costs besides.
    """

    packing: Packing
    opening: FloatArray
    switch: IntArray
    root: IntArray
    constant: float

    def part(self, items: IntArray, units: IntArray) -> Packing:
        """Return some items packed into some units, all of them open."""
        given = self.packing
        fixed = given.fixed[items]
        fixed |= np.isin(items, self.root[units])
        price = given.price[np.ix_(items, units)]
        for k, root in enumerate(self.root[units].tolist()):
            if root >= 0:
                at = items == root
                price[at, :k] = price[at, k + 1 :] = np.inf
        return Packing(
            price,
            given.asked[np.ix_(items, units)],
            given.seats[units],
            given.beside[items][:, items],
            fixed,
            given.asks[units],
        )

    def openable(self, opened: BoolArray) -> IntArray:
        """Return the units that are open with a set; of several that hold the same item the first."""
        root, units = self.root, np.arange(len(self.root))
        at_home = self.packing.price[np.maximum(root, 0), units]
        possible = np.isfinite(np.where(root >= 0, at_home, self.packing.price.min(axis=0)))
        wanted = np.flatnonzero(possible & ((self.switch < 0) | opened[np.maximum(self.switch, 0)]))
        _, first = np.unique(np.where(root[wanted] >= 0, root[wanted], -1 - wanted), return_index=True)
        return np.sort(wanted[first])

    def cost_of(self, items: IntArray, unit_of: IntArray, units: IntArray) -> float:
        """Return what some items and their open units cost."""
        return float(self.packing.price[items, unit_of].sum() + self.opening[units].sum())

    def price_of(self, unit_of: IntArray) -> float:
        """Return what a whole plan costs, its sites included."""
        return self.constant + self.cost_of(np.arange(len(unit_of)), unit_of, np.unique(unit_of))

    def rooted(self, part: Packing, items: IntArray, units: IntArray) -> ItemGraph:
        """Return the graph of some items with the anchors of some units."""
        places = [np.flatnonzero(items == self.root[u]) for u in units.tolist()]
        return ItemGraph(
            part.beside, tuple(at if asks else at[:0] for at, asks in zip(places, part.asks, strict=True))
        )


def sites_of(state: SearchState) -> Sites | None:
    """Return the programme as sites; None where its rows or columns say anything else.

    Every column beside the arcs opens one unit, and every row gives an item a unit, limits the seats of one unit, allows an arc
    only where its unit is open, or holds the item of a site to it.
    """
    programme, given = state.programme, state.programme.given
    switches, n_arcs = given.switches, len(given.arc_item)
    if switches is None or len(switches) != len(given.cost) - n_arcs:
        return None
    read = _Rows(given)
    links = links_of_openings(state)
    for r in np.flatnonzero(~links & (programme.row_item < 0)).tolist():
        if not read.take(r):
            return None
    openable = read.switch[read.switch >= 0]
    if len(np.unique(openable)) != len(openable) or len(openable) != len(switches):
        return None  # one opening for several units, or for none
    return _stated(state, read)


class _Rows:
    """What rows say of units, row by row."""

    def __init__(self, given: Program) -> None:
        self.given, self.n_arcs = given, len(given.arc_item)
        self.matrix = sparse.csr_matrix(given.matrix)
        self.asked = np.zeros((given.n_items, given.n_units))
        self.seats = np.full(given.n_units, np.inf)
        self.switch = np.full(given.n_units, -1, dtype=np.int64)
        self.root = np.full(given.n_units, -1, dtype=np.int64)
        self.place = np.full(len(given.cost), -1, dtype=np.int64)
        if given.switches is not None:
            self.place[given.switches] = np.arange(len(given.switches))

    def take(self, r: int) -> bool:
        """Take note of a row; return whether it is of a known kind."""
        span = slice(self.matrix.indptr[r], self.matrix.indptr[r + 1])
        columns, values = self.matrix.indices[span], self.matrix.data[span]
        arcs = columns < self.n_arcs
        units = np.unique(self.given.arc_unit[columns[arcs]])
        opening = self.place[columns[~arcs]]
        if len(units) != 1 or len(opening) > 1:
            return False
        u = int(units[0])
        if len(opening) and self.switch[u] not in (-1, opening[0]):
            return False
        if len(opening):
            self.switch[u] = opening[0]
        low, high = self.given.row_lower[r], self.given.row_upper[r]
        if low == high == 0.0 and len(opening) and len(columns) == 2 and values.sum() == 0.0:
            known = self.root[u] < 0
            self.root[u] = self.given.arc_item[columns[arcs][0]]
            return bool(known)
        size = -values[~arcs][0] if len(opening) else high
        if (
            np.isfinite(self.seats[u])
            or not np.isneginf(low)
            or (values[arcs] < 0).any()
            or (len(opening) and high != 0.0)
        ):
            return False
        self.seats[u] = size
        self.asked[self.given.arc_item[columns[arcs]], u] = values[arcs]
        return bool(np.isfinite(size) and size >= 0.0)


def _stated(state: SearchState, read: _Rows) -> Sites:
    """Return sites from what rows say; what must be open costs nothing more, and its site's item stays."""
    given, graph = state.programme.given, state.programme.graph
    assert given.switches is not None
    n_arcs, openable = len(given.arc_item), np.flatnonzero(read.switch >= 0)
    root = read.root.copy()
    for u, roots in enumerate(given.roots):
        if graph.asked[u] and root[u] < 0:
            root[u] = roots[0]
    price = np.full((given.n_items, given.n_units), np.inf)
    usable = given.col_upper[:n_arcs] > 0.5
    price[given.arc_item[usable], given.arc_unit[usable]] = given.cost[:n_arcs][usable]
    opening, open_column = np.zeros(given.n_units), given.switches[read.switch[openable]]
    opening[openable] = np.where(given.col_lower[open_column] > 0.5, 0.0, given.cost[open_column])
    price[:, openable[given.col_upper[open_column] < 0.5]] = np.inf
    held = given.col_lower[:n_arcs] > 0.5
    item, unit = given.arc_item[held], given.arc_unit[held]
    lasting = openable[(given.col_lower[open_column] > 0.5) & (root[openable] >= 0)]
    item, unit = np.r_[item, root[lasting]], np.r_[unit, lasting]
    kept = price[item, unit]
    price[item] = np.inf
    price[item, unit] = kept
    fixed = np.zeros(given.n_items, dtype=bool)
    fixed[item] = True
    constant = float(given.cost[open_column] @ (given.col_lower[open_column] > 0.5))
    packing = Packing(price, read.asked, read.seats, graph.adjacency, fixed, graph.asked)
    return Sites(packing, opening, read.switch, root, given.offset + constant)


def transported(part: Packing) -> tuple[float, FloatArray] | None:
    """Return what it costs at least to give all items a seat, divided at will, and the shares (n_items, n_units); None if impossible."""
    n, k = part.price.shape
    item, unit = np.nonzero(np.isfinite(part.price))
    each = np.arange(len(item))
    matrix = sparse.csc_matrix(
        (np.r_[np.ones(len(item)), part.asked[item, unit]], (np.r_[item, n + unit], np.r_[each, each])),
        shape=(n + k, len(item)),
    )
    h = load(
        Arrays(
            part.price[item, unit],
            np.zeros(len(item)),
            np.ones(len(item)),
            np.zeros(len(item), dtype=bool),
            matrix,
            np.r_[np.ones(n), np.full(k, -np.inf)],
            np.r_[np.ones(n), part.seats],
        ),
        mip=False,
    )
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    shares = np.zeros((n, k))
    shares[item, unit] = np.array(h.getSolution().col_value)
    return float(h.getInfo().objective_function_value), shares


def rounded(
    sites: Sites, part: Packing, items: IntArray, units: IntArray, shares: FloatArray
) -> IntArray | None:
    """Return the unit of every item of a part, grown together from shares; None where some item cannot be reached."""
    dear = 10.0 * (float(np.abs(part.price[np.isfinite(part.price)]).max()) + 1.0)
    guide = part.price - dear * shares
    found = grow_together(sites.rooted(part, items, units), guide, np.argmin(guide, axis=1))
    return (
        None
        if (found < 0).any() or not np.isfinite(part.price[np.arange(len(found)), found]).all()
        else found
    )
