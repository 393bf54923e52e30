"""Say which pupil counts may be published: none that tells of a single zone or of very few children, not even by subtraction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planning.arrays import BoolArray

LEAST_ZONES = 2
"""A count of fewer zones is a count of a home address."""


def publishable(
    pupils: npt.ArrayLike, zones: npt.ArrayLike, least: int, *, total_known: bool = True
) -> BoolArray:
    """Return which counts of a partition may be published.

    Parameters
    ----------
    pupils, zones : array of shape (n,)
        Pupils of every part, and how many zones it is made of.
    least : int
        Smallest count that may be published.
    total_known : bool
        Whether the sum of all parts is published too: then what is left out may not be told by subtraction, so that the parts
        left out together are at least two, of ``least`` pupils and two zones or more (complementary suppression).

    Examples
    --------
    >>> publishable([300, 40, 200], [5, 1, 4], 10).tolist()
    [True, False, False]
    """
    count, parts = np.asarray(pupils, dtype=float), np.asarray(zones, dtype=int)
    shown = (count >= least) & (parts >= LEAST_ZONES)
    if not total_known or shown.all():
        return shown
    for k in np.argsort(count, kind="stable"):
        hidden = ~shown
        if hidden.sum() >= 2 and count[hidden].sum() >= least and (parts[hidden] > 0).sum() >= 2:
            break
        shown[k] = False
    return shown
