"""Lay streets along the borders of built-up zones and roads between villages, with crossings over the barriers."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import cKDTree
from shapely.geometry import LineString

from planning.arrays import BoolArray, FloatArray, IntArray, ObjectArray, Shapes
from planning.synth.mesh import Mesh, border_lines, course_borders
from planning.synth.naming import street_names
from planning.synth.settings import CountySettings

_SET_BACK_M = 20.0  # a street without a crossing ends this far before a railway or motorway
_CLOSED = ("railway", "motorway")  # nobody walks along them
_EXTRA_LINKS = 0.45  # share of short village roads beyond those that the network needs


@dataclass(frozen=True)
class Courses:
    """Which borders each barrier follows: ``of`` gives the barrier's position by border, −1 for none."""

    borders: tuple[IntArray, ...]
    of: IntArray


def make_courses(mesh: Mesh, settings: CountySettings) -> Courses:
    """Let every barrier follow the borders of zones."""
    of = np.full(len(mesh.sides), -1, dtype=np.int64)
    found = []
    for k, line in enumerate(settings.barriers):
        borders = course_borders(mesh, line.course)
        borders = borders[of[borders] < 0]
        of[borders] = k
        found.append(borders)
    return Courses(tuple(found), of)


def make_barriers(mesh: Mesh, courses: Courses, settings: CountySettings) -> gpd.GeoDataFrame:
    """Return the barrier lines, inside the county."""
    lines = border_lines(mesh)
    shapes = [
        shapely.line_merge(shapely.intersection(shapely.union_all(lines[borders]), settings.outline))
        for borders in courses.borders
    ]
    table = {
        "barrier": [f"B{k + 1:02d}" for k in range(len(shapes))],
        "name": [line.name for line in settings.barriers],
        "kind": [line.kind for line in settings.barriers],
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=settings.crs)


