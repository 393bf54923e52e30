"""Check where things lie: inside the county, apart from each other, near a school, on one street network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import shapely

from planning.connected import connected_parts
from planning.district.load import Loaded
from planning.district.place import swap, swapped_problem, swapped_row
from planning.district.schema import TABLES
from planning.district.sheet import Shapes, problems_at
from planning.errors import Problem

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


def coordinates_in_order(tables: Loaded) -> Iterator[Problem]:
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


def _swapped(shapes: Shapes, frame: shapely.Geometry) -> npt.NDArray[np.bool_]:
    there = ~shapely.is_missing(shapes)
    turned = np.zeros(len(shapes), dtype=bool)
    if there.any():
        outside = ~shapely.intersects(shapes[there], frame)
        turned[there] = outside & shapely.intersects(swap(shapes[there]), frame)
    return turned


def points_inside(tables: Loaded) -> Iterator[Problem]:
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

        def outside(i: int, f=file, z=zh, n=name, s=shapes, r=labels, d=degrees) -> Problem:  # type: ignore[no-untyped-def]
            away = shapely.distance(s[i], county) / 1000
            return Problem(
                f,
                f"the {n.rstrip('s')} lies {away:.1f} km outside the county",
                f"{z}位于县界之外 {away:.1f} 千米",
                row=str(r[i]),
                value=f"{d[i].x:.6f}, {d[i].y:.6f}",
                mend_en="correct the coordinates (longitude, latitude in WGS84) or the boundary",
                mend_zh="请更正坐标（WGS84 经度、纬度）或县界",
            )

        yield from problems_at(out, labels, outside)


def zones_inside(tables: Loaded) -> Iterator[Problem]:
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
        yield Problem(
            file,
            f"all {outside.sum()} zones lie outside the county",
            f"全部 {outside.sum()} 个居住单元都位于县界之外",
            mend_en="correct the coordinate system of the file, or the boundary",
            mend_zh="请更正文件的坐标系或县界",
        )
        return
    yield from problems_at(
        outside,
        labels,
        lambda i: Problem(
            file,
            "the zone lies outside the county",
            "居住单元位于县界之外",
            row=str(labels[i]),
            mend_en="correct its outline, its coordinate system, or the boundary",
            mend_zh="请更正其范围、坐标系或县界",
        ),
    )
    across = (share > OUTSIDE_SHARE) & (share <= 1 - 1e-9)
    yield from problems_at(
        across,
        labels,
        lambda i: Problem(
            file,
            f"{share[i]:.0%} of the zone lies outside the county",
            f"居住单元有 {share[i]:.0%} 的面积在县界之外",
            row=str(labels[i]),
            mend_en="clip the zone to the boundary, or correct the boundary",
            mend_zh="请按县界裁剪，或更正县界",
            level="warning",
        ),
    )


def zones_cover(tables: Loaded) -> Iterator[Problem]:
    """Land of the county that belongs to no zone is reported."""
    county = _county(tables)
    if county is None or not tables.has("zones"):
        return
    shapes = _shapes(tables, "zones")
    rest = shapely.difference(county, shapely.union_all(shapes[~shapely.is_missing(shapes)]))
    share = shapely.area(rest) / shapely.area(county)
    if share > GAP_SHARE:
        largest = shapely.area(shapely.get_parts(rest)).max()
        yield Problem(
            tables.files["zones"],
            f"{share:.1%} of the county is in no zone (largest gap {largest / 1e6:.2f} km²)",
            f"县域有 {share:.1%} 的面积不属于任何居住单元（最大空白 {largest / 1e6:.2f} 平方千米）",
            mend_en="fine where nobody lives; otherwise draw the missing zones",
            mend_zh="无人居住处可不处理，否则请补画居住单元",
            level="warning",
        )


def schools_near_zones(tables: Loaded) -> Iterator[Problem]:
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
        lambda i: Problem(
            tables.files["schools"],
            f"no zone near the school: the nearest is {far[i] / 1000:.1f} km away",
            f"学校附近没有居住单元，最近的相距 {far[i] / 1000:.1f} 千米",
            row=str(labels[i]),
            value=str(schools["school"].iloc[i]),
            mend_en="check its coordinates, add the zones around it, or set admission to county or none",
            mend_zh="请检查坐标、补充周边居住单元，或将招生方式改为面向全县或不参加划片",
            level="warning",
        ),
    )


def projects_have_places(tables: Loaded) -> Iterator[Problem]:
    """Ask for the point of every new school; other projects stand where their school stands."""
    if not tables.has("projects"):
        return
    projects, labels = tables.frames["projects"], tables.labels["projects"]
    missing = shapely.is_missing(tables.degrees["projects"]) & (projects["kind"] == "new").to_numpy(bool)
    if any(p.file == tables.files["projects"] and "coordinate" in p.message_en for p in tables.problems):
        return  # the coordinates were given and were already found wrong
    yield from problems_at(
        missing,
        labels,
        lambda i: Problem(
            tables.files["projects"],
            "a new school without a place",
            "新建学校没有位置",
            row=str(labels[i]),
            value=str(projects["project"].iloc[i]),
            mend_en="give it a point (location_note may say that it is schematic)",
            mend_zh="请给出点位（可在“位置说明”注明“位置示意”）",
        ),
    )


def roads_connected(tables: Loaded) -> Iterator[Problem]:
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
    yield Problem(
        tables.files["roads"],
        f"the streets fall into {islands + 1} parts; the largest holds {main:.1%} of the length",
        f"道路分成互不相连的 {islands + 1} 部分，最大部分占总长 {main:.1%}",
        mend_en="split and join segments at shared end points (QGIS: snap, split with lines)",
        mend_zh="请在交叉口打断路段并使端点重合（QGIS：捕捉几何、按线分割）",
        level="error" if few else "warning",
    )


def _parts(lines: Shapes) -> npt.NDArray[np.int64]:
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
