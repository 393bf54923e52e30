"""Read a border back from its printed words, to see whether they enclose what they should."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning import cache
from planning.district import District
from planning.layout import Layout
from planning.messages import said
from planning.publish.across import across_streets
from planning.publish.catchments import catchment_polygons
from planning.publish.notice.boundary_text import (
    BoundaryText,
    boundary_texts,
    limit_words,
)
from planning.publish.notice.stretches import Features, Shape, Stretch, features_of
from planning.publish.notice.walk import Ground, agreement, ground_of, walk
from planning.publish.places import names_of_zones

AGREE = 0.9
"""Words that enclose less than this share of their catchment (common ÷ joint area) should be read by a person."""


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
        for name in names_of_zones(district):
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


@dataclass(frozen=True, eq=False)
class Reader:
    """Who follows the printed lines of one district: what is needed for all its stages is made once, when it is first needed."""

    district: District

    @cached_property
    def features(self) -> Features:
        """Named lines a border can follow."""
        return features_of(self.district)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Words the lines may hold."""
        return Vocabulary.of(self.district, self.features)

    @cached_property
    def ground(self) -> Ground:
        """What the words are followed on."""
        return ground_of(self.district, self.features)

    @cached_property
    def _content(self) -> tuple[bytes | str, ...]:
        """What an agreement depends on besides the line and the catchment."""
        zones, lines = self.district.zones, self.features.lines
        outlines = np.asarray(zones.geometry.array, dtype=object)
        return (
            cache.stamp_of_code(Path(__file__).parent.parent),
            shapely.geos_version_string,
            json.dumps([[kind, name] for kind, name, _ in lines]),
            json.dumps(names_of_zones(self.district).tolist()),
            *shapely.to_wkb(np.array([shape for _, _, shape in lines], dtype=object)),
            *shapely.to_wkb(outlines),
        )

    def agreements(self, lines: Sequence[str], parts: Sequence[Shape]) -> list[float]:
        """Return how much the area that each printed line encloses agrees with its catchment; 0 where it cannot be read back.

        The same lines on the same ground are followed once, whichever paper asks (:mod:`planning.cache`).
        """
        key = cache.key_of([*self._content, *lines, *shapely.to_wkb(np.array(parts, dtype=object))])
        held = cache.recall("lines", key)
        if held is not None and len(held.get("agreement", ())) == len(lines):
            return [float(value) for value in held["agreement"]]
        found = [self._followed(line, part) for line, part in zip(lines, parts, strict=True)]
        cache.keep("lines", key, {"agreement": np.array(found, dtype=float)})
        return found

    def _followed(self, line: str, part: Shape) -> float:
        try:
            stretches = read_line(self.district, line, self.vocabulary)
            return agreement(walk(self.ground, stretches, _middle(part)), part)
        except ValueError:
            return 0.0


def _middle(part: Shape) -> shapely.Point:
    return shapely.maximum_inscribed_circle(part).interpolate(0)


def texts_read(
    district: District,
    layout: Layout,
    stage: str,
    *,
    catchments: gpd.GeoDataFrame | None = None,
    reader: Reader | None = None,
) -> dict[str, tuple[BoundaryText, float]]:
    """Return the description of every catchment with the agreement of its line (:func:`agreements`); 0 where it cannot be read back."""
    reader = reader or Reader(district)
    if catchments is None:
        catchments = catchment_polygons(district, layout, stage)
    over = _over_streets(district, catchments).geometry
    texts = boundary_texts(district, layout, stage, catchments=catchments, features=reader.features)
    parts = [
        shapely.Polygon(max(shapely.get_parts(over[unit]), key=lambda p: float(p.area)).exterior)
        for unit in texts
    ]
    found = reader.agreements([words.enclosing_line for words in texts.values()], parts)
    return {unit: (texts[unit], agreed) for unit, agreed in zip(texts, found, strict=True)}


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
