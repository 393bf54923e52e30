"""A district made in memory may lack names, and a layout every row: outputs call zones by their codes, or say what is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planning.errors import LayoutError
from planning.publish.export.geopackage import zone_layer
from planning.publish.map.web_map import map_data
from planning.publish.notice.paper import notice_paper
from planning.publish.notice.read_back import check_words
from planning.publish.places import names_of_zones
from tests.district.tiny import tiny_district
from tests.publish.made import layout_of


@pytest.fixture(scope="module")
def nameless():
    district = tiny_district()
    return replace(
        district, zones=district.zones.assign(name=[None, np.nan, " ", *district.zones["name"][3:]])
    )


def test_a_zone_without_a_name_goes_by_its_code(nameless) -> None:
    codes = nameless.zones["zone"].tolist()[:3]
    assert names_of_zones(nameless).tolist() == [*codes, *nameless.zones["name"][3:]]
    assert zone_layer(nameless, layout_of())["name"].tolist()[:3] == codes
    named = {entry["name"] for entry in map_data(nameless, layout_of())["names"]}
    assert set(codes) <= named
    assert not {"nan", "None"} & named


def test_borders_of_zones_without_names_are_described_and_read_back(nameless) -> None:
    named = check_words(tiny_district(), layout_of(), "primary")
    found = check_words(nameless, layout_of(), "primary")
    assert found["agreement"].tolist() == pytest.approx(named["agreement"].tolist())
    said = repr(notice_paper(nameless, layout_of(), "primary"))
    assert nameless.zones["zone"].iat[0] in said
    assert "nan" not in said


def test_a_layout_that_assigns_no_zone_is_refused_in_a_sentence() -> None:
    empty = layout_of()
    empty = replace(empty, assignment=empty.assignment.iloc[:0])
    with pytest.raises(LayoutError) as raised:
        map_data(tiny_district(), empty)
    (issue,) = raised.value.problems
    assert issue.code == "publish.places.assigns_no_zone"
    assert issue.text("zh").startswith("toy")
