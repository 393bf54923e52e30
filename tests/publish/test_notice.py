"""The notice holds what a notice must, and its maps show no empty boxes."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from matplotlib.patches import PathPatch
from PIL import Image
from shapely.geometry import Point

from planning.errors import LayoutError, MissingExtraError
from planning.publish import fonts, places
from planning.publish.map.labels import Names
from planning.publish.map.name_lists import list_schools
from planning.publish.map.print_map import overview_figure, write_print_map
from planning.publish.map.sheet import blank_sheet
from planning.publish.notice.blocks import Grid, Heading, NoticePaper, Words
from planning.publish.notice.compact import numbered_together
from planning.publish.notice.entrants import expected_entrants
from planning.publish.notice.paper import notice_paper
from planning.publish.notice.pdf import notice_sources, write_pdf
from planning.publish.notice.write import write_notice
from planning.publish.safe import script_json
from planning.scenario import Notice
from tests.district.tiny import at, tiny_district
from tests.needs import need
from tests.publish.made import NASTY, layout_of, nasty_district, sharing

MOVED = {"Z1": "A-P", "Z2": "A-P", "Z4": "A-P", "Z3": "A-P", "Z5": "B-P", "Z6": "B-P"}


@pytest.fixture
def chinese():
    try:
        fonts.chinese_font()
    except MissingExtraError:
        need(False, "a Chinese font (apt-get install fonts-wqy-microhei): maps are not drawn; it")


def test_the_notice_says_everything(tmp_path, chinese):
    info = Notice(
        issuer="小县教育局",
        window="2021年6月1日至6月7日",
        phone="0953-0000000",
        review_number="宁S(2021)001号",
    )
    path = write_notice(tiny_district(), layout_of(MOVED), "primary", tmp_path / "notice.docx", info)
    document = Document(str(path))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    text = "\n".join([p.text for p in document.paragraphs] + cells)
    for wanted in ("小县2021年小学学区划分的公示", "合成数据", "示意图", "宁S(2021)001号", "四至：东至", "统筹", "2021年6月1日至6月7日", "小县教育局"):  # fmt: skip
        assert wanted in text
    table = document.tables[0]
    assert [c.text for c in table.rows[1].cells] == [
        "1",
        "学校A",
        "单校划片",
        "1",
        "45",
        "45",
        "50",
        "-5",
        "0",
    ]
    assert [[c.text for c in row.cells] for row in document.tables[1].rows[1:]] == [
        ["学校B", "学校A", "小区3"]
    ]
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in document.tables)
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


@pytest.mark.parametrize("arranged", [False, True])
def test_a_notice_says_how_many_have_no_seat_after_all_arrangements(arranged):
    """A notice that arranged 20 of 87 missing seats was silent about the other 67."""
    layout = layout_of(MOVED)
    if arranged:
        flows = pd.DataFrame(
            [(2021, 1, "A-P", "B-P", 12, 900.0)],
            columns=["year", "grade", "from_unit", "to_unit", "pupils", "distance_m"],
        )
        layout = replace(layout, overflow=flows)
    texts = [b.text for b in notice_paper(tiny_district(), layout, "primary").blocks if isinstance(b, Words)]
    (said,) = [t for t in texts if "仍缺学位" in t]
    assert said.startswith("上述统筹之后，" if arranged else "按目前预测，")
    assert "仍缺学位5个：学校A5个。相应学生的安排尚未确定" in said
    assert not any(
        "仍缺学位" in getattr(b, "text", "") for b in notice_paper(tiny_district(), layout, "junior").blocks
    )


def test_entrants_and_seats_of_the_entry_grade():
    table = expected_entrants(tiny_district(), layout_of(), "junior")
    assert table[["unit", "classes", "seats", "entrants"]].to_numpy().tolist() == [["C-J", 2, 100, 60]]


def test_without_a_chinese_font_nothing_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FONT_NAMES", ("No Such Font",))
    fonts.chinese_font.cache_clear()
    try:
        with pytest.raises(MissingExtraError, match="apt-get install fonts-wqy-microhei"):
            write_print_map(tiny_district(), layout_of(), "primary", tmp_path / "map.pdf")
    finally:
        fonts.chinese_font.cache_clear()
    assert list(tmp_path.iterdir()) == []


def test_a_notice_as_pdf_embeds_its_fonts_and_asks_for_nothing(tmp_path, chinese):
    path = write_notice(nasty_district(), layout_of(MOVED), "primary", tmp_path / "notice.pdf")
    info = run("pdffonts", path)
    assert info.count(" yes yes yes ") == len(info.splitlines()) - 2 > 0
    text = run("pdftotext", path, "-")
    assert "<script>alert(1)</script>" in text.replace("\n", "")
    for wanted in ("示意图", "审图号", "公示期", "电话", "__________", "第1页共"):
        assert wanted in text.replace(" ", "")
    assert "595.3 x 841.9" in run("pdfinfo", path).replace("595.276", "595.3").replace("841.89", "841.9")


def test_a_word_processor_sets_the_notice_on_pages(tmp_path, chinese):
    """Opened, set on A4 and looked at: no empty boxes for letters, no page without ink, table heads and maps in place."""
    need(shutil.which("soffice") is not None, "soffice (apt-get install libreoffice-writer-nogui)")
    path = write_notice(nasty_district(), layout_of(MOVED), "primary", tmp_path / "notice.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path)
    paper = tmp_path / "notice.pdf"
    assert re.search(r"Page size: +595.* x 84[12].* \(A4\)", run("pdfinfo", paper))
    text = re.sub(r"\s", "", run("pdftotext", paper, "-"))
    for wanted in (
        "学区划分的公示",
        "四至：东至",
        "<script>alert(1)</script>",
        "示意图",
        "审图号",
        "第1页共",
    ):
        assert wanted in text
    assert "\ufffd" not in text
    run("pdftoppm", "-r", "40", "-gray", "-png", paper, tmp_path / "page")
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) >= 3  # words, overview, the first school
    assert all((np.asarray(Image.open(p)) < 128).mean() > 0.001 for p in pages)
    before = run("pdftotext", "-f", len(pages) - 1, "-l", len(pages) - 1, paper, "-")
    assert "公示期" in before  # the signature does not stand alone; the overview is an annex behind it


def run(command: str, *arguments: object) -> str:
    need(shutil.which(command) is not None, f"{command} (apt-get install poppler-utils)")
    return subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, check=True).stdout


TYPESET = (
    '#eval("panic()")', '#import "@preview/x:1.0.0": *', '#read("/etc/passwd")', '#include "paper.json"', "\\#panic()", "#(1+1)", "$ x^2 $", "`code`",
    "```typ #panic() ```", "*bold* _it_", "[content]", "#[x]", "= 标题", "- 一", "+ 一", "/ 词: 义", "<label>", "@ref", "\\u{202e}", "// 注", "/* 注",
    "https://example.invalid/x", "~", "--- ...", '"quoted"', "'single'", "\\", "{ let x = 1 }", "];)}",
)  # fmt: skip


def test_nothing_of_a_notice_is_read_as_the_language_of_the_typesetter(tmp_path, chinese):
    said = "|".join(TYPESET)
    blocks = (
        Heading(said),
        Heading(said, level=2),
        Words(said, label=said),
        Grid(("甲" + said,), ((said,),), (15.8,), last_is_total=True),
    )
    paper = NoticePaper(said, said, said, blocks, (said, said))
    write_pdf(paper, tmp_path / "n.pdf")
    text = re.sub(r"\s", "", run("pdftotext", "-raw", tmp_path / "n.pdf", "-"))
    assert (
        text.count(re.sub(r"\s", "", said)) == 11
    )  # title, number, status, headings, label and words, head and cell, signature
    template = notice_sources(paper)["main"]
    assert template == notice_sources(replace(paper, title="x"))["main"]  # texts never become part of it


def test_a_row_longer_than_a_page_and_a_name_without_a_break_lose_nothing(tmp_path, chinese):
    long, solid = "".join(f"{k}号、" for k in range(3000)), "x" * 400
    grid = Grid(("学校", "居住单元"), ((solid, long), ("乙", "丙")), (3.0, 12.8))
    write_pdf(NoticePaper("题", "号", "", (grid,), ("甲",)), tmp_path / "n.pdf")
    text = re.sub(r"\s", "", run("pdftotext", "-raw", tmp_path / "n.pdf", "-"))
    pages = int(re.search(r"Pages: +(\d+)", run("pdfinfo", tmp_path / "n.pdf"))[1])
    assert pages > 2
    assert text.count("居住单元") == pages  # the head stands on every page
    assert text.count("x") == 400
    assert [k for k in range(3000) if f"{k}号、" not in text] == []


def test_what_is_not_known_stays_a_visible_blank_and_the_scenario_fills_it():
    layout = layout_of()
    blank = notice_paper(tiny_district(), layout, "primary")
    assert blank.signature == ("__________", "______年____月____日")
    told = replace(
        layout, scenario={**layout.scenario, "notice": {"issuer": "小县教育局", "phone": "0953-1"}}
    )
    paper = notice_paper(tiny_district(), told, "primary")
    assert paper.signature[0] == "小县教育局"
    grids = [b for b in paper.blocks if isinstance(b, Grid)]
    assert dict(grids[-1].rows) == {
        "公示期": "__________",
        "电话": "0953-1",
        "电子邮箱": "__________",
        "地址": "__________",
    }


def test_schools_that_admit_together_have_one_catchment():
    layout = sharing(layout_of())
    table = expected_entrants(tiny_district(), layout, "primary")
    assert table[["unit", "name", "classes", "seats"]].to_numpy().tolist() == [
        ["A-P;B-P", "学校A、学校B", 2, 90]
    ]
    texts = [b.text for b in notice_paper(tiny_district(), layout, "primary").blocks if isinstance(b, Words)]
    assert any(t.startswith("多校划片") for t in texts)
    assert "学区范围无调整。" not in texts  # the two catchments of last year became one


def test_a_stage_year_or_paper_that_is_not_there_is_named():
    with pytest.raises(LayoutError, match="primary, junior"):
        notice_paper(tiny_district(), layout_of(), "senior")
    with pytest.raises(LayoutError, match="2021"):
        notice_paper(tiny_district(), layout_of(), "primary", year=2030)
    with pytest.raises(LayoutError, match="A4, A3"):
        overview_figure(tiny_district(), layout_of(), "primary", paper="B5")


def test_no_two_names_on_a_map_overlap(chinese):
    figure = overview_figure(tiny_district(), layout_of(), "primary")
    axes = figure.axes[0]
    names = Names(axes)
    placed = sum(names.centred(f"名字{k}", *at(0.1 * k, 1), size=8) for k in range(30))
    boxes = np.array(names.taken)
    assert 1 < placed == len(boxes) < 30
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def test_a_school_whose_name_finds_no_room_is_listed_by_number(chinese):
    district = tiny_district()
    same = district.schools.assign(
        geometry=[Point(at(1.5, 1))] * 3, name=["很长很长的学校名称甲" * 20, "学校B", "学校C"]
    )
    figure = overview_figure(replace(district, schools=same), layout_of(), "primary")
    listed = [t.get_text() for t in figure.texts]
    assert "图中编号的学校" in listed
    assert any(t.startswith("1 很长") for t in listed)
    # and no name runs off the paper
    assert all(t.get_window_extent().x1 < figure.bbox.x1 for t in figure.texts)


def test_no_name_turns_the_text_around_it_backwards(chinese):
    turned = "\u202e甲\u2066乙"
    district = tiny_district()
    district = replace(
        district, schools=district.schools.assign(name=turned), zones=district.zones.assign(name=turned)
    )
    said = notice_sources(notice_paper(district, layout_of(), "primary"))["paper.json"].decode()
    pages = (said, script_json({"name": turned}))
    assert all("甲乙" in page and "\u202e" not in page and "\u2066" not in page for page in pages)
    figure = overview_figure(district, layout_of(), "primary")
    drawn = [t.get_text() for axes in figure.axes for t in axes.texts] + [t.get_text() for t in figure.texts]
    assert any("甲乙" in t for t in drawn)
    assert not any("\u202e" in t for t in drawn)


def test_every_school_is_named_beside_the_map_in_whole_words(chinese):
    district = tiny_district()
    figure = blank_sheet(8.27, 11.69)
    schools = gpd.GeoDataFrame({"name": [f"第{k}小学" for k in range(60)], "locale": ["urban"] * 40 + ["rural"] * 20},
                               geometry=[Point(0, 0)] * 60, crs=district.zones.crs)  # fmt: skip
    list_schools(figure, (0.5, 0.4, 0.45, 0.3), schools, 3, 1.0)
    lines = list(figure.texts)
    assert lines[0].get_text() == "学校名录（60所）"
    assert not any(t.get_text().startswith("、") for t in lines)
    assert "".join(t.get_text() for t in lines).count("小学") == 60
    assert all(t.get_text()[-1] in "、。）" for t in lines)
    assert all(t.get_window_extent().x1 <= 0.96 * figure.bbox.x1 for t in lines)
    # what finds no room is left out as a whole
    list_schools(tight := blank_sheet(8.27, 11.69), (0.5, 0.4, 0.45, 0.05), schools, 0, 1.0)
    assert tight.texts == []


def test_the_print_map_is_one_vector_page_with_everything_on_it(tmp_path, chinese):
    path = write_print_map(
        tiny_district(), layout_of(), "primary", tmp_path / "map.pdf", paper="A3", date="2021年6月1日"
    )
    data = path.read_bytes()
    assert b"/Subtype /Image" not in data  # all of it is drawn, nothing is a picture
    assert "(A3)" in run("pdfinfo", path)
    assert " yes " in run("pdffonts", path).splitlines()[2]
    text = run("pdftotext", path, "-").replace(" ", "")
    for wanted in (
        "学校A",
        "学校B",
        "图例",
        "审图号",
        "制图日期：2021年6月1日",
        "数据状态",
        "北",
        "示意图，不作为划界依据",
    ):
        assert wanted in text
    run("pdftoppm", "-r", 60, "-png", path, tmp_path / "map")
    pixels = np.asarray(Image.open(next(tmp_path.glob("map*.png"))).convert("RGB")).reshape(-1, 3)
    colours, count = np.unique(pixels // 32, axis=0, return_counts=True)
    # paper, two fills, ink
    assert len(colours) > 10
    assert 0.3 < count.max() / len(pixels) < 0.9


def test_schools_are_drawn_by_their_kind_and_the_legend_says_those_that_occur(chinese):
    district = tiny_district()
    district = replace(
        district, schools=district.schools.assign(kind=["teaching_point", "nine_year", "junior"])
    )
    figure = overview_figure(district, layout_of(), "primary")
    said = [t.get_text() for t in figure.legends[0].get_texts()]
    assert said[:2] == ["九年、十二年一贯制学校", "教学点"]
    assert "学校" not in said
    # numbers of the scale bar, and letters that stay text under a rim of their own
    texts = figure.axes[0].texts
    assert "0" in [t.get_text() for t in texts]
    assert not any(t.get_path_effects() for t in texts)
    rims = [
        p.get_window_extent() for p in figure.axes[0].patches if isinstance(p, PathPatch) and not p.get_fill()
    ]
    for name in ("学校A", "学校B"):
        said = next(t for t in texts if t.get_text() == name).get_window_extent()
        assert any(abs(r.x0 - said.x0) < 6 and abs(r.x1 - said.x1) < 6 and r.overlaps(said) for r in rims)


def test_an_approval_and_its_exceptions_are_printed(monkeypatch, chinese):
    told = ("已批准：教发1号", "本方案带1项例外批准" + "很" * 150)
    monkeypatch.setattr(places, "approval_lines", lambda *_: told)
    assert told[0] in notice_paper(tiny_district(), layout_of(), "primary").status
    figure = overview_figure(tiny_district(), layout_of(), "primary")
    foot = [t for t in figure.texts if t.get_position()[1] < 0.12]
    foot.sort(key=lambda t: -t.get_position()[1])
    assert told[0] in "".join(t.get_text() for t in foot)
    # in lines that end before the paper does
    assert all(t.get_window_extent().x1 < figure.bbox.x1 for t in foot)


def test_documents_of_an_approved_run_do_not_go_into_its_folder(monkeypatch, tmp_path):
    assert places.output_home(tmp_path / "run") == tmp_path / "run"
    monkeypatch.setattr(places, "approval_of", lambda _: "an approval")
    assert str(places.output_home(tmp_path / "run")) == "published/run"


def test_the_compact_form_holds_every_scope_as_a_line_and_no_map(tmp_path, chinese):
    path = write_notice(
        tiny_district(),
        layout_of(MOVED),
        "primary",
        tmp_path / "c.docx",
        Notice(issuer="小县教育局"),
        compact=True,
    )
    document = Document(str(path))
    assert not document.inline_shapes
    rows = [[c.text for c in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["序号", "学校", "四至", "居住单元"]
    assert [row[1] for row in rows[1:]] == ["学校A", "学校B"]
    assert all(row[2].startswith("东至") and row[3] for row in rows[1:])
    text = "\n".join(p.text for p in document.paragraphs)
    assert "划片方式均为单校划片" in text
    assert [p for p in ("一、依据", "二、各校", "三、学位", "四、意见") if p not in text] == []
    assert "小县教育局" in text


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["东湖村1组", "南湖", "东湖村2组"], "东湖村1组、2组、南湖"),
        (["小区036", "小区041", "甲3-1", "甲3-2"], "小区036、 041、甲3-1、甲3-2"),
        (["3号院", "4号院", "甲", "甲"], "3号院、4号院、甲、甲"),
        (["世纪2000城", "A座"], "世纪2000城、A座"),
    ],
)
def test_names_that_differ_in_a_number_are_drawn_together(names, said):
    assert numbered_together(names) == said
