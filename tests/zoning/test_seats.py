"""Capacity in seats, where a system has no class rule: plan, verifier, indicators, papers and edits speak of seats."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planning
from planning.district import District
from planning.editing import check, open_live
from planning.editing.objections import answers
from planning.errors import ScenarioError
from planning.evaluation import evaluate
from planning.evaluation.real import RealEnrolment
from planning.indicators import score
from planning.layout import Layout, load_layout, save_tables
from planning.publish.notice.blocks import Grid
from planning.publish.notice.paper import notice_paper
from planning.publish.page.evaluation_headline import headline
from planning.publish.page.reply import reply_paper
from planning.publish.workbook.evaluation import _GRADES, _counted
from planning.publish.workbook.results import _projects, _schools
from planning.standards import read_profile
from planning.standards.money import money_of
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning import build_problem, solve
from planning.zoning.answer.shortages import shortages
from tests.zoning.county import scenario, small_county

SEATS = {"A-P": 300, "B-P": 290, "C-J": 400}
"""120 pupils more than the primary schools hold: six zones of 120."""
CLASS_WORDS = ("班", "教室", "classroom", "room(s)")


def county(seats: dict[str, int] = SEATS) -> District:
    plain = small_county()
    units = plain.units.assign(capacity=plain.units["unit"].map(seats), rooms=0)
    return replace(plain, units=units, projects=plain.projects.assign(capacity=None))


PLAN = scenario(standards="seats", overflow={"allowed": False}, solver={"time_limit_s": 5, "threads": 1})


@cache
def solved() -> Layout:
    return solve(county(), PLAN)


def failures(layout: Layout) -> list[str]:
    return [c.what for c in verify_evidence(Evidence(layout, county(), PLAN, PLAN.profile())).failures]


def test_nobody_is_short_where_a_seat_is_free() -> None:
    units = solved().units.groupby("unit")[["pupils", "shortage"]].sum()
    beyond = (units["pupils"] - pd.Series(SEATS)).clip(lower=0)
    assert units["shortage"].to_dict() == beyond.to_dict()
    assert int(units["shortage"].sum()) == 130  # 720 primary pupils, 590 seats
    assert failures(solved()) == []


def test_seats_have_no_price_of_their_own() -> None:
    assert solved().summary["objective_parts"]["classes"] == 0.0


@pytest.mark.parametrize(("column", "step"), [("shortage", -1), ("classes", 1), ("rooms", 1), ("cap", 1)])
def test_the_verifier_counts_seats_again(column: str, step: int) -> None:
    units = solved().units.copy()
    row = units.index[(units["shortage"] > 0) & (units["unit"] != "C-J")][0]
    units.loc[row, column] += step
    assert failures(replace(solved(), units=units))


def test_a_plan_with_classes_of_many_is_refused_by_the_verifier() -> None:
    units = solved().units.assign(cap=45)
    assert "a seat is one pupil's" in failures(replace(solved(), units=units))


def test_the_verifier_names_its_rules_without_classes() -> None:
    report = verify_evidence(Evidence(solved(), county(), PLAN, PLAN.profile()))
    assert [c.text("zh") for c in report.checks if any(word in c.text("zh") for word in CLASS_WORDS)] == []


def test_the_file_knows_no_classes(tmp_path: Path) -> None:
    save_tables(solved(), tmp_path)
    header = (tmp_path / "units.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert "capacity" in header
    assert not {"classes", "cap", "rooms"} & set(header)
    pd.testing.assert_frame_equal(
        load_layout(tmp_path).units[solved().units.columns], solved().units, check_dtype=False
    )


def test_class_indicators_do_not_apply() -> None:
    verdicts = score(county(), solved(), PLAN.profile()).indicators.set_index("id")["verdict"]
    assert verdicts[["B3", "B4", "B5"]].tolist() == ["not_applicable"] * 3
    assert verdicts["B13"] != "not_applicable"
    national = read_profile("national-2017", {"capacity": "seats"})
    judged = score(county(), solved(), national).indicators.set_index("id")["verdict"]
    assert judged[["B3", "B5"]].tolist() == ["not_applicable"] * 2
    assert judged["B4"] == "pass"


@pytest.mark.parametrize(
    ("standards", "seats", "code"),
    [
        ("national-2017", SEATS, "zoning.inputs.only_seats_given"),
        ("seats", {"A-P": 300}, "zoning.inputs.no_seats_given"),
    ],
)
def test_a_profile_that_counts_otherwise_is_refused_with_the_units(
    standards: str, seats: dict[str, int], code: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        build_problem(county(seats), scenario(standards=standards))
    (found,) = (p for p in refused.value.problems if p.code == code)
    assert "B-P" in found.text("en")


def test_findings_answers_and_mends_speak_of_seats() -> None:
    problem = build_problem(county(), PLAN)
    live = open_live(solved(), county(), problem=problem)
    zone = solved().assignment.query("unit == 'B-P'")["zone"].iloc[0]
    answer = answers(live, zone)[0]
    live.move([zone], "A-P")
    said: list[Any] = [(f.text_en, f.text_zh) for f in check(live) if f.kind == "full"]
    said += [
        (r.text_en, r.text_zh, r.mend_en, r.mend_zh) for o in answer.options for r in o.alternative.reasons
    ]
    said += shortages(problem, solved())[["mend_en", "mend_zh"]].to_numpy().tolist()
    assert said
    assert [text for row in said for text in row if any(w in text for w in CLASS_WORDS)] == []
    assert live.county().indicators.b5_classes_over == 0


def test_moves_count_seats_as_the_plan_does() -> None:
    live = open_live(solved(), county(), problem=build_problem(county(), PLAN))
    zone = solved().assignment.query("unit == 'B-P'")["zone"].iloc[0]
    live.move([zone], "A-P")
    moved = live.layout()
    total = moved.units.groupby("unit")[["pupils", "shortage"]].sum()
    assert total["shortage"].to_dict() == (total["pupils"] - pd.Series(SEATS)).clip(lower=0).to_dict()


def test_notice_and_workbook_say_seats() -> None:
    paper = notice_paper(county(), solved(), "primary")
    text = str(paper)
    assert "学位（全校）" in text
    assert "个班" not in text
    assert "义务教育法" not in text  # the profile names no national source
    assert "班额" not in text
    assert _schools(county(), solved())[0][7:9] == ["学位", "学位缺口"]
    assert "新增学位" in _projects(solved(), money_of(solved().scenario))[0]


def test_a_table_with_seats_alone_is_read(tmp_path: Path) -> None:
    district = planning.sample_district()
    folder = district.save(tmp_path / "county")
    table = (
        pd.read_csv(folder / "units.csv", dtype=str)
        .drop(columns="rooms")
        .rename(columns={"capacity": "核定学位"})
    )
    table["核定学位"] = ["300", "", "420"]
    table.to_csv(folder / "units.csv", index=False)
    (wrong,) = (p for p in planning.check_district(folder) if p.level == "error")
    assert (wrong.row, wrong.column) == ("3", "rooms")
    table["核定学位"] = ["300", "400", "420"]
    table.to_csv(folder / "units.csv", index=False)
    assert planning.read_district(folder).units["capacity"].tolist() == [300, 400, 420]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("nearer", "on foot", "more seat")),
        ("zh", ("步行距离", "个学位")),
        ("zh-Hant", ("步行距離", "個學位")),
    ],
)
def test_a_letter_speaks_one_language_and_of_ways_not_of_prices(lang: str, words: tuple[str, ...]) -> None:
    live = open_live(solved(), county(), problem=build_problem(county(), PLAN))
    told = [a for zone in ("Z3", "Z5") for a in answers(live, zone)]
    paper = reply_paper(county(), solved(), told, lang=lang)
    said = str([(b.heads, b.rows) if isinstance(b, Grid) else b for b in paper.blocks])
    for word in words[1:]:
        assert word in said, word
    for price in ("人公里", "pupil-k", "代价"):
        assert price not in said


def test_real_enrolment_is_held_against_seats() -> None:
    enrolled = pd.DataFrame(
        [("A-P", g, 60) for g in range(1, 7)] + [("B-P", g, 40) for g in range(1, 7)] + [("C-J", g, 120) for g in (7, 8, 9)],
        columns=["unit", "grade", "pupils"],
    )  # fmt: skip
    classes = enrolled.assign(class_no=1)
    real = RealEnrolment(2020, enrolled, classes, pd.DataFrame(columns=["zone", "unit", "grade", "pupils"]))
    found = evaluate(county(), solved(), PLAN.profile(), real, as_of="2020-10-01")
    assert found.schools.set_index("unit")["over"].to_dict() == {"A-P": 60, "B-P": 0, "C-J": 0}
    told = [name.text("en") for name, _, _ in headline(found)]
    assert not [t for t in told if "class" in t]
    columns = [head.text("zh") for _, head in _counted(found, _GRADES)]
    assert "实际使用学位" in columns
    assert not [c for c in columns if "班" in c]
