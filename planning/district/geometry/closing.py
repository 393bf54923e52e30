"""Close hairline gaps and overlaps between areas, once, when they are read, so that all borders match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, Shapes
from planning.connected import connected_parts
from planning.district.geometry.nodes import shared_corners

SNAP_M = 2.0
"""Gaps and overlaps narrower than this are closed unless ``district.yaml`` says otherwise (``snap_m``), metres."""
SPECK_SHARE = 0.01
"""A thin part of an area is dropped, and a thin hole filled, up to this share of the area."""
_LEVELS = (0.05, 0.25, 0.5, 1.0)
"""Shares of the tolerance that are tried in turn: borders move no further than is needed to make them meet."""
_WORTH = 0.99
"""A group that cannot be closed is changed only where less than this share of its faulty borders would be left."""
_DONE = 0.1
"""So little left of a group's faulty borders counts as closed: what is left is cleaned again by itself."""
_PASSES, _RINGS, _GROWTHS = 6, 2, 3
_SEEN_M2 = 1e-3

# the stubs do not know it yet
_coverage_clean: Any = shapely.coverage_clean  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Closed:
    """Areas whose borders match, and which of them were changed.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon
        As many as were given, in their order; ``None`` where there was none.
    changed : array of bool
        Areas whose land changed; corners set into a border where a neighbour has one do not count.
    specks : array of int
        Parts and holes thinner than the tolerance that were dropped or filled, by area.
    faulty_m : array of float
        Length of the borders that did not fit before, by area, metres.
    gained_m2, lost_m2 : array of float
        Land that came to an area and left it, square metres.
    """

    shapes: Shapes
    changed: BoolArray
    specks: IntArray
    faulty_m: FloatArray
    gained_m2: FloatArray
    lost_m2: FloatArray


def closed(shapes: Shapes, snap_m: float = SNAP_M) -> Closed:
    """Return areas whose gaps, overlaps and unmatched corners narrower than a tolerance are gone.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon
        In metres, each valid; ``None`` where missing.
    snap_m : float
        Widest gap or overlap that is closed, metres; 0 leaves everything as it is.

    Returns
    -------
    Closed
        No point of an area moves further than twice ``snap_m``. Wider gaps and overlaps stay as they were drawn. What
        comes back is left alone when it is closed again.

    Notes
    -----
    Corners that areas should share go to one spot first (:func:`planning.district.geometry.nodes.shared_corners`). What does not fit
    then is cleaned with the snapping noder and the gap merging of GEOS (``CoverageCleaner``) at the smallest
    tolerance that closes each group of faulty areas; areas away from faults keep every coordinate.
    """
    there = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    count = len(shapes)
    specks, faulty = np.zeros(count, dtype=np.int64), np.zeros(count)
    result = shapes.copy()
    if snap_m > 0 and len(there):
        tidy, specks[there] = _without_specks(shapes[there], snap_m)
        edges = shapely.coverage_invalid_edges(tidy, gap_width=snap_m)
        faulty[there] = shapely.length(edges)
        tidy = _cornered(tidy, edges, snap_m)
        for _ in range(_PASSES):
            bad = _bad(tidy, snap_m)
            before, tidy = tidy, _cleaned(tidy, bad, snap_m) if bad.any() else tidy
            if all(a is b for a, b in zip(before, tidy, strict=True)):
                break
        result[there] = tidy
    gained, lost = np.zeros(count), np.zeros(count)
    moved = np.array([i for i in there if result[i] is not shapes[i]], dtype=np.int64)
    gained[moved] = shapely.area(shapely.difference(result[moved], shapes[moved]))
    lost[moved] = shapely.area(shapely.difference(shapes[moved], result[moved]))
    return Closed(result, gained + lost > _SEEN_M2, specks, faulty, gained, lost)


def thin(shapes: Any, width_m: float) -> BoolArray:
    """Return which areas are nowhere wider than a width (metres): nothing is left when half of it is peeled off."""
    return np.asarray(shapely.is_empty(shapely.buffer(shapes, -width_m / 2, quad_segs=2)), dtype=bool)


