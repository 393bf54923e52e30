"""Say in words where a catchment ends: four sides, enclosing line, places inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
import shapely.ops

from planning.district import District
from planning.layout import Layout, one_row_per_zone

# Polygon or MultiPolygon, LineString or MultiLineString: the stubs know no common attributes
Shape = Any

SIDES = ("east", "south", "west", "north")
SIDE_ZH = {"east": "东", "south": "南", "west": "西", "north": "北"}
# a border that keeps this close to a road or river is said to follow it, metres
_NEAR_M = 30.0
# a crossing road is near for about twice that; a shorter run follows nothing
_RUN_M = 90.0
_STEP_M = 15.0
# a reader does not slip through the crack where two roads nearly meet
_WALL_M = 40.0
_MOST_STEPS = 4000
AGREE = 0.9
"""Words that enclose less than this share of their catchment (common ÷ joint area) should be read by a person."""
# a piece of road shorter than this share of the stated length is not the piece meant
_STATED_SHARE = 0.8
# a side names what takes at least this share of it, and more until so much is named, so many at most
_SIDE_SHARE, _SIDE_NAMED, _SIDE_MOST = 0.15, 0.5, 3


@dataclass(frozen=True)
class Stretch:
    """One named piece of a border: ``kind`` (``county, barrier, road, township, zone``), name, side, length in metres."""

    kind: str
    name: str
    side: str
    length_m: float


@dataclass(frozen=True)
class BoundaryText:
    """The border of one catchment in words.

    Parameters
    ----------
    unit : str
        Unit (or units joined by ``;``).
    stretches : tuple of Stretch
        The outer border of the largest part, clockwise from the north-west corner.
    sides : mapping
        What each side reaches, longest first.
    places : mapping
        Names of the zones inside by township.
    exclaves, holes : int
        Parts apart from the largest, and enclosed areas of others; the words describe the largest part's rim.
    """

    unit: str
    stretches: tuple[Stretch, ...]
    sides: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    exclaves: int
    holes: int

    @property
    def four_sides(self) -> str:
        """What the four sides reach: ``东至…,南至…,西至…,北至…``."""
        return "，".join(f"{SIDE_ZH[s]}至{'、'.join(self.sides[s]) or '本片区界'}" for s in SIDES) + "。"

    @property
    def enclosing_line(self) -> str:
        """The border clockwise: what it follows and about how far."""
        words = [f"{_limit(s)}（约{_metres(s.length_m)}）" for s in _in_order(self.stretches)]
        return "自西北角起顺时针：" + "—".join(words) + "。"

    @property
    def text(self) -> str:
        """The whole description."""
        inside = "；".join(f"{town}：{'、'.join(names)}" for town, names in self.places.items())
        apart = [f"另有飞地{self.exclaves}处"] if self.exclaves else []
        apart += [f"界内有{self.holes}处不属本片区"] if self.holes else []
        more = "，".join(apart) + "，以示意图为准。" if apart else ""
        return f"{self.four_sides}{more}包括：{inside}。"


def boundary_texts(district: District, layout: Layout, stage: str) -> dict[str, BoundaryText]:
    """Return the description of every catchment of a stage by unit.

    A border follows a county limit, a river, canal or railway, a named road or a township limit where it keeps within
    30 m of it for at least 90 m; elsewhere it names the neighbouring community.
    """
    from planning.publish.catchments import catchment_polygons

    features = _features(district)
    towns = district.townships.set_index("township")["name"]
    part = one_row_per_zone(layout.assignment[layout.assignment["stage"] == stage])
    assigned = part.set_index("zone")["unit"]
    zones = district.zones.assign(unit=district.zones["zone"].map(assigned))
    catchments = catchment_polygons(district, layout, stage)
    result = {}
    row: Any
    for row in catchments.itertuples():
        inside = zones[zones["unit"] == row.unit]
        others = zones[zones["unit"] != row.unit]
        stretches = _stretches(row.geometry, features, others)
        result[str(row.unit)] = BoundaryText(
            unit=str(row.unit),
            stretches=tuple(stretches),
            sides={side: _reaches(stretches, side) for side in SIDES},
            places={
                str(towns.get(town, town)): tuple(sorted(part["name"].astype(str)))
                for town, part in inside.groupby("township", sort=True, dropna=False)
            },
            exclaves=int(row.exclaves),
            holes=int(row.holes),
        )
    return result


def read_line(district: District, line: str) -> tuple[Stretch, ...]:
    """Return the stretches that :attr:`BoundaryText.enclosing_line` names, from the printed words alone.

    Raises
    ------
    ValueError
        If a name is not known in the district.
    """
    known = {
        _limit(Stretch(kind, name, "", 0.0)): (kind, name) for kind, name, _ in reversed(_features(district))
    }
    for name in district.zones["name"].astype(str):
        known.setdefault(_limit(Stretch("zone", name, "", 0.0)), ("zone", name))
    pattern = re.compile(
        "("
        + "|".join(sorted(map(re.escape, known), key=len, reverse=True))
        + r")\uff08约([\d.]+)(米|公里)\uff09"
    )
    found = []
    rest = line.partition("\uff1a")[2].removesuffix("。")
    while rest:
        match = pattern.match(rest)
        if match is None:
            raise ValueError(rest[:40])
        found.append(Stretch(*known[match[1]], "", float(match[2]) * (1000 if match[3] == "公里" else 1)))
        rest = rest[match.end() :].removeprefix("—")
    return tuple(found)


def agreements(district: District, layout: Layout, stage: str) -> pd.Series[float]:
    """Return by unit how much the area that the printed line encloses agrees with the largest part of its catchment.

    The line is read back from its words (:func:`read_line`), followed from a place inside (:func:`walk_back`), and
    compared by common area ÷ joint area.
    """
    from planning.publish.catchments import catchment_polygons

    catchments = catchment_polygons(district, layout, stage).set_index("unit").geometry
    ground = _ground(district)
    result = {}
    for unit, words in boundary_texts(district, layout, stage).items():
        part = shapely.Polygon(max(shapely.get_parts(catchments[unit]), key=lambda p: float(p.area)).exterior)
        read = replace(words, stretches=read_line(district, words.enclosing_line))
        start = shapely.maximum_inscribed_circle(part).interpolate(0)
        result[unit] = agreement(_walk(ground, read, start), part)
    return pd.Series(result, name="agreement", dtype=float)


def check_words(district: District, layout: Layout, stage: str) -> pd.DataFrame:
    """Return how well the words of every catchment say where it is, with every part and hole counted.

    Returns
    -------
    DataFrame
        Indexed by unit: ``agreement`` (of the printed line with the rim of the largest part), ``parts``, ``exclaves``,
        ``holes`` (of all parts), ``described`` (share of the catchment's area in the largest part, which the line describes).
    """
    from planning.publish.catchments import catchment_polygons

    catchments = catchment_polygons(district, layout, stage).set_index("unit")
    largest = [max(shapely.area(shapely.get_parts(shape))) for shape in catchments.geometry]
    table = pd.DataFrame(catchments[["parts", "exclaves", "holes"]])
    table["described"] = np.array(largest) / catchments.area.to_numpy()
    table.insert(0, "agreement", agreements(district, layout, stage).reindex(table.index))
    return table


def walk_back(district: District, words: BoundaryText, start: shapely.Point) -> Shape:
    """Return the area that the words enclose around a starting point, using nothing but the names in their order.

    A named road or river is followed from where it meets the one named before to where it meets the one named after,
    as a reader would, and becomes a wall 80 m thick; neighbouring communities are ground one does not enter.
    What can be reached from the start is the area.
    """
    return _walk(_ground(district), words, start)


@dataclass(frozen=True)
class _Ground:
    """What a reader of the words has before him: lines and communities by name, and all the land."""

    lines: dict[tuple[str, str], Shape]
    places: dict[str, Shape]
    land: Shape


def _ground(district: District) -> _Ground:
    return _Ground(
        {(kind, name): shape for kind, name, shape in _features(district)},
        {str(name): shape for name, shape in district.zones.dissolve("name").geometry.items()},
        district.zones.union_all(),
    )


def _walk(ground: _Ground, words: BoundaryText, start: shapely.Point) -> Shape:
    order = _in_order(words.stretches)
    shapes = [ground.places[s.name] if s.kind == "zone" else ground.lines[(s.kind, s.name)] for s in order]
    walls = [
        shape
        if stretch.kind == "zone"
        else _between(shape, shapes[k - 1], shapes[(k + 1) % len(shapes)], stretch.length_m).buffer(_WALL_M)
        for k, (stretch, shape) in enumerate(zip(order, shapes, strict=True))
    ]
    open_land = ground.land.difference(shapely.union_all(walls))
    reached = [part for part in shapely.get_parts(open_land) if part.distance(start) < _WALL_M]
    return shapely.union_all(reached).buffer(_WALL_M).intersection(ground.land)


def _in_order(stretches: tuple[Stretch, ...]) -> list[Stretch]:
    """Return the stretches with neighbours of the same name joined over the corners."""
    joined: list[Stretch] = []
    for stretch in stretches:
        if joined and (joined[-1].kind, joined[-1].name) == (stretch.kind, stretch.name):
            joined[-1] = replace(joined[-1], length_m=joined[-1].length_m + stretch.length_m)
        else:
            joined.append(stretch)
    if len(joined) > 1 and (joined[0].kind, joined[0].name) == (joined[-1].kind, joined[-1].name):
        # the line ends where it began
        joined[0] = replace(joined[0], length_m=joined[0].length_m + joined.pop().length_m)
    return joined


def _between(line: Shape, before: Shape, after: Shape, length_m: float) -> Shape:
    """Return the piece of a line that leads from its neighbour before to its neighbour after in the sentence.

    Where they meet it in several places, the piece whose length is nearest to what the words say; where none comes near
    to it, everything within a walk of the stated length from both.
    """
    merged: Any = shapely.line_merge(line) if line.geom_type == "MultiLineString" else line
    ends = before.buffer(_WALL_M), after.buffer(_WALL_M)
    best: tuple[float, Shape] = (np.inf, line)
    for part in shapely.get_parts(merged):
        places = [_meetings(part, end) for end in ends]
        for low, high in ((min(a, b), max(a, b)) for a in places[0] for b in places[1]):
            error = abs(high - low - length_m)
            if error < best[0]:
                best = (
                    error,
                    shapely.ops.substring(part, max(low - _NEAR_M, 0.0), min(high + _NEAR_M, part.length)),
                )
    if best[0] <= (1 - _STATED_SHARE) * length_m + 2 * _WALL_M:
        return best[1]
    reach = [end.buffer(length_m + _WALL_M) for end in (before, after)]
    return merged.intersection(reach[0]).intersection(reach[1])


def _meetings(part: Shape, end: Shape) -> list[float]:
    """Return how far along a line it enters and leaves the neighbourhood of another."""
    found = [p for p in shapely.get_parts(part.intersection(end)) if not p.is_empty]
    return sorted(
        {
            round(part.project(shapely.Point(xy)), 1)
            for piece in found
            for xy in (piece.coords[0], piece.coords[-1])
        }
    )


def agreement(described: Shape, catchment: Shape) -> float:
    """Return how much two areas agree: common area ÷ joint area (1: the same)."""
    joint = described.union(catchment).area
    return float(described.intersection(catchment).area / joint) if joint else 0.0


def _metres(length: float) -> str:
    return f"{length / 1000:.1f}公里" if length >= 1000 else f"{max(10, round(length, -1)):.0f}米"


def _limit(stretch: Stretch) -> str:
    return stretch.name if stretch.kind in ("road", "barrier") else f"{stretch.name}界"


def _features(district: District) -> list[tuple[str, str, Shape]]:
    """Return the named lines a border can follow, in the order in which they are preferred."""
    found: list[tuple[str, str, Shape]] = []
    row: Any
    for row in district.boundary.itertuples():
        found.append(("county", str(row.name), row.geometry.boundary))
    for kind, table in (("barrier", district.barriers), ("road", district.roads)):
        named = table[table["name"].fillna("").astype(str).str.strip() != ""]
        if len(named):
            merged = named[["name", "geometry"]].dissolve("name", sort=True)
            found += [(kind, str(name), shape) for name, shape in merged.geometry.items()]
    return found + list(_township_limits(district.townships))


def _township_limits(towns: gpd.GeoDataFrame) -> Iterator[tuple[str, str, Shape]]:
    known: Any = towns[~(towns.geometry.isna() | towns.geometry.is_empty)].reset_index(drop=True)
    if not set(known.geom_type) <= {"Polygon", "MultiPolygon"}:
        return
    left, right = known.sindex.query(known.geometry, predicate="intersects")
    for a, b in sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b):
        shared = known.geometry.iat[a].boundary.intersection(known.geometry.iat[b].boundary)
        if shared.length > 0:
            yield "township", f"{known['name'].iat[a]}与{known['name'].iat[b]}", shared


def _stretches(
    shape: Shape, features: list[tuple[str, str, Shape]], others: gpd.GeoDataFrame
) -> list[Stretch]:
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    ring = shapely.LineString(shapely.orient_polygons(largest, exterior_cw=True).exterior)
    step = max(_STEP_M, ring.length / _MOST_STEPS)
    at = np.arange(0, ring.length, step)
    points = shapely.line_interpolate_point(ring, at)
    label = _labels(points, step, features)
    side = _sides(points, largest)
    outside = others.sindex.nearest(points, return_all=False)[1] if len(others) else None
    names = others["name"].astype(str).to_numpy()
    texts = []
    for k, which in enumerate(label):
        if which >= 0:
            texts.append((features[which][0], features[which][1], side[k]))
        elif outside is not None:
            texts.append(("zone", str(names[outside[k]]), side[k]))
    return _runs(_from_north_west(texts, points, largest), step)


def _labels(points: Any, step: float, features: list[tuple[str, str, Shape]]) -> npt.NDArray[np.int64]:
    """Return the feature every sample follows (-1: none); the first of the list wins where several run together."""
    label = np.full(len(points), -1)
    shapes = np.array([f[2] for f in features], dtype=object)
    if not len(shapes):
        return label
    sample, feature = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=_NEAR_M)
    for which in np.unique(feature):
        near = np.zeros(len(points), dtype=bool)
        near[sample[feature == which]] = True
        label[_long(near, int(np.ceil(_RUN_M / step))) & (label < 0)] = which
    return label


def _long(near: npt.NDArray[np.bool_], least: int) -> npt.NDArray[np.bool_]:
    """Return the flags that stand in a run of at least ``least``; the ring closes on itself."""
    if near.all():
        return near
    start = int(np.flatnonzero(~near)[0])
    turned = np.roll(near, -start)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], turned.astype(np.int8), [0]])))
    kept = np.zeros(len(near), dtype=bool)
    for a, b in edges.reshape(-1, 2):
        kept[a:b] = b - a >= least
    return np.roll(kept, start)


def _sides(points: Any, shape: Shape) -> list[str]:
    west, south, east, north = shape.bounds
    x = (shapely.get_x(points) - (west + east) / 2) / max(east - west, 1e-9)
    y = (shapely.get_y(points) - (south + north) / 2) / max(north - south, 1e-9)
    across = np.abs(x) >= np.abs(y)
    return np.where(across, np.where(x > 0, "east", "west"), np.where(y > 0, "north", "south")).tolist()  # type: ignore[no-any-return]


def _from_north_west(texts: list[Any], points: Any, shape: Shape) -> list[Any]:
    west, _, _, north = shape.bounds
    first = int(np.argmin(np.hypot(shapely.get_x(points) - west, shapely.get_y(points) - north)))
    return texts[first:] + texts[:first] if len(texts) == len(points) else texts


def _runs(texts: list[Any], step: float) -> list[Stretch]:
    table = pd.DataFrame(texts, columns=["kind", "name", "side"])
    if table.empty:
        return []
    run = (table != table.shift()).any(axis=1).cumsum()
    return [
        Stretch(str(part["kind"].iat[0]), str(part["name"].iat[0]), str(part["side"].iat[0]), round(len(part) * step, 1))
        for _, part in table.groupby(run)
    ]  # fmt: skip


def _reaches(stretches: list[Stretch], side: str) -> tuple[str, ...]:
    length: dict[str, float] = {}
    for stretch in (s for s in stretches if s.side == side):
        word = _limit(stretch)
        length[word] = length.get(word, 0.0) + stretch.length_m
    total = sum(length.values())
    ranked = sorted(length, key=lambda word: -length[word])
    named = 0.0
    for k, word in enumerate(ranked[:_SIDE_MOST]):
        if length[word] < _SIDE_SHARE * total and named >= _SIDE_NAMED * total:
            return tuple(ranked[:k])
        named += length[word]
    return tuple(ranked[:_SIDE_MOST])
