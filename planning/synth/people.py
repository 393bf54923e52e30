"""Settle a county: residents and pupils by zone and grade, births before and after, homes to come."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.grades import USUAL
from planning.synth.settings import CountySettings


def residents(zones: gpd.GeoDataFrame, settings: CountySettings, rng: np.random.Generator) -> IntArray:
    """Return residents by zone: the township's share, spread by kind of zone; the total is kept."""
    share = zones["township"].map({t.code: t.share for t in settings.towns}).to_numpy()
    pull = zones["kind"].map({"estate": 1.0, "town_block": 0.55, "village_group": 0.42}).to_numpy()
    city = _from_centre(zones, settings)
    pull = pull * np.where(zones["kind"] == "estate", 1.15 - 0.3 * city / settings.city_radius_m, 1.0)
    pull = np.clip(pull, 0.1, None) * rng.lognormal(0.0, 0.45, len(zones))
    pull *= np.where(
        rng.random(len(zones)) < 0.03, 0.02, 1.0
    )  # nearly empty places: works, new land, the desert's edge
    total = pd.Series(pull).groupby(zones["township"].to_numpy()).transform("sum").to_numpy()
    weight = share * pull / total
    return whole(settings.population * weight / weight.sum(), settings.population)


def pupils(
    zones: gpd.GeoDataFrame, people: IntArray, settings: CountySettings, rng: np.random.Generator
) -> IntArray:
    """Return pupils by zone and grade (n_zones, n_grades): urban cohorts grow, rural cohorts shrink."""
    young = zones["kind"].map({"estate": 1.12, "town_block": 1.0, "village_group": 0.78}).to_numpy()
    weight = people * young * rng.lognormal(0.0, 0.12, len(zones))
    result = np.zeros((len(zones), USUAL.count), dtype=np.int64)
    trend = zones["kind"].map({"estate": 0.035, "town_block": 0.0, "village_group": -0.045}).to_numpy()
    for grades, total in ((USUAL.primary, settings.primary_pupils), (USUAL.junior, settings.junior_pupils)):
        shape = np.array([1.03 - 0.012 * k for k in range(len(grades))])
        for g, part in zip(grades, shape / shape.sum(), strict=True):
            local = weight * (1.0 - trend * (g - 5)) * rng.lognormal(0.0, 0.1, len(zones))
            count = round(total * part)
            result[:, g - 1] = whole(count * local / local.sum(), count)
    return result


def earlier(
    zones: gpd.GeoDataFrame, count: IntArray, settings: CountySettings, rng: np.random.Generator
) -> IntArray:
    """Return pupils of the years before the base year, oldest first (n_years, n_zones, 9).

    Cohorts go back one grade a year. What families who come or go make of a grade (about 1 % a year) cancels over the
    years, so that rates measured over all of them are 1; estates had fewer pupils then, village groups more.
    """
    years = settings.history_years
    grew = zones["kind"].map({"estate": 0.012, "town_block": 0.0, "village_group": -0.012}).to_numpy()
    change = rng.normal(0.0, 0.01, (years, 8)) * count[:, :8].sum(axis=0)
    change = np.rint(change - change.mean(axis=0)).astype(np.int64)
    change[0] -= change.sum(axis=0)
    result = np.zeros((years + 1, *count.shape), dtype=np.int64)
    result[years] = count
    for t in range(years - 1, -1, -1):
        after = result[t + 1]
        for g in range(9):
            # grade 9 has left since: its year before was a little smaller
            own = after[:, g + 1] if g < 8 else after[:, 8]
            total = int(own.sum() + change[t, g]) if g < 8 else round(int(own.sum()) * 0.988)
            local = own * (1.0 - grew) * rng.lognormal(0.0, 0.05, len(own))
            result[t, :, g] = whole(total * local / local.sum(), total)
    return result[:years]


def migrants(
    zones: gpd.GeoDataFrame, settings: CountySettings, count: IntArray, rng: np.random.Generator
) -> IntArray:
    """Return how many of the pupils are children of migrant workers: most at the city's edge."""
    away = _from_centre(zones, settings) / settings.city_radius_m
    rate = np.where(zones["kind"] == "estate", 0.08 + 0.25 * np.clip(away, 0, 1), 0.03)
    return rng.binomial(count, np.broadcast_to(rate[:, None], count.shape))


def births(
    count: IntArray, names: pd.Index, settings: CountySettings, rng: np.random.Generator
) -> pd.DataFrame:
    """Return births by zone and assessment year; cohorts already at school are the births that made them."""
    rows = []
    first = settings.base_year - 10
    recent = count[:, :3].mean(axis=1)
    for year, total in sorted(settings.births.items()):
        if year < first:
            continue
        grade = settings.base_year - (year + 6) + 1
        base = count[:, grade - 1] if 1 <= grade <= 6 else recent
        local = (base + 0.3) * rng.lognormal(0.0, 0.08, len(base))
        rows.append(
            pd.DataFrame(
                {"zone": names, "year": year, "births": whole(total * local / local.sum(), round(total))}
            )
        )
    return pd.concat(rows, ignore_index=True)


def housing(zones: gpd.GeoDataFrame, settings: CountySettings, rng: np.random.Generator) -> pd.DataFrame:
    """Return new homes by zone and year of delivery: estates at the edge of the city, a few in towns."""
    away = _from_centre(zones, settings) / settings.city_radius_m
    edge = np.flatnonzero((zones["kind"] == "estate").to_numpy() & (away > 0.55))
    towns = np.flatnonzero((zones["kind"] == "town_block").to_numpy())
    rows = []
    for year in range(settings.base_year + 1, settings.base_year + 9):
        chosen = [
            *rng.choice(edge, min(3, len(edge)), replace=False),
            *rng.choice(towns, min(1, len(towns)), replace=False),
        ]
        for z in sorted({int(c) for c in chosen}):
            homes = int(rng.integers(15, 60)) * 10
            rows.append((zones["zone"].iat[z], year, homes, 0.22, 0.10))
    return pd.DataFrame(rows, columns=["zone", "year", "homes", "primary_yield", "junior_yield"])


def whole(exact: FloatArray, total: int) -> IntArray:
    """Round to whole numbers that sum to ``total``, largest remainders first."""
    low = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - low), kind="stable")
    low[order[: max(0, int(total - low.sum()))]] += 1
    return low


def _from_centre(zones: gpd.GeoDataFrame, settings: CountySettings) -> FloatArray:
    x, y = zones["x"].to_numpy(dtype=float), zones["y"].to_numpy(dtype=float)
    return np.asarray(np.hypot(x - settings.centre[0], y - settings.centre[1]))
