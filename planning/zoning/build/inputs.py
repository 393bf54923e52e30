"""Check that years and money of a scenario and of the projects fit each other, before anything is solved."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
import pandas as pd

from planning.district import District
from planning.district.checks.cross import listed
from planning.district.schema import STAGE_ZH
from planning.errors import Issue, ScenarioError
from planning.messages import Both
from planning.scenario import Scenario
from planning.zoning.declare import Rule
from planning.zoning.rules import all_rules

TEN_THOUSAND = 10_000
"""Yuan in a 万元, the unit of Chinese budgets."""
_CLEARLY_LESS = 100  # a budget this many times below the cheapest project is no small budget but another unit
_ROOM_YUAN = 10_000  # no classroom is built for less; costs in 万元 lie between 50 and 500 a room


def check_plan(district: District, scenario: Scenario, rules: tuple[Rule, ...] | None = None) -> None:
    """Raise what cannot be meant: years outside the plan, projects of the past, money that looks like 万元, unknown hard rules.

    ``rules`` are those of the problem; those of the package and of installed ones by default.

    Raises
    ------
    ScenarioError
        Everything at once.
    """
    table = _in_question(district, scenario)
    costs = [] if scenario.profile().in_seats else _costs(table)
    problems = [*_early(district, table), *_years(scenario), *costs, *_decided(district, scenario)]
    problems += [
        *_capacities(district, scenario, table),
        *_grades(district, scenario),
        *_phases(scenario),
        *_nobody_sits(district, scenario),
        *_hard(scenario, all_rules() if rules is None else rules),
    ]
    if not any(p.column == "cost_yuan" for p in problems):
        problems += _budgets(scenario, table)
    if problems:
        raise ScenarioError(written(scenario, p) for p in problems)


def _grades(district: District, scenario: Scenario) -> Iterator[Issue]:
    """Refuse the profile of a system with other grades, and stages that the county has no grades of."""
    yield from scenario.profile().other_grades(district.grades, scenario.standards)
    for stage in scenario.stages:
        if stage not in district.grades:
            yield Issue(
                "zoning.inputs.stage_without_grades",
                "scenario",
                column="stages",
                value=stage,
                grades=district.grades.told,
                stages=list(district.grades),
            )


def _nobody_sits(district: District, scenario: Scenario) -> Iterator[Issue]:
    """Refuse a plan in which pupils stay where no register says where they sit: they would be in no school at all."""
    if scenario.enrolled != "stay" or scenario.continues is not None:
        return
    base = district.info.base_year
    sit = set(district.classes.loc[district.classes["year"] == base, "unit"].astype(str))
    live = district.zone_pupils[district.zone_pupils["year"] == base]
    for stage in (s for s in scenario.stages if s in district.grades):
        units = district.units.loc[district.units["stage"] == stage, "unit"].astype(str)
        pupils = int(live.loc[live["grade"].isin(district.grades[stage]), "pupils"].sum())
        if pupils and sit.isdisjoint(units):
            yield Issue(
                "zoning.inputs.nobody_sits",
                "scenario",
                column="enrolled",
                value="stay",
                pupils=pupils,
                year=base,
                stage=Both(stage, STAGE_ZH[stage]),
            )


def _capacities(district: District, scenario: Scenario, projects: pd.DataFrame) -> Iterator[Issue]:
    """Name units and projects without a number in what the profile counts: seats, or classrooms."""
    seats = scenario.profile().in_seats
    units = district.units
    zoned = units["stage"].isin(scenario.stages) & (units["admission"].fillna("catchment") == "catchment")
    adding = projects[projects["kind"] != "closure"]
    for name, table, key in (("units", units[zoned], "unit"), ("projects", adding, "project")):
        given = table.get("capacity", pd.Series(np.nan, table.index)).notna()
        lacking = table.loc[~given if seats else given & (table["rooms"] == 0), key].astype(str).tolist()
        if lacking:
            yield Issue(
                "zoning.inputs.no_seats_given" if seats else "zoning.inputs.only_seats_given",
                name,
                column="capacity" if seats else "rooms",
                count=len(lacking),
                listed=listed(lacking),
                standards=scenario.standards,
            )


def written(scenario: Scenario, problem: Issue) -> Issue:
    """Return a finding about a setting with the file and line where it was written, where a file says it."""
    if problem.file != "scenario":
        return problem
    file, line = scenario.place(problem.column)
    return problem.at(file=file, row=problem.row or line)


def _in_question(district: District, scenario: Scenario) -> pd.DataFrame:
    """Return the projects that the scenario builds or chooses among."""
    table, setting = district.projects, scenario.projects
    mode = np.where(table["fixed"].fillna(False).astype(bool), setting.fixed, setting.optional)
    kept = (mode != "skip") & ~table["project"].isin(setting.exclude).to_numpy()
    if setting.only is not None:
        kept &= table["fixed"].fillna(False).astype(bool) | table["project"].isin(setting.only)
    decided = table["project"].isin(setting.decided).to_numpy()
    mode, kept = np.where(decided, "build", mode), kept | decided
    found: pd.DataFrame = table.assign(mode=mode)[kept]
    return found


def _early(district: District, table: pd.DataFrame) -> Iterator[Issue]:
    base = district.info.base_year
    for project, year in zip(table["project"], table["open_year"], strict=True):
        if int(year) < base:
            yield Issue(
                "zoning.inputs.project_opens_before_year_register",
                "projects",
                row=str(project),
                column="open_year",
                value=str(year),
                base=base,
            )


def _years(scenario: Scenario) -> Iterator[Issue]:
    first, last = scenario.years[0], scenario.years[-1]
    if scenario.horizon is not None and scenario.horizon < scenario.year:
        yield Issue(
            "zoning.inputs.horizon_lies_before_first_year",
            "scenario",
            column="horizon",
            value=str(scenario.horizon),
            year=scenario.year,
        )
    for year in scenario.projects.budget_by_year:
        if not first <= year <= last:
            yield Issue(
                "zoning.inputs.budget_year_outside_plan",
                "scenario",
                column="projects.budget_by_year",
                value=str(year),
                mend="zoning.mend.set_horizon" if year > last else "zoning.mend.remove",
                first=first,
                last=last,
                year=year,
            )


def _decided(district: District, scenario: Scenario) -> Iterator[Issue]:
    """Name decided projects that open before they can, and decided closings of units that do not exist."""
    opens = district.projects.set_index("project")["open_year"]
    for project, year in scenario.projects.decided.items():
        if project in opens.index and year < int(opens[project]):
            yield Issue(
                "zoning.inputs.project_can_use_from_earliest",
                "scenario",
                column=f"projects.decided.{project}",
                value=str(year),
                project=project,
                opens=int(opens[project]),
            )
    units = set(district.units["unit"])
    for unit in scenario.small_schools.closed:
        if unit not in units:
            near = difflib.get_close_matches(unit, sorted(units), 1)
            yield Issue(
                "zoning.inputs.district_no_such_unit",
                "scenario",
                column="small_schools.closed",
                value=unit,
                mend="zoning.mend.did_you_mean_decided" if near else "",
                near=(near[0]) if near else "",
            )


def _hard(scenario: Scenario, rules: tuple[Rule, ...]) -> Iterator[Issue]:
    """Name what cannot be called hard: unknown rules, and rules that leave no choice."""
    known = [rule.name for rule in rules if rule.hardness == "choice"]
    for name in scenario.hard:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            listed = ", ".join(known)
            yield Issue(
                "zoning.inputs.expected_rules_may_called_hard",
                "scenario",
                column="hard",
                value=name,
                mend="zoning.mend.did_you_mean_decided" if near else "zoning.mend.take_out_hard",
                listed=listed,
                near=(near[0]) if near else "",
            )


def _phases(scenario: Scenario) -> Iterator[Issue]:
    """Name phases outside the plan, out of order, or without catchments to draw."""
    first, last = scenario.years[0], scenario.years[-1]
    phases = scenario.phases
    if any(not first <= year <= last for year in phases) or list(phases) != sorted(set(phases)):
        yield Issue(
            "zoning.inputs.phases_begin_school_years_plan",
            "scenario",
            column="phases",
            value=", ".join(map(str, phases)),
            first=first,
            last=last,
        )
    if phases and scenario.catchments == "current":
        yield Issue(
            "zoning.inputs.phases_draw_catchments_anew_but", "scenario", column="catchments", value="current"
        )


def _costs(table: pd.DataFrame) -> Iterator[Issue]:
    rooms = table["rooms"].fillna(0).astype(float).to_numpy()
    cost = table["cost_yuan"].fillna(0).astype(float).to_numpy()
    for k in np.flatnonzero((rooms > 0) & (cost > 0) & (cost < rooms * _ROOM_YUAN)):
        yield Issue(
            "zoning.inputs.yuan_classrooms_10_000_yuan",
            "projects",
            row=str(table["project"].iloc[k]),
            column="cost_yuan",
            value=f"{cost[k]:g}",
            cost=cost[k],
            rooms=rooms[k],
            cost2=cost[k] * TEN_THOUSAND,
        )


def _budgets(scenario: Scenario, table: pd.DataFrame) -> Iterator[Issue]:
    costs = table.loc[(table["mode"] == "choose") & (table["cost_yuan"] > 0), "cost_yuan"].astype(float)
    setting = scenario.projects
    given = {"projects.budget_yuan": setting.budget_yuan}
    given |= {f"projects.budget_by_year.{y}": money for y, money in setting.budget_by_year.items()}
    for key, money in given.items():
        if not money or costs.empty or money * _CLEARLY_LESS > costs.min():
            continue
        yield Issue(
            "zoning.inputs.yuan_buys_none_optional_projects",
            "scenario",
            column=key,
            value=f"{money:g}",
            money=money,
            min=costs.min(),
            money2=money * TEN_THOUSAND,
        )
