"""Say who wins and who loses between layouts, how far everybody walks, and how fair that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.arrays import FloatArray
from planning.district import District
from planning.layout import Layout, one_row_per_zone
from planning.messages import Text
from planning.standards import Profile

LOCALES = ("urban", "town", "rural")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# metres the way to school grows by; half-open (low, high], the middle one counts as unchanged
EDGES = (-np.inf, -2000.0, -1000.0, -500.0, -100.0, 100.0, 500.0, 1000.0, 2000.0, np.inf)
BINS = tuple(
    Text(f"compare.bin.{code}")
    for code in (
        "shorter_2000",
        "shorter_1000",
        "shorter_500",
        "shorter_100",
        "same",
        "longer_100",
        "longer_500",
        "longer_1000",
        "longer_2000",
    )
)
WALK_COLUMNS = (
    "layout", "zone", "stage", "unit", "before", "pupils", "migrant", "locale", "distance_m", "delta_m", "norm_m",
)  # fmt: skip


def walks(
    names: Sequence[str], layouts: Sequence[Layout], district: District | None, profile: Profile
) -> pd.DataFrame:
    """Return the way of every zone to its school in every layout, and how it differs from the first layout.

    Returns
    -------
    DataFrame
        One row per layout, zone and stage (``WALK_COLUMNS``): ``pupils`` living there in the first layout's first year,
        ``migrant`` children among them (NaN where the district does not say), ``before`` the unit in the first layout,
        ``distance_m`` walking metres to the catchment's school, ``delta_m`` metres more than in the first layout, ``norm_m`` the
        way that counts as acceptable: the service radius in the city, the walking norm elsewhere (standards.md §4). Pupils sent
        elsewhere because their school is full walk to another school; this table has the way to the catchment's own.
    """
    first = one_row_per_zone(layouts[0].assignment).set_index(["zone", "stage"])
    shares, locales = _migrant_shares(district), _locales(district)
    parts = []
    for name, layout in zip(names, layouts, strict=True):
        table = one_row_per_zone(layout.assignment)
        key = pd.MultiIndex.from_frame(table[["zone", "stage"]])
        base = first.reindex(key)
        pupils = base["pupils"].fillna(table["pupils"].set_axis(key)).to_numpy(dtype=float)
        locale = np.array([locales.get(z, "") for z in table["zone"].astype(str)], dtype=object)
        distance = table["distance_m"].to_numpy(dtype=float)
        parts.append(
            pd.DataFrame(
                {
                    "layout": name,
                    "zone": table["zone"].to_numpy(),
                    "stage": table["stage"].to_numpy(),
                    "unit": table["unit"].to_numpy(),
                    "before": base["unit"].fillna("").to_numpy(),
                    "pupils": pupils,
                    "migrant": pupils * shares.reindex(key).to_numpy(dtype=float),
                    "locale": locale,
                    "distance_m": distance,
                    "delta_m": distance - base["distance_m"].to_numpy(dtype=float),
                    "norm_m": _norms(profile, table["stage"].to_numpy(dtype=object), locale),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[list(WALK_COLUMNS)]


def changes(walk: pd.DataFrame) -> pd.DataFrame:
    """Return how many pupils walk how much less or more than in the first layout.

    Returns
    -------
    DataFrame
        ``layout, stage, bin, name_zh, name_en, pupils, share``: one row per class of change (``EDGES``); layouts after the first.
    """
    rows = []
    for (name, stage), part in _after_first(walk):
        where = np.clip(
            np.searchsorted(np.asarray(EDGES), part["delta_m"], side="left") - 1, 0, len(BINS) - 1
        )
        pupils = np.bincount(where, weights=part["pupils"], minlength=len(BINS))
        total = pupils.sum()
        for k, words in enumerate(BINS):
            rows.append(
                (
                    name,
                    stage,
                    k,
                    words.text("zh"),
                    words.text("en"),
                    pupils[k],
                    pupils[k] / total if total else np.nan,
                )
            )
    return pd.DataFrame(rows, columns=["layout", "stage", "bin", "name_zh", "name_en", "pupils", "share"])


def winners(walk: pd.DataFrame) -> pd.DataFrame:
    """Return, for layouts after the first, who walks less, who walks more, and the spread of the change.

    Returns
    -------
    DataFrame
        ``layout, stage, pupils, moved`` (another school), ``shorter, same, longer`` (pupils; same within 100 m),
        ``mean_m`` (mean change) and ``q05 … q95`` (weighted quantiles of the change in metres).
    """
    rows = []
    for (name, stage), part in _after_first(walk):
        delta, pupils = part["delta_m"].to_numpy(), part["pupils"].to_numpy()
        total, limit = pupils.sum(), EDGES[5]
        moved = pupils[(part["unit"] != part["before"]).to_numpy()].sum()
        counts = [pupils[delta <= -limit].sum(), 0.0, pupils[delta > limit].sum()]
        counts[1] = total - counts[0] - counts[2]
        mean = float((delta * pupils).sum() / total) if total else np.nan
        rows.append(
            (name, stage, total, moved, *counts, mean, *(quantile(delta, pupils, q) for q in QUANTILES))
        )
    columns = ["layout", "stage", "pupils", "moved", "shorter", "same", "longer", "mean_m"]
    return pd.DataFrame(rows, columns=[*columns, *(f"q{int(q * 100):02d}" for q in QUANTILES)])


def equity(walk: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the ways to school by locale, and of migrant children and the others where the data tell them apart.

    Returns
    -------
    DataFrame
        ``stage, group, layout, pupils, mean_m, median_m, p95_m, beyond`` (share of pupils beyond the norm) and ``delta_m`` (mean
        change against the first layout). Groups: ``all, urban, town, rural, migrant, other``. A zone's migrant children are
        taken to walk as its other children do.
    """
    rows = []
    for stage in pd.unique(walk["stage"]):
        for group in ("all", *LOCALES, "migrant", "other"):
            for name in names:
                part = walk[(walk["layout"] == name) & (walk["stage"] == stage)]
                weight = _weights(part, group)
                if np.nansum(weight) > 0:
                    rows.append((stage, group, name, *_ways(part, weight)))
    columns = ["stage", "group", "layout", "pupils", "mean_m", "median_m", "p95_m", "beyond", "delta_m"]
    return pd.DataFrame(rows, columns=columns)


