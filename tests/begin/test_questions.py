"""Every default and every choice that a question offers is a reply that is accepted, in words and as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from planning.importing import Question, answer, open_questions, propose_mapping, settle
from planning.messages import languages
from planning.start import begin_county, keep_answer, kept_answers, take_files
from tests.begin.offices import Office, sheet
from tests.cli.invoke import planning


def desk(folder: Path) -> Path:
    """Return the files of an office that leaves every kind of question open."""
    place = Office(title="").write(folder)
    book = load_workbook(place / "学校.xlsx")
    page = book.worksheets[0]
    for column, cells in enumerate(
        (["办学性质", "公", "公", "公", "公"], ["寄宿", "是", "否", "否", "否"]), 7
    ):
        for row, cell in enumerate(cells, 2):
            page.cell(row, column, cell)
    book.save(place / "学校.xlsx")
    book = load_workbook(place / "小区.xlsx")
    page = book.worksheets[0]
    page.merge_cells("F3:F4")
    book.save(place / "小区.xlsx")
    sheet(place / "新增住房.xlsx", "", [["小区名称", "套数"], ["阳光花园", 300]])
    towns = Workbook()
    for name, rows in {"甲": [["阳光花园", 2020, 20]], "乙": [["兴隆村", 2020, 12]]}.items():
        page = towns.create_sheet(name)
        for row in ([["小区名称", "出生年份", "出生人数"]], rows):
            for cells in row:
                page.append(cells)
    del towns["Sheet"]
    towns.save(place / "出生.xlsx")
    return place


def _all(questions: Sequence[Question]) -> dict[str, Question]:
    return {q.key: q for q in questions}


def _said(question: Question, offer: str) -> set[str]:
    return {offer, *(question.shown(offer, lang) for lang in languages())}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("questions")
    take_files([desk(home / "desk")], home / "county")
    return home / "county"


@pytest.mark.slow
def test_every_choice_and_default_of_the_first_hour_is_accepted(county: Path) -> None:
    seen: set[str] = set()
    kept = county / "answers.yaml"
    while True:
        beginning = begin_county(county)
        new = [q for q in (*beginning.open, *beginning.assumed) if q.key not in seen]
        if not new:
            break
        question = new[0]
        seen.add(question.key)
        before = kept.read_bytes() if kept.is_file() else b""
        for offer in dict.fromkeys(
            (*question.options[:4], *([question.default] if question.default else []))
        ):
            meant = {question.meant(said) for said in _said(question, offer)}
            assert len(meant) == 1, (question.key, offer, meant)
            assert "" not in meant, (question.key, offer)
            keep_answer(county, question.key, question.shown(offer, "zh"))
            assert question.key not in _all(begin_county(county).open), (question.key, offer)
            kept.write_bytes(before)
        keep_answer(county, question.key, question.default or (question.options or ("阳光花园=阳光花园",))[0])
    kinds = {k.split(".")[2] if k.startswith("tables.") else k for k in seen}
    assert {"coordinates", "year", "status", "name", "columns", "words", "merged", "sheet"} <= kinds, kinds


def test_every_choice_and_default_of_the_import_is_accepted(county: Path) -> None:
    files = county / "files"
    data = settle(propose_mapping(files), files)
    for question in open_questions(data, files):
        for offer in dict.fromkeys((*question.options, *([question.default] if question.default else []))):
            for said in _said(question, offer):
                assert question.allows(said), (question.key, said)
                told = answer(data, question.key, said)
                assert told == answer(data, question.key, question.meant(said)), (question.key, said)


def test_a_reply_that_is_none_is_asked_for_again(tmp_path: Path) -> None:
    county = tmp_path / "county"
    take_files([Office(title="").write(tmp_path / "desk")], county)
    replies = "火星\n1\n今年\n2025\n真\n真实\n\n"
    code, said = planning("start", "-o", county, "--ask", "--no-run", input=replies)
    assert code == 0, said
    assert {"coordinates": "GCJ-02", "year": "2025", "status": "real"}.items() <= kept_answers(county).items()


def test_homes_that_stand_are_not_new_ones(tmp_path: Path) -> None:
    place = Office().write(tmp_path / "desk")
    book = load_workbook(place / "小区.xlsx")
    page = book.worksheets[0]
    for row in range(2, page.max_row + 1):
        page.cell(row, page.max_column if row > 2 else page.max_column + 1, "户数" if row == 2 else 300)
    book.save(place / "小区.xlsx")
    take_files([place], tmp_path / "county")
    beginning = begin_county(tmp_path / "county")
    assert "housing" not in beginning.data["tables"]
    assert {q.key for q in beginning.open} == {"coordinates", "status"}
