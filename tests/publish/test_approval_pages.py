"""The sheet that is signed and the yearly evaluation: drawn quietly, complete, and nothing in a name runs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from planning.approval import Approval
from planning.approval.record import DIGEST_PLACE
from planning.evaluation import evaluate, known_units, read_enrolment
from planning.messages import speaking
from planning.publish.page.approval import approval_page
from planning.publish.page.evaluation import write_evaluation
from planning.runs import open_approved
from planning.standards import read_profile
from planning.verify import Check
from tests.approval.made import shared
from tests.evaluation.made import workbook
from tests.publish.browser import GLYPHS, opened
from tests.publish.made import NASTY

ALONE = Approval(
    "1",
    "2021-06-01",
    "Board",
    "",
    "toy",
    "Test",
    "",
    "Tiny",
    "1",
    (2021,),
    (),
    3,
    {"currency": "USD", "cost_yuan": 5e6},
    {},
)
FAILED = Check("class_size", False, "classes", NASTY, "1", "2", "unit A-P")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    approval, layout, _, district = open_approved(shared(tmp_path_factory)[1].folder)
    district = replace(
        district, schools=district.schools.assign(name=[NASTY + s for s in district.schools["school"]])
    )
    base = tmp_path_factory.mktemp("evaluated")
    file = base / "real.csv"
    table = pd.read_excel(workbook(base / "real.xlsx"), sheet_name="住址")
    names = dict(zip(("甲小学", "乙小学", "丙中学"), district.schools["name"], strict=True))
    table.assign(学校=table["学校"].map(names)).to_csv(file, index=False)
    real = read_enrolment(file, district, known_units(district, layout))
    # a profile with targets for the year that is evaluated
    profile = read_profile("litong-2021")
    profile = profile.model_copy(update={"targets": {2020: profile.targets[2021]}})
    done = evaluate(district, layout, profile, real, as_of="2020-10-01")
    marked = replace(approval, exceptions=(FAILED,))
    with speaking("en"):
        write_evaluation(
            done, base / "english", approval=marked, district=district, sources={"enrolment": file}
        )
    return write_evaluation(
        done, base / "out", approval=marked, district=district, sources={"enrolment": file}
    )


@pytest.mark.browser
@pytest.mark.parametrize("width", [1300, 390])
def test_the_evaluation_opens_quietly(folder: Path, width: int) -> None:
    with opened(folder / "evaluation.html", width=width) as (page, outside, complaints):
        assert not outside
        assert not complaints
        assert page.evaluate(GLYPHS)
        assert page.locator("h2").count() == 7
        assert "例外" in page.locator(".warn").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_evaluation_and_the_sheet_to_sign_are_in_the_language_asked_for(folder: Path) -> None:
    page = (folder.parent / "english" / "evaluation.html").read_text(encoding="utf-8")
    fixed = re.findall(r"<(th|h1|h2|h3|p class=\"how\")[^>]*>(.*?)</", page)
    assert len(fixed) > 30
    assert [text for _, text in fixed if re.search("[\u3400-\u9fff]", text) and "小" not in text] == []
    heads = next(
        load_workbook(folder.parent / "english" / "evaluation.xlsx")["Schools"].iter_rows(values_only=True)
    )
    assert heads[:3] == ("unit", "school", "stage")
    with speaking("en"):
        signed = approval_page(ALONE)
    assert not re.search("[\u3400-\u9fff]", re.sub(r"<style>.*?</style>", "", signed, flags=re.S))
    assert "cost (thousand USD)" in signed


def test_tables_and_workbooks_hold_no_formula(folder: Path) -> None:
    for name in ("evaluation.xlsx", "scorecard.xlsx"):
        book = load_workbook(folder / name)
        assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    rows = list(load_workbook(folder / "evaluation.xlsx")["各校"].iter_rows(min_row=2, values_only=True))
    assert {r[0]: r[5] for r in rows} == {"A-P": -4, "B-P": 4, "C-J": 0}
    targets = load_workbook(folder / "evaluation.xlsx")["年度目标"]
    assert targets.max_row > 5


def test_the_record_names_what_it_was_made_from(folder: Path) -> None:
    text = (folder / "evaluation.json").read_text(encoding="utf-8")
    assert '"file": "real.csv"' in text
    assert (folder / "ledger.csv").is_file()


@pytest.mark.browser
def test_the_sheet_to_sign(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    approval: Approval = replace(
        shared(tmp_path_factory)[1], number=NASTY, title_zh=NASTY, exceptions=(FAILED,)
    )
    file = tmp_path / "approval.html"
    file.write_text(approval_page(approval), encoding="utf-8")
    with opened(file, width=900) as (page, outside, complaints):
        assert not outside
        assert not complaints
        assert page.locator("li").count() == 1
        assert page.locator(".digest").inner_text() == DIGEST_PLACE
        assert page.locator(".files tbody tr").count() == len(approval.files)
        assert page.locator("script").count() == 0


def test_figures_on_the_sheet_are_told_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    approval = replace(shared(tmp_path_factory)[1], figures={"pupils": {"primary": 32318, "junior": 15935}})
    assert "小学 32,318，初中 15,935" in approval_page(approval)
