"""Check where things lie: inside the county, apart from each other, near a school, on one street network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from planning.arrays import BoolArray, IntArray, Shapes
from planning.connected import connected_parts
from planning.district.cells.sheet import problems_at
from planning.district.geometry.place import swap, swapped_problem, swapped_row
from planning.district.load import Loaded
from planning.district.schema import TABLES
from planning.errors import Issue
from planning.messages import Both

NEAR_BOUNDARY_M = 100.0
"""A point may lie this far outside a generalised boundary."""
OUTSIDE_SHARE = 0.05
"""Share of a zone's area that may lie outside the boundary without a warning."""
GAP_SHARE = 0.01
"""Share of the county that may be in no zone without a warning."""
SCHOOL_NEAR_ZONE_M = 3000.0
"""A school that takes pupils by catchment has a zone within this distance."""
MAIN_ROADS_SHARE = 0.5
"""The largest connected part of the streets must hold this share of their length."""


def _shapes(tables: Loaded, name: str) -> Shapes:
    return np.asarray(tables.frames[name].geometry.to_numpy(), dtype=object)


def _county(tables: Loaded) -> shapely.Geometry | None:
    """Return the county's area in metres, or ``None`` when it is not usable."""
    shapes = _shapes(tables, "boundary")
    if tables.info is None or not len(shapes) or shapely.is_missing(shapes).any():
        return None
    area = shapely.union_all(shapes)
    return None if shapely.is_empty(area) else area


def coordinates_in_order(tables: Loaded) -> Iterator[Issue]:
    """Shapes that fall into the county only when longitude and latitude are exchanged were written wrongly."""
    boundary = tables.degrees["boundary"]
    if not len(boundary) or shapely.is_missing(boundary).all():
        return
    frame = shapely.box(*shapely.total_bounds(boundary))
    for table in TABLES:
        if not table.geometry or table.name == "boundary" or not tables.has(table.name):
            continue
        turned = _swapped(tables.degrees[table.name], frame)
        if not turned.any():
            continue
        file, labels = tables.files[table.name], tables.labels[table.name]
        if turned.all() and len(turned) > 1:
            yield swapped_problem(file, int(turned.sum()), len(turned))
        else:
            yield from problems_at(
                turned,
                labels,
                lambda i, f=file, r=labels: swapped_row(f, str(r[i])),  # type: ignore[misc]
            )


def _swapped(shapes: Shapes, frame: shapely.Geometry) -> BoolArray:
    there = ~shapely.is_missing(shapes)
    turned = np.zeros(len(shapes), dtype=bool)
    if there.any():
        outside = ~shapely.intersects(shapes[there], frame)
        turned[there] = outside & shapely.intersects(swap(shapes[there]), frame)
    return turned


def points_inside(tables: Loaded) -> Iterator[Issue]:
    """Schools and projects lie in the county (or at most :data:`NEAR_BOUNDARY_M` outside)."""
    county = _county(tables)
    if county is None:
        return
    reach = shapely.buffer(county, NEAR_BOUNDARY_M)
    shapely.prepare(reach)
    frame = shapely.box(*shapely.total_bounds(tables.degrees["boundary"]))
    for name, zh in (("schools", "学校"), ("projects", "项目")):
        if not tables.has(name):
            continue
        shapes, labels, file = _shapes(tables, name), tables.labels[name], tables.files[name]
        out = ~shapely.is_missing(shapes) & ~shapely.intersects(reach, shapes)
        out &= ~_swapped(tables.degrees[name], frame)
        degrees = tables.degrees[name]

        def outside(i: int, f=file, z=zh, n=name, s=shapes, r=labels, d=degrees) -> Issue:  # type: ignore[no-untyped-def]
            away = shapely.distance(s[i], county) / 1000
            return Issue(
                "district.space.lies_km_outside_county",
                f,
                row=str(r[i]),
                value=f"{d[i].x:.6f}, {d[i].y:.6f}",
                rstrip=Both(n.rstrip("s"), z),
                away=away,
            )

        yield from problems_at(out, labels, outside)


def zones_inside(tables: Loaded) -> Iterator[Issue]:
    """No zone lies outside the county (error) or reaches far across its boundary (warning)."""
    county = _county(tables)
    if county is None or not tables.has("zones"):
        return
    shapes, labels, file = _shapes(tables, "zones"), tables.labels["zones"], tables.files["zones"]
    shapely.prepare(county)
    there = ~shapely.is_missing(shapes)
    open_ = there & ~shapely.covers(county, shapes)
    share = np.zeros(len(shapes))
    share[open_] = 1 - shapely.area(shapely.intersection(shapes[open_], county)) / shapely.area(shapes[open_])
    frame = shapely.box(*shapely.total_bounds(tables.degrees["boundary"]))
    turned = _swapped(tables.degrees["zones"], frame)
    outside = (share > 1 - 1e-9) & ~turned
    if outside.sum() > 1 and outside.sum() == there.sum():
        yield Issue("district.space.all_zones_lie_outside_county", file, sum=outside.sum())
        return
    yield from problems_at(
        outside,
        labels,
        lambda i: Issue("district.space.zone_lies_outside_county", file, row=str(labels[i])),
    )
    across = (share > OUTSIDE_SHARE) & (share <= 1 - 1e-9)
    yield from problems_at(
        across,
        labels,
        lambda i: Issue(
            "district.space.zone_lies_outside_county_zones_inside",
            file,
            row=str(labels[i]),
            level="warning",
            share=share[i],
        ),
    )


