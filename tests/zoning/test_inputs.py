"""Years and money that cannot be meant are asked about, all at once."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest

from planning.errors import ScenarioError
from planning.zoning.build.inputs import check_plan
from tests.zoning.county import CRS, project, scenario, small_county


def county(**more):
    rows = [
        project("P1", "expansion", "A", 12, 30e6, (0, 0), **more),
        project("P2", "new", "D", 12, 50e6, (1, 1)),
    ]
    return small_county(projects=gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS))


def told(district, **settings) -> list:
    with pytest.raises(ScenarioError) as caught:
        check_plan(district, scenario(**settings))
    return list(caught.value.problems)


def test_a_budget_in_ten_thousands_is_asked_about() -> None:
    (problem,) = told(county(), projects={"optional": "choose", "budget_yuan": 6000})
    assert problem.column == "projects.budget_yuan"
    assert "units of 10,000 yuan" in problem.text("en")
    assert "write 60000000" in problem.text("en")
    assert "是否误以万元为单位" in problem.text("zh")


@pytest.mark.parametrize("money", [0, 20e6, 30e6, None])
def test_small_budgets_and_none_are_taken_as_they_are(money) -> None:
    check_plan(county(), scenario(projects={"optional": "choose", "budget_yuan": money}))


def test_yearly_budgets_are_looked_at_too() -> None:
    setting = {"optional": "choose", "budget_by_year": {2020: 3000, 2024: 30e6}}
    found = {p.column: p for p in told(county(), year=2020, horizon=2022, projects=setting)}
    assert set(found) == {"projects.budget_by_year.2020", "projects.budget_by_year"}
    assert "set horizon: 2024" in found["projects.budget_by_year"].text("en")


def test_a_project_of_the_past_is_refused_unless_it_is_left_out() -> None:
    past = county(open_year=2015)
    (problem,) = told(past, projects={"optional": "choose"})
    assert (problem.row, problem.column, problem.value) == ("P1", "open_year", "2015")
    check_plan(past, scenario(projects={"optional": "choose", "exclude": ["P1"]}))
    check_plan(past, scenario(projects={"optional": "skip"}))


def test_costs_in_ten_thousands_are_asked_about_once() -> None:
    problems = told(county(cost_yuan=3000.0), projects={"optional": "choose", "budget_yuan": 6000})
    assert [p.column for p in problems] == ["cost_yuan"]
    assert "write 30000000" in problems[0].text("en")


def test_a_horizon_before_the_start_is_refused() -> None:
    assert told(county(), year=2022, horizon=2021)[0].column == "horizon"


def test_pupils_stay_nowhere_without_a_register_of_classes() -> None:
    whole = small_county()
    bare = replace(whole, classes=whole.classes[whole.classes["unit"] != "C-J"])
    (problem,) = told(bare, enrolled="stay", horizon=2021)
    assert (problem.column, problem.value) == ("enrolled", "stay")
    assert "junior" in problem.text("en")
    assert "360" in problem.text("en")
    assert "初中" in problem.text("zh")
    check_plan(whole, scenario(enrolled="stay", horizon=2021))
    check_plan(bare, scenario(enrolled="stay", horizon=2021, stages=["primary"]))
