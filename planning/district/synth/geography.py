"""Cut a county into zones: dense in the city, blocks in towns, large village groups in the country."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry import MultiPoint, Polygon

from planning.district.synth.settings import CountySettings, Line

Points = npt.NDArray[np.float64]


def make_zones(settings: CountySettings, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return zones with ``township``, ``kind`` and ``locale``; they tile the outline without gaps or overlaps."""
    city = round(settings.n_zones * 0.42)
    town = round(settings.n_zones * 0.16)
    village = settings.n_zones - city - town
    kept = _mirrored(settings)
    parts = [
        (kept, "mirror"),
        (_city_points(settings, rng, city), "estate"),
        (_town_points(settings, rng, town), "town_block"),
        (_village_points(settings, rng, village), "village_group"),
    ]
    points, kinds = _clear_of(parts, settings)
    cells = _cells(points, settings.outline)
    zones = gpd.GeoDataFrame({"kind": kinds}, geometry=cells, crs=settings.crs)
    zones["x"], zones["y"] = points[:, 0], points[:, 1]
    zones = zones[~zones.geometry.is_empty].reset_index(drop=True)
    return _placed(zones, settings)


def _city_points(settings: CountySettings, rng: np.random.Generator, count: int) -> Points:
    """Scatter a jittered grid of estates, finer towards the centre."""
    cx, cy = settings.centre
    cores = [t for t in settings.towns if t.kind == "core"] or list(settings.towns[:1])
    angle = rng.uniform(0, 2 * np.pi, count * 6)
    away = settings.city_radius_m * np.sqrt(rng.uniform(0, 1, count * 6)) ** 1.25
    spread = np.column_stack([cx + away * np.cos(angle), cy + 0.8 * away * np.sin(angle)])
    home = cores[0]
    lift = np.array([[t.x - home.x, t.y - home.y] for t in cores])
    drift = lift[rng.integers(0, len(cores), len(spread))] * 0.12
    return _thin(
        _inside(spread + drift, settings.outline), settings.city_radius_m / np.sqrt(count) * 0.75, count
    )


def _town_points(settings: CountySettings, rng: np.random.Generator, count: int) -> Points:
    towns = [t for t in settings.towns if t.kind != "core"]
    if not towns:
        return np.empty((0, 2))
    weights = np.array([t.share for t in towns])
    counts = rng.multinomial(count, weights / weights.sum())
    found = []
    for town, n in zip(towns, counts, strict=True):
        radius = 650.0 + 35.0 * n
        angle, away = rng.uniform(0, 2 * np.pi, n * 8), radius * np.sqrt(rng.uniform(0, 1, n * 8))
        spread = np.column_stack([town.x + away * np.cos(angle), town.y + away * np.sin(angle)])
        found.append(_thin(_inside(spread, settings.outline), 190.0, int(n)))
    return np.concatenate(found)


def _village_points(settings: CountySettings, rng: np.random.Generator, count: int) -> Points:
    """Scatter village groups by township, near its centre more than far."""
    weights = np.array([t.villages for t in settings.towns], dtype=float)
    counts = rng.multinomial(count, weights / weights.sum())
    left, low, right, high = settings.outline.bounds
    anywhere = _inside(
        np.column_stack([rng.uniform(left, right, count * 60), rng.uniform(low, high, count * 60)]),
        settings.outline,
    )
    centres = np.array([[t.x, t.y] for t in settings.towns])
    away, owner = cKDTree(centres).query(anywhere)
    reach = {"core": 5_000.0, "town": 5_500.0, "farm": 9_000.0}
    found = []
    for k, (town, n) in enumerate(zip(settings.towns, counts, strict=True)):
        mine = np.flatnonzero(owner == k)
        if not len(mine) or not n:
            continue
        chance = np.exp(-away[mine] / reach[town.kind]) + 0.02
        order = rng.choice(mine, size=min(len(mine), int(n) * 12), replace=False, p=chance / chance.sum())
        found.append(_thin(anywhere[order], 520.0, int(n)))
    return np.concatenate(found)


def _mirrored(settings: CountySettings) -> Points:
    """Set pairs of points on both sides of every barrier, so that zone limits run along it."""
    pairs = []
    for line in settings.barriers:
        for offset, start, end in _steps(line, settings):
            a = line.course.interpolate(start)
            b = line.course.interpolate(end)
            dx, dy = b.x - a.x, b.y - a.y
            length = float(np.hypot(dx, dy)) or 1.0
            mx, my = (a.x + b.x) / 2, (a.y + b.y) / 2
            pairs += [
                (mx - dy / length * offset, my + dx / length * offset),
                (mx + dy / length * offset, my - dx / length * offset),
            ]
    return _inside(np.array(pairs).reshape(-1, 2), settings.outline)


def _steps(line: Line, settings: CountySettings) -> list[tuple[float, float, float]]:
    steps, at = [], 0.0
    while at < line.course.length:
        point = line.course.interpolate(at)
        away = np.hypot(point.x - settings.centre[0], point.y - settings.centre[1])
        step = float(np.clip(away * 0.16, 420.0, 6000.0))
        steps.append((step * 0.42, at, min(at + step, line.course.length)))
        at += step
    return steps


