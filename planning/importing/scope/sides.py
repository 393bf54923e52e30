"""Find the zones that lie on the stated sides of named lines, or inside a ring of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
import shapely

from planning.arrays import BoolArray, FloatArray
from planning.importing.scope import words as w
from planning.importing.scope.gazetteer import Gazetteer, Shape
from planning.importing.scope.model import Side

_HALF = np.sqrt(0.5)
_UNIT = {
    "east": (1.0, 0.0), "west": (-1.0, 0.0), "north": (0.0, 1.0), "south": (0.0, -1.0),
    "north_east": (_HALF, _HALF), "south_east": (_HALF, -_HALF),
    "north_west": (-_HALF, _HALF), "south_west": (-_HALF, -_HALF),
}  # fmt: skip
# roads that nearly meet close a ring, metres
_WALL_M = 40.0
# zones with this share of their common border along a line do not hang together
_BLOCKED = 0.8
# a long road is the limit only near the school: so many times as far as the farthest line named, and at least this, metres
_MARGIN, _LEAST_M = 1.5, 800.0
# a point with a free way to the school may lie so far beyond the end of a line (cosine)
_ACROSS = -0.3
BY_SIDES = {0: 0.0, 1: 0.35, 2: 0.5, 3: 0.65, 4: 0.8}
"""Confidence of an area by the number of quarters from which lines close it."""
ENCLOSED = 3
"""Lines from so many quarters enclose an area; with fewer, the search radius would draw it."""


@dataclass(frozen=True)
class Region:
    """Zones that the sides enclose, how sure that is, and the lines that the district does not have."""

    zones: BoolArray
    confidence: float
    missing: tuple[str, ...]
    quarters: int


def region(
    known: Gazetteer, sides: tuple[Side, ...], near: BoolArray, start: Shape | None, *, ring: bool
) -> Region:
    """Return the zones on the stated side of every line.

    Parameters
    ----------
    known : Gazetteer
        Lines by name.
    sides : tuple of Side
        Lines with the side on which the area lies; in a ring lines may have none.
    near : array of bool, shape (zones,)
        Zones within the search radius.
    start : Point, optional
        The school: what a ring without directions encloses is what can be reached from it.
    ring : bool
        The lines follow one another around the area.
    """
    names = [[n for n in side.lines if not w.EDGE.match(n)] for side in sides]
    found = [[known.line(n) for n in group] for group in names]
    pairs = [pair for some in zip(names, found, strict=True) for pair in zip(*some, strict=True)]
    missing = tuple(dict.fromkeys(name for name, line in pairs if line is None))
    lines = [[line for line in group if line is not None] for group in found]
    shares = [len(had) / len(all_) if all_ else 1.0 for had, all_ in zip(lines, names, strict=True)]
    every = [line for group in lines for line in group]
    # the limit of the county or the shore closes its quarter: no zone lies beyond
    quarters = {s.lies for s, had, n in zip(sides, lines, names, strict=True) if s.lies and (had or not n)}
    share = float(np.mean(shares)) if shares else 0.0
    if not quarters:
        around = ring and start is not None and bool(every)
        inside = _reached(every, known, near, start) if around else np.zeros(len(near), dtype=bool)
        return Region(inside, BY_SIDES[ENCLOSED] * share, missing, ENCLOSED if around else 0)
    inside = near.copy()
    reach = _MARGIN * max((line.distance(start) for line in every), default=0.0) if start is not None else 0.0
    for side, group in zip(sides, lines, strict=True):
        if group and side.lies:
            line = shapely.union_all(group)
            at = np.flatnonzero(inside)
            inside[at] = _on_side(line, known.points[at], side.lies, start, max(reach, _LEAST_M))
    if start is not None and len(quarters) >= ENCLOSED:
        inside = _connected(known, every, inside, start)
    return Region(inside, BY_SIDES[min(len(quarters), 4)] * share, missing, len(quarters))


def _on_side(line: Shape, points: FloatArray, lies: str, start: Shape | None, reach: float) -> BoolArray:
    """Return which points lie on a side of a line; the piece of a long line that is near the school decides."""
    if start is None:
        return beside(line, points, lies)
    piece = shapely.intersection(line, start.buffer(reach))
    line = line if piece.is_empty else piece
    at = shapely.get_coordinates(start)
    inside = beside(line, points, lies)
    ways = shapely.linestrings(np.stack([np.repeat(at, len(points), axis=0), points], axis=1))
    free = ~shapely.intersects(line, ways)
    if beside(line, at, lies)[0]:
        return np.asarray(inside | (free & (_slope(line, points, lies) > _ACROSS)))
    return np.asarray(inside)


def _slope(line: Shape, points: FloatArray, lies: str) -> FloatArray:
    """Return the cosine between the way from the nearest point of a line and a direction."""
    ends = shapely.get_coordinates(shapely.shortest_line(line, shapely.points(points))).reshape(-1, 2, 2)
    way = ends[:, 1] - ends[:, 0]
    return np.asarray(way @ np.array(_UNIT[lies]) / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9))


def _connected(known: Gazetteer, lines: list[Shape], inside: BoolArray, start: Shape) -> BoolArray:
    """Keep the zones that can be reached from the school's zone without crossing a line.

    Two zones hang together where less than ``_BLOCKED`` of their common border runs along the lines.
    """
    home = int(np.argmin(shapely.distance(known.shapes, start)))
    if not inside[home]:
        return inside
    a, b, shared = known.borders
    ok = inside[a] & inside[b]
    a, b, shared = a[ok], b[ok], shared[ok]
    wall = shapely.buffer(shapely.union_all(lines), _WALL_M)
    shapely.prepare(wall)
    along = shapely.length(shapely.intersection(shared, wall)) / np.maximum(shapely.length(shared), 1e-9)
    a, b = a[along < _BLOCKED], b[along < _BLOCKED]
    graph = scipy.sparse.coo_matrix((np.ones(len(a)), (a, b)), shape=(len(inside), len(inside)))
    _, part = scipy.sparse.csgraph.connected_components(graph, directed=False)
    return np.asarray(inside & (part == part[home]))


def beside(line: Shape, points: FloatArray, lies: str) -> BoolArray:
    """Return which points lie on a side of a line.

    A point east of a line meets it when it looks west and not when it looks east. Where it meets the line both ways or
    neither way (the line bends, or ends before), the direction from the nearest point of the line decides.

    Parameters
    ----------
    points : array, shape (n, 2)
        Metres.
    lies : str
        Where they should lie as seen from the line.
    """
    if not len(points):
        return np.zeros(0, dtype=bool)
    unit = np.array(_UNIT[lies])
    west, south, east, north = line.bounds
    far = float(np.hypot(east - west, north - south)) + float(
        np.abs(points - np.array([(west + east) / 2, (south + north) / 2])).sum(axis=1).max()
    )
    shapely.prepare(line)
    behind = shapely.intersects(line, _rays(points, -unit, far))
    ahead = shapely.intersects(line, _rays(points, unit, far))
    return np.where(behind == ahead, _slope(line, points, lies) > 0, behind)


def _rays(points: FloatArray, unit: FloatArray, far: float) -> Shape:
    return shapely.linestrings(np.stack([points, points + unit * far], axis=1))


def _reached(lines: list[Shape], known: Gazetteer, near: BoolArray, start: Shape) -> BoolArray:
    """Return the zones in the piece of land around the start that the lines, as walls, cut off."""
    points = np.asarray(shapely.points(known.points), dtype=object)
    # beyond the outermost zones there is room, so that the county limit can close an area
    land: Shape = shapely.box(*shapely.total_bounds(known.shapes[near])).buffer(8 * _WALL_M)
    walls = shapely.union_all(lines).buffer(_WALL_M)
    pieces = shapely.get_parts(shapely.difference(land, walls))
    inner = [p for p in pieces if p.distance(start) <= _WALL_M]
    if not inner:
        return np.zeros(len(points), dtype=bool)
    area = shapely.union_all(inner)
    # what reaches the rim of the land is not enclosed
    if area.distance(land.boundary) < _WALL_M:
        return np.zeros(len(points), dtype=bool)
    grown = area.buffer(_WALL_M)
    shapely.prepare(grown)
    return np.asarray(shapely.intersects(grown, points))
