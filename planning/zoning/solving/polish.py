"""Give slacks their least values once every whole-number decision is taken."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from planning.arrays import FloatArray
from planning.zoning.engine import Program


def polish(
    program: Program, columns: FloatArray, settled: FloatArray, *, seconds: float = np.inf
) -> FloatArray:
    """Return the columns with the continuous ones re-optimised, whole numbers and settled columns fixed.

    Parameters
    ----------
    program : Program
        Rows and prices.
    columns : ndarray (n_cols,)
        A plan.
    settled : ndarray of bool (n_cols,)
        Continuous columns that follow from the catchments and must keep their value.
    seconds : float
        For this at most; the columns come back as they are where that is not enough.

    Returns
    -------
    ndarray (n_cols,)
        Same plan, never dearer: a search that fixes most columns can leave a slack larger than it need be.
    """
    n_arcs = len(program.arc_item)
    free = ~program.integer & ~settled.astype(bool)
    free[:n_arcs] = False
    matrix = program.matrix.tocsc()
    by_arcs = np.asarray(abs(matrix[:, :n_arcs]).sum(axis=1)).ravel() > 0
    touched = np.asarray(abs(matrix[:, free]).sum(axis=1)).ravel() > 0
    rows = np.flatnonzero(touched & ~by_arcs)
    if not free.any() or not len(rows):
        return columns
    shift = matrix[rows][:, ~free] @ columns[~free]
    upper, lower = program.row_upper[rows] - shift, program.row_lower[rows] - shift
    part = matrix[rows][:, free].tocsr()
    same = np.isclose(program.row_upper[rows], program.row_lower[rows])
    above, below = np.isfinite(upper) & ~same, np.isfinite(lower) & ~same
    found = linprog(
        program.cost[free],
        A_ub=sparse.vstack([part[above], -part[below]]),
        b_ub=np.concatenate([upper[above], -lower[below]]),
        A_eq=part[same] if same.any() else None,
        b_eq=upper[same] if same.any() else None,
        bounds=np.column_stack([program.col_lower[free], program.col_upper[free]]),
        method="highs",
        options={"time_limit": seconds} if np.isfinite(seconds) else {},
    )
    if found.status != 0:
        return columns
    better = columns.copy()
    better[free] = found.x
    return better if program.cost @ better <= program.cost @ columns else columns
