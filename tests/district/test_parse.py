"""Cells mean what a person meant."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.district.cells.dates import read_date
from planning.district.cells.headers import find_column, match_headers, stated_units, strange_unit
from planning.district.cells.parse import parse_column
from planning.district.schema import TABLE, Column


def parse(column: Column, *cells: str):
    labels = np.array([str(i) for i in range(2, len(cells) + 2)], dtype=object)
    values, problems = parse_column(column, pd.Series(list(cells), dtype="str"), file="f.csv", labels=labels)
    return list(values), problems


PUPILS = TABLE["zone_pupils"].column_of["pupils"]
COST = TABLE["projects"].column_of["cost_yuan"]
ROOMS = TABLE["units"].column_of["music_rooms"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("24", 24),
        ("24.0", 24),
        (" 24 ", 24),
        ("\uff12\uff14", 24),
        ("1,234", 1234),
        ("1\uff0c234", 1234),
        ("1e3", 1000),
        ("+5", 5),
        ("二十", 20),
        ("12人", 12),
        ("0.07万人", 700),
    ],
)
def test_numbers_as_people_write_them(cell, value):
    assert parse(PUPILS, cell) == ([value], [])


@pytest.mark.parametrize(
    "cell", ["abc", "二十多", "NaN", "inf", "-inf", "1,2", "12间", "#REF!", "1.2.3", "85%"]
)
def test_what_is_no_number_is_named(cell):
    values, problems = parse(PUPILS, "3", cell)
    assert np.isnan(values[1])
    assert [(p.file, p.row, p.column, p.value, p.message_en) for p in problems] == [
        ("f.csv", "3", "pupils", cell, "not a number")
    ]
    assert problems[0].mend_zh == "请只用数字填写整数"


def test_half_a_pupil_and_fewer_than_none():
    _, problems = parse(PUPILS, "2.5", "-3")
    assert [p.message_en for p in problems] == ["not a whole number", "negative value"]
    assert problems[1].mend_en == "pupils must be 0 or more"


def test_a_range_names_both_ends():
    _, problems = parse(TABLE["zone_pupils"].column_of["grade"], "10")
    assert problems[0].mend_en == "grade must be between 1 and 9"
    assert problems[0].mend_zh == "“年级”应在 1 至 9 之间"


def test_empty_cells():
    values, problems = parse(ROOMS, "2", "", "—", "无")
    assert problems == []
    assert values[0] == 2
    assert np.isnan(values[1:]).all()
    _, problems = parse(PUPILS, "", "-")
    assert [p.message_en for p in problems] == ["pupils is empty"] * 2
    assert parse(TABLE["zone_pupils"].column_of["migrant"], "") == ([0], [])


def test_many_like_problems_are_counted():
    _, problems = parse(PUPILS, *["x"] * 50)
    assert len(problems) == 21
    assert problems[-1].message_en == "30 more rows like this one, from row 22 on"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("007", "007"),
        ("1.0", "1"),
        ("640302106001", "640302106001"),
        ("Z1", "Z1"),
        (" Z 1 ", "Z 1"),
        ("\uff3a\uff11", "Z1"),
        ("1.50", "1.50"),
    ],
)
def test_identifiers_stay_text(cell, value):
    assert parse(TABLE["zones"].column_of["zone"], cell) == ([value], [])


def test_a_code_in_scientific_notation_is_lost():
    _, problems = parse(TABLE["zones"].column_of["zone"], "6.40302E+11")
    assert "digits are lost" in problems[0].message_en


def test_lists_of_units():
    column = TABLE["zones"].column_of["current_primary"]
    assert parse(column, "A-P; B-P", "A-P、B-P", "A-P\uff1bB-P", "A-P") == (
        ["A-P;B-P", "A-P;B-P", "A-P;B-P", "A-P"],
        [],
    )


@pytest.mark.parametrize("cell", ["nine_year", "九年一贯制学校", "九年一贯制", "NINE_YEAR", " 九年 一贯制"])
def test_choices_in_both_languages(cell):
    assert parse(TABLE["schools"].column_of["kind"], cell) == (["nine_year"], [])


def test_a_wrong_choice_offers_the_nearest():
    _, problems = parse(TABLE["schools"].column_of["kind"], "nine_yaer")
    assert problems[0].mend_en.startswith("did you mean 'nine_year'?")
    assert "教学点" in problems[0].mend_zh


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", True), ("否", False), ("TRUE", True), ("0", False), ("√", True), ("", False), ("1.0", True)],
)
def test_yes_and_no(cell, value):
    assert parse(TABLE["schools"].column_of["boarding"], cell) == ([value], [])


def test_neither_yes_nor_no():
    _, problems = parse(TABLE["schools"].column_of["boarding"], "也许")
    assert problems[0].message_en == "neither yes nor no"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2020-09-01", "2020-09-01"), ("2020/9/1", "2020-09-01"), ("2020年9月1日", "2020-09-01"), ("2020.9", "2020-09"),
        ("20200901", "2020-09-01"), ("2020年", "2020"), ("44075", "2020-09-01"), ("2020-09-01 00:00:00", "2020-09-01"),
        ("2020-13-01", ""), ("soon", ""), ("2020年9月", "2020-09"),
    ],
)  # fmt: skip
def test_dates(cell, value):
    assert read_date(cell) == value


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30))
def test_no_cell_breaks_the_parser(cell):
    columns = {(c.kind, c.identifier): c for t in TABLE.values() for c in t.columns}
    for column in columns.values():
        values, problems = parse(column, cell)
        assert len(values) == 1
        assert all(p.row == "2" for p in problems)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("pupils", ("pupils", 1)), ("学生数", ("pupils", 1)), ("人数", ("pupils", 1)), ("学 生 数\n(人)", ("pupils", 1)),
        ("*学生数", ("pupils", 1)), ("\ufeffPupils", ("pupils", 1)), ("老师", None),
    ],
)  # fmt: skip
def test_headers(header, found):
    assert find_column(TABLE["zone_pupils"], header) == found


@pytest.mark.parametrize(
    "header", ["村（社区）", "社区（村）", "村/社区", "村、居", "村（居）名称", "村或社区", "小区（村组）"]
)
def test_a_header_of_two_words_of_which_either_is_meant(header):
    assert find_column(TABLE["zones"], header) == ("name", 1)


@pytest.mark.parametrize(
    "header", ["人数/班数", "村（学校）", "经度/纬度", "学校/社区", "(name)", "（社区）"]
)
def test_two_words_that_mean_two_things_are_no_column(header):
    assert find_column(TABLE["zones"], header) is None


@pytest.mark.parametrize(
    ("header", "factor"), [("投资(万元)", 1e4), ("投资(元)", 1), ("投资", 1), ("总投资【亿元】", 1e8)]
)
def test_units_in_headers(header, factor):
    assert find_column(TABLE["projects"], header) == ("cost_yuan", factor)
    values, _ = parse_column(
        COST, pd.Series(["600"]), file="f", labels=np.array(["2"], dtype=object), factor=factor
    )
    assert values[0] == 600 * factor


def test_a_missing_column_offers_the_nearest_header():
    _, _, problems = match_headers(TABLE["zone_pupils"], ["zone", "year", "grade", "pupil"], "f.csv")
    (missing,) = problems  # that 'pupil' means nothing is the same mistake
    assert missing.message_en == "column pupils is missing"
    assert missing.mend_en == "rename column 'pupil' to 'pupils'"


def test_two_headers_for_one_column():
    _, _, problems = match_headers(TABLE["zone_pupils"], ["zone", "year", "grade", "学生数", "人数"], "f.csv")
    assert "both mean pupils" in problems[0].message_en


@pytest.mark.parametrize(
    ("table", "header"),
    [("projects", "总投资(美元)"), ("projects", "投资（USD）"), ("schools", "占地面积(单位:平方英里)")],
)
def test_units_nobody_can_convert_are_named(table, header):
    problems = match_headers(TABLE[table], [header], "表.csv")[2]
    assert [p.value for p in problems if "is not understood" in p.message_en] == [header]


@pytest.mark.parametrize("note", ["估算", "万元", "含土地"])
def test_notes_in_brackets_are_no_units(note):
    problems = match_headers(TABLE["projects"], [f"总投资({note})"], "表.csv")[2]
    assert not any("is not understood" in p.message_en for p in problems)


@pytest.mark.parametrize(
    ("table", "header", "found"),
    [
        ("zones", "常住人口（萬人）", ("population", 1e4)),
        ("zones", "常住人口萬人", ("population", 1e4)),
        ("resources", "教學儀器設備值（萬元）", ("equipment_yuan", 1e4)),
    ],
)
def test_units_in_traditional_characters_are_those_of_the_simplified_ones(table, header, found):
    assert find_column(TABLE[table], header) == found


def test_a_line_above_a_table_states_its_units_in_traditional_characters_too():
    assert stated_units("單位：人、萬元") == ["人", "万元"]
    assert strange_unit("單位：百萬人") == "百万人"
