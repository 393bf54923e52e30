"""Mend shapes that are right but for a slip of the pen: rings that cross themselves by a hair, areas packed in a collection."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from planning.district.closing import SNAP_M, thin
from planning.district.sheet import Shapes

_AREAS = (3, 6)
_COLLECTION = 7
_METRES = 111_320.0
"""Metres of one degree of latitude."""


def unpacked(shapes: Shapes) -> Shapes:
    """Return collections that hold nothing but areas as those areas, and every other shape as it is."""
    result = shapes.copy()
    for i in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION):
        parts = shapely.get_parts(shapely.get_parts(shapes[i]))
        if len(parts) and (shapely.get_type_id(parts) == _AREAS[0]).all():
            result[i] = parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
    return result


def without_slips(shapes: Shapes, snap_m: float = SNAP_M) -> tuple[Shapes, npt.NDArray[np.bool_]]:
    """Return areas without the crossings that are narrower than a tolerance, and which areas had such.

    Parameters
    ----------
    shapes : array of shapely geometries
        In degrees.
    snap_m : float
        Widest lobe that is taken for a slip, metres.

    Returns
    -------
    shapes, slipped
        An area that crosses itself with a wider lobe keeps its ring: which half was meant only its author knows.
    """
    result, slipped = shapes.copy(), np.zeros(len(shapes), dtype=bool)
    areas = np.isin(shapely.get_type_id(shapes), _AREAS) & ~shapely.is_empty(shapes)
    for i in np.flatnonzero(areas & ~shapely.is_valid(shapes)):
        whole = _without_lobes(shapes[i], snap_m)
        if whole is not None:
            result[i], slipped[i] = whole, True
    return result, slipped


def _without_lobes(shape: Any, snap_m: float) -> Any:
    """Return the area, or None where more than slivers depends on how its crossings are read, or nothing but slivers is there."""
    merged = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(merged)
    drawn = shapely.get_num_geometries(shape)
    width = snap_m / _METRES
    if not len(parts) or not (shapely.get_type_id(parts) == _AREAS[0]).all():
        return None
    order = np.argsort(-shapely.area(parts), kind="stable")
    lobes = parts[order[drawn:]]
    doubtful = shapely.get_parts(shapely.symmetric_difference(merged, shapely.make_valid(shape)))
    doubtful = doubtful[shapely.get_dimensions(doubtful) == 2]
    if not thin(np.concatenate([lobes, doubtful]), width).all():
        return None
    kept = parts[order[:drawn]]
    if thin(kept, width).any():
        return None
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(list(kept))
