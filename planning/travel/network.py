"""Build the walking network from roads and barriers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.connected import connected_parts
from planning.district.model import District
from planning.travel.barriers import (
    barrier_lines,
    geometries,
    goes_over,
    kinds_at,
    kinds_over,
    rays_of,
    runs_along,
    sectors,
)

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class WalkingNetwork:
    """The walking network as arrays; a road that is itself a barrier becomes two pavements.

    Parameters
    ----------
    xy : array, shape (n, 2)
        Node coordinates in metres.
    start, end : int array, shape (m,)
        Nodes of each edge.
    length_m : array, shape (m,)
        Length of each edge in metres; 0 for the step over a barrier at a junction.
    road, road_class : array of str, shape (m,)
        Identifier and class of the road.
    crossing : bool array, shape (m,)
        Bridge, underpass or signal crossing.
    barrier : array of str, shape (m,)
        Kinds of barrier the edge goes over, joined by ``;``, or empty.
    over_at : array of tuple, shape (m,)
        Where the edge goes over them: ``(metres from its start, kind)``, in order; a way that ends before is on this side.
    side : int array, shape (m,)
        1 left pavement, -1 right pavement, 0 both.
    geometry : array of LineString, shape (m,)
        Course of each edge.
    component : int array, shape (n,)
        Connected part of each node; 0 is the largest.
    cut : tuple of str
        Roads left out because they go over a barrier without a crossing.
    """

    xy: FloatArray
    start: IntArray
    end: IntArray
    length_m: FloatArray
    road: ObjectArray
    road_class: ObjectArray
    crossing: BoolArray
    barrier: ObjectArray
    over_at: ObjectArray
    side: IntArray
    geometry: ObjectArray
    component: IntArray
    cut: tuple[str, ...]

    def islands(self) -> pd.DataFrame:
        """Return the connected parts apart from the largest: ``component, nodes, length_m, x, y``."""
        nodes = pd.DataFrame({"component": self.component, "x": self.xy[:, 0], "y": self.xy[:, 1]})
        found = nodes.groupby("component").agg(nodes=("x", "size"), x=("x", "mean"), y=("y", "mean"))
        length = pd.Series(self.length_m).groupby(self.component[self.start]).sum()
        found.insert(1, "length_m", length.reindex(found.index).fillna(0.0))
        return found[found.index > 0].reset_index()


def walking_graph(
    district: District, *, snap_m: float = 1.0, on_barrier_m: float = 3.0, barriers: bool = True
) -> nx.Graph[int]:
    """Return the walking network as a graph.

    Parameters
    ----------
    district : District
        Roads and barriers in metres.
    snap_m : float
        End points of roads closer than this are one junction, metres.
    on_barrier_m : float
        A road or junction this close to a barrier line lies on it, metres.
    barriers : bool
        Honour the barriers.

    Returns
    -------
    networkx.Graph
        Nodes with ``x``, ``y`` and ``component``; edges with ``length_m``, ``road``, ``road_class``, ``crossing``
        and ``barrier`` (kinds gone over, empty for none). Of parallel roads the shortest stays. A junction on
        a barrier is one node per side of the barrier.
    """
    import networkx as nx

    network = walking_network(district, snap_m=snap_m, on_barrier_m=on_barrier_m, barriers=barriers)
    graph: nx.Graph[int] = nx.Graph(crs=district.info.crs_metric, cut=network.cut)
    for node, (x, y) in enumerate(network.xy.tolist()):
        graph.add_node(node, x=x, y=y, component=int(network.component[node]))
    for edge in np.argsort(
        -network.length_m, kind="stable"
    ):  # the shortest of parallel roads is written last
        graph.add_edge(
            int(network.start[edge]),
            int(network.end[edge]),
            length_m=float(network.length_m[edge]),
            road=str(network.road[edge]),
            road_class=str(network.road_class[edge]),
            crossing=bool(network.crossing[edge]),
            barrier=str(network.barrier[edge]),
        )
    return graph


def walking_network(
    district: District, *, snap_m: float = 1.0, on_barrier_m: float = 3.0, barriers: bool = True
) -> WalkingNetwork:
    """Return the walking network as arrays, for fast many-to-many distances.

    The barrier rule (GB 50099-2011 asks for safe crossings): a road that goes over a barrier between its end
    points is left out unless it is flagged ``crossing``; at a junction that lies on a barrier one may change
    sides only if a road that ends there is flagged ``crossing``. Walking along an arterial is fine: the road
    becomes two pavements.

    Parameters
    ----------
    district, snap_m, on_barrier_m, barriers
        As in :func:`walking_graph`.

    Returns
    -------
    WalkingNetwork
        Without edges when the county has no walkable roads.
    """
    roads = _walkable(district.roads)
    lines = barrier_lines(district.barriers.iloc[:0] if not barriers else district.barriers)
    geometry = geometries(roads)
    xy, start, end = _junctions(geometry, snap_m)
    crossing = roads["crossing"].to_numpy(dtype=bool)
    on_node, on_piece = lines.tree.query(shapely.points(xy), predicate="dwithin", distance=on_barrier_m)
    touches = np.zeros(len(xy), dtype=bool)
    touches[on_node] = True
    along = runs_along(geometry, touches[start] & touches[end], lines, on_barrier_m)
    over_at = goes_over(geometry, along, touches[start], touches[end], lines, on_barrier_m)
    over = kinds_over(over_at)
    keep = crossing | (over == "")
    cut = tuple(sorted(set(roads["road"].to_numpy()[~keep])))
    edges = {
        "start": start, "end": end, "geometry": geometry, "along": along, "barrier": over, "over_at": over_at,
        "crossing": crossing,
        "road": roads["road"].to_numpy(dtype=object), "road_class": roads["road_class"].to_numpy(dtype=object),
    }  # fmt: skip
    kept = {name: values[keep] for name, values in edges.items()}
    rays = rays_of(xy, on_node, on_piece, lines, on_barrier_m)
    kinds = kinds_at(on_node, on_piece, lines)
    return _assemble(xy, kept, rays, kinds, cut)


def has_streets(district: District) -> bool:
    """Return whether a county has roads to walk on; without any its ways are straight lines."""
    return bool(len(district.roads)) and bool(len(_walkable(district.roads)))


def _walkable(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = roads[["road", "road_class", "walkable", "crossing", roads.geometry.name]].copy()
    frame["walkable"] = frame["walkable"].map(lambda v: True if pd.isna(v) else bool(v)).astype(bool)
    frame["crossing"] = frame["crossing"].map(lambda v: False if pd.isna(v) else bool(v)).astype(bool)
    frame = frame[frame["walkable"].to_numpy()].explode(index_parts=False, ignore_index=True)
    return frame[(frame.geometry.length > 0).to_numpy()]


def _junctions(geometry: ObjectArray, snap_m: float) -> tuple[FloatArray, IntArray, IntArray]:
    """Return junction coordinates and the junctions of both ends of every road."""
    count = len(geometry)
    if count == 0:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    ends = np.concatenate(
        [
            shapely.get_coordinates(shapely.get_point(geometry, 0)),
            shapely.get_coordinates(shapely.get_point(geometry, -1)),
        ]
    )
    points, place = np.unique(ends, axis=0, return_inverse=True)
    near: ObjectArray = np.asarray(shapely.points(points), dtype=object)
    one, other = shapely.STRtree(near).query(near, predicate="dwithin", distance=snap_m)
    label = connected_parts(len(points), one, other)
    _, first, compact = np.unique(label, return_index=True, return_inverse=True)
    node = compact[place.ravel()].astype(np.int64)
    return points[first], node[:count], node[count:]


def _assemble(
    xy: FloatArray,
    edges: dict[str, Any],
    rays: dict[int, FloatArray],
    kinds: dict[int, str],
    cut: tuple[str, ...],
) -> WalkingNetwork:
    copies = np.ones(len(xy), dtype=np.int64)
    for node, ray in rays.items():
        copies[node] = max(1, len(ray))
    offset = np.concatenate([[0], np.cumsum(copies)]).astype(np.int64)
    start_left, start_right = sectors(edges, rays, "start")
    end_left, end_right = sectors(edges, rays, "end")
    along = edges["along"]
    steps = _steps(edges, rays, kinds, offset)
    index = np.concatenate([np.arange(len(along)), np.flatnonzero(along)])
    start = np.concatenate(
        [offset[edges["start"]] + start_left, (offset[edges["start"]] + start_right)[along]]
    )
    end = np.concatenate([offset[edges["end"]] + end_left, (offset[edges["end"]] + end_right)[along]])
    side = np.concatenate([along.astype(np.int64), -np.ones(int(along.sum()), dtype=np.int64)])
    blank = np.full(len(steps), "", dtype=object)
    start = np.concatenate([start, [s[0] for s in steps]]).astype(np.int64)
    end = np.concatenate([end, [s[1] for s in steps]]).astype(np.int64)
    used, compact = np.unique(np.concatenate([start, end]), return_inverse=True)
    places = np.repeat(xy, copies, axis=0)[used]
    start, end = compact[: len(start)], compact[len(start) :]
    lines = np.concatenate(
        [edges["geometry"][index], np.full(len(steps), shapely.LineString(), dtype=object)]
    )
    step_barrier = np.array([s[2] for s in steps], dtype=object)
    return WalkingNetwork(
        xy=places,
        start=start,
        end=end,
        length_m=shapely.length(lines),
        road=np.concatenate([edges["road"][index], blank]),
        road_class=np.concatenate([edges["road_class"][index], blank]),
        crossing=np.concatenate([edges["crossing"][index], np.ones(len(steps), dtype=bool)]),
        barrier=np.concatenate([edges["barrier"][index], step_barrier]),
        over_at=np.concatenate([edges["over_at"][index], _at_start(step_barrier)]),
        side=np.concatenate([side, np.zeros(len(steps), dtype=np.int64)]),
        geometry=lines,
        component=_components(len(places), start, end),
        cut=cut,
    )


def _at_start(kinds: ObjectArray) -> ObjectArray:
    """Return the places of steps of no length, which go over every kind at once."""
    found = np.empty(len(kinds), dtype=object)
    found[:] = [tuple((0.0, kind) for kind in text.split(";")) for text in kinds]
    return found


def _steps(
    edges: dict[str, Any], rays: dict[int, FloatArray], kinds: dict[int, str], offset: IntArray
) -> list[tuple[int, int, str]]:
    """Return the steps from one side of a barrier to the next at junctions with a crossing."""
    flagged = edges["crossing"]
    safe = set(edges["start"][flagged].tolist()) | set(edges["end"][flagged].tolist())
    steps = []
    for node, ray in sorted(rays.items()):
        if node in safe and len(ray) > 1:
            count = len(ray) if len(ray) > 2 else 1
            steps += [
                (int(offset[node]) + s, int(offset[node]) + (s + 1) % len(ray), kinds[node])
                for s in range(count)
            ]
    return steps


def _components(count: int, start: IntArray, end: IntArray) -> IntArray:
    label = connected_parts(count, start, end)
    order = np.argsort(-np.bincount(label, minlength=1), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[label].astype(np.int64) if count else np.empty(0, dtype=np.int64)
