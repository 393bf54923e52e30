"""A plan that starts from an approved layout: its catchments are those in force."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planning.approval import Approval, starting_from
from planning.errors import LayoutError, ScenarioError
from planning.layout import load_layout
from planning.scenario import read_scenario
from planning.verify import verify_run
from tests.approval.made import run, shared, writable
from tests.zoning.county import scenario, small_county

NEXT = {"district": "county", "year": 2020, "demand": "register", "catchments": "free"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory)[0]


@pytest.fixture(scope="module")
def approval(tmp_path_factory: pytest.TempPathFactory) -> Approval:
    return shared(tmp_path_factory)[1]


def test_todays_catchments_are_those_of_the_approved_layout(approval: Approval) -> None:
    district = small_county(current="BBBBBA")
    started = starting_from(district, scenario(start_from=str(approval.folder)))
    assert started.zones["current_primary"].tolist() == ["A-P", "A-P", "B-P", "A-P", "A-P", "B-P"]
    assert district.zones["current_primary"].tolist()[0] == "B-P"
    assert starting_from(district, scenario()) is district


def test_zones_that_are_new_keep_what_they_have(approval: Approval) -> None:
    district = small_county(current="BBBBBA")
    district.zones.loc[0, "zone"] = "NEW"
    started = starting_from(district, scenario(start_from=str(approval.folder)))
    assert started.zones["current_primary"].tolist()[:2] == ["B-P", "A-P"]


def test_another_county_is_refused(approval: Approval) -> None:
    district = small_county()
    district.zones["zone"] = [f"X{k}" for k in range(6)]
    with pytest.raises(ScenarioError, match="no zone of this district"):
        starting_from(district, scenario(start_from=str(approval.folder)))


def test_stability_refers_to_the_approved_layout(place: Path, approval: Approval) -> None:
    settings = {
        "name": "next",
        "start_from": f"approved/{approval.number}",
        "stability": {"max_moved_share": 0.0},
    }
    # the district says something else today: nothing may move against the approved layout, much against the district
    zones = place / "county" / "zones.geojson"
    original = zones.read_text(encoding="utf-8")
    zones.write_text(original.replace('"A-P"', '"B-P"'), encoding="utf-8")
    try:
        folder = run(place, NEXT | settings)
        layout = load_layout(folder)
        primary = layout.assignment[layout.assignment["stage"] == "primary"]
        assert primary["unit"].tolist() == ["A-P", "A-P", "B-P", "A-P", "A-P", "B-P"]
        assert primary["previous_unit"].tolist() == primary["unit"].tolist()
        assert layout.summary["moved_pupils"] == 0
        assert layout.summary["start_from"]["digest"] == approval.digest
        report = verify_run(folder)
        assert report.ok, report.failures
        assert any(c.rule == "stability" for c in report.checks)
    finally:
        zones.write_text(original, encoding="utf-8")


def test_verification_sees_that_the_start_changed(place: Path, approval: Approval, tmp_path: Path) -> None:
    copy = writable(approval.folder, place / "archive" / "copy")  # type: ignore[arg-type]
    folder = run(place, NEXT | {"name": "from-copy", "start_from": "archive/copy"})
    assert verify_run(folder).ok
    with (copy / "units.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert [c.expected for c in verify_run(folder).failures] == ["units.csv changed"]
    with pytest.raises(LayoutError, match="was changed after the approval"):
        run(place, NEXT | {"name": "again", "start_from": "archive/copy"})


def test_a_start_that_was_never_approved_is_named_with_the_nearest(place: Path, approval: Approval) -> None:
    file = place / "wrong.yaml"
    file.write_text(
        "name: wrong\ndistrict: county\nyear: 2020\nstart_from: approved/教发〔2020〕2号\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as error:
        read_scenario(file)
    problem = error.value.problems[0]
    assert (problem.row, problem.column) == ("4", "start_from")
    assert approval.number in problem.mend_en


def test_a_start_outside_the_project_is_refused(place: Path) -> None:
    file = place / "outside.yaml"
    file.write_text("name: o\ndistrict: county\nyear: 2020\nstart_from: ../elsewhere\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="leaves the project"):
        read_scenario(file)


@pytest.mark.slow
def test_any_run_may_be_begun_with_and_is_not_in_force(place: Path) -> None:
    run(place, NEXT | {"name": "first"})
    first = load_layout(place / "runs" / "first")
    told = {"name": "onward", "start_from": "runs/first", "solver": {"gap": 1.0, "time_limit_s": 2}}
    folder = run(place, NEXT | told)
    onward = load_layout(folder)
    assert onward.summary["objective"] <= first.summary["objective"] + 1e-3
    assert onward.summary["start_from"]["folder"].endswith("runs/first")
    assert onward.assignment["previous_unit"].tolist() == first.assignment["previous_unit"].tolist()
    shutil.rmtree(place / "runs" / "first")  # the plan stands by itself
    assert verify_run(folder).ok
    run(place, NEXT | {"name": "first"})
    with pytest.raises(ScenarioError, match="not approved"):
        run(place, NEXT | {"name": "kept", "start_from": "runs/first", "catchments": "current"})
