"""Projects and plans on disk: names, copies, what is deleted and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

import planning
from planning.errors import DistrictError, PlanningError
from planning.runs import open_run
from planning.standards import read_profile
from planning.verify import verify_run
from planning.workbench.projects.levers import changed_county, levers, profile_of, standards_of
from planning.workbench.projects.picture import picture_of
from planning.workbench.projects.state import note_verified, state_of
from planning.workbench.projects.workspace import Plan, Workspace
from tests.workbench.served import sample_workspace, served


@pytest.fixture
def made(tmp_path: Path) -> tuple[Workspace, Plan]:
    place, plan = sample_workspace(tmp_path / "workbench")
    return place, place.plan(plan)


def test_plans_are_copied_renamed_deleted_and_taken_back(made: tuple[Workspace, Plan]) -> None:
    place, plan = made
    project = place.projects()[0]
    copy = place.copy_plan(plan, "方案二")
    assert verify_run(copy.folder).ok
    assert open_run(copy.folder)[0] == open_run(plan.folder)[0]
    renamed = place.rename_plan(copy, "方案三")
    assert {p.folder.name for p in place.plans(project)} == {"方案一", "方案三"}
    word = place.delete_plan(renamed)
    assert [p.folder.name for p in place.plans(project)] == ["方案一"]
    place.restore(word)
    assert verify_run(place.plan(renamed.id).folder).ok
    with pytest.raises(PlanningError):
        place.restore(word)
    word = place.delete_project(project)
    assert place.projects() == []
    place.restore(word)
    assert len(place.plans(place.project(project.id))) == 2


HOSTILE = [
    "../x",
    "a/b",
    "..",
    "",
    " ",
    "con",
    "a\x00b",
    "x" * 300,
    ".hidden",
    "a\nb",
    "\u202eevil",
    "方案一",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_change_nothing(made: tuple[Workspace, Plan], name: str) -> None:
    place, plan = made
    before = sorted(p for p in place.root.rglob("*"))
    for change in (place.rename_plan, place.copy_plan):
        with pytest.raises(PlanningError):
            change(plan, name)
    assert sorted(p for p in place.root.rglob("*")) == before


def test_restoring_cannot_leave_the_workspace(made: tuple[Workspace, Plan]) -> None:
    place, plan = made
    word = place.delete_plan(plan)
    note = place.root / ".deleted" / f"{word}.json"
    note.write_text('{"from": "../outside"}', encoding="utf-8")
    for wrong in (word, "../" + word, "*", ""):
        with pytest.raises(PlanningError):
            place.restore(wrong)
    assert not (place.root.parent / "outside").exists()


def test_what_lies_outside_is_shown_and_left_alone(made: tuple[Workspace, Plan], tmp_path: Path) -> None:
    place, plan = made
    outside = place.root.parent / "runs" / "elsewhere"
    outside.parent.mkdir()
    place.copy_plan(plan, "b").folder.rename(outside)
    project = place.projects()[0]
    place.note(project, outside=(str(outside),))
    shown = next(p for p in place.plans(place.projects()[0]) if not p.own)
    for change in (lambda: place.delete_plan(shown), lambda: place.rename_plan(shown, "x")):
        with pytest.raises(PlanningError):
            change()
    assert place.copy_plan(shown, "c").own


def test_verified_is_said_of_the_run_as_it_is(made: tuple[Workspace, Plan]) -> None:
    place, plan = made
    home = place.projects()[0].folder
    assert state_of(home, plan.folder) == "unverified"
    assert note_verified(home, plan.folder)
    assert state_of(home, plan.folder) == "verified"
    file = plan.folder / "assignment.csv"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert state_of(home, plan.folder) == "unverified"


def test_a_picture_holds_no_text(made: tuple[Workspace, Plan]) -> None:
    place, plan = made
    text = picture_of(place.projects()[0].folder, plan.folder).read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "合成" not in text


def test_broken_records_are_passed_over(made: tuple[Workspace, Plan]) -> None:
    place, _ = made
    for number, text in enumerate(("", "[]", "{}", '{"name": 1}', "\xff", "[" * 5000)):
        folder = place.root / f"broken{number}"
        folder.mkdir()
        (folder / "project.json").write_text(text, encoding="latin-1")
    assert len(place.projects()) == 1


def test_the_pages_ask_and_are_answered(made: tuple[Workspace, Plan]) -> None:
    place, plan = made
    with served(place.root) as bench:
        new = bench.data("POST", f"/api/plans/{plan.id}/copy", {"name": "副本"})["plan"]
        word = bench.data("POST", f"/api/plans/{new}/delete", {})["undo"]
        assert bench.ask("POST", f"/api/plans/{new}/delete", {})[0] == 422
        bench.data("POST", "/api/restore", {"undo": word})
        assert bench.ask("POST", f"/api/plans/{plan.id}/rename", {"name": "../x"})[0] == 422
        assert bench.data("POST", f"/api/projects/{plan.project}/rename", {"name": "<b>县</b>"}) == {}
        told = bench.data("GET", "/api/home")["projects"][0]
        assert told["name"] == "<b>县</b>"
        assert {p["name"] for p in told["plans"]} == {"方案一", "副本"}
        assert bench.ask("GET", f"/api/pictures/{plan.id}")[1]["content-type"].startswith("image/svg+xml")


def test_a_what_if_keeps_to_the_standards_of_its_plan_and_counts_what_they_count(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(
        "standards: litong-2021\nstandards_set: {capacity: seats}\n", encoding="utf-8"
    )
    assert profile_of(tmp_path).in_seats
    told = standards_of(tmp_path)
    assert told == {"standards": "litong-2021", "standards_set": {"capacity": "seats"}}
    district = planning.sample_district()
    district.units["capacity"] = [400, 500, 600]
    offered = levers(district, read_profile("seats"))
    assert offered["in_seats"]
    assert [u["rooms"] for u in offered["units"]] == [400, 500, 600]
    units = [u["unit"] for u in offered["units"]]
    changed = changed_county(district, {units[0]: -120, units[1]: 90}, [], "seats")
    assert changed.units["capacity"].tolist() == [280, 590, 600]
    with pytest.raises(DistrictError):
        changed_county(district, {units[0]: -401}, [], "seats")
    assert not levers(district, read_profile("national-2017"))["in_seats"]