def make_streets(
    zones: gpd.GeoDataFrame, mesh: Mesh, courses: Courses, settings: CountySettings, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return road segments that meet at shared end points and form one network.

    Streets follow the borders of built-up zones, with a lane through each; village roads join the middles of
    neighbouring zones. A barrier is passed only at crossings, placed now and then and where the network needs one.
    """
    built = zones["kind"].isin(["estate", "town_block"]).to_numpy()
    kinds = np.array([line.kind for line in settings.barriers] + [""], dtype=object)[courses.of]
    inside = shapely.contains(settings.outline.buffer(-2.0), border_lines(mesh))
    street = inside & built[mesh.sides].any(axis=1) & ~np.isin(kinds, _CLOSED)
    street |= inside & (kinds == "arterial")
    links = _links(mesh, built, street, kinds, settings)
    links = _chosen(links, mesh, courses, built, street, kinds, settings, rng)
    gates = _gates(mesh, courses, street, links, built, kinds, settings)
    parts = [
        _border_streets(mesh, street, kinds, gates, links, built, courses),
        _lanes(mesh, street, built),
        _village_roads(mesh, links, kinds),
        _motorways(mesh, courses, kinds, inside),
    ]
    roads = gpd.GeoDataFrame(
        {
            "road_class": np.concatenate([p[1] for p in parts]),
            "crossing": np.concatenate([p[2] for p in parts]).astype(bool),
        },
        geometry=np.concatenate([p[0] for p in parts]),
        crs=settings.crs,
    )
    roads["walkable"] = roads["road_class"] != "motorway"
    _raise_trunks(roads, settings)
    roads["name"] = street_names(roads)
    roads["road"] = [f"R{k + 1:05d}" for k in range(len(roads))]
    return roads


Part = tuple[Shapes, ObjectArray, BoolArray]


def _middles(mesh: Mesh) -> FloatArray:
    return np.asarray(np.round(mesh.corners[mesh.ends].mean(axis=1), 2))


def _links(
    mesh: Mesh,
    built: BoolArray,
    street: BoolArray,
    kinds: ObjectArray,
    settings: CountySettings,
) -> IntArray:
    """Return the borders over which a village road could pass: from middle to middle, or from middle to street."""
    middle = _middles(mesh)
    a, b = mesh.seeds[mesh.sides[:, 0]], mesh.seeds[mesh.sides[:, 1]]
    legs = np.asarray(shapely.linestrings(np.stack([a, middle, b], axis=1)), dtype=object)
    room = settings.outline.buffer(-1.0)
    shapely.prepare(room)
    both_built = built[mesh.sides].all(axis=1)
    wanted = ~both_built | ((kinds != "") & (kinds != "arterial"))
    inside = np.asarray(shapely.contains(room, legs), dtype=bool)
    reached = np.zeros(len(mesh.seeds), dtype=bool)
    reached[mesh.sides[inside & wanted]] = True
    reached |= built
    # a zone in a wisp of the outline still gets its road, over the side that leaves the county least
    for zone in np.flatnonzero(~reached).tolist():
        mine = np.flatnonzero(wanted & (mesh.sides == zone).any(axis=1))
        if len(mine):
            outside = shapely.length(shapely.difference(legs[mine], room))
            inside[mine[int(np.argmin(outside))]] = True
    return np.flatnonzero(inside & wanted)


def _chosen(
    links: IntArray,
    mesh: Mesh,
    courses: Courses,
    built: BoolArray,
    street: BoolArray,
    kinds: ObjectArray,
    settings: CountySettings,
    rng: np.random.Generator,
) -> IntArray:
    """Keep the roads of a shortest tree over villages and built-up parts, short ones besides, and regular crossings."""
    node = _settled(mesh, built, street, kinds)
    ends = node[mesh.sides[links]]
    length = np.hypot(*(mesh.seeds[mesh.sides[links, 0]] - mesh.seeds[mesh.sides[links, 1]]).T)
    barrier = kinds[links] != ""
    weight = length * np.where(barrier, 8.0, 1.0)
    keep = np.zeros(len(links), dtype=bool)
    keep[_tree(ends, weight, int(node.max()) + 1)] = True
    middle = _middles(mesh)[links]
    nearest = cKDTree(mesh.seeds).query(middle)[0]
    gabriel = nearest >= length / 2 * 0.93
    keep |= ~barrier & gabriel & (rng.random(len(links)) < _EXTRA_LINKS)
    for k, line in enumerate(settings.barriers):
        mine = np.flatnonzero(barrier & (courses.of[links] == k) & ~built[mesh.sides[links]].all(axis=1))
        at = np.atleast_1d(shapely.line_locate_point(line.course, shapely.points(middle[mine])))
        last = -np.inf
        for j in np.argsort(at, kind="stable").tolist():
            if at[j] - last >= line.crossing_every_m * (1.0 if at[j] - last < 1e5 else 0.5):
                keep[mine[j]], last = True, at[j]
    return links[keep]


def _settled(mesh: Mesh, built: BoolArray, street: BoolArray, kinds: ObjectArray) -> IntArray:
    """Return one number for each built-up part that streets hold together, and one for every village."""
    n = len(mesh.seeds)
    joined = mesh.sides[built[mesh.sides].all(axis=1) & street & np.isin(kinds, ["", "arterial"])]
    link = sparse.coo_matrix((np.ones(len(joined)), (joined[:, 0], joined[:, 1])), shape=(n, n))
    return np.asarray(sparse.csgraph.connected_components(link, directed=False)[1], dtype=np.int64)


def _tree(ends: IntArray, weight: FloatArray, count: int) -> IntArray:
    """Return the positions of a minimum spanning tree's edges."""
    order = np.lexsort((weight, ends.max(axis=1), ends.min(axis=1)))
    low, high = ends.min(axis=1)[order], ends.max(axis=1)[order]
    first = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)] & (low != high)
    order = order[first]
    low, high = low[first], high[first]
    graph = sparse.coo_matrix((np.arange(1, len(order) + 1), (low, high)), shape=(count, count)).tocsr()
    costs = sparse.coo_matrix((weight[order], (low, high)), shape=(count, count)).tocsr()
    tree = sparse.csgraph.minimum_spanning_tree(costs).tocoo()
    return np.asarray(order[np.asarray(graph[tree.row, tree.col]).ravel().astype(np.int64) - 1])


