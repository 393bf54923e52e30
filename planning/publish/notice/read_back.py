"""Walk a border along its printed words, to see whether they enclose what they should."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops

from planning.district import District
from planning.layout import Layout
from planning.messages import said
from planning.publish.across import across_streets
from planning.publish.catchments import catchment_polygons
from planning.publish.notice.boundary_text import (
    BoundaryText,
    boundary_texts,
    joined_over_corners,
    limit_words,
)
from planning.publish.notice.stretches import NEAR_M, Features, Shape, Stretch, features_of

# a reader does not slip through the crack where two roads nearly meet
_WALL_M = 40.0
AGREE = 0.9
"""Words that enclose less than this share of their catchment (common ÷ joint area) should be read by a person."""
# a piece of road shorter than this share of the stated length is not the piece meant
_STATED_SHARE = 0.8


@dataclass(frozen=True)
class Vocabulary:
    """The words a printed line may hold, and the pattern of one of them with its length."""

    known: dict[str, tuple[str, str]]
    piece: re.Pattern[str]

    @classmethod
    def of(cls, district: District, features: Features | None = None) -> Vocabulary:
        """Return the words of a district; ``features`` are its named lines, where they are at hand."""
        known = {
            limit_words(Stretch(kind, name, "", 0.0)): (kind, name)
            for kind, name, _ in reversed((features or features_of(district)).lines)
        }
        for name in district.zones["name"].astype(str):
            known.setdefault(limit_words(Stretch("zone", name, "", 0.0)), ("zone", name))
        names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
        lengths = "|".join(
            re.escape(said(f"publish.boundary_text.{unit}", length="\0")).replace("\0", r"([\d.]+)")
            for unit in ("metres", "kilometres")
        )
        stretch = re.escape(said("publish.boundary_text.about", limit_words="\0", metres="\1"))
        return cls(known, re.compile(stretch.replace("\0", f"({names})").replace("\1", f"(?:{lengths})")))


def read_line(district: District, line: str, words: Vocabulary | None = None) -> tuple[Stretch, ...]:
    """Return the stretches that :attr:`BoundaryText.enclosing_line` names, from the printed words alone.

    ``words`` are those of the district, where they are at hand.

    Raises
    ------
    ValueError
        If a name is not known in the district.
    """
    words = words or Vocabulary.of(district)
    found = []
    rest = line.removeprefix(said("publish.boundary_text.clockwise_from_the_north_west_corner"))
    rest = rest.removesuffix(said("publish.sign.end"))
    while rest:
        match = words.piece.match(rest)
        if match is None:
            raise ValueError(rest[:40])
        length = float(match[2]) if match[2] else 1000 * float(match[3])
        found.append(Stretch(*words.known[match[1]], "", length))
        rest = rest[match.end() :].removeprefix("—")
    return tuple(found)


def agreements(district: District, layout: Layout, stage: str) -> pd.Series[float]:
    """Return by unit how much the area that the printed line encloses agrees with the largest part of its catchment.

    The line is read back from its words (:func:`read_line`), followed from a place inside (:func:`walk`), and
    compared by common area ÷ joint area.
    """
    return pd.Series(
        {unit: found for unit, (_, found) in texts_read(district, layout, stage).items()},
        name="agreement",
        dtype=float,
    )


def texts_read(
    district: District, layout: Layout, stage: str, *, catchments: gpd.GeoDataFrame | None = None
) -> dict[str, tuple[BoundaryText, float]]:
    """Return the description of every catchment with the agreement of its line (:func:`agreements`); 0 where it cannot be read back."""
    if catchments is None:
        catchments = catchment_polygons(district, layout, stage)
    over = _over_streets(district, catchments).geometry
    features = features_of(district)
    ground, vocabulary = ground_of(district, features), Vocabulary.of(district, features)
    result = {}
    for unit, words in boundary_texts(
        district, layout, stage, catchments=catchments, features=features
    ).items():
        part = shapely.Polygon(max(shapely.get_parts(over[unit]), key=lambda p: float(p.area)).exterior)
        start = shapely.maximum_inscribed_circle(part).interpolate(0)
        try:
            read = replace(words, stretches=read_line(district, words.enclosing_line, vocabulary))
            result[unit] = words, agreement(walk(ground, read, start), part)
        except ValueError:
            result[unit] = words, 0.0
    return result


def check_words(district: District, layout: Layout, stage: str) -> pd.DataFrame:
    """Return how well the words of every catchment say where it is, with every part and hole counted.

    Returns
    -------
    DataFrame
        Indexed by unit: ``agreement`` (of the printed line with the rim of the largest part), ``parts``, ``exclaves``,
        ``holes`` (of all parts), ``described`` (share of the catchment's area in the largest part, which the line describes).
    """
    catchments = _over_streets(district, catchment_polygons(district, layout, stage))
    largest = [max(shapely.area(shapely.get_parts(shape))) for shape in catchments.geometry]
    table = pd.DataFrame(catchments[["parts", "exclaves", "holes"]])
    table["described"] = np.array(largest) / catchments.area.to_numpy()
    table.insert(0, "agreement", agreements(district, layout, stage).reindex(table.index))
    return table


def _over_streets(district: District, catchments: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    zones = np.asarray(district.zones.geometry.array, dtype=object)
    over = across_streets(np.asarray(catchments.geometry.array, dtype=object), zones)
    return catchments.set_geometry(
        gpd.GeoSeries(list(over), index=catchments.index, crs=catchments.crs)
    ).set_index("unit")


@dataclass(frozen=True)
class Ground:
    """What a reader of the words has before him: lines and communities by name, and all the land."""

    lines: dict[tuple[str, str], Shape]
    places: dict[str, Shape]
    land: Shape


def ground_of(district: District, features: Features | None = None) -> Ground:
    """Return what a reader of a district's notices has before him."""
    return Ground(
        {
            (kind, name): shapely.union_all(shapely.get_parts(shape))
            for kind, name, shape in (features or features_of(district)).lines
        },
        {str(name): shape for name, shape in district.zones.dissolve("name").geometry.items()},
        district.zones.union_all(),
    )


def walk(ground: Ground, words: BoundaryText, start: shapely.Point) -> Shape:
    """Return the area that the words enclose around a starting point, using nothing but the names in their order.

    A named road or river is followed from where it meets the one named before to where it meets the one named after,
    as a reader would, and becomes a wall 80 m thick; neighbouring communities are ground one does not enter.
    What can be reached from the start is the area.
    """
    order = joined_over_corners(words.stretches)
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
                    shapely.ops.substring(part, max(low - NEAR_M, 0.0), min(high + NEAR_M, part.length)),
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
