"""Shift points as Baidu's maps do, to see whether the package undoes it."""

from __future__ import annotations

import numpy.typing as npt

from planning.district.geometry.coordinates import Pair, gcj02_to_bd09, wgs84_to_gcj02


def wgs84_to_bd09(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Pair:
    """Shift WGS84 degrees to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
