"""Find what a border follows: county limits, rivers and railways, named roads, township limits, else the zones beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.district import District
from planning.messages import said

# Polygon or MultiPolygon, LineString or MultiLineString: the stubs know no common attributes
Shape = Any

# a border that keeps this close to a road or river is said to follow it, metres
NEAR_M = 30.0
# a crossing road is near for about twice that; a shorter run follows nothing
_RUN_M = 90.0
_STEP_M = 15.0
_MOST_STEPS = 4000
# rounding of places along an outline, metres
_ON_IT_M = 0.001


@dataclass(frozen=True)
class Stretch:
    """One named piece of a border: ``kind`` (``county, barrier, road, township, zone``), name, side, length in metres."""

    kind: str
    name: str
    side: str
    length_m: float


@dataclass(frozen=True)
class Features:
    """Named lines a border can follow, in the order in which they are preferred, each ``(kind, name, shape)``."""

    lines: tuple[tuple[str, str, Shape], ...]

    @cached_property
    def _pieces(self) -> tuple[IntArray, shapely.STRtree]:
        """The lines cut at their corners, so that what is near is found without walking whole roads; whose piece is whose."""
        shapes = np.array([shape for _, _, shape in self.lines], dtype=object)
        parts, owner = shapely.get_parts(shapes, return_index=True)
        parts, inner = shapely.get_parts(parts, return_index=True)  # lines inside a mixed collection
        xy, which = shapely.get_coordinates(parts, return_index=True)
        together = which[1:] == which[:-1]
        pieces = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[together])
        lone = shapely.get_type_id(parts) == 0
        whose = owner[inner]
        return (
            np.concatenate([whose[which[1:][together]], whose[lone]]),
            shapely.STRtree(np.concatenate([np.atleast_1d(np.asarray(pieces, dtype=object)), parts[lone]])),
        )

    def followed(self, points: Any, step: float) -> IntArray:
        """Return the line that every sample of a ring follows (-1: none); the first wins where several run together.

        Parameters
        ----------
        points : array of Point
            Places along the ring in order.
        step : float
            Metres between them.
        """
        label = np.full(len(points), -1)
        if not self.lines:
            return label
        owner, tree = self._pieces
        sample, piece = tree.query(points, predicate="dwithin", distance=NEAR_M)
        line = owner[piece]
        least = int(np.ceil(_RUN_M / step))
        samples = np.bincount(line, minlength=len(self.lines))
        for which in np.flatnonzero(samples >= max(min(least, len(points)), 1)):  # others have no run
            near = np.zeros(len(points), dtype=bool)
            near[sample[line == which]] = True
            label[_long(near, least) & (label < 0)] = which
        return label


def features_of(district: District) -> Features:
    """Return the named lines a border can follow."""
    found: list[tuple[str, str, Shape]] = []
    row: Any
    layer = district.info.layers.get("boundary")
    for row in district.boundary.itertuples():
        # an outline drawn around estates apart is no line that anybody finds on the ground
        if layer is None or layer.status != "derived" or len(shapely.get_parts(row.geometry)) == 1:
            found.append(("county", str(row.name), row.geometry.boundary))
    for kind, table in (("barrier", district.barriers), ("road", district.roads)):
        named = table[table["name"].fillna("").astype(str).str.strip() != ""]
        if len(named):
            found += _by_name(kind, named)
    return Features((*found, *_township_limits(district.townships)))


def _by_name(kind: str, named: gpd.GeoDataFrame) -> list[tuple[str, str, Shape]]:
    """Return one shape per name, its pieces side by side: whoever walks along them joins them first."""
    shapes = np.asarray(named.geometry.array, dtype=object)
    names = named["name"].astype(str).to_numpy(dtype=object)
    rows = {str(name): at for name, at in pd.Series(names).groupby(names).indices.items()}
    return [(kind, name, shapely.geometrycollections(shapes[rows[name]])) for name in sorted(rows)]


def _township_limits(towns: gpd.GeoDataFrame) -> Iterator[tuple[str, str, Shape]]:
    known: Any = towns[~(towns.geometry.isna() | towns.geometry.is_empty)].reset_index(drop=True)
    if not set(known.geom_type) <= {"Polygon", "MultiPolygon"}:
        return
    left, right = known.sindex.query(known.geometry, predicate="intersects")
    for a, b in sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b):
        shared = known.geometry.iat[a].boundary.intersection(known.geometry.iat[b].boundary)
        if shared.length > 0:
            yield (
                "township",
                said("publish.stretches.and", iat=known["name"].iat[a], iat2=known["name"].iat[b]),
                shared,
            )


def stretches_of(shape: Shape, features: Features, names: ObjectArray, shapes: ObjectArray) -> list[Stretch]:
    """Return what the rim of an area's largest part follows, clockwise from its north-west corner.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        The area, metres.
    features : Features
        Named lines.
    names : array of str, shape (n,)
        Zones outside the area: named where the rim follows no line.
    shapes : array of Polygon or MultiPolygon, shape (n,)
        Their outlines.
    """
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    points, step = _samples(
        shapely.get_coordinates(shapely.orient_polygons(largest, exterior_cw=True).exterior)
    )
    label, side = features.followed(points, step), _sides(points, largest)
    texts = [
        (*features.lines[which][:2], beside) if which >= 0 else None
        for which, beside in zip(label.tolist(), side, strict=True)
    ]
    bare = np.flatnonzero(label < 0)
    if len(bare) and len(names):
        beyond = names[_nearest(points[bare], shapes)]
        for k, name in zip(bare.tolist(), beyond, strict=True):
            texts[k] = ("zone", str(name), side[k])
    return _runs(_from_north_west([text for text in texts if text is not None], points, largest), step)


def _nearest(points: Any, shapes: ObjectArray) -> IntArray:
    """Return the nearest shape of every point.

    Almost every point lies on the outline of one shape and of no other: outlines are asked for points, which is many times cheaper than
    the other way round. Where none or several are met, the tree of shapes decides.
    """
    shapely.prepare(shapes)
    which, point = shapely.STRtree(points).query(shapes, predicate="dwithin", distance=_ON_IT_M)
    found = np.zeros(len(points), dtype=np.int64)
    found[point] = which
    open_ = np.bincount(point, minlength=len(points)) != 1
    if open_.any():
        found[open_] = shapely.STRtree(shapes).query_nearest(points[open_], all_matches=False)[1]
    return found


def _samples(ring: FloatArray) -> tuple[Any, float]:
    """Return places along a closed ring of corners, and the metres between them."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
    step = max(_STEP_M, along[-1] / _MOST_STEPS)
    at = np.arange(0, along[-1], step)
    return shapely.points(np.interp(at, along, ring[:, 0]), np.interp(at, along, ring[:, 1])), float(step)


