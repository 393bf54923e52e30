"""Pupils who were sent on in their first year stay where they were sent; with ``enrolled: follow`` every year is decided anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning import solve
from tests.zoning.county import project, scenario, small_county, with_projects


def grown_later(enrolled: str):
    """Solve a county whose school A is two classes short in 2021 and gets rooms enough in 2022."""
    # five grades of 96 pupils sit in 15 rooms; 96 entrants want three classes, there are two rooms for them
    more = project("P1", "expansion", "A", 6, 1e6, (0, 0), open_year=2022, fixed=True)
    county = with_projects(small_county(pupils=32, rooms=(17, 24, 9)), more)
    plan = scenario(year=2021, horizon=2023, enrolled=enrolled, stages=["primary"], catchments="current", solver={"time_limit_s": 10})  # fmt: skip
    return county, plan, solve(county, plan)


def sent(layout) -> dict[tuple[int, int], int]:
    rows = layout.overflow[layout.overflow["from_unit"] == "A-P"]
    return rows.groupby(["year", "grade"])["pupils"].sum().to_dict()


def broken(layout, county, plan) -> list[str]:
    failures = verify_evidence(Evidence(layout, county, plan, plan.profile())).failures
    return [c.what for c in failures if c.rule != "scorecard"]  # nothing was scored


def test_who_was_sent_on_stays_though_rooms_are_built() -> None:
    county, plan, layout = grown_later("stay")
    assert sent(layout) == {(2021, 1): 6, (2022, 2): 6, (2023, 3): 6}
    assert broken(layout, county, plan) == []


def test_where_pupils_follow_catchments_nobody_is_sent_on_once_there_is_room() -> None:
    _, _, layout = grown_later("follow")
    assert {year for year, _ in sent(layout)} == {2021}


@pytest.mark.parametrize("change", [{"drop": 2022}, {"pupils": 5}])
def test_the_verifier_sees_a_pupil_called_back(change: dict[str, int]) -> None:
    county, plan, layout = grown_later("stay")
    flows = layout.overflow.copy()
    if "drop" in change:
        flows = flows[flows["year"] != change["drop"]]
    else:
        flows.loc[flows["year"] == 2023, "pupils"] = change["pupils"]
    found = verify_evidence(Evidence(replace(layout, overflow=flows), county, plan, plan.profile())).failures
    places = {
        c.where
        for c in found
        if c.what in ("who was sent on stays there", "only who moves in is sent on later")
    }
    years = {2022, 2023} if "drop" in change else {2023}
    assert {int(year) for year in (2021, 2022, 2023) if any(str(year) in p for p in places)} == years


def test_a_unit_that_may_close_ties_nobody() -> None:
    county, plan, _ = grown_later("stay")
    choose = {"close": "choose", "kinds": ["primary"], "below_pupils": 10_000, "max_walk_m": 5000}
    free = plan.model_copy(update={"small_schools": scenario(small_schools=choose).small_schools})
    layout = solve(county, free)
    assert broken(layout, county, free) == []
