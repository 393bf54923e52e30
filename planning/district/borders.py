"""Say what was closed between zones when they were read, and name the gaps and overlaps that are too wide for it."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planning.district.closing import Closed, thin
from planning.district.coordinates import WGS84
from planning.district.load import Loaded
from planning.district.sheet import Shapes, problems_at
from planning.errors import Problem

NAMED_GAP_M = 20.0
"""Zones whose borders run so close to each other without meeting are named; wider strips are streets or water."""
LEAST_BORDER_M = 10.0
"""Borders that run beside each other for less than this are no common border."""
OVERLAP_SHARE, OVERLAP_M2 = 0.01, 500.0
"""Two zones overlap by mistake when they share more than this part of the smaller one and more than this area."""
_LEAST_STRIP_M2 = 1.0
_SHORE_M = 0.05
"""Zones that come so near to each other touch, whatever rounding did to their corners."""

Ints = npt.NDArray[np.int64]


def borders_closed(tables: Loaded) -> Iterator[Problem]:
    """List what was closed below the tolerance: zones, metres of border, square metres."""
    for name, (zh, key) in {"zones": ("居住单元", "zone"), "townships": ("乡镇", "township")}.items():
        result = tables.closed.get(name)
        if result is None or not (result.changed.any() or result.specks.any()):
            continue
        assert tables.info is not None
        yield _summary(tables.files[name], name, zh, result, tables.info.snap_m)
        ids = tables.frames[name][key].fillna("").to_numpy()
        yield from problems_at(
            result.changed,
            tables.labels[name],
            lambda i, f=tables.files[name], k=key, d=ids, n=name, r=result: _one(  # type: ignore[misc]
                f, str(tables.labels[n][i]), k, str(d[i]), r, i
            ),
        )


def _summary(file: str, name: str, zh: str, result: Closed, snap_m: float) -> Problem:
    count = int(result.changed.sum())
    length = result.faulty_m[result.changed].sum() / 2
    gained, lost, specks = result.gained_m2.sum(), result.lost_m2.sum(), int(result.specks.sum())
    return Problem(
        file,
        f"gaps and overlaps narrower than {snap_m:g} m were closed: {count} {name}, about {length:,.0f} m of border, "
        f"{gained:,.1f} m² added, {lost:,.1f} m² taken away, {specks} specks and pinholes removed",
        f"已闭合窄于 {snap_m:g} 米的缝隙和重叠：{count} 个{zh}，边界约 {length:,.0f} 米，"
        f"增加 {gained:,.1f} 平方米，减少 {lost:,.1f} 平方米，清除碎片和针孔 {specks} 处",
        mend_en="nothing must be done; snap_m in district.yaml sets the tolerance, planning convert writes the closed borders",
        mend_zh="无需处理；容差见 district.yaml 的 snap_m，planning convert 可写出闭合后的边界",
        level="warning",
    )


def _one(file: str, row: str, key: str, value: str, result: Closed, i: int) -> Problem:
    moved = result.gained_m2[i] + result.lost_m2[i]
    length = max(float(result.faulty_m[i]), 1e-9)
    width = f", {min(moved / length, 99):.2f} m wide on average" if result.faulty_m[i] > 1 else ""
    width_zh = f"，平均宽 {min(moved / length, 99):.2f} 米" if result.faulty_m[i] > 1 else ""
    return Problem(
        file,
        f"border closed along {result.faulty_m[i]:,.0f} m{width}: {result.gained_m2[i]:,.1f} m² added, "
        f"{result.lost_m2[i]:,.1f} m² taken away",
        f"边界闭合 {result.faulty_m[i]:,.0f} 米{width_zh}：增加 {result.gained_m2[i]:,.1f} 平方米，"
        f"减少 {result.lost_m2[i]:,.1f} 平方米",
        row=row,
        column=key,
        value=value,
        level="warning",
    )


def zones_apart(tables: Loaded) -> Iterator[Problem]:
    """No two zones overlap: much is an error, little but wider than the tolerance a warning with its place."""
    if tables.info is None or not tables.has("zones"):
        return
    shapes, labels = _zones(tables)
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
    little[little] &= ~thin(common[little], max(tables.info.snap_m, _SHORE_M))
    for where, level in ((wrong, "error"), (little, "warning")):
        yield from problems_at(
            where,
            labels[second],
            lambda i, level=level: Problem(  # type: ignore[misc]
                tables.files["zones"],
                f"overlaps zone {ids[first[i]]} by {shared[i]:,.0f} m² ({shared[i] / smaller[i]:.0%} of the smaller)",
                f"与居住单元 {ids[first[i]]} 重叠 {shared[i]:,.0f} 平方米（占较小者的 {shared[i] / smaller[i]:.0%}）",
                row=str(labels[second[i]]),
                column="zone",
                value=str(ids[second[i]]),
                mend_en=f"redraw the border between them at {_place(tables, common[i])} (QGIS: topology checker)",
                mend_zh=f"请重新绘制两者在 {_place(tables, common[i])} 处的边界（QGIS：拓扑检查器）",
                level=level,
            ),
        )


def borders_left(tables: Loaded) -> Iterator[Problem]:
    """Name what stays open although it is narrower than the tolerance: the zones, the place, the length."""
    if tables.info is None or not tables.has("zones") or not tables.info.snap_m:
        return
    shapes, labels = _zones(tables)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes))
    edges = shapely.coverage_invalid_edges(shapes[there], gap_width=tables.info.snap_m)
    open_ = shapely.length(edges) > 0
    there, edges = there[open_], edges[open_]
    tree = shapely.STRtree(edges)
    who, which = tree.query(edges, predicate="dwithin", distance=tables.info.snap_m)
    beside: list[list[int]] = [[] for _ in there]
    for a, b in zip(who.tolist(), which.tolist(), strict=True):
        if a != b:
            beside[a].append(int(there[b]))
    length = shapely.length(edges)
    said = np.array([not b or i <= min(b) for i, b in zip(there, beside, strict=True)], dtype=bool)

    def one(k: int) -> Problem:
        names = ", ".join(str(ids[j]) for j in sorted(beside[k])[:5]) or "-"
        return Problem(
            tables.files["zones"],
            f"{length[k]:,.0f} m of border do not fit the neighbours ({names}) although the fault is narrower than "
            f"{tables.info.snap_m if tables.info else 0:g} m; around {_place(tables, edges[k])}",
            f"有 {length[k]:,.0f} 米边界与相邻单元（{names}）不吻合，缝隙或重叠虽窄于 {tables.info.snap_m if tables.info else 0:g} 米"
            f"但无法自动闭合；位于 {_place(tables, edges[k])} 一带",
            row=str(labels[there[k]]),
            column="zone",
            value=str(ids[there[k]]),
            mend_en="redraw the border there (QGIS: topology checker)",
            mend_zh="请在该处重新绘制边界（QGIS：拓扑检查器）",
            level="warning",
        )

    yield from problems_at(said, labels[there], one)


def zones_meet(tables: Loaded) -> Iterator[Problem]:
    """Name gaps wider than the tolerance between zones that would border each other, and say when no two zones do."""
    if tables.info is None or not tables.has("zones"):
        return
    shapes, labels = _zones(tables)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()
    there = np.flatnonzero(~shapely.is_missing(shapes))
    tree = shapely.STRtree(shapes[there])
    near = np.transpose(tree.query(shapes[there], predicate="dwithin", distance=NAMED_GAP_M))
    near = there[near[near[:, 0] < near[:, 1]]]
    away = shapely.distance(shapes[near[:, 0]], shapes[near[:, 1]])
    touching = near[away <= max(tables.info.snap_m, _SHORE_M)]
    if len(there) > 1 and not len(touching):
        yield _none_meet(tables, len(there), float(away.min()) if len(away) else np.inf)
    gaps, width, places = _gaps(shapes, near[away > max(tables.info.snap_m, _SHORE_M)], tables.info.snap_m)
    first, second = gaps.T
    yield from problems_at(
        np.ones(len(gaps), dtype=bool),
        labels[second],
        lambda i: Problem(
            tables.files["zones"],
            f"a gap of {width[i]:.1f} m to zone {ids[first[i]]} at {_place(tables, places[i])}: they do not border each other",
            f"与居住单元 {ids[first[i]]} 之间有 {width[i]:.1f} 米的空隙，位于 {_place(tables, places[i])}，两者不相邻",
            row=str(labels[second[i]]),
            column="zone",
            value=str(ids[second[i]]),
            mend_en="draw a common border, or raise snap_m in district.yaml; fine where a street or water lies between",
            mend_zh="请绘制公共边界，或调大 district.yaml 的 snap_m；其间为道路或水面时可不处理",
            level="warning",
        ),
    )


def wedges(tables: Loaded) -> Iterator[Problem]:
    """Name narrow strips of no zone between zones that touch elsewhere: wedges and slots wider than the tolerance."""
    if tables.info is None or not tables.has("zones"):
        return
    shapes, labels = _zones(tables)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    tree = shapely.STRtree(shapes[there])
    strips, width = _strips(shapes[there], tables.info.snap_m)
    beside = [sorted(there[tree.query(s, predicate="dwithin", distance=_SHORE_M)].tolist()) for s in strips]
    reach = max(tables.info.snap_m, _SHORE_M)
    # where two of them lie apart all along, zones_meet names them already
    real = np.array([_hang_together(shapes[b], reach) for b in beside], dtype=bool)
    ids = tables.frames["zones"]["zone"].fillna("").to_numpy()

    def one(k: int) -> Problem:
        names = ", ".join(str(ids[j]) for j in beside[k][:5])
        length, place = shapely.length(strips[k]) / 2, _place(tables, strips[k])
        return Problem(
            tables.files["zones"],
            f"a strip of no zone between {names}: {length:,.0f} m long, up to {width[k]:.1f} m wide, at {place}",
            f"居住单元 {names} 之间有一条空白地带：长 {length:,.0f} 米，最宽 {width[k]:.1f} 米，位于 {place}",
            row=str(labels[beside[k][0]]),
            column="zone",
            value=str(ids[beside[k][0]]),
            mend_en="draw a common border there; fine where a street or water lies between",
            mend_zh="请在该处绘制公共边界；其间为道路或水面时可不处理",
            level="warning",
        )

    where = labels[[b[0] if b else 0 for b in beside]] if len(beside) else labels[:0]
    yield from problems_at(real, where, one)


def _strips(shapes: Shapes, snap_m: float) -> tuple[Shapes, npt.NDArray[np.float64]]:
    """Return the land of no zone that is narrow and long, and how wide it is at most."""
    land = shapely.union_all(shapes)
    grown = shapely.buffer(land, NAMED_GAP_M / 2, join_style="mitre")
    strips = shapely.get_parts(
        shapely.difference(shapely.buffer(grown, -NAMED_GAP_M / 2, join_style="mitre"), land)
    )
    strips = strips[(shapely.get_dimensions(strips) == 2) & (shapely.area(strips) > _LEAST_STRIP_M2)]
    strips = strips[~thin(strips, max(snap_m, _SHORE_M))]
    width = 2 * shapely.length(shapely.maximum_inscribed_circle(strips)) if len(strips) else np.zeros(0)
    long_ = shapely.length(strips) / 2 >= np.maximum(LEAST_BORDER_M, 6 * width)
    return strips[long_], width[long_]


def _hang_together(shapes: Shapes, reach: float) -> bool:
    """Return whether these are two areas or more and each lies within reach of the next."""
    if len(shapes) < 2:
        return False
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=reach)
    graph = coo_array((np.ones(len(pairs[0])), (pairs[0], pairs[1])), shape=(len(shapes), len(shapes)))
    return bool(connected_components(graph, directed=False)[0] == 1)


def _gaps(shapes: Shapes, pairs: Ints, snap_m: float) -> tuple[Ints, npt.NDArray[np.float64], Shapes]:
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


def groups_have_schools(tables: Loaded) -> Iterator[Problem]:
    """Name the groups of zones that border no other zone and hold no school that admits by catchment."""
    if tables.info is None or not tables.has("zones", "schools", "units"):
        return
    shapes, labels = _zones(tables)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    reach = max(tables.info.snap_m, _SHORE_M)
    tree = shapely.STRtree(shapes[there])
    pairs = tree.query(shapes[there], predicate="dwithin", distance=reach)
    graph = coo_array((np.ones(len(pairs[0])), (pairs[0], pairs[1])), shape=(len(there), len(there)))
    group = connected_components(graph, directed=False)[1]
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
        yield Problem(
            tables.files["zones"],
            f"{names}: {len(members)} zones that border no other zone, and no school is among them; "
            f"around {_place(tables, shapes[members[0]])}",
            f"{names}：这 {len(members)} 个居住单元不与其他单元相邻，其中也没有学校；位于 {_place(tables, shapes[members[0]])} 一带",
            row=str(labels[members[0]]),
            mend_en="check their outlines, or join them by hand with contiguity.bridges in the scenario",
            mend_zh="请核对其范围，或在情景的 contiguity.bridges 中人工连接",
            level="warning",
        )


def _none_meet(tables: Loaded, count: int, away: float) -> Problem:
    assert tables.info is not None
    nearest = f"; the nearest two are {away:.1f} m apart" if np.isfinite(away) else ""
    nearest_zh = f"，最近的两个相距 {away:.1f} 米" if np.isfinite(away) else ""
    return Problem(
        tables.files["zones"],
        f"no zone borders another ({count} zones, tolerance {tables.info.snap_m:g} m){nearest}",
        f"没有任何居住单元彼此相邻（共 {count} 个，容差 {tables.info.snap_m:g} 米）{nearest_zh}",
        mend_en="draw shared borders, or raise snap_m in district.yaml (or contiguity.snap_m in the scenario)",
        mend_zh="请绘制公共边界，或调大 district.yaml 的 snap_m（或情景的 contiguity.snap_m）",
        level="warning",
    )


def _zones(tables: Loaded) -> tuple[Shapes, npt.NDArray[np.object_]]:
    return np.asarray(tables.frames["zones"].geometry.to_numpy(), dtype=object), tables.labels["zones"]


@functools.cache
def _to_degrees(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)


def _place(tables: Loaded, shape: shapely.Geometry) -> str:
    """Return where a shape lies, in degrees as a reader types them into a map."""
    assert tables.info is not None
    point = shapely.point_on_surface(shape)
    lon, lat = _to_degrees(tables.info.crs_metric).transform(point.x, point.y)
    return f"{lon:.6f}, {lat:.6f}"
