"""Join the parts of a catchment across ground that belongs to no zone: a street or a canal between two blocks parts nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from planning.arrays import Shapes

STREET_M = 40.0
"""Ground of no zone is crossed up to this width, metres: a main street with its verges. What lies further apart is apart."""
_SPECK_M2 = 1.0
"""Less ground of zones than this in a hole is a slip of the pen."""
_TOUCH_M = 0.01
"""Rounding of coordinates when shapes are cut, metres."""


def across_streets(shapes: Shapes, zones: Shapes, street_m: float = STREET_M) -> Shapes:
    """Return the areas with the ground of no zone between their own parts, and the holes that hold no zone, filled.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon, shape (n,)
        Areas made of zones, metres.
    zones : array of Polygon or MultiPolygon, shape (m,)
        All zones of the county.
    street_m : float
        Widest ground that is crossed, metres.

    Returns
    -------
    array of Polygon or MultiPolygon, shape (n,)
        Areas as they are where they are valid, one part and without a hole. Ground of a zone is added by no more than a centimetre.
    """
    result = _valid(shapes)
    several = [
        k for k, shape in enumerate(result) if shapely.get_num_geometries(shape) > 1 or hole_count(shape)
    ]
    if several:
        ground = _valid(zones)
        tree = shapely.STRtree(ground)
        for k in several:
            result[k] = _without_empty_holes(_joined(result[k], ground, tree, street_m), ground, tree)
    return result


def _valid(shapes: Shapes) -> Shapes:
    """Return a copy in which outlines that cross themselves or each other are mended: no shape of them can be cut or joined."""
    found = shapes.copy()
    wrong = ~shapely.is_valid(found)
    found[wrong] = shapely.make_valid(found[wrong], method="structure", keep_collapsed=False)
    return found


def _joined(shape: Any, zones: Shapes, tree: shapely.STRtree, street_m: float) -> Any:
    parts = shapely.get_parts(shape)
    near = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=street_m)
    if not (near[0] != near[1]).any():
        return shape
    wide = shapely.buffer(shape, street_m / 2, join_style="mitre", mitre_limit=2)
    between = shapely.difference(
        shapely.buffer(wide, -street_m / 2, join_style="mitre", mitre_limit=2), shape
    )
    taken = zones[tree.query(between, predicate="intersects")]
    free = shapely.get_parts(shapely.difference(between, shapely.union_all(taken)))
    # only what touches two parts joins anything; the rest would fill bays of the rim
    strip, _ = shapely.STRtree(parts).query(shapely.buffer(free, _TOUCH_M), predicate="intersects")
    touched = np.bincount(strip, minlength=len(free))
    joining = shapely.buffer(free[touched > 1], _TOUCH_M, join_style="mitre", mitre_limit=2)
    return polygonal(shapely.union_all([shape, *joining])) if len(joining) else shape


def _without_empty_holes(shape: Any, zones: Shapes, tree: shapely.STRtree) -> Any:
    def full(ring: Any) -> bool:
        hole = shapely.Polygon(ring)
        inside = zones[tree.query(hole, predicate="intersects")]
        return bool(shapely.area(shapely.intersection(inside, hole)).sum() > _SPECK_M2)

    parts = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if full(ring)])
        for part in shapely.get_parts(shape)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def hole_count(shape: Any) -> int:
    """Return how many rings are cut out of a polygon or of the parts of a multi-polygon."""
    return sum(len(part.interiors) for part in shapely.get_parts(shape))


def polygonal(shape: Any) -> Any:
    """Return the parts of a shape that have an area, as one shape."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
