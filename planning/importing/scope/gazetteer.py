"""Find the places and lines that a scope text names in the tables of a district."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.district.model import District
from planning.importing.scope import words as w
from planning.importing.scope.model import Place

# Polygon or LineString: the stubs know no common attributes
Shape = Any

SAME, STEM, BEGINS = 0.95, 0.85, 0.7
"""Confidence of a zone whose name is the one printed, is the same but for its ending, begins with it."""
_ENDING = re.compile(
    r"(?:社区居委会|社区|居委会|村委会|村民委员会|行政村|自然村|小区|街道办事处|街道办|街道|片区|村|镇|乡)$"
)
_SHORTEST = 2
_DIGITS = dict(zip("123456789", "一二三四五六七八九", strict=True))


@dataclass(frozen=True)
class Found:
    """Zones that a name means, how sure that is, and by which rule."""

    zones: BoolArray
    confidence: float
    how: str


@dataclass(frozen=True)
class Gazetteer:
    """Names of a district in the form in which names are compared.

    Parameters
    ----------
    zones, townships : tuple of str
        Name of every zone, and of its township.
    lines : mapping
        Roads, barriers and limits by name.
    outlines : mapping
        Polygons of zones, townships and the county by name; their rims serve as lines.
    points : array, shape (zones, 2)
        A place inside every zone, metres.
    shapes : array of geometry, shape (zones,)
        The zones.
    borders : tuple of array
        Pairs of neighbouring zones, and the border they share.
    """

    zones: tuple[str, ...]
    townships: tuple[str, ...]
    lines: dict[str, Shape]
    outlines: dict[str, Shape]
    county: tuple[str, ...]
    points: FloatArray
    shapes: ObjectArray
    borders: tuple[IntArray, IntArray, ObjectArray]

    def place(self, place: Place) -> Found | None:
        """Return the zones of a place, or ``None`` if no name fits."""
        held = tuple(holder + place.name for holder in place.within[-1:])
        names = (
            place.name,
            *held,
            *_phases(place.name),
            re.sub(r"（[^（）]*）$", "", place.name),
            *place.other_names,
        )
        keys = list(dict.fromkeys(w.bare(n) for n in names if n))
        for zones, confidence, how in self._readings(keys):
            zones = self._inside(zones, place.within)
            if zones.any():
                return Found(zones, confidence, how)
        return None

    def _readings(self, keys: list[str]) -> Iterator[tuple[BoolArray, float, str]]:
        known, towns, known_stems, town_stems = self._words
        yield np.isin(known, keys[:1]), SAME, "name"
        yield np.isin(known, keys[1:]), SAME, "name"
        yield np.isin(towns, keys), SAME, "township"
        stems = [s for s in (stem(k) for k in keys) if len(s) >= _SHORTEST]
        if stems:
            yield np.isin(known_stems, stems), STEM, "name without its ending"
            yield np.isin(town_stems, stems), STEM, "township without its ending"
            yield np.array([_begins(z, stems) for z in self.zones]), BEGINS, "name begins so"

    @cached_property
    def _words(self) -> tuple[npt.NDArray[np.str_], ...]:
        stems = {t: stem(t) for t in set(self.townships)}
        return (
            np.array(self.zones, dtype=str),
            np.array(self.townships, dtype=str),
            np.array([stem(z) for z in self.zones], dtype=str),
            np.array([stems[t] for t in self.townships], dtype=str),
        )

    def _inside(self, zones: BoolArray, within: tuple[str, ...]) -> BoolArray:
        """Keep the zones of the township named, if one is; other holders do not speak about zones."""
        for name in within:
            town = self.holder(name)
            if town is not None and (zones & town).any():
                zones = zones & town
        return zones

    def holder(self, name: str) -> BoolArray | None:
        """Return the zones of a township or community that holds an area; ``None`` if it is not known."""
        key = w.bare(name)
        if any(key in (c, stem(c)) or (len(key) >= _SHORTEST and key in c) for c in self.county):
            return np.ones(len(self.zones), dtype=bool)
        for zones, _, _ in self._readings([key]):
            if zones.any():
                return zones
        return None

    def line(self, name: str) -> Shape | None:
        """Return the line of a road, river, railway or limit; ``None`` if the district has none of this name."""
        bare = re.sub(r"（[^（）]*）$", "", name)
        for key in (k for n in dict.fromkeys((name, bare)) for k in _also(w.bare(n))):
            if key in self.lines:
                return self.lines[key]
            if key in self.outlines:
                return self.outlines[key].boundary
        key = w.bare(name)
        if key.endswith("界"):
            return self._limit(key[:-1])
        return None

    def _limit(self, key: str) -> Shape | None:
        if key in self.outlines:
            return self.outlines[key].boundary
        first, _, second = key.partition("与")
        if first in self.outlines and second in self.outlines:
            shared = self.outlines[first].boundary.intersection(self.outlines[second].boundary)
            return shared if shared.length > 0 else None
        return None


def make_gazetteer(district: District) -> Gazetteer:
    """Return the names of a district's zones, townships, roads and barriers."""
    towns = district.townships.set_index("township")["name"].astype(str)
    lines: dict[str, Shape] = {}
    for table in (district.roads, district.barriers):
        named = table[table["name"].fillna("").astype(str).str.strip() != ""]
        if len(named):
            keys = named["name"].astype(str).map(w.bare)
            shapes = np.asarray(named.geometry, dtype=object)
            for line, rows in keys.reset_index(drop=True).groupby(keys.to_numpy()).groups.items():
                lines[str(line)] = shapely.union_all(shapes[np.asarray(rows)])
    outlines: dict[str, Shape] = {}
    for table in (district.zones, district.townships, district.boundary):
        polygons = table[table.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()]
        for name, shape in zip(polygons["name"].astype(str), polygons.geometry, strict=True):
            key = w.bare(name)
            outlines[key] = shapely.union(outlines[key], shape) if key in outlines else shape
    inside = shapely.point_on_surface(district.zones.geometry.to_numpy())
    return Gazetteer(
        tuple(district.zones["name"].astype(str).map(w.bare)),
        tuple(w.bare(str(towns.get(t, t))) for t in district.zones["township"]),
        lines,
        outlines,
        (
            *(w.bare(n) for n in district.boundary["name"].astype(str)),
            w.bare(district.info.name_zh or "county"),
        ),
        shapely.get_coordinates(inside),
        district.zones.geometry.to_numpy(),
        _borders(district.zones.geometry.to_numpy()),
    )


