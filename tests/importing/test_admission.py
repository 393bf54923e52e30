"""Units that may not take pupils by catchment are asked about when the files say nothing of it."""

from __future__ import annotations

import pytest
import yaml

from planning.importing import answer, import_checked, import_tables, open_questions
from tests.cli.invoke import planning
from tests.importing.office import write_office


def spoil(cell, value):
    return lambda book: book.active.__setitem__(cell, value)


CASES = {
    "boarding": spoil("F3", "是"),
    "private": spoil("E3", "民办"),
    "private_name": spoil("B3", "民办乙学校"),
}


def written(folder, group):
    renamed = {"A3": "民办乙学校", "A4": "民办乙学校"} if group == "private_name" else {}

    def units(book):
        for cell in renamed:
            book.active["B" + cell[1:]] = "民办乙学校"

    mapping = write_office(folder, schools=CASES[group], units=units)
    return mapping, yaml.safe_load(mapping.read_text(encoding="utf-8"))


def admission(mapping):
    district, problems = import_checked(mapping)
    return district.units.set_index("unit")["admission"].to_dict(), problems


@pytest.mark.parametrize("group", CASES)
def test_a_doubtful_admission_is_a_question(tmp_path, group):
    mapping, data = written(tmp_path, group)
    found = [q for q in open_questions(data, tmp_path) if "admission" in q.key]
    if group == "private":  # the law says it: no question, a warning
        assert not found
        answered = answer(data, "tables.units.admission.private", "catchment")
        mapping.write_text(yaml.safe_dump(answered, allow_unicode=True), encoding="utf-8")
        assert set(import_tables(mapping).frames["units"]["admission"]) == {"catchment"}
        return
    (question,) = found
    assert question.key == f"tables.units.admission.{group}"
    assert set(question.options) == {"catchment", "county", "none"}
    assert "乙学校" in question.text("en")
    assert "乙学校" in question.text("zh")
    assert question.allows("county")
    assert not question.allows("perhaps")
    data = answer(data, question.key, "county")
    assert not [q for q in open_questions(data, tmp_path) if "admission" in q.key]
    mapping.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    district = import_tables(mapping).frames["units"].set_index("unit")["admission"]
    assert district.to_dict() == {"S1-P": "catchment", "S2-P": "county", "S2-J": "county"}


@pytest.mark.parametrize("group", CASES)
def test_a_mapping_that_leaves_it_open_says_what_was_taken(tmp_path, group):
    mapping, _ = written(tmp_path, group)
    found = [p for p in import_tables(mapping).problems if p.column == "admission"]
    assert [p.level for p in found] == ["warning"]


def test_what_the_file_says_is_not_asked(tmp_path):
    def units(book):
        book.active["E1"] = "招生方式"
        for row, word in ((2, "划片"), (3, "全县"), (4, "划片招生")):
            book.active.cell(row, 5, word)

    mapping = write_office(tmp_path, schools=CASES["boarding"], units=units)
    data = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    assert not [q for q in open_questions(data, tmp_path) if "admission" in q.key]
    assert admission(mapping)[0] == {"S1-P": "catchment", "S2-P": "county", "S2-J": "catchment"}


def test_plain_schools_are_not_asked_about(tmp_path):
    mapping = write_office(tmp_path)
    assert not [
        q
        for q in open_questions(yaml.safe_load(mapping.read_text(encoding="utf-8")), tmp_path)
        if "admission" in q.key
    ]


def test_the_command_without_a_terminal_lists_the_question(tmp_path):
    mapping, _ = written(tmp_path / "in", "boarding")
    mapping.unlink()
    code, text = planning("import", tmp_path / "in", tmp_path / "out", "--no-ask")
    assert code == 2
    assert "tables.units.admission.boarding" in text
