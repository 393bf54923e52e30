"""What forms do to their sheets: boys and girls apart, tables side by side, headers left empty, old workbook forms."""

from __future__ import annotations

import pytest
from openpyxl.styles import Font

from planning.district.cells.headers import find_column, find_geometry
from planning.district.schema import TABLE
from planning.errors import DistrictError
from planning.importing import import_accounted, import_tables
from planning.importing.forms.words import grade_of, sex_of, year_of
from tests.importing.forms import BOOKS
from tests.importing.office import ALL, GRADES, pupil_rows, said, write_office

ROWS = pupil_rows()


def fill(rows, *merged):
    def change(book):
        page = book.active
        page.delete_rows(1, page.max_row + 1)
        for row in rows:
            page.append(row)
        for area in merged:
            page.merge_cells(**area)

    return change


def halves(row):
    return [part for n in row[1:] for part in (n // 2, n - n // 2)]


def read(folder, rows, *merged):
    """Return the pupils written and what was said, or the errors."""
    mapping = write_office(folder, pupils=fill(rows, *merged))
    try:
        found = import_accounted(mapping)
    except DistrictError as error:
        return 0, [p for p in error.problems if p.level == "error"]
    return int(found.district.zone_pupils["pupils"].sum()), list(found.problems)


def across(width):
    names = {"start_row": 1, "end_row": 2, "start_column": 1, "end_column": 1}
    return [names, *({"start_row": 1, "end_row": 1, "start_column": 2 + width * i, "end_column": 1 + width * (i + 1)}
                     for i in range(9))]  # fmt: skip


def test_boys_and_girls_below_one_header_are_added_up(tmp_path):
    upper = ["小区名称", *(h for g in GRADES for h in (f"{g}年级", None))]
    rows = [upper, [None, *["男", "女"] * 9], *([r[0], *halves(r)] for r in ROWS[1:])]
    pupils, problems = read(tmp_path, rows, *across(2))
    assert pupils == ALL
    assert problems[0].message_en.startswith("boys and girls are added up: 一年级, 二年级")


@pytest.mark.parametrize(
    "form", ["{}年级男", "{}年级（女）".replace("女", "男"), "男生{}年级", "{}年级男生人数"]
)
def test_boys_and_girls_in_one_row_of_headers_are_added_up(tmp_path, form):
    header = ["小区名称", *(form.format(g).replace("男", s) for g in GRADES for s in "男女")]
    pupils, _ = read(tmp_path, [header, *([r[0], *halves(r)] for r in ROWS[1:])])
    assert pupils == ALL


def test_boys_of_all_grades_before_the_girls(tmp_path):
    upper = ["小区名称", "男生", *[None] * 8, "女生", *[None] * 8]
    rows = [upper, [None, *[f"{g}年级" for g in GRADES] * 2]]
    rows += [[r[0], *(n // 2 for n in r[1:]), *(n - n // 2 for n in r[1:])] for r in ROWS[1:]]
    merged = [{"start_row": 1, "end_row": 1, "start_column": a, "end_column": a + 8} for a in (2, 11)]
    pupils, _ = read(tmp_path, rows, across(1)[0], *merged)
    assert pupils == ALL


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_total_of_boys_and_girls_counts_and_must_be_right(tmp_path, wrong):
    upper = ["小区名称", *(h for g in GRADES for h in (f"{g}年级", None, None))]
    rows = [upper, [None, *["男", "女", "计"] * 9]]
    rows += [[r[0], *(v for n in r[1:] for v in (n // 2, n - n // 2, n))] for r in ROWS[1:]]
    rows[3][3] += wrong
    pupils, problems = read(tmp_path, rows, *across(3))
    if not wrong:
        assert pupils == ALL
        return
    (problem,) = problems
    assert (problem.row, problem.value) == ("4", "22")
    assert "instead of 21" in problem.message_en


def test_a_word_among_boys_is_refused_by_its_row(tmp_path):
    header = ["小区名称", *(f"{g}年级{s}" for g in GRADES for s in "男女")]
    rows = [header, *([r[0], *halves(r)] for r in ROWS[1:])]
    rows[2][1] = "若干"
    (problem,) = read(tmp_path, rows)[1]
    assert (problem.row, problem.column, problem.value) == ("3", "pupils", "若干")


def test_a_number_merged_over_boys_and_girls_is_refused(tmp_path):
    header = ["小区名称", *(f"{g}年级{s}" for g in GRADES for s in "男女")]
    area = {"start_row": 2, "end_row": 2, "start_column": 2, "end_column": 3}
    (problem,) = read(tmp_path, [header, *([r[0], *halves(r)] for r in ROWS[1:])], area)[1]
    assert "B2:C2" in problem.message_en


@pytest.mark.parametrize(
    ("header", "expected"),
    [("男", ("", "男")), ("女生数", ("", "女")), ("其中：女", ("", "女")), ("一年级男女", ("一年级男女", "")), ("grade1_girls", ("grade1", "女"))],
)  # fmt: skip
def test_sexes_in_headers(header, expected):
    assert sex_of(header) == expected


@pytest.mark.parametrize("gap", [[None], []])
def test_tables_side_by_side_are_both_read(tmp_path, gap):
    rows = [[*ROWS[a], *gap, *ROWS[b]] for a, b in ((0, 0), (1, 3), (2, 4))]
    pupils, problems = read(tmp_path, rows)
    assert pupils == ALL
    assert [p.message_en for p in problems] == [
        "2 tables stand beside each other; all are read, one below the other"
    ]


def test_another_table_beside_is_left_aside_and_said(tmp_path):
    rows = [[*ROWS[0], None, "学校", "一年级", "二年级"], *([*r, None, "甲小学", 5, 6] for r in ROWS[1:])]
    pupils, (problem,) = read(tmp_path, rows)
    assert pupils == ALL
    assert problem.column == "L:N"


@pytest.mark.parametrize("header", [["一年级", "一年级"], ["一年级人数", "1年级"]])
def test_two_columns_of_one_grade_are_one_message(tmp_path, header):
    rows = [["小区名称", *header], *([r[0], r[1], r[2]] for r in ROWS[1:])]
    (problem,) = read(tmp_path, rows)[1]
    assert problem.message_en.startswith("columns B, C (")
    assert "七年级" in problem.mend_zh


@pytest.mark.parametrize(
    ("column", "header", "grade"),
    [(1, None, "一年级"), (4, "", "四年级"), (3, "三年极", "三年级"), (9, "9年纪", "九年级")],
)
def test_numbers_in_the_place_of_a_grade_are_not_lost(tmp_path, column, header, grade):
    rows = [list(r) for r in ROWS]
    rows[0][column] = header
    (problem,) = read(tmp_path, rows)[1]
    assert grade in problem.message_en
    assert f"write {grade}" in problem.mend_en


def test_numbers_below_no_header_are_named(tmp_path):
    pupils, (problem,) = read(tmp_path, [ROWS[0], *([*r, 7] for r in ROWS[1:])])
    assert (pupils, problem.column) == (ALL, "K")
    assert "4 numbers" in problem.message_en


def test_a_unit_above_the_table_that_nobody_knows_is_refused(tmp_path):
    (problem,) = read(tmp_path, [["单位：百人"], *ROWS])[1]
    assert (problem.row, problem.value) == ("1", "百人")


def test_struck_out_cells_are_said(tmp_path):
    def change(book):
        for cell in book.active[3]:
            cell.font = Font(strike=True)

    (problem,) = import_tables(write_office(tmp_path, pupils=change)).problems
    assert problem.value.startswith("A3, B3, C3")


@pytest.mark.parametrize("text", ["12（含2间备用）", "10+2", "约12", "12-14", "12、13"])
def test_a_number_with_a_remark_is_refused_and_never_misread(tmp_path, text):
    mapping = write_office(tmp_path, units=lambda book: book.active.__setitem__("D2", text))
    (problem,) = (p for p in import_tables(mapping).problems if p.level == "error")
    assert (problem.row, problem.column, problem.value) == ("2", "rooms", text)


def test_a_school_with_its_town_before_the_name_is_offered_and_never_joined(tmp_path):
    mapping = write_office(tmp_path, units=lambda book: book.active.__setitem__("B2", "四村镇甲小学"))
    problem = next(p for p in import_tables(mapping).problems if p.level == "error")
    assert (problem.row, problem.column) == ("2", "school")
    assert "甲小学" in problem.mend_zh


@pytest.mark.parametrize("name", list(BOOKS))
def test_every_form_of_workbook_is_read(tmp_path, name):
    mapping = write_office(tmp_path)
    BOOKS[name](ROWS, tmp_path / name)
    found = import_accounted(said(mapping, "file: 学生.xlsx", f"file: {name}"))
    assert int(found.district.zone_pupils["pupils"].sum()) == ALL


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [("schools", "學校代碼", "school"), ("schools", "學校名稱", "name"), ("schools", "所在鄉鎮", "township"),
     ("units", "普通教室數", "rooms"), ("zone_pupils", "學年度", "year"), ("zone_pupils", "學生數（人）", "pupils"),
     ("zone_pupils", "里別", "zone"), ("zones", "鄉鎮市區", "township")],
)  # fmt: skip
def test_headers_in_traditional_characters(table, header, column):
    assert find_column(TABLE[table], header)[0] == column


def test_coordinates_in_traditional_characters():
    assert (find_geometry("經度"), find_geometry("緯度（WGS84）")) == ("lon", "lat")


@pytest.mark.parametrize(
    ("header", "grade"),
    [("國小一年級", 1), ("國中三年級", 9), ("國中七年級人數", 7), ("中一", 7), ("小六", 6), ("幼兒園", None), ("高中一年級", None), ("高一", None), ("K1", None), ("G9", 9)],
)  # fmt: skip
def test_grades_of_taiwan_and_hong_kong(header, grade):
    assert grade_of(header) == grade


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2020-09-01", 2020), ("2020/9/1", 2020), ("2020年9月1日", 2020), ("二○二○年", 2020), ("109學年度", 2020), ("2021-03-01", None)],
)  # fmt: skip
def test_days_on_which_a_school_year_begins(cell, year):
    assert year_of(cell) == year


def test_two_columns_from_one_header(tmp_path):
    mapping = write_office(tmp_path, schools=lambda book: book.active.delete_cols(1))
    said(
        mapping,
        "schools: {file: 学校.xlsx",
        "schools: {columns: {school: 学校名称, name: 学校名称}, file: 学校.xlsx",
    )
    schools = import_accounted(mapping).district.schools.reset_index()
    assert list(schools["school"]) == list(schools["name"]) == ["甲小学", "乙学校"]
