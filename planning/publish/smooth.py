"""Round the lines between areas so that they still meet: no gaps, no overlaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from planning.arrays import FloatArray, Shapes

_ROUNDS = 3


def smoothed(shapes: Shapes, corner_m: float) -> Shapes:
    """Return the areas of a coverage with rounded borders; outer borders stay as they are.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon
        Areas that meet without gaps and overlaps.
    corner_m : float
        A corner is cut at most so far from its point, metres; so long straight lines along roads stay straight.

    Returns
    -------
    array
        As many areas in the same order, covering together what they covered before.

    Notes
    -----
    Chaikin's corner cutting (1974) on each border between two meeting points; the pieces are put together again as
    faces, and each face goes to the area that held most of it. An area that would vanish keeps everything as it was.
    """
    if corner_m <= 0 or len(shapes) < 2:
        return shapes
    outer = shapely.union_all(shapes).boundary
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(shapes))))
    inside = ~shapely.covered_by(lines, outer.buffer(0.01))
    lines[inside] = [_rounded(line, corner_m) for line in lines[inside]]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines))))
    result = _given_back(faces, shapes)
    return shapes if shapely.is_empty(result).any() else result


def _given_back(faces: Shapes, shapes: Shapes) -> Shapes:
    face, owner = shapely.STRtree(shapes).query(faces, predicate="intersects")
    common = shapely.area(shapely.intersection(faces[face], shapes[owner]))
    share = np.zeros((len(faces), len(shapes)))
    share[face, owner] = common
    # holes of the coverage belong to nobody
    held = share.sum(axis=1) > 0.5 * shapely.area(faces)
    best = share.argmax(axis=1)
    result = np.empty(len(shapes), dtype=object)
    result[:] = [shapely.union_all(faces[held & (best == k)]) for k in range(len(shapes))]
    return result


def _rounded(line: Any, corner_m: float) -> Any:
    points = shapely.get_coordinates(line)
    closed = bool(line.is_ring)
    for _ in range(_ROUNDS):
        points = _cut(points, corner_m, closed)
        corner_m /= 3
    return shapely.LineString(points)


def _cut(points: FloatArray, corner_m: float, closed: bool) -> FloatArray:
    start, step = points[:-1], np.diff(points, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    share = (np.minimum(0.25, corner_m / np.maximum(length, 1e-9)))[:, None]
    pairs = np.stack([start + share * step, start + (1 - share) * step], axis=1).reshape(-1, 2)
    if closed:
        return np.vstack([pairs, pairs[:1]])
    return np.vstack([points[:1], pairs[1:-1], points[-1:]]) if len(points) > 2 else points
