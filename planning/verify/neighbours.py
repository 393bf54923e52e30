"""Derive which zones are neighbours a second time, from the outlines alone, by the rule as docs/verification.md states it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from planning.district import District
from planning.scenario.parts import Contiguity
from planning.verify.places import outlines
from planning.verify.streets import Streets

LEAST_M = 10.0
"""Shortest common border of neighbours, metres; a corner closed by the tolerance is none (:data:`CORNERS` × tolerance)."""
CORNERS = 6.0
NEAR_M = 10.0
"""A barrier or a crossing so near belongs to the border, metres."""
DOUBT_M = 1.0
"""Common borders are measured to so many metres."""
_PIECE_M = 0.5
Pair = tuple[str, str]


@dataclass(frozen=True)
class Borders:
    """The borders between zones.

    Parameters
    ----------
    graph : Graph
        Zones and the pairs that are neighbours; ``by_hand`` marks pairs joined without a border.
    doubtful : frozenset
        Pairs so near the limits of the rule that either reading is true.
    """

    graph: nx.Graph[str]
    doubtful: frozenset[Pair]


def borders(district: District, setting: Contiguity, schools: dict[str, set[str]]) -> Borders:
    """Return which zones are neighbours under the scenario's settings.

    Two zones are neighbours when their outlines come within ``snap_m``, along 10 m at least (or 6 × ``snap_m``) unless corners count;
    barriers that cut, bridges by hand and places without a neighbour or a school as in docs/verification.md.
    """
    shape = outlines(district.zones, "zone")
    ids = list(shape)
    least = max(LEAST_M, CORNERS * max(setting.snap_m, 0.01)) if setting.neighbours == "rook" else None
    cut = _Barriers(district.barriers, district.roads, setting.cut_by)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(ids)
    pairs = _candidates(shape, setting.snap_m)
    if least is None:
        meeting = [pair for pair in pairs if not cut.near(shape[pair[0]], shape[pair[1]])]
        graph.add_edges_from(meeting)
        pairs = sorted(set(pairs) - set(meeting))
    common = _common(shape, pairs, max(setting.snap_m, 0.01), least)
    doubtful = set()
    if least is not None:
        metres = dict(zip(pairs, shapely.length(list(common.values())).tolist(), strict=True))
        doubtful |= {pair for pair in pairs if abs(metres[pair] - least) <= DOUBT_M}
        common = {pair: border for pair, border in common.items() if metres[pair] >= least}
    for pair, (apart, sure) in cut.parted(shape, common).items():
        if not sure:
            doubtful.add(pair)
        if not apart:
            graph.add_edge(*pair)
    graph.add_edges_from(setting.bridges, by_hand=True)
    _join_alone(district, graph)
    _join_places({s: zones for s, zones in schools.items() if zones}, graph, shape)
    return Borders(graph, frozenset(doubtful))


def _candidates(shape: dict[str, Any], snap_m: float) -> list[Pair]:
    """Return the pairs whose outlines come within the tolerance."""
    names, zones = list(shape), list(shape.values())
    # a hair more than the tolerance: what lies on its very edge is measured, not left out
    near = shapely.STRtree(zones).query(zones, predicate="dwithin", distance=max(snap_m, 0.01) * 1.02)
    return sorted((names[a], names[b]) for a, b in near.T.tolist() if a < b)


def _common(shape: dict[str, Any], pairs: list[Pair], snap_m: float, least: float | None) -> dict[Pair, Any]:
    """Return for every pair the part of one outline that lies within the tolerance of the other, as lines."""
    edge = {z: g.boundary for z, g in shape.items()}
    exact = shapely.intersection(
        np.array([edge[a] for a, _ in pairs], dtype=object),
        np.array([edge[b] for _, b in pairs], dtype=object),
    )
    found = {}
    for (a, b), same in zip(pairs, exact, strict=True):
        lines = [g for g in shapely.get_parts(same) if g.geom_type == "LineString"]
        shared = shapely.multilinestrings(lines) if lines else shapely.MultiLineString()
        enough = least is not None and shared.length >= least + DOUBT_M
        found[a, b] = shared if enough else _within(edge[a], shape[b], snap_m)
    return found


def _within(edge: Any, other: Any, snap_m: float) -> Any:
    """Return the pieces of an outline that lie within the tolerance of another zone."""
    west, south, east, north = other.bounds
    here = shapely.clip_by_rect(edge, west - snap_m, south - snap_m, east + snap_m, north + snap_m)
    pieces = []
    for part in shapely.get_parts(here):
        xy = shapely.get_coordinates(shapely.segmentize(part, _PIECE_M))
        pieces.append(np.stack([xy[:-1], xy[1:]], axis=1))
    if not pieces:
        return shapely.MultiLineString()
    every = np.concatenate(pieces)
    shapely.prepare(other)
    inside = shapely.dwithin(shapely.points(every.mean(axis=1)), other, snap_m)
    return shapely.multilinestrings(list(shapely.linestrings(every[inside])))


class _Barriers:
    """The barriers that cut, and where roads cross them."""

    def __init__(self, barriers: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, kinds: Iterable[str]) -> None:
        chosen = barriers[barriers["kind"].isin(list(kinds))]
        self.lines: list[Any] = list(chosen.geometry)
        self.kinds: list[str] = [str(k) for k in chosen["kind"]]
        self.tree = shapely.STRtree(self.lines)
        flags = (roads["crossing"].eq(True) & ~roads["walkable"].eq(False)).to_numpy(dtype=bool)
        self.roads = list(roads.geometry[flags])

    @cached_property
    def spots(self) -> list[tuple[Any, str]]:
        """Where flagged roads come to a barrier, and its kind."""
        found = []
        for road in self.roads:
            for k in self.tree.query(road, predicate="dwithin", distance=NEAR_M / 2).tolist():
                found.append(
                    (shapely.get_point(shapely.shortest_line(road, self.lines[k]), 0), self.kinds[k])
                )
        return found

    @cached_property
    def _spot_tree(self) -> Any:
        return shapely.STRtree([spot for spot, _ in self.spots])

    def near(self, a: Any, b: Any) -> list[int]:
        """Return the barriers that come near two zones."""
        if not self.lines:
            return []
        found: list[int] = self.tree.query(shapely.union(a, b), predicate="dwithin", distance=NEAR_M).tolist()
        return found

    def parted(self, shape: dict[str, Any], common: dict[Pair, Any]) -> dict[Pair, tuple[bool, bool]]:
        """Return for every pair whether a barrier parts the two zones, and whether that is beyond doubt."""
        middle = {z: g.representative_point() for z, g in shape.items()}
        ways = {(a, b): shapely.LineString([middle[a], middle[b]]) for a, b in common}
        near: dict[Pair, set[int]] = {pair: set() for pair in common}
        names = list(common)
        for lines in (list(ways.values()), list(common.values())) if self.lines and names else ():
            boxes = shapely.envelope(lines)
            for n, k in self.tree.query(boxes, predicate="dwithin", distance=NEAR_M).T.tolist():
                near[names[n]].add(k)
        return {
            pair: self._part(ways[pair], shape[pair[0]], shape[pair[1]], border, sorted(near[pair]))
            for pair, border in common.items()
        }

    def _part(self, way: Any, a: Any, b: Any, common: Any, near: list[int]) -> tuple[bool, bool]:
        if not near:
            return False, True
        along, sure = self._along(common, near)
        between = self._between(way, a, b, near)
        if not along and not between and sure:
            return False, True
        here, there = self._crossed(a), self._crossed(b)
        closed = along - {kind for _, kind in here & there}
        closed |= between - {kind for _, kind in here | there}
        return bool(closed), sure

    def _along(self, common: Any, near: list[int]) -> tuple[set[str], bool]:
        """Return the kinds that run along half of the common border at least."""
        whole, found, sure = float(shapely.length(common)), set(), True
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for k in near:
            by_kind[self.kinds[k]].append(self.lines[k])
        for kind, lines in by_kind.items():
            strip = shapely.buffer(shapely.union_all(lines), NEAR_M)
            share = float(shapely.length(shapely.intersection(common, strip))) / whole if whole else 0.0
            sure &= abs(share - 0.5) > 0.05
            if share >= 0.5:
                found.add(kind)
        return found, sure

    def _between(self, way: Any, a: Any, b: Any, near: list[int]) -> set[str]:
        """Return the kinds that pass between the middles an odd number of times, inside the two zones."""
        found = set()
        for k in near:
            spots = [
                g
                for g in shapely.get_parts(shapely.intersection(way, self.lines[k]))
                if g.geom_type == "Point"
            ]
            inside = [s for s in spots if min(s.distance(a), s.distance(b)) <= NEAR_M]
            if len({round(way.project(s), 1) for s in inside}) % 2:
                found.add(self.kinds[k])
        return found

    def _crossed(self, zone: Any) -> set[tuple[int, str]]:
        """Return the crossings that touch a zone."""
        if not self.spots:
            return set()
        hits = self._spot_tree.query(zone, predicate="dwithin", distance=NEAR_M).tolist()
        return {(k, self.spots[k][1]) for k in hits}


def _join_alone(district: District, graph: nx.Graph[str]) -> None:
    """Join every zone without a neighbour to the nearest on foot, straight where no way leads anywhere."""
    alone = [z for z in graph if not graph.degree(z)]
    if not alone or len(graph) < 2:
        return
    shape = outlines(district.zones, "zone")
    middles = {z: g.point_on_surface() for z, g in shape.items()}
    streets = Streets(district.roads, district.barriers)
    found = []
    for zone in alone:
        metres, _ = streets.ways(list(middles.values()), [middles[zone]], detour=1.3)
        far = dict(zip(middles, metres[:, 0].tolist(), strict=True))
        if sum(math.isfinite(m) for m in far.values()) <= 1:
            far = {z: p.distance(middles[zone]) for z, p in middles.items()}
        far.pop(zone)
        found.append((zone, min(far, key=lambda z: far[z])))
    graph.add_edges_from(found, by_hand=True)


def _join_places(homes: dict[str, set[str]], graph: nx.Graph[str], shape: dict[str, Any]) -> None:
    """Join every place that borders no school of some stage to the zone outside it whose outline is nearest."""
    middles = {z: g.point_on_surface() for z, g in shape.items()}
    while True:
        places = [set(p) for p in nx.connected_components(graph)]
        lacking = [p for p in places if any(not p & zones for zones in homes.values())]
        if len(places) < 2 or not lacking:
            return
        edges = []
        for place in lacking:
            outside = [z for z in graph if z not in place]
            tree = shapely.STRtree([shape[z] for z in outside])
            who, which = tree.query_nearest([shape[z] for z in sorted(place)], all_matches=True)
            pairs = [
                (sorted(place)[i], outside[j]) for i, j in zip(who.tolist(), which.tolist(), strict=True)
            ]
            edges.append(
                min(
                    pairs,
                    key=lambda p: (
                        round(shape[p[0]].distance(shape[p[1]]), 5),
                        round(middles[p[0]].distance(middles[p[1]]), 5),
                        p,
                    ),
                )
            )
        graph.add_edges_from(edges, by_hand=True)
