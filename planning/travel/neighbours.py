"""Tell which zones are neighbours, with barriers cutting and bridges joining them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.connected import connected_parts
from planning.district.model import District
from planning.errors import Issue, ScenarioError
from planning.messages import en_zh
from planning.travel.barriers import BarrierLines, barrier_lines, geometries
from planning.travel.matrix import travel_matrix

if TYPE_CHECKING:
    import networkx as nx

NAMED = 10
"""So many pairs are named in a note; the rest are counted."""
_ALONG_M = 10.0  # a border this close to a barrier runs along it; a crossing this close to a zone touches it
_ALONG_SHARE = 0.5  # share of the common border along a barrier from which the barrier separates the pair


@dataclass(frozen=True)
class Neighbours:
    """Which zones are neighbours.

    Parameters
    ----------
    zones : Index
        Zone ids, in the order of rows and columns.
    matrix : csr_matrix, shape (n, n)
        Symmetric, 1 where two zones are neighbours, empty diagonal.
    cut : tuple of (str, str)
        Pairs with a common border that a barrier separates.
    linked : tuple of (str, str)
        Zones without any neighbour and the zone they were joined to, nearest on foot.
    component : int array, shape (n,)
        Connected part of each zone; 0 is the largest.
    note : str
        What a reader must know.
    note_zh : str
        The same in Chinese.
    """

    zones: pd.Index[str]
    matrix: Any
    cut: tuple[tuple[str, str], ...]
    linked: tuple[tuple[str, str], ...]
    component: IntArray
    note: str
    note_zh: str = ""

    def graph(self) -> nx.Graph[str]:
        """Return the neighbours as a graph of zone ids."""
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        graph.add_nodes_from(self.zones)
        rows, columns = self.matrix.nonzero()
        graph.add_edges_from(
            (self.zones[i], self.zones[j]) for i, j in zip(rows, columns, strict=True) if i < j
        )
        return graph


def zone_neighbours(
    district: District,
    *,
    contiguity: Literal["rook", "queen"] = "rook",
    snap_m: float | None = None,
    min_shared_m: float = 10.0,
    barriers: bool = True,
    cut: Sequence[str] = ("river", "railway", "motorway"),
    bridges: Sequence[tuple[str, str]] = (),
) -> Neighbours:
    """Return which zones are neighbours.

    Two zones are neighbours when they come within ``snap_m`` of each other and, under ``"rook"``, do so along at
    least ``min_shared_m``. A barrier of a kind in ``cut`` separates them when at least half of the common border
    runs along it, or when it passes between their representative points inside the two zones, unless a road
    flagged ``crossing`` joins the two over it. ``bridges`` joins pairs by hand. A zone left without any
    neighbour is joined to the nearest zone on foot, and the result says so.

    Parameters
    ----------
    district : District
        Zones, roads and barriers in metres.
    contiguity : {"rook", "queen"}
        Common border, or a common corner as well.
    snap_m : float, optional
        Zones within this distance of each other touch, metres; by default the tolerance of the district, below which its
        gaps were closed when it was read.
    min_shared_m : float
        Shortest common border under ``"rook"``, metres.
    barriers : bool
        Let barriers cut.
    cut : sequence of str
        Kinds of barrier that cut.
    bridges : sequence of (str, str)
        Pairs of zones joined by hand.

    Returns
    -------
    Neighbours

    Raises
    ------
    ScenarioError
        If a bridge names a zone that does not exist.
    """
    snap_m = district.info.snap_m if snap_m is None else snap_m
    zones = pd.Index(district.zones["zone"].astype("str"), name="zone")
    shapes = geometries(district.zones)
    hand = _bridges(bridges, zones)
    first, second, border = _pairs(shapes, snap_m, min_shared_m if contiguity == "rook" else None)
    apart = np.zeros(len(first), dtype=bool)
    if barriers:
        lines = barrier_lines(district.barriers, tuple(cut))
        apart = _separated(district, shapes, first, second, border, lines)
    cut_pairs = tuple(
        (str(zones[i]), str(zones[j])) for i, j in zip(first[apart], second[apart], strict=True)
    )
    pairs = np.concatenate([np.stack([first[~apart], second[~apart]], axis=1), hand])
    alone = np.setdiff1d(np.arange(len(zones)), pairs)
    links = _nearest_on_foot(district, alone, pairs) if len(zones) > 1 else np.empty((0, 2), dtype=np.int64)
    matrix = _symmetric(np.concatenate([pairs, links]), len(zones))
    component = _ranked_components(matrix)
    linked = tuple((str(zones[i]), str(zones[j])) for i, j in links)
    return Neighbours(
        zones, matrix, cut_pairs, linked, component, *_notes(cut_pairs, linked, component, snap_m)
    )


def zone_of_points(district: District, points: gpd.GeoDataFrame, *, max_m: float = 1000.0) -> pd.Series[str]:
    """Return the zone each point lies in, or the nearest within ``max_m``; missing where none is near.

    Parameters
    ----------
    district : District
        Zones in metres.
    points : GeoDataFrame
        Schools or sites, indexed by id, in the district's CRS.
    max_m : float
        Farthest a point may lie outside every zone, metres.

    Returns
    -------
    Series
        Zone ids, indexed like ``points``. :func:`zones_near_points` also tells how far off they are.
    """
    return zones_near_points(district, points, max_m=max_m)["zone"]


def zones_near_points(district: District, points: gpd.GeoDataFrame, *, max_m: float = 1000.0) -> pd.DataFrame:
    """Return the zone each point lies in or near, and how far outside it lies.

    Parameters
    ----------
    district, points, max_m
        As in :func:`zone_of_points`.

    Returns
    -------
    DataFrame
        Indexed like ``points``: ``zone`` (missing when none is near), ``distance_m`` (0 inside, else metres to the
        zone, ``inf`` when none is near).
    """
    shapes = geometries(district.zones)
    spots = geometries(points)
    names = district.zones["zone"].astype("str").to_numpy()
    who, which = shapely.STRtree(shapes).query_nearest(spots, max_distance=max_m, all_matches=True)
    hits = pd.DataFrame(
        {"point": who, "zone": names[which], "distance_m": shapely.distance(spots[who], shapes[which])}
    )
    best = hits.sort_values(["point", "distance_m", "zone"]).drop_duplicates("point").set_index("point")
    best = best.reindex(range(len(spots)))
    best["distance_m"] = best["distance_m"].fillna(np.inf)
    return best.set_axis(points.index)


def _bridges(bridges: Sequence[tuple[str, str]], zones: pd.Index[str]) -> IntArray:
    unknown = sorted({z for pair in bridges for z in pair} - set(zones))
    if unknown:
        raise ScenarioError(
            Issue("travel.neighbours.bridge_names_zone_does_not", "scenario.yaml", column="contiguity.bridges", value=z)
            for z in unknown
        )  # fmt: skip
    place = {zone: number for number, zone in enumerate(zones)}
    index = [(place[a], place[b]) for a, b in bridges if a != b]
    return np.array(index, dtype=np.int64).reshape(-1, 2)


def _pairs(
    shapes: ObjectArray, snap_m: float, min_shared_m: float | None
) -> tuple[IntArray, IntArray, ObjectArray]:
    """Return touching pairs (first < second) and their common border."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=max(snap_m, 1e-6))
    chosen = first < second
    first, second = first[chosen], second[chosen]
    # the border of one zone inside the other grown by the tolerance closes slivers and gaps at once
    grown = shapely.buffer(shapes, max(snap_m, 0.01), quad_segs=2)
    border = shapely.intersection(shapely.boundary(shapes)[first], grown[second])
    if min_shared_m is not None:
        corner = 4 * max(snap_m, 0.01)  # what two zones share that only touch in a corner
        chosen = shapely.length(border) >= max(min_shared_m, 1.5 * corner)
        first, second, border = first[chosen], second[chosen], border[chosen]
    order = np.lexsort((second, first))
    return first[order], second[order], border[order]


