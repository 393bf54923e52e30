"""Read vector files as they come: GeoPackage, GeoJSON, Shapefile in UTF-8 or GBK, KML."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio

from planning.district.files import cell_text
from planning.district.sheet import Sheet, text_frame
from planning.errors import DistrictError, Problem

SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".kml", ".gml", ".tab", ".fgb")


def read_vector(path: Path, layer: str = "", encoding: str = "") -> tuple[Sheet, str]:
    """Return a layer as text and shapes, and the coordinate system the file itself states (or ``""``).

    Parameters
    ----------
    layer : str
        Layer name; the first by default.
    encoding : str
        Text encoding of a Shapefile; found when empty (its .cpg file, else UTF-8, else GBK).

    Raises
    ------
    DistrictError
        If it cannot be read.
    """
    if path.suffix.lower() == ".shp" and not encoding:
        encoding = shapefile_encoding(path)
    options: dict[str, Any] = {"layer": layer} if layer else {}
    try:
        frame = pyogrio.read_dataframe(path, encoding=encoding or None, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, LookupError) as error:
        raise DistrictError(
            [
                Problem(
                    path.name,
                    f"not a readable layer: {error}",
                    f"无法读取该图层：{error}",
                    mend_en="check the file, its layer name and its encoding",
                    mend_zh="请检查文件、图层名和编码",
                )
            ]
        ) from error
    headers = [str(c) for c in frame.columns if c != "geometry"]
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    rows = [["" if _missing(v) else cell_text(v) for v in row] for row in plain.astype("object").to_numpy()]
    labels = np.array([str(i) for i in range(1, len(frame) + 1)], dtype=object)
    shapes = np.asarray(frame.geometry.array, dtype=object) if hasattr(frame, "geometry") else None
    crs = getattr(frame, "crs", None)
    sheet = Sheet(
        f"{path.name}:{layer}" if layer else path.name,
        headers,
        text_frame(rows, len(headers)),
        labels,
        shapes,
    )
    return sheet, crs.to_string() if crs is not None else ""


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value))


def shapefile_encoding(path: Path) -> str:
    """Return the encoding of a Shapefile's table: what .cpg says, else UTF-8 if the text is, else GB18030."""
    for suffix in (".cpg", ".CPG"):
        if path.with_suffix(suffix).is_file():
            return ""
    table = next((path.with_suffix(s) for s in (".dbf", ".DBF") if path.with_suffix(s).is_file()), None)
    if table is None:
        return ""
    data = table.read_bytes()
    if len(data) < 32:
        return ""
    start = struct.unpack("<H", data[8:10])[0]
    names = b"".join(data[i : i + 11].split(b"\0")[0] for i in range(32, max(start - 1, 32), 32))
    try:
        (names + data[start:]).decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
