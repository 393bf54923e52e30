"""Find where estates and villages lie that have no coordinates: by the school they belong to, else within their township."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.sheet import Sheet
from planning.district.geometry.coordinates import shapes_to_wgs84
from planning.district.geometry.place import to_metric
from planning.importing.derive.cells import points_of, texts
from planning.importing.derive.places import spoken_point
from planning.importing.methods import method
from planning.importing.values.known_names import same_name

METHOD = method("homes")
REST = "其余"
"""Stands for every zone that nothing else is known of in an answer."""
APART_M = 150.0
"""Zones that are placed around one point keep about this distance."""
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True)
class Placed:
    """Where zones without coordinates were placed.

    Parameters
    ----------
    shapes : array of points, shape (zones,)
        WGS84 degrees; ``None`` where the place is open.
    found, lost : list of int
        Rows that were placed, and those whose place is open.
    """

    shapes: Shapes
    found: list[int]
    lost: list[int]


def place_zones(sheets: dict[str, Sheet], crs: str, told: Mapping[str, str]) -> Placed:
    """Return the zones' points with one for every zone that a school, a township or a person places.

    Parameters
    ----------
    told : mapping of str to str
        Zone, township or :data:`REST`: a school, a township, or ``longitude,latitude`` in WGS84, as a person answered.
    """
    shapes = points_of(sheets, "zones").copy()
    missing = np.flatnonzero(shapely.is_missing(shapes)).tolist()
    if not missing:
        return Placed(shapes, [], [])
    names, towns = texts(sheets, "zones", "name"), texts(sheets, "zones", "township")
    known = _Known(sheets, shapes, {same_name(k): v for k, v in told.items()})
    around: dict[bytes, list[int]] = defaultdict(list)
    lost = []
    for i in missing:
        own = [texts(sheets, "zones", c)[i] for c in ("current_primary", "current_junior")]
        point = known.of(names[i], towns[i], own)
        if point is None:
            lost.append(i)
        else:
            around[shapely.to_wkb(point)].append(i)
    for middle, rows in around.items():
        area = known.area(towns[rows[0]])
        shapes[rows] = _spread(shapely.from_wkb(middle), len(rows), area, crs)
    return Placed(shapes, [i for i in missing if i not in set(lost)], lost)


class _Known:
    """Points by which a zone can be placed: of schools, of townships, of a person's answers."""

    def __init__(self, sheets: dict[str, Sheet], zones: Shapes, told: Mapping[str, str]) -> None:
        self.told = told
        points, names, ids = (
            points_of(sheets, "schools"),
            texts(sheets, "schools", "name"),
            texts(sheets, "schools", "school"),
        )
        self.schools = {
            same_name(word): p
            for words in (ids, names)
            for word, p in zip(words, points, strict=True)
            if word and p is not None
        }
        self.areas: dict[str, shapely.Geometry] = {}
        if "townships" in sheets:
            shapes = points_of(sheets, "townships")
            for column in ("name", "township"):
                held = zip(texts(sheets, "townships", column), shapes, strict=True)
                self.areas |= {same_name(t): s for t, s in held if t and s is not None}
        self.towns = {town: shapely.point_on_surface(area) for town, area in self.areas.items()}
        for table, shapes in (("schools", points), ("zones", zones)):  # what lies there wins over its middle
            by_town = defaultdict(list)
            for town, shape in zip(texts(sheets, table, "township"), shapes, strict=True):
                if town and shape is not None:
                    by_town[same_name(town)].append(shapely.point_on_surface(shape))
            if table == "zones" or not self.areas:
                self.towns |= {t: shapely.centroid(shapely.multipoints(p)) for t, p in by_town.items()}

    def of(self, name: str, town: str, schools: list[str]) -> shapely.Geometry | None:
        """Return the point that a zone lies at: as somebody said, at its school, in its township."""
        told = [self.told.get(same_name(word), "") for word in (name, town)]
        said = [*(told[:1]), *schools, *(told[1:])]
        found = (self._point(word) for word in said if word)
        if (point := next((p for p in found if p is not None), None)) is not None:
            return point
        own = self.towns.get(same_name(town)) if town else None
        return own if own is not None else self._point(self.told.get(REST, ""))

    def area(self, town: str) -> shapely.Geometry | None:
        """Return the land of a township, where a layer holds it."""
        return self.areas.get(same_name(town))

    def _point(self, word: str) -> shapely.Geometry | None:
        if (pair := spoken_point(word)) is not None:
            return shapely.points(pair)
        key = same_name(word)
        unit = key[: -len("小学部")] if key.endswith(("小学部", "初中部")) else key
        return next(
            (p for k in (key, unit) if (p := self.schools.get(k, self.towns.get(k))) is not None), None
        )


def _spread(middle: shapely.Geometry, count: int, area: shapely.Geometry | None, crs: str) -> Shapes:
    """Return points around a middle, evenly on a spiral, pulled in until they lie on the land given."""
    one = np.array([middle], dtype=object)
    centre = shapely.get_coordinates(to_metric(one, crs).to_numpy())[0]
    steps = np.arange(1, count + 1)
    reach = APART_M * np.sqrt(steps)[:, None]
    turned = np.column_stack([np.cos(_GOLDEN * steps), np.sin(_GOLDEN * steps)])
    points = np.asarray(shapely.points(centre + reach * turned), dtype=object)
    if area is not None:
        land = np.array([area], dtype=object)
        land = to_metric(land, crs).to_numpy()[0]
        base = centre if shapely.intersects(land, shapely.points(centre)) else None
        inner = shapely.get_coordinates(shapely.point_on_surface(land))[0] if base is None else base
        for k in range(count):
            place, share = shapely.get_coordinates(points[k])[0], 1.0
            while share > 1e-6 and not shapely.intersects(
                land, shapely.points(inner + share * (place - centre))
            ):
                share /= 2
            points[k] = shapely.points(inner + share * (place - centre))
    return shapes_to_wgs84(points, crs)
