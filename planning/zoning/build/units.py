"""Read the units and projects that a scenario plans with."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.district import District
from planning.errors import DistrictError, Issue
from planning.messages import Text
from planning.scenario import Scenario
from planning.standards import Profile
from planning.tables import each

STAGE_SUFFIX = {"primary": "P", "junior": "J"}


def project_frame(district: District) -> pd.DataFrame:
    """Return the projects of the district as a plain table with shapes."""
    table = pd.DataFrame(district.projects.drop(columns="geometry"))
    shapes: Any = list(district.projects.geometry)
    return table.assign(geometry=shapes)


def plan_projects(district: District, scenario: Scenario) -> pd.DataFrame:
    """Return the projects of the scenario that open by its last year, with how each is decided and when it opens."""
    table = _wanted(district, scenario)
    kept: pd.DataFrame = table[table["open_year"] <= scenario.years[-1]].reset_index(drop=True)
    return kept


def later_note(district: District, scenario: Scenario) -> Text | None:
    """Return which projects of the scenario open only after its last year, so that it plans without them (None: none)."""
    table = _wanted(district, scenario)
    late = table[(table["open_year"] > scenario.years[-1]) & (table["stage"].isin(scenario.stages))]
    if late.empty:
        return None
    named = [
        (str(r.name) if isinstance(r.name, str) and r.name else str(r.project), int(r.open_year))
        for r in each(late.drop_duplicates("project"))
    ]
    opening = [Text("zoning.units.opening", name=name, year=year) for name, year in named]
    return Text("zoning.units.later", last=scenario.years[-1], projects=opening)


def _wanted(district: District, scenario: Scenario) -> pd.DataFrame:
    """Return the projects that the scenario builds or may build, whenever they open."""
    table = project_frame(district)
    setting = scenario.projects
    decided = table["fixed"].astype(bool)
    mode = np.where(decided, setting.fixed, setting.optional)
    keep = mode != "skip"
    if setting.only is not None:
        keep &= decided | table["project"].isin(setting.only)
    keep &= ~table["project"].isin(setting.exclude)
    dated = table["project"].isin(setting.decided)
    mode, keep = np.where(dated, "build", mode), keep | dated
    table["open_year"] = table["project"].map(setting.decided).fillna(table["open_year"]).astype(int)
    named = (*(setting.only or ()), *setting.exclude, *setting.decided)
    unknown = [p for p in named if p not in set(table["project"])]
    if unknown:
        raise DistrictError(
            Issue("zoning.units.scenario_names_project_district", "projects", value=p) for p in unknown
        )
    table["decided"] = decided
    table["mode"] = mode
    kept: pd.DataFrame = table[keep]
    return kept


def units_of_projects(district: District) -> list[tuple[str, str, str, str]]:
    """Return id, school, name and stage of the units that the district's projects create, whether a scenario builds them or not."""
    adding = district.projects[district.projects["kind"].isin(["new", "conversion"])]
    return [
        (f"{s}-{STAGE_SUFFIX[str(g)]}", str(s), "" if pd.isna(n) else str(n), str(g))
        for s, n, g in zip(adding["school"], adding["name"], adding["stage"], strict=True)
    ]


def plan_units(
    district: District, scenario: Scenario, profile: Profile, projects: pd.DataFrame
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Return the units that admit by catchment, projects that create one included, and where their schools stand."""
    schools = district.schools.set_index("school")
    zoned = district.units[
        district.units["stage"].isin(scenario.stages)
        & (district.units["admission"] == "catchment")
        & (district.units["school"].map(schools["kind"]) != "special")
    ]
    rows = [_unit_row(unit, schools.loc[unit.school], profile) for unit in each(zoned)]
    points = {s: schools.geometry[s] for s in zoned["school"]}
    known = {row["unit"] for row in rows}
    adding = projects[projects["kind"].isin(["new", "conversion"])]
    for project in each(adding):
        unit = f"{project.school}-{STAGE_SUFFIX[project.stage]}"
        if project.stage not in scenario.stages or unit in known:
            continue
        stages = adding.loc[adding["school"] == project.school, "stage"].nunique()
        rows.append(_project_row(unit, project, schools, profile, alone=stages == 1))
        points.setdefault(project.school, project.geometry)
        known.add(unit)
    units = pd.DataFrame(rows)
    missing = [s for s in scenario.stages if units.empty or not (units["stage"] == s).any()]
    if missing:
        raise DistrictError(
            Issue("zoning.units.no_unit_stage_admits_catchment", "units", value=s) for s in missing
        )
    units["closable"] = _closable(units, district, scenario)
    names = list(points)
    places = gpd.GeoDataFrame({"school": names}, geometry=[points[s] for s in names], crs=district.zones.crs)
    return units, places.set_index("school")


def _unit_row(unit: Any, school: Any, profile: Profile) -> dict[str, Any]:
    return {
        "unit": unit.unit,
        "school": unit.school,
        "name": school["name"],
        "stage": unit.stage,
        "kind": school["kind"],
        "locale": school["locale"],
        "ownership": school["ownership"],
        "boarding": bool(school["boarding"]),
        "rooms": int(unit.rooms),
        "school_limit": profile.school_limit(school["kind"]),
        "limit_before": profile.school_limit(school["kind"]),
        "project": "",
    }


def _project_row(
    unit: str, project: Any, schools: pd.DataFrame, profile: Profile, *, alone: bool
) -> dict[str, Any]:
    """Return a unit that a project creates; the kind of its school follows (S:163): with senior classes twelve-year, else nine-year.

    ``alone``: a new school of one stage.
    """
    existing = schools.loc[project.school] if project.school in schools.index else None
    before = project.stage if existing is None else str(existing["kind"])
    senior = before in ("complete_secondary", "twelve_year")
    kind = before if existing is None and alone else "twelve_year" if senior else "nine_year"
    return {
        "unit": unit,
        "school": project.school,
        "name": existing["name"]
        if existing is not None
        else project.name
        if isinstance(project.name, str)
        else unit,
        "stage": project.stage,
        "kind": kind,
        "locale": existing["locale"] if existing is not None else project.locale or "urban",
        "ownership": "public",
        "boarding": False,
        "rooms": 0,
        "school_limit": profile.school_limit(kind),
        "limit_before": profile.school_limit(before),
        "project": project.project,
    }


def _closable(units: pd.DataFrame, district: District, scenario: Scenario) -> list[bool]:
    small = scenario.small_schools
    if small.close == "never":
        return [unit in small.closed for unit in units["unit"]]
    base = district.classes[district.classes["year"] == district.info.base_year]
    enrolled = base.groupby("unit")["pupils"].sum()
    return [
        bool(
            unit in small.closed
            or (kind in small.kinds and enrolled.get(unit, 0) < small.below_pupils and not project)
        )
        for unit, kind, project in zip(units["unit"], units["kind"], units["project"], strict=True)
    ]


def project_units(projects: pd.DataFrame, units: pd.DataFrame) -> list[int]:
    """Return the position of the unit every project adds to or closes (−1: none)."""
    position = {u: j for j, u in enumerate(units["unit"])}
    return [
        position.get(f"{p.school}-{STAGE_SUFFIX[p.stage]}", _unit_at(units, p.school, p.stage))
        for p in each(projects)
    ]


def _unit_at(units: pd.DataFrame, school: str, stage: str) -> int:
    found = np.flatnonzero(((units["school"] == school) & (units["stage"] == stage)).to_numpy())
    return int(found[0]) if len(found) else -1
