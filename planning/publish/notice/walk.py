"""Follow a border as a reader of its words would: from landmark to landmark, round the ground they enclose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
import shapely.ops

from planning.district import District
from planning.publish.catchments import dissolved
from planning.publish.notice.boundary_text import joined_over_corners
from planning.publish.notice.stretches import NEAR_M, Features, Shape, Stretch, features_of
from planning.publish.places import names_of_zones

# a reader does not slip through the crack where two roads nearly meet
_WALL_M = 40.0
# a piece of road shorter than this share of the stated length is not the piece meant
_STATED_SHARE = 0.8


@dataclass(frozen=True, eq=False)
class Landmark:
    """A line or a community that words name, with what is asked of it again and again, made when it is first asked for."""

    drawn: Any
    """One shape, or an array of them, as the district has them."""

    @cached_property
    def shape(self) -> Shape:
        """All of it."""
        return shapely.union_all(shapely.get_parts(self.drawn))

    @cached_property
    def joined(self) -> Shape:
        """The line, its parts joined where just two meet."""
        return shapely.line_merge(self.shape) if self.shape.geom_type == "MultiLineString" else self.shape

    @cached_property
    def ways(self) -> Any:
        """What can be walked of the line in one go."""
        return shapely.get_parts(self.joined)

    @cached_property
    def near(self) -> Shape:
        """Its neighbourhood."""
        return self.around(_WALL_M)

    def around(self, distance_m: float) -> Shape:
        """Return everything within a distance of it."""
        around = shapely.buffer(self.shape, distance_m)
        shapely.prepare(around)
        return around


Meetings = dict[int, list[float]]
"""By way of a line (its place among :attr:`Landmark.ways`), the places along it, metres."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What a reader of the words has before him: lines and communities by name, and all the land."""

    landmarks: dict[tuple[str, str], Landmark]
    land: Shape
    _met: dict[tuple[Landmark, Landmark], Meetings] = field(default_factory=dict)

    def meetings(self, pairs: Sequence[tuple[Landmark, Landmark]]) -> list[Meetings]:
        """Return for lines, each with another, how far along which of its ways the line enters and leaves the other's neighbourhood."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._met]
        self._met.update(zip(new, _meetings(new), strict=True))
        return [self._met[pair] for pair in pairs]


def ground_of(district: District, features: Features | None = None) -> Ground:
    """Return what a reader of a district's notices has before him."""
    found = {(kind, name): Landmark(shape) for kind, name, shape in (features or features_of(district)).lines}
    outlines = np.asarray(district.zones.geometry.array, dtype=object)
    rows = district.zones.groupby(names_of_zones(district)).indices
    found |= {("zone", str(name)): Landmark(outlines[at]) for name, at in rows.items()}
    return Ground(found, dissolved([outlines])[0])


def walk(ground: Ground, stretches: tuple[Stretch, ...], start: shapely.Point) -> Shape:
    """Return the area that the words enclose around a starting point, using nothing but the names in their order.

    A named road or river is followed from where it meets the one named before to where it meets the one named after,
    as a reader would, and becomes a wall 80 m thick; neighbouring communities are ground one does not enter.
    What can be reached from the start is the area.
    """
    order = joined_over_corners(stretches)
    marks = [ground.landmarks[(s.kind, s.name)] for s in order]
    lines = [k for k, stretch in enumerate(order) if stretch.kind != "zone"]
    before = ground.meetings([(marks[k], marks[k - 1]) for k in lines])
    after = ground.meetings([(marks[k], marks[(k + 1) % len(marks)]) for k in lines])
    followed = np.array(
        [
            _between(marks[k], a, b, order[k].length_m)
            or _about(marks[k], (marks[k - 1], marks[(k + 1) % len(marks)]), order[k].length_m)
            for k, a, b in zip(lines, before, after, strict=True)
        ],
        dtype=object,
    )
    shut = [mark.shape for stretch, mark in zip(order, marks, strict=True) if stretch.kind == "zone"]
    walls = shapely.union_all([*shut, *shapely.buffer(followed, _WALL_M)])
    open_land = shapely.get_parts(shapely.difference(ground.land, walls))
    reached = open_land[shapely.distance(open_land, start) < _WALL_M]
    return shapely.intersection(shapely.buffer(shapely.union_all(reached), _WALL_M), ground.land)


def _between(line: Landmark, before: Meetings, after: Meetings, length_m: float) -> Shape | None:
    """Return the piece of a line that leads from its neighbour before to its neighbour after in the sentence.

    Where they meet it in several places, the piece whose length is nearest to what the words say; None where none comes
    near to it.
    """
    pieces = (
        (abs(abs(a - b) - length_m), way, min(a, b), max(a, b))
        for way in before
        for a in before[way]
        for b in after.get(way, ())
    )
    error, way, low, high = min(pieces, key=lambda piece: piece[0], default=(np.inf, 0, 0.0, 0.0))
    if error > (1 - _STATED_SHARE) * length_m + 2 * _WALL_M:
        return None
    part = line.ways[way]
    return shapely.ops.substring(part, max(low - NEAR_M, 0.0), min(high + NEAR_M, part.length))


def _about(line: Landmark, ends: tuple[Landmark, Landmark], length_m: float) -> Shape:
    """Return everything of a line within a walk of the stated length from both its neighbours in the sentence."""
    reach = [end.around(length_m + _WALL_M) for end in ends]
    return line.joined.intersection(reach[0]).intersection(reach[1])


def _meetings(pairs: Sequence[tuple[Landmark, Landmark]]) -> list[Meetings]:
    """Return :meth:`Ground.meetings` of pairs that were not asked for before."""
    near = [np.flatnonzero(shapely.intersects(other.near, line.ways)) for line, other in pairs]
    pair = np.repeat(np.arange(len(pairs)), [len(ways) for ways in near])
    way = np.concatenate([*near, np.zeros(0, dtype=np.int64)])
    lines, others = ([mark for mark, _ in pairs], [mark for _, mark in pairs])
    ways: Any = np.array([lines[p].ways[w] for p, w in zip(pair.tolist(), way, strict=True)], dtype=object)
    areas: Any = np.array([others[p].near for p in pair.tolist()], dtype=object)
    pieces, whose = shapely.get_parts(shapely.intersection(ways, areas), return_index=True)
    xy, piece = shapely.get_coordinates(pieces, return_index=True)
    turns = np.diff(piece, prepend=-1, append=-1) != 0
    ends = turns[:-1] | turns[1:]  # the first and the last place of every piece
    whose = whose[piece[ends]]
    along = np.round(shapely.line_locate_point(ways[whose], shapely.points(xy[ends])), 1)
    found: list[Meetings] = [{} for _ in pairs]
    for k, places in pd.Series(along).groupby(whose):
        found[pair[k]][int(way[k])] = sorted(set(places.tolist()))
    return found


def agreement(described: Shape, catchment: Shape) -> float:
    """Return how much two areas agree: common area ÷ joint area (1: the same)."""
    common = described.intersection(catchment).area
    joint = described.area + catchment.area - common
    return float(common / joint) if joint else 0.0
