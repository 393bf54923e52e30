"""Say whether zones and schools are urban, town or rural where no column does."""

from __future__ import annotations

import re

import numpy as np
import shapely

from planning.district.cells.sheet import Sheet
from planning.importing.derive.cells import filled, points_of, texts
from planning.importing.methods import method
from planning.importing.values.known_names import same_name

METHOD = method("locales")
_RURAL_PLACE = re.compile(r"(村|屯|庄|组|队|嘎查|牧点)(?:[0-9一二三四五六七八九十]*(?:组|队|社))?$")
_URBAN = re.compile(r"(街道(办事处)?|街|城区|开发区|高新区|新区|社区)$")


def locale_of(town: str, place: str) -> str:
    """Return the locale that the names of a township and of a place in it suggest.

    Examples
    --------
    >>> locale_of("城关街道", "阳光花园"), locale_of("河东镇", "望河苑"), locale_of("河东镇", "东湾村"), locale_of("", "东湾村")
    ('urban', 'town', 'rural', 'rural')
    """
    town, place = same_name(town), same_name(place)
    village = bool(_RURAL_PLACE.search(place))
    if _URBAN.search(town):
        return "urban"
    if town.endswith("镇"):
        return "rural" if village else "town"
    if town.endswith(("乡", "苏木", "农场", "林场", "牧场")) or village:
        return "rural"
    return "urban"


def fill_zones(sheets: dict[str, Sheet]) -> Sheet:
    """Return the zones with a locale in every row."""
    given = texts(sheets, "zones", "locale")
    towns, names = texts(sheets, "zones", "township"), texts(sheets, "zones", "name")
    found = [g or locale_of(t, n) for g, t, n in zip(given, towns, names, strict=True)]
    return filled(sheets["zones"], "zones", "locale", found)


def fill_schools(sheets: dict[str, Sheet]) -> Sheet:
    """Return the schools with a locale in every row: urban in a street district, else that of the nearest zone."""
    given, towns = texts(sheets, "schools", "locale"), texts(sheets, "schools", "township")
    places, schools = points_of(sheets, "zones"), points_of(sheets, "schools")
    locales = texts(sheets, "zones", "locale")
    there = np.flatnonzero(~shapely.is_missing(places))
    tree = shapely.STRtree(places[there])
    found = []
    for word, town, point in zip(given, towns, schools, strict=True):
        word = word or ("urban" if _URBAN.search(same_name(town)) else "")
        near = "" if point is None or not len(there) else locales[there[tree.nearest(point)]]
        found.append(word or near or "urban")
    return filled(sheets["schools"], "schools", "locale", found)