def _clear_of(
    parts: list[tuple[Points, str]], settings: CountySettings
) -> tuple[Points, npt.NDArray[np.str_]]:
    """Join the points, the mirrored ones first; others too near a barrier are dropped."""
    mirror = parts[0][0]
    tree = cKDTree(mirror) if len(mirror) else None
    points, kinds = [], []
    lines = [line.course for line in settings.barriers]
    for found, kind in parts:
        keep = np.ones(len(found), dtype=bool)
        if kind != "mirror" and tree is not None and len(found):
            nearest, which = tree.query(found)
            gap = np.min([shapely.distance(shapely.points(found), line) for line in lines], axis=0)
            reach = np.min([shapely.distance(shapely.points(mirror[which]), line) for line in lines], axis=0)
            keep = (gap > reach * 1.15) & (nearest > reach * 0.8)
        points.append(found[keep])
        kinds += [kind] * int(keep.sum())
    return np.concatenate(points), np.array(kinds)


def _cells(points: Points, outline: Polygon) -> list[Polygon]:
    """Return the Voronoi cells of the points, clipped to the outline; parts cut off join their neighbour."""
    left, low, right, high = outline.bounds
    margin = 4 * max(right - left, high - low)
    frame = np.array(
        [
            [left - margin, low - margin],
            [right + margin, low - margin],
            [left - margin, high + margin],
            [right + margin, high + margin],
        ]
    )
    diagram = Voronoi(np.concatenate([points, frame]))
    raw = np.array(
        [Polygon(diagram.vertices[diagram.regions[r]]) for r in diagram.point_region[: len(points)]]
    )
    inside = shapely.contains(outline, raw)
    cells = raw.copy()
    cells[~inside] = shapely.intersection(raw[~inside], outline)
    return _whole(list(cells))


def _whole(cells: list[Polygon]) -> list[Polygon]:
    """Keep the largest part of every cell and give the others to the cell they touch most."""
    loose: list[Polygon] = []
    for i, cell in enumerate(cells):
        if cell.geom_type != "Polygon":
            parts = sorted((p for p in cell.geoms if p.geom_type == "Polygon"), key=lambda p: p.area)
            cells[i] = parts[-1] if parts else Polygon()
            loose += parts[:-1]
    tree = shapely.STRtree(cells)
    for part in loose:
        near = [int(k) for k in tree.query(part, predicate="intersects")]
        best = max(near, key=lambda k: cells[k].boundary.intersection(part.boundary).length, default=None)
        if best is not None:
            joined = cells[best].union(part)
            cells[best] = joined if joined.geom_type == "Polygon" else cells[best]
    return cells


def _placed(zones: gpd.GeoDataFrame, settings: CountySettings) -> gpd.GeoDataFrame:
    """Give every zone its township and locale; mirrored points take the kind of the place they are in."""
    xy = zones[["x", "y"]].to_numpy()
    centres = np.array([[t.x, t.y] for t in settings.towns])
    pull = np.array([{"core": 1.0, "town": 1.0, "farm": 1.25}[t.kind] for t in settings.towns])
    away = np.hypot(xy[:, None, 0] - centres[None, :, 0], xy[:, None, 1] - centres[None, :, 1])
    owner = np.argmin(away / pull, axis=1)
    kinds = np.array([t.kind for t in settings.towns])[owner]
    from_city = np.hypot(xy[:, 0] - settings.centre[0], (xy[:, 1] - settings.centre[1]) / 0.8)
    from_town = away[np.arange(len(xy)), owner]
    kind = zones["kind"].to_numpy().astype(object)
    mirror = kind == "mirror"
    kind[mirror & (from_city < settings.city_radius_m)] = "estate"
    kind[mirror & (from_city >= settings.city_radius_m)] = "village_group"
    kind[mirror & (kinds != "core") & (from_town < 1000)] = "town_block"
    kind[(kind == "estate") & (from_city > settings.city_radius_m * 1.25)] = "village_group"
    zones["kind"] = kind
    zones["township"] = np.array([t.code for t in settings.towns])[owner]
    zones["locale"] = [{"estate": "urban", "town_block": "town", "village_group": "rural"}[k] for k in kind]
    return zones


def _inside(points: Points, outline: Polygon) -> Points:
    if not len(points):
        return points.reshape(0, 2)
    shapely.prepare(outline)
    return points[shapely.contains_xy(outline, points[:, 0], points[:, 1])]


def _thin(points: Points, least_m: float, count: int) -> Points:
    """Take points one after the other that keep a distance, at most ``count``."""
    taken: list[int] = []
    grid: dict[tuple[int, int], list[int]] = {}
    for i, (x, y) in enumerate(points.tolist()):
        cell = (int(x // least_m), int(y // least_m))
        near = (
            k for dx in (-1, 0, 1) for dy in (-1, 0, 1) for k in grid.get((cell[0] + dx, cell[1] + dy), ())
        )
        if all((points[k, 0] - x) ** 2 + (points[k, 1] - y) ** 2 >= least_m**2 for k in near):
            taken.append(i)
            grid.setdefault(cell, []).append(i)
            if len(taken) == count:
                break
    return points[taken]


def bounding(points: Points) -> Polygon:
    """Return the hull of points (for outlines of made-up counties)."""
    return MultiPoint(points).convex_hull
