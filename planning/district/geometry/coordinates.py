"""Convert between the coordinate systems of Chinese maps: WGS84, CGCS2000, GCJ-02, BD-09."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from planning.arrays import FloatArray, Shapes

Pair = tuple[FloatArray, FloatArray]

WGS84, GCJ02, BD09 = "EPSG:4326", "GCJ-02", "BD-09"
_NAMES = {
    "wgs84": WGS84,
    "gps": WGS84,
    "天地图": "EPSG:4490",
    "cgcs2000": "EPSG:4490",
    "国家2000": "EPSG:4490",
    "国家大地2000": "EPSG:4490",
    "2000国家大地坐标系": "EPSG:4490",
    "gcj02": GCJ02,
    "火星坐标": GCJ02,
    "火星坐标系": GCJ02,
    "高德": GCJ02,
    "腾讯": GCJ02,
    "bd09": BD09,
    "bd09ll": BD09,
    "百度": BD09,
    "百度坐标": BD09,
}
# Krasovsky 1940 as the published GCJ-02 formulas use it
_AXIS, _E2 = 6378245.0, 0.00669342162296594323
_BD_ANGLE = np.pi * 3000.0 / 180.0
_BOX = (72.004, 137.8347, 0.8293, 55.8271)
_STEPS, _ENOUGH = 40, 1e-13


@functools.lru_cache(maxsize=256)
def system_of(name: str) -> str:
    """Return ``"GCJ-02"``, ``"BD-09"`` or a CRS that pyproj knows, from any usual name.

    Raises
    ------
    ValueError
        If nobody knows the system.
    """
    word = name.strip().lower().replace("-", "").replace("_", "").replace(" ", "")
    if word in _NAMES:
        return _NAMES[word]
    try:
        return str(pyproj.CRS.from_user_input(name.strip()).to_string())
    except pyproj.exceptions.CRSError as error:
        raise ValueError(name) from error


def is_projected(name: str) -> bool:
    """Return whether a name is that of a system of metres, not degrees; unknown names are none."""
    try:
        system = system_of(name) if name else GCJ02
    except ValueError:
        return False
    return system not in (GCJ02, BD09) and bool(pyproj.CRS.from_user_input(system).is_projected)


def in_china(lon: float, lat: float) -> bool:
    """Return whether web maps shift coordinates at a place: the box of the published GCJ-02 formulas."""
    return bool(_BOX[0] <= lon <= _BOX[1] and _BOX[2] <= lat <= _BOX[3])


def wgs84_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift WGS84 degrees to GCJ-02; places outside China stay.

    Notes
    -----
    The published polynomial-and-sine offsets (in metres on the Krasovsky ellipsoid), as in eviltransform and
    PRCoords.
    """
    x, y = np.asarray(lon, dtype="float64"), np.asarray(lat, dtype="float64")
    east, north = _offset_m(x - 105.0, y - 35.0)
    angle = np.radians(y)
    bend = 1.0 - _E2 * np.sin(angle) ** 2
    d_lat = np.degrees(north / (_AXIS * (1.0 - _E2) / (bend * np.sqrt(bend))))
    d_lon = np.degrees(east / (_AXIS / np.sqrt(bend) * np.cos(angle)))
    inside = (x >= _BOX[0]) & (x <= _BOX[1]) & (y >= _BOX[2]) & (y <= _BOX[3])
    return np.where(inside, x + d_lon, x), np.where(inside, y + d_lat, y)


def gcj02_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Undo :func:`wgs84_to_gcj02` exactly (iterated to 1e-13 degrees)."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift GCJ-02 degrees to BD-09 (published formula)."""
    x, y = np.asarray(lon, dtype="float64"), np.asarray(lat, dtype="float64")
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_ANGLE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_ANGLE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Undo :func:`gcj02_to_bd09` exactly (iterated to 1e-13 degrees)."""
    return _inverse(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Return WGS84 degrees from BD-09 ones."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, system: str) -> Pair:
    """Return WGS84 degrees from coordinates (x or longitude first) of any system.

    Parameters
    ----------
    lon, lat : array of float
        Longitude and latitude, or easting and northing of a projected system.
    system : str
        As :func:`system_of` understands it. CGCS2000 and WGS84 agree within centimetres and are not shifted
        (the transformation pyproj applies is the null one).

    Raises
    ------
    ValueError
        If nobody knows the system.
    """
    known = system_of(system)
    if known in _TO_WGS84:
        return _TO_WGS84[known](lon, lat)
    x, y = np.asarray(lon, dtype="float64"), np.asarray(lat, dtype="float64")
    if known == WGS84:
        return x, y
    moved = _way_to_wgs84(known).transform(x, y)
    return np.asarray(moved[0]), np.asarray(moved[1])


@functools.cache
def _way_to_wgs84(system: str) -> pyproj.Transformer:
    """Return the transformation of a system, which takes longer to look up than to apply to a layer."""
    return pyproj.Transformer.from_crs(system, WGS84, always_xy=True)


_TO_WGS84: dict[str, Callable[[npt.ArrayLike, npt.ArrayLike], Pair]] = {
    GCJ02: gcj02_to_wgs84,
    BD09: bd09_to_wgs84,
}
SHIFTED = tuple(_TO_WGS84)
"""Systems whose degrees lie hundreds of metres away from WGS84."""


def shapes_to_wgs84(shapes: Shapes, system: str) -> Shapes:
    """Return shapes of any system in WGS84 degrees; missing ones stay missing.

    Raises
    ------
    ValueError
        If nobody knows the system.
    """
    if system_of(system) == WGS84:
        return shapes
    moved = shapely.transform(shapes.copy(), lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], system)))
    return np.asarray(moved, dtype=object)


def _offset_m(x: FloatArray, y: FloatArray) -> Pair:
    """Return the offsets east and north in metres, ``x`` and ``y`` in degrees from 105° E, 35° N."""
    pi, root = np.pi, np.sqrt(np.abs(x))
    wave = (20.0 * np.sin(6.0 * pi * x) + 20.0 * np.sin(2.0 * pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * np.sin(pi * y) + 40.0 * np.sin(pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(pi * y / 12.0) + 320.0 * np.sin(pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * np.sin(pi * x) + 40.0 * np.sin(pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(pi * x / 12.0) + 300.0 * np.sin(pi * x / 30.0)) * 2.0 / 3.0
    return east, north


def _inverse(
    forward: Callable[[FloatArray, FloatArray], Pair], lon: npt.ArrayLike, lat: npt.ArrayLike
) -> Pair:
    """Return where ``forward`` came from, by fixed-point iteration (the shifts change slowly: it converges)."""
    x, y = np.asarray(lon, dtype="float64"), np.asarray(lat, dtype="float64")
    a, b = x, y
    for _ in range(_STEPS):
        there_x, there_y = forward(a, b)
        a, b = a - (there_x - x), b - (there_y - y)
        error = np.maximum(np.abs(there_x - x), np.abs(there_y - y))
        if not error.size or np.nanmax(error) < _ENOUGH:
            break
    return a, b
