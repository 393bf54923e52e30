"""Statistical forms as bureaus fill them: units, sub-totals, numbered columns, grades counted anew, years in words."""

from __future__ import annotations

import openpyxl
import pytest

from planning.district.cells.headers import find_column, find_geometry, match_headers
from planning.district.schema import TABLE
from planning.importing.forms.grids import grid_sheet, unpivot_grades
from planning.importing.forms.heads import join_headers
from planning.importing.forms.words import class_number, classes_of, grade_of, year_of
from planning.importing.mapping import TableMap
from planning.importing.propose import propose_mapping
from planning.importing.sources.columns import digits_only, rename
from planning.importing.sources.sources import read_source

RESOURCES, PUPILS, CLASSES = TABLE["resources"], TABLE["zone_pupils"], TABLE["classes"]


@pytest.mark.parametrize(
    ("table", "header", "column", "factor"),
    [
        ("resources", "教学仪器设备值（万元）", "equipment_yuan", 1e4),
        ("resources", "教学仪器设备值万元", "equipment_yuan", 1e4),
        ("resources", "教学仪器设备值/万元", "equipment_yuan", 1e4),
        ("resources", "教学仪器设备值（不含图书，单位：万元）", "equipment_yuan", 1e4),
        ("resources", "体育运动场馆面积（万㎡）", "sports_area_m2", 1e4),
        ("resources", "教学及辅助用房面积（m²）", "teaching_area_m2", 1),
        ("resources", "体育、艺术（美术、音乐）专任教师数", "teachers_arts", 1),
        ("schools", "校园占地面积（亩）", "site_area_m2", 2000 / 3),
        ("schools", "学校（机构）名称", "name", 1),
        ("schools", "学校（机构）标识码", "school", 1),
        ("zones", "小区（村组）名称", "name", 1),
        ("zones", "常住人口（万人）", "population", 1e4),
        ("townships", "行政区划代码", "township", 1),
        ("projects", "估算投资（亿元）", "cost_yuan", 1e8),
        ("units", "教育階段", "stage", 1),
        ("schools", "公/私立", "ownership", 1),
    ],
)
def test_headers_of_real_forms(table, header, column, factor):
    assert find_column(TABLE[table], header) == (column, pytest.approx(factor))


@pytest.mark.parametrize(
    "header", ["教学仪器设备值（万元/生）", "教学仪器设备值（百元）", "体育运动场馆面积（千m²）"]
)
def test_a_unit_that_is_not_known_is_never_taken_for_the_plain_one(header):
    _, _, problems = match_headers(RESOURCES, ["学校", "学段", header], "f")
    assert any("is not understood" in p.message_en and p.level == "error" for p in problems)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("百度经度", "lon"),
        ("lat_gcj02", "lat"),
        ("X坐标", "lon"),
        ("北纬", "lat"),
        ("经度（GCJ-02）", "lon"),
        ("经济", None),
    ],
)
def test_headers_of_coordinates(header, kind):
    assert find_geometry(header) == kind


@pytest.mark.parametrize(
    ("header", "grade"),
    [("初中一年级", 7), ("初中三年级人数", 9), ("初中七年级", 7), ("小学一年级", 1), ("小一", 1), ("七年级（人）", 7),
     ("一年级学生", 1), ("九年级在校生数", 9), ("小学七年级", None), ("一年级男", None)],
)  # fmt: skip
def test_grades_counted_anew_in_the_junior_school(header, grade):
    assert grade_of(header) == grade
    assert classes_of("初中二年级班数（个）") == 8


def test_junior_grades_below_a_merged_header_are_not_those_of_the_primary_school():
    grid = [
        ["小区名称", "小学", "小学", "初中", "初中"],
        ["小区名称", "一年级", "二年级", "一年级", "二年级"],
        ["甲小区", "5", "6", "7", "8"],
    ]
    sheet, _ = grid_sheet(PUPILS, "f", grid)
    rows = unpivot_grades(PUPILS, sheet).cells.to_numpy().tolist()
    assert rows == [["甲小区", "1", "5"], ["甲小区", "2", "6"], ["甲小区", "7", "7"], ["甲小区", "8", "8"]]


def test_of_boys_girls_and_all_only_all_is_the_grade():
    rows = [["小区", "一年级", "一年级", "一年级"], ["小区", "男", "女", "计"]]
    assert join_headers(PUPILS, rows, []) == ["小区", "一年级男", "一年级女", "一年级"]


