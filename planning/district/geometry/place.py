"""Turn the coordinates of a sheet into shapes in degrees, then metres, naming those that cannot be right."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from planning.arrays import BoolArray, FloatArray, Shapes
from planning.district.cells.dates import half_width
from planning.district.cells.sheet import Sheet, keep, problems_at
from planning.district.geometry.closing import SNAP_M
from planning.district.geometry.coordinates import SHIFTED, WGS84, shapes_to_wgs84, system_of
from planning.district.geometry.gauss import settle_eastings, system_of_zone, zone_number
from planning.district.geometry.slips import unpacked, without_slips
from planning.district.schema import Table
from planning.errors import Issue
from planning.messages import Text

TYPES = {
    "point": ("Point",),
    "line": ("LineString", "MultiLineString"),
    "polygon": ("Polygon", "MultiPolygon"),
}


def may_lack_shape(table: Table) -> bool:
    """Return whether rows of a table may come without a shape (townships; projects at existing schools)."""
    return table.name in ("townships", "projects")


def shapes_of(sheet: Sheet, table: Table, positions: Mapping[str, int]) -> tuple[Shapes, list[Issue]]:
    """Return the shapes of a sheet in WGS84 degrees (``None`` where missing or wrong) and what is wrong.

    Parameters
    ----------
    positions : mapping of str to int
        Where the sheet's ``lon``, ``lat``, ``wkt`` columns stand, for sheets without shapes of their own.
    """
    problems: list[Issue] = []
    if sheet.shapes is not None:
        shapes, absent = sheet.shapes, shapely.is_missing(sheet.shapes)
    elif {"lon", "lat"} <= set(positions) and table.geometry == "point":
        shapes, absent, problems = _from_lonlat(sheet, positions)
    elif "wkt" in positions:
        shapes, absent, problems = _from_wkt(sheet, positions)
    else:
        shapes = np.full(len(sheet.cells), None, dtype=object)
        if len(shapes) and not may_lack_shape(table):
            problems.append(_no_coordinates(sheet.file, table))
        return shapes, problems
    degrees, wrong = _to_degrees(sheet, shapely.force_2d(shapes))
    problems += wrong
    if not may_lack_shape(table):
        problems += problems_at(absent, sheet.labels, lambda i: _absent(sheet, table, i))
    if table.geometry == "polygon":
        degrees, slipped = without_slips(unpacked(degrees))
        problems += problems_at(slipped, sheet.labels, lambda i: _slip(sheet, i))
    problems += _shape_problems(sheet, table, degrees)
    ok = shapely.is_valid(degrees) & np.isin(shapely.get_type_id(degrees), _type_ids(table))
    return keep(degrees, ok & ~shapely.is_empty(degrees)), problems


def to_metric(degrees: Shapes, crs: str) -> gpd.GeoSeries:
    """Return shapes in degrees as a series in a projected CRS; rings that touch themselves after it are mended."""
    metric = gpd.GeoSeries(degrees, crs=WGS84).to_crs(crs)
    shapes = np.asarray(metric.to_numpy(), dtype=object)
    bad = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if len(bad):
        shapes = shapes.copy()
        shapes[bad] = [_areas(shape) for shape in shapely.make_valid(shapes[bad])]
        metric = gpd.GeoSeries(shapes, crs=crs, index=metric.index)
    return metric


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the areas of a shape that was mended: lines left over are no part of a zone."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    areas = parts[shapely.get_dimensions(parts) == 2]
    return shapely.union_all(areas) if len(areas) else shape


def swap(shapes: Shapes) -> Shapes:
    """Return shapes with their two coordinates exchanged."""
    return np.asarray(
        shapely.transform(shapes.copy(), lambda xy: xy[:, ::-1]),
        dtype=object,
    )


def _type_ids(table: Table) -> list[int]:
    names = {"Point": 0, "LineString": 1, "MultiLineString": 5, "Polygon": 3, "MultiPolygon": 6}
    return [names[n] for n in TYPES[table.geometry or "point"]]


def _no_coordinates(file: str, table: Table) -> Issue:
    point = table.geometry == "point"
    return Issue(
        "district.place.no_coordinates",
        file,
        row="1",
        more=Text("district.place.columns_lon_lat") if point else Text("district.place.column_wkt"),
    )


def _absent(sheet: Sheet, table: Table, i: int) -> Issue:
    point = table.geometry == "point"
    from_file = sheet.shapes is not None
    return Issue(
        "district.place.no_geometry" if from_file else "district.place.no_coordinates_absent",
        sheet.file,
        row=str(sheet.labels[i]),
        geometry=_shape_word(table) if from_file else "",
        more=(Text("district.place.lon_lat") if point else Text("district.place.wkt"))
        if not (from_file)
        else "",
    )


def _from_lonlat(sheet: Sheet, positions: Mapping[str, int]) -> tuple[Shapes, BoolArray, list[Issue]]:
    values = []
    absent = np.zeros(len(sheet.cells), dtype=bool)
    problems: list[Issue] = []
    for name in ("lon", "lat"):
        text = sheet.cells[positions[name]].str.strip()
        absent |= (text == "").to_numpy()
        number = text.map({t: _number(t) for t in text.unique()}).to_numpy(dtype="float64")
        wrong = ~np.isfinite(number) & (text != "").to_numpy()
        problems += problems_at(
            wrong,
            sheet.labels,
            lambda i, name=name, text=text: Issue(  # type: ignore[misc]
                f"district.place.no_{name}",
                sheet.file,
                row=str(sheet.labels[i]),
                column=name,
                value=text.iloc[i],
            ),
        )
        values.append(number)
    shapes = np.full(len(sheet.cells), None, dtype=object)
    known = np.isfinite(values[0]) & np.isfinite(values[1])
    shapes[known] = shapely.points(values[0][known], values[1][known])
    return shapes, absent, problems


def _number(text: str) -> float:
    try:
        return float(half_width(text))
    except ValueError:
        return float("nan")


def _from_wkt(sheet: Sheet, positions: Mapping[str, int]) -> tuple[Shapes, BoolArray, list[Issue]]:
    parts = sorted((p for p in positions if p.startswith("wkt")), key=lambda p: int(p[3:] or 1))
    text = sheet.cells[positions[parts[0]]].str.strip()
    for part in parts[1:]:
        text = text + sheet.cells[positions[part]]
    words = [str(t) if t else None for t in text]
    shapes = np.array(shapely.from_wkt(np.array(words, dtype=object), on_invalid="ignore"), dtype=object)
    absent = (text == "").to_numpy(dtype=bool)
    wrong = shapely.is_missing(shapes) & ~absent
    problems = problems_at(
        wrong,
        sheet.labels,
        lambda i: Issue(
            "district.place.not_geometry_wkt",
            sheet.file,
            row=str(sheet.labels[i]),
            column="wkt",
            value=text.iloc[i][:60],
        ),
    )
    return shapes, absent, problems


def _to_degrees(sheet: Sheet, shapes: Shapes) -> tuple[Shapes, list[Issue]]:
    try:
        system = system_of(sheet.crs)
    except ValueError:
        problem = Issue("district.place.unknown_coordinate_system", sheet.file, value=sheet.crs)
        return np.full(len(shapes), None, dtype=object), [problem]
    degrees = system in SHIFTED or pyproj.CRS.from_user_input(system).is_geographic
    settled: list[Issue] = []
    if not degrees:
        shapes, settled = settle_eastings(sheet.file, shapes, system)
        if any(p.level == "error" for p in settled):
            return np.full(len(shapes), None, dtype=object), settled
        shapes = shapes_to_wgs84(shapes, system)
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        far = (np.abs(bounds[:, [0, 2]]).max(axis=1) > 180) | (np.abs(bounds[:, [1, 3]]).max(axis=1) > 90)
        turned = (
            far & (np.abs(bounds[:, [0, 2]]).max(axis=1) <= 90) & (np.abs(bounds[:, 1:]).max(axis=1) <= 180)
        )
    there = ~np.isnan(bounds[:, 0])
    metres = far & ~turned & there
    problems = settled
    if turned.any() and turned[there].all():
        problems.append(swapped_problem(sheet.file, int(turned.sum()), int(there.sum())))
    else:
        problems += problems_at(turned, sheet.labels, lambda i: swapped_row(sheet.file, str(sheet.labels[i])))
    if metres.any() and metres[there].all():
        problems.append(_metres_problem(sheet.file, "", bounds[np.flatnonzero(metres)[0]]))
    else:
        problems += problems_at(
            metres, sheet.labels, lambda i: _metres_problem(sheet.file, str(sheet.labels[i]), bounds[i])
        )
    shapes = keep(shapes, ~far)
    return shapes_to_wgs84(shapes, system) if degrees else shapes, problems


def swapped_problem(file: str, count: int, total: int) -> Issue:
    """Say that the coordinates of a whole table are exchanged."""
    return Issue("district.place.longitude_latitude_swapped_rows", file, count=count, total=total)


def swapped_row(file: str, row: str) -> Issue:
    """Say that the coordinates of one row are exchanged."""
    return Issue("district.place.longitude_latitude_swapped", file, row=row)


def _metres_problem(file: str, row: str, bounds: FloatArray) -> Issue:
    zone = zone_number(bounds[0]) if np.isfinite(bounds[0]) else 0
    return Issue(
        "district.place.coordinates_not_degrees",
        file,
        row=row,
        value=f"{bounds[0]:.6g}, {bounds[1]:.6g}",
        like=Text("district.place.of_zone", system=system_of_zone(zone), zone=zone) if zone else "",
    )


def _slip(sheet: Sheet, i: int) -> Issue:
    return Issue(
        "district.place.crossing_mended", sheet.file, row=str(sheet.labels[i]), level="warning", snap_m=SNAP_M
    )


def _shape_problems(sheet: Sheet, table: Table, shapes: Shapes) -> list[Issue]:
    there = ~shapely.is_missing(shapes)
    empty = there & shapely.is_empty(shapes)
    wrong_type = there & ~empty & ~np.isin(shapely.get_type_id(shapes), _type_ids(table))
    invalid = there & ~empty & ~wrong_type & ~shapely.is_valid(shapes)
    shape, draw = _shape_word(table), "district.place.draw"

    def absent(i: int, code: str) -> Issue:
        return Issue(code, sheet.file, row=str(sheet.labels[i]), mend=draw, shape=shape)

    def is_invalid(i: int) -> Issue:
        reason = str(shapely.is_valid_reason(shapes[i]))
        return Issue("district.place.invalid_geometry", sheet.file, row=str(sheet.labels[i]), reason=reason)

    return [
        *problems_at(empty, sheet.labels, lambda i: absent(i, "district.place.empty_geometry")),
        *problems_at(wrong_type, sheet.labels, lambda i: absent(i, "district.place.wrong_geometry")),
        *problems_at(invalid, sheet.labels, is_invalid),
    ]


def _shape_word(table: Table) -> Text:
    return Text(f"district.place.shape.{table.geometry or 'point'}")
