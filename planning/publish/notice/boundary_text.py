"""Say in words where a catchment ends: four sides, enclosing line, places inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import ObjectArray
from planning.district import District
from planning.layout import Layout, one_row_per_zone
from planning.messages import Text, said
from planning.publish.across import across_streets
from planning.publish.catchments import catchment_polygons
from planning.publish.notice.stretches import Features, Stretch, features_of, stretches_of
from planning.publish.places import names_of_zones

SIDES = ("east", "south", "west", "north")
SIDE_WORDS = {
    "east": Text("publish.boundary_text.east"),
    "south": Text("publish.boundary_text.south"),
    "west": Text("publish.boundary_text.west"),
    "north": Text("publish.word.north"),
}
# a side names what takes at least this share of it, and more until so much is named, so many at most
_SIDE_SHARE, _SIDE_NAMED, _SIDE_MOST = 0.15, 0.5, 3


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
        Parts apart from the largest, and enclosed areas of others; the words describe the largest part's rim, streets of no zone between blocks left out.
    rim : float
        Share of all rims of the catchment that the words describe.
    apart : tuple of str
        Names of the zones that lie in other parts.
    """

    unit: str
    stretches: tuple[Stretch, ...]
    sides: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    exclaves: int
    holes: int
    rim: float = 1.0
    apart: tuple[str, ...] = ()

    @property
    def four_sides(self) -> str:
        """What the four sides reach: ``东至…,南至…,西至…,北至…``."""
        return said("publish.sign.comma_of_clauses").join(
            said(
                "publish.boundary_text.side_reaches",
                side=SIDE_WORDS[s],
                sides=said("publish.sign.comma").join(self.sides[s])
                or said("publish.boundary_text.border_of_this_catchment"),
            )
            for s in SIDES
        ) + said("publish.sign.end")

    @property
    def enclosing_line(self) -> str:
        """The border clockwise: what it follows and about how far."""
        words = [
            said("publish.boundary_text.about", limit_words=limit_words(s), metres=_metres(s.length_m))
            for s in joined_over_corners(self.stretches)
        ]
        return (
            said("publish.boundary_text.clockwise_from_the_north_west_corner")
            + "—".join(words)
            + said("publish.sign.end")
        )

    @property
    def text(self) -> str:
        """The whole description."""
        inside = said("publish.sign.semicolon").join(
            said("publish.word.township_zones", town=town, names=said("publish.sign.comma").join(names))
            for town, names in self.places.items()
        )
        apart = (
            [said("publish.boundary_text.exclave_beside_it", exclaves=self.exclaves)] if self.exclaves else []
        )
        apart += (
            [said("publish.boundary_text.areas_inside_that_belong_to_others", holes=self.holes)]
            if self.holes
            else []
        )
        more = (
            said("publish.sign.comma_of_clauses").join(apart)
            + said("publish.boundary_text.the_sketch_shows_them")
            if apart
            else ""
        )
        return said("publish.boundary_text.it_holds", four_sides=self.four_sides, more=more, inside=inside)


def boundary_texts(
    district: District,
    layout: Layout,
    stage: str,
    *,
    catchments: gpd.GeoDataFrame | None = None,
    features: Features | None = None,
) -> dict[str, BoundaryText]:
    """Return the description of every catchment of a stage by unit.

    ``catchments`` are those of :func:`catchment_polygons` with every corner, ``features`` those of the district, where they are at
    hand.

    A border follows a county limit, a river, canal or railway, a named road or a township limit where it keeps within
    30 m of it for at least 90 m; elsewhere it names the neighbouring community.
    """
    features = features or features_of(district)
    towns = district.townships.set_index("township")["name"]
    part = one_row_per_zone(layout.assignment[layout.assignment["stage"] == stage])
    assigned = part.set_index("zone")["unit"]
    zones = district.zones
    unit = zones["zone"].map(assigned).to_numpy(dtype=object)
    names, shapes = (
        np.asarray(column.array, dtype=object) for column in (names_of_zones(district), zones["geometry"])
    )
    home = zones["township"].to_numpy(dtype=object)
    if catchments is None:
        catchments = catchment_polygons(district, layout, stage)
    result = {}
    over = across_streets(np.asarray(catchments.geometry.array, dtype=object), shapes)
    row: Any
    for row, shape in zip(catchments.itertuples(), over, strict=True):
        inside = unit == row.unit
        stretches = stretches_of(shape, features, names[~inside], shapes[~inside])
        largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
        beyond = ~shapely.intersects(largest, shapely.point_on_surface(shapes[inside]))
        result[str(row.unit)] = BoundaryText(
            unit=str(row.unit),
            stretches=tuple(stretches),
            sides={side: _reaches(stretches, side) for side in SIDES},
            places=_places(home[inside], names[inside], towns),
            exclaves=int(row.exclaves),
            holes=int(row.holes),
            rim=float(largest.exterior.length / max(shapely.length(shape), 1e-9)),
            apart=tuple(sorted(map(str, names[inside][beyond]))),
        )
    return result


def joined_over_corners(stretches: tuple[Stretch, ...]) -> list[Stretch]:
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


def _metres(length: float) -> str:
    return (
        said("publish.boundary_text.kilometres", length=length / 1000)
        if length >= 1000
        else said("publish.boundary_text.metres", length=max(10, round(length, -1)))
    )


def _places(home: ObjectArray, names: ObjectArray, towns: pd.Series[str]) -> dict[str, tuple[str, ...]]:
    """Return the names of zones by the name of their township; zones without one last."""
    found: dict[str, list[str]] = {}
    for town, name in sorted(
        zip(home, names, strict=True), key=lambda z: (pd.isna(z[0]), str(z[0]), str(z[1]))
    ):
        found.setdefault(str(towns.get(town, town)), []).append(str(name))
    return {town: tuple(inside) for town, inside in found.items()}


def limit_words(stretch: Stretch) -> str:
    """Return how a notice names what a border follows."""
    return (
        stretch.name
        if stretch.kind in ("road", "barrier")
        else said("publish.boundary_text.border_of", name=stretch.name)
    )


def _reaches(stretches: list[Stretch], side: str) -> tuple[str, ...]:
    length: dict[str, float] = {}
    for stretch in (s for s in stretches if s.side == side):
        word = limit_words(stretch)
        length[word] = length.get(word, 0.0) + stretch.length_m
    total = sum(length.values())
    ranked = sorted(length, key=lambda word: -length[word])
    named = 0.0
    for k, word in enumerate(ranked[:_SIDE_MOST]):
        if length[word] < _SIDE_SHARE * total and named >= _SIDE_NAMED * total:
            return tuple(ranked[:k])
        named += length[word]
    return tuple(ranked[:_SIDE_MOST])
