"""Build the walking network from roads and barriers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from planning.connected import connected_parts
from planning.district.model import District

if TYPE_CHECKING:
    import networkx as nx

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Objects: TypeAlias = npt.NDArray[np.object_]

_SAMPLES = np.linspace(0.1, 0.9, 9)  # places along a road where it must lie on the barrier to run along it
_RAY_WIDTH = 0.15  # radians: barrier directions closer than this are one direction
_LOOK_AHEAD_M = 30.0  # how far from a junction a road shows which side of a barrier it takes


@dataclass(frozen=True)
class BarrierLines:
    """Barriers as straight pieces with a spatial index.

    Parameters
    ----------
    pieces : array of LineString, shape (k,)
        Two-point pieces, metres.
    barrier, kind : array of str, shape (k,)
        Identifier and kind of the barrier of each piece.
    tree : shapely.STRtree
        Index over ``pieces``.
    """

    pieces: Objects
    barrier: Objects
    kind: Objects
    tree: shapely.STRtree


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

    xy: Floats
    start: Ints
    end: Ints
    length_m: Floats
    road: Objects
    road_class: Objects
    crossing: Bools
    barrier: Objects
    over_at: Objects
    side: Ints
    geometry: Objects
    component: Ints
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


def geometries(frame: gpd.GeoDataFrame) -> Objects:
    """Return the geometries of a layer as an array of shapely objects."""
    return np.asarray(frame.geometry.to_numpy(), dtype=object).astype(np.object_)


def barrier_lines(barriers: gpd.GeoDataFrame, kinds: tuple[str, ...] | None = None) -> BarrierLines:
    """Return the barriers, all or of some kinds, as straight pieces with an index."""
    chosen = barriers if kinds is None else barriers[barriers["kind"].isin(list(kinds))]
    parts, owner = shapely.get_parts(geometries(chosen), return_index=True)
    xy, which = shapely.get_coordinates(parts, return_index=True)
    inside = which[1:] == which[:-1]
    of = owner[which[1:][inside]]
    lines: Objects = np.atleast_1d(
        np.asarray(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[inside]))
    )
    barrier, kind = (chosen[c].to_numpy(dtype=object)[of] for c in ("barrier", "kind"))
    return BarrierLines(lines, barrier, kind, shapely.STRtree(lines))


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
    along = _runs_along(geometry, touches[start] & touches[end], lines, on_barrier_m)
    over_at = _goes_over(geometry, along, touches[start], touches[end], lines, on_barrier_m)
    over = _kinds_over(over_at)
    keep = crossing | (over == "")
    cut = tuple(sorted(set(roads["road"].to_numpy()[~keep])))
    edges = {
        "start": start, "end": end, "geometry": geometry, "along": along, "barrier": over, "over_at": over_at,
        "crossing": crossing,
        "road": roads["road"].to_numpy(dtype=object), "road_class": roads["road_class"].to_numpy(dtype=object),
    }  # fmt: skip
    kept = {name: values[keep] for name, values in edges.items()}
    rays = _rays(xy, on_node, on_piece, lines, on_barrier_m)
    kinds = _kinds_at(on_node, on_piece, lines)
    return _assemble(xy, kept, rays, kinds, cut)


def _walkable(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = roads[["road", "road_class", "walkable", "crossing", roads.geometry.name]].copy()
    frame["walkable"] = frame["walkable"].map(lambda v: True if pd.isna(v) else bool(v)).astype(bool)
    frame["crossing"] = frame["crossing"].map(lambda v: False if pd.isna(v) else bool(v)).astype(bool)
    frame = frame[frame["walkable"].to_numpy()].explode(index_parts=False, ignore_index=True)
    return frame[(frame.geometry.length > 0).to_numpy()]


def _junctions(geometry: Objects, snap_m: float) -> tuple[Floats, Ints, Ints]:
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
    near: Objects = np.asarray(shapely.points(points), dtype=object)
    one, other = shapely.STRtree(near).query(near, predicate="dwithin", distance=snap_m)
    label = connected_parts(len(points), one, other)
    _, first, compact = np.unique(label, return_index=True, return_inverse=True)
    node = compact[place.ravel()].astype(np.int64)
    return points[first], node[:count], node[count:]


def _runs_along(geometry: Objects, candidate: Bools, lines: BarrierLines, tolerance: float) -> Bools:
    """Return which roads lie on a barrier from end to end."""
    along = np.zeros(len(geometry), dtype=bool)
    which = np.flatnonzero(candidate)
    if len(which) == 0 or len(lines.pieces) == 0:
        return along
    spots = shapely.line_interpolate_point(geometry[which][:, None], _SAMPLES[None, :], normalized=True)
    near = np.zeros(spots.size, dtype=bool)
    near[lines.tree.query(spots.ravel(), predicate="dwithin", distance=tolerance)[0]] = True
    along[which] = near.reshape(spots.shape).all(axis=1)
    return along


def _goes_over(
    geometry: Objects, along: Bools, start_on: Bools, end_on: Bools, lines: BarrierLines, tolerance: float
) -> Objects:
    """Return for every road where it goes over a barrier between its end points: (metres, kind), the last place of each kind."""
    over = np.empty(len(geometry), dtype=object)
    over[:] = [()] * len(geometry)
    road, piece = lines.tree.query(geometry, predicate="intersects")
    chosen = ~along[road]
    road, piece = road[chosen], piece[chosen]
    if len(road) == 0:
        return over
    spots, which = shapely.get_parts(
        shapely.intersection(geometry[road], lines.pieces[piece]), return_index=True
    )
    point = shapely.get_type_id(spots) == 0
    spots, which = spots[point], which[point]
    owner = road[which]
    place = shapely.line_locate_point(geometry[owner], spots)
    length = shapely.length(geometry[owner])
    # a road that ends on the barrier meets it there without going over it: the junction decides
    ends = (start_on[owner] & (place < 3 * tolerance)) | (end_on[owner] & (place > length - 3 * tolerance))
    hits = pd.DataFrame(
        {
            "road": owner,
            "barrier": lines.barrier[piece[which]],
            "kind": lines.kind[piece[which]],
            "at": place.round(1),
        }
    )[~ends].drop_duplicates()
    odd = hits.groupby(["road", "barrier", "kind"])["at"].agg(["size", "max"])
    odd = odd[odd["size"] % 2 == 1].reset_index()  # twice over a winding line is the side one came from
    places = odd.groupby(["road", "kind"])["max"].max()
    for item, group in places.reset_index().groupby("road"):
        over[item] = tuple(sorted(zip(group["max"].tolist(), group["kind"].tolist(), strict=True)))
    return over


def _kinds_over(over_at: Objects) -> Objects:
    """Return the kinds of barrier gone over, joined by ``;``."""
    return np.array([";".join(sorted({kind for _, kind in places})) for places in over_at], dtype=object)


def _rays(xy: Floats, node: Ints, piece: Ints, lines: BarrierLines, tolerance: float) -> dict[int, Floats]:
    """Return for every junction on a barrier the directions (radians, sorted) in which barriers leave it."""
    if len(node) == 0:
        return {}
    ends = shapely.get_coordinates(lines.pieces[piece]).reshape(-1, 2, 2)
    run = ends[:, 1] - ends[:, 0]
    length = np.hypot(run[:, 0], run[:, 1])
    place = ((xy[node] - ends[:, 0]) * run).sum(axis=1) / np.maximum(length, 1e-9)
    forth = np.arctan2(run[:, 1], run[:, 0])
    back = np.arctan2(-run[:, 1], -run[:, 0])
    far, near = length - place > tolerance, place > tolerance
    frame = pd.DataFrame({"node": np.r_[node[far], node[near]], "angle": np.r_[forth[far], back[near]]})
    rays: dict[int, Floats] = {}
    for _, group in frame.groupby("node"):
        distinct: list[float] = []
        for angle in np.sort(group["angle"].to_numpy()):
            if not distinct or angle - distinct[-1] > _RAY_WIDTH:
                distinct.append(float(angle))
        if len(distinct) > 1 and distinct[0] + 2 * np.pi - distinct[-1] <= _RAY_WIDTH:
            distinct.pop()
        rays[int(group["node"].iloc[0])] = np.array(distinct)
    return rays


def _kinds_at(node: Ints, piece: Ints, lines: BarrierLines) -> dict[int, str]:
    frame = pd.DataFrame({"node": node, "kind": lines.kind[piece]}).drop_duplicates()
    return {int(g["node"].iloc[0]): ";".join(sorted(g["kind"])) for _, g in frame.groupby("node")}


def _sectors(edges: dict[str, Any], rays: dict[int, Floats], end_name: str) -> tuple[Ints, Ints]:
    """Return the sector (side of the barriers) each road takes at one end: of its left and of its right pavement."""
    nodes, geometry, along = edges[end_name], edges["geometry"], edges["along"]
    left, right = np.zeros(len(nodes), dtype=np.int64), np.zeros(len(nodes), dtype=np.int64)
    split = np.array([n for n, r in rays.items() if len(r) > 1], dtype=np.int64)
    which = np.flatnonzero(np.isin(nodes, split))
    if len(which) == 0:
        return left, right
    length = shapely.length(geometry[which])
    ahead = np.minimum(length / 2, _LOOK_AHEAD_M)
    from_start = end_name == "start"
    base = shapely.get_coordinates(shapely.get_point(geometry[which], 0 if from_start else -1))
    spot = shapely.line_interpolate_point(geometry[which], ahead if from_start else length - ahead)
    angle = np.arctan2(*(shapely.get_coordinates(spot) - base).T[::-1])
    for edge, theta in zip(which, angle, strict=True):
        ray = rays[int(nodes[edge])]
        if along[edge]:
            nearest = int(np.argmin(np.abs(np.angle(np.exp(1j * (ray - theta))))))
            onward, behind = (nearest + 1) % len(ray), nearest
            # seen from the far end left and right change places
            left[edge], right[edge] = (onward, behind) if from_start else (behind, onward)
        else:
            left[edge] = right[edge] = int(np.searchsorted(ray, theta, side="right")) % len(ray)
    return left, right


def _assemble(
    xy: Floats, edges: dict[str, Any], rays: dict[int, Floats], kinds: dict[int, str], cut: tuple[str, ...]
) -> WalkingNetwork:
    copies = np.ones(len(xy), dtype=np.int64)
    for node, ray in rays.items():
        copies[node] = max(1, len(ray))
    offset = np.concatenate([[0], np.cumsum(copies)]).astype(np.int64)
    start_left, start_right = _sectors(edges, rays, "start")
    end_left, end_right = _sectors(edges, rays, "end")
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


def _at_start(kinds: Objects) -> Objects:
    """Return the places of steps of no length, which go over every kind at once."""
    found = np.empty(len(kinds), dtype=object)
    found[:] = [tuple((0.0, kind) for kind in text.split(";")) for text in kinds]
    return found


def _steps(
    edges: dict[str, Any], rays: dict[int, Floats], kinds: dict[int, str], offset: Ints
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


def _components(count: int, start: Ints, end: Ints) -> Ints:
    label = connected_parts(count, start, end)
    order = np.argsort(-np.bincount(label, minlength=1), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[label].astype(np.int64) if count else np.empty(0, dtype=np.int64)
