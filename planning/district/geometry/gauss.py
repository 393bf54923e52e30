"""Read eastings of Gauss-Krüger zones: with the number of the zone before them or without, and axes exchanged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely

from planning.arrays import Shapes
from planning.errors import Issue

MILLION = 1_000_000
_SIX, _THREE = range(13, 24), range(24, 46)
"""Numbers of zones of six and of three degrees in China (GB/T 17798, GB 22021)."""
_EASTINGS = (100_000.0, 900_000.0)
_NORTHINGS = (1_500_000.0, 6_500_000.0)
_CLOSE = 0.01


def meridian_of(zone: int) -> float | None:
    """Return the central meridian of a numbered zone, ``None`` when China has none of that number.

    Examples
    --------
    >>> meridian_of(38), meridian_of(20), meridian_of(50)
    (114.0, 117.0, None)
    """
    return 3.0 * zone if zone in _THREE else 6.0 * zone - 3.0 if zone in _SIX else None


def system_of_zone(zone: int) -> str:
    """Return the CGCS2000 system whose eastings begin with a zone's number.

    Examples
    --------
    >>> system_of_zone(38), system_of_zone(20)
    ('EPSG:4526', 'EPSG:4498')
    """
    return f"EPSG:{4513 + zone - 25}" if zone in _THREE else f"EPSG:{4491 + zone - 13}"


MERIDIANS = range(75, 136, 3)
"""Central meridians of the zones of three degrees in China."""


def system_of_meridian(meridian: int) -> str:
    """Return the CGCS2000 system of the zone of three degrees around a meridian, without the zone's number.

    Examples
    --------
    >>> system_of_meridian(105), system_of_meridian(114)
    ('EPSG:4544', 'EPSG:4547')
    """
    return f"EPSG:{4534 + (meridian - 75) // 3}"


def zone_number(easting: float) -> int:
    """Return the number of a zone that an easting of eight digits begins with, or 0."""
    number = int(easting // MILLION)
    inside = _EASTINGS[0] <= easting - number * MILLION <= _EASTINGS[1]
    return number if inside and meridian_of(number) is not None else 0


def is_easting(value: float) -> bool:
    """Return whether a number can be an easting in China, metres, with the number of its zone before it or without."""
    return bool(zone_number(value)) or _EASTINGS[0] <= value <= _EASTINGS[1]


def settle_eastings(file: str, shapes: Shapes, system: str) -> tuple[Shapes, list[Issue]]:
    """Return shapes whose eastings are those of their system, and what was changed or cannot be right.

    Parameters
    ----------
    system : str
        As pyproj knows it. Systems that are no transverse Mercator are left alone.

    Returns
    -------
    shapes, problems
        A zone's number that is there, or missing, while the meridian is that of the system, is settled with a warning;
        another zone, and northings in the place of eastings, are errors.
    """
    grid = _transverse(system)
    bounds = shapely.bounds(shapes)
    bounds = bounds[~np.isnan(bounds).any(axis=1)]
    if grid is None or not len(bounds):
        return shapes, []
    false_easting, meridian = grid
    own = int(false_easting // MILLION)
    x, y = np.median(bounds[:, 0]), np.median(bounds[:, 1])
    if is_northing(x) and is_easting(y):
        return shapes, [_exchanged(file, x, y)]
    found = zone_number(x)
    if found == own or not (found or _EASTINGS[0] <= x <= _EASTINGS[1]):
        return shapes, []
    if found and abs((meridian_of(found) or 0.0) - meridian) > _CLOSE:
        return shapes, [_other_zone(file, x, found, system, meridian)]
    move = (own - found) * MILLION
    moved = shapely.transform(shapes.copy(), lambda xy: xy + np.array([move, 0.0]))
    return np.asarray(moved, dtype=object), [_settled(file, x, found, own, system)]


def _transverse(system: str) -> tuple[float, float] | None:
    """Return the false easting and the central meridian of a transverse Mercator system."""
    try:
        crs: Any = pyproj.CRS.from_user_input(system)
    except pyproj.exceptions.CRSError:
        return None
    operation = crs.coordinate_operation
    if not crs.is_projected or operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    values = {p.name.lower(): float(p.value) for p in operation.params}
    if "false easting" not in values or "longitude of natural origin" not in values:
        return None
    return values["false easting"], values["longitude of natural origin"]


def is_northing(value: float) -> bool:
    """Return whether a number can be a northing in China, metres."""
    return _NORTHINGS[0] <= value <= _NORTHINGS[1]


def _settled(file: str, x: float, found: int, own: int, system: str) -> Issue:
    said: dict[str, Any] = {"found": found, "like": system_of_zone(found)} if found else {"own": own}
    return Issue(
        "district.gauss.zone_in_front" if found else "district.gauss.zone_lacking",
        file,
        value=f"{x:.0f}",
        level="warning",
        mend="district.mend.look_map_state_right_system",
        system=system,
        **said,
    )


def _other_zone(file: str, x: float, found: int, system: str, meridian: float) -> Issue:
    like = system_of_zone(found)
    return Issue(
        "district.gauss.eastings_begin_zone_meridian_but",
        file,
        value=f"{x:.0f}",
        found=found,
        meridian_of=meridian_of(found),
        system=system,
        meridian=meridian,
        like=like,
    )


def _exchanged(file: str, x: float, y: float) -> Issue:
    return Issue("district.gauss.northing_easting_exchanged", file, value=f"{x:.0f}, {y:.0f}")