def _gates(
    mesh: Mesh,
    courses: Courses,
    street: BoolArray,
    links: IntArray,
    built: BoolArray,
    kinds: ObjectArray,
    settings: CountySettings,
) -> IntArray:
    """Return the corners on barriers where streets pass: signals, bridges, underpasses."""
    count = len(mesh.corners)
    plain = street & (kinds == "")
    meets = np.bincount(mesh.ends[plain].ravel(), minlength=count)
    gates: list[int] = []
    for line, borders in zip(settings.barriers, courses.borders, strict=True):
        corners = list(dict.fromkeys(mesh.ends[borders].ravel().tolist()))
        at = {c: line.course.project(shapely.Point(mesh.corners[c])) for c in corners}
        last = -np.inf
        for c in sorted(corners, key=lambda c: at[c]):
            if meets[c] >= 2 and at[c] - last >= line.crossing_every_m:
                gates.append(c)
                last = at[c]
    needed = links[built[mesh.sides[links]].all(axis=1)]
    for border in needed.tolist():  # the network needs a way over here
        pair = mesh.ends[border]
        gates.append(int(pair[np.argmax(meets[pair])]))
    return np.unique(np.array(gates, dtype=np.int64))


def _border_streets(
    mesh: Mesh,
    street: BoolArray,
    kinds: ObjectArray,
    gates: IntArray,
    links: IntArray,
    built: BoolArray,
    courses: Courses,
) -> Part:
    """Return the streets along borders, cut in two where a lane or a village road joins."""
    which = np.flatnonzero(street)
    a, b = mesh.corners[mesh.ends[which, 0]].copy(), mesh.corners[mesh.ends[which, 1]].copy()
    closed = np.zeros(len(mesh.corners), dtype=bool)
    closed[mesh.ends[np.isin(kinds, _CLOSED)]] = True
    closed[gates] = False
    for near, far, end in ((a, b, 0), (b, a, 1)):
        back = closed[mesh.ends[which, end]] & (kinds[which] == "")
        run = far[back] - near[back]
        length = np.hypot(*run.T)[:, None]
        near[back] += run / length * np.minimum(_SET_BACK_M, length / 3)
    gate = np.zeros(len(mesh.corners), dtype=bool)
    gate[gates] = True
    level = np.where(kinds[which] == "arterial", "arterial", "local").astype(object)
    joint = np.isin(which, np.concatenate([_lane_borders(mesh, street, built).ravel(), links]))
    middle = _middles(mesh)[which]
    plain = kinds[which] == ""
    at_a, at_b = gate[mesh.ends[which, 0]] & plain, gate[mesh.ends[which, 1]] & plain
    whole = shapely.linestrings(np.stack([a, b], axis=1)[~joint])
    halves = [shapely.linestrings(np.stack([p[joint], middle[joint]], axis=1)) for p in (a, b)]
    crossing = np.concatenate([(at_a | at_b)[~joint], at_a[joint], at_b[joint]])
    return (
        np.concatenate([whole, *halves]),
        np.concatenate([level[~joint], level[joint], level[joint]]),
        crossing,
    )


