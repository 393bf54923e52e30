"""Closings by year: pupils who sit in a closed school are taken in by the nearest that stands; nobody is sent to one that does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planning.layout import save_tables
from planning.scenario.locks import Locks
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning import build_problem, solve
from planning.zoning.at_hand.plans import plans_at_hand
from tests.zoning.county import project, scenario, small_county, with_projects

CLOSE_B = project("P9", "closure", "B", 0, 0.0, (2, 1), open_year=2021, fixed=True)


@pytest.mark.parametrize("by", ["project", "scenario"])
def test_a_merger_takes_the_pupils_along(tmp_path, by) -> None:
    county = small_county(rooms=(24, 12, 9))
    settings = {"horizon": 2022, "enrolled": "stay", "stages": ["primary"], "solver": {"time_limit_s": 10}}
    if by == "project":
        county = with_projects(county, CLOSE_B)
    else:
        settings["small_schools"] = {"closed": {"B-P": 2021}}
    plan = scenario(**settings)
    layout = solve(county, plan)
    rows = layout.units[layout.units["grade"] == 4].set_index(["unit", "year"])
    assert rows["pupils"].to_dict() == {
        ("A-P", 2020): 60, ("B-P", 2020): 60, ("A-P", 2021): 120, ("B-P", 2021): 0, ("A-P", 2022): 120, ("B-P", 2022): 0,
    }  # fmt: skip
    assert layout.units["shortage"].sum() == 0
    assert rows.loc[("B-P", 2021), "rooms"] == 0
    save_tables(layout, tmp_path)
    report = verify_evidence(Evidence(layout, county, plan, plan.profile()))
    assert [c.what for c in report.failures if c.rule != "scorecard"] == []


def test_nobody_is_sent_to_a_school_that_is_not_built(tmp_path) -> None:
    dear = project("P1", "new", "D", 12, 1e12, (2, 0))
    county = with_projects(small_county(pupils=40, rooms=(6, 6, 9)), dear)
    plan = scenario(stages=["primary"], projects={"optional": "choose"}, solver={"time_limit_s": 10})
    layout = solve(county, plan)
    assert not layout.projects["built"].any()
    assert layout.units["shortage"].sum() > 0
    assert "D-P" not in set(layout.overflow["to_unit"])
    crowded = layout.overflow.iloc[:0].copy()
    crowded.loc[0] = {"year": 2020, "grade": 1, "from_unit": "A-P", "to_unit": "D-P", "pupils": 1, "distance_m": 1.0}  # fmt: skip
    failures = verify_evidence(
        Evidence(replace(layout, overflow=crowded), county, plan, plan.profile())
    ).failures
    assert any("does not stand" in c.what for c in failures)


def test_a_school_has_the_limit_of_a_nine_year_school_only_once_it_is_one() -> None:
    grown = project("P5", "conversion", "A", 3, 1e6, (0, 0), stage="junior")
    county = with_projects(small_county(), grown)
    caps = {"school_cap": {"primary": 300, "junior": 2000, "integrated": 400, "twelve_year": 400}}
    settings = {
        "horizon": 2021,
        "catchments": "current",
        "overflow": {"allowed": False},
        "standards_set": caps,
    }
    for projects, expected in (
        ({"optional": "choose", "budget_yuan": 0}, {2020: 60, 2021: 60}),
        ({"decided": {"P5": 2021}}, {2020: 60, 2021: 0}),
    ):
        plan = scenario(**settings, projects=projects, solver={"time_limit_s": 10})
        layout = solve(county, plan)
        rows = layout.units[layout.units["unit"] == "A-P"]
        assert rows.groupby("year")["oversize"].max().to_dict() == expected
        failures = verify_evidence(Evidence(layout, county, plan, plan.profile())).failures
        assert [c.what for c in failures if c.rule != "scorecard"] == []


def test_two_schools_that_rely_on_each_other_do_not_both_close() -> None:
    new = project("P1", "new", "D", 30, 1e6, (2, 0), fixed=True)
    county = with_projects(small_county(pupils=10), new)
    rules = {"close": "choose", "kinds": ["primary"], "below_pupils": 1000, "max_walk_m": 3500}
    plan = scenario(
        stages=["primary"], small_schools=rules, prices={"closure_saving": 1e5}, solver={"time_limit_s": 10}
    )
    layout = solve(county, plan)
    assert len(layout.summary["closed_units"]) == 1
    failures = verify_evidence(Evidence(layout, county, plan, plan.profile())).failures
    assert [c.what for c in failures if c.rule != "scorecard"] == []


def test_a_unit_that_opens_again_is_caught() -> None:
    county = small_county(rooms=(24, 12, 9))
    settings = {"horizon": 2022, "stages": ["primary"], "solver": {"time_limit_s": 10}}
    plan = scenario(**settings, small_schools={"closed": {"B-P": 2021}})
    layout = solve(county, plan)
    units = layout.units.copy()
    units.loc[(units["unit"] == "B-P") & (units["year"] == 2022), "rooms"] = 12
    failures = verify_evidence(Evidence(replace(layout, units=units), county, plan, plan.profile())).failures
    assert [c.where for c in failures if c.what == "what is closed stays closed"] == ["unit B-P, year 2022"]


def _failures(layout, county, plan) -> list[str]:
    found = verify_evidence(Evidence(layout, county, plan, plan.profile())).failures
    return [c.text() for c in found if c.rule != "scorecard"]


def test_a_closing_that_the_scenario_decides_holds_whatever_a_project_may_do() -> None:
    """An optional closure project of the same unit, left unbuilt, once kept it open."""
    spare = project("P9", "closure", "B", 0, 0.0, (2, 1), open_year=2021, fixed=False)
    county = with_projects(small_county(rooms=(24, 12, 9)), spare)
    plan = scenario(
        horizon=2021, stages=["primary"], enrolled="stay", projects={"optional": "choose"},
        small_schools={"closed": {"B-P": 2020}}, solver={"time_limit_s": 10},
    )  # fmt: skip
    layout = solve(county, plan)
    assert layout.summary["closed_units"] == ["B-P"]
    assert _failures(layout, county, plan) == []


def test_a_closed_unit_has_no_rooms_of_projects_either() -> None:
    """Nobody stands to take in who sits there: no class is opened in what a project adds, and no seat counts as even."""
    grown = project("P1", "expansion", "B", 12, 1e6, (2, 1), open_year=2020, fixed=True)
    county = with_projects(small_county(rooms=(0, 12, 9)), grown)
    plan = scenario(
        horizon=2021, stages=["primary"], enrolled="stay", balance={"enabled": True},
        small_schools={"closed": {"B-P": 2021}}, solver={"time_limit_s": 10},
    )  # fmt: skip
    layout = solve(county, plan)
    shut = layout.units[(layout.units["unit"] == "B-P") & (layout.units["year"] == 2021)]
    assert shut["classes"].sum() == 0
    assert _failures(layout, county, plan) == []


def test_ways_of_who_comes_in_later_years_are_written_rounded_too() -> None:
    """With ``enrolled: stay`` nobody is placed in the first year; the tolerance for rounded ways counts who walks later."""
    county = small_county(pupils=400, rooms=(90, 90, 90))
    plan = scenario(
        horizon=2022, stages=["primary"], enrolled="stay", demand="medium", compactness={"enabled": True},
        prices={"spread": 20.0}, solver={"time_limit_s": 10},
    )  # fmt: skip
    layout = solve(county, plan)
    walked = layout.assignment.assign(distance_m=layout.assignment["distance_m"] + 0.04)
    assert _failures(replace(layout, assignment=walked), county, plan) == []


def test_a_lock_holds_in_the_zone_of_a_school_that_may_be_built() -> None:
    """The plan at hand gave the zone of the site to the new school, lock or not, and was called proven."""
    fresh = project("P1", "new", "D", 12, 1e6, (2, 0), open_year=2020, fixed=False)
    county = with_projects(small_county(), fresh)
    free = scenario(stages=["primary"], projects={"optional": "choose"}, solver={"time_limit_s": 10})
    problem = build_problem(county, free)
    unit = problem.units["unit"].tolist().index("D-P")
    zone = str(problem.zones[int(problem.units["home"].iat[unit])])
    (today,) = county.zones.loc[county.zones["zone"] == zone, "current_primary"]
    locked = free.model_copy(update={"locks": Locks(zones={zone: (today,)})})
    problem = build_problem(county, locked)
    start = np.full_like(problem.current, unit)
    for plan in plans_at_hand(replace(problem, start=start)):
        assert problem.units["unit"].iat[plan[0][list(problem.zones).index(zone)]] == today
    layout = solve(county, locked)
    assert layout.assignment.set_index("zone")["unit"][zone] == today
    assert _failures(layout, county, locked) == []
