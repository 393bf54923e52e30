"""Catchments cover what the zones cover, without gaps or overlaps, in colours that differ from their neighbours'."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.publish import catchment_polygons, write_layout_gpkg
from planning.publish.colours import (
    CATCHMENT_COLOURS,
    catchment_colours,
    colour_numbers,
    load_colour,
    lying_beside,
    touching,
)
from tests.district.tiny import ZONES, tiny_district
from tests.publish.made import layout_of, overlap_m2


def test_today_s_catchments_of_the_six_zones():
    table = catchment_polygons(tiny_district(), layout_of(), "primary").set_index("unit")
    assert table.loc["A-P", ["zones", "pupils", "parts", "exclaves", "holes"]].tolist() == [3, 240, 1, 0, 0]
    assert table["area_m2"].tolist() == [3e6, 3e6]
    assert table.loc["A-P", "colour"] != table.loc["B-P", "colour"]
    assert table["name"].tolist() == ["学校A", "学校B"]


def test_a_zone_apart_is_an_exclave_and_an_enclosed_one_a_hole():
    catchments = dict.fromkeys(ZONES, "A-P") | {"Z4": "B-P", "Z6": "B-P"}
    table = catchment_polygons(tiny_district(), layout_of(catchments), "primary").set_index("unit")
    assert table.loc["B-P", "exclaves"] == 1
    assert table.loc["A-P", "exclaves"] == 0


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["A-P", "B-P"]), min_size=6, max_size=6), st.sampled_from([0.0, 50.0]))
def test_catchments_of_any_assignment_tile_the_zones(units, tolerance):
    district = tiny_district()
    layout = layout_of(dict(zip(ZONES, units, strict=True)))
    table = catchment_polygons(district, layout, "primary", simplify_m=tolerance)
    assert abs(overlap_m2(table)) < 1
    assert table.area.sum() == pytest.approx(district.zones.area.sum())
    assert table["zones"].sum() == 6
    assert table.geometry.is_valid.all()


def test_a_shared_catchment_carries_the_names_of_its_schools():
    table = catchment_polygons(tiny_district(), layout_of(dict.fromkeys(ZONES, "A-P;B-P")), "primary")
    assert len(table) == 1
    assert table["name"].iat[0] in ("学校A、学校B", "A-P、B-P")


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 7), st.integers(2, 7))
def test_shapes_that_touch_never_share_a_colour(columns, rows):
    shapes = [shapely.box(i, j, i + 1, j + 1) for i in range(columns) for j in range(rows)]
    colours = catchment_colours(shapes)
    beside = touching(shapes)
    assert all(colours[a] != colours[b] for a in range(len(shapes)) for b in beside[a])
    assert set(colours) <= set(CATCHMENT_COLOURS)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1))
def test_colours_are_those_of_the_published_method(places):
    shapes = [shapely.box(i, j, i + 1, j + 1) for i, j in sorted(places)]
    graph = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    graph.add_edges_from((a, b) for a, others in enumerate(lying_beside(shapes)) for b in sorted(others))
    usual = nx.greedy_color(graph, strategy="DSATUR")
    assert colour_numbers(shapes) == [usual[i] for i in range(len(shapes))]


def test_catchments_that_touch_none_differ_from_the_nearest():
    apart = [shapely.box(3 * i, 3 * j, 3 * i + 1, 3 * j + 1) for i in range(3) for j in range(2)]
    assert len(set(catchment_colours(apart))) == len(apart)


def test_exactly_full_is_not_over():
    assert load_colour(1.0) != load_colour(1.0001)
    assert load_colour(float("nan")) == "#BDBDBD"


def test_the_geopackage_holds_every_layer(tmp_path):
    path = write_layout_gpkg(tiny_district(), layout_of(), tmp_path / "layout.gpkg")
    names = set(gpd.list_layers(path)["name"])
    assert names == {"zones", "catchments_primary", "catchments_junior", "schools", "projects"}
    zones = gpd.read_file(path, layer="zones").set_index("zone")
    assert zones.loc["Z1", "primary_unit"] == "A-P"
    assert zones.crs == tiny_district().zones.crs
    schools = gpd.read_file(path, layer="schools").set_index("unit")
    assert schools.loc["A-P", ["pupils", "classes", "seats", "capacity"]].tolist() == [240, 6, 270, 270]
    assert schools.loc["A-P", "load"] == pytest.approx(240 / 270)
    assert gpd.read_file(path, layer="projects")["built"].tolist() == [True, False]
    assert [p.name for p in tmp_path.iterdir()] == ["layout.gpkg"]
