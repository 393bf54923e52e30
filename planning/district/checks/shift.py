"""Notice points that would fit the streets or the county better in another Chinese coordinate system."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.geometry.coordinates import SHIFTED, shapes_to_wgs84
from planning.district.geometry.place import to_metric
from planning.district.load import Loaded
from planning.errors import Issue

ENOUGH_POINTS = 8
"""Fewer points than this say nothing."""
BETTER_SHARE, BETTER_M = 0.4, 60.0
"""Another system fits better when it leaves less than this share of the median distance and gains more metres."""
OUTSIDE_SHARE = 0.01
"""Zones whose area outside the county is less than this share need no other system."""


def points_fit_streets(tables: Loaded) -> Iterator[Issue]:
    """Ask about schools that would stand at the streets if their coordinates were GCJ-02 or BD-09.

    Schools stand at streets; the shift of web maps moves them 400–600 m (BD-09: up to 1.2 km), which shows in the median
    distance to the nearest street.
    """
    if tables.info is None or not tables.has("schools", "roads"):
        return
    roads = np.asarray(tables.frames["roads"].geometry.to_numpy(), dtype=object)
    degrees = tables.degrees["schools"]
    degrees = degrees[~shapely.is_missing(degrees)]
    if len(degrees) < ENOUGH_POINTS or shapely.is_missing(roads).all():
        return
    tree = shapely.STRtree(roads[~shapely.is_missing(roads)])

    def away(points: Shapes) -> float:
        metric = to_metric(points, tables.info.crs_metric if tables.info else "")
        found = tree.query_nearest(metric.to_numpy(), all_matches=False, return_distance=True)
        return float(np.median(found[1]))

    now = away(degrees)
    others = {system: away(shapes_to_wgs84(degrees, system)) for system in SHIFTED}
    best = min(others, key=lambda s: others[s])
    if others[best] < BETTER_SHARE * now and now - others[best] > BETTER_M:
        yield _question(
            tables.files["schools"],
            best,
            "district.shift.schools_nearer",
            now,
            others[best],
        )


def zones_fit_boundary(tables: Loaded) -> Iterator[Issue]:
    """Ask about zones that would fill the county if their coordinates were GCJ-02 or BD-09."""
    if tables.info is None or not tables.has("zones", "boundary"):
        return
    crs = tables.info.crs_metric
    boundary = tables.degrees["boundary"]
    zones = tables.degrees["zones"]
    zones = zones[~shapely.is_missing(zones)]
    if not len(zones) or shapely.is_missing(boundary).any():
        return
    county = shapely.union_all(np.asarray(to_metric(boundary, crs).to_numpy(), dtype=object))

    def outside(shapes: Shapes) -> float:
        metric = np.asarray(to_metric(shapes, crs).to_numpy(), dtype=object)
        inside = shapely.covers(county, metric)
        rest = metric[~inside]
        lost = shapely.area(rest).sum() - shapely.area(shapely.intersection(rest, county)).sum()
        return float(lost / shapely.area(metric).sum())

    now = outside(zones)
    if now < OUTSIDE_SHARE:
        return
    others = {system: outside(shapes_to_wgs84(zones, system)) for system in SHIFTED}
    best = min(others, key=lambda s: others[s])
    if others[best] < BETTER_SHARE * now:
        yield _question(
            tables.files["zones"],
            best,
            "district.shift.zones_inside",
            now,
            others[best],
        )


def _question(file: str, system: str, code: str, now: float, then: float) -> Issue:
    return Issue(
        code,
        file,
        level="warning",
        mend="district.mend.ask_where_coordinates_come_from",
        system=system,
        now=now,
        then=then,
    )