def _lane_borders(mesh: Mesh, street: BoolArray, built: BoolArray) -> IntArray:
    """Return for every built-up zone the border of its longest street and the street most opposite, −1 for none."""
    middle = _middles(mesh)
    length = np.hypot(*(mesh.corners[mesh.ends[:, 0]] - mesh.corners[mesh.ends[:, 1]]).T)
    borders: list[list[int]] = [[] for _ in mesh.seeds]
    for k in np.flatnonzero(street).tolist():
        for z in mesh.sides[k].tolist():
            if built[z] and length[k] > 70.0:
                borders[z].append(k)
    pairs = np.full((len(mesh.seeds), 2), -1, dtype=np.int64)
    for z, mine in enumerate(borders):
        if not mine:
            continue
        first = max(mine, key=lambda k: length[k])
        way = middle[mine] - mesh.seeds[z]
        way = way / np.maximum(np.hypot(*way.T)[:, None], 1e-9)
        second = mine[int(np.argmin(way @ way[mine.index(first)]))]
        pairs[z] = first, second if second != first else -1
    return pairs


def _lanes(mesh: Mesh, street: BoolArray, built: BoolArray) -> Part:
    """Return lanes from the middle of every built-up zone to two of its streets."""
    pairs = _lane_borders(mesh, street, built)
    zone, which = np.nonzero(pairs >= 0)
    middle = _middles(mesh)[pairs[zone, which]]
    lines: Shapes = np.asarray(
        shapely.linestrings(np.stack([mesh.seeds[zone], middle], axis=1)), dtype=object
    )
    return lines, np.full(len(lines), "local", dtype=object), np.zeros(len(lines), dtype=bool)


def _village_roads(mesh: Mesh, links: IntArray, kinds: ObjectArray) -> Part:
    """Return the roads over the chosen borders, through the middle of the border."""
    middle = _middles(mesh)[links]
    a, b = mesh.seeds[mesh.sides[links, 0]], mesh.seeds[mesh.sides[links, 1]]
    first = shapely.linestrings(np.stack([a, middle], axis=1))
    second = shapely.linestrings(np.stack([middle, b], axis=1))
    over = kinds[links] != ""
    lines = np.concatenate([first, second])
    return lines, np.full(len(lines), "rural", dtype=object), np.concatenate([over, over])


def _motorways(mesh: Mesh, courses: Courses, kinds: ObjectArray, inside: BoolArray) -> Part:
    lines = border_lines(mesh)[(kinds == "motorway") & inside]
    return lines, np.full(len(lines), "motorway", dtype=object), np.zeros(len(lines), dtype=bool)


def _raise_trunks(roads: gpd.GeoDataFrame, settings: CountySettings) -> None:
    """Call the ways from the city to the towns trunk roads, and busy streets secondary."""
    ends = shapely.get_coordinates(roads.geometry.to_numpy()).reshape(len(roads), -1, 2)[:, [0, -1]]
    places, node = np.unique(np.round(ends.reshape(-1, 2), 1), axis=0, return_inverse=True)
    node = node.reshape(-1, 2)
    walk = np.flatnonzero(roads["walkable"].to_numpy())
    length = roads.geometry.length.to_numpy()
    graph = sparse.coo_matrix((length[walk], tuple(node[walk].T)), shape=(len(places), len(places))).tocsr()
    linked = np.unique(node[walk])
    hubs = np.array([settings.centre, *((t.x, t.y) for t in settings.towns)])
    hub = linked[cKDTree(places[linked]).query(hubs)[1]]
    _, before = sparse.csgraph.dijkstra(graph, directed=False, indices=int(hub[0]), return_predecessors=True)
    number = {(min(p), max(p)): k for p, k in zip(node[walk].tolist(), walk.tolist(), strict=True)}
    level = roads["road_class"].to_numpy().astype(object)
    for end in hub[1:].tolist():
        here = end
        while before[here] >= 0:
            there = int(before[here])
            k = number[(min(here, there), max(here, there))]
            level[k] = {"rural": "trunk", "local": "secondary"}.get(level[k], level[k])
            here = there
    roads["road_class"] = level


def straight(points: list[tuple[float, float]]) -> LineString:
    """Return a course through points, its corners rounded off."""
    xy = np.array(points, dtype=float)
    for _ in range(3):
        q, r = 0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]
        xy = np.concatenate([xy[:1], np.stack([q, r], axis=1).reshape(-1, 2), xy[-1:]])
    return LineString(xy)
