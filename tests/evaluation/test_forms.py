"""Real enrolment and registers read alike, whatever program saved them: what is hidden, merged or never calculated is told, not counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from planning.errors import LayoutError
from planning.evaluation import read_enrolment, read_real_register
from tests.evaluation.made import homes
from tests.importing.forms import write_ods, write_strict, write_xlsb
from tests.zoning.county import small_county

UNITS = {"A-P": "primary", "B-P": "primary", "C-J": "junior"}
COUNTY = small_county(current="AABAAB")
ABOVE = "小县2019—2020学年在校生统计表"
Rows = list[list[Any]]


def rows_of(table: pd.DataFrame) -> Rows:
    return [list(table.columns), *table.to_numpy().tolist()]


def write_xlsx(rows: Sequence[Sequence[Any]], path: Path) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def write_word(rows: Sequence[Sequence[Any]], path: Path) -> None:
    paper = docx.Document()
    paper.add_paragraph(ABOVE)
    table = paper.add_table(len(rows), len(rows[0]))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, value in zip(cells.cells, row, strict=True):
            cell.text = str(value)
    paper.save(str(path))


WRITERS: dict[str, Callable[[Sequence[Sequence[Any]], Path], None]] = {
    "real.xlsx": write_xlsx,
    "strict.xlsx": write_strict,
    "real.xlsb": write_xlsb,
    "real.ods": write_ods,
    "real.docx": write_word,
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_table_is_the_same_in_every_form(tmp_path: Path, name: str) -> None:
    table = homes().iloc[::5]
    WRITERS[name](rows_of(table), tmp_path / name)
    real = read_enrolment(tmp_path / name, COUNTY, UNITS)
    assert real.enrolled["pupils"].sum() == real.homes["pupils"].sum() == table["人数"].sum()
    assert set(real.homes["zone"]) == set(table["居住单元编号"])
    assert real.notes == ()
    assert real.year == (2019 if name.endswith("docx") else None)


@pytest.mark.parametrize("name", ["real.xlsx", "strict.xlsx", "real.xlsb", "real.ods", "real.docx"])
def test_so_is_a_register(tmp_path: Path, name: str) -> None:
    rows = [["指标", "项目", "数值", "统计日期"], ["C1", "retention_rate", 0.97, "2020-09-01"]]
    WRITERS[name](rows, tmp_path / name)
    found = read_real_register(tmp_path / name)
    assert found[["indicator", "value"]].to_numpy().tolist() == [["C1", 0.97]]


def merged_book(path: Path, area: str) -> Path:
    write_xlsx(
        [["学校", "年级", "人数", "居住单元编号"], ["甲小学", 1, 16, "Z1"], ["甲小学", 2, 20, "Z2"]], path
    )
    book = openpyxl.load_workbook(path)
    book.active.merge_cells(area)
    book.save(path)
    return path


def merged_word(path: Path, area: str) -> Path:
    write_word(
        [["学校", "年级", "人数", "居住单元编号"], ["甲小学", 1, 16, "Z1"], ["甲小学", 2, 20, "Z2"]], path
    )
    paper = docx.Document(str(path))
    cells = [paper.tables[0].cell(row, "ABCD".index(area[0])) for row in (1, 2)]
    cells[1].text = ""
    cells[0].merge(cells[1])
    paper.save(str(path))
    return path


@pytest.mark.parametrize("made", [merged_book, merged_word])
def test_merged_cells_hold_for_every_row_but_a_number_is_asked_about(
    tmp_path: Path, made: Callable[[Path, str], Path]
) -> None:
    ending = "xlsx" if made is merged_book else "docx"
    real = read_enrolment(made(tmp_path / f"school.{ending}", "A2:A3"), COUNTY, UNITS)
    assert real.enrolled.to_numpy().tolist() == [["A-P", 1, 16], ["A-P", 2, 20]]
    real = read_enrolment(made(tmp_path / f"zone.{ending}", "D2:D3"), COUNTY, UNITS)
    assert set(real.homes["zone"]) == {"Z1"}
    with pytest.raises(LayoutError) as caught:
        read_enrolment(made(tmp_path / f"pupils.{ending}", "C2:C3"), COUNTY, UNITS)
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.value) == ("2", "pupils", "16")
    assert "C2:C3" in problem.text("en")


def test_a_hidden_sheet_is_named_and_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "real.xlsx"
    write_xlsx([["学校", "年级", "人数"], ["甲小学", 1, 16]], path)
    book = openpyxl.load_workbook(path)
    old = book.copy_worksheet(book.active)
    old.title, old.sheet_state = "旧表", "hidden"
    book.save(path)
    real = read_enrolment(path, COUNTY, UNITS)
    assert real.enrolled["pupils"].sum() == 16
    assert any("旧表" in zh and "隐藏" in zh for zh, _ in real.notes)


def test_a_formula_without_a_result_is_refused_in_every_form(tmp_path: Path) -> None:
    rows: Rows = [["学校", "年级", "人数", "居住单元编号"], ["甲小学", 1, 16, "Z1"]]
    write_ods(
        rows, tmp_path / "real.ods", formulas={(1, 3)}
    )  # an empty zone would mean: from outside the county
    rows[1][3] = "=1+1"
    write_xlsx(rows, tmp_path / "real.xlsx")
    for name in ("real.ods", "real.xlsx"):
        with pytest.raises(LayoutError) as caught:
            read_enrolment(tmp_path / name, COUNTY, UNITS)
        assert "D2" in caught.value.problems[0].text("en"), name
