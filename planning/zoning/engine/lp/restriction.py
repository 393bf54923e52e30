"""Cut programmes out of the one at hand: some columns free, all others fixed, with separators."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.lp.highs import Arrays
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.state import SearchState


def restricted(state: SearchState, columns: IntArray, values: FloatArray) -> tuple[Arrays, IntArray]:
    """Return the programme over some columns, the others fixed at ``values``, and the rows it keeps."""
    part = state.programme.matrix[:, columns]
    rows = np.unique(part.indices)
    fixed = values.copy()
    fixed[columns] = 0.0
    shift = (state.programme.matrix @ fixed)[rows]
    arrays = Arrays(
        state.programme.cost[columns],
        state.programme.lower[columns],
        state.programme.upper[columns],
        state.programme.integer[columns],
        part[rows],
        state.programme.row_lower[rows] - shift,
        state.programme.row_upper[rows] - shift,
    )
    return arrays, rows


def with_separators(
    state: SearchState, columns: IntArray, values: FloatArray, separators: list[SeparatorRow] | None = None
) -> Arrays:
    """Return the programme over some columns with all separators of the pool that touch them."""
    arrays, _ = restricted(state, columns, values)
    pool = list(state.pool.rows) if separators is None else separators
    if not pool:
        return arrays
    rows = state.programme.separator_rows(pool)
    fixed = values.copy()
    fixed[columns] = 0.0
    limit = -(rows @ fixed)
    part = sparse.csr_matrix(rows[:, columns])
    # a row that cannot be violated whatever the free columns do is left away
    gain = np.asarray(part.maximum(0).sum(axis=1)).ravel()
    need = gain > limit + 1e-9
    return Arrays(
        arrays.cost,
        arrays.lower,
        arrays.upper,
        arrays.integer,
        sparse.vstack([arrays.matrix, part[need]]).tocsc(),
        np.concatenate([arrays.row_lower, np.full(int(need.sum()), -np.inf)]),
        np.concatenate([arrays.row_upper, limit[need]]),
    )
