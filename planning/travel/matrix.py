"""Measure walking distances from every zone to every school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.district.model import District
from planning.messages import en_zh
from planning.travel.access import Access, join_network
from planning.travel.barriers import barrier_lines, geometries
from planning.travel.contracted import contracted, shortest
from planning.travel.network import WalkingNetwork, walking_network

NORM_KINDS = ("arterial", "railway", "motorway")
"""Barriers that day pupils should not cross on foot (GB 50099-2011 and the norms of siting)."""

# Lengths are whole multiples of 1/1024 m and a crossing adds 2^-30 m: sums below 4,000 km stay exact in double
# precision, so a distance carries the number of crossings of its shortest path in its last bits.
GRID = 1024.0
_STEP = 2.0**-30
_CHUNK = 64
_ISLAND_SHARE = 0.01  # parts of the network with fewer of its nodes are fragments that nobody joins


@dataclass(frozen=True)
class TravelMatrix:
    """Walking distances from zones to schools.

    Parameters
    ----------
    zones, schools : Index
        Rows and columns.
    distance_m : array, shape (n_zones, n_schools)
        Metres on foot; ``inf`` where there is no way.
    crosses_barrier : bool array, shape (n_zones, n_schools)
        The way goes over an arterial, a railway or a motorway (at a crossing).
    mode : str
        ``"network"`` or ``"straight"``: how the distances were measured.
    note, note_zh : str
        What a reader must know, in English and Chinese: straight lines used, zones or schools off the network, islands.
    unsnapped : tuple of str
        Zones farther than the limit from any usable road.
    unsnapped_schools : tuple of str
        Schools farther than the limit from any road.
    """

    zones: pd.Index[str]
    schools: pd.Index[str]
    distance_m: FloatArray
    crosses_barrier: BoolArray
    mode: Literal["network", "straight"]
    note: str = ""
    note_zh: str = ""
    unsnapped: tuple[str, ...] = ()
    unsnapped_schools: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a long table ``zone, school, distance_m, crosses_barrier``, zones in order, then schools."""
        shape = (len(self.zones), len(self.schools))
        return pd.DataFrame(
            {
                "zone": np.repeat(self.zones.to_numpy(), shape[1]),
                "school": np.tile(self.schools.to_numpy(), shape[0]),
                "distance_m": self.distance_m.ravel(),
                "crosses_barrier": self.crosses_barrier.ravel(),
            }
        )


def school_places(district: District) -> gpd.GeoDataFrame:
    """Return the points of all schools and of the sites of new ones, indexed by school id."""
    new = district.projects[(district.projects["kind"] == "new").to_numpy(dtype=bool)]
    parts = [
        gpd.GeoDataFrame(
            {"school": t["school"].astype("str")}, geometry=t.geometry.array, crs=district.info.crs_metric
        )
        for t in (district.schools, new)
    ]
    both = pd.concat(parts, ignore_index=True)
    both = both[~both.geometry.isna() & ~both.geometry.is_empty].drop_duplicates("school").set_index("school")
    return gpd.GeoDataFrame(both, geometry="geometry", crs=district.info.crs_metric)


def travel_matrix(
    district: District,
    places: gpd.GeoDataFrame,
    *,
    mode: Literal["network", "straight"] = "network",
    detour: float = 1.3,
    max_snap_m: float = 3000.0,
    barriers: bool = True,
) -> TravelMatrix:
    """Return walking distances from the representative point of every zone to every place.

    Parameters
    ----------
    district : District
        Zones, roads and barriers in metres.
    places : GeoDataFrame
        Points of schools and of sites for new ones, indexed by school id (see :func:`school_places`).
    mode : {"network", "straight"}
        Along the streets, or straight line × ``detour``. A county without roads gets straight lines, and
        the result says so.
    detour : float
        Factor on straight lines, also on the legs to and from the street.
    max_snap_m : float
        Longest straight leg from a point to the street, metres.
    barriers : bool
        Honour the barriers.

    Returns
    -------
    TravelMatrix
        The input order of zones and places is kept.
    """
    zones = pd.Index(district.zones["zone"].astype("str"), name="zone")
    schools = pd.Index(places.index.astype("str"), name="school")
    homes: ObjectArray = shapely.point_on_surface(geometries(district.zones))
    sites = geometries(places)
    network = walking_network(district, barriers=barriers) if mode == "network" else None
    if network is None or len(network.start) == 0:
        return _straight(district, zones, schools, homes, sites, detour, barriers, asked=mode)
    at_home, at_school = join_homes_and_schools(
        district, network, homes, sites, max_snap_m=max_snap_m, barriers=barriers
    )
    distance, crosses = _many_to_many(network, at_home, at_school, detour)
    lost = tuple(str(z) for z in zones[at_home.edge < 0])
    lost_schools = tuple(str(s) for s in schools[at_school.edge < 0])
    return TravelMatrix(
        zones, schools, distance, crosses, "network",
        *_notes(network, at_home, lost, lost_schools, max_snap_m), lost, lost_schools,
    )  # fmt: skip


