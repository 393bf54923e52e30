"""Read outlines and texts of DXF drawings: every drawing layer a layer, names from the texts inside."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from planning.district.cells.encoding import decoded
from planning.district.formats.files import broken
from planning.errors import DistrictError
from planning.importing.files.form import Form

_BYTES = "ISO-8859-1"
"""Every byte is a letter: many drawings state no encoding, or one that is not theirs, so it is found from the texts."""
_NAME, _LAYER = "name", "Layer"


def drawing_layers(path: Path) -> list[str]:
    """Return the drawing layers that hold shapes.

    Raises
    ------
    DistrictError
        If it cannot be opened.
    """
    frame = _entities(path)
    texts = frame["Text"].fillna("").ne("")
    return list(dict.fromkeys(frame.loc[~texts, _LAYER].astype(str)))


def read_drawing(path: Path, layer: str = "") -> gpd.GeoDataFrame:
    """Return the shapes of a drawing layer, closed lines as outlines, with the texts that stand inside as ``name``.

    Raises
    ------
    DistrictError
        If it cannot be read.
    """
    frame = _entities(path)
    text = frame["Text"].fillna("").astype(str)
    shapes = frame.loc[(text == "") & ((frame[_LAYER] == layer) if layer else True)].reset_index(drop=True)
    labels = frame.loc[text != ""]
    names = np.full(len(shapes), "", dtype=object)
    if len(labels) and len(shapes):
        at, inside = shapely.STRtree(labels.geometry.array).query(
            shapes.geometry.array, predicate="intersects"
        )
        for i in np.unique(at):
            own = text.loc[labels.index[inside[at == i]]]
            names[i] = " ".join(t for t in dict.fromkeys(map(_plain, own)) if t)
    return gpd.GeoDataFrame({_NAME: names, _LAYER: shapes[_LAYER].to_numpy()}, geometry=shapes.geometry.array)


def _plain(text: str) -> str:
    """Return a text without the marks of drawing programs for fonts and lines."""
    return text.replace("\\P", " ").rsplit(";", 1)[-1].strip("{} ")


def _entities(path: Path) -> pd.DataFrame:
    options = {"DXF_CLOSED_LINE_AS_POLYGON": True, "DXF_ENCODING": _BYTES}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        frame: pd.DataFrame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, RuntimeError, ValueError, OSError) as error:
        raise broken(path.name, str(error)) from error
    finally:
        pyogrio.set_gdal_config_options(before)
    frame = frame[~shapely.is_missing(frame.geometry.array)].reset_index(drop=True)
    encoding = _encoding(path)
    for column in ("Text", _LAYER):
        frame[column] = [_decoded(t, encoding) for t in frame[column].fillna("").astype(str)]
    return frame


def _decoded(text: str, encoding: str) -> str:
    """Return a text that was read byte by byte; one with letters of its own is text already."""
    try:
        return text.encode(_BYTES).decode(encoding)
    except UnicodeError:
        return text


def _encoding(path: Path) -> str:
    """Return the encoding of the texts."""
    try:
        return decoded(path.read_bytes(), path.name)[1].encoding
    except DistrictError:  # a binary drawing
        return "utf-8"


FORM = Form((".dxf",), drawing_layers, lambda path, layer, _: read_drawing(path, layer), layered=True)
