"""Lists as an office keeps them for its own ends: estates with households, a roster of pupils, points from two maps."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from planning.district import read_district
from planning.district.cells.sheet import Sheet, text_frame
from planning.errors import DistrictError
from planning.importing import propose_mapping
from planning.importing.steps.positions import system_said
from planning.messages import languages
from planning.start import begin_county, build_county, keep_answer, take_files
from tests.begin.offices import Office, sheet

ESTATES = {
    "城关镇": [("阳光花园", 106.200, 38.000), ("翠湖名邸", 106.215, 38.004), ("府前社区", 106.208, 38.012)],
    "柳林镇": [("大王庄村", 106.260, 38.030), ("小王庄村", 106.275, 38.036), ("石桥村", 106.268, 38.045)],
}
HEAD = ["序号", "小区（村）名称", "所属乡镇", "规划户数（户）", "入住率（%）", "高德坐标"]
PUPILS = {"阳光花园": 3, "翠湖名邸": 2, "府前社区": 2, "大王庄村": 4, "小王庄村": 1, "石桥村": 2}
"""Pupils of every grade."""


def _estates(path: Path) -> None:
    """Write the list of estates, a sheet for each town with its own sum and signature."""
    book = Workbook()
    del book["Sheet"]
    for town, rows in ESTATES.items():
        page = book.create_sheet(town)
        page.append(["丰阳县小区（村）楼盘统计表"])
        page.append(HEAD)
        for i, (name, x, y) in enumerate(rows, 1):
            page.append([i, name, town, 300, 90, f"{x},{y}"])
        page.append([None, "小计", None, 900])
        page.append(["填表人：张三　　审核人：李四"])
    book.save(path)


def _schools(path: Path) -> None:
    head = ["学校名称", "办学类型", "所属乡镇", "教室数", "经纬度"]
    rows = [
        ["第一小学", "小学", "城关镇", 20, "106.201°E, 38.001°N"],
        ["柳林小学", "小学", "柳林镇", 12, "106.262°E, 38.031°N"],
        ["第一中学", "初级中学", "城关镇", 20, "106.210°E, 38.006°N"],
    ]
    sheet(path, "丰阳县学校一览表（2024—2025学年）", [head, *rows])


def _roster(path: Path, *, last: str = "共计126人") -> None:
    grades = [f"{c}年级" for c in "一二三四五六"] + ["初一", "八年级", "初三"]
    town = {name: t for t, rows in ESTATES.items() for name, *_ in rows}
    rows: list[list[object]] = [["序号", "学生姓名", "就读学校", "年级", "家庭住址", "备注"]]
    for name, each in PUPILS.items():
        for k in range(each):
            for g in grades:
                home = f"丰阳县{town[name]}{name}{k + 1}号楼2单元301"
                school = (
                    "第一中学" if g in grades[6:] else "第一小学" if town[name] == "城关镇" else "柳林小学"
                )
                rows.append([len(rows), f"学生{len(rows)}", school, g, home, "借读" if k == 1 else None])
    sheet(path, "丰阳县2024—2025学年学生花名册", [*rows, [last]])


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kept")
    desk = home / "desk"
    desk.mkdir()
    _estates(desk / "小区楼盘表.xlsx")
    _schools(desk / "学校一览表.xlsx")
    _roster(desk / "学生花名册.xlsx")
    take_files([desk], home / "county")
    keep_answer(home / "county", "coordinates", "GPS")
    build_county(home / "county", begin_county(home / "county"))
    return home / "county"


def test_a_roster_with_addresses_says_how_many_pupils_live_in_each_estate(county: Path) -> None:
    district = read_district(county / "district")
    names = district.zones.set_index("zone")["name"]
    table = district.zone_pupils
    found = table.assign(name=table["zone"].map(names)).groupby(["name", "grade"])["pupils"].sum()
    wanted = pd.Series({(name, grade): n for name, n in PUPILS.items() for grade in range(1, 10)})
    assert found.astype(int).to_dict() == wanted.to_dict()


def test_estates_that_stand_already_are_no_new_homes(county: Path) -> None:
    assert read_district(county / "district").housing.empty


@pytest.mark.parametrize("title", ["新建住房", "2025年拟建楼盘", "新增住房"])
def test_a_list_that_calls_homes_new_is_one_without_a_year_too(tmp_path: Path, title: str) -> None:
    place = Office().write(tmp_path)
    sheet(place / f"{title}.xlsx", "", [["小区名称", "规划户数"], ["阳光花园", 300]])
    assert propose_mapping(place, derivable=True)["tables"]["housing"]["file"] == f"{title}.xlsx"


def test_the_header_of_coordinates_wins_over_the_answer_for_other_lists(county: Path) -> None:
    beginning = begin_county(county)
    tables = beginning.data["tables"]
    assert (tables["zones"]["coordinates"], tables["schools"]["coordinates"]) == ("GCJ-02", "WGS84")
    said = next(q for q in beginning.assumed if q.key == "tables.zones.coordinates")
    assert said.default == "GCJ-02"
    assert all("高德坐标" in said.text(lang) for lang in languages())
    keep_answer(county, "tables.zones.coordinates", "BD-09")
    assert begin_county(county).data["tables"]["zones"]["coordinates"] == "BD-09"
    keep_answer(county, "tables.zones.coordinates", "")


@pytest.mark.parametrize(
    ("headers", "system"),
    [
        (["百度经度", "百度纬度"], "BD-09"),
        (["经度（WGS84）", "纬度（WGS84）"], "WGS84"),
        (["坐标（腾讯地图）"], "GCJ-02"),
        (["经度", "纬度"], ""),
        (["高德经度", "高德纬度", "百度坐标"], ""),
        (["名称（高德）", "经度", "纬度"], ""),
    ],
)
def test_a_system_is_said_by_headers_of_coordinates_alone(headers: list[str], system: str) -> None:
    read = Sheet("点位.xlsx", headers, text_frame([], len(headers)), np.array([], dtype=object))
    assert system_said(read)[0] == system


def test_sheets_of_towns_with_a_sum_each_are_one_list(county: Path) -> None:
    assert begin_county(county).data["tables"]["zones"]["sheet"] == "*"


def test_points_of_schools_place_a_list_that_ends_with_a_sum(tmp_path: Path) -> None:
    place = Office().write(tmp_path)
    head = ["学校名称", "学校类型", "教室数"]
    rows = [["第一小学", "小学", 20], ["河东小学", "小学", 14], ["第一中学", "初级中学", 20]]
    sheet(place / "学校.xlsx", "利和县学校一览表", [head, *rows, ["合　计", None, 54]])
    mark = "<Placemark><name>{}</name><Point><coordinates>{},38.01</coordinates></Point></Placemark>"
    marks = "".join(mark.format(name, 106.2 + i / 50) for i, (name, *_) in enumerate(rows))
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'
    (place / "学校点位.kml").write_text(kml, encoding="utf-8")
    schools = propose_mapping(place, derivable=True)["tables"]["schools"]
    assert (schools["file"], schools["join"][0]["file"]) == ("学校点位.kml", "学校.xlsx")


def test_a_roster_says_who_sits_where_today(county: Path) -> None:
    district = read_district(county / "district")
    names = district.schools["name"].to_dict() if "school" not in district.schools else {}
    names = names or district.schools.set_index("school")["name"].to_dict()
    school = district.units.set_index("unit")["school"].map(names)
    held = district.classes.assign(school=district.classes["unit"].map(school))
    sat = held.groupby(["school", "grade"])["pupils"].sum().astype(int).to_dict()
    assert sat == {
        **{("第一小学", g): 7 for g in range(1, 7)},
        **{("柳林小学", g): 7 for g in range(1, 7)},
        **{("第一中学", g): 14 for g in range(7, 10)},
    }


def test_years_of_entry_are_the_grades_of_the_school_attended(county: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(county / "files", desk)
    book = load_workbook(desk / "学生花名册.xlsx")
    page = book.worksheets[0]
    place = {f"{c}年级": k for k, c in enumerate("一二三四五六")} | {"初一": 0, "八年级": 1, "初三": 2}
    for row in range(3, page.max_row):
        page.cell(row, 4, f"{2024 - place[page.cell(row, 4).value]}级")
    book.save(desk / "学生花名册.xlsx")
    take_files([desk], tmp_path / "county")
    keep_answer(tmp_path / "county", "coordinates", "GPS")
    done = build_county(tmp_path / "county", begin_county(tmp_path / "county")).imported.district
    before = read_district(county / "district")
    for table, keys in (("zone_pupils", ["zone", "grade"]), ("classes", ["unit", "grade"])):
        sums = [getattr(d, table).groupby(keys)["pupils"].sum().to_dict() for d in (done, before)]
        assert sums[0] == sums[1]


def test_a_year_of_entry_is_no_grade_and_says_so_by_its_row(county: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    shutil.copytree(county / "files", desk)
    book = load_workbook(desk / "学生花名册.xlsx")
    page = book.worksheets[0]
    page["C5"], page["D5"], page["E9"] = "丰阳学校", "2022级", "外县某处"
    book.save(desk / "学生花名册.xlsx")
    take_files([desk], tmp_path / "county")
    keep_answer(tmp_path / "county", "coordinates", "GPS")
    with pytest.raises(DistrictError) as refused:
        build_county(tmp_path / "county", begin_county(tmp_path / "county"))
    found = {p.code: p.row for p in refused.value.problems}
    assert found == {
        "importing.addresses.grade_not_understood": "5",
        "importing.addresses.no_zone_several_name": "9",
    }
    keep_answer(tmp_path / "county", "tables.zone_pupils.unmatched", "drop")
    with pytest.raises(DistrictError) as refused:
        build_county(tmp_path / "county", begin_county(tmp_path / "county"))
    errors = [p for p in refused.value.problems if p.level == "error"]
    assert [p.code for p in errors] == ["importing.addresses.grade_not_understood"]
