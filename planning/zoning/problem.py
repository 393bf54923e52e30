"""State a zoning problem as arrays: who lives where, which units there are, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from planning.demand import ForecastSettings, forecast
from planning.district import District
from planning.district.schema import GRADES
from planning.errors import DistrictError, Problem
from planning.scenario import Scenario
from planning.standards import Profile
from planning.tables import cell, each
from planning.travel import travel_matrix, zone_neighbours, zone_of_points
from planning.zoning.amounts import ResourceLimit, resource_limits
from planning.zoning.inputs import check_plan
from planning.zoning.predecessor import continuing_from, register_year, sitting
from planning.zoning.shared import shared_units

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

STAGE_SUFFIX = {"primary": "P", "junior": "J"}


@dataclass(frozen=True)
class Arcs:
    """Candidate (zone, unit) pairs, one array entry each.

    ``item`` is ``stage_index × n_zones + zone``; ``cost`` is in pupil-kilometres over the years of the plan.
    """

    item: IntArray
    zone: IntArray
    unit: IntArray
    cost: FloatArray
    distance_m: FloatArray

    def __len__(self) -> int:
        return len(self.item)


@dataclass(frozen=True)
class ZoningProblem:
    """Everything the rules need, as arrays over zones, units, grades and years.

    Parameters
    ----------
    scenario, profile
        The settings and the standards.
    zones : Index
        Zone ids, ``n_zones``.
    units : DataFrame
        Units of the zoning, by position: ``unit, school, name, stage, kind, locale, ownership, boarding,
        rooms, school_limit, home`` (zone position), ``project`` (id of the project that creates it, or empty),
        ``closable``.
    carried : DataFrame
        Units outside the zoning (private, county-wide, special): ``unit, grade, pupils, classes`` of the register.
    years : tuple of int
        School years of the plan.
    pupils : array (n_zones, 9, n_years)
        Pupils to be placed by catchment.
    continuing : array (n_units, 9, n_years)
        Pupils who sit in the unit already and stay (grandfathering).
    caps : array (n_stages, 9, n_years)
        Pupils per class.
    distance_m, crosses : array (n_zones, n_units)
        Walking metres (never infinite) and whether the way crosses a barrier.
    unreached : bool array (n_zones, n_units)
        No way over the network: the distance is a straight line with a penalty.
    between_m : array (n_units, n_units)
        Straight line × detour between units, for overflow.
    neighbours : csr matrix (n_zones, n_zones)
        Contiguity.
    current : array (n_stages, n_zones)
        Position of today's unit, −1 where there is none.
    exempt : set of (stage_index, zone, unit)
        Zones cut off from their school today: they may stay.
    shared : set of (unit, unit)
        Ordered pairs of units that admit from one common catchment.
    projects : DataFrame
        Projects of the scenario: columns of the table plus ``fixed`` as the scenario decides and ``unit``
        (position of the unit it adds rooms to or closes).
    all_projects : DataFrame
        Every project of the district, chosen for the scenario or not, with ``geometry``.
    resource_limits : tuple per unit
        How many pupils each resource suffices for.
    unit_points : array (n_units, 2)
        Sites in metres.
    notes : tuple of str
        What the reader of a result must know about distances and demand.
    start : array (n_stages, n_zones), optional
        Position of the unit of every zone in a plan to start from.
    """

    scenario: Scenario
    profile: Profile
    zones: pd.Index[Any]
    units: pd.DataFrame
    carried: pd.DataFrame
    years: tuple[int, ...]
    pupils: FloatArray
    continuing: FloatArray
    caps: FloatArray
    distance_m: FloatArray
    crosses: BoolArray
    unreached: BoolArray
    between_m: FloatArray
    neighbours: sparse.csr_matrix
    current: IntArray
    exempt: frozenset[tuple[int, int, int]]
    shared: frozenset[tuple[int, int]]
    projects: pd.DataFrame
    all_projects: pd.DataFrame
    resource_limits: tuple[tuple[ResourceLimit, ...], ...]
    unit_points: FloatArray
    zone_locale: npt.NDArray[Any]
    notes: tuple[str, ...]
    start: IntArray | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of the plan, in order."""
        return self.scenario.stages

    @property
    def n_zones(self) -> int:
        """Number of zones."""
        return len(self.zones)

    @property
    def n_items(self) -> int:
        """Number of (stage, zone) pairs that each need a unit."""
        return len(self.stages) * self.n_zones

    def grades(self, stage: str) -> tuple[int, ...]:
        """Grades of a stage."""
        return GRADES[stage]

    def stage_pupils(self, stage: str) -> FloatArray:
        """Return pupils of a stage by zone, mean over the years (n_zones,)."""
        rows = [g - 1 for g in GRADES[stage]]
        return np.asarray(self.pupils[:, rows, :].sum(axis=1).mean(axis=1))

    def units_of(self, stage: str) -> IntArray:
        """Positions of the units of a stage."""
        return np.flatnonzero((self.units["stage"] == stage).to_numpy())

    def arc_cost(self, stage_index: int, unit: int) -> FloatArray:
        """Return what assigning each zone to ``unit`` costs, in pupil-kilometres (n_zones,).

        Walking, barriers crossed, the way beyond the service radius and pupils moved from today's catchment
        (:class:`planning.scenario.Prices`).
        """
        stage = self.stages[stage_index]
        prices, radius = self.scenario.prices, self.scenario.radius
        pupils = self.stage_pupils(stage)
        km = self.distance_m[:, unit] / 1000.0
        cost = km + prices.barrier * self.crosses[:, unit] + prices.unreached * self.unreached[:, unit]
        if radius.enabled:
            reach = self.profile.travel.service_radius_m[stage] / 1000.0
            counted = np.isin(self.zone_locale, radius.locales)
            cost = cost + prices.beyond_radius * np.maximum(0.0, km - reach) * counted
        moved = (self.current[stage_index] >= 0) & (self.current[stage_index] != unit)
        cost = cost + prices.moved * moved
        # a zone without pupils still prefers its nearest unit, so that maps stay compact
        return np.asarray(np.maximum(pupils, 0.01) * cost)


