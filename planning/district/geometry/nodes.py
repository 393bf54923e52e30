"""Bring the corners that areas should share to one place, before borders are cleaned: shaken copies of a tiling."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, Shapes

_REACH = 4.0
"""Corners of one spot lie no further apart than this many times what most lie from the nearest of another area."""
_MOST = 0.9
_SAME_M = 1e-9


def shared_corners(shapes: Shapes, edges: Shapes, snap_m: float) -> Shapes:
    """Return areas whose corners near corners of others lie at one spot, and which have corners where others have them.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon
        In metres.
    edges : array of lines
        The borders of every area that do not fit; only their corners move.
    snap_m : float
        Corners further apart than this stay apart, metres.

    Returns
    -------
    array of Polygon or MultiPolygon
        An area that would become invalid is as it was.

    Notes
    -----
    Pairs of corners are joined from the nearest on (Kruskal's order), never two of the same area, so that no short edge
    vanishes and no line of corners collapses; each group goes to its mean, which lies nearer to the true place than any.
    """
    result = shapes.copy()
    faulty = np.flatnonzero(~shapely.is_empty(edges))
    if len(faulty) < 2:
        return result
    whole = _whole(shapes[faulty])
    kind, xy, offsets = shapely.to_ragged_array(whole, include_z=False)
    ring = np.repeat(np.arange(len(offsets[0]) - 1), np.diff(offsets[0]))
    ring_area = np.repeat(
        np.repeat(np.arange(len(faulty)), np.diff(offsets[2])), np.diff(offsets[1])[: offsets[2][-1]]
    )
    area = ring_area[ring]
    moving = _on_lines(xy, area, edges[faulty])
    spot, place = _spots(xy, area, moving, snap_m)
    moved = xy.copy()
    moved[spot >= 0] = place[spot[spot >= 0]]
    held = set(zip(spot[spot >= 0].tolist(), area[spot >= 0].tolist(), strict=True))
    at, t, point = _met_edges(moved, ring, area, place, held, min(snap_m, _reach(xy, area, moving, snap_m)))
    coordinates = np.concatenate([moved, place[point]])
    where = np.concatenate([np.arange(len(moved)), at + t])
    order = np.argsort(where, kind="stable")
    rings = np.concatenate([ring, ring[at]])[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rings, minlength=len(offsets[0]) - 1))])
    made = shapely.from_ragged_array(kind, coordinates[order], (starts, *offsets[1:]))
    single = shapely.get_num_geometries(made) == 1
    made[single] = shapely.get_geometry(made[single], 0)
    good = shapely.is_valid(made)
    result[faulty[good]] = made[good]
    return result


def _whole(shapes: Shapes) -> Shapes:
    """Return every area as several polygons, so that all have the same form."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    return np.asarray(shapely.multipolygons(parts, indices=owner), dtype=object)


def _on_lines(xy: FloatArray, area: IntArray, lines: Shapes) -> BoolArray:
    """Return which corners lie on the faulty borders of their own area."""
    ends, owner = shapely.get_coordinates(lines, return_index=True)
    keys = {(a, x, y) for a, (x, y) in zip(owner.tolist(), ends.tolist(), strict=True)}
    return np.fromiter(
        ((a, x, y) in keys for a, (x, y) in zip(area.tolist(), xy.tolist(), strict=True)), bool, len(xy)
    )


def _reach(xy: FloatArray, area: IntArray, moving: BoolArray, snap_m: float) -> float:
    """Return how far apart corners of one spot lie at most, judged by what most lie from another area's, metres."""
    from scipy.spatial import cKDTree

    points, own = xy[moving], area[moving]
    if len(points) < 2:
        return 0.0
    away, which = cKDTree(points).query(points, k=min(6, len(points)), distance_upper_bound=snap_m)
    owner = np.append(own, -1)[which]
    away[(owner == own[:, None]) | (owner < 0)] = np.inf
    nearest = away.min(axis=1)
    nearest = nearest[np.isfinite(nearest)]
    return float(min(snap_m, _REACH * np.quantile(nearest, _MOST))) if len(nearest) else 0.0


def _spots(xy: FloatArray, area: IntArray, moving: BoolArray, snap_m: float) -> tuple[IntArray, FloatArray]:
    """Return the spot of every corner, -1 for those that stay, and where the spots are."""
    rows = np.flatnonzero(moving)
    spot = np.full(len(xy), -1, dtype=np.int64)
    keyed, back = np.unique(np.column_stack([area[rows], xy[rows]]), axis=0, return_inverse=True)
    back, points, own = back.reshape(-1), keyed[:, 1:], keyed[:, 0].astype(np.int64)
    if not len(points):
        return spot, np.empty((0, 2))
    from scipy.spatial import cKDTree

    reach = _reach(xy, area, moving, snap_m)
    pairs = cKDTree(points).query_pairs(max(reach, _SAME_M), output_type="ndarray")
    pairs = pairs[own[pairs[:, 0]] != own[pairs[:, 1]]]
    away = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0], away))]
    label = _joined(pairs, own)
    count = np.bincount(label)
    place = np.column_stack([np.bincount(label, weights=points[:, k]) / count for k in (0, 1)])
    # a mean of equal numbers is not always the number: spots that were one already keep their place
    low, high = np.full_like(place, np.inf), np.full_like(place, -np.inf)
    np.minimum.at(low, label, points)
    np.maximum.at(high, label, points)
    same = (low == high).all(axis=1)
    place[same] = low[same]
    spot[rows] = label[back]
    return spot, place


def _joined(pairs: IntArray, own: IntArray) -> IntArray:
    """Return the group of every corner: pairs joined in their order unless an area would have two in one group."""
    root = list(range(len(own)))
    areas: list[set[int]] = [{a} for a in own.tolist()]

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for a, b in pairs.tolist():
        one, other = top(a), top(b)
        if one != other and areas[one].isdisjoint(areas[other]):
            root[other] = one
            areas[one] |= areas[other]
    return np.unique([top(i) for i in range(len(own))], return_inverse=True)[1].reshape(-1)


def _met_edges(
    xy: FloatArray,
    ring: IntArray,
    area: IntArray,
    place: FloatArray,
    held: set[tuple[int, int]],
    reach: float,
) -> tuple[IntArray, FloatArray, IntArray]:
    """Return the edges that spots of other areas lie on: edge (its first corner), share along it, spot."""
    start = np.flatnonzero(ring[:-1] == ring[1:])
    edges: Any = shapely.linestrings(np.stack([xy[start], xy[start + 1]], axis=1))
    point, edge = shapely.STRtree(edges).query(shapely.points(place), predicate="dwithin", distance=reach)
    free = np.fromiter(
        ((p, a) not in held for p, a in zip(point.tolist(), area[start[edge]].tolist(), strict=True)),
        bool,
        len(point),
    )
    point, edge = point[free], start[edge[free]]
    along = xy[edge + 1] - xy[edge]
    length = np.hypot(*along.T)
    t = ((place[point] - xy[edge]) * along).sum(axis=1) / np.maximum(length, _SAME_M) ** 2
    foot = xy[edge] + t[:, None] * along
    away = np.hypot(*(place[point] - foot).T)
    inner = (t > 0) & (t < 1) & (length > 0)
    point, edge, t, away = point[inner], edge[inner], t[inner], away[inner]
    order = np.lexsort((edge, away, area[edge], point))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (point[order][1:] != point[order][:-1]) | (area[edge[order]][1:] != area[edge[order]][:-1])
    chosen = order[first]
    return edge[chosen], t[chosen], point[chosen]
