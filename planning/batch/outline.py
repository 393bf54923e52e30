"""Keep the outline of a county as a small shape in WGS84, so that the map of all needs no county's files."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely
from shapely import Geometry

from planning.atomic import whole_file
from planning.district.geometry.coordinates import WGS84

_DETAIL = 400.0
"""The outline follows the border to this part of the county's width: finer is not seen where all counties are."""
_DIGITS = 5
_METRIC = "EPSG:3857"
"""For shapes that come in degrees or any other way: only a part of the width is asked of it."""


def write_outline(boundary: gpd.GeoDataFrame, path: str | Path) -> None:
    """Write the outline of a county as GeoJSON, whole or not at all.

    Parameters
    ----------
    boundary : GeoDataFrame
        Areas of the county, in metres.
    path : str or Path
        File.
    """
    whole = shapely.union_all([shape for shape in boundary.geometry if shape is not None])
    west, south, east, north = whole.bounds
    plain = whole.simplify(max(east - west, north - south) / _DETAIL)
    degrees = gpd.GeoSeries([plain], crs=boundary.crs).to_crs(WGS84).iloc[0]
    rounded = shapely.transform(degrees, lambda xy: np.round(xy, _DIGITS))
    with whole_file(path) as temporary:
        temporary.write_text(shapely.to_geojson(rounded), encoding="utf-8")


def read_outline(path: Path, run: Path, county: Path) -> Geometry | None:
    """Return the outline of a county: as it was kept, else from the layers of its run, else from its own files; nothing without them."""
    sources = (None, (run / "layout.gpkg", "zones"), (county / "boundary.geojson", None))
    for source in sources:
        try:
            if source is not None:
                write_outline(
                    pyogrio.read_dataframe(source[0], layer=source[1], columns=[]).to_crs(_METRIC), path
                )
            shape = shapely.from_geojson(path.read_text(encoding="utf-8"))
        except (
            OSError,
            ValueError,
            shapely.errors.ShapelyError,
            pyogrio.errors.DataSourceError,
            pyproj.exceptions.ProjError,
        ):
            continue
        if not shape.is_empty and shape.geom_type in ("Polygon", "MultiPolygon"):
            return shape
    return None
