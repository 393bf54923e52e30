"""Name streets: segments that run on without a bend carry one made-up name."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse

from planning.arrays import FloatArray, IntArray

_STEM = {
    "arterial": "合成大道",
    "trunk": "合成公路",
    "motorway": "高速公路(示意)",
    "rural": "合成村道",
    "path": "合成步道",
}
_BEND = 0.45  # radians: streets that turn more than this at a junction are two streets


def street_names(roads: gpd.GeoDataFrame) -> list[str]:
    """Return a name for every segment; roads that run east–west are 路, north–south 街."""
    label = _strokes(roads)
    ends = _ends(roads)
    run = np.abs(ends[:, 1] - ends[:, 0])
    east = np.bincount(label, run[:, 0]) >= np.bincount(label, run[:, 1])
    names: list[str] = []
    count: dict[str, int] = {}
    given: dict[int, str] = {}
    for k, level in zip(label.tolist(), roads["road_class"].tolist(), strict=True):
        if k not in given:
            stem = _STEM.get(level, "合成路" if east[k] else "合成街")
            count[stem] = count.get(stem, 0) + 1
            given[k] = stem if level == "motorway" else f"{stem}{count[stem]}"
        names.append(given[k])
    return names


def _ends(roads: gpd.GeoDataFrame) -> FloatArray:
    return np.asarray(
        shapely.get_coordinates(roads.geometry.to_numpy()).reshape(len(roads), -1, 2)[:, [0, -1]]
    )


def _strokes(roads: gpd.GeoDataFrame) -> IntArray:
    """Join segments of one class that go straight on at a junction, best pairs first."""
    ends = _ends(roads)
    n = len(roads)
    _, node = np.unique(np.round(ends.reshape(-1, 2), 1), axis=0, return_inverse=True)
    way = (
        np.concatenate([ends[:, 1] - ends[:, 0], ends[:, 0] - ends[:, 1]]).reshape(2, n, 2).transpose(1, 0, 2)
    )
    angle = np.arctan2(way[..., 1], way[..., 0]).ravel()
    level = np.repeat(roads["road_class"].to_numpy().astype(str), 2)
    order = np.argsort(node.ravel(), kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(node.ravel()[order]) != 0, True])
    pairs = []
    for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        tips = order[a:b].tolist()
        found = []
        for i, p in enumerate(tips):
            for q in tips[i + 1 :]:
                bend = abs(np.pi - abs((angle[p] - angle[q] + np.pi) % (2 * np.pi) - np.pi))
                if bend < _BEND and level[p] == level[q]:
                    found.append((bend, p, q))
        used: set[int] = set()
        for _, p, q in sorted(found):
            if p not in used and q not in used:
                used |= {p, q}
                pairs.append((p // 2, q // 2))
    link = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    graph = sparse.coo_matrix((np.ones(len(link)), (link[:, 0], link[:, 1])), shape=(n, n))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)
