"""What is published tells of no single zone and of no few children; what planners see says that it is internal."""

from __future__ import annotations

import itertools
import re

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest

from planning.compare import compare
from planning.internal import INTERNAL_ZH, NOTE
from planning.layout import save_tables
from planning.publish import write_comparison, write_map
from planning.publish.disclosure import publishable
from planning.publish.export.geopackage import write_layout_gpkg
from planning.publish.export.write import export_layers
from planning.publish.map.web_map import map_data, public_data
from planning.publish.notice.blocks import Grid, Words
from planning.publish.notice.entrants import expected_entrants
from planning.publish.notice.paper import notice_paper
from planning.publish.notice.seats import UNTOLD
from tests.district.tiny import CATCHMENT, tiny_district
from tests.publish.browser import opened
from tests.publish.made import layout_of

CARD = pd.DataFrame(
    {"id": ["B4"], "name_zh": ["规模"], "name_en": ["size"], "verdict": ["pass"], "shown": ["0"]}
)
# B keeps one zone
ALONE = {**dict.fromkeys(CATCHMENT, "A-P"), "Z6": "B-P"}


def keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {k for v in value.values() for k in keys(v)}
    return {k for v in value for k in keys(v)} if isinstance(value, list | tuple) else set()


def test_the_public_map_holds_no_pupils() -> None:
    data = map_data(tiny_district(), layout_of(ALONE))
    assert "pupils" in keys(data)
    told = keys({name: part for name, part in public_data(data).items() if name != "words"})
    assert not told & {
        "pupils",
        "distance_m",
        "load",
        "shortage",
        "overflow_in",
        "overflow_out",
        "moved_pupils",
        "classes",
        "oversize",
    }


@pytest.mark.browser
@pytest.mark.parametrize("public", [False, True])
def test_a_map_says_on_its_face_that_it_is_internal(tmp_path, public) -> None:
    path = write_map(tiny_district(), layout_of(ALONE), tmp_path / "map.html", public=public)
    with opened(path) as (page, outside, complaints):
        assert page.locator(".internal").count() == (0 if public else 1)
        assert public or INTERNAL_ZH in page.locator(".internal").inner_text()
        words = page.locator(".side").inner_text()
        assert ("片内学生" in words or "学生" in words) != public
        page.mouse.move(500, 420)
        page.wait_for_timeout(200)
        tip = page.locator(".leaflet-tooltip .tip").first.inner_text()
        assert bool(re.search("学生", tip)) != public
    assert outside == []
    assert complaints == []


def test_the_planners_layers_say_that_they_are_internal(tmp_path) -> None:
    path = write_layout_gpkg(tiny_district(), layout_of(), tmp_path / "layout.gpkg")
    for layer, _ in pyogrio.list_layers(path):
        assert INTERNAL_ZH in pyogrio.read_info(path, layer=layer)["layer_metadata"]["DESCRIPTION"]


def test_reports_and_their_workbooks_say_that_they_are_internal(tmp_path) -> None:
    folder = write_comparison(
        compare([layout_of(), layout_of(ALONE, name="b")], [CARD, CARD], tiny_district()), tmp_path / "c"
    )
    assert INTERNAL_ZH in (folder / "comparison.html").read_text(encoding="utf-8")
    for sheet in openpyxl.load_workbook(folder / "comparison.xlsx").worksheets:
        assert sheet.oddHeader.right.text == INTERNAL_ZH


def test_no_count_left_out_can_be_had_by_subtraction() -> None:
    random = np.random.default_rng(7)
    for _, n in itertools.product(range(200), range(1, 6)):
        pupils, zones = random.integers(0, 60, n), random.integers(1, 4, n)
        shown = publishable(pupils, zones, 10)
        assert (pupils[shown] >= 10).all()
        assert (zones[shown] >= 2).all()
        hidden = ~shown
        # alone, or told by what is left of the sum, nobody is
        assert not hidden.any() or shown.sum() == 0 or (hidden.sum() >= 2 and pupils[hidden].sum() >= 10)


def test_a_catchment_of_one_zone_gives_nothing_away() -> None:
    district, layout = tiny_district(), layout_of(ALONE)
    assert export_layers(district, layout)["catchments_primary"]["pupils"].isna().all()
    assert not expected_entrants(district, layout, "primary")["told"].any()
    blocks = notice_paper(district, layout, "primary").blocks
    seats = next(b for b in blocks if isinstance(b, Grid))
    assert [row[6:] for row in seats.rows[:2]] == [(UNTOLD,) * 3] * 2
    texts = [b.text for b in blocks if isinstance(b, Words)]
    assert not [t for t in texts if "预计入学" in t and "单校划片" in t]
    assert [t for t in texts if "不单独公布" in t]


def test_folders_that_hold_counts_by_zone_say_that_they_are_internal(tmp_path) -> None:
    save_tables(layout_of(), tmp_path)
    compared = write_comparison(
        compare([layout_of(), layout_of(ALONE, name="b")], [CARD, CARD], tiny_district()), tmp_path / "c"
    )
    for folder in (tmp_path, compared):
        text = (folder / NOTE).read_text(encoding="utf-8")
        assert text.startswith(INTERNAL_ZH)
        assert NOTE.isascii()
        assert ("lookup.html" in text) == (folder == tmp_path)  # only a run's folder holds public files
