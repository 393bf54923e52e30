"""Draw zones around points of estates: the land that is nearer to each than to any other, within its township."""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Sequence

import numpy as np
import shapely

from planning.arrays import IntArray, Shapes
from planning.district.cells.headers import match_headers
from planning.district.cells.parse import choice_words
from planning.district.cells.sheet import Sheet, problems_at, text_frame
from planning.district.geometry.closing import closed
from planning.district.geometry.coordinates import WGS84, shapes_to_wgs84
from planning.district.geometry.place import shapes_of, to_metric
from planning.district.schema import TABLE, Table
from planning.errors import Issue
from planning.importing.methods import method
from planning.importing.steps.steps import position_of_column, with_column

METHOD = method("voronoi")
METHODS = {"voronoi": METHOD, "pieces": method("pieces")}
CUT_BY = ("river", "railway", "motorway")
"""Barriers that no outline reaches across, unless the mapping names others."""
SLIVER_M2 = 10_000.0
"""Pieces of land smaller than this, or without a point, join the neighbouring piece."""
ROUNDING_M = 0.01
"""Cells that fail to meet by less than this differ by rounding only."""


def voronoi_zones(points: Shapes, parts: Shapes) -> Shapes:
    """Return the cell of every point inside the part of the county that holds it.

    Parameters
    ----------
    points : array of points, shape (zones,)
        In metres; all different.
    parts : array of polygons
        Townships, or the county as a whole.

    Returns
    -------
    array of polygons, shape (zones,)
        They fill every part that holds a point and do not overlap; ``None`` for points in no part.
    """
    cells = np.full(len(points), None, dtype=object)
    there = np.flatnonzero(~shapely.is_missing(points))
    inside, home = shapely.STRtree(parts).query(points[there], predicate="intersects")
    owner = dict(zip(there[inside[::-1]].tolist(), home[::-1].tolist(), strict=True))
    for part in sorted(set(owner.values())):
        own = np.array([i for i, h in owner.items() if h == part])
        if len(own) == 1:
            cells[own[0]] = parts[part]
            continue
        drawn = shapely.get_parts(
            shapely.voronoi_polygons(shapely.multipoints(points[own]), extend_to=parts[part])
        )
        which, cell = shapely.STRtree(drawn).query(points[own], predicate="within")
        cells[own[which]] = shapely.intersection(drawn[cell], parts[part])
    return cells


def cut_parts(parts: Shapes, lines: Shapes, points: Shapes, sliver_m2: float = SLIVER_M2) -> Shapes:
    """Return the parts of a county cut along barriers; pieces without a point join the neighbour they border most.

    Parameters
    ----------
    parts : array of polygons
        Townships, metres.
    lines : array of lines
        Barriers that cut.
    points : array of points
        What the pieces are for.
    sliver_m2 : float
        Smaller pieces join a neighbour even if they hold a point.

    Returns
    -------
    array of polygons
        They fill the parts and do not overlap.
    """
    if not len(lines):
        return parts
    whole = shapely.union_all(lines)
    there = points[~shapely.is_missing(points)]
    found: list[shapely.Geometry] = []
    for part in parts:
        noded = shapely.union_all([shapely.boundary(part), shapely.intersection(whole, part)])
        pieces = shapely.get_parts(shapely.polygonize([noded]))
        pieces = pieces[shapely.intersects(part, shapely.point_on_surface(pieces))]
        found += _joined(pieces, there, sliver_m2) if len(pieces) > 1 else [part]
    return np.array(found, dtype=object)


def _joined(pieces: Shapes, points: Shapes, sliver_m2: float) -> list[shapely.Geometry]:
    """Join pieces that hold no point, or are slivers, to the piece with the longest common border."""
    held = np.zeros(len(pieces), dtype=bool)
    held[shapely.STRtree(pieces).query(points, predicate="intersects")[1]] = True
    if not held.any():
        return [shapely.union_all(pieces)]
    keep = held & (shapely.area(pieces) >= sliver_m2)
    keep = keep if keep.any() else held
    members = {int(k): [int(k)] for k in np.flatnonzero(keep)}
    home = {k: k for k in members}
    borders = _borders(pieces)
    open_ = [(-length, i, j) for j in home for i, length in borders[j] if i not in home]
    heapq.heapify(open_)
    while len(home) < len(pieces):
        if not open_:  # islands: the nearest
            settled = np.array(list(home))
            lost = np.array([i for i in range(len(pieces)) if i not in home])
            which, away = shapely.STRtree(pieces[settled]).query_nearest(
                pieces[lost], all_matches=False, return_distance=True
            )
            k = int(np.argmin(away))
            open_.append((0.0, int(lost[k]), int(settled[which[1][k]])))
        _, i, j = heapq.heappop(open_)
        if i in home:
            continue
        home[i] = home[j]
        members[home[j]].append(i)
        for n, length in borders[i]:
            if n not in home:
                heapq.heappush(open_, (-length, n, i))
    return [shapely.union_all(pieces[m]) for m in members.values()]


