"""The notice holds what a notice must, and its maps show no empty boxes."""

from __future__ import annotations

import pytest
from docx import Document
from docx.oxml.ns import qn

from planning.errors import MissingExtraError
from planning.publish import fonts
from planning.publish.notice import NoticeInfo, expected_entrants, write_notice
from planning.publish.print_map import write_print_map
from tests.district.tiny import tiny_district
from tests.publish.made import NASTY, layout_of, nasty_district

MOVED = {"Z1": "A-P", "Z2": "A-P", "Z4": "A-P", "Z3": "A-P", "Z5": "B-P", "Z6": "B-P"}


@pytest.fixture
def chinese():
    try:
        fonts.chinese_font()
    except MissingExtraError:
        pytest.skip("NO CHINESE FONT, maps are NOT drawn: apt-get install fonts-wqy-microhei")


def test_the_notice_says_everything(tmp_path, chinese):
    info = NoticeInfo(
        issuer="小县教育局",
        window="2021年6月1日至6月7日",
        phone="0953-0000000",
        review_number="宁S(2021)001号",
    )
    path = write_notice(tiny_district(), layout_of(MOVED), "primary", tmp_path / "notice.docx", info)
    document = Document(str(path))
    text = "\n".join(p.text for p in document.paragraphs)
    for wanted in ("小县2021年小学学区划分的公示", "合成数据", "示意图", "宁S(2021)001号", "四至:东至", "由学校B调整到学校A:小区3",
                   "统筹", "2021年6月1日至6月7日", "小县教育局"):  # fmt: skip
        assert wanted in text
    table = document.tables[0]
    assert [c.text for c in table.rows[1].cells] == ["1", "学校A", "单校划片", "1", "45", "45", "50", "0"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    # the overview and one map for each of two catchments
    assert len(document.inline_shapes) == 3
    assert (round(document.sections[0].page_width.cm, 1), round(document.sections[0].page_height.cm, 1)) == (
        21.0,
        29.7,
    )
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_names_in_the_notice_are_text(tmp_path, chinese):
    path = write_notice(nasty_district(), layout_of(), "primary", tmp_path / "n.docx")
    assert NASTY in "\n".join(p.text for p in Document(str(path)).paragraphs)


def test_entrants_and_seats_of_the_entry_grade():
    table = expected_entrants(tiny_district(), layout_of(), "junior")
    assert table[["unit", "classes", "seats", "entrants"]].to_numpy().tolist() == [["C-J", 2, 100, 60]]


def test_the_print_map_is_one_vector_page(tmp_path, chinese):
    data = write_print_map(
        tiny_district(), layout_of(), "primary", tmp_path / "map.pdf", paper="A3"
    ).read_bytes()
    assert data.startswith(b"%PDF")
    assert b"/Subtype /Image" not in data
    assert b"/FontFile2" in data or b"/FlateDecode" in data
    assert b"841.8" in data


def test_without_a_chinese_font_nothing_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FONT_NAMES", ("No Such Font",))
    fonts.chinese_font.cache_clear()
    try:
        with pytest.raises(MissingExtraError, match="apt-get install fonts-wqy-microhei"):
            write_print_map(tiny_district(), layout_of(), "primary", tmp_path / "map.pdf")
    finally:
        fonts.chinese_font.cache_clear()
    assert list(tmp_path.iterdir()) == []
