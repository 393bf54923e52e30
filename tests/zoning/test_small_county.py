"""Exact answers on the county that can be checked by hand (drawn in ``county.py``)."""

from __future__ import annotations

from typing import Any

import pytest

from planning.errors import DistrictError, InfeasibleError
from planning.layout import Layout
from planning.publish.workbook.results import _shortages
from planning.standards.money import money_of
from planning.zoning import shortages, solve
from planning.zoning.build import build_problem
from planning.zoning.solve import solve_problem
from tests.zoning.county import project, scenario, small_county, with_projects

SOLVERS = ("engine", "highs", "cbc")


def assigned(layout: Layout, stage: str = "primary") -> dict[str, str]:
    part = layout.assignment[layout.assignment["stage"] == stage]
    return dict(zip(part["zone"], part["unit"].str[0], strict=True))


def solved(district: Any = None, **settings: Any) -> Layout:
    settings.setdefault("solver", {"name": "engine", "gap": 0.0, "threads": 1})
    return solve(district if district is not None else small_county(), scenario(**settings))


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_finds_the_only_best_plan(solver: str) -> None:
    layout = solved(solver={"name": solver, "gap": 0.0, "threads": 1})
    assert assigned(layout) == {"Z1": "A", "Z2": "A", "Z3": "B", "Z4": "A", "Z5": "B", "Z6": "B"}
    # primary: four zones walk 1 km, 120 pupils each; beyond 500 m in town costs 0.3 a kilometre more
    # junior: C stands in Z2; Z1, Z3, Z5 walk 1 km (none beyond 1 km), Z4 and Z6 walk 2 km
    walk = 4 * 120 * (1 + 0.3 * 0.5) + 3 * 60 + 2 * 60 * (2 + 0.3 * 1)
    classes = 0.2 * (2 * 6 * 2 + 3 * 3)
    assert layout.summary["objective"] == pytest.approx(walk + classes, abs=0.1)
    assert layout.summary["gap"] <= (
        1e-6 if solver == "engine" else 0.005
    )  # plain solvers: bound of the relaxation
    assert layout.summary["mean_distance_m"] == {"primary": 666.7, "junior": 1166.7}
    assert layout.summary["p95_distance_m"] == {"primary": 1000.0, "junior": 2000.0}
    assert layout.summary["shortage_pupils"] == 0
    assert layout.summary["contiguous"] is True


def test_classes_are_whole_and_belong_to_one_grade() -> None:
    units = solved().units
    a = units[units["unit"] == "A-P"]
    assert a["pupils"].tolist() == [60] * 6
    assert a["classes"].tolist() == [2] * 6  # 60 pupils need two classes of at most 45
    assert a["seats"].tolist() == [90] * 6


def test_a_full_school_pushes_zones_away_before_seats_are_short() -> None:
    # A has 6 rooms: one class of 45 a grade; two zones bring 40, three would bring 60
    layout = solved(small_county(rooms=(6, 18, 9)))
    assert layout.summary["shortage_pupils"] == 0
    assert sorted(assigned(layout).values()) == ["A", "A", "B", "B", "B", "B"]
    assert assigned(layout)["Z1"] == "A"


def test_shortage_has_a_name_when_seats_run_out() -> None:
    layout = solved(small_county(rooms=(6, 6, 9)), overflow={"allowed": False})
    # 720 primary pupils, 12 classes of 45: 180 seats short, 15 in every grade of each school
    assert layout.summary["shortage_pupils"] == 180
    short = layout.units[layout.units["shortage"] > 0]
    assert short.groupby("unit")["shortage"].sum().to_dict() == {"A-P": 90, "B-P": 90}
    assert layout.summary["classes_over_cap"] == 12


def test_a_shortage_is_listed_where_no_project_tells_what_a_room_costs() -> None:
    problem = build_problem(small_county(rooms=(6, 6, 9)), scenario(overflow={"allowed": False}))
    layout = solve_problem(problem)
    listed = shortages(problem, layout)
    assert listed.drop_duplicates(["unit", "year", "grade"])["seats_short"].sum() == 180
    assert listed["cost_yuan"].isna().any()
    rows = _shortages(listed, money_of(layout.scenario))
    assert "没有学位缺口" not in [row[0] for row in rows]
    assert "未知" in [row[-1] for row in rows]


def test_todays_catchments_are_kept_when_asked() -> None:
    layout = solved(small_county(current="AAAABB"), catchments="current")
    assert assigned(layout) == {"Z1": "A", "Z2": "A", "Z3": "A", "Z4": "A", "Z5": "B", "Z6": "B"}
    assert layout.summary["moved_pupils"] == 0


