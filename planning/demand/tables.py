"""Write the tables of a forecast: county, townships, seat warning and backtest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from planning.demand.backtest import Backtest
from planning.demand.cohorts import Forecast
from planning.demand.seats import SeatWarning
from planning.district.model import District
from planning.district.schema import GRADES


def county_table(forecasts: Mapping[str, Forecast]) -> pd.DataFrame:
    """Return ``variant, year, stage, entrants, pupils, migrant`` of the county."""
    return _summed(_with_stage(forecasts), ["variant", "year", "stage"])


def township_table(forecasts: Mapping[str, Forecast], district: District) -> pd.DataFrame:
    """Return ``variant, township, name, year, stage, entrants, pupils, migrant`` of every township."""
    zones = district.zones
    of_zone = dict(zip(zones["zone"].astype(str), zones["township"].fillna("").astype(str), strict=True))
    rows = _with_stage(forecasts)
    table = _summed(rows.assign(township=rows["zone"].map(of_zone)), ["variant", "township", "year", "stage"])
    names = dict(zip(district.townships["township"].astype(str), district.townships["name"], strict=True))
    table.insert(2, "name", table["township"].map(names).fillna(table["township"]))
    return table


def _with_stage(forecasts: Mapping[str, Forecast]) -> pd.DataFrame:
    stage = {g: s for s, grades in GRADES.items() for g in grades}
    rows = pd.concat([f.pupils.assign(variant=v) for v, f in forecasts.items()], ignore_index=True)
    first = {grades[0] for grades in GRADES.values()}
    return rows.assign(
        stage=rows["grade"].map(stage), entrants=rows["pupils"].where(rows["grade"].isin(first), 0)
    )


def _summed(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    table = rows.groupby(key, sort=False)[["entrants", "pupils"]].sum()
    # an unknown number of migrant children stays unknown
    table["migrant"] = rows.groupby(key, sort=False)["migrant"].sum(min_count=1)
    return table.reset_index()


def write_tables(
    folder: str | Path,
    forecasts: Mapping[str, Forecast],
    district: District,
    *,
    warning: SeatWarning | None = None,
    tested: Backtest | None = None,
) -> tuple[Path, ...]:
    """Write ``forecast_county.csv``, ``forecast_township.csv`` and, where given, the seat tables and the backtest.

    Parameters
    ----------
    folder : str or Path
        Made when missing; files are written under a temporary name and renamed.
    forecasts : mapping of str to Forecast
        Forecast by variant.
    district : District
        Names of the townships.
    warning : SeatWarning, optional
        Adds ``seat_warning.csv`` and ``seat_heat.csv``.
    tested : Backtest, optional
        Adds ``backtest.csv``.

    Returns
    -------
    tuple of Path
        The files written.
    """
    tables = {
        "forecast_county": county_table(forecasts),
        "forecast_township": township_table(forecasts, district),
    }
    if warning is not None:
        tables |= {"seat_warning": warning.first, "seat_heat": warning.heat}
    if tested is not None:
        tables["backtest"] = tested.errors
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables.items():
        path = target / f"{name}.csv"
        temporary = target / f".{name}.csv.tmp"
        table.to_csv(temporary, index=False, encoding="utf-8", lineterminator="\n", float_format="%.6g")
        os.replace(temporary, path)
        written.append(path)
    return tuple(written)