def build_problem(district: District, scenario: Scenario) -> ZoningProblem:
    """Turn a district and a scenario into arrays.

    Raises
    ------
    DistrictError
        If a stage has no unit that admits by catchment, or projects refer to unknown schools.
    ScenarioError
        If years or money of the scenario and the projects do not fit each other.
    """
    check_plan(district, scenario)
    district = continuing_from(district, scenario)
    profile = scenario.profile()
    zones = pd.Index(district.zones["zone"].astype(str))
    projects = _projects(district, scenario)
    units, places = _units(district, scenario, profile, projects)
    years = scenario.years
    living, demand_note = _pupils(district, scenario, zones, years)
    pupils, continuing = _grandfather(district, scenario, units, living)
    travel = travel_matrix(
        district,
        places,
        mode=scenario.travel.mode,
        detour=scenario.travel.detour,
        barriers=scenario.travel.barriers,
    )
    column = {school: j for j, school in enumerate(travel.schools)}
    pick = np.array([column[s] for s in units["school"]], dtype=np.int64)
    row = travel.zones.get_indexer(zones)
    distance = travel.distance_m[np.ix_(row, pick)]
    crosses = travel.crosses_barrier[np.ix_(row, pick)]
    points = gpd.GeoSeries(list(places.geometry.reindex(units["school"])), crs=district.zones.crs)
    straight = _straight(district.zones.geometry.representative_point(), points) * scenario.travel.detour
    unreached = ~np.isfinite(distance)
    neighbours = _neighbours(district, scenario, zones)
    home = zone_of_points(district, places)
    units["home"] = zones.get_indexer(pd.Index(units["school"].map(home)))
    current = _current(district, scenario, units, zones)
    projects = projects.assign(unit=_project_unit(projects, units))
    return ZoningProblem(
        scenario=scenario,
        profile=profile,
        zones=zones,
        units=units,
        carried=_carried(district, units, scenario, profile),
        years=years,
        pupils=pupils,
        continuing=continuing,
        caps=class_caps(scenario, profile),
        distance_m=np.where(unreached, 2.0 * straight, distance),
        crosses=crosses & ~unreached,
        unreached=unreached & (travel.mode == "network"),
        between_m=_straight(points, points) * scenario.travel.detour,
        neighbours=neighbours,
        current=current,
        exempt=_exempt(current, neighbours, units),
        shared=shared_units(district, scenario, units),
        projects=projects,
        all_projects=_project_frame(district),
        resource_limits=resource_limits(district, profile, units, projects),
        unit_points=np.column_stack([points.x, points.y]),
        zone_locale=district.zones["locale"].to_numpy(),
        notes=tuple(n for n in (travel.note, demand_note) if n),
    )


