"""Draw townships and the outline of the county around the points of estates where nobody has their borders."""

from __future__ import annotations

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.sheet import Sheet
from planning.district.geometry.coordinates import shapes_to_wgs84
from planning.district.geometry.place import to_metric
from planning.errors import Issue
from planning.importing.derive.cells import filled, made, points_of, texts
from planning.importing.geometry.outlines import voronoi_zones
from planning.importing.methods import method
from planning.importing.values.known_names import few

WHOLE = "全域"
"""Township of all zones where no file names townships."""
OUTLINE_METHOD = method("outline")
TOWN_METHOD = method("towns")
_RATIO = 0.4
_LEAST_M, _MOST_M = 200.0, 3000.0
_SMOOTH_M = 10.0


def outline_around(points: Shapes) -> shapely.Geometry:
    """Return one area that holds all points, with the usual distance between them left around.

    Parameters
    ----------
    points : array of points
        In metres, none missing.

    Returns
    -------
    Polygon
        Without holes.
    """
    whole = shapely.multipoints(points)
    reach = _LEAST_M
    if len(points) > 1:
        tree = shapely.STRtree(points)
        near = [shapely.distance(p, points[tree.query_nearest(p, exclusive=True)[0]]) for p in points]
        reach = float(np.clip(2 * np.median(near), _LEAST_M, _MOST_M))
    hull = shapely.concave_hull(whole, ratio=_RATIO)
    area = shapely.simplify(shapely.buffer(hull, reach), _SMOOTH_M)
    whole_area: shapely.Geometry = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(area)[0]))
    return whole_area


def all_points(sheets: dict[str, Sheet]) -> Shapes:
    """Return the places of zones and schools in degrees, without those that are missing."""
    there = [points_of(sheets, name) for name in ("zones", "schools") if name in sheets]
    points = np.concatenate(there) if there else np.array([], dtype=object)
    points = points[~shapely.is_missing(points)]
    return np.asarray(shapely.point_on_surface(points), dtype=object)


def draw_boundary(sheets: dict[str, Sheet], crs: str, name: str) -> dict[str, Sheet]:
    """Return the outline of the county as a sheet: all townships or zones that have one, else drawn around points."""
    for table in ("townships", "zones"):
        shapes = sheets[table].shapes if table in sheets else None
        if shapes is not None and (shapely.get_dimensions(shapes) == 2).any():
            return {}  # the import merges outlines that exist
    points = all_points(sheets)
    if not len(points):
        return {}
    area = outline_around(np.asarray(to_metric(points, crs).to_numpy(), dtype=object))
    shapes = np.array([None], dtype=object)
    shapes[0] = area
    return {"boundary": made("boundary", [[name]], ["name"], shapes_to_wgs84(shapes, crs))}


def draw_townships(sheets: dict[str, Sheet], crs: str) -> dict[str, Sheet]:
    """Return townships as a sheet, and the zones with the township of every row filled in.

    Zones whose row names none belong to the township of the nearest zone that does.
    """
    towns = texts(sheets, "zones", "township")
    points = np.asarray(shapely.point_on_surface(points_of(sheets, "zones")), dtype=object)
    metric = np.asarray(to_metric(points, crs).to_numpy(), dtype=object)
    there = np.flatnonzero(~shapely.is_missing(metric))
    if not any(towns):
        towns = _of_schools(sheets, metric, crs) or [WHOLE] * len(towns)
    named = np.array([i for i in there if towns[i]], dtype=np.int64)
    if len(named):
        lost = [i for i in there if not towns[i]]
        tree = shapely.STRtree(metric[named])
        for i in lost:
            towns[i] = towns[named[tree.nearest(metric[i])]]
    zones = filled(sheets["zones"], "zones", "township", towns)
    names = list(dict.fromkeys(t for t in towns if t))
    shapes = np.full(len(names), None, dtype=object)
    polygons = points_of(sheets, "zones") if sheets["zones"].shapes is not None else None  # in degrees
    if polygons is not None and (shapely.get_dimensions(polygons) == 2).any():
        cells = polygons
        for k, name in enumerate(names):
            shapes[k] = shapely.union_all(cells[[i for i in range(len(cells)) if towns[i] == name]])
        return {
            "zones": zones,
            "townships": made("townships", [[n, n] for n in names], ["township", "name"], shapes),
        }
    _, first = np.unique(np.round(shapely.get_coordinates(metric[there]), 2), axis=0, return_index=True)
    own = there[np.sort(first)]
    land = _land(sheets, crs)
    if land is None or not len(own):
        return {
            "zones": zones,
            "townships": made("townships", [[n, n] for n in names], ["township", "name"], shapes),
        }
    cells = voronoi_zones(metric[own], np.array([land], dtype=object))
    for k, name in enumerate(names):
        parts = [c for i, c in zip(own, cells, strict=True) if towns[i] == name and c is not None]
        shapes[k] = shapely.union_all(parts) if parts else None
    degrees = shapes_to_wgs84(shapes, crs)
    return {
        "zones": zones,
        "townships": made("townships", [[n, n] for n in names], ["township", "name"], degrees),
    }


def _of_schools(sheets: dict[str, Sheet], metric: Shapes, crs: str) -> list[str]:
    """Return the township of the school nearest to every zone, where only schools name townships; nothing where one lies nowhere."""
    towns = texts(sheets, "schools", "township")
    places = np.asarray(to_metric(points_of(sheets, "schools"), crs).to_numpy(), dtype=object)
    named = np.array([bool(t) and p is not None for t, p in zip(towns, places, strict=True)], dtype=bool)
    if not named.any() or shapely.is_missing(metric).any():
        return []
    nearest = shapely.STRtree(places[named]).nearest(metric)
    return [towns[i] for i in np.flatnonzero(named)[nearest]]


def _land(sheets: dict[str, Sheet], crs: str) -> shapely.Geometry | None:
    if "boundary" not in sheets:
        return None
    shapes = np.asarray(to_metric(points_of(sheets, "boundary"), crs).to_numpy(), dtype=object)
    shapes = shapes[~shapely.is_missing(shapes)]
    return shapely.union_all(shapes) if len(shapes) else None


def with_known_towns(sheets: dict[str, Sheet], table: str) -> tuple[Sheet, list[Issue]]:
    """Return a table whose townships are those that exist, and which words there (a county, a district) were left out."""
    known = set(texts(sheets, "townships", "township")) | set(texts(sheets, "townships", "name"))
    said = texts(sheets, table, "township")
    lost = [i for i, t in enumerate(said) if t and t not in known]
    sheet = filled(sheets[table], table, "township", ["" if i in lost else t for i, t in enumerate(said)])
    if not lost or known == {WHOLE}:
        return sheet, []
    rows = few([str(sheet.labels[i]) for i in lost])
    names = tuple(dict.fromkeys(said[i] for i in lost))
    problem = Issue(
        "importing.derive.township_left_out",
        sheet.file,
        row=rows,
        column="township",
        level="warning",
        names=names,
    )
    return sheet, [problem]
