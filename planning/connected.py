"""Say which things hang together through pairs of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planning.arrays import IntArray


def connected_parts(count: int, first: npt.ArrayLike, second: npt.ArrayLike) -> IntArray:
    """Return the number of the connected part that each of ``count`` things belongs to.

    Parameters
    ----------
    count : int
        Things, numbered from 0.
    first, second : array of int, shape (pairs,)
        Things that are joined, in any order.

    Returns
    -------
    array of int, shape (count,)
        Parts are numbered by their first member: the part of thing 0 is 0.

    Notes
    -----
    Every thing takes the lowest number it meets and then jumps to that thing's own lowest number (Shiloach and Vishkin 1982,
    doi:10.1016/0196-6774(82)90008-6). ``scipy.sparse.csgraph`` does the same; loading it costs a command a quarter of a second.

    Examples
    --------
    >>> connected_parts(5, [1, 4], [3, 0]).tolist()
    [0, 1, 2, 1, 0]
    """
    one, other = (np.asarray(side, dtype=np.int64).reshape(-1) for side in (first, second))
    label = np.arange(count, dtype=np.int64)
    while True:
        before = label.copy()
        low = np.minimum(label[one], label[other])
        for side in (one, other):
            np.minimum.at(label, before[side], low)
        while not np.array_equal(label, label[label]):
            label = label[label]
        if np.array_equal(label, before):
            return np.unique(label, return_inverse=True)[1].reshape(-1).astype(np.int64)
