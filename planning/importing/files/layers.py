"""Read vector files as they come: GeoPackage, file geodatabase, GeoJSON, TopoJSON, Shapefile in UTF-8 or GBK, MapInfo, KML, DXF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio

from planning.district.cells.sheet import Sheet, text_frame
from planning.district.formats.files import broken, cell_text
from planning.district.formats.layers import open_layer, open_parquet, shapefile_encoding
from planning.importing.files import drawings, kml

GEODATABASE = ".gdb"
"""A file geodatabase is a folder."""
SUFFIXES = (
    ".shp",
    ".gpkg",
    GEODATABASE,
    ".geojson",
    ".topojson",
    ".json",
    *kml.SUFFIXES,
    ".gml",
    ".tab",
    ".mif",
    ".dxf",
    ".fgb",
    ".parquet",
)
LAYERED = (".gpkg", GEODATABASE, ".dxf", *kml.SUFFIXES)
"""Forms that hold several layers."""


def read_vector(path: Path, layer: str = "", encoding: str = "") -> tuple[Sheet, str]:
    """Return a layer as text and shapes, and the coordinate system the file itself states (or ``""``).

    Parameters
    ----------
    layer : str
        Layer name; the first by default.
    encoding : str
        Text encoding of a Shapefile, refused when it gives no plausible text; found when empty (its .cpg file, else what does).

    Raises
    ------
    DistrictError
        If it cannot be read.
    """
    file = f"{path.name}:{layer}" if layer else path.name
    if path.suffix.lower() == ".parquet":
        frame = open_parquet(path)
    elif path.suffix.lower() in kml.SUFFIXES:
        frame = kml.read_kml(path, layer)
    elif path.suffix.lower() == drawings.SUFFIX:
        frame = drawings.read_drawing(path, layer)
    else:
        if path.suffix.lower() == ".shp":
            encoding = shapefile_encoding(path, encoding)
        frame = open_layer(path, layer or None, file, encoding)
    headers = [str(c) for c in frame.columns if c != "geometry"]
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    rows = [["" if _missing(v) else cell_text(v) for v in row] for row in plain.astype("object").to_numpy()]
    labels = np.array([str(i) for i in range(1, len(frame) + 1)], dtype=object)
    shapes = np.asarray(frame.geometry.array, dtype=object) if hasattr(frame, "geometry") else None
    crs = getattr(frame, "crs", None)
    sheet = Sheet(
        file,
        headers,
        text_frame(rows, len(headers)),
        labels,
        shapes,
    )
    return sheet, crs.to_string() if crs is not None else ""


def is_layers(path: Path) -> bool:
    """Return whether a path is a file, or a folder that counts as one: a geodatabase."""
    return path.is_file() or (path.suffix.lower() == GEODATABASE and path.is_dir())


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


def layers_of(path: Path) -> list[str]:
    """Return the layers of a vector file.

    Raises
    ------
    DistrictError
        If it cannot be opened.
    """
    if path.suffix.lower() == ".parquet":
        return [path.stem]
    if path.suffix.lower() in kml.SUFFIXES:
        return kml.kml_layers(path)
    if path.suffix.lower() == drawings.SUFFIX:
        return drawings.drawing_layers(path)
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (RuntimeError, ValueError, OSError) as error:
        raise broken(path.name, str(error)) from error