def join_homes_and_schools(
    district: District,
    network: WalkingNetwork,
    homes: ObjectArray,
    sites: ObjectArray,
    *,
    max_snap_m: float = 3000.0,
    barriers: bool = True,
) -> tuple[Access, Access]:
    """Return where homes and schools join the streets.

    Schools join any part of the network that is more than a fragment; homes prefer a part that has a school.
    """
    lines = barrier_lines(district.barriers if barriers else district.barriers.iloc[:0])
    size = np.bincount(network.component)
    large = np.flatnonzero(size >= _ISLAND_SHARE * size.sum())
    at_school = join_network(sites, network, lines, max_snap_m=max_snap_m, prefer=(large,))
    served = np.unique(network.component[network.start[at_school.edge[at_school.edge >= 0]]])
    at_home = join_network(homes, network, lines, max_snap_m=max_snap_m, prefer=(served, large))
    return at_home, at_school


def _notes(
    network: WalkingNetwork,
    at_home: Access,
    lost: tuple[str, ...],
    lost_schools: tuple[str, ...],
    limit: float,
) -> tuple[str, str]:
    islands, over = int(network.component.max()), int(at_home.over.sum())
    cut = len(network.cut)
    parts = [
        (1, *en_zh("travel.matrix.walking_distance_along_streets")),
        (
            islands,
            *en_zh("travel.matrix.parts_street_network_connected", islands=islands),
        ),
        (cut, *en_zh("travel.matrix.roads_cut_barrier_without", cut=cut)),
        (
            len(lost),
            *en_zh("travel.matrix.zones_lie_more_than", lost=len(lost), limit=f"{limit:.0f}"),
        ),
        (
            len(lost_schools),
            *en_zh(
                "travel.matrix.schools_lie_more_than", lost_schools=len(lost_schools), limit=f"{limit:.0f}"
            ),
        ),
        (
            over,
            *en_zh("travel.matrix.zones_reach_street_only", over=over),
        ),
    ]
    return "; ".join(en for n, en, _ in parts if n), "；".join(zh for n, _, zh in parts if n)


def _straight(
    district: District,
    zones: pd.Index[str],
    schools: pd.Index[str],
    homes: ObjectArray,
    sites: ObjectArray,
    detour: float,
    barriers: bool,
    asked: str,
) -> TravelMatrix:
    a, b = shapely.get_coordinates(homes), shapely.get_coordinates(sites)
    gap = a[:, None, :] - b[None, :, :]
    distance = np.hypot(gap[..., 0], gap[..., 1]) * detour
    crosses = np.zeros(distance.shape, dtype=bool)
    lines = barrier_lines(district.barriers if barriers else district.barriers.iloc[:0], NORM_KINDS)
    if len(lines.pieces) and distance.size:
        ends = np.stack(
            [np.broadcast_to(a[:, None, :], gap.shape), np.broadcast_to(b[None, :, :], gap.shape)], axis=2
        )
        ways = shapely.linestrings(ends.reshape(-1, 2, 2))
        every = shapely.multilinestrings(lines.pieces)
        shapely.prepare(every)
        crosses = np.asarray(shapely.intersects(every, ways), dtype=bool).reshape(distance.shape)
    note, note_zh = en_zh("travel.matrix.straight_line", detour=f"{detour:g}")
    if asked == "network":
        without, without_zh = en_zh("travel.matrix.no_walkable_roads")
        note, note_zh = note + without, note_zh + without_zh
    return TravelMatrix(zones, schools, distance, crosses, "straight", note, note_zh)


def _whole(length: FloatArray) -> FloatArray:
    return np.round(length * GRID) / GRID


