"""Write areas and points as KML 2.2 that globe and phone programs open."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import shapely

from planning.messages import Text, said
from planning.texts import plain_text

_SPACE = "http://www.opengis.net/kml/2.2"
_LABELS = {
    "name": Text("publish.word.school"),
    "school": Text("publish.kml.school_code"),
    "unit": Text("publish.word.unit"),
    "zones": Text("publish.word.zones"),
    "area_m2": Text("publish.kml.area_m"),
    "exclaves": Text("publish.kml.exclaves"),
    "holes": Text("publish.kml.holes"),
    "limits": Text("publish.word.four_sides"),
    "line": Text("publish.kml.border"),
    "classes": Text("publish.kml.classes"),
    "seats": Text("publish.word.seats"),
}


def write_kml(folders: dict[str, gpd.GeoDataFrame], path: Path, note: str) -> None:
    """Write one folder per layer (WGS84); areas take the colour of their column ``colour``, half transparent.

    Names are text: the writer escapes them, and descriptions hold no markup.
    """
    root = ET.Element("kml", xmlns=_SPACE)
    document = _sub(root, "Document")
    _sub(document, "name", said("publish.word.catchments"))
    _sub(document, "description", note)
    for title, frame in folders.items():
        folder = _sub(document, "Folder")
        _sub(folder, "name", title)
        for _, row in frame.iterrows():
            _placemark(folder, row)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _placemark(folder: ET.Element, row: Any) -> None:
    mark = _sub(folder, "Placemark")
    _sub(mark, "name", row["name"])
    shown = [(label, row[c]) for c, label in _LABELS.items() if c in row.index and c != "name"]
    # globe programs read a description as HTML
    _sub(
        mark,
        "description",
        "\n".join(
            said("publish.kml.line_of", label=label, value=html.escape(str(value))) for label, value in shown
        ),
    )
    if "colour" in row.index:
        style = _sub(mark, "Style")
        line = _sub(style, "LineStyle")
        _sub(line, "color", "ff444444")
        _sub(line, "width", "1.5")
        _sub(_sub(style, "PolyStyle"), "color", _colour(str(row["colour"])))
    # programs show these fields as a table
    data = _sub(mark, "ExtendedData")
    for column in row.index.drop(["geometry"]):
        field = _sub(data, "Data", name=str(column))
        _sub(field, "value", "" if pd.isna(row[column]) else row[column])
    parts = shapely.get_parts(row["geometry"])
    home = _sub(mark, "MultiGeometry") if len(parts) > 1 else mark
    for part in parts:
        _shape(home, part)


def _shape(home: ET.Element, part: Any) -> None:
    if part.geom_type == "Point":
        _sub(_sub(home, "Point"), "coordinates", _places([part.coords[0]]))
        return
    area = _sub(home, "Polygon")
    part = shapely.orient_polygons(part)
    for tag, ring in [("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", r) for r in part.interiors)]:
        _sub(_sub(_sub(area, tag), "LinearRing"), "coordinates", _places(ring.coords))


def _places(coordinates: Any) -> str:
    return " ".join(f"{x:.7f},{y:.7f}" for x, y in coordinates)


def _colour(web: str) -> str:
    """Return ``aabbggrr`` of ``#rrggbb``."""
    return f"99{web[5:7]}{web[3:5]}{web[1:3]}".lower()


def _sub(parent: ET.Element, tag: str, text: object = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {k: plain_text(v) for k, v in attributes.items()})
    if text is not None:
        element.text = plain_text(text)
    return element