def _bad(shapes: Shapes, snap_m: float) -> BoolArray:
    """Return which areas do not fit their neighbours."""
    return np.asarray(~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=snap_m)), dtype=bool)


def _without_specks(shapes: Shapes, snap_m: float) -> tuple[Shapes, IntArray]:
    """Return areas without the parts and holes that are thinner than the tolerance, and how many each had."""
    count = np.zeros(len(shapes), dtype=np.int64)
    rings = shapely.get_num_geometries(shapes) > 1
    parts, owner = shapely.get_parts(shapes, return_index=True)
    holed = shapely.get_num_interior_rings(parts) > 0
    rings[owner[holed]] = True
    result = shapes.copy()
    for i in np.flatnonzero(rings):
        result[i], count[i] = _whole(shapes[i], snap_m)
    return result, count


def _whole(shape: Any, snap_m: float) -> tuple[Any, int]:
    least = SPECK_SHARE * shape.area
    parts = shapely.get_parts(shape)
    speck = (shapely.area(parts) <= least) & thin(parts, snap_m)
    found, kept = int(speck.sum()), []
    for part in parts[~speck]:
        holes: Shapes = np.array([shapely.Polygon(ring) for ring in part.interiors], dtype=object)
        filled = (shapely.area(holes) <= least) & thin(holes, snap_m)
        found += int(filled.sum())
        inner = [ring for ring, gone in zip(part.interiors, filled, strict=True) if not gone]
        kept.append(shapely.Polygon(part.exterior, inner) if filled.any() else part)
    if not found:
        return shape, 0
    return (kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)), found


def _cornered(shapes: Shapes, edges: Shapes, snap_m: float) -> Shapes:
    """Return the areas with shared corners at one spot, in the groups of faulty areas that fit better by it."""
    bad = ~shapely.is_empty(edges)
    if not bad.any():
        return shapes
    group = _groups(bad, _neighbours(shapes, snap_m))
    found = shared_corners(shapes, edges, snap_m)
    better = _by_group(found, group, snap_m) < _WORTH * _by_group(shapes, group, snap_m)
    return np.where((group >= 0) & better[np.maximum(group, 0)], found, shapes)


def _cleaned(shapes: Shapes, bad: BoolArray, snap_m: float) -> Shapes:
    """Return the areas with the faulty ones and what is around them cleaned."""
    tree = shapely.STRtree(shapes)
    around, inner = bad, bad
    for _ in range(_RINGS):
        inner, around = around, around.copy()
        around[tree.query(shapes[around], predicate="dwithin", distance=snap_m)[1]] = True
    chosen = np.flatnonzero(around)
    found = _settled(shapes[chosen], bad[chosen], snap_m)
    rim = ~inner[chosen]
    if any(a is not b for a, b in zip(found[rim], shapes[chosen][rim], strict=True)):
        found[rim] = shapes[chosen][
            rim
        ]  # corners moved as far as the rim: taken only if that still fits better
        if _faulty_m(found, snap_m).sum() >= _WORTH * _faulty_m(shapes[chosen], snap_m).sum():
            return shapes
    result = shapes.copy()
    result[chosen] = found
    return result


def _settled(shapes: Shapes, bad: BoolArray, snap_m: float) -> Shapes:
    """Return the areas with every group of faulty ones cleaned at the smallest width that serves it."""
    near = _neighbours(shapes, snap_m)
    group = _groups(bad, near)
    wide = _wide_overlaps(shapes, bad, near, snap_m)
    before = _by_group(shapes, group, snap_m)
    left, level = before.copy(), np.zeros(len(before), dtype=np.int64)
    cleans = [shapes]
    for share in _LEVELS:
        width = share * snap_m
        clean = _coverage_clean(list(shapes), gap_width=width, snapping_distance=width)
        cleans.append(_faithful(np.asarray(clean, dtype=object), shapes, wide, snap_m))
        after = _by_group(cleans[-1], group, snap_m)
        better = (left > _DONE * before) & (after < np.minimum(left, _WORTH * before))
        left[better], level[better] = after[better], len(cleans) - 1
        if (left <= _DONE * before).all():
            break
    result = shapes
    for k in range(1, len(cleans)):
        mine = bad & (level[np.maximum(group, 0)] == k)
        if mine.any():
            result = _patched(result, cleans[k], mine, near, snap_m)
    return result


