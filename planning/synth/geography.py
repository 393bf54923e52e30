"""Set the seeds of zones: a street grid in the city, blocks in towns, village groups thinning out to the desert."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree
from shapely.geometry import Polygon

from planning.arrays import FloatArray, IntArray, ObjectArray
from planning.synth.mesh import Mesh, make_mesh
from planning.synth.settings import CountySettings, Line, Town

FLAT = 0.85  # the city is this much shorter across its main axis
_PULL = {"core": 1.0, "town": 1.0, "farm": 1.3}
_REACH_M = {"core": 4_000.0, "town": 4_500.0, "farm": 12_000.0}


def make_zones(settings: CountySettings, rng: np.random.Generator) -> tuple[gpd.GeoDataFrame, Mesh]:
    """Return zones (``kind, locale, township, x, y``) in the order of the cells of their mesh.

    The zones tile the outline; their borders follow the barriers, so that none lies on both sides of one.
    """
    city, town = round(settings.n_zones * 0.42), round(settings.n_zones * 0.13)
    lines = [line for line in settings.barriers if line.kind != "arterial"]
    kerb, gap = _kerbs(lines, settings)
    grid = _clear(_city_grid(settings, rng, city), kerb, gap)
    blocks = _clear(_town_blocks(settings, rng, town), kerb, gap)
    blocks = _apart(blocks, grid, 260.0)
    used = len(kerb) + len(grid) + len(blocks)
    villages = _villages(settings, rng, max(round((settings.n_zones - used) * 1.5), 4 * len(settings.towns)))
    villages = _apart(_clear(villages, kerb, gap), np.concatenate([grid, blocks]), 420.0)
    seeds = np.round(np.concatenate([kerb, grid, blocks, villages]), 2)
    kind = np.repeat(
        ["kerb", "estate", "town_block", "village_group"], [len(kerb), len(grid), len(blocks), len(villages)]
    )
    return _placed(seeds, kind.astype(object), settings, make_mesh(seeds, settings.outline))


def city_frame(points: FloatArray, settings: CountySettings) -> FloatArray:
    """Return points in the axes of the city's street grid, metres from its middle."""
    turn = np.array(
        [[np.cos(settings.turn), -np.sin(settings.turn)], [np.sin(settings.turn), np.cos(settings.turn)]]
    )
    return np.asarray((points - np.array(settings.centre)) @ turn)


def remoteness(points: FloatArray, settings: CountySettings) -> FloatArray:
    """Return how far points lie from the city's middle, 1 at its edge."""
    u = city_frame(points, settings)
    return np.asarray(np.hypot(u[:, 0], u[:, 1] / FLAT) / settings.city_radius_m)


def _city_grid(settings: CountySettings, rng: np.random.Generator, count: int) -> FloatArray:
    """Lay a grid that widens outwards; rows beside the main axes stay exact, so that arterials run straight."""
    cells = np.sqrt(
        count / (np.pi * FLAT) * 1.22
    )  # cells from the middle to the edge; some plots fall out below
    half = np.arange(-np.ceil(cells), np.ceil(cells)) + 0.5
    i, j = (g.ravel() for g in np.meshgrid(half, half))
    stretch = 0.55
    away = np.hypot(i, j / FLAT) / cells
    scale = settings.city_radius_m / cells / (1 + stretch)
    u = i * scale * (1 + stretch * (np.abs(i) / cells) ** 1.5)
    v = j * scale * (1 + stretch * (np.abs(j) / cells) ** 1.5)
    free = (np.abs(i) > 1) & (np.abs(j) > 1)
    u = u + np.where(free, rng.normal(0, 0.10, len(u)) * scale, 0)
    v = v + np.where(free, rng.normal(0, 0.10, len(v)) * scale, 0)
    keep = (away < 1 + rng.normal(0, 0.06, len(u))) & (~free | (rng.random(len(u)) > 0.14))
    turn = np.array(
        [[np.cos(settings.turn), np.sin(settings.turn)], [-np.sin(settings.turn), np.cos(settings.turn)]]
    )
    return _inside(np.column_stack([u, v])[keep] @ turn + np.array(settings.centre), settings.outline, 120.0)