def test_a_line_above_the_table_states_the_units():
    grid = [
        ["利通区办学条件统计表（单位：人、平方米、万元）", "", "", ""],
        ["学校名称", "学段", "教学及辅助用房面积", "教学仪器设备值"],
        ["甲校", "小学", "3000", "12.5"],
    ]
    sheet, said = grid_sheet(RESOURCES, "f", grid)
    assert sheet.headers[2:] == ["教学及辅助用房面积(平方米)", "教学仪器设备值(万元)"]
    assert [(p.row, p.level) for p in said] == [("1", "warning")]
    own = [["单位：万元"], ["学校名称", "学段", "教学仪器设备值（元）"], ["甲校", "小学", "125000"]]
    assert (
        grid_sheet(RESOURCES, "f", [r + [""] * (3 - len(r)) for r in own])[0].headers[2]
        == "教学仪器设备值（元）"
    )


def test_two_units_for_one_kind_of_column_are_refused_not_guessed():
    grid = [["单位：元、万元", "", ""], ["学校", "学段", "教学仪器设备值"], ["甲校", "小学", "3"]]
    sheet, _ = grid_sheet(RESOURCES, "f", grid)
    _, _, problems = match_headers(RESOURCES, sheet.headers, "f")
    assert any("is not understood" in p.message_en for p in problems)


def test_the_office_that_fills_in_a_form_is_no_unit():
    grid = [["填报单位：万元镇教育局", ""], ["学校", "学段"], ["甲校", "小学"]]
    assert grid_sheet(RESOURCES, "f", grid)[0].headers == ["学校", "学段"]


def test_a_row_of_units_below_the_header():
    grid = [
        ["学校", "学段", "教学仪器设备值", "网络多媒体教室"],
        ["", "", "万元", "间"],
        ["甲校", "小学", "3", "4"],
    ]
    sheet, _ = grid_sheet(RESOURCES, "f", grid)
    assert find_column(RESOURCES, sheet.headers[2]) == ("equipment_yuan", 1e4)
    assert len(sheet.cells) == 1


@pytest.mark.parametrize("numbers", [["甲", "乙", "1", "2"], ["甲", "1", "2", "3"], ["1", "2", "3", "4"]])
def test_a_row_that_numbers_the_columns_is_left_out(numbers):
    grid = [["学校", "学段", "教学仪器设备值", "网络多媒体教室"], numbers, ["甲校", "小学", "3", "4"]]
    sheet, said = grid_sheet(RESOURCES, "f", grid)
    assert list(sheet.labels) == ["3"]
    assert [p.row for p in said] == ["2"]


def test_totals_of_parts_are_left_out_and_named():
    grid = [["乡镇", "小区", "常住人口", "城乡类型"], ["胜利镇", "合计小区", "5", "城区"], ["胜利镇小计", "", "5", ""],
            ["其中：城区", "", "5", ""], ["城区合计：", "", "5", ""], ["注册花园", "注册花园", "3", "城区"],
            ["数据截止时间：2020年9月", "", "", ""]]  # fmt: skip
    sheet, said = grid_sheet(TABLE["zones"], "f", grid)
    assert list(sheet.labels) == ["2", "6"]
    assert [p.row for p in said] == ["3", "4", "5", "7"]


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2020学年", 2020),
        ("2020-2021学年", 2020),
        ("2020—2021学年度", 2020),
        ("2020年", 2020),
        ("2020", None),
        ("20年", None),
    ],
)
def test_years_in_words(cell, year):
    assert year_of(cell) == year


@pytest.mark.parametrize(
    ("cell", "number"), [("3班", 3), ("（3）班", 3), ("三班", 3), ("一年级（12）班", 12), ("三", None)]
)
def test_numbers_of_classes(cell, number):
    assert class_number(cell) == number


def test_words_become_digits_and_others_stay_to_be_named():
    grid = [
        ["学校", "学年", "年级", "班级", "人数"],
        ["甲校", "2020学年", "初二", "(3)班", "40"],
        ["甲校", "去年", "九", "实验", "1"],
    ]
    sheet = digits_only(CLASSES, grid_sheet(CLASSES, "f", grid)[0])
    assert sheet.cells.to_numpy().tolist() == [
        ["甲校", "2020", "8", "3", "40"],
        ["甲校", "去年", "九", "实验", "1"],
    ]


def test_a_header_named_in_the_mapping_keeps_its_unit():
    grid = [["学校", "学段", "设备原值万元", "面积（合计，万平方米）"], ["甲校", "小学", "3", "1"]]
    named = TableMap(
        file="f.csv", columns={"equipment_yuan": "设备原值万元", "teaching_area_m2": "面积（合计，万平方米）"}
    )
    sheet = grid_sheet(RESOURCES, "f", grid, list(named.columns.values()))[0]
    columns, _, problems = match_headers(RESOURCES, rename(RESOURCES, sheet, named)[0].headers, "f")
    assert not problems
    assert (columns["equipment_yuan"].factor, columns["teaching_area_m2"].factor) == (1e4, 1e4)


