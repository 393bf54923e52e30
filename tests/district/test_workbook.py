"""A filled workbook is a district; nothing in it can run or break the reader."""

from __future__ import annotations

import dataclasses
import zipfile

import openpyxl
import pytest

from planning.district import check_district, read_district, write_template, write_workbook
from planning.district.formats.workbook import INFO_SHEET
from planning.district.geometry.coordinates import wgs84_to_gcj02
from planning.district.schema import TABLES
from planning.district.write import district_files
from planning.errors import DistrictError
from tests.district.conftest import errors, one


@pytest.fixture
def filled(tmp_path, tiny):
    return write_workbook(tiny, tmp_path / "filled.xlsx")


def change(path, sheet, cell, value):
    book = openpyxl.load_workbook(path)
    book[sheet][cell].value = value
    book.save(path)
    return check_district(path)


def test_round_trip_through_the_workbook_changes_no_byte(filled, tiny):
    assert district_files(read_district(filled)) == district_files(tiny)
    assert check_district(filled) == []


def test_the_template_has_a_sheet_per_table_in_both_languages(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "empty.xlsx"))
    assert book.sheetnames == ["说明", "区县信息", "数据来源", *(t.zh for t in TABLES)]
    for table in TABLES:
        sheet = book[table.zh]
        head = [[c.value for c in row][: len(table.columns)] for row in sheet.iter_rows(max_row=3)]
        assert head[0] == [c.zh for c in table.columns]
        assert head[1] == [c.name for c in table.columns]
        assert str(head[2][0]).startswith("※必填")
        assert str(sheet["A4"].value).startswith("※示例")
        assert sheet.freeze_panes == "A4"
    units = book["办学单位"]
    lists = {str(v.sqref): v.formula1 for v in units.data_validations.dataValidation}
    assert lists["C4:C1048576"] == '"小学,初中"'
    assert units.column_dimensions["A"].number_format == "@"


def test_an_empty_template_lists_what_is_missing_and_no_example(tmp_path):
    problems = check_district(write_template(tmp_path / "empty.xlsx", lang="en"))
    said = {(p.file, p.message_en) for p in errors(problems)}
    assert ("居住单元", "the table has no rows") in said
    assert (INFO_SHEET, "base_year is missing") in said
    assert all("no rows" in m or "missing" in m for _, m in said)


def test_a_template_filled_by_hand_is_a_district(tmp_path, tiny, filled):
    template = write_template(tmp_path / "empty.xlsx")
    book, source = openpyxl.load_workbook(template), openpyxl.load_workbook(filled)
    for name in source.sheetnames[1:]:
        for row in source[name].iter_rows(min_row=1 if name in ("区县信息", "数据来源") else 4):
            for cell in row:
                # the example in row 4 stays; people write below it
                shift = 0 if name in ("区县信息", "数据来源") else 1
                if cell.value is not None:
                    target = book[name].cell(cell.row + shift, cell.column)
                    target.value = cell.value
                    target.data_type = cell.data_type
    book.save(template)
    assert district_files(read_district(template)) == district_files(tiny)


def test_english_sheet_names_work_too(filled):
    book = openpyxl.load_workbook(filled)
    book["居住单元"].title = "zones"
    book.save(filled)
    assert check_district(filled) == []


def test_rows_are_those_of_the_spreadsheet(filled):
    found = one(change(filled, "办学单位", "D5", "约六"))
    assert (found.file, found.row, found.column, found.value) == ("办学单位", "5", "rooms", "约六")


def test_a_long_code_entered_as_a_number_is_refused_and_a_short_one_is_kept(filled):
    found = one(change(filled, "居住单元", "I4", 640302106001000123))
    assert (found.row, found.column) == ("4", "real_code")
    assert "digits are lost" in found.message_en
    assert change(filled, "居住单元", "I4", 640302106001) == []
    assert read_district(filled).zones["real_code"].iloc[0] == "640302106001"


def test_an_unknown_sheet_is_only_a_warning(filled):
    book = openpyxl.load_workbook(filled)
    book.create_sheet("备忘")
    book.save(filled)
    problems = check_district(filled)
    assert (one(problems, "warning").file, errors(problems)) == ("备忘", [])


def test_text_that_looks_like_a_formula_stays_text(tmp_path, tiny):
    evil = tiny.zones.assign(name=["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "=1+1", "ok"])
    path = write_workbook(dataclasses.replace(tiny, zones=evil), tmp_path / "evil.xlsx")
    with zipfile.ZipFile(path) as archive:
        assert not any(
            b"<f>" in archive.read(n) for n in archive.namelist() if n.startswith("xl/worksheets/")
        )
    assert list(read_district(path).zones["name"]) == list(evil["name"])


def test_points_in_gcj02_come_back_to_their_place(filled, tiny):
    book = openpyxl.load_workbook(filled)
    for name, positions in (("学校", (11, 12)), ("建设项目", None)):
        sheet = book[name]
        heads = [c.value for c in sheet[1]]
        lon, lat = heads.index("经度") + 1, heads.index("纬度") + 1
        assert positions in (None, (lon, lat))
        for row in range(4, sheet.max_row + 1):
            x, y = wgs84_to_gcj02(sheet.cell(row, lon).value, sheet.cell(row, lat).value)
            sheet.cell(row, lon).value, sheet.cell(row, lat).value = float(x), float(y)
    for table in TABLES:
        if table.geometry in ("line", "polygon"):
            del book[table.zh]
    info = book[INFO_SHEET]
    next(r for r in info.iter_rows() if r[0].value == "coordinate_system")[2].value = "GCJ-02"
    book.save(filled)
    from planning.district.load import load

    loaded = load(filled)
    away = loaded.layer("schools").distance(tiny.schools.geometry)
    assert away.max() < 0.1


def test_an_unknown_coordinate_system_is_named(filled):
    book = openpyxl.load_workbook(filled)
    next(r for r in book[INFO_SHEET].iter_rows() if r[0].value == "coordinate_system")[2].value = "月球"
    book.save(filled)
    assert {p.message_en for p in errors(check_district(filled))} == {"unknown coordinate system"}


def test_long_outlines_continue_in_the_next_column(tmp_path, tiny):
    coast = tiny.boundary.geometry.segmentize(1.0)
    wide = dataclasses.replace(tiny, boundary=tiny.boundary.set_geometry(coast))
    path = write_workbook(wide, tmp_path / "wide.xlsx")
    assert openpyxl.load_workbook(path)["县界"]["C1"].value == "wkt2"
    assert district_files(read_district(path))["boundary.geojson"] == district_files(wide)["boundary.geojson"]


@pytest.mark.parametrize("cut", [0, 10, 1000, 9000])
def test_a_truncated_workbook_is_refused(filled, cut):
    filled.write_bytes(filled.read_bytes()[:cut])
    assert "not a readable workbook" in one(check_district(filled)).message_en


def test_a_zip_that_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "not a readable workbook" in one(check_district(tmp_path / "a.xlsx")).message_en


def test_a_zip_bomb_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    assert "is refused" in one(check_district(tmp_path / "a.xlsx")).message_en


def test_a_workbook_that_cannot_be_written(tmp_path, tiny):
    (tmp_path / "a").write_text("file", encoding="utf-8")
    with pytest.raises(DistrictError, match="cannot be written"):
        write_workbook(tiny, tmp_path / "a" / "b.xlsx")
