"""Common catchments: two schools admit from one area, and a place in either is a place nearby."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planning.district import District
from planning.errors import DistrictError
from planning.layout import Layout
from planning.runs import finish_run
from planning.scenario import Scenario
from planning.verify import verify_run
from planning.zoning import build_problem, solve
from planning.zoning.shared import propose_shared
from tests.zoning.county import scenario, small_county


def crowded(current: str = "AAAABB") -> District:
    """Return a county where today's catchments crowd A (80 a grade, one class of 45) while B has room."""
    return small_county(rooms=(6, 18, 9), current=current)


def asked(**settings: object) -> Scenario:
    return scenario(catchments="current", **settings)


def by_unit(layout: Layout, column: str) -> dict[str, int]:
    primary = layout.units[layout.units["stage"] == "primary"]
    return primary.groupby("unit")[column].sum().to_dict()


def test_a_place_in_the_other_school_of_a_common_catchment_is_nearby() -> None:
    layout = solve(crowded(), asked(shared=[["A-P", "B-P"]]))
    assert layout.summary["shortage_pupils"] == 0
    assert layout.summary["shared_pupils"] == 6 * 35
    assert layout.summary["overflow_pupils"] == 0
    assert layout.summary["nearby_ratio"]["primary"] == 1.0
    assert layout.summary["shared_catchments"] == [["A-P", "B-P"]]
    assert by_unit(layout, "own") == {"A-P": 6 * 45, "B-P": 6 * 75}
    assert by_unit(layout, "overflow_out") == {"A-P": 0, "B-P": 0}


def test_it_works_where_overflow_is_not_allowed() -> None:
    layout = solve(crowded(), asked(shared=[["A-P", "B-P"]], overflow={"allowed": False}))
    assert layout.summary["shortage_pupils"] == 0


def test_zones_of_today_declare_it_too() -> None:
    county = crowded()
    zones = county.zones.copy()
    zones.loc[zones["zone"] == "Z1", "current_primary"] = "A-P;B-P"
    problem = build_problem(replace(county, zones=zones), asked())
    assert problem.shared == {(0, 1), (1, 0)}
    assert build_problem(county, asked()).shared == frozenset()


def test_the_verifier_agrees_and_notices_a_false_claim(tmp_path) -> None:
    from planning.district import write_district

    write_district(crowded(), tmp_path / "county")
    from planning.district import read_district

    setting = asked(shared=[["A-P", "B-P"]]).model_copy(update={"district": str(tmp_path / "county")})
    county = read_district(tmp_path / "county")
    run = finish_run(county, setting, solve(county, setting), out=tmp_path / "run")
    report = verify_run(run.folder)
    assert report.ok, [c.text("en") for c in report.checks if not c.ok]
    table = run.folder / "overflow.csv"
    table.write_text(table.read_text().replace("True", "False"))
    failed = {c.rule for c in verify_run(run.folder).checks if not c.ok}
    assert "overflow" in failed


def test_what_is_sent_today_is_proposed_as_a_common_catchment() -> None:
    layout = solve(crowded(), asked())
    proposals = propose_shared(layout)
    assert proposals[["unit", "other", "pupils"]].to_numpy().tolist() == [["A-P", "B-P", 210.0]]
    assert propose_shared(solve(crowded(), asked(shared=[["A-P", "B-P"]]))).empty


@pytest.mark.parametrize(
    ("group", "said"),
    [(["A-P", "B-Q"], "did you mean B-P?"), (["A-P"], "two or more"), (["A-P", "C-J"], "one stage")],
)
def test_wrong_groups_are_named(group: list[str], said: str) -> None:
    with pytest.raises(DistrictError) as caught:
        build_problem(crowded(), asked(shared=[group]))
    assert said in caught.value.text("en")
