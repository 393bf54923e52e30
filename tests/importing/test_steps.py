"""Steps over the rows of a source: joined, filtered, computed, merged, overlaid, split into classes."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planning.district.cells.sheet import Sheet, text_frame
from planning.errors import DistrictError
from planning.importing.forms.grids import is_records, read_grid
from planning.importing.sources.registers import split_classes
from planning.importing.steps.expressions import apportion, evaluate
from planning.importing.steps.steps import (
    compute_columns,
    fill_texts,
    join_columns,
    keep_rows,
    merge_shapes,
)
from planning.importing.values.overlay import most_of


def sheet(headers: list[str], *rows: list[str], shapes=None) -> Sheet:
    labels = np.array([str(i) for i in range(2, len(rows) + 2)], dtype=object)
    return Sheet("表.xlsx", headers, text_frame(list(rows), len(headers)), labels, shapes)


def column(table: Sheet, name: str) -> list[str]:
    return list(table.cells[list(table.headers).index(name)])


A, B = np.array([1.0, 4.0, np.nan]), np.array([2.0, 0.0, 5.0])


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("a + b * 2", [5, 4, np.nan]),
        ("a / b", [0.5, np.nan, np.nan]),
        ("first(a, b)", [1, 4, 5]),
        ("if(b > 1, 10, 20)", [10, 20, 10]),
        ("ceil(a / 3)", [1, 2, np.nan]),
        ("round(0.5 + b - b)", [1, 1, 1]),
        ("sum(a) - median(b)", [3, 3, 3]),
        ("(row + 1) % 2", [1, 0, 1]),
        ("`总 数` - -1", [8, 9, 10]),
        ("max(a, 2)", [2, 4, 2]),
        ("0/0", [np.nan] * 3),
        ("a * (1 % 0)", [np.nan] * 3),
        ("-(row < 1) - (row < 2)", [-2, -1, 0]),
    ],
)
def test_expressions(expression, values):
    columns = {"a": A, "b": B, "总 数": np.array([7.0, 8.0, 9.0])}
    np.testing.assert_allclose(evaluate(expression, columns, 3), values)


@pytest.mark.parametrize(
    "expression",
    ["__import__('os')", "a.real", "a[0]", "lambda: 1", "open(a)", "a if b else a", "'x'", "a **", "c", "`a", "9**9**9",
     "sum(a=1)", "(" * 400, "abs(a, b, a)", "True", "[a]", "a; b", "x" * 501,
     "9" * 400, "1j"],
)  # fmt: skip
def test_nothing_but_arithmetic(expression):
    with pytest.raises(ValueError, match=r"."):
        evaluate(expression, {"a": A, "b": B}, 3)


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_a_refusal(text):
    with contextlib.suppress(ValueError):
        assert evaluate(text, {"a": A}, 3).shape == (3,)


@given(st.integers(0, 10_000), st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_apportioned_wholes_keep_the_total(total, weights):
    parts = apportion(total, np.array(weights))
    share = np.array(weights) / (sum(weights) or 1)
    assert parts.sum() == (total if sum(weights) > 0 else 0)
    assert (np.abs(parts - total * share) <= 1 + 1e-6 * total).all()


def test_join_takes_columns_by_key():
    schools = sheet(["学校代码", "名称"], ["S1", "甲"], ["S2", "乙"], ["S3", "丙"])
    rooms = sheet(["代码", "教室数"], [" S2", "12"], ["Ｓ1", "8"])
    joined = join_columns(schools, rooms, {"学校代码": "代码"}, keep_all=False)
    assert column(joined, "教室数") == ["8", "12"]
    assert list(joined.labels) == ["2", "3"]
    kept = join_columns(schools, rooms, {"学校代码": "代码"}, keep_all=True)
    assert column(kept, "教室数") == ["8", "12", ""]


def test_join_by_an_ambiguous_key_is_refused():
    schools = sheet(["学校代码"], ["S1"])
    with pytest.raises(DistrictError, match="several rows with this key"):
        join_columns(
            schools,
            sheet(["学校代码", "x"], ["S1", "1"], ["S1", "2"]),
            {"学校代码": "学校代码"},
            keep_all=True,
        )
    with pytest.raises(DistrictError, match="no header '学校编码'"):
        join_columns(schools, schools, {"学校编码": "学校代码"}, keep_all=True)


def test_rows_left_out_and_first_partners():
    table = sheet(["校名", "经度"], ["甲", "0"], ["乙", "113.8"], ["丙", ""])
    assert column(keep_rows(table, {}, {"经度": ["0", ""]}), "校名") == ["乙"]
    other = sheet(["校名", "x"], ["乙", "1"], ["乙", "2"])
    joined = join_columns(table, other, {"校名": "校名"}, keep_all=False, first=True)
    assert column(joined, "x") == ["1"]


def test_json_records_are_a_table(tmp_path):
    (tmp_path / "a.json").write_text(
        '[{"校名": "甲", "班数": 3}, {"校名": "乙", "备注": null}]', encoding="utf-8"
    )
    assert is_records(tmp_path / "a.json")
    assert read_grid(tmp_path / "a.json")[1] == [["校名", "班数", "备注"], ["甲", "3", ""], ["乙", "", ""]]
    (tmp_path / "b.json").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert not is_records(tmp_path / "b.json")
    (tmp_path / "c.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(DistrictError, match="not a list of records"):
        read_grid(tmp_path / "c.json")


def test_rows_computed_columns_and_texts():
    table = sheet(
        ["校名", "状态", "学位"], ["甲", "在办", "1,000"], ["乙", "停办", "９０"], ["丙", " 在办 ", ""]
    )
    kept = keep_rows(table, {"状态": ["在办"]})
    assert column(kept, "校名") == ["甲", "丙"]
    done = fill_texts(
        compute_columns(kept, {"rooms": "ceil(学位 / 45)", "half": "rooms / 2"}), {"unit": "{校名}-P"}
    )
    assert column(done, "rooms") == ["23", ""]
    assert column(done, "half") == ["11.5", ""]
    assert column(done, "unit") == ["甲-P", "丙-P"]
    with pytest.raises(DistrictError, match="no column '学生'"):
        compute_columns(table, {"x": "学生 + 1"})
    with pytest.raises(DistrictError, match="no header '号'"):
        fill_texts(table, {"x": "{号}"})
    with pytest.raises(DistrictError, match="not a pattern"):
        fill_texts(table, {"x": "{"})


def test_merging_is_the_union():
    squares = np.array([shapely.box(i, 0, i + 1, 1) for i in range(3)], dtype=object)
    whole = merge_shapes(sheet(["a"], ["1"], ["2"], ["3"], shapes=squares))
    assert len(whole.cells) == 1
    assert whole.shapes[0].equals(shapely.box(0, 0, 3, 1))


def test_most_of_a_place_decides_and_points_count():
    areas = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=object)
    places = np.array(
        [shapely.box(7, 0, 12, 5), shapely.box(9, 0, 15, 5), shapely.Point(12, 5), shapely.Point(30, 5)],
        dtype=object,
    )
    assert list(most_of(places, areas)) == [0, 1, 1, -1]


def test_classes_from_counts_by_grade():
    wide = sheet(
        ["学校", "一年级班数", "一年级", "二年级班数", "二年级", "合计人数"],
        ["甲", "3", "100", "2", "91", "191"],
        ["乙", "", "", "1", "40", "40"],
    )
    classes, problems = split_classes(wide)
    assert not problems
    rows = list(
        zip(column(classes, "学校"), column(classes, "grade"), column(classes, "pupils"), strict=True)
    )
    assert rows == [
        ("甲", "1", "34"),
        ("甲", "1", "33"),
        ("甲", "1", "33"),
        ("甲", "2", "46"),
        ("甲", "2", "45"),
        ("乙", "2", "40"),
    ]


def test_classes_without_counts_need_a_size():
    rows = sheet(["学校", "年级", "学生数"], ["甲", "1", "100"])
    _, problems = split_classes(rows)
    assert [p.message_en for p in problems] == ["100 pupils in grade 1, but no number of classes"]
    classes, problems = split_classes(rows, 45)
    assert not problems
    assert column(classes, "pupils") == ["34", "33", "33"]


@pytest.mark.parametrize("cell", ["-3", "abc", "2.5", "1e9", "NaN"])
def test_figures_that_are_no_counts(cell):
    _, problems = split_classes(sheet(["学校", "年级", "班数", "学生数"], ["甲", "1", "2", cell]))
    assert len(problems) == 1
    assert cell in problems[0].value
