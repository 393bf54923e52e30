"""Cut an outline into cells whose borders are shared, so that streets and barriers can run along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry import LineString, Polygon

from planning.arrays import FloatArray, IntArray, Shapes

_MERGE_SHARE = 0.17  # corners nearer than this share of the way to their seed become one crossroads
_MERGE_MOST_M = 60.0
_STRAY_M = 60.0  # a border this far from a barrier's course costs twice its length


@dataclass(frozen=True)
class Mesh:
    """Cells of a county and the borders between them.

    Parameters
    ----------
    seeds : array (n, 2)
        One point in every cell, metres.
    cells : array of Polygon (n,)
        They tile the outline.
    corners : array (m, 2)
        End points of borders.
    sides : int array (k, 2)
        Cells on both sides of each border.
    ends : int array (k, 2)
        Corners at both ends of each border.
    """

    seeds: FloatArray
    cells: Shapes
    corners: FloatArray
    sides: IntArray
    ends: IntArray


def make_mesh(seeds: FloatArray, outline: Polygon) -> Mesh:
    """Return the Voronoi cells of the seeds inside the outline, near corners merged into crossroads."""
    left, low, right, high = outline.bounds
    margin = 4 * max(right - left, high - low)
    frame = [(x, y) for x in (left - margin, right + margin) for y in (low - margin, high + margin)]
    diagram = Voronoi(np.concatenate([seeds, np.array(frame)]))
    n = len(seeds)
    regions = [np.array(diagram.regions[r]) for r in diagram.point_region[:n]]
    near = cKDTree(seeds).query(diagram.vertices)[0]
    corners, label = _merge(diagram.vertices, near, regions)
    cells = np.array([Polygon(corners[label[r]]) for r in regions], dtype=object)
    cells = shapely.make_valid(cells) if not shapely.is_valid(cells).all() else cells
    inner = (diagram.ridge_points < n).all(axis=1) & (np.array(diagram.ridge_vertices) >= 0).all(axis=1)
    ends = label[np.array(diagram.ridge_vertices)[inner]]
    sides = diagram.ridge_points[inner].astype(np.int64)
    real = ends[:, 0] != ends[:, 1]
    return Mesh(seeds, _clipped(cells, seeds, outline), corners, sides[real], ends[real])


def course_borders(mesh: Mesh, course: LineString) -> IntArray:
    """Return the borders, in order, that follow a course most closely from its start to its end."""
    a, b = mesh.corners[mesh.ends[:, 0]], mesh.corners[mesh.ends[:, 1]]
    reach = shapely.distance(shapely.points((a + b) / 2), course)
    cost = np.hypot(*(a - b).T) * (1 + (reach / _STRAY_M) ** 2) + 1e-6
    count = len(mesh.corners)
    first, second = mesh.ends.T
    graph = sparse.coo_matrix((cost, (first, second)), shape=(count, count)).tocsr()
    linked = np.unique(mesh.ends)
    tips = np.array([course.coords[0], course.coords[-1]])
    start, end = linked[cKDTree(mesh.corners[linked]).query(tips)[1]]
    _, before = sparse.csgraph.dijkstra(graph, directed=False, indices=int(start), return_predecessors=True)
    number = {(min(p), max(p)): k for k, p in enumerate(mesh.ends.tolist())}
    path, here = [], int(end)
    while before[here] >= 0:
        path.append(number[(min(here, int(before[here])), max(here, int(before[here])))])
        here = int(before[here])
    return np.array(path[::-1], dtype=np.int64)


def border_lines(mesh: Mesh) -> Shapes:
    """Return the borders as lines."""
    return np.asarray(shapely.linestrings(mesh.corners[mesh.ends]), dtype=object)


def _merge(vertices: FloatArray, near: FloatArray, regions: list[IntArray]) -> tuple[FloatArray, IntArray]:
    """Merge near corners; cells that would break keep theirs."""
    limit = np.minimum(_MERGE_SHARE * near, _MERGE_MOST_M)
    pairs = cKDTree(vertices).query_pairs(_MERGE_MOST_M, output_type="ndarray")
    gap = np.hypot(*(vertices[pairs[:, 0]] - vertices[pairs[:, 1]]).T)
    pairs = pairs[gap < np.minimum(limit[pairs[:, 0]], limit[pairs[:, 1]])]
    n = len(vertices)
    for _ in range(4):
        link = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
        label = sparse.csgraph.connected_components(link, directed=False)[1]
        count = np.bincount(label)
        corners = np.column_stack([np.bincount(label, vertices[:, k]) / count for k in (0, 1)])
        broken = [k for k, r in enumerate(regions) if not _sound(corners[label[r]])]
        if not broken:
            break
        hurt = np.unique(np.concatenate([regions[k] for k in broken]))
        pairs = pairs[~np.isin(pairs, hurt).any(axis=1)]
    return np.round(corners, 2), label.astype(np.int64)


def _sound(ring: FloatArray) -> bool:
    return len(np.unique(ring, axis=0)) > 2 and bool(shapely.is_valid(Polygon(ring)))


def _clipped(cells: Shapes, seeds: FloatArray, outline: Polygon) -> Shapes:
    """Clip cells to the outline: each keeps the part with its seed, the other parts join a neighbour."""
    shapely.prepare(outline)
    result = cells.copy()
    cut = np.flatnonzero(~shapely.contains(outline, cells))
    result[cut] = shapely.intersection(cells[cut], outline)
    loose: list[Polygon] = []
    for i in cut[shapely.get_type_id(result[cut]) != 3].tolist():
        parts = [p for p in shapely.get_parts(result[i]) if p.geom_type == "Polygon"]
        home = min(parts, key=lambda p: (p.distance(shapely.Point(seeds[i])), -p.area))
        result[i] = home
        loose += [p for p in parts if p is not home]
    tree = shapely.STRtree(result)
    for part in loose:
        near = tree.query(part, predicate="intersects")
        shared = shapely.length(shapely.intersection(result[near], part.exterior))
        for k in near[np.argsort(-shared, kind="stable")].tolist():
            joined = shapely.union(result[k], part)
            if joined.geom_type == "Polygon":
                result[k] = joined
                break
    return result
