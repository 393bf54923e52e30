"""The map opens without internet, shows its layers, and no name in it can run."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import shapely

from planning.publish import to_map, write_map
from planning.publish.map.web_map import map_data
from tests.district.tiny import tiny_district
from tests.publish.browser import GLYPHS, opened
from tests.publish.made import NASTY, layout_of, nasty_district


def test_the_page_names_no_outside_address(tmp_path):
    text = write_map(tiny_district(), layout_of(), tmp_path / "map.html").read_text(encoding="utf-8")
    assert not re.search(r"<script[^>]*\bsrc|<link\b|@import", text)
    assert not re.search(r"jsdelivr|cdnjs|unpkg|googleapis|jquery|bootstrap", text)
    assert "合成数据" in text
    assert "setPrefix(false)" in text
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_names_are_data_and_never_markup(tmp_path):
    text = write_map(nasty_district(), layout_of(), tmp_path / "map.html").read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "\\u003cscript\\u003ealert" in text


def test_the_data_say_what_is_short_and_where():
    layout = layout_of(dict.fromkeys(("Z1", "Z2", "Z3", "Z4", "Z5"), "A-P") | {"Z6": "B-P"})
    schools = map_data(tiny_district(), layout)["stages"][0]["schools"]["features"]
    short = {f["properties"]["unit"]: f["properties"]["shortage"] for f in schools}
    # A takes 60 pupils a grade in one class of 45
    assert short == {"A-P": 90, "B-P": 0}
    zones = map_data(tiny_district(), layout)["stages"][0]["zones"]["features"]
    assert [f["properties"]["changed"] for f in zones] == [False, False, True, False, True, False]


def test_a_county_without_roads_barriers_and_projects_can_be_drawn():
    district = tiny_district()
    bare = replace(district, roads=district.roads.iloc[:0], townships=district.townships.iloc[:0])
    layout = layout_of()
    assert to_map(bare, replace(layout, projects=layout.projects.iloc[:0])) is not None


@pytest.mark.browser
def test_the_map_in_a_browser(tmp_path):
    path = write_map(nasty_district(), layout_of(), tmp_path / "map.html")
    with opened(path) as (page, outside, complaints):
        assert page.locator(".leaflet-container").count() == 1
        assert page.locator("#layer-catchments").is_checked()
        assert page.get_by_text("可供学位").first.is_visible()
        page.mouse.move(500, 420)
        page.wait_for_timeout(200)
        tip = page.locator(".leaflet-tooltip .tip")
        assert tip.count() == 1
        assert "学校" in tip.first.inner_text() or NASTY[:8] in tip.first.inner_text()
        assert NASTY in page.locator(".heading h1").inner_text()
        page.get_by_role("button", name="初中").click()
        assert page.get_by_role("button", name="初中").get_attribute("aria-pressed") == "true"
        page.get_by_role("button", name="全县").click()
        page.locator("#layer-projects").uncheck()
        assert page.locator(".leaflet-control-attribution svg").count() == 0
        assert page.evaluate(GLYPHS), "Chinese characters come out as empty boxes: install fonts-wqy-microhei"
        page.wait_for_timeout(300)
    assert outside == []
    assert complaints == []


@pytest.mark.browser
def test_a_zone_or_school_is_found_and_what_the_county_lacks_is_not_offered(tmp_path):
    district = tiny_district()
    layout = layout_of(dict.fromkeys(("Z1", "Z2", "Z3", "Z4", "Z5"), "A-P") | {"Z6": "B-P"})
    bare = replace(district, roads=district.roads.iloc[:0], barriers=district.barriers.iloc[:0])
    points = bare.schools.geometry.copy()
    points.iloc[-1] = None
    bare = replace(bare, schools=bare.schools.set_geometry(points))
    path = write_map(bare, layout, tmp_path / "map.html")
    data = map_data(bare, layout)
    lost = next(p for s in data["stages"] for p in s["placeless"])
    changed = next(
        f["properties"] for f in data["stages"][0]["zones"]["features"] if f["properties"]["changed"]
    )
    with opened(path) as (page, outside, complaints):
        assert page.locator("#layer-roads, #layer-barriers").count() == 0
        assert page.locator("#layer-townships").count() == 1
        page.locator("#find").fill(changed["name"])
        page.keyboard.press("Enter")
        tip = page.locator(".leaflet-tooltip .tip").last.inner_text()
        assert changed["name"] in tip
        assert changed["school"] in tip
        assert changed["before"] in tip
        assert page.locator(".leaflet-tooltip.place.zone").count() >= 1
        school = data["stages"][0]["schools"]["features"][0]["properties"]["name"]
        page.locator("#find").fill(next(n["keys"][-1] for n in data["names"] if n["name"] == school))
        assert school in page.locator("#hits").inner_text()
        page.keyboard.press("Enter")
        assert page.locator(".leaflet-tooltip b.name").last.inner_text() == school
        page.locator("#find").fill(changed["code"].lower())
        assert changed["name"] in page.locator("#hits li").first.inner_text()
        # what is found is told of the stage that is shown, until nobody wants it any more
        page.locator("#find").fill(changed["name"])
        page.keyboard.press("Enter")
        page.get_by_role("button", name="初中").click()
        junior = data["stages"][1]["zones"]["features"]
        there = next(f["properties"] for f in junior if f["properties"]["name"] == changed["name"])
        assert there["school"] != changed["school"]
        assert there["school"] in page.locator(".leaflet-tooltip .tip").last.inner_text()
        page.wait_for_timeout(400)  # those taken away fade out
        assert page.locator(".leaflet-tooltip .tip").count() == 1
        page.locator("#find").press("Escape")
        page.wait_for_timeout(400)
        assert page.locator(".leaflet-tooltip .tip").count() == 0
        town = data["townships"]["features"][0]["properties"]["name"]
        page.locator("#find").fill(changed["name"])
        assert (
            changed["town"] in page.locator("#hits li").first.inner_text()
        )  # namesakes are told apart by it
        page.locator("#find").fill(town)
        assert "乡镇" in page.locator("#hits li", has_text=town).last.inner_text()
        page.locator("#hits li", has_text="乡镇").first.click()
        assert page.locator(".leaflet-tooltip b.name").last.inner_text() == town
        # a school without a point is found, and said to have none
        page.locator("#find").fill(lost["name"])
        page.keyboard.press("Enter")
        assert lost["name"] in page.locator(".lacking").inner_text()
        assert "没有" in page.locator(".lacking small").inner_text()
        marked = page.locator(".figures span", has_text="*").count()
        assert marked == 4  # those that the remark below them means
    with opened(path, width=390) as (page, *_):
        page.locator(".fold").click()
        page.locator("#find").fill(changed["name"])
        page.keyboard.press("Enter")
        panel, tip = (
            page.locator(where).last.bounding_box() for where in (".side", ".leaflet-tooltip:has(.tip)")
        )
        apart = tip["y"] + tip["height"] <= panel["y"] or tip["x"] + tip["width"] <= panel["x"]
        assert apart, "the panel covers what was found"
    assert (outside, complaints) == ([], [])


@pytest.mark.slow
@pytest.mark.browser
def test_projects_show_with_the_stage_they_serve(tmp_path):
    layout = layout_of()
    path = write_map(tiny_district(), layout, tmp_path / "map.html")
    served = [f["properties"]["stage"] for f in map_data(tiny_district(), layout)["projects"]["features"]]
    assert served
    with opened(path) as (page, _, complaints):
        for button, stage in (("小学", "primary"), ("初中", "junior")):
            page.get_by_role("button", name=button).click()
            assert page.locator(".leaflet-marker-pane .pin svg").count() == served.count(stage)
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1300, 390])
def test_no_school_name_covers_another_a_badge_or_a_panel(tmp_path, width):
    district = tiny_district()
    at = district.schools.geometry.iloc[0]
    # schools side by side, one of them expanded: the names have to give way
    beside = [shapely.Point(at.x + 60 * k, at.y) for k in range(len(district.schools))]
    crowded = replace(district, schools=district.schools.set_geometry(beside, crs=district.schools.crs))
    path = write_map(crowded, layout_of(), tmp_path / "map.html")
    with opened(path, width=width) as (page, _, complaints):
        assert page.locator(".leaflet-tooltip.place:not(.township)").count() >= 1
        assert page.evaluate(COVERED) == []
    assert complaints == []


COVERED = """() => {
  const box = (e) => e.getBoundingClientRect(), all = (s) => [...document.querySelectorAll(s)];
  const names = all('.leaflet-tooltip.place:not(.township)'), rest = all('.panel, .pin svg, .pin .short, .leaflet-points-pane path');
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return names.flatMap((a, i) => [...names.slice(i + 1), ...rest].filter((b) => meet(box(a), box(b))).map((b) => [a.textContent, b.textContent]));
}"""
"""Names of schools on the map that share ground with another name, a sign or a panel."""


TEMPLATES = (
    "{{ 7 * 7 }}",
    "{{ unclosed",
    "{% if %}",
    "{# open",
    "${1+1}",
    "{{ cycler.__init__.__globals__ }}",
)


@pytest.mark.browser
@pytest.mark.parametrize("writer", ["page", "folium"])
def test_a_name_that_is_a_template_stays_a_name(tmp_path, writer):
    district = tiny_district()
    names = [TEMPLATES[k % len(TEMPLATES)] for k in range(len(district.schools))]
    hostile = replace(
        district,
        schools=district.schools.assign(name=names),
        zones=district.zones.assign(name=TEMPLATES[1]),
        townships=district.townships.assign(name=TEMPLATES[2]),
        info=replace(district.info, name_zh=TEMPLATES[0], note=TEMPLATES[3]),
    )
    path = tmp_path / "map.html"
    if writer == "page":
        write_map(hostile, layout_of(), path)
    else:
        to_map(hostile, layout_of()).save(str(path))
    with opened(path) as (page, outside, complaints):
        assert TEMPLATES[0] in page.locator(".heading h1").inner_text()
        assert TEMPLATES[0] in page.title()
        assert TEMPLATES[3] in page.locator(".heading .status").inner_text()
        shown = page.locator(".leaflet-tooltip.place:not(.township)").all_inner_texts()
        assert shown
        assert set(shown) <= set(names)
    assert outside == []
    assert complaints == []
