"""Take those who moved away in the middle of a stage out of the schools they were in."""

from __future__ import annotations

import numpy as np

from planning.arrays import FloatArray
from planning.demand.rounding import round_keeping_sums


def who_left(sitting: FloatArray, left: FloatArray, elsewhere: float) -> FloatArray:
    """Take those who moved away out of the units they sat in.

    Parameters
    ----------
    sitting : ndarray (n_units,)
        Pupils of one cohort by unit.
    left : ndarray (n_units,)
        Of them, those whose zones the unit had as its catchment.
    elsewhere : float
        Those from zones whose unit is not known.

    Returns
    -------
    ndarray of int (n_units,)
        Pupils to take off: from the unit of the catchment as far as it has them, the rest from all in proportion.
    """
    known = np.minimum(sitting, left)
    remain = sitting - known
    rest = min(float(left.sum() + elsewhere - known.sum()), float(remain.sum()))
    if rest <= 0:
        return np.asarray(known)
    spread = round_keeping_sums(
        (remain * rest / remain.sum())[:, None], np.zeros(len(remain), dtype=np.int64)
    )
    return np.asarray(known + spread[:, 0])
