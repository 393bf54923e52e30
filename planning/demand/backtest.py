"""Forecast years that are known already and tell how far off it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.demand.cohorts import DEFAULTS, forecast
from planning.demand.settings import ForecastSettings
from planning.demand.told import Told
from planning.district.model import District
from planning.errors import DistrictError
from planning.grades import Grades
from planning.messages import Both, Text, Words

COLUMNS = ("level", "year", "group", "method", "cells", "actual", "forecast", "mae", "mape", "bias")
_COUNTY = "county"


@dataclass(frozen=True)
class Backtest(Told):
    """How far a forecast from an earlier base was from what came.

    Parameters
    ----------
    errors : DataFrame
        ``level`` (county, township, zone), ``year``, ``group`` (entrants, primary, junior, all), ``method``
        (``cohort`` or ``naive``: every grade as in the base year), ``cells`` (place × grade pairs compared), sums
        ``actual`` and ``forecast``, ``mae`` (pupils per cell), ``mape`` (mean share of the actual, cells with pupils
        only) and ``bias`` (forecast sum over actual sum, less 1). Empty when there is no history.
    base_year : int, optional
        Year the forecast started from.
    source : str
        Table the known years come from: ``zone_pupils``, ``classes`` or empty.
    told : tuple of Words
        What was missing; ``notes`` and ``notes_zh`` are these in English and Chinese.
    """

    errors: pd.DataFrame
    base_year: int | None
    source: str
    told: tuple[Words, ...] = ()


def backtest(
    district: District, known_years: Sequence[int] | None = None, *, settings: ForecastSettings = DEFAULTS
) -> Backtest:
    """Forecast known years from the year before the first of them, beside a naive baseline.

    Parameters
    ----------
    district : District
        ``zone_pupils`` of several years; or ``classes`` of several years, then for the county as a whole.
    known_years : sequence of int, optional
        Years to forecast; every register year but the first when absent.
    settings : ForecastSettings
        Those of the forecast.

    Returns
    -------
    Backtest
        With no errors and a note when the history is missing: nothing is invented.
    """
    for source, past in (("zone_pupils", district), ("classes", _one_zone(district))):
        known = sorted({int(y) for y in past.zone_pupils["year"]})
        wanted = known[1:] if known_years is None else sorted({int(y) for y in known_years} & set(known))
        earlier = [y for y in known if wanted and y < wanted[0]]
        if earlier:
            lost = sorted(set(known_years or ()) - set(wanted))
            return _run(past, earlier[-1], wanted, source, lost, settings)
    return _nothing(
        Text("demand.backtest.no_backtest_registers_do_not_hold"),
    )


def _nothing(note: Words, source: str = "") -> Backtest:
    return Backtest(pd.DataFrame(columns=list(COLUMNS)), None, source, (note,))


def _run(
    past: District, base: int, wanted: list[int], source: str, lost: list[int], settings: ForecastSettings
) -> Backtest:
    moved = dataclasses.replace(past, info=dataclasses.replace(past.info, base_year=base))
    try:
        made = forecast(moved, wanted, settings=settings)
    except DistrictError as error:
        why = Both(error.text("en"), error.text("zh"))
        return _nothing(Text("demand.backtest.not_possible", base=base, error=why), source)
    cells = _cells(past, made.pupils, base, wanted)
    notes: list[Words] = [
        Text("demand.backtest.births_deliveries_later_years_count_known"),
        *made.told,
    ]
    if source == "classes":
        notes.append(Text("demand.backtest.class_registers_county_level_only"))
    if lost:
        years = ", ".join(map(str, lost))
        notes.append(Text("demand.backtest.no_register", years=years))
    return Backtest(_errors(cells, source, past.grades), base, source, tuple(notes))


def _one_zone(district: District) -> District:
    """Return the county as a single zone whose pupils are those of the class registers."""
    pupils = district.classes.groupby(["year", "grade"], as_index=False)["pupils"].sum()
    homes = district.housing.assign(zone=_COUNTY)
    yields = [c for c in ("primary_yield", "junior_yield") if c in homes]
    # yields of several zones are averaged by homes, so that the pupils stay the same
    for column in yields:
        homes[column] = pd.to_numeric(homes[column]) * pd.to_numeric(homes["homes"])
    homes = homes.groupby(["zone", "year"], as_index=False)[["homes", *yields]].sum(min_count=1)
    for column in yields:
        homes[column] = homes[column] / homes["homes"].where(homes["homes"] > 0)
    births = district.births.groupby("year", as_index=False)["births"].sum().assign(zone=_COUNTY)
    zones = district.zones.iloc[:1].assign(zone=_COUNTY)
    return dataclasses.replace(
        district,
        zones=zones,
        zone_pupils=pupils.assign(zone=_COUNTY),
        births=births[["zone", "year", "births"]],
        housing=homes,
    )


def _cells(past: District, made: pd.DataFrame, base: int, wanted: list[int]) -> pd.DataFrame:
    """Return ``zone, township, year, grade, actual, cohort, naive`` for every zone, year and grade."""
    cells = made[["zone", "year", "grade"]].assign(cohort=made["pupils"].astype(float))
    known = past.zone_pupils.assign(zone=past.zone_pupils["zone"].astype(str))
    actual = known[known["year"].isin(wanted)].groupby(["zone", "year", "grade"])["pupils"].sum()
    before = known[known["year"] == base].groupby(["zone", "grade"])["pupils"].sum()
    cells = cells.merge(actual.rename("actual").reset_index(), "left", ["zone", "year", "grade"])
    cells = cells.merge(before.rename("naive").reset_index(), "left", ["zone", "grade"])
    township = dict(
        zip(past.zones["zone"].astype(str), past.zones["township"].fillna("").astype(str), strict=True)
    )
    return cells.assign(township=cells["zone"].map(township), county=_COUNTY).fillna(
        {"actual": 0, "naive": 0}
    )


def _groups(grades: Grades) -> dict[str, tuple[int, ...]]:
    return {"entrants": (grades.first,), **grades, "all": grades.every}


def _errors(cells: pd.DataFrame, source: str, grades: Grades) -> pd.DataFrame:
    levels = ("county",) if source == "classes" else ("county", "township", "zone")
    rows = []
    for level in levels:
        table = cells.groupby([level, "year", "grade"], as_index=False)[["actual", "cohort", "naive"]].sum()
        for year, of_year in table.groupby("year"):
            for group, some in _groups(grades).items():
                part = of_year[of_year["grade"].isin(some)]
                for method in ("cohort", "naive"):
                    rows.append((level, year, group, method, *_score(part["actual"], part[method])))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _score(actual: pd.Series[float], made: pd.Series[float]) -> tuple[int, float, float, float, float, float]:
    """Return cells, sums, ``MAE = Σ|f − a| / n``, ``MAPE = mean(|f − a| / a)`` over a > 0, ``bias = Σf / Σa − 1``."""
    a, f = actual.to_numpy(dtype=float), made.to_numpy(dtype=float)
    some = a > 0
    mape = float(np.mean(np.abs(f - a)[some] / a[some])) if some.any() else float("nan")
    bias = float(f.sum() / a.sum() - 1) if a.sum() > 0 else float("nan")
    return len(a), float(a.sum()), float(f.sum()), float(np.abs(f - a).mean()), mape, bias