def test_a_bracket_inside_a_named_header_is_no_unit(tmp_path):
    (tmp_path / "z.csv").write_text(
        "居民点（村组）全称,乡镇,城乡类型,经度,纬度\n甲,T1,城区,106,38\n", encoding="utf-8"
    )
    entry = TableMap(file="z.csv", coordinates="WGS84", columns={"name": "居民点（村组）全称"})
    sheet, problems, _ = read_source(TABLE["zones"], entry, tmp_path / "m.yaml")
    assert sheet.headers[0] == "name"
    assert not problems


def test_pupils_by_class_are_not_taken_for_pupils_by_zone(tmp_path):
    (tmp_path / "班级学生数.csv").write_text(
        "学校,学段,年级,班级,学生人数\n甲,小学,一年级,1,40\n", encoding="gbk"
    )
    book = openpyxl.Workbook()
    for row in (["小区名称", "一年级", "二年级"], ["甲小区", 1, 2]):
        book.active.append(row)
    book.save(tmp_path / "居住分布.xlsx")
    tables = propose_mapping(tmp_path)["tables"]
    assert tables["zone_pupils"]["file"] == "居住分布.xlsx"
    assert tables["classes"]["file"] == "班级学生数.csv"


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2023-2024学年", 2023), ("民国112年", 2023), ("中華民國112學年度", 2023), ("112學年度", 2023), ("二〇二三年", 2023),
     ("２０２３学年", 2023), ("2023/24", 2023), ("2020-2021学年第二学期", 2020), ("112", None), ("2023年第二学期", None),
     ("2020-2024年", None), ("2023年春季", None)],
)  # fmt: skip
def test_more_words_for_years(cell, year):
    assert year_of(cell) == year


@pytest.mark.parametrize(
    ("header", "grade"),
    [
        ("一年級", 1),
        ("國一", 7),
        ("初三", 9),
        ("小六", 6),
        ("Grade 3", 3),
        ("１年级", 1),
        ("壹年级", 1),
        ("高一", None),
    ],
)
def test_more_words_for_grades(header, grade):
    assert grade_of(header) == grade


def test_classes_beyond_nine():
    assert [class_number(c) for c in ("十二班", "初一(12)班", "三（2）班")] == [12, 12, 2]


LISTS = {
    "remark beside the title, merged down": [["各校教室数统计表"] * 4 + ["备注"], ["学校名称", "学校类型", "教室数", "经度", "备注"]],
    "remark beside the title only": [["各校教室数统计表"] * 4 + ["备注"], ["学校名称", "学校类型", "教室数", "经度", ""]],
    "note in two merged parts": [["一览表"] * 5, ["填报单位：某县"] * 3 + ["单位：间"] * 2, ["学校名称", "学校类型", "教室数", "经度", "备注"]],
    "groups, one over the first columns": [["一览表"] * 5, ["基本信息"] * 2 + ["办学条件", "坐标", "备注"], ["学校名称", "学校类型", "教室数", "经度", "备注"]],
    "groups, nothing merged": [["一览表", "", "", "", "备注"], ["学校名称", "学校类型", "校舍", "位置", ""], ["", "", "教室数", "经度", ""]],
    "date beside": [["一览表"] * 4 + ["2024年9月"], ["学校名称", "学校类型", "教室数", "经度", "备注"]],
}  # fmt: skip


@pytest.mark.parametrize("rows", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("table", ["schools", "units"])
def test_titles_and_remarks_beside_the_header_are_no_part_of_it(table, rows):
    data = [["第一小学", "小学", "14", "106.2", ""], ["河东学校", "九年一贯制", "18", "106.3", ""]]
    foot = [["填表人：", "张三", "", "联系电话：", "123"]]
    sheet, _ = grid_sheet(TABLE[table], "f", [*rows, *data, *foot])
    assert sheet.cells.to_numpy().tolist() == data
    assert sheet.headers[0] == "学校名称"
    assert sheet.headers[2].endswith("教室数")
    assert "表" not in sheet.headers[2]
    if table == "units":
        assert find_column(TABLE[table], sheet.headers[2]) == ("rooms", 1)


def test_words_below_grades_belong_to_them_where_no_cells_are_merged():
    upper = ["学校", "一年级", "", "二年级", "", "总计", ""]
    grid = [upper, ["", *["班数", "人数"] * 3], ["一小", "2", "80", "3", "120", "5", "200"]]
    sheet, _ = grid_sheet(CLASSES, "在校生.et", grid)
    assert sheet.headers[1:5] == ["一年级班数", "一年级人数", "二年级班数", "二年级人数"]
    assert len(sheet.cells) == 1
    plain, _ = grid_sheet(PUPILS, "小区.csv", [["小区", "一年级", "二年级"], ["东村", "无", "无"]])
    assert (plain.headers, len(plain.cells)) == (["小区", "一年级", "二年级"], 1)
