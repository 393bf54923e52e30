"""Recount who lives where, who moved in and who moved away, as the plan should have counted them."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.district import District
from planning.grades import Grades
from planning.scenario import Scenario
from planning.verify.forecast import pupils_to_come, taken_off

COLUMNS = ["zone", "year", "grade", "pupils"]


def lived(district: District, scenario: Scenario, years: Sequence[int]) -> pd.DataFrame:
    """Return the pupils who live in every zone: ``zone, year, grade, pupils``."""
    if scenario.demand == "register":
        table = district.zone_pupils
        base = table[table["year"] == district.info.base_year]
        rows = pd.concat([base.assign(year=year) for year in years])
    else:
        hold = scenario.missing_births == "hold"
        rows = pupils_to_come(district, years, scenario.demand, scenario.births, hold)
    found: pd.DataFrame = rows.astype({"zone": "str"})[COLUMNS]
    return found.reset_index(drop=True)


def moved(district: District, scenario: Scenario, years: Sequence[int], since: int) -> pd.DataFrame:
    """Return the pupils who live in every zone, with those who ``joined`` or ``left`` a cohort that stays.

    Both are missing where no cohort stays: at entry, and everywhere with ``enrolled: follow``.
    """
    rows = lived(district, scenario, years)
    if scenario.enrolled == "follow":
        return rows.assign(joined=float("nan"), left=float("nan"))
    table = movers(lived(district, scenario, (since,)), rows, district.grades)
    if scenario.demand == "register":  # the same pupils every year: nobody moves
        table[["joined", "left"]] = table[["joined", "left"]].where(table["joined"].isna(), 0)
    return table


def movers(counted: pd.DataFrame, later: pd.DataFrame, grades: Grades) -> pd.DataFrame:
    """Compare cohorts, zone by zone, with themselves in the year they were counted.

    Parameters
    ----------
    counted : DataFrame
        ``zone, year, grade, pupils`` of one school year.
    later : DataFrame
        The same of other years.
    grades : Grades
        Grades of the stages.

    Returns
    -------
    DataFrame
        ``later`` with two columns: ``joined`` (more pupils than then) and ``left`` (fewer), missing where the cohort was not yet in the
        stage when it was counted.
    """
    since = int(counted["year"].iloc[0]) if len(counted) else 0
    before = later["grade"] - (later["year"] - since)
    entry = later["grade"].map({g: of_stage[0] for of_stage in grades.values() for g in of_stage})
    key = pd.MultiIndex.from_arrays([later["zone"].astype(str), before])
    then = counted.groupby([counted["zone"].astype(str), "grade"])["pupils"].sum().reindex(key, fill_value=0)
    change = (later["pupils"] - then.to_numpy()).where(before >= entry)
    return later.assign(joined=change.clip(lower=0), left=(-change).clip(lower=0))


def grown(pupils: pd.DataFrame) -> pd.DataFrame:
    """Return by how many the pupils of every zone grow from the grade below the year before."""
    before = pupils.assign(year=pupils["year"] + 1, grade=pupils["grade"] + 1).set_index(COLUMNS[:3])[
        "pupils"
    ]
    key = pd.MultiIndex.from_frame(pupils[COLUMNS[:3]])
    more = pupils["pupils"] - before.reindex(key, fill_value=0).to_numpy()
    return pupils.assign(pupils=more.clip(lower=0))


def gone(
    moves: pd.DataFrame,
    zones: gpd.GeoDataFrame,
    stage_of: pd.Series[str],
    staying: pd.Series[int],
    grades: Grades,
) -> pd.Series[int]:
    """Return those of the pupils who sat in each unit who have moved away, indexed like them.

    Parameters
    ----------
    moves : DataFrame
        From :func:`moved`.
    zones : GeoDataFrame
        With the units in force, ``current_primary`` and ``current_junior``.
    stage_of : Series
        Stage of every unit.
    staying : Series
        Pupils who sat there, by unit, year and grade.
    grades : Grades
        Grades of the stages.
    """
    away = pd.Series(0, staying.index)
    by_zone = zones.set_index(zones["zone"].astype(str))
    for (year, grade), part in moves.dropna(subset=["left"]).groupby(["year", "grade"]):
        stage = next(s for s, of_stage in grades.items() if grade in of_stage)
        units = stage_of.index[stage_of == stage]
        if not len(units):
            continue
        texts = by_zone[f"current_{stage}"].fillna("").astype(str)
        named = texts.map(
            lambda t, known=set(units): next((u for p in t.split(";") if (u := p.strip()) in known), "")
        )
        left = part.groupby(part["zone"].map(named))["left"].sum().reindex(units, fill_value=0.0)
        rows = pd.MultiIndex.from_product([units, [year], [grade]])
        sat = np.asarray(staying.reindex(rows), dtype=np.float64)
        own = np.asarray(left, dtype=np.float64)
        away.loc[rows] = taken_off(sat, own, float(part["left"].sum() - own.sum()))
    return away
