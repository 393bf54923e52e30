"""Put forecast, seats and seat warning of a district together, and write them as one folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from planning.atomic import new_folder
from planning.demand.backtest import Backtest
from planning.demand.chart import draw_forecast, draw_heat, save_figure
from planning.demand.cohorts import DEFAULTS, Forecast, forecast
from planning.demand.seats import SeatWarning, countywide_pupils, seat_warning, seats_by_year, zone_places
from planning.demand.settings import VARIANTS, ForecastSettings
from planning.demand.tables import write_tables
from planning.district.model import District
from planning.internal import write_internal_note
from planning.standards import Profile

FORECAST_MARKS = ("forecast_county.csv",)
"""A folder that holds this is an earlier forecast or warning and may be replaced."""


@dataclass(frozen=True)
class Outlook:
    """The three variants of the pupils to come, the seats there will be, and where they run out.

    Parameters
    ----------
    years : tuple of int
        School years.
    forecasts : mapping of str to Forecast
        By variant: low, medium, high.
    seats : DataFrame
        ``level, place, stage, year, seats``.
    places : DataFrame
        ``level, place, stage, zone, share``: the zones of every county, township and unit.
    warning : SeatWarning
        Where and when seats run out.
    """

    years: tuple[int, ...]
    forecasts: Mapping[str, Forecast]
    seats: pd.DataFrame
    places: pd.DataFrame
    warning: SeatWarning


def look_ahead(
    district: District,
    profile: Profile,
    years: Sequence[int],
    *,
    projects: Literal["fixed", "all", "none"] = "fixed",
    catchments: pd.DataFrame | None = None,
    settings: ForecastSettings = DEFAULTS,
) -> Outlook:
    """Forecast all variants and compare them with the seats of every year.

    Parameters
    ----------
    district, profile : District, Profile
        What is there, and the class sizes.
    years : sequence of int
        School years from the base year on.
    projects : {"fixed", "all", "none"}
        Projects whose seats count.
    catchments : DataFrame, optional
        ``stage, zone, unit`` of a layout; today's when absent.
    settings : ForecastSettings
        Rates and assumptions.

    Returns
    -------
    Outlook

    Raises
    ------
    DistrictError
        Tables that cannot be forecast from; everything at once.
    """
    made: dict[str, Forecast] = {v: forecast(district, years, variant=v, settings=settings) for v in VARIANTS}
    seats = seats_by_year(district, profile, years, projects=projects)
    places = zone_places(district, catchments)
    wanted = tuple(sorted({int(y) for y in years}))
    return Outlook(
        wanted, made, seats, places, seat_warning(made, seats, places, beside=countywide_pupils(district))
    )


def with_built(district: District, built: Mapping[str, int]) -> District:
    """Return the district with the projects of a plan decided, each from the year in which the plan opens it.

    Parameters
    ----------
    district : District
        Its projects; those the plan does not build are left out.
    built : mapping of str to int
        Year by project.
    """
    table = district.projects[district.projects["project"].isin(list(built))].copy()
    table["fixed"] = True
    table["open_year"] = np.array([built[p] for p in table["project"]], dtype=np.int64)
    return dataclasses.replace(district, projects=table.reset_index(drop=True))


def place_names(district: District) -> dict[str, str]:
    """Return the name of every township and unit."""
    towns = dict(zip(district.townships["township"].astype(str), district.townships["name"], strict=True))
    schools = dict(zip(district.schools["school"], district.schools["name"], strict=True))
    units = {
        u: str(schools.get(s, s))
        for u, s in zip(district.units["unit"], district.units["school"], strict=True)
    }
    new = district.projects
    suffix = {"primary": "P", "junior": "J"}
    for school, name, stage in zip(new["school"], new["name"], new["stage"], strict=True):
        if isinstance(name, str) and stage in suffix:
            units.setdefault(f"{school}-{suffix[stage]}", name)
    return {**{t: str(n) for t, n in towns.items()}, **units}


def write_outlook(
    made: Outlook, district: District, folder: str | Path, *, tested: Backtest | None = None, lang: str = "zh"
) -> Path:
    """Write the tables and charts of an outlook as one folder, whole or not at all.

    ``forecast_county.csv``, ``forecast_township.csv``, ``seat_warning.csv``, ``seat_heat.csv``, ``backtest.csv`` (where
    given), ``forecast.png``, ``heat_township.png`` and ``heat_unit.png``.

    Raises
    ------
    WriteError
        If the folder holds something else, or the disk refuses.
    """
    target = Path(folder)
    names = place_names(district)
    with new_folder(target, marks=FORECAST_MARKS) as temporary:
        write_internal_note(temporary)
        write_tables(temporary, made.forecasts, district, warning=made.warning, tested=tested)
        save_figure(
            draw_forecast(made.forecasts, district, made.seats, lang=lang), temporary / "forecast.png"
        )
        for level in ("township", "unit"):
            figure = draw_heat(made.warning, level=level, names=names, lang=lang)
            save_figure(figure, temporary / f"heat_{level}.png")
    return target
