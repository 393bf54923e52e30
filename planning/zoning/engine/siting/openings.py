"""Price sets of openings: the programme with nothing but its openings whole, or with its openings given."""

from __future__ import annotations

from collections.abc import Iterator

import highspy
import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, load
from planning.zoning.engine.siting.coarse import Merged
from planning.zoning.engine.state import SearchState

ROW_ZERO = 1e-7


class Openings:
    """The relaxation with given openings, kept warm from one set to the next.

    Parameters
    ----------
    kept_free : float
        Share of the seats of every unit that is kept free.
    merged : Merged, optional
        Look at groups of items instead: sooner, and dearer by a little.
    """

    def __init__(self, state: SearchState, kept_free: float, merged: Merged | None = None) -> None:
        assert state.programme.given.switches is not None
        self.state = state
        self.switches = state.programme.given.switches
        # the openings are given, so that rows ``arc ≤ opening`` say nothing beyond the seats
        arrays = openings_alone(state, np.zeros(0), kept_free)
        if merged is not None:
            arrays, self.switches = merged.arrays(arrays), merged.place(self.switches)
        self.h = load(arrays, mip=False)
        self.known: dict[bytes, float] = {}

    def price(self, opened: BoolArray) -> float:
        """Return the price of the relaxation with these units open and no others (infinite if impossible)."""
        key = opened.tobytes()
        if key not in self.known:
            at = opened.astype(float)
            self.h.changeColsBounds(len(at), self.switches.astype(np.int32), at, at)
            self.h.run()
            ended = self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
            price = float(self.h.getInfo().objective_function_value) + self.state.programme.offset
            self.known[key] = price if ended else np.inf
        return self.known[key]

    def ranked(self, most: int | None = None) -> list[BoolArray]:
        """Return the sets that were priced so far, the cheapest first."""
        order = sorted((price, key) for key, price in self.known.items() if np.isfinite(price))
        return [np.frombuffer(key, dtype=bool) for _, key in order[:most]]

    def around(self, opened: BoolArray, deadline: Deadline) -> None:
        """Look at all sets that differ by one opening, one shutting or one exchange, and go on from the best."""
        while not deadline.over():
            best, price = opened, self.price(opened)
            for other in _beside(opened):
                if deadline.over():
                    return
                if self.price(other) < price - 1e-9 * abs(price):
                    best, price = other, self.price(other)
            if best is opened:
                return
            opened = best


def _beside(opened: BoolArray) -> Iterator[BoolArray]:
    """Yield the sets that differ by one opening, one shutting, or one of each."""
    for k in range(len(opened)):
        other = opened.copy()
        other[k] = not opened[k]
        yield other
    for a in np.flatnonzero(opened).tolist():
        for b in np.flatnonzero(~opened).tolist():
            other = opened.copy()
            other[a], other[b] = False, True
            yield other


def openings_alone(state: SearchState, point: FloatArray, kept_free: float) -> Arrays:
    """Return the programme with only its openings whole, without the rows ``arc ≤ opening`` that are idle at a point.

    Without a point (empty) none of these rows is in it.
    """
    assert state.programme.given.switches is not None
    rows = sparse.csr_matrix(state.programme.matrix, copy=True)
    switch = np.zeros(rows.shape[1], dtype=bool)
    switch[state.programme.given.switches] = True
    seats, links = _rows_of_openings(state, rows, switch)
    entry = np.repeat(seats, np.diff(rows.indptr))
    rows.data[entry & (rows.data < 0)] *= 1.0 - kept_free
    idle = links
    if len(point):
        values = np.zeros(rows.shape[1])
        values[: len(point)] = point
        idle = links & (state.programme.matrix @ values < state.programme.row_upper - ROW_ZERO)
    kept = np.flatnonzero(~idle)
    return Arrays(
        state.programme.cost,
        state.programme.lower,
        state.programme.upper,
        state.programme.integer & switch,
        rows[kept].tocsc(),
        state.programme.row_lower[kept],
        state.programme.row_upper[kept],
    )


