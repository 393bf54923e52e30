"""The comparison as people see it: drawn without complaint or request, exceptions printed, nothing runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from planning.compare import compare
from planning.publish import write_comparison
from planning.publish.page.comparison_drawing import change_kind
from tests.district.tiny import CATCHMENT
from tests.publish.browser import GLYPHS, opened
from tests.publish.made import NASTY, layout_of, nasty_district

CARD = pd.DataFrame(
    {"id": ["B4", "B5"], "name_zh": ["中小学规模", "班级学生数"], "name_en": ["size", "classes"], "verdict": ["pass", "fail"], "shown": ["0", "12"]}
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    second = layout_of(CATCHMENT | {"Z3": "A-P"}, name=NASTY)
    table = second.assignment.copy()
    table.loc[(table["zone"] == "Z3") & (table["stage"] == "primary"), "distance_m"] += 700
    second = replace(second, assignment=table)
    found = compare([layout_of(name="first"), second], [CARD, CARD], nasty_district())
    lines = ((), ("已批准:1号", "本方案带 1 项例外批准(复核未通过的事项):", "assignment: " + NASTY))
    return write_comparison(replace(found, approvals=lines), tmp_path_factory.mktemp("cmp") / "out")


@pytest.mark.browser
def test_the_page_opens_quietly_and_shows_everything(folder: Path) -> None:
    with opened(folder / "comparison.html") as (page, outside, complaints):
        assert not outside
        assert not complaints
        assert page.evaluate(GLYPHS)
        heads = page.locator("h2").all_inner_texts()
        assert len(heads) == 8
        assert page.locator(".warn").inner_text().count("例外") == 1
        assert page.locator(".maps svg").count() == 2
        assert page.locator(".maps path[fill='#D55E00']").count() == 1
        # the page is not wider than the window
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.browser
def test_it_fits_a_phone(folder: Path) -> None:
    with opened(folder / "comparison.html", width=390, height=800) as (page, _, complaints):
        assert not complaints
        # names are not squeezed into a column of single letters
        assert (
            page.evaluate(
                "Math.min(...[...document.querySelectorAll('tbody td:first-child')].map(e => e.offsetWidth))"
            )
            >= 80
        )
        # a bar is as long as its pupils are many: none is cut short
        assert page.locator(".bar").count() == 16
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_figure_says_how_it_is_computed(folder: Path) -> None:
    rows = list(load_workbook(folder / "comparison.xlsx")["方案比较"].iter_rows(min_row=2, values_only=True))
    assert len(rows) > 3
    assert all(row[-1] for row in rows)


def test_the_workbook_has_a_sheet_for_every_question(folder: Path) -> None:
    book = load_workbook(folder / "comparison.xlsx")
    assert book.sheetnames == ["方案比较", "变动单元", "距离增减", "公平性", "班额分布", "32项指标", "建设项目", "帕累托位置", "说明"]  # fmt: skip
    assert [c.value for c in book["变动单元"][2]][2:] == ["Z3", "城区", 60, "B-P", "A-P", 1700, 700]
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


@pytest.mark.parametrize(("delta", "kind"), [(-101, "win"), (-100, "win"), (-99, "same"), (100, "same"), (101, "lose")])  # fmt: skip
def test_colours_follow_the_change(delta: float, kind: str) -> None:
    assert change_kind(delta) == kind
