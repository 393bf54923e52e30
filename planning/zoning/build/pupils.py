"""Count the pupils to be placed, those who stay where they are, and how many a class may hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.demand import ForecastSettings, forecast, who_left
from planning.district import District
from planning.grades import USUAL, Grades
from planning.messages import Text
from planning.scenario import Scenario
from planning.standards import Profile
from planning.tables import cell
from planning.zoning.problem.predecessor import register_year, sitting


def zone_pupils(
    district: District, scenario: Scenario, zones: pd.Index[Any], years: tuple[int, ...]
) -> tuple[FloatArray, Text]:
    """Return pupils by zone, grade and year (n_zones, n_grades, n_years), and where they come from."""
    if scenario.demand == "register":
        base = district.zone_pupils[district.zone_pupils["year"] == district.info.base_year]
        table = pd.concat([base.assign(year=y) for y in years])
        note = Text("zoning.pupils.register", year=district.info.base_year)
    else:
        settings = ForecastSettings(births_factor=scenario.births, missing_births=scenario.missing_births)
        result = forecast(district, years, variant=scenario.demand, settings=settings)
        table, held = result.pupils, scenario.missing_births == "hold"
        variant = Text(f"zoning.pupils.{scenario.demand}")
        now = district.info.base_year
        note = Text("zoning.pupils.forecast", year=now, variant=variant)
        if now in years:  # the register itself serves its own year
            register = Text("zoning.pupils.register", year=now)
            note = Text("zoning.pupils.then", first=register, rest=note) if len(years) > 1 else register
        foreseen = any(year != now for year in years)
        if held and foreseen:
            note = Text("zoning.breaking.parts", parts=[note, *result.told])
        if scenario.births != 1 and foreseen:
            note = Text("zoning.pupils.births", note=note, factor=scenario.births)
    pupils = np.zeros((len(zones), district.grades.count, len(years)))
    z = zones.get_indexer(pd.Index(table["zone"]))
    t = pd.Index(years).get_indexer(pd.Index(table["year"]))
    ok = (z >= 0) & (t >= 0)
    np.add.at(
        pupils,
        (z[ok], table["grade"].to_numpy(dtype=np.int64)[ok] - district.grades.first, t[ok]),
        table["pupils"].to_numpy(dtype=float)[ok],
    )
    return pupils, note


def class_caps(scenario: Scenario, profile: Profile, grades: Grades = USUAL) -> FloatArray:
    """Return pupils per class by stage, grade and year (n_stages, n_grades, n_years).

    Standard caps (B5), or the path of the district's plan: standard size for cohorts that entered in 2022 or later
    (S:69), at most the upper bound of the 46–55 band for older cohorts until 2024 (no class of 56: S:73), standard size
    for all from 2025 (S:243).
    """
    caps = np.empty((len(scenario.stages), grades.count, len(scenario.years)))
    for s, stage in enumerate(scenario.stages):
        caps[s] = profile.class_cap[stage]
        if scenario.class_caps == "standard" or profile.in_seats:
            continue
        entry = grades[stage][0]
        for t, year in enumerate(scenario.years):
            for g in grades[stage]:
                entered = year - (g - entry)
                excused = (
                    g > entry if scenario.class_caps == "path_entry" and year >= 2022 else entered < 2022
                )
                if excused and year < 2025:
                    caps[s, grades.row(g), t] = profile.class_bands["largish"]
    return caps


def grandfathered(
    district: District,
    scenario: Scenario,
    units: pd.DataFrame,
    zones: pd.Index[Any],
    living: FloatArray,
    current: IntArray,
) -> tuple[FloatArray, FloatArray]:
    """Split pupils into those placed by catchment and those who stay where the register has them.

    A cohort that sits in a stage already is placed only as far as it has grown since (who moves in follows the catchment); who moved away
    leaves the unit of the zone's catchment.
    """
    grades = district.grades
    continuing = np.zeros((len(units), grades.count, living.shape[2]))
    if scenario.enrolled == "follow":
        return living, continuing
    base, register = register_year(district, scenario), sitting(district, scenario)
    same = scenario.demand == "register"  # the same pupils every year: nobody moves
    counted = living if same else zone_pupils(district, scenario, zones, (base,))[0]
    placed = living.copy()
    for s, stage in enumerate(scenario.stages):
        of_stage = np.flatnonzero((units["stage"] == stage).to_numpy())
        # a unit in force of another stage (a slip in the table) counts as none
        home = pd.Index(of_stage).get_indexer(pd.Index(current[s]))
        for t, year in enumerate(scenario.years):
            for g in grades[stage]:
                before, row = g - (year - base), grades.row(g)
                if before < grades[stage][0]:
                    continue
                sat = np.array(
                    [float(register.get((str(cell(units, "unit", u)), before), 0)) for u in of_stage]
                )
                then = living[:, row, t] if same else counted[:, grades.row(before), 0]
                change = living[:, row, t] - then
                placed[:, row, t] = np.maximum(0.0, change)
                continuing[of_stage, row, t] = sat - _gone(sat, np.maximum(0.0, -change), home)
    return placed, continuing


def _gone(sat: FloatArray, left: FloatArray, home: IntArray) -> FloatArray:
    """Return those of the pupils of each unit who have moved away, from the pupils who left every zone."""
    known = home >= 0
    of_unit = np.bincount(home[known], weights=left[known], minlength=len(sat)).astype(float)
    return who_left(sat, of_unit, float(left[~known].sum()))
