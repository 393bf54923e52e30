"""Write the tables of a forecast: county, townships, seat warning and backtest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from planning.atomic import whole_file
from planning.demand.backtest import Backtest
from planning.demand.cohorts import Forecast
from planning.demand.grid import grid_of
from planning.demand.seats import SeatWarning
from planning.district.model import District
from planning.tables import harmless


def county_table(forecasts: Mapping[str, Forecast]) -> pd.DataFrame:
    """Return ``variant, year, stage, entrants, pupils, migrant`` of the county."""
    parts = [_summed(f, None).assign(variant=v) for v, f in forecasts.items()]
    columns = ["variant", "year", "stage", "entrants", "pupils", "migrant"]
    return pd.concat(parts, ignore_index=True)[columns]


def township_table(forecasts: Mapping[str, Forecast], district: District) -> pd.DataFrame:
    """Return ``variant, township, name, year, stage, entrants, pupils, migrant`` of every township."""
    zones = district.zones
    of_zone = pd.Series(zones["township"].fillna("").astype(str).to_numpy(), index=zones["zone"].astype(str))
    parts = [_summed(f, of_zone).assign(variant=v) for v, f in forecasts.items()]
    table = pd.concat(parts, ignore_index=True)
    names = dict(zip(district.townships["township"].astype(str), district.townships["name"], strict=True))
    table["name"] = table["township"].map(names).fillna(table["township"])
    return table[["variant", "township", "name", "year", "stage", "entrants", "pupils", "migrant"]]


def _summed(made: Forecast, of_zone: pd.Series[str] | None) -> pd.DataFrame:
    """Return sums by township (of the county without ``of_zone``), year and stage."""
    pupils, migrants = grid_of(made.pupils, grades=made.grades), grid_of(made.pupils, "migrant", made.grades)
    if of_zone is None:
        codes, places = np.zeros(len(pupils.zones), dtype=np.int64), pd.Index([""])
    else:
        codes, places = pd.factorize(of_zone.reindex(pupils.zones), sort=True)
    sums = []
    for grid in (pupils, migrants):
        values = np.zeros((len(places), *grid.values.shape[1:]))
        np.add.at(values, codes, grid.values)
        sums.append(values)
    parts = []
    for stage in made.grades:
        rows = made.grades.rows(stage)
        parts.append(
            pd.DataFrame(
                {
                    "township": np.repeat(np.asarray(places, dtype=object), len(pupils.years)),
                    "year": np.tile(pupils.years, len(places)),
                    "stage": stage,
                    "entrants": sums[0][:, rows[0], :].ravel().astype(np.int64),
                    "pupils": sums[0][:, rows, :].sum(axis=1).ravel().astype(np.int64),
                    # an unknown number of migrant children stays unknown
                    "migrant": pd.Series(sums[1][:, rows, :].sum(axis=1).ravel()).astype("Int64"),
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["township", "year"], kind="stable", ignore_index=True)


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
        with whole_file(path) as temporary:
            harmless(table).to_csv(
                temporary, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.6g"
            )
        written.append(path)
    return tuple(written)