def _separated(
    district: District,
    shapes: ObjectArray,
    first: IntArray,
    second: IntArray,
    border: ObjectArray,
    lines: BarrierLines,
) -> BoolArray:
    """Return which pairs a barrier separates."""
    apart = np.zeros(len(first), dtype=bool)
    if len(lines.pieces) == 0 or len(first) == 0:
        return apart
    crossings, over = _crossings(district, lines)
    points = shapely.point_on_surface(shapes)
    ends = np.stack([shapely.get_coordinates(points[first]), shapely.get_coordinates(points[second])], axis=1)
    ways: ObjectArray = np.asarray(shapely.linestrings(ends))
    at_border = _along_border(border, lines)
    between = _between(ways, shapes, first, second, lines)
    near: list[set[tuple[int, str]]] = [set() for _ in shapes]
    touched = np.unique(np.concatenate([first, second]))
    hits = shapely.STRtree(crossings).query(shapes[touched], predicate="dwithin", distance=_ALONG_M)
    for zone, crossing in zip(*hits, strict=True):
        near[touched[zone]].add((int(crossing), over[crossing]))
    for pair in sorted(set(at_border) | set(between)):
        a, b = near[first[pair]], near[second[pair]]
        closed = at_border.get(pair, set()) - {kind for _, kind in a & b}
        closed |= between.get(pair, set()) - {kind for _, kind in a | b}
        apart[pair] = bool(closed)
    return apart


