"""Name the zones that overlap: much is an error, little a warning."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from planning.district.cells.sheet import problems_at
from planning.district.checks.outlines import SHORE_M, place, zones_of
from planning.district.geometry.closing import thin
from planning.district.load import Loaded
from planning.errors import Issue

OVERLAP_SHARE, OVERLAP_M2 = 0.01, 500.0
"""Two zones overlap by mistake when they share more than this part of the smaller one and more than this area."""


def zones_apart(tables: Loaded) -> Iterator[Issue]:
    """No two zones overlap: much is an error, little but wider than the tolerance a warning with its place."""
    if tables.info is None or not tables.has("zones"):
        return
    shapes, labels = zones_of(tables)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes))
    first, second = shapely.STRtree(shapes[there]).query(shapes[there], predicate="intersects")
    first, second = there[first[first < second]], there[second[first < second]]
    if not len(first):
        return
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    common = shapely.intersection(shapes[first], shapes[second])
    shared = shapely.area(common)
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    wrong = (shared > OVERLAP_SHARE * smaller) & (shared > OVERLAP_M2)
    little = ~wrong & (shared > 0)
    # a length of overlapping border that nothing is left of when peeled is below the tolerance, or a rounding
    little[little] &= ~thin(common[little], max(tables.info.snap_m, SHORE_M))
    for where, level in ((wrong, "error"), (little, "warning")):
        yield from problems_at(
            where,
            labels[second],
            lambda i, level=level: Issue(  # type: ignore[misc]
                "district.overlaps.overlaps_zone_m_smaller",
                tables.files["zones"],
                row=str(labels[second[i]]),
                column="zone",
                value=str(ids[second[i]]),
                level=level,
                ids=ids[first[i]],
                shared=shared[i],
                shared2=shared[i] / smaller[i],
                place=place(tables, common[i]),
            ),
        )
