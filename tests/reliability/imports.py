"""Faults in files that `planning import` is given."""

from __future__ import annotations

import functools
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from planning.district.schema import TABLE
from planning.errors import PlanningError
from planning.importing import (
    answer,
    draft_of,
    import_tables,
    open_questions,
    passed_over,
    settle,
    write_mapping,
)
from planning.importing.files.pages import read_page
from planning.importing.values.names import look_up
from tests.district.tiny import tiny_district
from tests.importing.bureau import bureau_files
from tests.importing.office import said, shapes, write_office
from tests.importing.test_in_force import sheets
from tests.reliability.table import Outcome, checked, fault, refused

PART = "Import of office files · 导入现有文件"
ANSWERS = {
    "district.id": "tiny",
    "district.base_year": "2020",
    "tables.zones.coordinates": "BD-09",
    "tables.schools.coordinates": "GCJ-02",
}


@functools.cache
def _answered() -> tempfile.TemporaryDirectory[str]:
    """Keep a bureau's files and their mapping with every question answered: asked once, spoiled as copies."""
    kept = tempfile.TemporaryDirectory()
    folder = bureau_files(tiny_district(), Path(kept.name) / "files")
    data, _ = draft_of(folder)
    for key, value in ANSWERS.items():
        data = answer(data, key, value)
    data = settle(data, folder)
    for question in open_questions(data, folder):
        data = answer(data, question.key, question.default)
    write_mapping(data, folder / "mapping.yaml")
    return kept


def _mapped(place: Path) -> Path:
    """Return a mapping that may be spoiled, beside its files."""
    return shutil.copytree(Path(_answered().name) / "files", place / "files") / "mapping.yaml"


def _spoiled(place: Path, change: Callable[[Path], object]) -> Outcome:
    mapping = _mapped(place)
    change(mapping.parent)
    try:
        return checked(list(import_tables(mapping).problems))
    except PlanningError as error:
        return checked(list(error.problems))


def _cell(name: str, row: int, column: int, value: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / name)
        book.active.cell(row, column, value)
        book.save(folder / name)

    return change


def _text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


@fault(PART, "points of one web map given as those of another", "坐标系填错（BD-09 填成 WGS84）", "refused")
def other_system(place: Path) -> Outcome:
    return _spoiled(place, _text("mapping.yaml", "BD-09", "WGS84"))


@fault(
    PART, "a zone's name that the pupils' table spells differently", "学生表中的小区名称写法不同", "refused"
)
def other_name(place: Path) -> Outcome:
    return _spoiled(place, _cell("各小区学生数.xlsx", 5, 1, "小区一号"))


@fault(PART, "pupils of a class written in words", "班级人数填写文字", "refused")
def words_for_numbers(place: Path) -> Outcome:
    return _spoiled(place, _cell("班级统计.xlsx", 5, 3, "约四十"))


@fault(PART, "pupils of a grade without a number of classes", "有学生数而无班数", "refused")
def no_classes(place: Path) -> Outcome:
    return _spoiled(place, _cell("班级统计.xlsx", 5, 2, " "))


@fault(PART, "a layer cut in half", "图层文件被截断", "refused")
def cut(place: Path) -> Outcome:
    def change(folder: Path) -> None:
        path = folder / "县界.gpkg"
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])

    return _spoiled(place, change)


@fault(PART, "a file that is gone", "映射文件所列文件已不存在", "refused")
def gone(place: Path) -> Outcome:
    return _spoiled(place, lambda folder: (folder / "办学单位.csv").unlink())


@fault(PART, "a mapping that reaches outside its folder", "映射文件引用文件夹之外的文件", "refused")
def outside(place: Path) -> Outcome:
    return _spoiled(place, _text("mapping.yaml", "file: 办学单位.csv", "file: ../../../etc/passwd"))


@fault(PART, "a formula in a mapping that calls the system", "映射算式调用系统命令", "refused")
def code(place: Path) -> Outcome:
    script = "file: 办学单位.csv\n    compute: {rooms: \"__import__('os').system('true')\"}"
    return _spoiled(place, _text("mapping.yaml", "file: 办学单位.csv", script))


@fault(
    PART,
    "a layer of equal numbers in every row, merged into one",
    "各行数值相同的图层合并为一行",
    "refused",
)
def whole_in_every_row(place: Path) -> Outcome:
    mapping = write_office(place)
    shapes().assign(people=1000).to_file(place / "村.shp", encoding="UTF-8")
    said(mapping, "townships: {", "townships: {columns: {population: people}, ")
    return checked(p for p in import_tables(mapping).problems if p.column == "people")


@fault(PART, "a sub-total that equals the whole", "小计与全部合计相同", "refused")
def false_subtotal(place: Path) -> Outcome:
    def change(book: Any) -> None:
        for k in (2, 4):
            book.active.append(["小计", *(10 * k + 5 * g for g in range(1, 10))])
        for column in range(2, 11):
            book.active.cell(6, column, 100 + 4 * (column - 1))

    return checked(import_tables(write_office(place, pupils=change)).problems)


@fault(PART, "a list of 60 MB", "60 MB 的名单", "refused")
def too_large(place: Path) -> Outcome:
    with (place / "名单.csv").open("wb") as file:
        file.truncate(60_000_000)  # a hole: nothing is stored
    return refused(lambda: read_page(place / "名单.csv"))


@fault(
    PART,
    "columns 现学区 and 现初中学区 that name different schools",
    "“现学区”与“现初中学区”两列不一致",
    "warned",
)
def two_columns_in_force(place: Path) -> Outcome:
    tables = sheets(("一小、二中", "三中"))
    return checked(look_up(TABLE["zones"], tables, ["current_primary", "current_junior"])[1])


@fault(PART, "a table of pupils with a row of totals inside", "学生表中间夹有合计行", "warned")
def totals(place: Path) -> Outcome:
    return _spoiled(place, _cell("各小区学生数.xlsx", 11, 1, "合计"))


@fault(PART, "a unit that is not known in a header (m2/生)", "表头中的单位无法识别(m2/生)", "refused")
def unit(place: Path) -> Outcome:
    def change(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / "学校一览表.xlsx")
        book.active.cell(3, 8, "占地面积（m2/生）")
        book.save(folder / "学校一览表.xlsx")

    return _spoiled(place, change)


@fault(
    PART,
    "a folder with a damaged workbook, a zip bomb and an old .xls",
    "文件夹中有损坏的工作簿、压缩炸弹和旧版 .xls",
    "warned",
)
def aside(place: Path) -> Outcome:
    folder = _mapped(place).parent
    (folder / "旧表.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "损坏.xlsx").write_bytes((folder / "小区点位.xlsx").read_bytes()[:2000])
    with zipfile.ZipFile(folder / "炸弹.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    data, _ = draft_of(folder)
    said = passed_over(folder, data)
    assert [p.file for p in said] == ["损坏.xlsx", "旧表.xls", "炸弹.xlsx"]
    return checked(said)
