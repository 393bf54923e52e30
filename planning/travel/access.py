"""Find where a home or a school joins the walking network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from planning.travel.barriers import BarrierLines
from planning.travel.network import WalkingNetwork

_CANDIDATES = 32  # nearest roads looked at per point and ring


@dataclass(frozen=True)
class Access:
    """How points join the network.

    Parameters
    ----------
    edge : int array, shape (p,)
        Edge joined, -1 where none lies within the limit.
    along_m : array, shape (p,)
        Metres from the start of the edge to the place joined.
    leg_m : array, shape (p,)
        Straight metres from the point to the road.
    over : bool array, shape (p,)
        The leg itself goes over a barrier because no other road within the limit avoids it.
    """

    edge: IntArray
    along_m: FloatArray
    leg_m: FloatArray
    over: BoolArray


def join_network(
    points: ObjectArray,
    network: WalkingNetwork,
    lines: BarrierLines,
    *,
    max_snap_m: float,
    prefer: Sequence[IntArray] = (),
    on_barrier_m: float = 3.0,
) -> Access:
    """Return where each point joins the nearest road that its straight leg reaches without going over a barrier.

    Parameters
    ----------
    points : array of Point, shape (p,)
        Homes or schools, metres.
    network : WalkingNetwork
        From :func:`planning.travel.network.walking_network`.
    lines : BarrierLines
        Barriers the leg should not go over.
    max_snap_m : float
        Longest leg, metres.
    prefer : sequence of int arrays
        Connected parts of the network that may be joined, first choice first; all when empty. A leg over a
        barrier is taken only when no part can be reached without.
    on_barrier_m : float
        Tolerance within which a road lies on a barrier, metres.

    Returns
    -------
    Access
    """
    count = len(points)
    access = Access(
        np.full(count, -1, dtype=np.int64),
        np.zeros(count),
        np.full(count, np.inf),
        np.zeros(count, dtype=bool),
    )
    walkable = network.length_m > 0
    parts = network.component[network.start]
    usable = [np.flatnonzero(walkable & np.isin(parts, choice)) for choice in prefer] or [
        np.flatnonzero(walkable)
    ]
    for edges in usable:
        tree = shapely.STRtree(network.geometry[edges])
        for ring in (max_snap_m / 32, max_snap_m / 8, max_snap_m / 2, max_snap_m):
            _join_ring(points, tree, edges, network, lines, ring, on_barrier_m, access)
    for edges in usable:
        pending = np.flatnonzero(access.edge < 0)
        tree = shapely.STRtree(network.geometry[edges])
        who, which = tree.query_nearest(points[pending], max_distance=max_snap_m, all_matches=False)
        rows, edge = pending[who], edges[which]
        access.edge[rows] = edge
        access.along_m[rows] = shapely.line_locate_point(network.geometry[edge], points[rows])
        access.leg_m[rows] = shapely.distance(network.geometry[edge], points[rows])
        access.over[rows] = True
    return access


def _join_ring(
    points: ObjectArray,
    tree: shapely.STRtree,
    edges: IntArray,
    network: WalkingNetwork,
    lines: BarrierLines,
    ring: float,
    tolerance: float,
    access: Access,
) -> None:
    """Fill ``access`` for the points that join no road yet and reach one within the ring."""
    pending = np.flatnonzero(access.edge < 0)
    who, which = tree.query(points[pending], predicate="dwithin", distance=ring)
    if len(who) == 0:
        return
    edge = edges[which]
    frame = pd.DataFrame({"point": pending[who], "edge": edge})
    frame["leg"] = shapely.distance(points[frame["point"]], network.geometry[edge])
    frame = frame.sort_values(["point", "leg", "edge"], kind="stable")
    frame = frame[frame.groupby("point").cumcount() < _CANDIDATES]
    spots, course = points[frame["point"].to_numpy()], network.geometry[frame["edge"].to_numpy()]
    along = shapely.line_locate_point(course, spots)
    side = network.side[frame["edge"].to_numpy()]
    good = ~_leg_over(spots, course, along, side, lines, tolerance)
    good &= _right_side(spots, course, along, side)
    best = frame.assign(along=along)[good].drop_duplicates("point")
    rows = best["point"].to_numpy()
    access.edge[rows] = best["edge"].to_numpy()
    access.along_m[rows] = best["along"].to_numpy()
    access.leg_m[rows] = best["leg"].to_numpy()


def _leg_over(
    spots: ObjectArray,
    course: ObjectArray,
    along: FloatArray,
    side: IntArray,
    lines: BarrierLines,
    tolerance: float,
) -> BoolArray:
    """Return which legs go over a barrier to reach the road."""
    over = np.zeros(len(spots), dtype=bool)
    if len(lines.pieces) == 0:
        return over
    # a road that ends on a barrier belongs to the side it comes from: aim at a place within it
    length = shapely.length(course)
    inside = np.minimum(3 * tolerance, length / 2)
    aim = np.where(side == 0, np.clip(along, inside, length - inside), along)
    a = shapely.get_coordinates(spots)
    b = shapely.get_coordinates(shapely.line_interpolate_point(course, aim))
    # a pavement of an arterial lies on the barrier itself: stop short of it
    leg = np.maximum(np.hypot(*(b - a).T), 1e-9)
    share = np.where(side == 0, 1.0, np.clip(1 - 1.5 * tolerance / leg, 0, 1))
    legs = shapely.linestrings(np.stack([a, a + (b - a) * share[:, None]], axis=1))
    over[np.unique(lines.tree.query(legs, predicate="intersects")[0])] = True
    return over


def _right_side(spots: ObjectArray, course: ObjectArray, along: FloatArray, side: IntArray) -> BoolArray:
    """Return where the pavement lies on the point's side of the road."""
    before = shapely.line_interpolate_point(course, np.maximum(along - 1.0, 0))
    after = shapely.line_interpolate_point(course, np.minimum(along + 1.0, shapely.length(course)))
    run = shapely.get_coordinates(after) - shapely.get_coordinates(before)
    foot = shapely.line_interpolate_point(course, along)
    to_point = shapely.get_coordinates(spots) - shapely.get_coordinates(foot)
    turn = run[:, 0] * to_point[:, 1] - run[:, 1] * to_point[:, 0]
    fits: BoolArray = (side == 0) | (np.abs(turn) < 1e-6) | (np.sign(turn) == side)
    return fits
