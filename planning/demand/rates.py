"""Measure entry and progression rates from the registers of a district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.demand.settings import ForecastSettings
from planning.district.model import District
from planning.messages import Text


@dataclass(frozen=True)
class Progression:
    """Share that moves up from every grade but the last to the next, and where it comes from."""

    rates: FloatArray
    method: Text


def progression_rates(district: District, settings: ForecastSettings) -> Progression:
    """Return the county's progression rates from settings, registers of several years up to the base year, or 1.

    The rate of grade g is the sum of pupils in grade g + 1 over the sum in grade g one year before, over all pairs
    of consecutive known years; it contains net migration of those years. Rates are held within
    ``settings.progression_limits``.
    """
    grades = district.grades
    if settings.progression is not None:
        rates = np.array([settings.progression.get(g, 1.0) for g in grades.every[:-1]])
        return Progression(rates, Text("demand.rates.progression_rates_settings"))
    for table, name in ((district.zone_pupils, "zone_pupils"), (district.classes, "classes")):
        known = table[table["year"] <= district.info.base_year]
        grid = known.groupby(["year", "grade"])["pupils"].sum().unstack(fill_value=0)
        grid = grid.reindex(columns=list(grades.every), fill_value=0)
        pairs = [(y, y + 1) for y in grid.index if y + 1 in grid.index]
        if pairs:
            before = np.asarray(grid.loc[[a for a, _ in pairs]], dtype=float)[:, :-1].sum(axis=0)
            after = np.asarray(grid.loc[[b for _, b in pairs]], dtype=float)[:, 1:].sum(axis=0)
            low, high = settings.progression_limits
            measured = np.divide(after, before, out=np.ones(grades.count - 1), where=before > 0)
            span = f"{pairs[0][0]}–{pairs[-1][1]}"
            return Progression(
                np.clip(measured, low, high),
                Text("demand.rates.measured", table=Text(f"demand.table.{name}"), span=span),
            )
    return Progression(
        np.ones(grades.count - 1),
        Text("demand.rates.progression_rate_1_registers_hold_one"),
    )


def entry_rates(
    entrants: FloatArray, births: FloatArray, townships: IntArray, settings: ForecastSettings
) -> FloatArray:
    """Return entrants per birth of each zone, small numbers drawn towards the township and the county.

    ``r_zone = (entrants + k r_township) / (births + k)`` with ``k = settings.shrink_births``, and the township in the
    same way towards the county: survival, stage entry and the migration of the first six years in one rate.

    Parameters
    ----------
    entrants, births : array, shape (n_zones,)
        The lowest grade of the base year and the births of its cohort.
    townships : array of int, shape (n_zones,)
        Township of each zone.
    settings : ForecastSettings
        Rate and shrinkage.

    Returns
    -------
    array, shape (n_zones,)
    """
    if settings.entry_rate is not None:
        return np.full(len(entrants), settings.entry_rate)
    k = settings.shrink_births
    county = entrants.sum() / births.sum() if births.sum() > 0 else 1.0
    size = int(townships.max()) + 1 if len(townships) else 0
    t_entrants = np.bincount(townships, entrants, size).astype(np.float64)
    t_births = np.bincount(townships, births, size).astype(np.float64)
    township = _drawn(t_entrants, t_births, np.full(size, county), k)
    return _drawn(entrants, births, township[townships], k)


def _drawn(part: FloatArray, whole: FloatArray, towards: FloatArray, k: float) -> FloatArray:
    weight = whole + k
    return np.divide(part + k * towards, weight, out=towards.copy(), where=weight > 0)


def birth_grid(
    district: District, zones: pd.Index[str], years: list[int], settings: ForecastSettings
) -> tuple[FloatArray, list[int]]:
    """Return births by zone and year (n_zones, n_years), and the years held at another year's value."""
    table = district.births
    grid = table.pivot_table(index="zone", columns="year", values="births", aggfunc="sum")
    grid = grid.reindex(index=zones)
    known = sorted(int(y) for y in grid.columns)
    held = [y for y in years if y not in known]
    if settings.missing_births == "hold":
        # a gap inside a zone is held as well: the last known year before it, else the first after it
        grid = grid.reindex(columns=sorted({*known, *years})).ffill(axis=1).bfill(axis=1)
    return np.asarray(grid.reindex(columns=years).fillna(0.0), dtype=float), held
