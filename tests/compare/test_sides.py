"""Layouts side by side: right figures, right direction, and nothing that runs in a spreadsheet or a browser."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from openpyxl import load_workbook

from planning.compare import class_sizes, compare, compare_runs
from planning.errors import LayoutError
from planning.publish import write_comparison
from tests.publish.made import NASTY, layout_of

TODAY = layout_of(name="=cmd|' /C calc'!A1")
MOVED = replace(
    layout_of({"Z1": "A-P", "Z2": "A-P", "Z4": "A-P", "Z3": "A-P", "Z5": "B-P", "Z6": "B-P"}, name=NASTY),
    summary={**TODAY.summary, "shortage_pupils": 30, "cost_yuan": 2e6},
)


def card(b4: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["B4", "B5"],
            "name_zh": ["中小学规模", "班级学生数"],
            "name_en": ["size", "classes"],
            "verdict": [b4, "not_supplied"],
        }
    )


def test_the_better_value_follows_the_direction_of_the_row():
    comparison = compare([TODAY, MOVED], [card("pass"), card("fail")])
    assert comparison.best("shortage") == [True, False]
    assert comparison.best("cost") == [False, True]
    # equal values: nobody is better
    assert comparison.best("nearby_primary") == [False, False]


def test_zones_that_differ_are_listed():
    moved = compare([TODAY, MOVED], [card("pass"), card("fail")]).moved
    assert moved[["zone", "stage"]].to_numpy().tolist() == [["Z3", "primary"]]


def test_class_sizes_are_spread_evenly():
    units = MOVED.units[MOVED.units["unit"] == "A-P"].assign(pupils=113, classes=2).head(1)
    assert sorted(class_sizes(replace(MOVED, units=units))) == [56, 57]


def test_names_neither_run_in_sheets_nor_in_pages(tmp_path):
    folder = write_comparison(compare([TODAY, MOVED], [card("pass"), card("fail")]), tmp_path / "out")
    page = (folder / "comparison.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "http://" not in page
    assert "https://" not in page
    for file in folder.glob("*.csv"):
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        cells = [*frame.columns, *frame.to_numpy().ravel()]
        assert not [c for c in cells if c.startswith(("=", "+", "@"))], file
    for sheet in load_workbook(folder / "comparison.xlsx"):
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_one_layout_is_not_a_comparison(tmp_path):
    with pytest.raises(LayoutError, match="two or more"):
        compare_runs([tmp_path])
