"""Find where schools stand that have no coordinates: at the estate or village that their address or name holds."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.sheet import Sheet
from planning.district.geometry.coordinates import WGS84, shapes_to_wgs84
from planning.district.geometry.place import to_metric
from planning.importing.derive.cells import points_of, texts
from planning.importing.methods import method
from planning.importing.values.known_names import same_name

METHOD = method("places")
APART_M = 60.0
"""A school stands beside the point of its estate, not on it."""
_PAIR = re.compile(r"(-?\d+(?:\.\d+)?)[,，\s]+(-?\d+(?:\.\d+)?)")


def zone_in(text: str, zones: list[str], towns: list[str], town: str) -> int | None:
    """Return the row of the zone whose name a text holds: the longest; of equal names the one in the same township."""
    word = same_name(text)
    held = [i for i, name in enumerate(zones) if len(same_name(name)) > 1 and same_name(name) in word]
    if not held:
        return None
    longest = max(len(same_name(zones[i])) for i in held)
    best = [i for i in held if len(same_name(zones[i])) == longest]
    same = [i for i in best if town and towns[i] == town]
    return (same or best)[0] if len(same or best) == 1 else None


def spoken_point(text: str) -> tuple[float, float] | None:
    """Return the longitude and latitude that an answer gives (106.2,38.0)."""
    match = _PAIR.fullmatch(text.strip())
    return (float(match[1]), float(match[2])) if match else None


def locate_schools(
    sheets: dict[str, Sheet], crs: str, addresses: list[str], told: Mapping[str, str]
) -> tuple[Shapes, list[int], list[int]]:
    """Return the schools' points in WGS84 degrees, the rows that were located, and those whose place is open.

    Parameters
    ----------
    addresses : list of str
        What the list of schools says about each place; empty texts where it says nothing.
    told : mapping of str to str
        Name of a school: name of a zone, or ``longitude,latitude`` in WGS84, as a person answered.
    """
    names, towns = texts(sheets, "schools", "name"), texts(sheets, "schools", "township")
    zones, zone_towns = texts(sheets, "zones", "name"), texts(sheets, "zones", "township")
    shapes = points_of(sheets, "schools").copy()
    homes = np.asarray(shapely.point_on_surface(points_of(sheets, "zones")), dtype=object)
    answers = {same_name(k): v for k, v in told.items()}
    located, lost = [], []
    for i in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        answer = answers.get(same_name(names[i]), "")
        if pair := spoken_point(answer):
            shapes[i] = shapely.points(pair)
            located.append(i)
            continue
        found = (zone_in(t, zones, zone_towns, towns[i]) for t in (answer, addresses[i], names[i]) if t)
        zone = next((z for z in found if z is not None), None)
        if zone is None or homes[zone] is None:
            lost.append(i)
            continue
        beside = to_metric(homes[[zone]], crs).to_numpy()
        moved = shapely.transform(beside[0], lambda xy: xy + np.array([APART_M, 0.0]))
        one = np.array([None], dtype=object)
        one[0] = moved
        shapes[i] = shapes_to_wgs84(one, crs)[0]
        located.append(i)
    return shapes, located, lost


def in_degrees(sheet: Sheet, shapes: Shapes) -> Sheet:
    """Return the schools with these points in place of their coordinates."""
    return dataclasses.replace(sheet, shapes=shapes, crs=WGS84)
