"""The words for a border lead back to the border."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from shapely.geometry import LineString, MultiPolygon

from planning.district import read_district
from planning.district.model import Layer
from planning.publish import catchment_polygons
from planning.publish.notice.blocks import Words
from planning.publish.notice.boundary_text import _reaches, boundary_texts
from planning.publish.notice.limits import limits_of, said_of
from planning.publish.notice.paper import notice_paper
from planning.publish.notice.read_back import AGREE, Reader, agreements, read_line
from planning.publish.notice.stretches import Stretch, features_of
from planning.publish.notice.walk import agreement, ground_of, walk
from tests.district.frame import make_layer
from tests.district.tiny import CRS, at, centre, tiny_district
from tests.publish.made import layout_of


def with_street():
    """The county with 中街 between Z1 and Z2 and between Z4 and Z5, and catchments that meet there."""
    district = tiny_district()
    street = make_layer(
        "roads",
        [{"road": "R9", "name": "中街", "road_class": "local"}],
        [LineString([at(1, 0), at(1, 2)])],
        CRS,
    )
    layout = layout_of({"Z1": "A-P", "Z4": "A-P", "Z2": "B-P", "Z3": "B-P", "Z5": "B-P", "Z6": "B-P"})
    return replace(district, roads=street), layout


def test_four_sides_name_the_street_and_the_county_limit():
    district, layout = with_street()
    words = boundary_texts(district, layout, "primary")["A-P"]
    assert words.four_sides == "东至中街，南至小县界，西至小县界，北至小县界。"
    assert words.places == {"小镇": ("小区1", "小区4")}
    assert sum(s.length_m for s in words.stretches) == pytest.approx(6000, rel=0.01)


@pytest.mark.parametrize(("status", "cited"), [("derived", False), ("real", True)])
def test_an_outline_drawn_around_estates_apart_is_no_county_limit(status, cited):
    district = tiny_district()
    apart = MultiPolygon([shape.buffer(-20.0) for shape in district.zones.geometry])
    outline = district.boundary.set_geometry([apart], crs=district.boundary.crs)
    layers = {**district.info.layers, "boundary": Layer(status)}
    info = replace(district.info, layers=layers)
    lines = features_of(replace(district, boundary=outline, info=info)).lines
    assert any(kind == "county" for kind, *_ in lines) == cited


def test_without_a_named_road_the_neighbouring_communities_are_named():
    words = boundary_texts(tiny_district(), layout_of(), "primary")["A-P"]
    assert words.sides["east"] == ("小区3界", "小区5界") or set(words.sides["east"]) == {"小区3界", "小区5界"}


@pytest.mark.parametrize("unit", ["A-P", "B-P"])
@pytest.mark.parametrize("made", [with_street, lambda: (tiny_district(), layout_of())])
def test_walking_the_words_gives_the_catchment_back(unit, made):
    district, layout = made()
    words = boundary_texts(district, layout, "primary")[unit]
    start = centre("Z1") if unit == "A-P" else centre("Z6")
    shape = catchment_polygons(district, layout, "primary").set_index("unit").geometry[unit]
    assert agreement(walk(ground_of(district), words.stretches, start), shape) > 0.95


def test_a_wrong_street_leads_astray():
    district, layout = with_street()
    words = boundary_texts(district, layout, "primary")["A-P"]
    moved = replace(district, roads=district.roads.assign(geometry=[LineString([at(2, 0), at(2, 2)])]))
    shape = catchment_polygons(district, layout, "primary").set_index("unit").geometry["A-P"]
    assert agreement(walk(ground_of(moved), words.stretches, centre("Z1")), shape) < 0.6


@pytest.mark.parametrize("made", [with_street, lambda: (tiny_district(), layout_of())])
def test_the_printed_line_is_read_back_word_by_word(made):
    district, layout = made()
    for words in boundary_texts(district, layout, "primary").values():
        read = read_line(district, words.enclosing_line)
        assert sum(s.length_m for s in read) == pytest.approx(
            sum(s.length_m for s in words.stretches), rel=0.05
        )
    assert (agreements(district, layout, "primary") > 0.95).all()


def test_a_line_is_followed_once_on_the_same_ground_and_anew_on_another(tmp_path, monkeypatch):
    district, layout = with_street()
    monkeypatch.setenv("PLANNING_CACHE", str(tmp_path))
    tmp_path.chmod(0o700)
    line = boundary_texts(district, layout, "primary")["A-P"].enclosing_line
    part = catchment_polygons(district, layout, "primary").set_index("unit").geometry["A-P"]
    (first,) = Reader(district).agreements([line], [part])
    again = Reader(district)
    assert again.agreements([line], [part]) == [first]
    assert "ground" not in vars(again)
    assert first > 0.95
    moved = replace(district, roads=district.roads.assign(geometry=[LineString([at(2, 0), at(2, 2)])]))
    assert Reader(moved).agreements([line], [part])[0] < 0.6
    assert Reader(district).agreements([line.replace("中街", "大街")], [part]) == [0.0]


def test_a_line_with_an_unknown_name_is_not_guessed():
    district, layout = with_street()
    line = boundary_texts(district, layout, "primary")["A-P"].enclosing_line
    with pytest.raises(ValueError, match="大街"):
        read_line(district, line.replace("中街", "大街"))


@pytest.mark.slow
def test_the_words_of_the_default_county_close_where_the_catchments_do():
    district = read_district("data/geo/litong")
    unit = district.zones["current_junior"].astype(str)
    assignment = pd.DataFrame({"zone": district.zones["zone"], "stage": "junior", "unit": unit, "pupils": 1})
    layout = replace(layout_of(), assignment=assignment)
    found = agreements(district, layout, "junior")
    assert len(found) == unit.nunique()
    assert found.median() > 0.95
    assert found.min() > AGREE


def test_a_side_of_many_short_streets_names_more_than_the_longest():
    def side(*lengths: float) -> tuple[str, ...]:
        return _reaches([Stretch("road", f"路{k}", "north", m) for k, m in enumerate(lengths)], "north")

    assert side(130, 120, 110, 100, 100, 100, 100, 100, 100) == ("路0", "路1", "路2")
    assert side(900, 100) == ("路0",)
    assert side(500, 400, 100) == ("路0", "路1")
    assert side() == ()


def scattered(shares: dict[str, float]):
    """The county with every zone shrunk to a share of its side, so that catchments fall into parts, and today's catchments."""
    from shapely.affinity import scale

    district = tiny_district()
    shapes = [
        scale(s, shares[z], shares[z])
        for z, s in zip(district.zones["zone"], district.zones.geometry, strict=True)
    ]
    return replace(district, zones=district.zones.set_geometry(shapes)), layout_of()


