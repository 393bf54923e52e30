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
from planning.importing.files.form import Form

GEODATABASE = ".gdb"
"""A file geodatabase is a folder."""


def _gdal_layers(path: Path) -> list[str]:
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (RuntimeError, ValueError, OSError) as error:
        raise broken(path.name, str(error)) from error


def _gdal(path: Path, layer: str, encoding: str) -> pd.DataFrame:
    if path.suffix.lower() == ".shp":
        encoding = shapefile_encoding(path, encoding)
    return open_layer(path, layer or None, _named(path, layer), encoding)


FORMS = (
    Form((".gpkg", GEODATABASE), _gdal_layers, _gdal, layered=True),
    Form((".shp", ".geojson", ".topojson", ".json", ".gml", ".tab", ".mif", ".fgb"), _gdal_layers, _gdal),
    Form((".parquet",), lambda path: [path.stem], lambda path, _, __: open_parquet(path)),
    kml.FORM,
    drawings.FORM,
)
"""Every form that is read."""
SUFFIXES = tuple(suffix for form in FORMS for suffix in form.suffixes)
LAYERED = tuple(suffix for form in FORMS if form.layered for suffix in form.suffixes)
"""Endings of forms that hold several layers."""


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
    frame = _form(path).read(path, layer, encoding)
    headers = [str(c) for c in frame.columns if c != "geometry"]
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    rows = [["" if _missing(v) else cell_text(v) for v in row] for row in plain.astype("object").to_numpy()]
    labels = np.array([str(i) for i in range(1, len(frame) + 1)], dtype=object)
    shapes = np.asarray(frame.geometry.array, dtype=object) if hasattr(frame, "geometry") else None
    crs = getattr(frame, "crs", None)
    sheet = Sheet(_named(path, layer), headers, text_frame(rows, len(headers)), labels, shapes)
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
    return _form(path).layers(path)


def _form(path: Path) -> Form:
    return next((form for form in FORMS if path.suffix.lower() in form.suffixes), FORMS[0])


def _named(path: Path, layer: str) -> str:
    return f"{path.name}:{layer}" if layer else path.name