def _along_border(border: ObjectArray, lines: BarrierLines) -> dict[int, set[str]]:
    """Return the kinds of barrier that run along at least half of the common border of each pair."""
    low, high = np.split(shapely.bounds(border), 2, axis=1)
    close = np.unique(lines.tree.query(shapely.box(*(low - _ALONG_M).T, *(high + _ALONG_M).T))[0])
    parts, owner = shapely.get_parts(border[close], return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # lines inside a mixed collection
    line = shapely.get_type_id(parts) == 1
    parts, owner = parts[line], close[owner[inner[line]]]
    xy, which = shapely.get_coordinates(shapely.segmentize(parts, _ALONG_M), return_index=True)
    inside = which[1:] == which[:-1]
    middle = ((xy[1:] + xy[:-1]) / 2)[inside]
    length = np.hypot(*(xy[1:] - xy[:-1])[inside].T)
    pair = owner[which[1:][inside]]
    spot, piece = lines.tree.query(shapely.points(middle), predicate="dwithin", distance=_ALONG_M)
    met = pd.DataFrame({"spot": spot, "kind": lines.kind[piece]}).drop_duplicates()
    met["pair"], met["length"] = pair[met["spot"]], length[met["spot"]]
    covered = met.groupby(["pair", "kind"])["length"].sum()
    total = np.bincount(pair, weights=length, minlength=len(border))
    found: dict[int, set[str]] = {}
    for (item, kind), metres in zip(covered.index.tolist(), covered.tolist(), strict=True):
        if metres >= _ALONG_SHARE * total[item]:
            found.setdefault(item, set()).add(kind)
    return found


def _between(
    ways: ObjectArray, shapes: ObjectArray, first: IntArray, second: IntArray, lines: BarrierLines
) -> dict[int, set[str]]:
    """Return the kinds of barrier that pass between the representative points of each pair, inside the two zones."""
    pair, piece = lines.tree.query(ways, predicate="intersects")
    if len(pair) == 0:
        return {}
    spots, which = shapely.get_parts(shapely.intersection(ways[pair], lines.pieces[piece]), return_index=True)
    dot = shapely.get_type_id(spots) == 0
    spots, pair, piece = spots[dot], pair[which[dot]], piece[which[dot]]
    inside = shapely.dwithin(spots, shapes[first[pair]], _ALONG_M)
    inside |= shapely.dwithin(spots, shapes[second[pair]], _ALONG_M)
    hits = pd.DataFrame({"pair": pair, "barrier": lines.barrier[piece], "kind": lines.kind[piece]})
    hits["at"] = shapely.line_locate_point(ways[pair], spots).round(1)
    odd = hits[inside].drop_duplicates().groupby(["pair", "barrier", "kind"]).size()
    found: dict[int, set[str]] = {}
    for item, _, kind in odd[odd % 2 == 1].index.tolist():
        found.setdefault(item, set()).add(kind)
    return found


def _crossings(district: District, lines: BarrierLines) -> tuple[ObjectArray, list[str]]:
    """Return where walkable roads flagged as crossing meet the barriers, and the kind met there."""
    flagged = district.roads["crossing"].map(lambda v: not pd.isna(v) and bool(v)).astype(bool)
    walkable = district.roads["walkable"].map(lambda v: pd.isna(v) or bool(v)).astype(bool)
    roads = geometries(district.roads)[(flagged & walkable).to_numpy()]
    who, piece = lines.tree.query(roads, predicate="dwithin", distance=_ALONG_M / 2)
    met = pd.DataFrame(
        {"road": who, "kind": lines.kind[piece], "barrier": lines.barrier[piece], "piece": piece}
    )
    met = met.drop_duplicates(["road", "barrier"])
    spots = shapely.get_point(shapely.shortest_line(roads[met["road"]], lines.pieces[met["piece"]]), 0)
    return np.asarray(spots, dtype=object), [str(kind) for kind in met["kind"]]


def _nearest_on_foot(district: District, alone: IntArray, pairs: IntArray) -> IntArray:
    """Return for every zone without a neighbour the pair with the nearest zone, on foot or else straight."""
    if len(alone) == 0:
        return np.empty((0, 2), dtype=np.int64)
    points = gpd.GeoDataFrame(
        geometry=shapely.point_on_surface(geometries(district.zones)[alone]),
        index=pd.Index([str(a) for a in alone]), crs=district.info.crs_metric,
    )  # fmt: skip
    distance: FloatArray = travel_matrix(district, points).distance_m.copy()
    straight = travel_matrix(district, points, mode="straight").distance_m
    lost = ~np.isfinite(distance).any(axis=0) | (np.isfinite(distance).sum(axis=0) <= 1)
    distance[:, lost] = straight[:, lost]
    distance[alone, np.arange(len(alone))] = np.inf
    return np.stack([alone, np.argmin(distance, axis=0)], axis=1).astype(np.int64)


def _symmetric(pairs: IntArray, count: int) -> Any:
    from scipy.sparse import coo_array, csr_matrix

    row, column = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
    matrix = csr_matrix(coo_array((np.ones(len(row), dtype=np.int8), (row, column)), shape=(count, count)))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _ranked_components(matrix: Any) -> IntArray:
    label = connected_parts(matrix.shape[0], *matrix.nonzero())
    order = np.argsort(-np.bincount(label), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return np.asarray(rank[label], dtype=np.int64)


def _notes(
    cut: tuple[tuple[str, str], ...], linked: tuple[tuple[str, str], ...], component: IntArray, snap_m: float
) -> tuple[str, str]:
    """Return what a reader must know, in English and Chinese."""
    parts = []
    if cut:
        parts.append(en_zh("travel.neighbours.pairs_zones_separated_barrier", cut=len(cut)))
    if linked:
        joined = list({frozenset(pair): f"{pair[0]}–{pair[1]}" for pair in reversed(linked)}.values())[::-1]
        more = len(joined) - NAMED
        names = ", ".join(joined[:NAMED]) + (f" … (+{more})" if more > 0 else "")
        parts.append(
            en_zh(
                "travel.neighbours.zones_without_neighbour_joined",
                linked=len(linked),
                names=names,
                snap_m=snap_m,
            )
        )
    islands = int(component.max()) if len(component) else 0
    if islands:
        parts.append(en_zh("travel.neighbours.groups_zones_connected_largest", islands=islands))
    return "; ".join(en for en, _ in parts), "；".join(zh for _, zh in parts)
