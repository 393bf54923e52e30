"""Lay streets between the zones of a county, with crossings where they pass a barrier."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse
from scipy.spatial import Delaunay, cKDTree
from shapely.geometry import LineString

from planning.district.synth.settings import CountySettings


def make_streets(
    zones: gpd.GeoDataFrame, settings: CountySettings, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return road segments that meet at shared end points and form one network."""
    nodes = _nodes(zones, settings, rng)
    edges = _gabriel(nodes)
    length = np.hypot(*(nodes[edges[:, 0]] - nodes[edges[:, 1]]).T)
    segments = shapely.linestrings(nodes[edges])
    inside = shapely.covers(settings.outline.buffer(5.0), segments)
    edges, length, segments = edges[inside], length[inside], segments[inside]
    keep, crossing = _crossings(edges, segments, length, len(nodes), settings)
    edges, segments, crossing = edges[keep], segments[keep], crossing[keep]
    kept = _largest(edges, len(nodes))
    edges, segments, crossing = edges[kept], segments[kept], crossing[kept]
    level = _levels(edges, nodes, settings)
    return gpd.GeoDataFrame(
        {
            "road": [f"R{k + 1:05d}" for k in range(len(edges))],
            "name": [_name(c, k) for k, c in enumerate(level)],
            "road_class": level,
            "walkable": True,
            "crossing": crossing,
        },
        geometry=list(segments),
        crs=settings.crs,
    )


def make_barriers(settings: CountySettings) -> gpd.GeoDataFrame:
    """Return the barrier lines, clipped to the county."""
    lines = [line.course.intersection(settings.outline) for line in settings.barriers]
    return gpd.GeoDataFrame(
        {
            "barrier": [f"B{k + 1:02d}" for k in range(len(lines))],
            "name": [line.name for line in settings.barriers],
            "kind": [line.kind for line in settings.barriers],
        },
        geometry=lines,
        crs=settings.crs,
    )


def _nodes(
    zones: gpd.GeoDataFrame, settings: CountySettings, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return junctions: one in every zone, more in built-up zones, none on a barrier."""
    middle = zones.geometry.representative_point()
    points = np.column_stack([middle.x, middle.y])
    built = zones["kind"].isin(["estate", "town_block"]).to_numpy()
    corners = np.array([p for g in zones.geometry[built] for p in list(g.simplify(25).exterior.coords)[:-1]])
    extra = corners + rng.normal(0, 6, corners.shape) if len(corners) else np.empty((0, 2))
    points = np.concatenate([points, extra])
    lines = [line.course for line in settings.barriers]
    if lines:
        gap = np.min([shapely.distance(shapely.points(points), line) for line in lines], axis=0)
        points = points[gap > 25.0]
    pairs = cKDTree(points).query_pairs(60.0, output_type="ndarray")
    drop = set(pairs[:, 1].tolist()) if len(pairs) else set()
    return np.round(points[[k for k in range(len(points)) if k not in drop]], 2)


def _gabriel(nodes: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the Gabriel graph: Delaunay edges whose circle holds no other node."""
    triangles = Delaunay(nodes).simplices
    edges = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1),
        axis=0,
    )
    middle = (nodes[edges[:, 0]] + nodes[edges[:, 1]]) / 2
    radius = np.hypot(*(nodes[edges[:, 0]] - nodes[edges[:, 1]]).T) / 2
    nearest, _ = cKDTree(nodes).query(middle)
    return np.asarray(edges[nearest >= radius - 1e-6], dtype=np.int64)


def _crossings(
    edges: npt.NDArray[np.int64],
    segments: npt.NDArray[np.object_],
    length: npt.NDArray[np.float64],
    nodes: int,
    settings: CountySettings,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Keep a crossing now and then along each barrier; add what the network needs to stay in one piece."""
    keep = np.ones(len(edges), dtype=bool)
    crossing = np.zeros(len(edges), dtype=bool)
    for line in settings.barriers:
        hit = np.flatnonzero(shapely.intersects(segments, line.course))
        at = np.array(
            [line.course.project(segments[k].intersection(line.course).representative_point()) for k in hit]
        )
        last = -np.inf
        for k, place in sorted(zip(hit.tolist(), at.tolist(), strict=True), key=lambda p: p[1]):
            if place - last >= line.crossing_every_m:
                crossing[k], last = True, place
            else:
                keep[k] = False
    lost = np.flatnonzero(~keep)
    for k in lost[np.argsort(length[lost], kind="stable")]:
        label = _components(edges[keep], nodes)
        if label[edges[k, 0]] != label[edges[k, 1]]:
            keep[k] = crossing[k] = True
    return keep, crossing & keep


def _components(edges: npt.NDArray[np.int64], nodes: int) -> npt.NDArray[np.int32]:
    graph = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1])


def _largest(edges: npt.NDArray[np.int64], nodes: int) -> npt.NDArray[np.bool_]:
    label = _components(edges, nodes)
    return np.asarray(label[edges[:, 0]] == np.bincount(label).argmax())


def _levels(
    edges: npt.NDArray[np.int64], nodes: npt.NDArray[np.float64], settings: CountySettings
) -> list[str]:
    """Name the class of every segment: trunk roads join the towns, arterials the parts of the city."""
    middle = (nodes[edges[:, 0]] + nodes[edges[:, 1]]) / 2
    away = np.hypot(middle[:, 0] - settings.centre[0], middle[:, 1] - settings.centre[1])
    level = np.where(away < settings.city_radius_m * 1.2, "local", "rural").astype(object)
    weight = np.hypot(*(nodes[edges[:, 0]] - nodes[edges[:, 1]]).T)
    graph = sparse.coo_matrix((weight, (edges[:, 0], edges[:, 1])), shape=(len(nodes), len(nodes))).tocsr()
    hubs = [settings.centre, *((t.x, t.y) for t in settings.towns)]
    linked = np.unique(edges)
    hub = linked[cKDTree(nodes[linked]).query(np.array(hubs))[1]]
    _, before = sparse.csgraph.dijkstra(
        graph, directed=False, indices=[int(hub[0])], return_predecessors=True
    )
    number = {tuple(sorted(e)): k for k, e in enumerate(edges.tolist())}
    for end in hub[1:]:
        here = int(end)
        while before[0, here] >= 0:
            k = number[tuple(sorted((here, int(before[0, here]))))]
            level[k] = "secondary" if away[k] < settings.city_radius_m else "trunk"
            here = int(before[0, here])
    return [str(v) for v in level]


def _name(level: str, k: int) -> str:
    stem = {"local": "合成街", "rural": "合成村道", "secondary": "合成路", "trunk": "合成公路"}[level]
    return f"{stem}{k % 97 + 1}"


def straight(course: list[tuple[float, float]]) -> LineString:
    """Return a course through points."""
    return LineString(course)