def candidate_arcs(problem: ZoningProblem) -> Arcs:
    """List the (zone, unit) pairs the model may use: nearest units, today's unit, and every unit at home.

    The list may be short: the engine prices what was left out, so that its bound holds for all pairs.
    """
    scenario = problem.scenario
    items, zones, units, costs = [], [], [], []
    for s, stage in enumerate(problem.stages):
        of_stage = problem.units_of(stage)
        distance = problem.distance_m[:, of_stage]
        allowed = allowed_pairs(problem, s, of_stage)
        rank = np.argsort(np.argsort(np.where(allowed, distance, np.inf), axis=1, kind="stable"), axis=1)
        keep = allowed & (rank < scenario.candidates.nearest)
        homes = problem.units["home"].to_numpy()[of_stage]
        inside = homes >= 0
        keep[homes[inside], np.flatnonzero(inside)] = True
        # rules tie the pairs of units that may open or close to a switch, so none of these may be left out
        keep |= allowed & switched_units(problem)[of_stage]
        today = problem.current[s]
        known = np.flatnonzero(today >= 0)
        position = {u: j for j, u in enumerate(of_stage)}
        columns = np.array([position[u] for u in today[known]], dtype=np.int64)
        keep[known, columns] = True
        if problem.start is not None:
            keep[np.arange(problem.n_zones), [position[u] for u in problem.start[s]]] = True
        if scenario.catchments == "current":
            keep[known] = False
            keep[known, columns] = True
        zone, column = np.nonzero(keep)
        cost = np.column_stack([problem.arc_cost(s, int(u)) for u in of_stage])
        items.append(s * problem.n_zones + zone)
        zones.append(zone)
        units.append(of_stage[column])
        costs.append(cost[zone, column])
    zone_all, unit_all = np.concatenate(zones), np.concatenate(units)
    return Arcs(
        item=np.concatenate(items),
        zone=zone_all,
        unit=unit_all,
        cost=np.concatenate(costs),
        distance_m=problem.distance_m[zone_all, unit_all],
    )


def switched_units(problem: ZoningProblem) -> BoolArray:
    """Return which units may be open or not, as the plan decides (n_units,)."""
    chosen = set(problem.projects.loc[problem.projects["mode"] == "choose", "project"])
    closures = problem.projects.loc[problem.projects["kind"] == "closure", "unit"]
    switched = problem.units["project"].isin(chosen) | problem.units["closable"]
    switched |= pd.Series(np.isin(np.arange(len(problem.units)), closures), index=problem.units.index)
    return switched.to_numpy(dtype=bool)


def allowed_pairs(problem: ZoningProblem, stage_index: int, of_stage: IntArray) -> BoolArray:
    """Return which (zone, unit of the stage) pairs may be used at all (n_zones, n_units_of_stage).

    A hard service radius (GB 50099-2011; standards.md §4) forbids units beyond it where another lies within.
    """
    scenario, stage = problem.scenario, problem.stages[stage_index]
    distance = problem.distance_m[:, of_stage]
    allowed = np.ones(distance.shape, dtype=bool)
    if scenario.candidates.max_distance_m is not None:
        near = distance <= scenario.candidates.max_distance_m
        allowed &= near | ~near.any(axis=1, keepdims=True)
    if scenario.radius.enabled and scenario.radius.hard:
        within = distance <= problem.profile.travel.service_radius_m[stage]
        counted = np.isin(problem.zone_locale, scenario.radius.locales)[:, None]
        allowed &= within | ~within.any(axis=1, keepdims=True) | ~counted
    return allowed


def _project_frame(district: District) -> pd.DataFrame:
    table = pd.DataFrame(district.projects.drop(columns="geometry"))
    shapes: Any = list(district.projects.geometry)
    return table.assign(geometry=shapes)