def _borders(
    shapes: ObjectArray,
) -> tuple[IntArray, IntArray, ObjectArray]:
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    shared = shapely.intersection(shapes[a], shapes[b])
    long = shapely.length(shared) > 0
    return a[long], b[long], shared[long]


def stem(key: str) -> str:
    """Return a name without the ending that says what it is."""
    return _ENDING.sub("", key)


def _begins(key: str, stems: list[str]) -> bool:
    return any(
        key.startswith(s) and not (s[-1].isdigit() and key[len(s) : len(s) + 1].isdigit()) for s in stems
    )


def _phases(name: str) -> list[str]:
    """Return the names of the phases of an estate: 某苑（1、2期） is 某苑1期, 某苑一期, 某苑2期 …."""
    found = re.match(r"^(.+)（(.+)期）$", name)
    if not found:
        return []
    names = []
    for part in re.split(r"[、，和及]", found[2]):
        names += [f"{found[1]}{form}期" for form in dict.fromkeys((part, _DIGITS.get(part, part)))]
    return names


def _also(key: str) -> tuple[str, ...]:
    """Return the forms of a road's name: 107国道 is G107, 某高速 is 某高速公路."""
    if numbered := re.match(r"^[gs]?(\d{2,4})([国省]道)?$", key):
        letter, word = ("s", "省道") if "省" in key or key.startswith("s") else ("g", "国道")
        return (key, f"{letter}{numbered[1]}", f"{numbered[1]}{word}", f"{letter}{numbered[1]}{word}")
    if key.endswith(("高速", "高速路")):
        return (key, key.removesuffix("路") + "公路", key.removesuffix("路"))
    return (key, key + "路") if key.endswith("高速公") else (key, key.removesuffix("公路"))
