"""Turn a district and a scenario into a zoning problem."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.connected import connected_parts
from planning.district import District
from planning.district.capacity import counted
from planning.messages import Both, Words
from planning.scenario import Scenario
from planning.standards import Profile
from planning.travel import Neighbours, TravelMatrix, remembered_travel, zone_neighbours, zone_of_points
from planning.zoning.build.inputs import check_plan
from planning.zoning.build.islands import Bridge, bridged, standing_homes
from planning.zoning.build.lock_conflicts import check_locks
from planning.zoning.build.locks import held_locks
from planning.zoning.build.pupils import class_caps, grandfathered, zone_pupils
from planning.zoning.build.units import later_note, plan_projects, plan_units, project_frame, project_units
from planning.zoning.problem import SharedZone, ZoningProblem
from planning.zoning.problem.amounts import resource_limits
from planning.zoning.problem.predecessor import continuing_from
from planning.zoning.problem.shared import named_today, shared_zones
from planning.zoning.rules import all_rules


def build_problem(district: District, scenario: Scenario, *, rules: tuple[Any, ...] = ()) -> ZoningProblem:
    """Turn a district and a scenario into arrays.

    Parameters
    ----------
    district : District
        The county.
    scenario : Scenario
        The settings.
    rules : tuple
        Rules beside those of the package and of installed ones (:mod:`planning.added_rules`).

    Raises
    ------
    DistrictError
        If a stage has no unit that admits by catchment, or projects refer to unknown schools.
    ScenarioError
        If years or money of the scenario and the projects do not fit each other.
    """
    scenario = scenario.begun(district.info.base_year)
    every = all_rules(rules)
    check_plan(district, scenario, every)
    profile = scenario.profile()
    district = counted(continuing_from(district, scenario), profile.capacity)
    zones = pd.Index(district.zones["zone"].astype(str))
    projects = plan_projects(district, scenario)
    later = later_note(district, scenario)
    units, places = plan_units(district, scenario, profile, projects)
    years = scenario.years
    living, demand_note = zone_pupils(district, scenario, zones, years)
    today = _today(district, scenario, units, zones)
    current = _current(district, scenario, units, zones)
    pupils, continuing = grandfathered(district, scenario, units, zones, living, current)
    shared = shared_zones(district, scenario, units, zones)
    locks = held_locks(district, scenario, units, list(zones), today, shared)
    for zone in shared:
        current[zone.stage, zone.zone] = zone.units[0]
    travel = remembered_travel(
        district,
        places,
        mode=scenario.travel.mode,
        detour=scenario.travel.detour,
        barriers=scenario.travel.barriers,
    )
    travel_note = _note(travel)
    column = {school: j for j, school in enumerate(travel.schools)}
    pick = np.array([column[s] for s in units["school"]], dtype=np.int64)
    row = travel.zones.get_indexer(zones)
    distance = travel.distance_m[np.ix_(row, pick)]
    crosses = travel.crosses_barrier[np.ix_(row, pick)]
    points = gpd.GeoSeries(list(places.geometry.reindex(units["school"])), crs=district.zones.crs)
    straight = _straight(district.zones.geometry.representative_point(), points) * scenario.travel.detour
    unreached = ~np.isfinite(distance)
    home = zone_of_points(district, places)
    units["home"] = zones.get_indexer(pd.Index(units["school"].map(home)))
    projects = projects.assign(unit=project_units(projects, units))
    neighbours, bridges, border_note = _neighbours(district, scenario, zones, units, projects)
    problem = ZoningProblem(
        rules=every,
        scenario=scenario,
        profile=profile,
        zones=zones,
        units=units,
        carried=_carried(district, units, scenario, profile),
        years=years,
        pupils=pupils,
        continuing=continuing,
        caps=class_caps(scenario, profile, district.grades),
        distance_m=np.where(unreached, 2.0 * straight, distance),
        crosses=crosses & ~unreached,
        unreached=unreached & (travel.mode == "network"),
        between_m=_straight(points, points) * scenario.travel.detour,
        neighbours=neighbours,
        current=current,
        today=today,
        exempt=_exempt(current, neighbours, units, shared),
        shared=shared,
        projects=projects,
        all_projects=project_frame(district),
        resource_limits=resource_limits(district, profile, units, projects),
        unit_points=np.column_stack([points.x, points.y]),
        zone_locale=district.zones["locale"].to_numpy(),
        zone_township=district.zones["township"].astype(str).to_numpy(),
        notes=tuple(
            n for n in (travel_note, demand_note, later, border_note, *(b.said for b in bridges)) if n
        ),
        bridges=bridges,
        locks=locks,
        school_grades=district.grades,
    )
    check_locks(problem)
    return problem


def reshared(problem: ZoningProblem, district: District, scenario: Scenario) -> ZoningProblem:
    """Return a problem under a scenario that names other shared zones, and nothing else otherwise; as if it were built anew.

    Raises
    ------
    DistrictError
        If the scenario's shared zones are none (:func:`planning.zoning.problem.shared.shared_zones`).
    ScenarioError
        If locks speak of zones that are shared now.
    """
    units, zones, district = problem.units, problem.zones, continuing_from(district, scenario)
    shared = shared_zones(district, scenario, units, zones)
    current = _current(district, scenario, units, zones)
    for zone in shared:
        current[zone.stage, zone.zone] = zone.units[0]
    return replace(
        problem,
        scenario=scenario,
        shared=shared,
        current=current,
        exempt=_exempt(current, problem.neighbours, units, shared),
        locks=held_locks(district, scenario, units, list(zones), problem.today, shared),
    )


def _straight(origins: gpd.GeoSeries, targets: gpd.GeoSeries) -> FloatArray:
    a = np.column_stack([origins.x, origins.y])
    b = np.column_stack([targets.x, targets.y])
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]))


def _neighbours(
    district: District,
    scenario: Scenario,
    zones: pd.Index[Any],
    units: pd.DataFrame,
    projects: pd.DataFrame,
) -> tuple[sparse.csr_matrix, tuple[Bridge, ...], Words | None]:
    """Return which zones are neighbours, where places that border no school are joined, and what the reader must know."""
    if not scenario.contiguity.enabled:
        return sparse.csr_matrix((len(zones), len(zones))), (), None
    setting = scenario.contiguity
    result = zone_neighbours(
        district,
        contiguity=setting.neighbours,
        snap_m=setting.snap_m,
        cut=setting.cut_by,
        bridges=setting.bridges,
    )
    shapes = np.asarray(district.zones.geometry.to_numpy(), dtype=object)
    homes = standing_homes(units, projects, len(zones))
    barriers = district.barriers[district.barriers["kind"].isin(list(setting.cut_by))]
    matrix, bridges = bridged(result.matrix, zones, shapes, homes, barriers)
    return matrix, bridges, _note(result)


def _today(district: District, scenario: Scenario, units: pd.DataFrame, zones: pd.Index[Any]) -> BoolArray:
    """Return which units of the zoning the catchment of today of every zone names (n_zones, n_units)."""
    position = {str(u): j for j, u in enumerate(units["unit"])}
    found = np.zeros((len(zones), len(units)), dtype=bool)
    for stage in scenario.stages:
        known = set(units.loc[units["stage"] == stage, "unit"].astype(str))
        named = named_today(district, stage, known)
        for z, zone in enumerate(zones.astype(str)):
            found[z, [position[u] for u in named.get(zone, ())]] = True
    return found


def _current(district: District, scenario: Scenario, units: pd.DataFrame, zones: pd.Index[Any]) -> IntArray:
    """Return the first unit of the zoning that the catchment of today of every zone names (n_stages, n_zones)."""
    position = pd.Index(units["unit"])
    result = np.full((len(scenario.stages), len(zones)), -1, dtype=np.int64)
    for s, stage in enumerate(scenario.stages):
        named = named_today(district, stage, set(units["unit"].astype(str)))
        first = [named.get(zone, ())[:1] for zone in zones.astype(str)]
        result[s] = position.get_indexer([u[0] if u else "" for u in first])
    return result


def _exempt(
    current: IntArray,
    neighbours: sparse.csr_matrix,
    units: pd.DataFrame,
    shared: tuple[SharedZone, ...],
) -> frozenset[tuple[int, int, int]]:
    """Find zones that today hang apart from their school: they may stay, and are anchors that others may hang on.

    A shared zone belongs to the catchment of every unit it names.
    """
    found: set[tuple[int, int, int]] = set()
    homes = units["home"].to_numpy()
    for s in range(len(current)):
        given = {z.zone: z.units for z in shared if z.stage == s}
        for unit in np.unique(current[s][current[s] >= 0]):
            own = set(np.flatnonzero(current[s] == unit).tolist()) - set(given)
            members = np.array(
                sorted(own | {z for z, named in given.items() if unit in named}), dtype=np.int64
            )
            label = connected_parts(len(members), *neighbours[members][:, members].nonzero())
            home = int(homes[unit])
            near = {home, *neighbours[home].indices.tolist()} if home in given else {home}
            held = set(label[np.isin(members, sorted(near))].tolist())
            found.update(
                (s, int(z), int(unit))
                for z, piece in zip(members, label, strict=True)
                if piece not in held and int(z) not in given
            )
    return frozenset(found)


def _carried(district: District, units: pd.DataFrame, scenario: Scenario, profile: Profile) -> pd.DataFrame:
    """Return the register of the units that zoning leaves alone: private, county-wide, special."""
    base = district.classes[
        (district.classes["year"] == district.info.base_year) & ~district.classes["unit"].isin(units["unit"])
    ]
    table = base.groupby(["unit", "grade"], as_index=False).agg(
        pupils=("pupils", "sum"), classes=("class_no", "size")
    )
    if profile.in_seats:  # whoever sits there has a seat
        table["classes"] = table["pupils"]
    about = district.units.merge(district.schools[["school", "kind"]], on="school")
    about["school_limit"] = about["kind"].map(profile.school_limit).astype(int)
    table = table.merge(about[["unit", "school", "stage", "rooms", "school_limit"]], on="unit")
    return table[table["stage"].isin(scenario.stages)].reset_index(drop=True)


def _note(of: TravelMatrix | Neighbours) -> Words | None:
    return Both(of.note, of.note_zh) if of.note else None
