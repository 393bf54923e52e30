"""Check that years and money of a scenario and of the projects fit each other, before anything is solved."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
import pandas as pd

from planning.district import District
from planning.errors import Problem, ScenarioError
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
    problems = [*_early(district, table), *_years(scenario), *_costs(table), *_decided(district, scenario)]
    problems += [*_phases(scenario), *_hard(scenario, all_rules() if rules is None else rules)]
    if not any(p.column == "cost_yuan" for p in problems):
        problems += _budgets(scenario, table)
    if problems:
        raise ScenarioError(written(scenario, p) for p in problems)


def written(scenario: Scenario, problem: Problem) -> Problem:
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


def _early(district: District, table: pd.DataFrame) -> Iterator[Problem]:
    base = district.info.base_year
    for project, year in zip(table["project"], table["open_year"], strict=True):
        if int(year) < base:
            yield Problem(
                "projects",
                f"the project opens before the year of the register, {base}: its rooms stand already",
                f"项目投用早于台账学年 {base}，其教室应已存在",
                row=str(project),
                column="open_year",
                value=str(year),
                mend_en="count its rooms in units and remove the project, or correct the year",
                mend_zh="请将其教室计入办学单位并删除该项目，或更正年份",
            )


def _years(scenario: Scenario) -> Iterator[Problem]:
    first, last = scenario.years[0], scenario.years[-1]
    if scenario.horizon is not None and scenario.horizon < scenario.year:
        yield Problem(
            "scenario",
            f"the horizon lies before the first year {scenario.year}",
            f"规划末年早于起始年 {scenario.year}",
            column="horizon",
            value=str(scenario.horizon),
        )
    for year in scenario.projects.budget_by_year:
        if not first <= year <= last:
            yield Problem(
                "scenario",
                f"a budget of a year outside the plan ({first}–{last})",
                f"预算年份不在规划期（{first}—{last}）内",
                column="projects.budget_by_year",
                value=str(year),
                mend_en=f"set horizon: {year}" if year > last else "remove it",
                mend_zh=f"请设 horizon: {year}" if year > last else "请删除该年",
            )


def _decided(district: District, scenario: Scenario) -> Iterator[Problem]:
    """Name decided projects that open before they can, and decided closings of units that do not exist."""
    opens = district.projects.set_index("project")["open_year"]
    for project, year in scenario.projects.decided.items():
        if project in opens.index and year < int(opens[project]):
            yield Problem(
                "scenario",
                f"project {project} can be in use from {int(opens[project])} at the earliest",
                f"项目 {project} 最早 {int(opens[project])} 学年投用",
                column=f"projects.decided.{project}",
                value=str(year),
            )
    units = set(district.units["unit"])
    for unit in scenario.small_schools.closed:
        if unit not in units:
            near = difflib.get_close_matches(unit, sorted(units), 1)
            yield Problem(
                "scenario",
                "the district has no such unit",
                "区县没有该办学单位",
                column="small_schools.closed",
                value=unit,
                mend_en=f"did you mean {near[0]}?" if near else "",
                mend_zh=f"是否指 {near[0]}？" if near else "",
            )


def _hard(scenario: Scenario, rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """Name what cannot be called hard: unknown rules, and rules that leave no choice."""
    known = [rule.name for rule in rules if rule.hardness == "choice"]
    for name in scenario.hard:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            listed = ", ".join(known)
            yield Problem(
                "scenario",
                f"expected rules that may be called hard: {listed}",
                f"可列为硬性要求的有：{listed}",
                column="hard",
                value=name,
                mend_en=f"did you mean {near[0]}?" if near else "take it out of `hard`",
                mend_zh=f"是否指 {near[0]}？" if near else "请从 hard 中去掉",
            )


def _phases(scenario: Scenario) -> Iterator[Problem]:
    """Name phases outside the plan, out of order, or without catchments to draw."""
    first, last = scenario.years[0], scenario.years[-1]
    phases = scenario.phases
    if any(not first <= year <= last for year in phases) or list(phases) != sorted(set(phases)):
        yield Problem(
            "scenario",
            f"phases begin in school years of the plan ({first}–{last}), one after the other",
            f"分期起始学年应在规划期（{first}—{last}）内并依次递增",
            column="phases",
            value=", ".join(map(str, phases)),
            mend_en="set year and horizon so that they hold every phase",
            mend_zh="请设置 year 与 horizon，使其涵盖全部分期",
        )
    if phases and scenario.catchments == "current":
        yield Problem(
            "scenario",
            "phases draw catchments anew, but today's are to be kept",
            "分期需要重新划片，而该情景保持现行学区",
            column="catchments",
            value="current",
            mend_en="set catchments: free",
            mend_zh="请设 catchments: free",
        )


def _costs(table: pd.DataFrame) -> Iterator[Problem]:
    rooms = table["rooms"].fillna(0).astype(float).to_numpy()
    cost = table["cost_yuan"].fillna(0).astype(float).to_numpy()
    for k in np.flatnonzero((rooms > 0) & (cost > 0) & (cost < rooms * _ROOM_YUAN)):
        yield Problem(
            "projects",
            f"{cost[k]:,.0f} yuan for {rooms[k]:.0f} classrooms: is this in 万元 (10,000 yuan)?",
            f"{rooms[k]:.0f} 间教室仅 {cost[k]:,.0f} 元：是否误以万元为单位？",
            row=str(table["project"].iloc[k]),
            column="cost_yuan",
            value=f"{cost[k]:g}",
            mend_en=f"if so, write {cost[k] * TEN_THOUSAND:.0f}; 0 where the cost is unknown",
            mend_zh=f"如是，请写 {cost[k] * TEN_THOUSAND:.0f}；投资不明时填 0",
        )


def _budgets(scenario: Scenario, table: pd.DataFrame) -> Iterator[Problem]:
    costs = table.loc[(table["mode"] == "choose") & (table["cost_yuan"] > 0), "cost_yuan"].astype(float)
    setting = scenario.projects
    given = {"projects.budget_yuan": setting.budget_yuan}
    given |= {f"projects.budget_by_year.{y}": money for y, money in setting.budget_by_year.items()}
    for key, money in given.items():
        if not money or costs.empty or money * _CLEARLY_LESS > costs.min():
            continue
        yield Problem(
            "scenario",
            f"{money:,.0f} yuan buys none of the optional projects, the cheapest costs {costs.min():,.0f}: "
            "is the budget in 万元 (10,000 yuan)?",
            f"{money:,.0f} 元买不起任何备选项目（最便宜 {costs.min():,.0f} 元）：预算是否误以万元为单位？",
            column=key,
            value=f"{money:g}",
            mend_en=f"if so, write {money * TEN_THOUSAND:.0f}; for no optional project, write 0",
            mend_zh=f"如是，请写 {money * TEN_THOUSAND:.0f}；不建备选项目请写 0",
        )