def _patched(shapes: Shapes, clean: Shapes, chosen: BoolArray, near: IntArray, snap_m: float) -> Shapes:
    """Return the areas with the chosen ones cleaned, and as many around them as must be so that all borders match."""
    good = ~_bad(shapes, snap_m)
    for _ in range(_GROWTHS):
        result: Shapes = np.where(chosen, clean, shapes)
        spoilt = _bad(result, snap_m) & good
        if not spoilt.any():
            return result
        chosen = _grown(chosen | spoilt, near)
    return clean


def _faithful(clean: Shapes, shapes: Shapes, wide: list[tuple[int, int, Any]], snap_m: float) -> Shapes:
    """Return what was cleaned with wide overlaps put back, and areas that would move too far left as they were."""
    result = clean.copy()
    for first, second, common in wide:
        for i in (first, second):
            result[i] = shapely.union(result[i], common)
    untouched = shapely.equals_exact(shapely.normalize(result), shapely.normalize(shapes), tolerance=0.0)
    result[untouched] = shapes[untouched]
    moved = np.flatnonzero(~untouched)
    old, new = shapes[moved], result[moved]
    polygons = np.isin(shapely.get_type_id(new), (3, 6)) & ~shapely.is_empty(new)
    far = ~polygons
    for a, b in ((old, new), (new, old)):
        far[polygons] |= ~shapely.covers(shapely.buffer(b[polygons], 2 * snap_m, quad_segs=2), a[polygons])
    result[moved[far]] = shapes[moved[far]]
    return result


def _wide_overlaps(
    shapes: Shapes, bad: BoolArray, near: IntArray, snap_m: float
) -> list[tuple[int, int, Any]]:
    """Return the pairs of areas that overlap by more than the tolerance, with what they share."""
    first, second = near[bad[near[:, 0]] & bad[near[:, 1]]].T
    common = shapely.intersection(shapes[first], shapes[second])
    parts, pair = shapely.get_parts(common, return_index=True)
    areas = shapely.get_dimensions(parts) == 2
    parts, pair = parts[areas], pair[areas]
    wide = ~thin(parts, snap_m)
    return [(int(first[p]), int(second[p]), part) for part, p in zip(parts[wide], pair[wide], strict=True)]


def _neighbours(shapes: Shapes, snap_m: float) -> IntArray:
    """Return the pairs of areas within the tolerance of each other, first < second."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=snap_m)
    once = first < second
    return np.stack([first[once], second[once]], axis=1)


def _grown(chosen: BoolArray, near: IntArray) -> BoolArray:
    """Return the chosen areas and those beside them."""
    result = chosen.copy()
    result[near[chosen[near[:, 0]], 1]] = True
    result[near[chosen[near[:, 1]], 0]] = True
    return result


def _groups(bad: BoolArray, near: IntArray) -> IntArray:
    """Return the number of the group of faulty areas that each belongs to, -1 for areas without fault."""
    pairs = near[bad[near[:, 0]] & bad[near[:, 1]]]
    label = connected_parts(len(bad), *pairs.T)
    group = np.full(len(bad), -1, dtype=np.int64)
    group[bad] = np.unique(label[bad], return_inverse=True)[1].reshape(-1)
    return group


def _by_group(shapes: Shapes, group: IntArray, snap_m: float) -> FloatArray:
    """Return the length of the borders that do not fit, by group of areas."""
    return np.bincount(group[group >= 0], weights=_faulty_m(shapes, snap_m)[group >= 0]).astype(np.float64)


def _faulty_m(shapes: Shapes, snap_m: float) -> FloatArray:
    """Return the length of the borders of each area that do not fit, metres."""
    return np.asarray(shapely.length(shapely.coverage_invalid_edges(shapes, gap_width=snap_m)))
