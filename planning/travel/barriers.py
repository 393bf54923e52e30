"""Tell how roads meet barriers: which run along them, where they go over, on which side of them a road begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray

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

    pieces: ObjectArray
    barrier: ObjectArray
    kind: ObjectArray
    tree: shapely.STRtree


def geometries(frame: gpd.GeoDataFrame) -> ObjectArray:
    """Return the geometries of a layer as an array of shapely objects."""
    return np.asarray(frame.geometry.to_numpy(), dtype=object).astype(np.object_)


def barrier_lines(barriers: gpd.GeoDataFrame, kinds: tuple[str, ...] | None = None) -> BarrierLines:
    """Return the barriers, all or of some kinds, as straight pieces with an index."""
    chosen = barriers if kinds is None else barriers[barriers["kind"].isin(list(kinds))]
    parts, owner = shapely.get_parts(geometries(chosen), return_index=True)
    xy, which = shapely.get_coordinates(parts, return_index=True)
    inside = which[1:] == which[:-1]
    of = owner[which[1:][inside]]
    lines: ObjectArray = np.atleast_1d(
        np.asarray(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[inside]))
    )
    barrier, kind = (chosen[c].to_numpy(dtype=object)[of] for c in ("barrier", "kind"))
    return BarrierLines(lines, barrier, kind, shapely.STRtree(lines))


def runs_along(
    geometry: ObjectArray, candidate: BoolArray, lines: BarrierLines, tolerance: float
) -> BoolArray:
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


def goes_over(
    geometry: ObjectArray,
    along: BoolArray,
    start_on: BoolArray,
    end_on: BoolArray,
    lines: BarrierLines,
    tolerance: float,
) -> ObjectArray:
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


def kinds_over(over_at: ObjectArray) -> ObjectArray:
    """Return the kinds of barrier gone over, joined by ``;``."""
    return np.array([";".join(sorted({kind for _, kind in places})) for places in over_at], dtype=object)


def rays_of(
    xy: FloatArray, node: IntArray, piece: IntArray, lines: BarrierLines, tolerance: float
) -> dict[int, FloatArray]:
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
    rays: dict[int, FloatArray] = {}
    for _, group in frame.groupby("node"):
        distinct: list[float] = []
        for angle in np.sort(group["angle"].to_numpy()):
            if not distinct or angle - distinct[-1] > _RAY_WIDTH:
                distinct.append(float(angle))
        if len(distinct) > 1 and distinct[0] + 2 * np.pi - distinct[-1] <= _RAY_WIDTH:
            distinct.pop()
        rays[int(group["node"].iloc[0])] = np.array(distinct)
    return rays


def kinds_at(node: IntArray, piece: IntArray, lines: BarrierLines) -> dict[int, str]:
    """Return the kinds of barrier at every junction that lies on one, joined by ``;``."""
    frame = pd.DataFrame({"node": node, "kind": lines.kind[piece]}).drop_duplicates()
    return {int(g["node"].iloc[0]): ";".join(sorted(g["kind"])) for _, g in frame.groupby("node")}


def sectors(edges: dict[str, Any], rays: dict[int, FloatArray], end_name: str) -> tuple[IntArray, IntArray]:
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
