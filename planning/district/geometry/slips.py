"""Mend shapes that are right but for a slip of the pen: rings that cross themselves by a hair, areas packed in a collection."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from planning.arrays import BoolArray, Shapes
from planning.district.geometry.closing import SNAP_M, thin

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


def without_slips(shapes: Shapes, snap_m: float = SNAP_M) -> tuple[Shapes, BoolArray]:
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
    finite = np.array([np.isfinite(shapely.get_coordinates(shape)).all() for shape in shapes], dtype=bool)
    for i in np.flatnonzero(areas & finite & ~shapely.is_valid(shapes)):
        whole = _without_lobes(shapes[i], snap_m)
        if whole is not None:
            result[i], slipped[i] = whole, True
    return result, slipped


def _without_lobes(shape: Any, snap_m: float) -> Any:
    """Return the area, or None where more than slivers depends on how it is read, or nothing but slivers is there."""
    width = snap_m / _METRES
    parts = [_one_part(part, width) for part in shapely.get_parts(shape)]
    if any(part is None for part in parts):
        return None
    whole = shapely.union_all(parts)
    twice = sum(shapely.area(parts)) - whole.area  # parts drawn over one another
    return whole if twice <= width * whole.length else None


def _one_part(drawn: Any, width: float) -> Any:
    merged = shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(merged)
    if not len(parts) or not (shapely.get_type_id(parts) == _AREAS[0]).all():
        return None
    main, *lobes = parts[np.argsort(-shapely.area(parts), kind="stable")]
    doubtful = shapely.get_parts(shapely.symmetric_difference(merged, shapely.make_valid(drawn)))
    doubtful = doubtful[shapely.get_dimensions(doubtful) == 2]
    slivers = bool(thin(np.array([*lobes, *doubtful], dtype=object), width).all())
    return main if slivers and not thin(main, width) else None
