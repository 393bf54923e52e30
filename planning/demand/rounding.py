"""Round to whole pupils without losing any in the sums."""

from __future__ import annotations

import numpy as np

from planning.arrays import FloatArray, IntArray


def round_keeping_sums(values: FloatArray, groups: IntArray) -> IntArray:
    """Round every column so that groups and the column keep their sums.

    The column's sum is rounded half up, dealt to groups by largest remainder, and each group's share to its rows
    by largest remainder; whole numbers stay as they are and no value moves by 1 or more unless its group must.

    Parameters
    ----------
    values : array, shape (n_rows, n_columns)
        Numbers of 0 or more.
    groups : array of int, shape (n_rows,)
        Group of each row, 0 … n_groups - 1.

    Returns
    -------
    array of int, shape (n_rows, n_columns)
    """
    # sums of floats carry dust; a millionth of a pupil is no pupil
    clean = np.round(values, 6)
    n_groups = int(groups.max()) + 1 if len(groups) else 0
    of_group = np.zeros((n_groups, values.shape[1]))
    np.add.at(of_group, groups, clean)
    of_group = np.round(of_group, 6)
    wanted = np.floor(np.round(of_group.sum(axis=0), 6) + 0.5).astype(np.int64)
    per_group = _largest_remainder(of_group, wanted)
    result = np.zeros(values.shape, dtype=np.int64)
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(n_groups + 1))
    for g in range(n_groups):
        rows = order[starts[g] : starts[g + 1]]
        if len(rows):
            result[rows] = _largest_remainder(clean[rows], per_group[g])
    return result


def _largest_remainder(values: FloatArray, wanted: IntArray) -> IntArray:
    """Return whole numbers near ``values`` (n, m) with column sums ``wanted`` (m,); ties go to the first row."""
    floor = np.floor(values)
    missing = wanted - floor.sum(axis=0).astype(np.int64)
    order = np.argsort(-(values - floor), axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(values))[:, None], axis=0)
    whole: IntArray = (floor + (rank < missing)).astype(np.int64)
    return whole
