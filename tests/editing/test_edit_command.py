"""``planning edit``: moves by name, by table, undone; everything wrong is said at once and nothing is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from planning.approval import Decision
from planning.district import read_district, write_district
from planning.editing import journal_from_data
from planning.editing.moved import moved_by_hand
from planning.evaluation import evaluate, known_units, read_enrolment
from planning.layout import Layout, load_layout
from planning.publish.notice.blocks import Grid
from planning.publish.notice.paper import notice_paper
from planning.runs import approve_run, open_run
from planning.verify import verify_run
from tests.cli.invoke import planning, typed
from tests.zoning.county import small_county

NAMES = ["供销社家属院", "和平小区", "东村一组", "双湖苑", "金岸花园", "金岸花园"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a county of named zones, and a run of it: A has Z1, Z2, Z4; B the rest."""
    folder = tmp_path_factory.mktemp("edit")
    county = small_county(current="AABAAB", rooms=(12, 12, 9))
    write_district(replace(county, zones=county.zones.assign(name=NAMES)), folder / "county")
    told = {
        "name": "base",
        "district": str(folder / "county"),
        "year": 2020,
        "demand": "register",
        "solver": {"time_limit_s": 5},
    }
    (folder / "base.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    code, said = planning("run", folder / "base.yaml", "--out", folder / "base")
    assert code == 0, said
    return folder


def unit_of(run: Path, zone: str) -> str:
    table = load_layout(run).assignment
    return str(table[(table["zone"] == zone) & (table["stage"] == "primary")]["unit"].iat[0])


def other(unit: str) -> str:
    return {"A-P": "乙小学", "B-P": "甲小学"}[unit]


def test_a_move_to_the_school_that_a_zone_has_is_said(place: Path) -> None:
    was = unit_of(place / "base", "Z2")
    same = {"A-P": "甲小学", "B-P": "乙小学"}[was]
    command, same_move = ("edit", "base", "--check", "--move"), f"和平小区={same}"
    kept = typed(*command, same_move, cwd=place).stdout
    assert f"和平小区 belonged to {same} before the move" in kept
    assert "before the move" not in typed(*command, f"和平小区={other(was)}", cwd=place).stdout
    # of two moves of one zone the second counts from the first
    twice = typed(*command, f"和平小区={other(was)}", "--move", same_move, cwd=place).stdout
    assert "before the move" not in twice


def test_an_estate_goes_to_another_school_and_back(place: Path) -> None:
    was, out = unit_of(place / "base", "Z2"), place / "moved"
    code, said = planning(
        "edit",
        place / "base",
        "--move",
        f"和平小区={other(was)}",
        "--reason",
        "居民申请",
        "--who",
        "王科",
        "--out",
        out,
    )
    assert code == 0, said
    assert unit_of(out, "Z2") != was
    layout = load_layout(out)
    steps = journal_from_data(layout.journal, "journal").path()
    assert [(s.move.zones, s.move.reason, s.move.who) for s in steps] == [(("Z2",), "居民申请", "王科")]
    # last year's catchments stay last year's
    before = load_layout(place / "base").assignment
    assert layout.assignment["previous_unit"].tolist() == before["previous_unit"].tolist()
    report = verify_run(out)
    assert report.ok, report.failures
    assert layout.summary["gap"] is not None  # the bound of the run it came from holds
    assert layout.summary["bound"] <= layout.summary["objective"]
    assert {"map.html", "journal.json", "scorecard.csv", "units.csv"} <= {p.name for p in out.iterdir()}
    code, said = planning("edit", out, "--undo", "1")
    assert code == 0, said
    assert load_layout(out) == replace(load_layout(out), assignment=before)
    assert load_layout(out).units.equals(load_layout(place / "base").units)
    code, said = planning("edit", out, "--redo", "1")
    assert code == 0, said
    assert unit_of(out, "Z2") != was


def test_an_estate_is_shared_by_two_schools_and_given_to_one(place: Path) -> None:
    shared, alone = place / "shared", place / "alone"
    code, said = planning(
        "edit", place / "base", "--move", "和平小区=甲小学；乙小学", "--reason", "多校划片", "--out", shared
    )
    assert code == 0, said
    table = load_layout(shared).assignment.query("zone == 'Z2' and stage == 'primary'")
    assert sorted(table["unit"]) == ["A-P", "B-P"]
    pupils = load_layout(place / "base").assignment.query("zone == 'Z2' and stage == 'primary'")["pupils"]
    assert table["pupils"].sum() == pupils.sum()
    report = verify_run(shared)
    assert report.ok, report.failures
    code, said = planning("edit", shared, "--move", "和平小区=乙小学", "--reason", "again", "--out", alone)
    assert code == 0, said
    assert unit_of(alone, "Z2") == "B-P"
    report = verify_run(alone)
    assert report.ok, report.failures
    told = moved_by_hand(load_layout(alone), read_district(place / "county"))
    assert told[["to_unit", "reason"]].to_numpy().tolist() in ([["B-P", "again"]], [])
    code, said = planning("edit", alone, "--undo", "2", "--out", place / "back")
    assert code == 0, said
    assert load_layout(place / "back").units.equals(load_layout(place / "base").units)


def test_a_table_of_moves(place: Path) -> None:
    was = unit_of(place / "base", "Z2")
    rows = pd.DataFrame(
        [
            ["片区调整", "", ""],
            ["小区", "学校", "原因"],
            ["和平小区", other(was), "就近"],
            ["Z5", other(unit_of(place / "base", "Z5")), "就近"],
        ]
    )
    rows.to_excel(place / "moves.xlsx", header=False, index=False)
    code, said = planning(
        "edit", place / "base", "--moves", place / "moves.xlsx", "--out", place / "by-table"
    )
    assert code == 0, said
    steps = json.loads((place / "by-table" / "journal.json").read_text(encoding="utf-8"))["steps"]
    assert [s["move"]["reason"] for s in steps] == ["就近"] * len(steps)
    assert sorted(z for s in steps for z in s["move"]["zones"]) == ["Z2", "Z5"]


def test_everything_wrong_is_said_at_once_and_nothing_is_written(place: Path) -> None:
    out = place / "none"
    code, said = planning(
        "edit", place / "base", "--move", "和平小曲=甲小学", "--move", "金岸花园=甲小学", "--move", "双湖苑=丁小学", "--move", "东村一组=丙中学",
        "--stage", "小学", "--move", "nothing", "--moves", place / "no.csv", "--undo", "1", "--out", out,
    )  # fmt: skip
    assert code == 2
    assert "和平小区" in said  # the nearest
    assert "Z5, Z6" in said  # the candidates
    assert "no such school or unit" in said
    assert "no unit of the stage primary" in said
    assert "expected ZONE=SCHOOL" in said
    assert "file not found" in said
    assert "no step to take back" in said
    assert not out.exists()


def test_check_writes_nothing_and_says_what_is_full(place: Path) -> None:
    code, said = planning("edit", place / "base", "--move", "Z1、Z2、Z3、Z4、Z5、Z6=甲小学", "--check")
    assert code == 1, said  # B's own zone is given away
    assert "seats short in grade" in said or "缺" in said
    assert not (place / "base-edited").exists()


def test_a_changed_journal_is_refused(place: Path) -> None:
    was = unit_of(place / "base", "Z2")
    out = place / "tampered"
    assert planning("edit", place / "base", "--move", f"Z2={other(was)}", "--out", out)[0] == 0
    data = json.loads((out / "journal.json").read_text(encoding="utf-8"))
    data["steps"][0]["move"]["zones"], data["steps"][0]["before"] = ["Z3"], [["Z3", was]]
    (out / "journal.json").write_text(json.dumps(data) + "\n", encoding="utf-8")
    code, said = planning("edit", out, "--undo", "1")
    assert code == 2
    assert "does not fit" in said


@pytest.mark.slow
def test_todays_catchments_edited_are_no_longer_todays(place: Path) -> None:
    told = yaml.safe_load((place / "base.yaml").read_text(encoding="utf-8")) | {
        "name": "today",
        "catchments": "current",
    }
    (place / "today.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    assert planning("run", place / "today.yaml", "--out", place / "today")[0] == 0
    was = unit_of(place / "today", "Z5")
    assert planning("edit", place / "today", "--move", f"Z5={other(was)}", "--out", place / "today2")[0] == 0
    layout = load_layout(place / "today2")
    assert layout.scenario["catchments"] == "free"
    assert layout.summary["bound"] is None
    assert layout.summary["moved_zones"] == 1
    assert verify_run(place / "today2").ok, verify_run(place / "today2").failures
    # and goes on from there
    assert planning("edit", place / "today2", "--undo", "1")[0] == 0
    assert load_layout(place / "today2").summary["moved_zones"] == 0


@pytest.mark.slow
def test_notice_approval_page_and_evaluation_say_why(place: Path) -> None:
    was, out = unit_of(place / "base", "Z2"), place / "reasons"
    # one move that last year's catchments know nothing of, and one back to them
    assert (
        planning(
            "edit",
            place / "base",
            "--move",
            f"Z2={other(was)}",
            "--reason",
            "居民申请",
            "--who",
            "王科",
            "--out",
            out,
        )[0]
        == 0
    )
    layout, _, district = open_run(out)
    told = moved_by_hand(layout, district)
    assert told[["zone", "from_unit", "reason", "who"]].to_numpy().tolist() == [
        ["Z2", was, "居民申请", "王科"]
    ]
    row = layout.assignment[
        (layout.assignment["zone"] == "Z2") & (layout.assignment["stage"] == "primary")
    ].iloc[0]
    grids = [
        b
        for b in notice_paper(district, layout, "primary").blocks
        if isinstance(b, Grid) and "上年学区" in b.heads
    ]
    printed = any("居民申请" in cell for grid in grids for cells in grid.rows for cell in cells)
    assert row["unit"] != row["previous_unit"]
    assert printed
    decision = Decision("小教发〔2021〕1号", "2021-07-01", "小县教育局")
    approval = approve_run(out, decision, root=place / "approved")
    assert approval.figures["moved_by_hand"][0]["reason"] == "居民申请"
    assert approval.folder is not None
    page = (approval.folder / "approval.html").read_text(encoding="utf-8")
    assert "居民申请" in page
    assert "王科" in page
    # approved layouts are not edited in place, but may be the start
    code, said = planning("edit", approval.folder, "--undo", "1")
    assert code == 2, said
    assert planning("edit", approval.folder, "--undo", "1", "--out", place / "later")[0] == 0
    assert unit_of(place / "later", "Z2") == was
    real = read_enrolment(_homes(place, layout), district, known_units(district, layout))
    done = evaluate(district, layout, open_run(out)[1].profile(), real, as_of="2021-10-01", year=2020)
    assert done.moved[["living", "attending"]].to_numpy().tolist() == [[120.0, 120.0]]


def _homes(place: Path, layout: Layout) -> Path:
    """Write who lives where and attends what: everybody as planned."""
    rows = layout.assignment.merge(
        pd.DataFrame(
            [("primary", g) for g in range(1, 7)] + [("junior", g) for g in range(7, 10)],
            columns=["stage", "grade"],
        )
    )
    rows.assign(pupils=20)[["zone", "unit", "grade", "pupils"]].to_csv(place / "homes.csv", index=False)
    return place / "homes.csv"


def test_why_takes_names(place: Path) -> None:
    assert planning("why", place / "base", "和平小区")[0] == 0
    code, said = planning("why", place / "base", "金岸花园")
    assert code == 2
    assert "Z5, Z6" in said


@pytest.mark.slow
def test_the_rest_is_finished_and_the_plan_repaired_by_command(place: Path) -> None:
    was = unit_of(place / "base", "Z2")
    asked = ("--move", f"和平小区={other(was)}", "--reason", "居民申请")
    code, said = planning("edit", place / "base", *asked, "--finish", "--out", place / "finished")
    assert code == 0, said
    code, said = planning("repair", place / "base", *asked, "--out", place / "repaired")
    assert code == 0, said
    assert "Proven" in said or "已证明" in said
    for name in ("finished", "repaired"):
        assert unit_of(place / name, "Z2") != was
        layout, _, county = open_run(place / name)
        assert moved_by_hand(layout, county)["reason"].tolist() == ["居民申请"]
        report = verify_run(place / name)
        assert report.ok, report.failures
    # what is locked for the rest is one more place: an edit goes on from there
    code, said = planning(
        "edit", place / "finished", "--move", f"双湖苑={other(unit_of(place / 'finished', 'Z4'))}", "--check"
    )
    assert code in (0, 1), said
    # wrong settings and locks: everything at once, nothing written
    code, said = planning(
        "edit", place / "base", *asked, "--finish", "--freeze", "没有的学校", "--out", place / "none"
    )
    assert code == 2, said
    code, said = planning(
        "edit", place / "base", *asked, "--finish", "--set", "year=2021", "--out", place / "none"
    )
    assert code == 2, said
    assert not (place / "none").exists()


@pytest.mark.slow
def test_a_run_is_repaired_in_a_new_year(place: Path) -> None:
    code, said = planning("repair", place / "base", "--set", "year=2021", "--out", place / "later")
    assert code == 0, said
    later = load_layout(place / "later")
    assert later.summary["years"] == [2021]
    assert later.summary["repair"]["moved_zones"] == 0
    assert verify_run(place / "later").ok


def test_objections_are_answered_by_name_and_as_a_letter(place: Path) -> None:
    asked = ("和平小区", "Z5", "--school", "甲小学", "--move")
    code, said = planning(
        "why",
        place / "base",
        *asked,
        f"东村一组={other(unit_of(place / 'base', 'Z3'))}",
        "--reply",
        place / "reply",
    )
    assert code == 0, said
    page = (place / "reply" / "reply.html").read_text(encoding="utf-8")
    assert "答复" in page
    for words in ("和平小区", "金岸花园", "甲小学（小学）为何紧张", "如作调整：东村一组"):
        assert words in page
    assert (place / "reply" / "reply.docx").is_file()
    # everything that is not understood, at once
    code, said = planning("why", place / "base", "和平小去", "--school", "丁小学", "--move", "东村一组")
    assert code == 2
    for word in ("和平小去", "丁小学", "--move"):
        assert word in said
    assert planning("why", place / "base")[0] == 2


def test_a_school_that_is_to_stay_as_it_is_takes_part_in_no_move_of_the_same_command(place: Path) -> None:
    was = unit_of(place / "base", "Z2")
    mine = {"A-P": "甲小学", "B-P": "乙小学"}[was]
    move = ("edit", place / "base", "--move", f"Z2={other(was)}", "--finish", "--out", place / "none")
    for frozen, way in ((mine, "takes the zone out of"), (other(was), "brings the zone into")):
        code, said = planning(*move, "--freeze", frozen)
        assert code == 2
        assert f"{way} {frozen}, which is to stay as it is" in said.replace("\n", " ")
    code, said = planning(*move[:4], "--freeze", mine)
    assert code == 2
    assert "without --finish nothing else moves" in said.replace("\n", " ")
    assert not (place / "none").exists()
