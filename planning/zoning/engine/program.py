"""Say what the engine is given and what it gives back: arrays in, a plan and its bound out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.seating import Seating

StoppedBy = Literal["gap", "time_limit", "interrupt", "proven", "rule", "fault"]


@dataclass(frozen=True)
class NewColumns:
    """Columns of arcs that join the programme.

    Parameters
    ----------
    cost : ndarray (n,)
        Price of each arc.
    matrix : sparse matrix (n_rows, n)
        Their coefficients in the rows of the programme.
    """

    cost: FloatArray
    matrix: Any


@dataclass(frozen=True)
class LeftOut:
    """Arcs outside the candidate list whose reduced cost is negative.

    Parameters
    ----------
    item, unit : ndarray (n,)
        The pairs.
    reduced_cost : ndarray (n,)
        Their reduced costs under the duals that were asked about.
    add : callable
        ``add(item, unit)`` returns the :class:`NewColumns` of the pairs chosen.
    """

    item: IntArray
    unit: IntArray
    reduced_cost: FloatArray
    add: Callable[[IntArray, IntArray], NewColumns]


@dataclass(frozen=True)
class Program:
    """A mixed-integer programme over arcs, every rule but contiguity stated in its rows.

    Parameters
    ----------
    cost, col_lower, col_upper : ndarray (n_cols,)
        Price and bounds of every column.
    integer : ndarray of bool (n_cols,)
        Whether a column is a whole number.
    matrix : csr_matrix (n_rows, n_cols)
        Coefficients of the rows.
    row_lower, row_upper : ndarray (n_rows,)
        Limits of the rows.
    offset : float
        Constant of the objective.
    arc_item, arc_unit : ndarray (n_arcs,)
        Item (zone, stage) and unit of the arcs; columns 0 … n_arcs − 1 are the binaries of the arcs.
    n_items, n_units : int
        How many items and units there are; every item takes exactly one unit (a row of the matrix says so).
    neighbours : csr_matrix (n_items, n_items)
        Symmetric 0/1 adjacency of the items; no entries when contiguity is off.
    roots : tuple of ndarray
        Per unit the items that anchor its catchment: every item of the catchment must be connected, inside the
        catchment, to an anchor that belongs to it. Empty: nothing is asked of this unit.
    switches : ndarray, optional
        Columns of global binaries (projects, openings).
    price_left_out : callable, optional
        Given the duals of the rows, returns the left-out arcs with a negative reduced cost, those that have joined
        since or not: it remembers nothing.
    arc_distance : ndarray (n_arcs,), optional
        Length of each arc, a hint.
    flows : ndarray, optional
        Columns of what goes from one unit to another: a plan without any is completed unit by unit, at once.
    year : ndarray of int (n_cols,), optional
        Year of every column, counted from 0; −1 for columns of no one year (arcs).
    starts : tuple of ndarray (n_items,)
        Plans at hand as the unit of every item: tried before anything else, in this order, so that the answer is never dearer.
    begun : ndarray (n_cols,), optional
        Values of columns beside the arcs in the plan that a run begins with, NaN where nobody knows: tried with every start, so that a plan
        that is taken up is priced as it was.
    seating : Seating, optional
        What units cost beside their arcs, told without the rows: a guide to annealing, which every plan it finds is priced without.
    """

    cost: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    integer: BoolArray
    matrix: sparse.csr_matrix
    row_lower: FloatArray
    row_upper: FloatArray
    offset: float
    arc_item: IntArray
    arc_unit: IntArray
    n_items: int
    n_units: int
    neighbours: sparse.csr_matrix
    roots: tuple[IntArray, ...]
    switches: IntArray | None = None
    price_left_out: Callable[[FloatArray], LeftOut] | None = None
    arc_distance: FloatArray | None = None
    flows: IntArray | None = None
    year: IntArray | None = None
    starts: tuple[IntArray, ...] = ()
    begun: FloatArray | None = None
    seating: Seating | None = None


@dataclass(frozen=True)
class TracePoint:
    """One moment of a solve: when, how good the plan, how far the bound, in which phase."""

    seconds: float
    objective: float
    bound: float
    phase: str


@dataclass(frozen=True)
class Solution:
    """The best plan found and how good it is proven to be.

    Parameters
    ----------
    columns : ndarray (n_cols + arcs priced in,)
        Values of the columns, whole numbers rounded; arcs that were priced in come last.
    unit_of_item : ndarray (n_items,)
        Unit of every item.
    objective, bound : float
        Price of the plan; a price no plan can be below.
    gap : float
        (objective − bound) / objective.
    proven : bool
        Whether no better plan exists (to 1e-6 of the objective).
    stopped_by : str
        ``"gap"``, ``"time_limit"``, ``"interrupt"``, ``"proven"``, ``"rule"`` (a stopping rule), or ``"fault"`` when the solver's process broke down.
    seconds : float
        Wall time.
    contiguous, feasible, legal : bool
        Whether every catchment hangs together; whether every row holds; whether it does up to rounding.
    trace : tuple of TracePoint
        What happened when.
    """

    columns: FloatArray
    unit_of_item: IntArray
    objective: float
    bound: float
    gap: float
    proven: bool
    stopped_by: StoppedBy
    seconds: float
    contiguous: bool
    trace: tuple[TracePoint, ...]
    feasible: bool = True
    legal: bool = True
