"""Draw lines and areas of a table on a map, each layer as one collection."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path

from planning.arrays import ObjectArray


def draw_lines(axes: Any, shapes: Any, **style: Any) -> None:
    """Draw lines, and the rims of areas.

    Parameters
    ----------
    axes : matplotlib Axes
        The map.
    shapes : array of geometries
        Lines or polygons, also of several parts; empty ones and ``None`` are left out.
    **style
        Of :class:`matplotlib.collections.LineCollection`: ``color``, ``linewidth``, ``linestyle``, ``zorder`` …
    """
    given: ObjectArray = np.asarray(shapes, dtype=object)
    areal = shapely.get_dimensions(given) == 2
    lines = shapely.get_parts(np.where(areal, shapely.boundary(given), given))
    lines = lines[shapely.get_num_coordinates(lines) > 1]
    if len(lines):
        axes.add_collection(LineCollection(_pieces(lines), **style), autolim=False)


def draw_areas(axes: Any, shapes: Any, colours: Any, **style: Any) -> None:
    """Fill areas, each in its colour.

    Parameters
    ----------
    axes : matplotlib Axes
        The map.
    shapes : array of geometries
        Polygons, also of several parts; empty ones and ``None`` are left out.
    colours : str or array of str
        One for all, or one for each.
    **style
        Of :class:`matplotlib.collections.PathCollection`: ``edgecolor``, ``linewidth``, ``alpha``, ``zorder`` …
    """
    given: ObjectArray = np.asarray(shapes, dtype=object)
    filled = np.broadcast_to(np.asarray(colours, dtype=object), given.shape)
    kept = ~(shapely.is_missing(given) | shapely.is_empty(given))
    paths = [_outline(shape) for shape in given[kept]]
    if paths:
        axes.add_collection(PathCollection(paths, facecolor=list(filled[kept]), **style), autolim=False)


def within(table: gpd.GeoDataFrame, bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return the rows whose extent meets the bounds (west, south, east, north), in their order."""
    extent = shapely.bounds(np.asarray(table.geometry.array, dtype=object)).reshape(-1, 4)
    west, south, east, north = bounds
    met = (extent[:, 0] <= east) & (extent[:, 2] >= west) & (extent[:, 1] <= north) & (extent[:, 3] >= south)
    return table[met]


def _pieces(lines: ObjectArray) -> list[Any]:
    """Return the corners of every line, (n, 2) each."""
    corners, of = shapely.get_coordinates(lines, return_index=True)
    return np.split(corners, np.flatnonzero(np.diff(of)) + 1)


def _outline(shape: Any) -> Path:
    """Return an area with its holes as one path; turned the right way, so that holes stay open."""
    turned = shapely.orient_polygons(shape)
    rings = shapely.get_rings(shapely.get_parts(turned))
    return Path.make_compound_path(*(Path(corners, closed=True) for corners in _pieces(rings)))
