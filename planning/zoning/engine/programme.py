"""Hold the programme as the engine works on it: the rows given, elastic columns, arcs that joined, arcs ruled out. Never changed in place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.contiguity.graph import ItemGraph, Separator
from planning.zoning.engine.lp.highs import Arrays
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.program import NewColumns, Program

ROW_TOLERANCE = 1e-6
"""A row counts as kept when it is broken by no more than this, per unit of its limit."""


@dataclass(frozen=True)
class Plan:
    """A complete point: all columns, the unit of every item, the price, and how far rows are broken in sum."""

    values: FloatArray
    unit_of: IntArray
    objective: float
    broken: float


@dataclass(frozen=True)
class WorkingProgramme:
    """A programme with elastic columns, arcs that joined and bounds of what is ruled out; a change is another one.

    Rows that may be impossible to keep on the way (limits over arcs and switches alone) have elastic columns at a
    price far above every arc. They only relax the programme, so bounds stay valid; a plan that uses them counts
    as broken.

    Parameters
    ----------
    given : Program
        What was given.
    cost, lower, upper : ndarray (n_cols,)
        Price and bounds of every column.
    integer, elastic : ndarray of bool (n_cols,)
        Whether a column is whole; whether it lets a row be broken.
    matrix : csc_matrix (n_rows, n_cols)
        Coefficients.
    row_lower, row_upper : ndarray (n_rows,)
        Limits of the rows.
    item, unit : ndarray of int (n_cols,)
        Item and unit of every arc, −1 for other columns.
    arc_at : ndarray of int (n_items, n_units)
        Column of every pair that may be used, −1 where none.
    held : ndarray of bool (n_items, n_units)
        Pairs that are columns, ruled out or not.
    row_item : ndarray of int (n_rows,)
        Item of a row that gives it exactly one unit, −1 for other rows.
    graph : ItemGraph
        Neighbouring items, and the anchors of every unit.
    """

    given: Program
    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: BoolArray
    elastic: BoolArray
    matrix: sparse.csc_matrix
    row_lower: FloatArray
    row_upper: FloatArray
    item: IntArray
    unit: IntArray
    arc_at: np.ndarray
    held: BoolArray
    row_item: IntArray
    graph: ItemGraph

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return self.given.n_items

    @property
    def n_units(self) -> int:
        """How many units there are."""
        return self.given.n_units

    @property
    def offset(self) -> float:
        """Constant of the objective."""
        return self.given.offset

    def with_arcs(self, item: IntArray, unit: IntArray, new: NewColumns) -> WorkingProgramme:
        """Return the programme with arcs that were priced in."""
        joined = _appended(self, new.cost, sparse.csc_matrix(new.matrix), 1.0, integer=True)
        joined.item[-len(item) :], joined.unit[-len(item) :] = item, unit
        return _indexed(joined)

    def without(self, columns: BoolArray) -> WorkingProgramme:
        """Return the programme with some arcs ruled out."""
        upper = self.upper.copy()
        upper[columns] = 0.0
        return _indexed(replace(self, upper=upper))

    def arrays(self) -> Arrays:
        """Return the programme as it stands, without separators."""
        return Arrays(
            self.cost, self.lower, self.upper, self.integer, self.matrix, self.row_lower, self.row_upper
        )

    def usable(self, unit: int) -> BoolArray:
        """Return which items a unit may still take (n_items,)."""
        return np.asarray(self.arc_at[:, unit] >= 0)

    def separator_rows(self, separators: list[SeparatorRow]) -> sparse.csr_matrix:
        """Return separators as rows ``x[item] − Σ x[members] ≤ 0`` over the columns."""
        rows, columns, values = [], [], []
        for r, (unit, item, members) in enumerate(separators):
            here = self.arc_at[np.array([item, *members], dtype=np.int64), unit]
            for place, column in enumerate(here.tolist()):
                if column >= 0:
                    rows.append(r)
                    columns.append(column)
                    values.append(1.0 if place == 0 else -1.0)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(separators), len(self.cost)))

    def plan_of(self, values: FloatArray) -> Plan:
        """Return a plan from column values: whole numbers rounded, price and broken rows recomputed."""
        values = np.where(self.integer, np.round(values), values)
        on = np.flatnonzero((self.item >= 0) & (values > 0.5))
        unit_of = np.full(self.n_items, -1, dtype=np.int64)
        unit_of[self.item[on]] = self.unit[on]
        activity = self.matrix @ values
        slip = np.maximum(self.row_lower - activity, activity - self.row_upper)
        scale = np.maximum(1.0, np.abs(np.where(np.isfinite(self.row_upper), self.row_upper, self.row_lower)))
        broken = float(np.maximum(0.0, slip - ROW_TOLERANCE * scale).sum())
        broken += float(values[self.elastic][values[self.elastic] > ROW_TOLERANCE].sum())
        return Plan(values, unit_of, float(self.cost @ values) + self.offset, broken)

    def disconnected(self, unit_of: IntArray) -> bool:
        """Return whether some catchment does not hang together (or an item has no unit)."""
        if (unit_of < 0).any():
            return True
        order = np.argsort(unit_of, kind="stable")
        units, at = np.unique(unit_of[order], return_index=True)
        parts = np.split(order, at[1:])
        return any(self.graph.pieces(int(u), p)[1] for u, p in zip(units, parts, strict=True))

    def separators_against(self, unit_of: IntArray) -> list[Separator]:
        """Return separators that a plan violates."""
        found: list[Separator] = []
        for u in np.unique(unit_of[unit_of >= 0]).tolist():
            found += self.graph.separators_of_plan(u, np.flatnonzero(unit_of == u), self.usable(u))
        return found


def working_programme(program: Program, elastic_factor: float) -> WorkingProgramme:
    """Return the programme to work on: what is given, with elastic columns.

    Parameters
    ----------
    program : Program
        What is given.
    elastic_factor : float
        Price of breaking a limit in passing, per unit of it, in dearest arcs.
    """
    n_cols = len(program.cost)
    others = np.full(n_cols - len(program.arc_item), -1, dtype=np.int64)
    shape = (program.n_items, program.n_units)
    bare = WorkingProgramme(
        given=program,
        cost=program.cost.astype(float),
        lower=program.col_lower.astype(float),
        upper=program.col_upper.astype(float),
        integer=program.integer.astype(bool),
        elastic=np.zeros(n_cols, dtype=bool),
        matrix=sparse.csc_matrix(program.matrix),
        row_lower=program.row_lower.astype(float),
        row_upper=program.row_upper.astype(float),
        item=np.concatenate([np.asarray(program.arc_item, dtype=np.int64), others]),
        unit=np.concatenate([np.asarray(program.arc_unit, dtype=np.int64), others]),
        arc_at=np.full(shape, -1, dtype=np.int32),
        held=np.zeros(shape, dtype=bool),
        row_item=np.empty(0, dtype=np.int64),
        graph=ItemGraph(program.neighbours, program.roots),
    )
    whole = _indexed(_with_elastic(bare, elastic_factor))
    return replace(whole, row_item=_assignment_rows(whole))


def _indexed(programme: WorkingProgramme) -> WorkingProgramme:
    """Return the programme with its pairs looked up anew."""
    arcs = np.flatnonzero(programme.item >= 0)
    at = programme.item[arcs], programme.unit[arcs]
    held, arc_at = programme.held.copy(), programme.arc_at.copy()
    held[at] = True
    arc_at[at] = np.where(programme.upper[arcs] > 0.5, arcs, -1)
    return replace(programme, held=held, arc_at=arc_at)


def _appended(
    programme: WorkingProgramme, cost: FloatArray, matrix: sparse.csc_matrix, upper: float, *, integer: bool
) -> WorkingProgramme:
    """Return the programme with columns at its end that are no arcs yet."""
    n = len(cost)
    none = np.full(n, -1, dtype=np.int64)
    return replace(
        programme,
        cost=np.concatenate([programme.cost, cost]),
        lower=np.concatenate([programme.lower, np.zeros(n)]),
        upper=np.concatenate([programme.upper, np.full(n, upper)]),
        integer=np.concatenate([programme.integer, np.full(n, integer)]),
        elastic=np.concatenate([programme.elastic, np.zeros(n, dtype=bool)]),
        matrix=sparse.csc_matrix(sparse.hstack([programme.matrix, matrix])),
        item=np.concatenate([programme.item, none]),
        unit=np.concatenate([programme.unit, none]),
    )


def _assignment_rows(programme: WorkingProgramme) -> IntArray:
    """Return the item of every row that gives one item exactly one unit (−1 for other rows)."""
    rows = programme.matrix.tocsr()
    found = np.full(rows.shape[0], -1, dtype=np.int64)
    for r in np.flatnonzero((programme.row_lower == 1.0) & (programme.row_upper == 1.0)):
        items = programme.item[rows.indices[rows.indptr[r] : rows.indptr[r + 1]]]
        if len(items) and items[0] >= 0 and (items == items[0]).all():
            found[r] = items[0]
    return found


def _with_elastic(programme: WorkingProgramme, factor: float) -> WorkingProgramme:
    """Return the programme with elastic columns for the limits over arcs and switches alone."""
    rows = programme.matrix.tocsr()
    plain = programme.item >= 0
    if programme.given.switches is not None and len(programme.given.switches):
        plain[programme.given.switches] = True
    alien = np.asarray((rows != 0).astype(np.int64) @ (~plain).astype(np.int64))
    wanted = (alien == 0) & (np.diff(rows.indptr) > 2) & (programme.row_lower != programme.row_upper)
    prices, at, sign = [], [], []
    for r in np.flatnonzero(wanted):
        span = slice(rows.indptr[r], rows.indptr[r + 1])
        arcs = rows.indices[span]
        weight = np.abs(rows.data[span])
        counts = (programme.item[arcs] >= 0) & (weight > 0)
        if not counts.any():
            continue
        price = factor * max(1e-6, float((np.abs(programme.cost[arcs])[counts] / weight[counts]).max()))
        for limit, direction in ((programme.row_upper[r], -1.0), (programme.row_lower[r], 1.0)):
            if np.isfinite(limit):
                at.append(r)
                sign.append(direction)
                prices.append(price)
    if not prices:
        return programme
    extra = sparse.csc_matrix((sign, (at, range(len(prices)))), shape=(rows.shape[0], len(prices)))
    found = _appended(programme, np.array(prices), extra, np.inf, integer=False)
    found.elastic[-len(prices) :] = True
    return found
