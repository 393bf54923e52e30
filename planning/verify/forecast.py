"""Forecast the pupils of a plan a second time, from the register, births and homes (design.md §6; docs/demand.md)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planning.arrays import IntArray
from planning.district import District

AGE_OF_FIRST, TOWARDS = 6, 30.0
"""Age at which children enter grade 1, a year less for kindergarten; births by whose weight a zone's entry rate is drawn to the township's, and that to the county's."""
LIMITS = (0.9, 1.1)
"""Progression measured in registers is held inside these."""
SETTLED = (0.3, 0.55, 0.75, 0.9, 1.0)
"""Share of a home's pupils who live there in the year of delivery, the next, and so on."""
YIELDS = {"primary": 0.25, "junior": 0.12}
"""Pupils of a stage in a home whose row does not say."""
VARIANTS = {
    "low": (0.95, 0.9, 1, {"urban": -0.005, "town": -0.01, "rural": -0.015}),
    "medium": (1.0, 1.0, 0, {}),
    "high": (1.05, 1.1, 0, {"urban": 0.01, "town": 0.005, "rural": 0.0}),
}
"""Factor on entrants, factor on homes, years homes come late, net migration a year by locale (docs/demand.md)."""


def pupils_to_come(
    district: District, years: Sequence[int], variant: str, factor: float, hold: bool
) -> pd.DataFrame:
    """Return ``zone, year, grade, pupils``: whole pupils of every zone.

    Parameters
    ----------
    variant : str
        ``low``, ``medium`` or ``high``.
    factor : float
        On the children who enter the lowest grade after the base year.
    hold : bool
        Hold the last known births where a year is missing.
    """
    base, last = district.info.base_year, max(years)
    births, homes, late, migration = VARIANTS[variant]
    zones = district.zones.set_index(district.zones["zone"].astype(str))
    rows = district.zone_pupils[district.zone_pupils["year"] == base]
    living = rows.pivot_table(index=rows["zone"].astype(str), columns="grade", values="pupils", aggfunc="sum")
    living = living.reindex(index=zones.index, columns=list(district.grades.every)).fillna(0.0).astype(float)
    entrants = _entrants(
        district, zones["township"].fillna("").astype(str), living, last, births * factor, hold
    )
    rates = _progression(district)
    stays = 1.0 + zones["locale"].map(migration).fillna(0.0).astype(float)
    by_year = {base: living}
    for year in range(base + 1, last + 1):
        moved = by_year[year - 1].mul(rates, axis=1).mul(stays, axis=0)
        by_year[year] = moved.shift(1, axis=1)
        by_year[year][district.grades.first] = entrants[year]
    parts = []
    for year in sorted(set(years)):
        whole = _whole(
            by_year[year] + _housed(district, zones.index, year, homes, late),
            zones["township"].fillna("").astype(str),
        )
        parts.append(
            whole.rename_axis("zone")
            .reset_index()
            .melt("zone", var_name="grade", value_name="pupils")
            .assign(year=year)
        )
    found: pd.DataFrame = pd.concat(parts, ignore_index=True).astype({"grade": int, "pupils": int})
    return found


def _entrants(
    district: District, township: pd.Series[str], living: pd.DataFrame, last: int, factor: float, hold: bool
) -> pd.DataFrame:
    """Return who enters the lowest grade after the base year: births × the rate at which those of the base year came."""
    base, years = district.info.base_year, range(district.info.base_year + 1, last + 1)
    if district.births.empty:
        held = living.iloc[:, :3].mean(axis=1) * factor
        return pd.DataFrame(dict.fromkeys(years, held))
    born = district.births.pivot_table(index="zone", columns="year", values="births", aggfunc="sum")
    born = born.reindex(living.index)
    age = AGE_OF_FIRST + district.grades.first - 1
    wanted = [y - age for y in range(base, last + 1)]
    if hold:
        born = born.reindex(columns=sorted({*born.columns, *wanted})).ffill(axis=1).bfill(axis=1)
    born = born.reindex(columns=wanted).fillna(0.0)
    came, cohort = living.iloc[:, 0], born[base - age]
    county = float(came.sum() / cohort.sum()) if cohort.sum() > 0 else 1.0
    of_town = pd.DataFrame({"came": came, "born": cohort}).groupby(township).sum()
    town = (of_town["came"] + TOWARDS * county) / (of_town["born"] + TOWARDS)
    rate = (came + TOWARDS * township.map(town)) / (cohort + TOWARDS)
    return pd.DataFrame({year: born[year - age] * rate * factor for year in years})