def _projects(district: District, scenario: Scenario) -> pd.DataFrame:
    table = _project_frame(district)
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
    keep &= table["open_year"] <= scenario.years[-1]
    named = (*(setting.only or ()), *setting.exclude, *setting.decided)
    unknown = [p for p in named if p not in set(table["project"])]
    if unknown:
        raise DistrictError(
            Problem(
                "projects",
                "the scenario names a project that the district does not have",
                "情景中的项目在区县数据中不存在",
                value=p,
            )
            for p in unknown
        )
    table["decided"] = decided
    table["mode"] = mode
    kept: pd.DataFrame = table[keep].reset_index(drop=True)
    return kept


def _units(
    district: District, scenario: Scenario, profile: Profile, projects: pd.DataFrame
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    schools = district.schools.set_index("school")
    zoned = district.units[
        district.units["stage"].isin(scenario.stages)
        & (district.units["admission"] == "catchment")
        & (district.units["school"].map(schools["kind"]) != "special")
    ]
    rows = [_unit_row(unit, schools.loc[unit.school], profile) for unit in each(zoned)]
    points = {s: schools.geometry[s] for s in zoned["school"]}
    known = {row["unit"] for row in rows}
    for project in each(projects[projects["kind"].isin(["new", "conversion"])]):
        unit = f"{project.school}-{STAGE_SUFFIX[project.stage]}"
        if project.stage not in scenario.stages or unit in known:
            continue
        rows.append(_project_row(unit, project, schools, profile))
        points.setdefault(project.school, project.geometry)
        known.add(unit)
    units = pd.DataFrame(rows)
    missing = [s for s in scenario.stages if units.empty or not (units["stage"] == s).any()]
    if missing:
        raise DistrictError(
            Problem(
                "units", "no unit of this stage admits by catchment", "该学段没有划片招生的办学单位", value=s
            )
            for s in missing
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
        "project": "",
    }


def _project_row(unit: str, project: Any, schools: pd.DataFrame, profile: Profile) -> dict[str, Any]:
    existing = schools.loc[project.school] if project.school in schools.index else None
    kind = "nine_year" if existing is not None else project.stage
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


def _pupils(
    district: District, scenario: Scenario, zones: pd.Index[Any], years: tuple[int, ...]
) -> tuple[FloatArray, str]:
    if scenario.demand == "register":
        base = district.zone_pupils[district.zone_pupils["year"] == district.info.base_year]
        table = pd.concat([base.assign(year=y) for y in years])
        note = f"pupils of the register of {district.info.base_year}, grade by grade"
    else:
        settings = ForecastSettings(births_factor=scenario.births, missing_births=scenario.missing_births)
        result = forecast(district, years, variant=scenario.demand, settings=settings)
        table, note = (
            result.pupils,
            f"pupils forecast from {district.info.base_year}, {scenario.demand} variant",
        )
        note = "; ".join((note, *(n for n in result.notes if scenario.missing_births == "hold")))
        if scenario.births != 1:
            note += f", births × {scenario.births:g}"
    pupils = np.zeros((len(zones), 9, len(years)))
    z = zones.get_indexer(pd.Index(table["zone"]))
    t = pd.Index(years).get_indexer(pd.Index(table["year"]))
    ok = (z >= 0) & (t >= 0)
    np.add.at(
        pupils,
        (z[ok], table["grade"].to_numpy(dtype=np.int64)[ok] - 1, t[ok]),
        table["pupils"].to_numpy(dtype=float)[ok],
    )
    return pupils, note


def class_caps(scenario: Scenario, profile: Profile) -> FloatArray:
    """Return pupils per class by stage, grade and year (n_stages, 9, n_years).

    Standard caps (B5), or the path of the district's plan: standard size for cohorts that entered in 2022 or later
    (S:69), at most the upper bound of the 46–55 band for older cohorts until 2024 (no class of 56: S:73), standard size
    for all from 2025 (S:243).
    """
    caps = np.empty((len(scenario.stages), 9, len(scenario.years)))
    for s, stage in enumerate(scenario.stages):
        caps[s] = profile.class_cap[stage]
        if scenario.class_caps == "standard":
            continue
        entry = GRADES[stage][0]
        for t, year in enumerate(scenario.years):
            for g in GRADES[stage]:
                entered = year - (g - entry)
                excused = (
                    g > entry if scenario.class_caps == "path_entry" and year >= 2022 else entered < 2022
                )
                if excused and year < 2025:
                    caps[s, g - 1, t] = profile.class_bands["largish"]
    return caps


def _grandfather(
    district: District, scenario: Scenario, units: pd.DataFrame, living: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Split pupils into those placed by catchment and those who stay where the register has them."""
    continuing = np.zeros((len(units), 9, living.shape[2]))
    if scenario.enrolled == "follow":
        return living, continuing
    base = register_year(district, scenario)
    register = sitting(district, scenario)
    placed = living.copy()
    for stage in scenario.stages:
        entry = GRADES[stage][0]
        for t, year in enumerate(scenario.years):
            for g in GRADES[stage]:
                before = g - (year - base)
                if before < entry:
                    continue
                placed[:, g - 1, t] = 0.0
                of_stage = np.flatnonzero((units["stage"] == stage).to_numpy())
                keys = [(str(cell(units, "unit", u)), before) for u in of_stage]
                continuing[of_stage, g - 1, t] = [float(register.get(k, 0)) for k in keys]
    return placed, continuing


def _straight(origins: gpd.GeoSeries, targets: gpd.GeoSeries) -> FloatArray:
    a = np.column_stack([origins.x, origins.y])
    b = np.column_stack([targets.x, targets.y])
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]))


def _neighbours(district: District, scenario: Scenario, zones: pd.Index[Any]) -> sparse.csr_matrix:
    if not scenario.contiguity.enabled:
        return sparse.csr_matrix((len(zones), len(zones)))
    setting = scenario.contiguity
    result = zone_neighbours(
        district,
        contiguity=setting.neighbours,
        snap_m=setting.snap_m,
        cut=setting.cut_by,
        bridges=setting.bridges,
    )
    return result.matrix


def _current(district: District, scenario: Scenario, units: pd.DataFrame, zones: pd.Index[Any]) -> IntArray:
    position = pd.Index(units["unit"])
    result = np.full((len(scenario.stages), len(zones)), -1, dtype=np.int64)
    for s, stage in enumerate(scenario.stages):
        named = district.zones[f"current_{stage}"].fillna("").astype(str).str.split(";").str[0].str.strip()
        result[s] = position.get_indexer(named)
    return result


def _exempt(
    current: IntArray, neighbours: sparse.csr_matrix, units: pd.DataFrame
) -> frozenset[tuple[int, int, int]]:
    """Find zones that today hang apart from their school (they may stay, but nothing may join them)."""
    found: set[tuple[int, int, int]] = set()
    homes = units["home"].to_numpy()
    for s in range(len(current)):
        for unit in np.unique(current[s][current[s] >= 0]):
            members = np.flatnonzero(current[s] == unit)
            _, label = sparse.csgraph.connected_components(neighbours[members][:, members], directed=False)
            at_home = label[members == homes[unit]]
            apart = members if len(at_home) == 0 else members[label != at_home[0]]
            found.update((s, int(z), int(unit)) for z in apart)
    return frozenset(found)


def _project_unit(projects: pd.DataFrame, units: pd.DataFrame) -> list[int]:
    position = {u: j for j, u in enumerate(units["unit"])}
    return [
        position.get(f"{p.school}-{STAGE_SUFFIX[p.stage]}", _unit_at(units, p.school, p.stage))
        for p in each(projects)
    ]


def _unit_at(units: pd.DataFrame, school: str, stage: str) -> int:
    found = np.flatnonzero(((units["school"] == school) & (units["stage"] == stage)).to_numpy())
    return int(found[0]) if len(found) else -1


def _carried(district: District, units: pd.DataFrame, scenario: Scenario, profile: Profile) -> pd.DataFrame:
    """Return the register of the units that zoning leaves alone: private, county-wide, special."""
    base = district.classes[
        (district.classes["year"] == district.info.base_year) & ~district.classes["unit"].isin(units["unit"])
    ]
    table = base.groupby(["unit", "grade"], as_index=False).agg(
        pupils=("pupils", "sum"), classes=("class_no", "size")
    )
    about = district.units.merge(district.schools[["school", "kind"]], on="school")
    about["school_limit"] = about["kind"].map(profile.school_limit).astype(int)
    table = table.merge(about[["unit", "school", "stage", "rooms", "school_limit"]], on="unit")
    return table[table["stage"].isin(scenario.stages)].reset_index(drop=True)
