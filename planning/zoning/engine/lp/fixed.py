"""Cut the programme that is left when some columns are given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.program import Program

TOLERANCE = 1e-9
MOST = 1e20  # stands for no limit


def with_fixed(
    program: Program, columns: IntArray, values: FloatArray
) -> tuple[Program, IntArray, FloatArray]:
    """Return the programme with some columns given: those, and what they rule out, are no longer in it.

    Parameters
    ----------
    program : Program
        Without arcs left out.
    columns, values : ndarray (n,)
        The given columns.

    Returns
    -------
    program : Program
        Columns that cannot move and rows that cannot be broken are gone; switches are those still open.
    columns : ndarray (n_left,)
        Where its columns stand in the whole programme.
    values : ndarray (n_cols,)
        Values of all others.
    """
    lower, upper = program.col_lower.astype(float), program.col_upper.astype(float)
    lower[columns] = upper[columns] = values
    rows = sparse.csr_matrix(program.matrix)
    _propagate(program, rows, lower, upper)
    left = upper > lower
    # arcs that are taken stay: a catchment hangs to them
    left[: len(program.arc_item)] |= upper[: len(program.arc_item)] > 0.5
    given = np.where(left, 0.0, lower)
    shift = rows @ given
    least, most = _activity(rows, np.where(left, lower, 0.0), np.where(left, np.minimum(upper, MOST), 0.0))
    kept = (most > program.row_upper - shift + TOLERANCE) | (least < program.row_lower - shift - TOLERANCE)
    at = np.flatnonzero(left)
    arcs = at[at < len(program.arc_item)]
    place = np.full(len(left), -1, dtype=np.int64)
    place[at] = np.arange(len(at))
    switches = None if program.switches is None else place[program.switches]
    flows = None if program.flows is None else place[program.flows]
    return (
        replace(
            program,
            cost=program.cost[at],
            col_lower=lower[at],
            col_upper=upper[at],
            integer=program.integer[at],
            matrix=sparse.csr_matrix(rows[kept][:, at]),
            row_lower=(program.row_lower - shift)[kept],
            row_upper=(program.row_upper - shift)[kept],
            offset=program.offset + float(program.cost @ given),
            arc_item=program.arc_item[arcs],
            arc_unit=program.arc_unit[arcs],
            arc_distance=None if program.arc_distance is None else program.arc_distance[arcs],
            switches=None if switches is None else switches[switches >= 0],
            flows=None if flows is None else flows[flows >= 0],
            starts=(),
            begun=None,
        ),
        at,
        given,
    )


def _activity(rows: sparse.csr_matrix, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the largest value of every row."""
    up, down = rows.maximum(0), rows.minimum(0)
    return np.asarray(up @ lower + down @ upper), np.asarray(up @ upper + down @ lower)


def _propagate(program: Program, rows: sparse.csr_matrix, lower: FloatArray, upper: FloatArray) -> None:
    """Give the binaries that a row leaves no choice the value it asks for (one pass)."""
    least, most = _activity(rows, lower, np.minimum(upper, MOST))
    entry = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    column, value = rows.indices, rows.data
    free = program.integer[column] & (lower[column] == 0.0) & (upper[column] == 1.0)
    too_much = least[entry] + np.abs(value) > program.row_upper[entry] + TOLERANCE
    too_little = most[entry] - np.abs(value) < program.row_lower[entry] - TOLERANCE
    # a positive coefficient moves its row up when taken; a negative one when left
    shut = free & np.where(value > 0, too_much, too_little)
    taken = free & np.where(value > 0, too_little, too_much)
    lower[column[taken & ~shut]] = 1.0
    upper[column[shut]] = 0.0