def _town_blocks(settings: CountySettings, rng: np.random.Generator, count: int) -> FloatArray:
    """Lay a small jittered grid in the middle of every market town."""
    towns = [t for t in settings.towns if t.kind != "core"]
    if not towns:
        return np.empty((0, 2))
    weight = np.array([t.share for t in towns]) ** 0.6
    found = []
    for town, exact in zip(towns, weight / weight.sum() * count, strict=True):
        n = max(2, round(exact))
        side = int(np.ceil(np.sqrt(n))) + 1
        half = (np.arange(side) - (side - 1) / 2) * 270.0 / max(1.0, np.sqrt(settings.n_zones / 2_000))
        grid = np.stack(np.meshgrid(half, half), axis=-1).reshape(-1, 2) + rng.normal(
            0, 18.0, (side * side, 2)
        )
        grid = grid[np.argsort(np.hypot(*grid.T), kind="stable")[:n]]
        a = rng.uniform(0, np.pi / 2)
        found.append(
            grid @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + np.array([town.x, town.y])
        )
    return _inside(np.concatenate(found), settings.outline, 120.0)


def _villages(settings: CountySettings, rng: np.random.Generator, count: int) -> FloatArray:
    """Spread village groups over every township: close together near its town, far apart towards the desert."""
    left, low, right, high = settings.outline.bounds
    n = max(4_000, count * 50)
    anywhere = np.column_stack([rng.uniform(left, right, n), rng.uniform(low, high, n)])
    anywhere = _inside(anywhere, settings.outline, 80.0)
    anywhere = anywhere[remoteness(anywhere, settings) > 1.02]
    owner, away = _owners(anywhere, settings)
    weight = np.array([max(t.villages, 5) * (0.5 if t.kind == "core" else 1.0) for t in settings.towns])
    found = []
    for k, town in enumerate(settings.towns):
        mine = np.flatnonzero(owner == k)
        want = min(round(count * weight[k] / weight.sum()), len(mine) // 2)
        if want < 1:
            continue
        chance = np.exp(-away[mine] / _REACH_M[town.kind]) + 0.03
        drawn = rng.choice(mine, size=min(len(mine), want * 25), replace=False, p=chance / chance.sum())
        ring = np.empty((0, 2)) if town.kind != "town" or want < 12 else _ring(town)
        middle, label = kmeans2(anywhere[drawn], max(1, want - len(ring)), iter=8, minit="points", seed=rng)
        middle = _apart(middle[np.unique(label)], ring, 450.0)
        found.append(_inside(np.concatenate([ring, middle]), settings.outline, 60.0))
    return np.concatenate(found)


def _ring(town: Town) -> FloatArray:
    """Set villages around a market town, so that its outer blocks stay small."""
    angle = np.arange(9) / 9 * 2 * np.pi
    return np.column_stack([town.x + 1_150.0 * np.cos(angle), town.y + 1_150.0 * np.sin(angle)])


def _kerbs(lines: list[Line], settings: CountySettings) -> tuple[FloatArray, FloatArray]:
    """Set pairs of seeds on both sides of every line, so that borders run along it; return their offset too."""
    points: list[tuple[float, float]] = []
    offsets: list[float] = []
    for k, line in enumerate(lines):
        at = 0.0
        while at < line.course.length:
            here = line.course.interpolate(at)
            far = float(remoteness(np.array([[here.x, here.y]]), settings)[0])
            step = (
                settings.city_radius_m
                / np.sqrt(settings.n_zones * 0.42 / np.pi)
                * float(np.clip(0.3 + far, 0.8, 3.2))
            )
            next_ = line.course.interpolate(min(at + 1.0, line.course.length))
            back = line.course.interpolate(max(at - 1.0, 0.0))
            dx, dy = next_.x - back.x, next_.y - back.y
            norm, off = float(np.hypot(dx, dy)), 0.46 * step
            if all(other.course.distance(here) > 2.4 * off for other in lines[:k]):
                points += [(here.x - s * dy / norm * off, here.y + s * dx / norm * off) for s in (1, -1)]
                offsets += [off, off]
            at += step
    kerb, gap = np.array(points).reshape(-1, 2), np.array(offsets)
    inside = (
        shapely.contains_xy(settings.outline, kerb[:, 0], kerb[:, 1])
        if len(kerb)
        else np.zeros(0, dtype=bool)
    )
    return kerb[inside], gap[inside]


def _clear(points: FloatArray, kerb: FloatArray, gap: FloatArray) -> FloatArray:
    """Drop points between the kerbs of a line or close behind them."""
    if not len(kerb) or not len(points):
        return points
    away, which = cKDTree(kerb).query(points)
    return np.asarray(points[away > 1.5 * gap[which]])


def _apart(points: FloatArray, others: FloatArray, least_m: float) -> FloatArray:
    return points[cKDTree(others).query(points)[0] > least_m] if len(points) and len(others) else points


def _owners(xy: FloatArray, settings: CountySettings) -> tuple[IntArray, FloatArray]:
    """Return the township of points (farms reach further) and the distance to its middle."""
    centres = np.array([[t.x, t.y] for t in settings.towns])
    pull = np.array([_PULL[t.kind] for t in settings.towns])
    away = np.hypot(xy[:, None, 0] - centres[None, :, 0], xy[:, None, 1] - centres[None, :, 1])
    owner = np.argmin(away / pull, axis=1)
    return owner.astype(np.int64), away[np.arange(len(xy)), owner]


def _placed(
    seeds: FloatArray, kind: ObjectArray, settings: CountySettings, mesh: Mesh
) -> tuple[gpd.GeoDataFrame, Mesh]:
    """Give every zone its township and locale; seeds beside lines take the kind of the place they are in."""
    owner, from_town = _owners(seeds, settings)
    kinds = np.array([t.kind for t in settings.towns])[owner]
    far = remoteness(seeds, settings)
    kerb = kind == "kerb"
    kind[kerb] = "village_group"
    kind[kerb & (kinds != "core") & (from_town < 600)] = "town_block"
    kind[kerb & (far < 0.98)] = "estate"
    zones = gpd.GeoDataFrame({"kind": kind}, geometry=list(mesh.cells), crs=settings.crs)
    zones["x"], zones["y"] = seeds[:, 0], seeds[:, 1]
    zones["township"] = np.array([t.code for t in settings.towns])[_whole_townships(owner, mesh)]
    zones["locale"] = zones["kind"].map({"estate": "urban", "town_block": "town", "village_group": "rural"})
    return zones, mesh


def _whole_townships(owner: IntArray, mesh: Mesh) -> IntArray:
    """Give pieces that are cut off from their township to the township around them."""
    n = len(owner)
    for _ in range(3):
        same = mesh.sides[owner[mesh.sides[:, 0]] == owner[mesh.sides[:, 1]]]
        link = sparse.coo_matrix((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(n, n))
        label = sparse.csgraph.connected_components(link, directed=False)[1]
        size = np.bincount(label)
        main = np.zeros(owner.max() + 1, dtype=int)
        for part in np.argsort(size, kind="stable"):
            main[owner[np.flatnonzero(label == part)[0]]] = part
        lost = label != main[owner]
        if not lost.any():
            break
        for a, b in mesh.sides.tolist():
            for here, there in ((a, b), (b, a)):
                if lost[here] and not lost[there]:
                    owner[here] = owner[there]
    return owner


def _inside(points: FloatArray, outline: Polygon, margin_m: float = 0.0) -> FloatArray:
    if not len(points):
        return points.reshape(0, 2)
    room = outline.buffer(-margin_m) if margin_m else outline
    shapely.prepare(room)
    return points[shapely.contains_xy(room, points[:, 0], points[:, 1])]
