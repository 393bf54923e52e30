"""Homes by name, columns and sheets that are left out, and files of another county or school year."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planning.errors import LayoutError
from planning.evaluation import read_enrolment, read_real_register
from tests.evaluation.made import classes, homes
from tests.zoning.county import small_county

UNITS = {"A-P": "primary", "B-P": "primary", "C-J": "junior"}
BARE = small_county(current="AABAAB")
NAMES = ["和平小区", "Sunny Court", "东村 一组", "和平小区二期", "双湖苑", "双湖苑"]
COUNTY = replace(
    BARE, zones=BARE.zones.assign(name=NAMES), info=replace(BARE.info, name_zh="小县", id="640399")
)


def book(path: Path, **sheets: pd.DataFrame) -> Path:
    with pd.ExcelWriter(path) as writer:
        for name, table in sheets.items():
            table.to_excel(writer, sheet_name=name, index=False)
    return path


def csv(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def said(path: Path) -> str:
    return "\n".join(en for _, en in read_enrolment(path, COUNTY, UNITS).notes)


@pytest.mark.parametrize("header", ["居住单元编号", "居住单元", "居住单元名称", "小区", "单元名称"])
def test_homes_by_name(tmp_path: Path, header: str) -> None:
    text = f"学校,年级,{header}\n甲小学,1,和平小区\n甲小学,1,ｓｕｎｎｙ  court\n甲小学,1,东村一组\n甲小学,1,Z4\n甲小学,1,\n"
    real = read_enrolment(csv(tmp_path / "r.csv", text), COUNTY, UNITS)
    assert real.homes["zone"].tolist() == ["", "Z1", "Z2", "Z3", "Z4"]


def test_a_name_that_two_zones_have_is_asked_for(tmp_path: Path) -> None:
    text = "学校,年级,小区\n甲小学,1,双湖苑\n甲小学,1,和平小曲\n甲小学,1,很远很远\n"
    with pytest.raises(LayoutError) as error:
        read_enrolment(csv(tmp_path / "r.csv", text), COUNTY, UNITS)
    found = {p.row: (p.message_en, p.mend_en) for p in error.value.problems}
    assert found["2"][0] == "several zones have this name: Z5, Z6"
    assert "和平小区" in found["3"][1]
    assert found["4"][0] == "no such zone in the district"


def test_a_sheet_of_homes_by_name_counts(tmp_path: Path) -> None:
    named = homes().assign(
        小区=lambda t: t["居住单元编号"].map(
            dict(zip(BARE.zones["zone"], [*NAMES[:4], "Z5", "Z6"], strict=True))
        )
    )
    path = book(tmp_path / "r.xlsx", 班级=classes(), 住址=named.drop(columns="居住单元编号"))
    assert read_enrolment(path, COUNTY, UNITS).homes["pupils"].sum() == 6 * 20 * 9


def test_points_fill_in_where_the_zone_is_empty(tmp_path: Path) -> None:
    point = BARE.zones.geometry.representative_point().to_crs(4326).iloc[2]
    text = f"学校,年级,单元,经度,纬度\n甲小学,1,Z1,,\n甲小学,1,,{point.x},{point.y}\n"
    real = read_enrolment(csv(tmp_path / "r.csv", text), COUNTY, UNITS)
    assert real.homes["zone"].tolist() == ["Z1", "Z3"]


def test_every_sheet_and_column_left_out_is_named(tmp_path: Path) -> None:
    table = classes().assign(班主任="某", 备注="")
    table.insert(4, "", "x")
    notes = said(book(tmp_path / "r.xlsx", 班级=table, 说明=pd.DataFrame({"a": ["b"]}), 空=pd.DataFrame()))
    for word in ("班主任", "备注", "说明", "column 5"):
        assert word in notes
    assert "空" not in notes


def test_totals_beside_classes_are_named_and_lose_nobody(tmp_path: Path) -> None:
    totals = pd.DataFrame({"unit": ["A-P"], "grade": [1], "pupils": [76]})
    assert "'r.xlsx: 汇总' is not counted" in said(book(tmp_path / "r.xlsx", 班级=classes(), 汇总=totals))
    junior = classes()["办学单位编号"] == "C-J"
    rest = classes()[junior].drop(columns="班级")
    with pytest.raises(LayoutError, match="would not be counted"):
        said(book(tmp_path / "s.xlsx", 班级=classes()[~junior], 初中=rest))


@pytest.mark.parametrize(
    "text",
    [
        "大县2020学年在校生统计表\n学校,年级\n甲小学,1\n",
        "吴忠市红寺堡区中小学在校生\n学校,年级\n甲小学,1\n",
        "学校,年级,区县\n甲小学,1,大县\n",
        "学校,年级,行政区划代码\n甲小学,1,640303\n",
    ],
)
def test_another_county_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(LayoutError, match="another county"):
        said(csv(tmp_path / "r.csv", text))


@pytest.mark.parametrize(
    "text",
    [
        "小县2020学年在校生统计表\n学校,年级\n甲小学,1\n",
        "某市小县2020学年\n学校,年级\n甲小学,1\n",
        "城区学校学生统计\n学校,年级\n甲小学,1\n",
        "学校,年级,区县\n甲小学,1,某市小县\n",
        "学校,年级,区划代码\n甲小学,1,640399\n",
    ],
)
def test_its_own_county_is_not(tmp_path: Path, text: str) -> None:
    assert read_enrolment(csv(tmp_path / "r.csv", text), COUNTY, UNITS).enrolled["pupils"].sum() == 1


@pytest.mark.parametrize("title", ["小县2021学年统计表", "2021—2022学年度", "2021-2022 学年在校生"])
def test_the_school_year_above_a_table_counts(tmp_path: Path, title: str) -> None:
    file = csv(tmp_path / "r.csv", f"{title}\n学校,年级\n甲小学,1\n")
    assert read_enrolment(file, COUNTY, UNITS).year == 2021
    mixed = csv(tmp_path / "m.csv", f"{title}\n学校,年级,学年\n甲小学,1,2020\n甲小学,1,\n")
    with pytest.raises(LayoutError, match="several school years"):
        read_enrolment(mixed, COUNTY, UNITS)


def test_the_register_names_what_it_leaves_out(tmp_path: Path) -> None:
    file = csv(tmp_path / "r.csv", "指标,项目,数值,经办人\nB11,rotation_rate,0.12,某\n")
    assert "经办人" in read_real_register(file).attrs["notes"][0][0]


def test_one_unknown_village_is_told_with_the_nearest_and_the_rest_counts(tmp_path: Path) -> None:
    text = "学校,年级,小区,人数\n甲小学,1,和平小区,20\n甲小学,1,东村一组,10\n甲小学,1,和平小曲,5\n甲小学,1,很远很远,2\n甲小学,1,东村一组,1\n"
    real = read_enrolment(csv(tmp_path / "r.csv", text), COUNTY, UNITS)
    assert real.homes.set_index("zone")["pupils"].to_dict() == {"Z1": 20, "Z3": 11}
    assert real.enrolled["pupils"].sum() == 38
    (note,) = [en for _, en in real.notes if "no zone has" in en]
    assert "7 pupils count as outside the catchment" in note
    assert "和平小曲 (5; nearest 和平小区); 很远很远 (2)" in note


def test_a_form_of_an_office_is_read_grades_side_by_side_with_its_totals(tmp_path: Path) -> None:
    rows = [
        ["小县2020学年各小区在校生"],
        ["小区名称", "就读学校", "一年级", "二年级", "三年级"],
        ["和平小区", "甲小学", "20", "21", ""],
        ["东村一组", "甲小学", "10", "11", "12"],
        ["合计", "", "30", "32", "12"],
    ]
    text = "\n".join(",".join(row) for row in rows) + "\n"
    real = read_enrolment(csv(tmp_path / "r.csv", text), COUNTY, UNITS)
    assert real.year == 2020
    assert real.homes.groupby("grade")["pupils"].sum().to_dict() == {1: 30, 2: 32, 3: 12}
    assert "totals are not counted (rows 5)" in "\n".join(en for _, en in real.notes)