def test_words_for_a_catchment_in_parts_say_what_they_leave_out():
    district, layout = scattered({"Z1": 0.95, "Z2": 0.3, "Z3": 0.9, "Z4": 0.3, "Z5": 0.9, "Z6": 0.9})
    texts = limits_of(district, layout, "primary")
    words, said = texts["A-P"]  # Z1, and the smaller Z2 and Z4 apart
    assert words.exclaves == 2
    assert 0.5 < words.rim < 0.7
    assert said.sides == words.four_sides
    assert f"占全部周界的{words.rim:.0%}" in said.remark
    assert "另有飞地2处（小区2、小区4）" in said.remark
    paper = notice_paper(district, layout, "primary")
    assert any(isinstance(b, Words) and b.label == "说明：" and b.text == said.remark for b in paper.blocks)


def test_four_sides_of_the_least_part_of_a_catchment_are_not_printed():
    district, layout = scattered(dict.fromkeys(("Z1", "Z2", "Z3", "Z4", "Z5", "Z6"), 0.9))
    words, said = limits_of(district, layout, "primary")["A-P"]
    assert words.rim == pytest.approx(1 / 3, abs=0.01)
    assert (said.sides, said.line) == ("", "")
    assert said.remark.startswith("由互不相连的3块组成，最大一块只占全部周界的33%，不以四至、界线表述")


@pytest.mark.parametrize(
    ("agreement", "line", "remark"),
    [(0.95, True, ""), (0.8, True, "约有20%不一致"), (0.08, False, "难以用文字")],
)
def test_a_line_that_leads_astray_is_not_printed_without_a_word(agreement, line, remark):
    district, layout = with_street()
    words = boundary_texts(district, layout, "primary")["A-P"]
    said = said_of(words, agreement)
    assert bool(said.line) == line
    assert remark in said.remark if remark else not said.remark
