from __future__ import annotations

import openpyxl
import pytest

from planning.indicators import make_case, score_figures
from planning.indicators.ledger import make_ledger
from planning.publish.workbook.scorecard import write_scorecard_workbook
from planning.standards import read_profile
from tests.indicators.hand import figures, full_register, unit

PLAN = read_profile("litong-2021")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    units = [
        unit("甲", pupils=500, rates={"A1": 0.9}),
        unit("=乙", pupils=500, rates={"A4": 0.5}),
        unit("丙", pupils=30, kind="teaching_point"),
        unit("丁", "junior", 600),
    ]
    f = figures(units, register=full_register()[:-1])
    path = tmp_path_factory.mktemp("book") / "评分表.xlsx"
    ledger = make_ledger(make_case(f, PLAN), "2021-09-01")
    write_scorecard_workbook(score_figures(f, PLAN), path, county="利通区", synthetic=True, ledger=ledger)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    return openpyxl.load_workbook(path)


def rows(sheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_the_tables_of_the_form(book):
    assert book.sheetnames[:6] == [
        "表一 总体情况",
        "表二 小学资源配置",
        "表三 初中资源配置",
        "表四 校际差异系数",
        "表五 政府保障程度",
        "表六 教育质量与社会认可",
    ]
    assert all("含合成数据" in str(sheet["A1"].value) for sheet in book)


def test_the_overview_has_all_32_and_says_what_is_missing(book):
    table = rows(book["表一 总体情况"])
    assert len([r for r in table if r[0] and str(r[0])[0] in "ABCD" and str(r[0])[1:].isdigit()]) == 32
    assert "未提供 1 项不能视为达标" in table[1][0]
    verdict = {r[0]: r[4] for r in table}
    assert (verdict["C8"], verdict["B12"], verdict["A4"]) == ("未提供", "达标", "未达标")


def test_units_with_their_states(book):
    sheet = book["表二 小学资源配置"]
    by_name = {row[1].value: row for row in sheet.iter_rows(min_row=3) if row[1].value}
    good, bad, small = by_name["甲"], by_name["=乙"], by_name["丙"]
    assert good[5].value == pytest.approx(0.9 * 4.2)
    assert good[5].number_format == "0.00"
    assert good[5].fill.fgColor.rgb.endswith("FFF3CD")
    assert (good[13].value, bad[13].value, small[13].value) == ("达标", "未达标", "不参评")
    assert small[14].value == "不足50人的教学点"
    # a name that begins with = is text, never a formula
    assert bad[1].data_type == "s"


def test_variation_and_ledger(book):
    variation = rows(book["表四 校际差异系数"])
    primary = next(r for r in variation if r[:2] == ("小学", "差异系数"))
    assert primary[2] == pytest.approx(1 / 7)  # rates 0.9 and 1.2 of the standard around 1.05
    ledger = {(r[0], r[2]): r for r in rows(book["整改台账"])}
    assert ledger[("=乙", "教学及辅助用房")][5] == pytest.approx(0.5 * 4.5 * 500)
    assert ledger[("甲", "高于规定学历教师")][8] == "是"


def test_no_empty_row_under_the_headers_which_repeat_on_every_page(book):
    for sheet in book.worksheets[:-1]:
        top = int(sheet.freeze_panes[1:])
        assert sheet.cell(top - 1, 1).value
        assert sheet.cell(top, 2).value, sheet.title
        assert sheet.print_title_rows == f"$1:${top - 1}"


def test_a_row_is_as_high_as_its_longest_text(book):
    sheet = book["表五 政府保障程度"]
    for row in sheet.iter_rows(min_row=3):
        wide = 2 * len(str(row[6].value or ""))  # Chinese characters at the most
        assert sheet.row_dimensions[row[0].row].height >= 14 * (wide // (2 * 60) or 1)
    assert "是 / yes" not in [c.value for row in sheet.iter_rows() for c in row]