def _rows_of_openings(
    state: SearchState, rows: sparse.csr_matrix, switch: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Return which rows are ``Σ load · arc ≤ seats · opening``, and which ``arc ≤ opening`` follow from them."""
    count = np.diff(rows.indptr)
    entry_row = np.repeat(np.arange(rows.shape[0]), count)
    on_switch, below = switch[rows.indices], rows.data < 0
    openings = np.bincount(entry_row[on_switch & below], minlength=rows.shape[0])
    others = np.bincount(
        entry_row[below & ~on_switch & ~state.programme.elastic[rows.indices]], minlength=rows.shape[0]
    )
    shaped = (
        (openings == 1)
        & (others == 0)
        & (state.programme.row_upper == 0.0)
        & ~np.isfinite(state.programme.row_lower)
    )
    links = shaped & (count == 2)
    seats = shaped & ~links
    opening = np.full(rows.shape[0], -1, dtype=np.int64)
    opening[entry_row[on_switch]] = rows.indices[on_switch]
    held = (rows.data > 0) & seats[entry_row] & (state.programme.item[rows.indices] >= 0)
    seated = set(zip(rows.indices[held].tolist(), opening[entry_row[held]].tolist(), strict=True))
    for r in np.flatnonzero(links).tolist():
        arc = rows.indices[rows.indptr[r] : rows.indptr[r + 1]]
        arc = arc[~switch[arc]]
        links[r] = len(arc) == 1 and (int(arc[0]), int(opening[r])) in seated
    return seats, links


def links_of_openings(state: SearchState) -> BoolArray:
    """Return which rows are ``arc ≤ opening`` and follow from the seats of the unit (n_rows,)."""
    rows = sparse.csr_matrix(state.programme.matrix)
    switch = np.zeros(rows.shape[1], dtype=bool)
    switch[state.programme.given.switches] = True
    return _rows_of_openings(state, rows, switch)[1]


def seats_of_units(state: SearchState) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return what items take up, the seats of every unit when it is open, and its switch.

    Where several rows limit a unit, the one that asks for most of its seats is taken; a unit without one takes all.

    Returns
    -------
    loads : ndarray (n_items, n_units)
        Seats an item takes up, 0 where it cannot be taken.
    seats : ndarray (n_units,)
        Seats of every unit.
    switch : ndarray of int (n_units,)
        Which of the switches opens it, −1 if none.
    """
    program = state.programme.given
    assert program.switches is not None
    rows = sparse.csr_matrix(state.programme.matrix)
    place = np.full(rows.shape[1], -1, dtype=np.int64)
    place[program.switches] = np.arange(len(program.switches))
    loads = np.zeros((program.n_items, program.n_units))
    seats = np.full(program.n_units, np.inf)
    switch = np.full(program.n_units, -1, dtype=np.int64)
    asked = np.full(program.n_units, -np.inf)
    for r in np.flatnonzero(_rows_of_openings(state, rows, place >= 0)[0]).tolist():
        span = slice(rows.indptr[r], rows.indptr[r + 1])
        columns, values = rows.indices[span], rows.data[span]
        arcs = (values > 0) & (state.programme.item[columns] >= 0)
        units = np.unique(state.programme.unit[columns[arcs]])
        opening = place[columns] >= 0
        size = -float(values[opening][0])
        if len(units) != 1 or values[arcs].sum() <= asked[units[0]] * size:
            continue
        u = int(units[0])
        asked[u] = values[arcs].sum() / size
        loads[:, u] = 0.0
        loads[state.programme.item[columns[arcs]], u] = values[arcs]
        seats[u], switch[u] = size, int(place[columns[opening]][0])
    free = ~np.isfinite(seats)
    loads[:, free] = 1.0
    seats[free] = program.n_items
    return loads, seats, switch
