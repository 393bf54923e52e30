"""Build the walking streets a second time, from the roads and barriers alone, by the rule of docs/verification.md.

Sides of a barrier are told apart by the arcs into which the barriers cut a small circle around a junction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from planning.arrays import FloatArray

BARRED = ("arterial", "railway", "motorway")
"""Barriers that day pupils should not cross on foot (GB 50099-2011)."""
JUNCTION_M = 1.0
ON_M = 3.0
LEG_M = 3000.0
RINGS_M = (LEG_M / 32, LEG_M / 8, LEG_M / 2, LEG_M)
"""Legs to the street are sought so far out in turn, metres."""
SMALL = 0.01
"""Parts of the streets with fewer of their nodes than this share are fragments that nobody joins."""
_CIRCLE_M = 2.0
_NEAREST = 32
_GRID, _COUNT = 1024.0, 4096.0  # a cost is a whole number: parts of a metre, then crossings
Node = tuple[int, int]  # junction, side


@dataclass(frozen=True)
class Way:
    """A road, or one pavement of a road on a barrier.

    ``side`` is 1 on its left, −1 on its right, 0 where it has none; ``over`` are the metres at which it goes over a barrier of the norm.
    """

    line: Any
    start: Node
    end: Node
    over: tuple[float, ...]
    side: int


class Streets:
    """The walking streets of a county."""

    def __init__(
        self, roads: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame, *, barriers_count: bool = True
    ) -> None:
        walkable = roads[~roads["walkable"].eq(False)].explode(index_parts=False)
        walkable = walkable[walkable.length > 0]
        self.lines: list[Any] = list(walkable.geometry)
        self.flagged: list[bool] = walkable["crossing"].eq(True).tolist()
        counted = barriers if barriers_count else barriers.iloc[:0]
        self.barriers: list[Any] = list(counted.geometry)
        self.kinds: list[str] = [str(k) for k in counted["kind"]]
        self.tree = shapely.STRtree(self.barriers)
        self._junctions()
        self._split()
        self.ways_: list[Way] = []
        self.steps: list[tuple[Node, Node, int]] = []
        self._lay()
        self._parts()

    def _junctions(self) -> None:
        """Make one junction of ends that lie within a metre of each other."""
        ends = [shapely.get_point(line, k) for line in self.lines for k in (0, -1)]
        tree = shapely.STRtree(ends)
        who, which = tree.query(ends, predicate="dwithin", distance=JUNCTION_M) if ends else ((), ())
        same = coo_array((np.ones(len(who)), (who, which)), shape=(len(ends), len(ends)))
        count, label = connected_components(same, directed=False) if ends else (0, np.empty(0, dtype=int))
        self.at = label.reshape(-1, 2)
        self.spot: list[Any] = [None] * count
        for end, k in sorted(
            zip(ends, label.tolist(), strict=True), key=lambda p: (p[0].x, p[0].y), reverse=True
        ):
            self.spot[k] = end
        self.on: dict[int, list[int]] = defaultdict(list)
        if self.barriers and count:
            for k, b in zip(*self.tree.query(self.spot, predicate="dwithin", distance=ON_M), strict=True):
                self.on[int(k)].append(int(b))

    def _split(self) -> None:
        """Cut a small circle around every junction on a barrier into the arcs between the barriers."""
        self.arcs: dict[int, list[Any]] = {}
        for k, near in self.on.items():
            ring = self.spot[k].buffer(_CIRCLE_M + ON_M, quad_segs=32).exterior
            rest = ring.difference(shapely.union_all([self.barriers[b] for b in near]).buffer(0.05))
            arcs = list(shapely.get_parts(shapely.line_merge(rest)))
            if len(arcs) > 1:
                self.arcs[k] = sorted(arcs, key=lambda a: self._angle(k, a.interpolate(0.5, normalized=True)))

    def _angle(self, junction: int, point: Any) -> float:
        here = self.spot[junction]
        return float(np.arctan2(point.y - here.y, point.x - here.x))

    def _side(self, junction: int, point: Any) -> int:
        """Return the arc that lies in the direction of a point."""
        if junction not in self.arcs:
            return 0
        theta = self._angle(junction, point)
        here = self.spot[junction]
        radius = _CIRCLE_M + ON_M
        seen = shapely.Point(here.x + radius * np.cos(theta), here.y + radius * np.sin(theta))
        return int(np.argmin([arc.distance(seen) for arc in self.arcs[junction]]))

    def _lay(self) -> None:
        """Lay every road that does not go over a barrier unsafely, and steps at safe crossings."""
        safe = set()
        beside: dict[int, list[int]] = defaultdict(list)
        if self.barriers and self.lines:
            for n, b in self.tree.query(self.lines, predicate="dwithin", distance=ON_M).T.tolist():
                beside[n].append(b)
        for n, line in enumerate(self.lines):
            a, b = (int(k) for k in self.at[n])
            near = beside.get(n, [])
            along = bool(near) and a in self.on and b in self.on and self._along(line, near)
            kinds = {} if along or not near else self._over(line, near, a in self.on, b in self.on)
            if kinds and not self.flagged[n]:
                continue
            if self.flagged[n]:
                safe |= {a, b}
            over = tuple(sorted(at for kind, at in kinds.items() if kind in BARRED))
            for side in (1, -1) if along else (0,):
                self.ways_.append(
                    Way(
                        line,
                        self._end(a, line, side, start=True),
                        self._end(b, line, side, start=False),
                        over,
                        side,
                    )
                )
        for k in sorted(safe & set(self.arcs)):
            steps_over = len({self.kinds[b] for b in self.on[k]} & set(BARRED))
            count = len(self.arcs[k])
            self.steps += [
                ((k, s), (k, (s + 1) % count), steps_over) for s in range(count if count > 2 else 1)
            ]

    def _end(self, junction: int, line: Any, side: int, *, start: bool) -> Node:
        if junction not in self.arcs:
            return junction, 0
        ahead = min(line.length / 2, 10.0)
        probe = line.interpolate(ahead if start else line.length - ahead)
        if side == 0:
            return junction, self._side(junction, probe)
        # beside the road, on its left or right as it is drawn
        here = self.spot[junction]
        theta = (
            np.arctan2(probe.y - here.y, probe.x - here.x) + (0.25 if (side == 1) == start else -0.25) * np.pi
        )
        return junction, self._side(junction, shapely.Point(here.x + np.cos(theta), here.y + np.sin(theta)))

    def _along(self, line: Any, near: list[int]) -> bool:
        strip = shapely.union_all([self.barriers[b] for b in near])
        spots = [line.interpolate(share, normalized=True) for share in np.linspace(0.05, 0.95, 10)]
        return all(strip.distance(s) <= ON_M for s in spots)

    def _over(self, line: Any, near: list[int], start_on: bool, end_on: bool) -> dict[str, float]:
        """Return the kinds gone over an odd number of times, and where last; meeting a barrier at an end is not going over it."""
        found: dict[str, float] = {}
        margin = 3 * ON_M
        for b in near:
            places = {
                round(line.project(s), 1)
                for s in shapely.get_parts(shapely.intersection(line, self.barriers[b]))
                if s.geom_type == "Point"
            }
            inner = [
                p
                for p in places
                if not (start_on and p < margin) and not (end_on and p > line.length - margin)
            ]
            if len(inner) % 2:
                found[self.kinds[b]] = max(found.get(self.kinds[b], 0.0), *inner)
        return found

    def _parts(self) -> None:
        links = [*((w.start, w.end) for w in self.ways_), *((a, b) for a, b, _ in self.steps)]
        self.number = {
            node: n for n, node in enumerate(dict.fromkeys(node for pair in links for node in pair))
        }
        ends = np.array([(self.number[a], self.number[b]) for a, b in links], dtype=np.int64).reshape(-1, 2)
        joined = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(self.number),) * 2)
        label = connected_components(joined, directed=False)[1].tolist() if links else []
        self.part_of: dict[Node, int] = dict(zip(self.number, label, strict=True))
        self.size: dict[int, int] = Counter(label)

    @cached_property
    def _way_tree(self) -> Any:
        return shapely.STRtree([w.line for w in self.ways_])

    def join(self, points: list[Any], prefer: list[set[int]]) -> list[tuple[int, float, float, bool] | None]:
        """Return, for every point, the way it joins, metres along it, metres of the leg, and whether the leg goes over a barrier."""
        near: list[list[tuple[float, int]]] = [[] for _ in points]
        if points:
            who, which = self._way_tree.query(points, predicate="dwithin", distance=RINGS_M[0])
            legs = shapely.distance(np.asarray(points, dtype=object)[who], self._way_tree.geometries[which])
            for n, way, leg in zip(who.tolist(), which.tolist(), legs.tolist(), strict=True):
                near[n].append((leg, way))
        return [self._joined(point, sorted(legs), prefer) for point, legs in zip(points, near, strict=True)]

    def _joined(
        self, point: Any, first: list[tuple[float, int]], prefer: list[set[int]]
    ) -> tuple[int, float, float, bool] | None:
        rings = {RINGS_M[0]: first}
        for parts in prefer:
            for ring in RINGS_M:
                if ring not in rings:
                    rings[ring] = self._legs(point, ring)
                mine = [(leg, w) for leg, w in rings[ring] if self.part_of[self.ways_[w].start] in parts]
                for leg, w in mine[:_NEAREST]:
                    along = float(self.ways_[w].line.project(point))
                    if self._reaches(point, self.ways_[w], along, leg):
                        return w, along, leg, False
        for parts in prefer:
            for leg, w in rings[LEG_M]:
                if self.part_of[self.ways_[w].start] in parts:
                    return w, float(self.ways_[w].line.project(point)), leg, True
        return None

    def _legs(self, point: Any, ring: float) -> list[tuple[float, int]]:
        """Return the ways within some metres of a point, nearest first."""
        near = self._way_tree.query(point, predicate="dwithin", distance=ring)
        legs = shapely.distance(self._way_tree.geometries[near], point)
        return sorted(zip(legs.tolist(), near.tolist(), strict=True))

    def _reaches(self, point: Any, way: Way, along: float, leg: float) -> bool:
        """Tell whether a straight leg comes to a way without going over a barrier, to the pavement on its own side."""
        if not self.barriers:
            return True
        line, inside = way.line, min(3 * ON_M, way.line.length / 2)
        aim = line.interpolate(along if way.side else min(max(along, inside), line.length - inside))
        share = max(0.0, 1 - 1.5 * ON_M / max(shapely.distance(point, aim), 1e-9)) if way.side else 1.0
        end = shapely.Point(point.x + (aim.x - point.x) * share, point.y + (aim.y - point.y) * share)
        if len(self.tree.query(shapely.LineString([point, end]), predicate="intersects")):
            return False
        if not way.side:
            return True
        a, b, foot = (
            line.interpolate(max(0.0, along - 1)),
            line.interpolate(along + 1),
            line.interpolate(along),
        )
        turn = (b.x - a.x) * (point.y - foot.y) - (b.y - a.y) * (point.x - foot.x)
        return bool(abs(turn) < 1e-6 or np.sign(turn) == way.side)

    def ways(
        self, homes: list[Any], sites: list[Any], *, detour: float, places: list[Any] | None = None
    ) -> tuple[FloatArray, Any]:
        """Return walking metres and whether a barrier is crossed, homes × sites; ``inf`` without a way.

        Parameters
        ----------
        homes, sites : list of Point
        detour : float
            Factor on the straight legs to the street.
        places : list of Point, optional
            Every school in view (the sites when missing): homes prefer parts of the streets with one.
        """
        nodes = len(self.number)
        large = {n for n, size in self.size.items() if size >= SMALL * nodes}
        at_site = self.join(sites, [large])
        schools = at_site if places is None else self.join(places, [large])
        served = {self.part_of[self.ways_[j[0]].start] for j in schools if j}
        at_home = self.join(homes, [served, large])
        joins = [*at_home, *at_site]
        rows, columns, costs = self._edges(joins, nodes, detour)
        total = nodes + 2 * len(joins)
        cheapest: dict[tuple[int, int], float] = {}
        for a, b, c in zip(rows, columns, costs, strict=True):
            key = (min(a, b), max(a, b))
            if a != b and c < cheapest.get(key, np.inf):
                cheapest[key] = c
        ends = np.array(list(cheapest), dtype=np.int64).reshape(-1, 2)
        graph = coo_array(
            (np.array(list(cheapest.values())), (ends[:, 0], ends[:, 1])), shape=(total, total)
        ).tocsr()
        start = nodes + len(homes)
        cost = dijkstra(graph, directed=False, indices=np.arange(start, start + len(sites)))[:, nodes:start].T
        metres = np.where(np.isfinite(cost), np.floor(cost / _COUNT) / _GRID, np.inf)
        return metres, np.isfinite(cost) & (np.where(np.isfinite(cost), cost, 0.0) % _COUNT > 0)

    def _edges(self, joins: list[Any], nodes: int, detour: float) -> tuple[list[int], list[int], list[float]]:
        rows: list[int] = []
        columns: list[int] = []
        costs: list[float] = []

        def link(a: int, b: int, metres: float, over: int) -> None:
            rows.append(a)
            columns.append(b)
            costs.append(max(1.0, round(metres * _GRID)) * _COUNT + over)

        stops: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for n, join in enumerate(joins):
            if join is not None:
                way, along, leg, over = join
                gate = nodes + len(joins) + n
                link(nodes + n, gate, leg * detour, int(over))
                stops[way].append((along, gate))
        for n, way in enumerate(self.ways_):
            here, at = self.number[way.start], 0.0
            last = self.number[way.end]
            link(here, last, way.line.length, len(way.over))
            for along, gate in [*sorted(stops.get(n, ())), (way.line.length, last)] if n in stops else ():
                until = np.inf if gate == last else along
                link(here, gate, max(0.0, along - at), sum(at <= over < until for over in way.over))
                here, at = gate, along
        for a, b, over in self.steps:
            link(self.number[a], self.number[b], 0.0, over)
        return rows, columns, costs