def _long(near: BoolArray, least: int) -> BoolArray:
    """Return the flags that stand in a run of at least ``least``; the ring closes on itself."""
    if near.all():
        return near
    if near.sum() < least:
        return np.zeros(len(near), dtype=bool)
    start = int(np.flatnonzero(~near)[0])
    turned = np.roll(near, -start)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], turned.astype(np.int8), [0]])))
    kept = np.zeros(len(near), dtype=bool)
    for a, b in edges.reshape(-1, 2):
        kept[a:b] = b - a >= least
    return np.roll(kept, start)


def _sides(points: Any, shape: Shape) -> list[str]:
    west, south, east, north = shape.bounds
    x = (shapely.get_x(points) - (west + east) / 2) / max(east - west, 1e-9)
    y = (shapely.get_y(points) - (south + north) / 2) / max(north - south, 1e-9)
    across = np.abs(x) >= np.abs(y)
    return np.where(across, np.where(x > 0, "east", "west"), np.where(y > 0, "north", "south")).tolist()  # type: ignore[no-any-return]


def _from_north_west(texts: list[Any], points: Any, shape: Shape) -> list[Any]:
    west, _, _, north = shape.bounds
    first = int(np.argmin(np.hypot(shapely.get_x(points) - west, shapely.get_y(points) - north)))
    return texts[first:] + texts[:first] if len(texts) == len(points) else texts


def _runs(texts: list[tuple[str, str, str]], step: float) -> list[Stretch]:
    return [Stretch(*what, round(len(list(samples)) * step, 1)) for what, samples in groupby(texts)]
