"""Draw a plan small, as a picture for the list: catchments in the colours of the map, kept beside the plans."""

from __future__ import annotations

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import shapely

from planning import publish
from planning.atomic import whole_file
from planning.district import District
from planning.layout import Layout
from planning.runs import open_run

_WIDTH, _HEIGHT = 480.0, 300.0
_CORE = (0.02, 0.98)
"""Share of the urban zones, by position, that the picture shows: the whole county would leave the town a dot."""
_TOWN = 50
"""Zones from which on a town is shown by itself."""
PICTURES = "pictures"
DRAWN = 2
"""Raised when plans are drawn otherwise, so that pictures that were kept are drawn anew."""
_SVG = "http://www.w3.org/2000/svg"


def picture_of(project: Path, run: Path) -> Path:
    """Return the picture of a plan, drawn where there is none of it as it is now."""
    place = _place(project, run)
    if not place.is_file():
        layout, _, district = open_run(run)
        draw_picture(project, run, district, layout)
    return place


def draw_picture(project: Path, run: Path, district: District, layout: Layout) -> Path:
    """Draw the catchments of the first stage and keep the picture."""
    place = _place(project, run)
    stage = str(layout.assignment["stage"].iloc[0]) if len(layout.assignment) else ""
    table = publish.catchment_polygons(district, layout, stage, simplify_m=30.0)
    text = _svg(table, _frame(district))
    with whole_file(place) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return place


def _place(project: Path, run: Path) -> Path:
    stat = (run / "summary.json").stat()
    word = f"{DRAWN} {run.resolve()} {stat.st_mtime_ns} {stat.st_ino}"
    return (
        project / PICTURES / f"{hashlib.sha256(word.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.svg"
    )


def first_view(zones: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """Return what a first look at a county shows, west, south, east, north: its town, or all of it where that is small."""
    town = zones[zones["locale"] == "urban"] if "locale" in zones else zones.iloc[:0]
    if len(town) < _TOWN:
        west, south, east, north = map(float, zones.total_bounds) if len(zones) else (0.0,) * 4
        return west, south, east, north
    points = town.geometry.representative_point()
    west, east = (float(points.x.quantile(q)) for q in _CORE)
    south, north = (float(points.y.quantile(q)) for q in _CORE)
    return west, south, east, north


def _frame(district: District) -> tuple[float, float, float, float]:
    """Return the frame of the picture in metres, in the picture's proportion."""
    west, south, east, north = first_view(district.zones)
    width, height = max(east - west, 500.0) * 1.1, max(north - south, 500.0) * 1.1
    width, height = max(width, height * _WIDTH / _HEIGHT), max(height, width * _HEIGHT / _WIDTH)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _svg(table: gpd.GeoDataFrame, frame: tuple[float, float, float, float]) -> str:
    west, _, east, north = frame
    scale = _WIDTH / (east - west)
    picture = ElementTree.Element("svg", xmlns=_SVG, viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}")
    group = ElementTree.SubElement(
        picture,
        "g",
        {"stroke": "#fff", "stroke-width": "1.2", "stroke-linejoin": "round", "fill-rule": "evenodd"},
    )
    for geometry, colour in zip(table.geometry, table["colour"], strict=True):
        shown = shapely.clip_by_rect(geometry, *frame)
        if not shown.is_empty:
            ElementTree.SubElement(group, "path", fill=str(colour), d=_path(shown, west, north, scale))
    return ElementTree.tostring(picture, encoding="unicode") + "\n"


def _path(shape: shapely.Geometry, west: float, north: float, scale: float) -> str:
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings += [part.exterior, *part.interiors]
    return "".join(
        "M" + "L".join(f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in _short(ring)) + "Z"
        for ring in rings
    )


def _short(ring: shapely.LinearRing) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return shapely.get_coordinates(ring)[:-1]