def zones_cover(tables: Loaded) -> Iterator[Issue]:
    """Land of the county that belongs to no zone is reported."""
    county = _county(tables)
    if county is None or not tables.has("zones"):
        return
    shapes = _shapes(tables, "zones")
    rest = shapely.difference(county, shapely.union_all(shapes[~shapely.is_missing(shapes)]))
    share = shapely.area(rest) / shapely.area(county)
    if share > GAP_SHARE:
        largest = shapely.area(shapely.get_parts(rest)).max()
        yield Issue(
            "district.space.county_no_zone_largest_gap",
            tables.files["zones"],
            level="warning",
            share=share,
            largest=largest / 1000000.0,
        )


def schools_near_zones(tables: Loaded) -> Iterator[Issue]:
    """Every school that takes pupils by catchment has a zone within :data:`SCHOOL_NEAR_ZONE_M`."""
    if tables.info is None or not tables.has("schools", "units", "zones"):
        return
    units, schools = tables.frames["units"], tables.frames["schools"]
    zoned = schools["school"].isin(units.loc[units["admission"] == "catchment", "school"]).to_numpy()
    shapes, zones = _shapes(tables, "schools"), _shapes(tables, "zones")
    zones = zones[~shapely.is_missing(zones)]
    ask = np.flatnonzero(zoned & ~shapely.is_missing(shapes))
    if not len(zones) or not len(ask):
        return
    _, away = shapely.STRtree(zones).query_nearest(shapes[ask], all_matches=False, return_distance=True)
    far = np.zeros(len(shapes))
    far[ask] = away
    labels = tables.labels["schools"]
    yield from problems_at(
        far > SCHOOL_NEAR_ZONE_M,
        labels,
        lambda i: Issue(
            "district.space.no_zone_near_school_nearest",
            tables.files["schools"],
            row=str(labels[i]),
            value=str(schools["school"].iloc[i]),
            level="warning",
            far=far[i] / 1000,
        ),
    )


def projects_have_places(tables: Loaded) -> Iterator[Issue]:
    """Ask for the point of every new school; other projects stand where their school stands."""
    if not tables.has("projects"):
        return
    projects, labels = tables.frames["projects"], tables.labels["projects"]
    missing = shapely.is_missing(tables.degrees["projects"]) & (projects["kind"] == "new").to_numpy(bool)
    if any(
        p.file == tables.files["projects"] and p.code.startswith("district.place.") for p in tables.problems
    ):
        return  # the coordinates were given and were already found wrong
    yield from problems_at(
        missing,
        labels,
        lambda i: Issue(
            "district.space.new_school_without_place",
            tables.files["projects"],
            row=str(labels[i]),
            value=str(projects["project"].iloc[i]),
        ),
    )


def roads_connected(tables: Loaded) -> Iterator[Issue]:
    """Count the islands of the streets; most of the length must hang together."""
    if tables.info is None or not tables.has("roads"):
        return
    shapes = _shapes(tables, "roads")
    walkable = tables.frames["roads"]["walkable"].to_numpy(dtype=bool) & ~shapely.is_missing(shapes)
    lines = shapely.get_parts(shapes[walkable])
    if not len(lines):
        return
    part = _parts(lines)
    length = np.bincount(part, weights=shapely.length(lines))
    main, islands = length.max() / max(length.sum(), 1e-9), len(length) - 1
    if not islands:
        return
    few = main < MAIN_ROADS_SHARE
    yield Issue(
        "district.space.streets_fall_into_parts_largest",
        tables.files["roads"],
        level="error" if few else "warning",
        parts=islands + 1,
        main=main,
    )


def _parts(lines: Shapes) -> IntArray:
    """Return the connected part of each line; lines meet where their end points are equal (to a decimetre)."""
    ends = np.concatenate(
        [
            shapely.get_coordinates(shapely.get_point(lines, 0)),
            shapely.get_coordinates(shapely.get_point(lines, -1)),
        ]
    )
    _, node = np.unique(np.round(ends, 1), axis=0, return_inverse=True)
    node = node.reshape(-1)
    start, stop = node[: len(lines)], node[len(lines) :]
    size = int(node.max()) + 1
    label = connected_parts(size, start, stop)
    used = np.asarray(label[start])
    return np.asarray(np.unique(used, return_inverse=True)[1], dtype=np.int64)
