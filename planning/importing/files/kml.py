"""Read the placemarks of KML and KMZ files with all their columns, whatever letters the columns are named in."""

from __future__ import annotations

import itertools
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import shapely

from planning.district.cells.encoding import decode
from planning.district.formats.books import MAX_RATIO
from planning.district.formats.files import broken
from planning.importing.files.form import Form
from planning.messages import Text

SUFFIXES = (".kml", ".kmz", ".ovkml", ".ovkmz")
_CONTAINERS = ("Document", "Folder")
_SINGLE = {"Point": shapely.Point, "LineString": shapely.LineString, "LinearRing": shapely.Polygon}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")

Element = ElementTree.Element


def read_kml(path: Path, layer: str = "") -> gpd.GeoDataFrame:
    """Return the placemarks of a file, or of one of its folders: name, description, extended data, shape in degrees.

    Parameters
    ----------
    layer : str
        Name of a document or folder; all placemarks by default.

    Raises
    ------
    DistrictError
        If it cannot be read or has no such folder.
    """
    file = path.name
    places = [(inside, mark) for inside, mark in _placemarks(_root(path), path.stem) if layer in ("", inside)]
    if layer and not places:
        listed = ", ".join(kml_layers(path))
        raise broken(file, Text("importing.kml.no_folder", layer=layer, listed=listed))
    rows, shapes = [], []
    for number, (_, mark) in enumerate(places, 1):
        try:
            shapes.append(_shape(mark))
        except (ValueError, RecursionError, shapely.errors.GEOSException) as error:
            raise broken(file, Text("importing.kml.placemark", number=number, error=str(error))) from error
        rows.append(_cells(mark))
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=gpd.GeoSeries(shapes, crs=4326), crs=4326)


def kml_layers(path: Path) -> list[str]:
    """Return the documents and folders that hold placemarks themselves.

    Raises
    ------
    DistrictError
        If the file cannot be read.
    """
    return list(dict.fromkeys(name for name, _ in _placemarks(_root(path), path.stem)))


def _root(path: Path) -> Element:
    text = decode(_archived(path) if zipfile.is_zipfile(path) else path.read_bytes(), path.name)
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise broken(path.name, Text("importing.kml.entities"))
    try:
        return ElementTree.fromstring(_DECLARATION.sub("", text.lstrip("\ufeff")))
    except (ElementTree.ParseError, RecursionError) as error:
        raise broken(path.name, str(error)) from error


def _archived(path: Path) -> bytes:
    """Return the KML inside a KMZ archive, which may not unpack to many times its size."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = next((e for e in archive.infolist() if e.filename.lower().endswith(".kml")), None)
            if inside is None:
                raise broken(path.name, Text("importing.kml.none_inside"))
            if inside.file_size > MAX_RATIO * max(path.stat().st_size, 100_000):
                raise broken(path.name, Text("importing.kml.unpacks_to", mb=inside.file_size / 1e6))
            return archive.read(inside)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise broken(path.name, str(error)) from error


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()


def _child(element: Element, tag: str) -> Element | None:
    return next((e for e in element if _tag(e) == tag), None)


def _placemarks(element: Element, inside: str) -> Iterator[tuple[str, Element]]:
    """Yield every placemark with the name of the nearest document or folder around it."""
    open_ = [(element, inside)]
    while open_:
        parent, name = open_.pop()
        if _tag(parent) in _CONTAINERS:
            name = _text(_child(parent, "name")) or name
        for child in parent:
            if _tag(child) == "Placemark":
                yield name, child
        open_ += [(e, name) for e in reversed(list(parent)) if _tag(e) in _CONTAINERS]


def _cells(mark: Element) -> dict[str, str]:
    """Return the columns of a placemark by name."""
    cells = {"Name": _text(_child(mark, "name")), "description": _text(_child(mark, "description"))}
    for element in mark.iter():
        if _tag(element) == "SimpleData":
            cells[element.get("name", "")] = _text(element)
        elif _tag(element) == "Data":
            cells[element.get("name", "")] = _text(_child(element, "value"))
    return {header: cell for header, cell in cells.items() if header and (cell or header == "Name")}


def _shape(parent: Element) -> Any:
    """Return the shape of a placemark, or of a part of one; several become a collection."""
    found: list[Any] = []
    for child in parent:
        tag = _tag(child)
        if tag in _SINGLE:
            found.append(_SINGLE[tag](_coordinates(child)))
        elif tag == "Polygon":
            rings = [_coordinates(r) for r in child.iter() if _tag(r) == "LinearRing"]
            found.append(shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon())
        elif tag == "MultiGeometry":
            inner = _shape(child)
            found += [] if inner is None else list(shapely.get_parts(inner))
    return _collected(found)


def _collected(shapes: list[Any]) -> Any:
    """Return one shape: none, the only one, several of one kind, or a collection."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    kinds = {int(shapely.get_type_id(s)) for s in shapes}
    many: dict[int, Any] = {0: shapely.multipoints, 1: shapely.multilinestrings, 3: shapely.multipolygons}
    return many.get(kinds.pop() if len(kinds) == 1 else -1, shapely.geometrycollections)(shapes)


def _coordinates(element: Element) -> list[tuple[float, float]]:
    """Return longitude and latitude of every point; heights are left out."""
    found = []
    for point in re.sub(r"\s*,\s*", ",", _text(_child(element, "coordinates"))).split():
        lon, lat = point.split(",")[:2]
        found.append((float(lon), float(lat)))
    if not found or not all(map(math.isfinite, itertools.chain(*found))):
        raise ValueError("no coordinates")
    return found if _tag(element) != "Point" else found[:1]


FORM = Form(SUFFIXES, kml_layers, lambda path, layer, _: read_kml(path, layer), layered=True)