def _borders(pieces: Shapes) -> list[list[tuple[int, float]]]:
    """Return, for every piece, the pieces it borders with the length of the common border."""
    first, second = shapely.STRtree(pieces).query(pieces, predicate="intersects")
    first, second = first[first < second], second[first < second]
    length = shapely.length(shapely.intersection(pieces[first], pieces[second]))
    found: list[list[tuple[int, float]]] = [[] for _ in pieces]
    for a, b, shared in zip(first.tolist(), second.tolist(), length.tolist(), strict=True):
        if shared > 0:
            found[a].append((b, shared))
            found[b].append((a, shared))
    return found


def whole_cells(cells: Shapes, points: Shapes, home: IntArray | None = None) -> Shapes:
    """Return cells in one piece each: fragments cut off by a winding limit join the cell they border most.

    Parameters
    ----------
    cells : array of polygons, shape (zones,)
        ``None`` for points without a cell.
    points : array of points, shape (zones,)
    home : array of int, shape (zones,), optional
        Township of every point: fragments join cells of their own township only.

    Returns
    -------
    array of polygons, shape (zones,)
        Their borders match corner by corner, so that a union of them loses nothing.
    """
    own = np.zeros(len(cells), dtype=np.int64) if home is None else home
    settled = cells.copy()
    torn = [i for i in range(len(cells)) if cells[i] is not None and shapely.get_num_geometries(cells[i]) > 1]
    loose: list[tuple[int, shapely.Geometry]] = []
    for i in torn:
        pieces = shapely.get_parts(cells[i])
        main = int(np.argmin(shapely.distance(pieces, points[i])))
        settled[i] = pieces[main]
        loose += [(i, piece) for k, piece in enumerate(pieces) if k != main]
    there = np.flatnonzero(~shapely.is_missing(settled))
    tree = shapely.STRtree(settled[there])
    for owner, piece in loose:
        near = there[tree.query(piece, predicate="intersects")]
        near = near[own[near] == own[owner]]
        border = shapely.length(shapely.intersection(settled[near], piece))
        best = int(near[int(border.argmax())]) if len(near) and border.max() > 0 else owner
        settled[best] = shapely.union(settled[best], piece)
    # a cell's corner on the cut that bounds the next part lies off it by rounding: both need a corner there
    return closed(settled, ROUNDING_M).shapes


def overlay_pieces(shapes: Shapes, sliver_m2: float = SLIVER_M2) -> tuple[Shapes, list[list[int]]]:
    """Return the pieces into which overlapping areas divide the land, and the areas that hold each.

    Parameters
    ----------
    shapes : array of polygons
        Catchments that may overlap or be the same, metres.
    sliver_m2 : float
        Smaller pieces join the neighbour they border most.

    Returns
    -------
    pieces, owners
        They fill the union of the areas and do not overlap; an area holds a joined piece if it holds its largest part.
    """
    lines = shapely.union_all(shapely.boundary(shapes))
    cells = shapely.get_parts(shapely.polygonize([lines]))
    inside = shapely.union_all(shapes)
    cells = cells[shapely.intersects(inside, shapely.point_on_surface(cells))]
    large = cells[shapely.area(cells) >= sliver_m2]
    seeds = shapely.point_on_surface(large if len(large) else cells)
    pieces = np.array(_joined(cells, seeds, sliver_m2), dtype=object)
    parts = [shapely.get_parts(piece) for piece in pieces]
    largest = np.array([p[int(shapely.area(p).argmax())] for p in parts], dtype=object)
    area, piece = shapely.STRtree(shapely.point_on_surface(largest)).query(shapes, predicate="contains")
    return pieces, [sorted(area[piece == k].tolist()) for k in range(len(pieces))]