def _norm(barrier: ObjectArray) -> FloatArray:
    kinds = {text: float(sum(k in NORM_KINDS for k in text.split(";"))) for text in set(barrier)}
    return np.array([kinds[text] for text in barrier], dtype=np.float64)


def _many_to_many(
    network: WalkingNetwork, at_home: Access, at_school: Access, detour: float
) -> tuple[FloatArray, BoolArray]:
    """Return distances and crossings, homes × schools, by shortest paths from the schools."""
    from scipy.sparse.csgraph import dijkstra

    nodes, homes, schools = len(network.xy), len(at_home.edge), len(at_school.edge)
    graph = _graph(network, at_home, at_school)
    gates = nodes + np.arange(homes + schools)
    kept = np.zeros(graph.shape[0], dtype=bool)
    kept[gates[homes:]] = True
    streets = contracted(graph, kept)
    sources = np.searchsorted(streets.nodes, gates[homes:])
    from_home, from_school = _legs(at_home, detour), _legs(at_school, detour)
    distance = np.full((homes, schools), np.inf)
    for begin in range(0, schools, _CHUNK):
        some = slice(begin, begin + _CHUNK)
        found = dijkstra(streets.junctions, directed=True, indices=sources[some])
        distance[:, some] = streets.reach(found, gates[:homes]).T + from_home[:, None] + from_school[some]
    finite = np.isfinite(distance)
    crosses = np.zeros(distance.shape, dtype=bool)
    grid = np.floor(distance[finite] * GRID)
    crosses[finite] = distance[finite] * GRID - grid > 0
    distance[finite] = grid / GRID
    return distance, crosses


def _legs(at: Access, detour: float) -> FloatArray:
    """Return the weight of the way from every point to where it joins the streets; ``inf`` where it does not."""
    legs = _weights(_whole(at.leg_m * detour) + at.over * _STEP)
    return np.where(at.edge >= 0, legs, np.inf)


def _weights(weight: FloatArray) -> FloatArray:
    return np.where(weight == 0, 1 / GRID, weight)  # a sparse graph takes zero for no edge


def _graph(network: WalkingNetwork, at_home: Access, at_school: Access) -> Any:
    """Return the symmetric weighted graph of nodes, then the places where homes and schools join, in their order."""
    edge = np.concatenate([at_home.edge, at_school.edge])
    along = np.concatenate([at_home.along_m, at_school.along_m])
    count, nodes = len(edge), len(network.xy)
    joined = np.flatnonzero(edge >= 0)
    chain = _chains(network, edge[joined], along[joined], nodes + joined)
    start = np.concatenate([network.start, chain[0]])
    end = np.concatenate([network.end, chain[1]])
    weight = np.concatenate(
        [_whole(network.length_m) + _norm(network.barrier) * _STEP, _whole(chain[2]) + chain[3] * _STEP]
    )
    weight = np.tile(_weights(weight), 2)
    return shortest(np.concatenate([start, end]), np.concatenate([end, start]), weight, nodes + count)


def _chains(
    network: WalkingNetwork, edge: IntArray, along: FloatArray, gate: IntArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Return the pieces of every joined road between its ends and the places where points join it.

    Their first and last node, their metres, and over how many kinds of barrier of the norm each of them goes.
    """
    order = np.lexsort((along, edge))
    edge, along, gate = edge[order], along[order], gate[order]
    if len(edge) == 0:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, np.empty(0), np.empty(0)
    new = np.r_[True, edge[1:] != edge[:-1]]
    last = np.r_[edge[1:] != edge[:-1], True]
    before = np.where(new, network.start[edge], np.r_[0, gate[:-1]])
    since = np.where(new, 0.0, np.r_[0.0, along[:-1]])
    piece = along - since
    tail = network.length_m[edge[last]] - along[last]
    start = np.concatenate([before, gate[last]])
    end = np.concatenate([gate, network.end[edge[last]]])
    over = [_norm_over(network, e, a, b) for e, a, b in zip(edge, since, along, strict=True)]
    over += [_norm_over(network, e, a, np.inf) for e, a in zip(edge[last], along[last], strict=True)]
    return start, end, np.maximum(np.concatenate([piece, tail]), 0.0), np.array(over)


def _norm_over(network: WalkingNetwork, edge: int, since: float, until: float) -> float:
    """Return over how many kinds of barrier of the norm a part of an edge goes."""
    return float(sum(since <= at < until and kind in NORM_KINDS for at, kind in network.over_at[edge]))
