"""Name the groups of zones that border no other zone and hold no school."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from planning.connected import connected_parts
from planning.district.checks.outlines import SHORE_M, place, zones_of
from planning.district.load import Loaded
from planning.errors import Issue


def groups_have_schools(tables: Loaded) -> Iterator[Issue]:
    """Name the groups of zones that border no other zone and hold no school that admits by catchment."""
    if tables.info is None or not tables.has("zones", "schools", "units"):
        return
    shapes, labels = zones_of(tables)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    reach = max(tables.info.snap_m, SHORE_M)
    tree = shapely.STRtree(shapes[there])
    pairs = tree.query(shapes[there], predicate="dwithin", distance=reach)
    group = connected_parts(len(there), *pairs)
    counts = np.bincount(group)
    if len(counts) < 2 or counts.max() == 1:
        return
    units, schools = tables.frames["units"], tables.frames["schools"]
    zoned = schools["school"].isin(units.loc[units["admission"] == "catchment", "school"]).to_numpy()
    points = np.asarray(tables.frames["schools"].geometry.to_numpy(), dtype=object)
    points = points[zoned & ~shapely.is_missing(points)]
    held = set(group[tree.query_nearest(points, max_distance=1000.0)[1]].tolist()) if len(points) else set()
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()
    for k in sorted(set(range(len(counts))) - held - {int(counts.argmax())}):
        members = there[group == k]
        names = ", ".join(str(ids[m]) for m in members[:10]) + (" …" if len(members) > 10 else "")
        yield Issue(
            "district.groups.zones_border_no_other_zone",
            tables.files["zones"],
            row=str(labels[members[0]]),
            level="warning",
            names=names,
            count=len(members),
            place=place(tables, shapes[members[0]]),
        )
