"""Take the outlines of zones from tables that were read, and say where a shape lies."""

from __future__ import annotations

import functools

import numpy as np
import pyproj
import shapely

from planning.arrays import ObjectArray, Shapes
from planning.district.geometry.coordinates import WGS84
from planning.district.load import Loaded

SHORE_M = 0.05
"""Zones that come so near to each other touch, whatever rounding did to their corners."""


def zones_of(tables: Loaded) -> tuple[Shapes, ObjectArray]:
    """Return the outlines of the zones and the labels of their rows."""
    return np.asarray(tables.frames["zones"].geometry.to_numpy(), dtype=object), tables.labels["zones"]


@functools.cache
def _to_degrees(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)


def place(tables: Loaded, shape: shapely.Geometry) -> str:
    """Return where a shape lies, in degrees as a reader types them into a map."""
    assert tables.info is not None
    point = shapely.point_on_surface(shape)
    lon, lat = _to_degrees(tables.info.crs_metric).transform(point.x, point.y)
    return f"{lon:.6f}, {lat:.6f}"
