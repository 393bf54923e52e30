"""Imagine the settings of a county that is nowhere, of any size, for tests and benchmarks."""

from __future__ import annotations

import numpy as np
from shapely.geometry import Polygon

from planning.synth.default import TURN
from planning.synth.settings import CountySettings, Line, Town
from planning.synth.streets import straight

CRS = "EPSG:32648"
_MIDDLE = (600_000.0, 4_200_000.0)
_PUPILS_PER_ZONE = (46, 23)


def imagined_settings(
    n_zones: int,
    *,
    primaries: int | None = None,
    juniors: int | None = None,
    nine_years: int | None = None,
    teaching_points: int | None = None,
    towns: int = 6,
    seed: int = 1,
) -> CountySettings:
    """Return settings of a county with about ``n_zones`` zones in a made-up outline.

    Parameters
    ----------
    n_zones : int
        About how many zones, 100 to 30,000.
    primaries, juniors, nine_years, teaching_points : int, optional
        Schools by kind; by default in the proportions of the default county.
    towns : int
        Market towns besides the city.
    seed : int
        Random seed; the same arguments give the same county.
    """
    rng = np.random.default_rng(seed)
    scale = np.sqrt(n_zones / 700.0)
    angle = np.arange(48) / 48 * 2 * np.pi
    wave = sum(rng.normal(0, 0.07 / k) * np.sin(k * angle + rng.uniform(0, 6.3)) for k in (2, 3, 5))
    reach = 15_000.0 * scale * (1.0 + wave)
    outline = Polygon(np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]).round(1) + _MIDDLE)
    turn = rng.uniform(0, 2 * np.pi) + np.arange(towns) / max(1, towns) * 2 * np.pi
    away = rng.uniform(0.52, 0.74, towns) * 15_000.0 * scale
    places = np.column_stack([away * np.cos(turn), away * np.sin(turn)]) + _MIDDLE
    share = rng.dirichlet(np.full(towns, 6.0)) * 0.34 if towns else np.empty(0)
    market = [
        Town(f"999999{k + 200:03d}", f"合成镇{k + 1:02d}", float(x), float(y), float(s), "town", 10)
        for k, ((x, y), s) in enumerate(zip(places, share, strict=True))
    ]
    core = Town("999999100", "合成城关镇", *_MIDDLE, 1.0 - float(share.sum()), "core", 20)

    def part(count: int | None, per_zone: float) -> int:
        return max(1, round(n_zones * per_zone)) if count is None else count

    return CountySettings(
        id=f"imagined-{n_zones}-{seed}",
        name=f"Imagined county ({n_zones} zones)",
        name_zh=f"合成县({n_zones}单元)",
        outline=outline,
        crs=CRS,
        towns=(core, *market),
        centre=_MIDDLE,
        city_radius_m=4_600.0 * scale,
        barriers=_barriers(15_000.0 * scale),
        n_zones=n_zones,
        primary_pupils=_PUPILS_PER_ZONE[0] * n_zones,
        junior_pupils=_PUPILS_PER_ZONE[1] * n_zones,
        primaries=part(primaries, 0.056),
        juniors=part(juniors, 0.016),
        nine_years=part(nine_years, 0.009),
        teaching_points=part(teaching_points, 0.013),
        population=660 * n_zones,
        seed=seed,
        turn=TURN,
        births=dict.fromkeys(range(2010, 2025), 7.7 * n_zones),
    )


def _barriers(reach_m: float) -> tuple[Line, ...]:
    x, y = _MIDDLE
    half = reach_m * 0.19
    run = np.array([np.cos(TURN), np.sin(TURN)]) * half
    east, west = np.array(_MIDDLE) + run, np.array(_MIDDLE) - run
    river = straight(
        [(x - 0.1 * reach_m, y + 2 * reach_m), (x - 0.24 * reach_m, y), (x - 0.1 * reach_m, y - 2 * reach_m)]
    )
    rail = straight(
        [(x - 2 * reach_m, y - 0.3 * reach_m), (x, y - 0.26 * reach_m), (x + 2 * reach_m, y - 0.4 * reach_m)]
    )
    return (
        Line("river", "河流(示意)", river, 1_200),
        Line("railway", "铁路(示意)", rail, 1_400),
        Line("arterial", "合成大道1", straight([tuple(west), tuple(east)]), 450),
    )