def _progression(district: District) -> pd.Series[float]:
    """Return the share that moves up from each grade: of the zones' registers, else of the classes', else 1."""
    for table in (district.zone_pupils, district.classes):
        known = table[table["year"] <= district.info.base_year]
        total = (
            known.groupby(["year", "grade"])["pupils"]
            .sum()
            .unstack("grade")
            .reindex(columns=list(district.grades.every))
            .fillna(0)
        )
        pairs = [y for y in total.index if y + 1 in total.index]
        if pairs:
            before = total.loc[pairs].sum().astype(float)
            after = total.loc[[y + 1 for y in pairs]].sum().astype(float).shift(-1)
            measured = (after / before.where(before > 0)).fillna(1.0)
            return measured.clip(*LIMITS)
    return pd.Series(1.0, index=list(district.grades.every))


def _housed(district: District, zones: pd.Index[str], year: int, factor: float, late: int) -> pd.DataFrame:
    """Return the pupils whom homes have added since the base year."""
    every = district.grades.every
    added, at = np.zeros((len(zones), len(every))), {str(zone): k for k, zone in enumerate(zones)}
    base = district.info.base_year
    for row in district.housing.to_dict("records"):
        delivered = int(row["year"]) + (late if int(row["year"]) > base else 0)
        filled = [
            SETTLED[min(y - delivered, len(SETTLED) - 1)] if y >= delivered else 0.0 for y in (base, year)
        ]
        for stage, grades in district.grades.items():
            each, usual = row.get(f"{stage}_yield"), YIELDS[stage]
            per_home = usual if each is None or pd.isna(each) else float(each)
            more = float(row["homes"]) * factor * (filled[1] - filled[0]) * per_home / len(grades)
            added[at[str(row["zone"])], every.index(grades[0]) : every.index(grades[-1]) + 1] += more
    return pd.DataFrame(added, index=zones, columns=list(every))


def _whole(values: pd.DataFrame, township: pd.Series[str]) -> pd.DataFrame:
    """Return whole pupils: the county's sum of a grade half up, dealt to townships and then to zones by largest remainder."""
    clean, result = values.round(6), {}
    order = list(dict.fromkeys(township))
    where = {town: np.flatnonzero(township.to_numpy() == town) for town in order}
    for grade in clean:
        column = clean[grade]
        towns = column.groupby(township).sum().reindex(order).round(6)
        dealt = dict(
            zip(
                order,
                _dealt(towns.to_numpy(), int(np.floor(round(float(towns.sum()), 6) + 0.5))),
                strict=True,
            )
        )
        whole, shares = np.zeros(len(column), dtype=np.int64), column.to_numpy()
        for town, mine in where.items():
            whole[mine] = _dealt(shares[mine], dealt[town])
        result[grade] = whole
    return pd.DataFrame(result, index=values.index)


def _dealt(shares: np.ndarray, total: int) -> list[int]:
    least = [int(np.floor(s)) for s in shares]
    first = sorted(range(len(least)), key=lambda k: (-(shares[k] - least[k]), k))
    chosen = set(first[: total - sum(least)]) if total > sum(least) else set()
    return [n + (k in chosen) for k, n in enumerate(least)]


def taken_off(sat: np.ndarray, left: np.ndarray, elsewhere: float) -> IntArray:
    """Return how many of the pupils who sat in each unit have moved away (docs/years.md).

    From the unit of their zone's catchment as far as it has them, the rest from all units in proportion, by largest remainder.
    """
    own = np.minimum(sat, left)
    remain = sat - own
    rest = min(float(left.sum() + elsewhere - own.sum()), float(remain.sum()))
    if rest <= 0:
        return np.asarray(own, dtype=np.int64)
    shares = np.round(remain * rest / remain.sum(), 6)
    more = _dealt(shares, int(np.floor(round(float(shares.sum()), 6) + 0.5)))
    return np.asarray(own + np.array(more), dtype=np.int64)