def piece_zones(sheet: Sheet, crs: str) -> tuple[Sheet, list[Issue]]:
    """Return zones made of catchments that overlap: one per piece, shared by the schools whose catchments hold it.

    Cells that differ between the catchments of a piece are joined by ``;`` where a column may hold several values,
    else by ``/``; zones are numbered.
    """
    table = TABLE["zones"]
    shapes, problems = _shapes(sheet, table)
    if problems or not len(shapes):
        return sheet, problems
    pieces, owners = overlay_pieces(np.asarray(to_metric(shapes, crs).to_numpy(), dtype=object))
    several = {position_of_column(table, sheet, c.name) for c in table.columns if c.many}
    grid = sheet.cells.to_numpy().tolist()
    rows = [
        [
            (";" if i in several else "/").join(dict.fromkeys(c for k in own if (c := grid[k][i].strip())))
            for i in range(len(sheet.headers))
        ]
        for own in owners
    ]
    made = dataclasses.replace(
        sheet,
        cells=text_frame(rows, len(sheet.headers)),
        labels=np.array([str(sheet.labels[own[0]]) for own in owners], dtype=object),
        shapes=shapes_to_wgs84(pieces, crs),
        crs=WGS84,
    )
    return with_column(made, "zone", [f"Z{k:04d}" for k in range(1, len(rows) + 1)]), []


def draw_zones(
    sheets: dict[str, Sheet], crs: str, cut_by: Sequence[str] = CUT_BY
) -> tuple[Sheet, list[Issue]]:
    """Return the zones' sheet with outlines in place of its points, and the points that got none.

    Parameters
    ----------
    sheets : dict of str to Sheet
        Zones with points, and townships with polygons (or, without them, the boundary).
    crs : str
        Projected coordinate system of the district.
    cut_by : sequence of str
        Kinds of barriers that no outline reaches across.
    """
    sheet = sheets["zones"]
    points, problems = _shapes(sheet, dataclasses.replace(TABLE["zones"], geometry="point"))
    parts = np.array([], dtype=object)
    for name in ("townships", "boundary"):
        if name in sheets and not len(parts):
            found, _ = _shapes(sheets[name], TABLE[name])
            parts = found[~shapely.is_missing(found)]
    if not len(parts) or problems:
        return sheet, problems
    metric = np.asarray(to_metric(points, crs).to_numpy(), dtype=object)
    xy = shapely.get_coordinates(metric)
    _, first = np.unique(np.round(xy, 2), axis=0, return_index=True)
    again = np.ones(len(metric), dtype=bool)
    again[first] = False
    metric[again] = None
    land = np.asarray(to_metric(parts, crs).to_numpy(), dtype=object)
    point, town = shapely.STRtree(land).query(metric, predicate="intersects")
    home = np.full(len(metric), -1, dtype=np.int64)
    home[point] = town
    land = cut_parts(land, _lines(sheets, crs, cut_by), metric)
    cells = whole_cells(voronoi_zones(metric, land), metric, home)
    lost = shapely.is_missing(cells)
    problems = problems_at(
        lost,
        sheet.labels,
        lambda i: Issue(
            "importing.outlines.two_zones_same_point"
            if again[i]
            else "importing.outlines.point_lies_no_township",
            sheet.file,
            row=str(sheet.labels[i]),
            value=f"{points[i].x:.6f}, {points[i].y:.6f}",
        ),
    )
    return dataclasses.replace(sheet, shapes=shapes_to_wgs84(cells, crs), crs=WGS84), problems


def _lines(sheets: dict[str, Sheet], crs: str, kinds: Sequence[str]) -> Shapes:
    """Return the barriers of some kinds in metres."""
    if "barriers" not in sheets:
        return np.array([], dtype=object)
    sheet, table = sheets["barriers"], TABLE["barriers"]
    at = position_of_column(table, sheet, "kind")
    shapes, _ = _shapes(sheet, table)
    meant = choice_words(table.column_of["kind"].choices)
    kind = [""] * len(shapes) if at is None else [meant.get(c.strip().lower(), "") for c in sheet.cells[at]]
    chosen = np.isin(kind, list(kinds)) & ~shapely.is_missing(shapes)
    return np.asarray(to_metric(shapes[chosen], crs).to_numpy(), dtype=object)


def _shapes(sheet: Sheet, table: Table) -> tuple[Shapes, list[Issue]]:
    _, positions, _ = match_headers(table, sheet.headers, sheet.file)
    return shapes_of(sheet, table, positions)
