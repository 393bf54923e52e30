"""Join places that border no school: islands, banks of a river without a crossing, zones beyond a gap.

A group of zones that borders no zone outside it and holds no standing school of some stage could be in no connected catchment. The rule,
which ``planning verify`` applies again by itself: every such group is joined to the zone outside it whose outline is nearest (of equally
near ones the pair with the nearest representative points, then the first ids); the groups that come of this are looked at again until
each has a school of every stage, or only one group is left. ``contiguity.bridges`` says otherwise by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from planning.arrays import BoolArray, IntArray
from planning.connected import connected_parts
from planning.messages import Text
from planning.zoning.problem.switched import switched

_NEAR_M = 10.0
NAMED = 5
"""So many zones of a place are named in a note."""


@dataclass(frozen=True)
class Bridge:
    """Zones that border no school of some stage, and where they are joined.

    Parameters
    ----------
    zones : tuple of str
        The place; both places where neither has one and they are joined to each other.
    stages : tuple of str
        Stages of which it has no standing school.
    from_zone, to_zone : str
        The two zones joined; ``to_zone`` lies outside, or in the other of both places.
    gap_m : float
        Metres between their outlines; 0 where only a barrier parts them.
    barrier : str
        Barriers between the two (id and kind), joined by ``, ``; empty where there are none.
    """

    zones: tuple[str, ...]
    stages: tuple[str, ...]
    from_zone: str
    to_zone: str
    gap_m: float
    barrier: str = ""

    @property
    def said(self) -> Text:
        """One line for people."""
        some = Text(
            "zoning.islands.some" if len(self.zones) > NAMED else "zoning.islands.all",
            zones=self.zones[:NAMED],
        )
        if self.gap_m:
            over = Text("zoning.islands.over_gap", gap_m=self.gap_m)
        else:
            over = Text(f"zoning.islands.over_{'barrier' if self.barrier else 'corner'}")
        way = Text("zoning.islands.way_barrier", over=over, barrier=self.barrier) if self.barrier else over
        stages = tuple(Text(f"base.stage.{stage}") for stage in self.stages)
        return Text(
            "zoning.islands.joined",
            zones=some,
            stages=stages,
            way=way,
            from_zone=self.from_zone,
            to_zone=self.to_zone,
        )


def standing_homes(units: pd.DataFrame, projects: pd.DataFrame, n_zones: int) -> dict[str, BoolArray]:
    """Return, by stage, which zones hold the site of a unit that stands whatever the plan decides (n_zones,)."""
    found = {}
    sure = ~switched(units, projects) & (units["home"] >= 0).to_numpy()
    for stage, rows in units.groupby("stage", sort=False).indices.items():
        here = np.zeros(n_zones, dtype=bool)
        here[units["home"].to_numpy()[[u for u in rows if sure[u]]]] = True
        found[str(stage)] = here
    return found


def bridged(
    neighbours: sparse.csr_matrix,
    zones: pd.Index[str],
    shapes: np.ndarray,
    homes: dict[str, BoolArray],
    barriers: gpd.GeoDataFrame,
) -> tuple[sparse.csr_matrix, tuple[Bridge, ...]]:
    """Return the neighbours with bridges to places that border no school, and the bridges.

    Parameters
    ----------
    neighbours : csr matrix (n_zones, n_zones)
        Which zones are neighbours.
    zones : Index
        Zone ids.
    shapes : array of geometry (n_zones,)
        Outlines in metres.
    homes : dict
        By stage, the zones with a standing school (:func:`standing_homes`).
    barriers : GeoDataFrame
        Those that cut neighbours, in metres.
    """
    found: list[Bridge] = []
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    while True:
        label = connected_parts(neighbours.shape[0], *neighbours.nonzero())
        count = int(label.max(initial=-1)) + 1
        lacking = _lacking(label, count, homes)
        if not lacking or count < 2:
            return neighbours, tuple(found)
        edges = []
        for group, stages in lacking.items():
            inside = np.flatnonzero(label == group)
            a, b, gap = _nearest(inside, np.flatnonzero(label != group), shapes, points, zones)
            edges.append((a, b))
            kind = _between(barriers, shapes[a], shapes[b], points[a], points[b])
            names = tuple(str(z) for z in zones[inside])
            found.append(Bridge(names, stages, str(zones[a]), str(zones[b]), round(gap, 1), kind))
        neighbours = _with(neighbours, np.array(edges, dtype=np.int64))
        found = _once(found)


def _once(found: list[Bridge]) -> list[Bridge]:
    """Return the bridges with two places that are joined to each other, for want of the same stages, told as one."""
    kept: dict[tuple[frozenset[str], tuple[str, ...]], Bridge] = {}
    for bridge in found:
        key = frozenset((bridge.from_zone, bridge.to_zone)), bridge.stages
        first = kept.get(key)
        kept[key] = replace(first, zones=(*first.zones, *bridge.zones)) if first else bridge
    return list(kept.values())


def _lacking(label: IntArray, count: int, homes: dict[str, BoolArray]) -> dict[int, tuple[str, ...]]:
    """Return the groups without a standing school of some stage, and of which."""
    stages = list(homes)
    has = {stage: set(label[homes[stage]].tolist()) for stage in stages}
    missing = {g: tuple(s for s in stages if g not in has[s]) for g in range(count)}
    return {g: lack for g, lack in missing.items() if lack}


def _nearest(
    inside: IntArray, outside: IntArray, shapes: np.ndarray, points: np.ndarray, zones: pd.Index[str]
) -> tuple[int, int, float]:
    """Return the pair of zones, one inside and one outside, that lie nearest, and the gap in metres."""
    who, which = shapely.STRtree(shapes[outside]).query_nearest(shapes[inside], all_matches=True)
    a, b = inside[who], outside[which]
    gap = shapely.distance(shapes[a], shapes[b])
    near = gap <= gap.min() + 1e-6
    a, b, gap = a[near], b[near], gap[near]
    apart = np.hypot(*(points[a] - points[b]).T)
    near = apart <= apart.min() + 1e-6
    best = min(zip(zones[a[near]], zones[b[near]], a[near], b[near], gap[near], strict=True))
    return int(best[2]), int(best[3]), float(best[4])


def _between(barriers: gpd.GeoDataFrame, one: Any, other: Any, start: Any, end: Any) -> str:
    """Return the barriers that part two zones: on the way between their middles, or along what they have in common."""
    way = shapely.union(
        shapely.linestrings([start, end]), shapely.intersection(one.buffer(_NEAR_M), other.buffer(_NEAR_M))
    )
    met = barriers[barriers.geometry.intersects(way).to_numpy()]
    return ", ".join(sorted(f"{b} {k}" for b, k in zip(met["barrier"], met["kind"], strict=True)))


def _with(neighbours: sparse.csr_matrix, edges: IntArray) -> sparse.csr_matrix:
    more = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=neighbours.shape)
    joined = sparse.csr_matrix(neighbours + more + more.T)
    joined.data[:] = 1
    return joined.astype(neighbours.dtype)
