"""Draw zones around points of estates: the land that is nearer to each than to any other, within its township."""

from __future__ import annotations

import dataclasses

import numpy as np
import shapely

from planning.district.coordinates import WGS84, shapes_to_wgs84
from planning.district.headers import match_headers
from planning.district.place import shapes_of, to_metric
from planning.district.schema import TABLE, Table
from planning.district.sheet import Shapes, Sheet, problems_at
from planning.errors import Problem

METHOD = "outlines drawn around points: bounded Voronoi cells clipped to the townships"


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


def draw_zones(sheets: dict[str, Sheet], crs: str) -> tuple[Sheet, list[Problem]]:
    """Return the zones' sheet with outlines in place of its points, and the points that got none.

    Parameters
    ----------
    sheets : dict of str to Sheet
        Zones with points, and townships with polygons (or, without them, the boundary).
    crs : str
        Projected coordinate system of the district.
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
    cells = voronoi_zones(metric, np.asarray(to_metric(parts, crs).to_numpy(), dtype=object))
    lost = shapely.is_missing(cells)
    problems = problems_at(
        lost,
        sheet.labels,
        lambda i: Problem(
            sheet.file,
            "two zones at the same point" if again[i] else "the point lies in no township",
            "两个居住单元的点位相同" if again[i] else "点位不在任何乡镇范围内",
            row=str(sheet.labels[i]),
            value=f"{points[i].x:.6f}, {points[i].y:.6f}",
            mend_en="correct its coordinates, or join the two" if again[i] else "correct its coordinates",
            mend_zh="请更正坐标或合并两者" if again[i] else "请更正坐标",
        ),
    )
    return dataclasses.replace(sheet, shapes=shapes_to_wgs84(cells, crs), crs=WGS84), problems


def _shapes(sheet: Sheet, table: Table) -> tuple[Shapes, list[Problem]]:
    _, positions, _ = match_headers(table, sheet.headers, sheet.file)
    return shapes_of(sheet, table, positions)