def test_overflow_goes_to_the_free_school_and_lowers_the_ratio() -> None:
    # today's catchments crowd A (four zones, 80 a grade, one class of 45); B has room
    layout = solved(small_county(rooms=(6, 18, 9), current="AAAABB"), catchments="current")
    assert layout.summary["shortage_pupils"] == 0
    assert layout.overflow["pupils"].sum() == 6 * 35
    assert set(layout.overflow["from_unit"]) == {"A-P"}
    assert layout.summary["nearby_ratio"]["primary"] == pytest.approx(1 - 210 / 720, abs=1e-6)
    first = layout.assignment.set_index(["zone", "stage"])["overflow"]
    assert first["Z1", "primary"] == pytest.approx(120 * 35 / 80, abs=0.01)


def test_change_is_priced_and_can_be_limited() -> None:
    county = small_county(current="AABAAB")  # Z5 belongs to A today, 2 km away instead of 1
    assert assigned(solved(county))["Z5"] == "B"
    assert assigned(solved(county, prices={"moved": 5}))["Z5"] == "A"
    assert assigned(solved(county, stability={"max_moved_share": 0.0}))["Z5"] == "A"


def test_a_project_is_built_only_when_it_is_worth_its_money() -> None:
    county = with_projects(small_county(rooms=(6, 6, 9)), project("P1", "expansion", "A", 12, 30e6, (0, 0)))
    choose = {"optional": "choose"}
    built = solved(county, projects=choose)
    assert built.summary["projects_built"] == ["项目P1"]
    assert built.summary["shortage_pupils"] == 0
    assert built.summary["cost_yuan"] == 30e6
    poor = solved(county, projects=choose | {"budget_yuan": 20e6})
    assert poor.summary["projects_built"] == []
    assert poor.summary["shortage_pupils"] == 180
    assert solved(county, projects={"optional": "skip"}).summary["cost_yuan"] == 0


def test_a_new_school_takes_the_zone_it_stands_in() -> None:
    county = with_projects(
        small_county(rooms=(6, 6, 9)), project("P2", "new", "D", 12, 30e6, (1, 1), fixed=True)
    )
    layout = solved(county)
    assert assigned(layout)["Z5"] == "D"
    assert layout.projects.set_index("project").at["P2", "built"]
    assert solved(county, projects={"fixed": "skip"}).summary["projects_built"] == []


def test_a_small_school_closes_only_within_an_acceptable_walk() -> None:
    def close(limit: int) -> list[str]:
        settings = {"close": "choose", "below_pupils": 1000, "kinds": ["primary"], "max_walk_m": limit}
        county = small_county(pupils=2)
        layout = solved(county, small_schools=settings, prices={"closure_saving": 200})
        return layout.summary["closed_units"]

    assert close(1500) == []  # Z4 is 2 km from B: A must stay, and Z3 keeps B
    assert len(close(3500)) == 1


@pytest.mark.parametrize("rule", ["class_size", "nearby"])
def test_an_impossible_hard_scenario_says_where_and_proves_it(rule: str) -> None:
    county = small_county(rooms=(6, 6, 9))
    settings: dict[str, Any] = {"hard": [rule]}
    if rule == "class_size":
        settings["overflow"] = {"allowed": False}
        with pytest.raises(InfeasibleError) as caught:
            solved(county, **settings)
        text = caught.value.text("en")
        assert "proven impossible: class_size" in text
        assert "at least 180" in text
        assert {p.row for p in caught.value.problems} >= {"A-P", "B-P"}
        assert "已证明无法满足" in caught.value.text("zh")
    else:
        assert solved(county, **settings).summary["nearby_ratio"]["primary"] == 1.0


def test_grandfathering_places_only_new_entrants() -> None:
    layout = solved(year=2021, enrolled="stay", stages=["primary"])
    grades = layout.units[layout.units["unit"] == "A-P"].set_index("grade")
    assert grades["own"].tolist() == [60] * 6  # five grades come from A's own register, grade 1 by catchment
    assert layout.summary["objective_parts"]["travel"] == pytest.approx(4 * 20 * 1.15, abs=0.1)


def test_the_cap_path_lets_older_cohorts_finish() -> None:
    county = small_county(pupils=18, rooms=(6, 6, 9))
    strict = solved(county, stages=["primary"], year=2021, overflow={"allowed": False})
    path = solved(county, stages=["primary"], year=2021, class_caps="path", overflow={"allowed": False})
    assert strict.summary["shortage_pupils"] == 2 * 6 * (54 - 45)
    assert path.summary["shortage_pupils"] == 0  # 54 ≤ 55


def test_nested_catchments_follow_the_primary_school() -> None:
    layout = solved(feeder="nested")
    assert layout.summary["shortage_pupils"] == 0


def test_an_unknown_project_is_an_error() -> None:
    with pytest.raises(DistrictError, match="does not have"):
        solved(projects={"exclude": ["P99"]})


def test_same_seed_same_plan() -> None:
    one, two = (solved(small_county(rooms=(6, 18, 9))) for _ in range(2))
    assert one.assignment.equals(two.assignment)
    assert one.units.equals(two.units)
