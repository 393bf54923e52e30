"""The public page finds a home by name, initials or tap, works by keyboard and without internet, and keeps counts to itself."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest

from planning.publish.page.lookup import lookup_data, write_lookup
from planning.scenario import Notice
from planning.workbench.projects.objections import read_objections
from tests.district.tiny import tiny_district
from tests.publish.browser import GLYPHS, opened
from tests.publish.made import NASTY, layout_of, nasty_district, sharing

pytest.importorskip("pypinyin", reason="PYPINYIN IS MISSING, the lookup page is NOT made")


def test_every_zone_knows_its_school_distance_and_catchment_of_both_stages():
    data = lookup_data(tiny_district(), layout_of())
    zones = {f["properties"]["name"]: f["properties"] for f in data["zones"]["features"]}
    assert zones["小区3"]["s0"] == [1, 1000, ""]
    assert zones["小区3"]["s1"] == [0, 1500, ""]
    assert data["stages"][0]["catchments"][1]["name"] == "学校B"
    assert data["stages"][0]["catchments"][1]["sides"].startswith("东至")
    assert data["stages"][0]["catchments"][1]["places"] == [["小镇", ["小区3", "小区5", "小区6"]]]


def test_names_are_found_by_pinyin_and_its_initials_with_several_readings():
    district = tiny_district()
    zones = district.zones.assign(name=["重庆路小区", "重里", *district.zones["name"][2:]])
    data = lookup_data(replace(district, zones=zones), layout_of())
    keys = [f["properties"]["keys"] for f in data["zones"]["features"]]
    assert keys[0] == ["cqlxq", "chongqingluxiaoqu"]
    assert {"zl", "cl"} <= set(keys[1])


def test_the_page_holds_no_pupil_counts_of_zones_unless_told_and_never_small_ones():
    district, layout = tiny_district(), layout_of()
    held = {name: part for name, part in lookup_data(district, layout).items() if name != "words"}
    text = json.dumps(held, ensure_ascii=False)
    assert "pupils" not in text
    assert not re.search(r'"p[01]"', text)
    told = lookup_data(district, layout, Notice(zone_pupils_from=100))
    counts = [(f["properties"]["p0"], f["properties"]["p1"]) for f in told["zones"]["features"]]
    # primary: 120 in Z1 and Z6, 60 elsewhere; junior: 30 everywhere
    assert counts == [(120, None), (None, None), (None, None), (None, None), (None, None), (120, None)]
    with pytest.raises(ValueError, match="greater than or equal to 10"):
        Notice(zone_pupils_from=3)


def test_a_shared_catchment_names_both_schools_and_the_rule():
    layout = sharing(layout_of())
    data = lookup_data(tiny_district(), layout)
    assert [(c["name"], c["way"]) for c in data["stages"][0]["catchments"]] == [("学校A、学校B", "多校划片")]
    assert data["stages"][0]["catchments"][0]["rule"].startswith("片区学生可在所列任一学校入学")
    assert data["zones"]["features"][0]["properties"]["s0"] == [0, 1000, "各校平均"]
    assert [s["in"] for s in data["schools"]] == [[0, None], [0, None], [None, 0]]


def test_names_are_data_and_no_address_stands_in_the_page(tmp_path):
    text = write_lookup(nasty_district(), layout_of(), tmp_path / "l.html").read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert not re.search(r"<script[^>]*\bsrc|<link\b|@import", text)
    assert "default-src 'none'" in html.unescape(text)


@pytest.mark.browser
def test_searching_by_keyboard(tmp_path):
    path = write_lookup(tiny_district(), layout_of(), tmp_path / "l.html", Notice(phone="0953-1"))
    with opened(path, width=390, height=800) as (page, outside, complaints):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("xq3")
        assert page.locator("#list li").all_inner_texts() == ["小区3小镇"]
        page.keyboard.press("ArrowDown")
        assert page.locator("#q").get_attribute("aria-activedescendant") == "hit-0"
        page.keyboard.press("Enter")
        answer = page.locator("#answer").inner_text()
        for wanted in (
            "小区3",
            "小学 · 单校划片",
            "学校B",
            "约1.0公里",
            "初中",
            "学校C",
            "约1.5公里",
            "四至",
        ):
            assert wanted in answer
        assert page.locator("#list").is_hidden()
        page.fill("#q", "没有这个地方")
        assert "没有找到" in page.locator("#list").inner_text()
        page.keyboard.press("Escape")
        # nothing is wider than the phone, and what is pressed is large enough
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert all(
            b["height"] >= 40 for b in [h.bounding_box() for h in page.locator("button:visible").all()]
        )
        assert "0953-1" in page.locator("#rest").inner_text()
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(GLYPHS), "Chinese characters come out as empty boxes: install fonts-wqy-microhei"
    assert outside == []
    assert complaints == []


@pytest.mark.browser
def test_a_place_is_found_in_either_characters_and_by_its_code_in_any_case(tmp_path):
    district = tiny_district()
    zones = district.zones.assign(name=["吴忠里", "學府苑", "Oak Hill", *district.zones["name"][3:]])
    schools = district.schools.assign(name=["县实验小学", *district.schools["name"][1:]])
    path = write_lookup(replace(district, zones=zones, schools=schools), layout_of(), tmp_path / "l.html")
    with opened(path) as (page, outside, complaints):
        for typed, found in (
            ("吳忠", ["吴忠里"]),
            ("学府", ["學府苑"]),
            ("學府", ["學府苑"]),
            ("OAK", ["Oak Hill"]),
            ("ｏａｋ　ｈ", ["Oak Hill"]),
            ("Z4", ["小区4"]),
            ("z４", ["小区4"]),
            ("实小", ["县实验小学"]),
            ("小镇", ["小镇"]),
        ):
            page.fill("#q", typed)
            held = page.evaluate(
                "[...document.querySelectorAll('#list li')].map((e) => e.firstChild.textContent)"
            )
            assert held == found, typed
        page.fill("#q", "c")  # a code comes after what is called so
        held = page.evaluate(
            "[...document.querySelectorAll('#list li')].map((e) => e.firstChild.textContent)"
        )
        assert held[-1] == "学校C"
        page.fill("#q", "小镇")
        page.keyboard.press("Enter")
        assert page.locator("#answer li button").count() == len(zones)  # every place of the township
    assert outside == []
    assert complaints == []


@pytest.mark.browser
def test_tapping_a_place_with_hostile_names(tmp_path):
    path = write_lookup(
        nasty_district(), layout_of(), tmp_path / "l.html", Notice(issuer=NASTY, review_number=NASTY)
    )
    with opened(path) as (page, outside, complaints):
        box = page.locator("#map").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2 + 60)
        page.wait_for_timeout(400)
        assert page.locator("#answer h2").inner_text().startswith(NASTY)
        assert page.locator("#answer .card").count() == 2
        page.get_by_role("button", name="初中学区").click()
        page.locator("#rest summary").click()
        page.locator("#rest button").first.click()
        assert NASTY in page.locator("#answer").inner_text()
        assert page.locator("script:not([type='application/json'])").count() == 4
        assert not page.evaluate("Boolean(document.querySelector('[onerror], [onload]'))")
    assert outside == []
    assert complaints == []


@pytest.mark.browser
def test_comments_are_saved_as_a_table_that_the_office_imports(tmp_path):
    path = write_lookup(tiny_district(), layout_of(), tmp_path / "l.html")
    said = '=1+1 离另一所学校更近，"为什么"不划过去？\n第二行'
    with opened(path) as (page, outside, complaints):
        page.fill("#q", "小区3")
        page.keyboard.press("Enter")
        page.click("#comment summary")
        assert page.input_value("#comment-zone") == "小区3"
        assert page.is_disabled("#comment-save")
        for text in (said, "路口危险"):
            page.fill("#comment-text", text)
            page.click("#comment-form [type=submit]")
        assert "已填写2条，尚未保存" in page.inner_text("#comment-count")
        with page.expect_download() as saved:
            page.click("#comment-save")
        table = tmp_path / saved.value.suggested_filename
        saved.value.save_as(table)
        assert "均已保存" in page.inner_text("#comment-count")
        assert page.evaluate(CONTRAST) == []
    assert outside == []
    assert complaints == []
    assert table.read_bytes().startswith("\ufeff".encode())
    read = read_objections(table)
    assert [(r["zone"], r["school"], r["text"]) for r in read] == [
        ("小区3", "学校B", said),
        ("小区3", "学校B", "路口危险"),
    ]
    assert all(len(r["date"]) == 10 for r in read)


CONTRAST = """() => {
  const part = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; })
    .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = part(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.5) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll('h1, h2, h3, p, label, summary, button, small, .school')].filter((e) => e.offsetParent && e.textContent.trim())
    .map((e) => { const a = light(part(getComputedStyle(e).color)), b = light(ground(e)); return [e.tagName + ' ' + e.textContent.slice(0, 20), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
    .filter(([, ratio]) => ratio < 4.5);
}"""
"""What is written with less contrast than WCAG 2.1, 1.4.3 asks for."""