def moved_zones(walk: pd.DataFrame) -> pd.DataFrame:
    """Return every zone that has another school than in the first layout, the longest additional way first.

    Returns
    -------
    DataFrame
        ``layout, zone, stage, locale, pupils, before, unit, distance_m, delta_m``.
    """
    table = walk[(walk["unit"] != walk["before"]) & (walk["before"] != "")]
    columns = ["layout", "zone", "stage", "locale", "pupils", "before", "unit", "distance_m", "delta_m"]
    order = table.assign(rank=-table["delta_m"]).sort_values(["layout", "stage", "rank", "zone"])
    return order[columns].reset_index(drop=True)


def quantile(values: FloatArray, weights: FloatArray, q: float) -> float:
    """Return the smallest value at or below which at least a share ``q`` of the weight lies."""
    if not weights.sum() > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(reached, q - 1e-12)), len(values) - 1)])


def _after_first(walk: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    names = pd.unique(walk["layout"])
    for name in names[1:]:
        for stage in pd.unique(walk["stage"]):
            part = walk[(walk["layout"] == name) & (walk["stage"] == stage) & walk["delta_m"].notna()]
            yield (str(name), str(stage)), part


def _weights(part: pd.DataFrame, group: str) -> FloatArray:
    pupils = part["pupils"].to_numpy(dtype=float)
    if group == "all":
        return pupils
    if group in LOCALES:
        return np.where(part["locale"] == group, pupils, 0.0)
    migrant = part["migrant"].to_numpy(dtype=float)
    if not np.nansum(migrant) > 0:  # nobody counted: no group to compare with
        return np.zeros(len(part))
    return np.asarray(np.nan_to_num(migrant if group == "migrant" else pupils - migrant))


def _ways(part: pd.DataFrame, weight: FloatArray) -> tuple[float, ...]:
    distance, delta = part["distance_m"].to_numpy(dtype=float), part["delta_m"].to_numpy(dtype=float)
    total = weight.sum()
    beyond = weight[distance > part["norm_m"].to_numpy(dtype=float)].sum() / total
    change = np.nansum(delta * weight) / total
    mean = (distance * weight).sum() / total
    return (
        float(total),
        float(mean),
        quantile(distance, weight, 0.5),
        quantile(distance, weight, 0.95),
        float(beyond),
        float(change),
    )


def _norms(profile: Profile, stage: npt.NDArray[Any], locale: npt.NDArray[Any]) -> FloatArray:
    """Return the acceptable way: service radius in the city (GB 50099-2011), 30 minutes elsewhere (国办发〔2018〕27号)."""
    walk = profile.travel.rural_minutes * profile.travel.walking_m_per_min
    radius = np.array([profile.travel.service_radius_m[s] for s in stage], dtype=float)
    return np.where(locale == "urban", radius, walk)


def _locales(district: District | None) -> dict[str, str]:
    if district is None:
        return {}
    return dict(zip(district.zones["zone"].astype(str), district.zones["locale"].astype(str), strict=True))


def _migrant_shares(district: District | None) -> pd.Series[float]:
    """Return the share of migrant children by zone and stage in the base year; missing where the district does not count them."""
    empty = pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=["zone", "stage"]))
    if district is None or "migrant" not in district.zone_pupils:
        return empty
    table = district.zone_pupils[district.zone_pupils["year"] == district.info.base_year]
    table = table.assign(
        stage=table["grade"].map(district.grades.stage_of), migrant=pd.to_numeric(table["migrant"])
    )
    total = table.groupby(["zone", "stage"])[["pupils", "migrant"]].sum()
    if not total["migrant"].sum() > 0:
        return empty
    share: pd.Series[float] = (total["migrant"] / total["pupils"]).where(total["pupils"] > 0, 0.0)
    return share
