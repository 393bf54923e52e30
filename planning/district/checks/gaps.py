"""Name the gaps, wedges and slots between zones that are wider than the tolerance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from planning.arrays import FloatArray, IntArray, Shapes
from planning.connected import connected_parts
from planning.district.cells.sheet import problems_at
from planning.district.checks.outlines import SHORE_M, place, zones_of
from planning.district.geometry.closing import thin
from planning.district.load import Loaded
from planning.errors import Issue
from planning.messages import Text

NAMED_GAP_M = 20.0
"""Zones whose borders run so close to each other without meeting are named; wider strips are streets or water."""
LEAST_BORDER_M = 10.0
"""Borders that run beside each other for less than this are no common border."""
_LEAST_STRIP_M2 = 1.0


def zones_meet(tables: Loaded) -> Iterator[Issue]:
    """Name gaps wider than the tolerance between zones that would border each other, and say when no two zones do."""
    if tables.info is None or not tables.has("zones"):
        return
    shapes, labels = zones_of(tables)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes))
    tree = shapely.STRtree(shapes[there])
    near = np.transpose(tree.query(shapes[there], predicate="dwithin", distance=NAMED_GAP_M))
    near = there[near[near[:, 0] < near[:, 1]]]
    away = shapely.distance(shapes[near[:, 0]], shapes[near[:, 1]])
    touching = near[away <= max(tables.info.snap_m, SHORE_M)]
    if len(there) > 1 and not len(touching):
        yield _none_meet(tables, len(there), float(away.min()) if len(away) else np.inf)
    gaps, width, places = _gaps(shapes, near[away > max(tables.info.snap_m, SHORE_M)], tables.info.snap_m)
    first, second = gaps.T
    yield from problems_at(
        np.ones(len(gaps), dtype=bool),
        labels[second],
        lambda i: Issue(
            "district.gaps.gap_m_zone_they_do",
            tables.files["zones"],
            row=str(labels[second[i]]),
            column="zone",
            value=str(ids[second[i]]),
            level="warning",
            width=width[i],
            ids=ids[first[i]],
            place=place(tables, places[i]),
        ),
    )


def _gaps(shapes: Shapes, pairs: IntArray, snap_m: float) -> tuple[IntArray, FloatArray, Shapes]:
    """Return the pairs that run beside each other with nothing between, the width there and the place."""
    first, second = pairs.T
    width = shapely.distance(shapes[first], shapes[second])
    beside = shapely.intersection(
        shapely.boundary(shapes[first]), shapely.buffer(shapes[second], 1.5 * width + snap_m, quad_segs=2)
    )
    line = shapely.shortest_line(shapes[first], shapes[second])
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    held = np.zeros(len(pairs), dtype=bool)
    held[shapely.STRtree(shapes[there]).query(middle, predicate="intersects")[0]] = True
    real = ~held & (shapely.length(beside) >= np.maximum(LEAST_BORDER_M, 6 * (width + snap_m)))
    return pairs[real], width[real], np.asarray(middle[real], dtype=object)


def _none_meet(tables: Loaded, count: int, away: float) -> Issue:
    assert tables.info is not None
    return Issue(
        "district.gaps.no_zone_borders_another_zones",
        tables.files["zones"],
        level="warning",
        count=count,
        snap_m=tables.info.snap_m,
        nearest=Text("district.gaps.nearest_two", away=away) if np.isfinite(away) else "",
    )


def wedges(tables: Loaded) -> Iterator[Issue]:
    """Name narrow strips of no zone between zones that touch elsewhere: wedges and slots wider than the tolerance."""
    if tables.info is None or not tables.has("zones"):
        return
    shapes, labels = zones_of(tables)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    tree = shapely.STRtree(shapes[there])
    strips, width = _strips(shapes[there], tables.info.snap_m)
    beside = [sorted(there[tree.query(s, predicate="dwithin", distance=SHORE_M)].tolist()) for s in strips]
    reach = max(tables.info.snap_m, SHORE_M)
    # where two of them lie apart all along, zones_meet names them already
    real = np.array([_hang_together(shapes[b], reach) for b in beside], dtype=bool)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()

    def one(k: int) -> Issue:
        names = ", ".join(str(ids[j]) for j in beside[k][:5])
        length, at = shapely.length(strips[k]) / 2, place(tables, strips[k])
        return Issue(
            "district.gaps.strip_no_zone_between_m",
            tables.files["zones"],
            row=str(labels[beside[k][0]]),
            column="zone",
            value=str(ids[beside[k][0]]),
            level="warning",
            names=names,
            length=length,
            width=width[k],
            at=at,
        )

    where = labels[[b[0] if b else 0 for b in beside]] if len(beside) else labels[:0]
    yield from problems_at(real, where, one)


def _strips(shapes: Shapes, snap_m: float) -> tuple[Shapes, FloatArray]:
    """Return the land of no zone that is narrow and long, and how wide it is at most."""
    land = shapely.union_all(shapes)
    grown = shapely.buffer(land, NAMED_GAP_M / 2, join_style="mitre")
    strips = shapely.get_parts(
        shapely.difference(shapely.buffer(grown, -NAMED_GAP_M / 2, join_style="mitre"), land)
    )
    strips = strips[(shapely.get_dimensions(strips) == 2) & (shapely.area(strips) > _LEAST_STRIP_M2)]
    strips = strips[~thin(strips, max(snap_m, SHORE_M))]
    width = 2 * shapely.length(shapely.maximum_inscribed_circle(strips)) if len(strips) else np.zeros(0)
    long_ = shapely.length(strips) / 2 >= np.maximum(LEAST_BORDER_M, 6 * width)
    return strips[long_], width[long_]


def _hang_together(shapes: Shapes, reach: float) -> bool:
    """Return whether these are two areas or more and each lies within reach of the next."""
    if len(shapes) < 2:
        return False
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach)
    return not connected_parts(len(shapes), *pairs).any()
