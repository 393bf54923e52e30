"""Gaps and overlaps below the tolerance are closed once; what is wider stays and is named."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from planning.district import check_district, read_district, write_district
from planning.district.geometry.closing import closed
from planning.district.load import load
from planning.travel import zone_neighbours
from tests.district.tiny import tiny_district


def areas(*shapes):
    return np.array(shapes, dtype=object)


def grid(gap, size=1000.0, count=3):
    step = size + gap
    return areas(
        *(
            box(x * step, y * step, x * step + size, y * step + size)
            for x in range(count)
            for y in range(count)
        )
    )


def touching(shapes):
    """Return which areas share more than 20 m of border."""
    return {
        (i, j)
        for i, a in enumerate(shapes)
        for j, b in enumerate(shapes)
        if i < j and shapely.length(shapely.intersection(a, b)) > 20
    }


@pytest.mark.parametrize("gap", [0.01, 0.1, 0.5, 1.9, -0.3, -1.9])
def test_squares_that_nearly_meet_become_one_tiling(gap):
    result = closed(grid(gap)).shapes
    union = shapely.union_all(result)
    assert union.geom_type == "Polygon"
    assert not union.interiors
    assert shapely.coverage_is_valid(result)
    assert len(touching(result)) == 12
    assert (np.abs(shapely.area(result) - 1e6) <= 4 * 1000 * abs(gap) + 10).all()


def test_wider_gaps_and_overlaps_stay_as_they_were_drawn():
    for shapes in (grid(3.0), areas(box(0, 0, 1300, 1000), box(1000, 0, 2000, 1000))):
        result = closed(shapes)
        assert not result.changed.any()
        assert shapely.equals(result.shapes, shapes).all()


def test_a_corner_on_a_straight_border_is_met_by_a_corner():
    result = closed(
        areas(box(0, 0, 1000, 1000), box(1000.4, 0, 2000, 400.3), box(1000.2, 400.6, 2000, 1000))
    ).shapes
    assert shapely.coverage_is_valid(result)
    assert touching(result) == {(0, 1), (0, 2), (1, 2)}


def test_specks_and_pinholes_go_and_real_exclaves_stay():
    speck = shapely.MultiPolygon([box(0, 0, 1000, 1000), box(-50, 500, -49, 500.5)])
    exclave = shapely.MultiPolygon([box(2000, 0, 3000, 1000), box(5000, 0, 5040, 40)])
    pinhole = box(1000, 0, 2000, 1000).difference(box(1500, 500, 1501, 501))
    result = closed(areas(speck, exclave, pinhole))
    assert result.specks.tolist() == [1, 0, 1]
    assert [shapely.get_num_geometries(s) for s in result.shapes] == [1, 2, 1]
    assert not result.shapes[2].interiors


def test_a_zone_in_the_hole_of_another_fits_it():
    ring = box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600))
    result = closed(areas(ring, box(400.3, 400.3, 599.7, 599.7))).shapes
    assert shapely.union_all(result).equals(box(0, 0, 1000, 1000))


@pytest.mark.parametrize(
    "shapes",
    [
        areas(box(0, 0, 1000, 1000), box(0, 0, 1000, 1000), box(1000.2, 0, 2000, 1000)),
        areas(box(0, 0, 1000, 1000), box(400, 400, 600, 600), box(1000.2, 0, 2000, 1000)),
    ],
    ids=["twice the same", "one on top of another"],
)
def test_a_zone_never_vanishes(shapes):
    result = closed(shapes).shapes
    assert (np.abs(shapely.area(result) - shapely.area(shapes)) < 500).all()


def test_zones_away_from_a_fault_keep_every_coordinate():
    shapes = grid(0.0, count=8).copy()
    shapes[0] = box(-10, -10, 999.9, 999.9)
    result = closed(shapes)
    assert shapely.equals_exact(result.shapes[30:], shapes[30:]).all()
    assert shapely.coverage_is_valid(result.shapes)


def test_missing_shapes_and_no_tolerance_change_nothing():
    shapes = areas(box(0, 0, 10, 10), None, box(10.1, 0, 20, 10))
    assert closed(shapes).shapes[1] is None
    assert not closed(shapes, 0.0).changed.any()


@st.composite
def tilings(draw):
    """Draw columns of rectangles with steps of their own, so that corners lie on straight borders of neighbours."""
    columns = draw(st.integers(2, 4))
    x = np.cumsum([0, *(draw(st.integers(200, 900)) for _ in range(columns))])
    cells = []
    for k in range(columns):
        rows = draw(st.integers(1, 4))
        y = np.round(
            np.linspace(0, 2000, rows + 1)
            + np.r_[0, [draw(st.integers(-60, 60)) for _ in range(rows - 1)], 0]
        )
        cells += [box(x[k], a, x[k + 1], b) for a, b in itertools.pairwise(y)]
    noise = draw(st.floats(0.001, 0.6))
    return areas(*cells), noise, draw(st.integers(0, 2**32 - 1))


def shaken(shapes, noise, seed):
    rng = np.random.default_rng(seed)

    def one(shape):
        xy = shapely.get_coordinates(shape)[:-1] + rng.uniform(-noise, noise, (4, 2))
        return Polygon(xy)

    return areas(*map(one, shapes))


def test_corners_of_a_shaken_tiling_come_nearer_to_their_places():
    true = grid(0.0, count=6)
    drawn = shaken(true, 0.5, 3)
    result = closed(drawn).shapes
    assert shapely.coverage_is_valid(result)

    def away(shapes):
        return np.abs(shapely.area(shapes) - shapely.area(true)).sum()

    assert away(result) < 0.8 * away(drawn)
    assert [len(s.exterior.coords) for s in result] == [5] * 36


def test_short_edges_and_lines_of_close_corners_do_not_collapse():
    steps = [(1000.0, float(y)) for y in range(0, 1001, 1)]
    left = Polygon([(0, 0), *steps, (0, 1000)])
    right = Polygon([(2000, 0), (2000, 1000), *((x + 0.01, y + 0.01) for x, y in reversed(steps))])
    result = closed(areas(left, right)).shapes
    assert shapely.coverage_is_valid(result)
    assert len(result[0].exterior.coords) >= 1000


def test_a_corner_that_is_met_by_an_edge_of_a_neighbour_is_set_into_it():
    drawn = areas(box(0, 0, 1000, 1000), box(1000.01, 0, 2000, 333), box(1000.02, 333, 2000, 1000))
    result = closed(drawn).shapes
    assert shapely.coverage_is_valid(result)
    assert len(result[0].exterior.coords) == 6


@settings(max_examples=60, deadline=None)
@given(tilings())
def test_a_shaken_tiling_has_the_neighbours_of_the_true_one(drawn):
    true, noise, seed = drawn
    result = closed(shaken(true, noise, seed)).shapes
    union = shapely.union_all(result)
    assert union.geom_type == "Polygon"
    assert not union.interiors
    sure = {
        (i, j)
        for i, j in touching(result) ^ touching(true)
        if abs(shapely.length(shapely.intersection(true[i], true[j])) - 20) > 10
    }
    assert not sure
    rim = 2 * (shapely.union_all(true).length)
    assert abs(shapely.area(result).sum() - shapely.area(true).sum()) <= rim * noise
    again = closed(result).shapes
    assert shapely.equals_exact(again, result).all()


def shaken_county(folder, noise):
    tiny = tiny_district()
    zones = tiny.zones.set_geometry(
        gpd.GeoSeries(
            shaken(tiny.zones.geometry.to_numpy(), noise, 7), index=tiny.zones.index, crs=tiny.zones.crs
        )
    )
    return write_district(replace(tiny, zones=zones), folder)


def test_reading_closes_lists_and_a_second_reading_closes_nothing(tmp_path):
    folder = shaken_county(tmp_path / "county", 0.4)
    found = [p for p in check_district(folder) if p.file == "zones.geojson" and "closed" in p.message_en]
    assert found
    assert all(p.level == "warning" for p in found)
    assert "m²" in found[0].message_en
    assert "平方米" in found[0].message_zh
    district = read_district(folder)
    shapes = district.zones.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_union_all(shapes).geom_type == "Polygon"
    assert len(zone_neighbours(district).graph().edges) == 7
    write_district(district, tmp_path / "again")
    assert not load(tmp_path / "again").closed["zones"].changed.any()


def spread(folder, metres):
    """Write the tiny county with its zones pulled apart."""
    tiny = tiny_district()
    x0, y0 = 600_000.0, 4_200_000.0

    def pulled(shape):
        x, y = round((shape.bounds[0] - x0) / 1000), round((shape.bounds[1] - y0) / 1000)
        return shapely.transform(shape, lambda xy: xy + np.array([metres * x, metres * y]))

    moved = [pulled(shape) for shape in tiny.zones.geometry]
    zones = tiny.zones.set_geometry(gpd.GeoSeries(moved, index=tiny.zones.index, crs=tiny.zones.crs))
    return write_district(replace(tiny, zones=zones), folder)


def test_wider_gaps_are_named_with_zones_place_and_width(tmp_path):
    messages = [p.message_en for p in check_district(spread(tmp_path / "county", 3.0))]
    assert any("no zone borders another (6 zones, tolerance 2 m)" in m for m in messages)
    gaps = [m for m in messages if m.startswith("a gap of 3.")]
    assert len(gaps) == 7
    assert all("zone Z" in m and ", 37." in m for m in gaps)


def test_the_tolerance_of_the_district_closes_them(tmp_path):
    folder = spread(tmp_path / "county", 3.0)
    with (folder / "district.yaml").open("a", encoding="utf-8") as file:
        file.write("snap_m: 5\n")
    assert len(zone_neighbours(read_district(folder)).graph().edges) == 7
    assert read_district(folder).info.snap_m == 5


@pytest.mark.parametrize("value", ["-1", "wide", "1000", "true"])
def test_a_tolerance_that_cannot_be_meant_is_refused(tmp_path, value):
    folder = write_district(tiny_district(), tmp_path / "county")
    with (folder / "district.yaml").open("a", encoding="utf-8") as file:
        file.write(f"snap_m: {value}\n")
    assert any(p.level == "error" and p.column == "snap_m" for p in check_district(folder))


def test_a_small_overlap_that_is_wide_is_named_with_its_place(tmp_path):
    folder = write_district(tiny_district(), tmp_path / "county")
    data = json.loads((folder / "zones.geojson").read_text(encoding="utf-8"))
    metric = gpd.GeoSeries([box(599_990, 4_200_500, 600_000, 4_200_540)], crs="EPSG:32648")
    first = shapely.from_geojson(json.dumps(data["features"][0]["geometry"]))
    tongue = metric.translate(1010, 0).to_crs("EPSG:4326").iloc[0]
    data["features"][0]["geometry"] = json.loads(shapely.to_geojson(first.union(tongue)))
    (folder / "zones.geojson").write_text(json.dumps(data), encoding="utf-8")
    found = [p for p in check_district(folder) if p.message_en.startswith("overlaps zone")]
    assert len(found) == 1
    assert found[0].level == "warning"
    assert "between them at 106." in found[0].mend_en


def test_borders_that_could_not_be_closed_are_named_with_zones_and_place(tmp_path, monkeypatch):
    folder = shaken_county(tmp_path / "county", 0.4)
    monkeypatch.setattr("planning.district.load.closed", lambda shapes, snap_m: closed(shapes, 0.0))
    found = [p for p in check_district(folder) if "do not fit the neighbours" in p.message_en]
    assert found
    assert all(p.level == "warning" and p.column == "zone" and p.value.startswith("Z") for p in found)
    assert "around 106." in found[0].message_en
    assert "不吻合" in found[0].message_zh
    monkeypatch.undo()
    assert not any("do not fit" in p.message_en for p in check_district(folder))


@pytest.mark.parametrize("mouth", [0.5, 1.5, 4.0, 15.0])
def test_a_wedge_is_closed_or_named(tmp_path, mouth):
    tiny = tiny_district()
    shapes = tiny.zones.geometry.to_numpy().copy()
    west, south, east, north = shapes[0].bounds
    shapes[0] = Polygon([(west, south), (east, south), (east - mouth, north), (west, north)])
    zones = tiny.zones.set_geometry(gpd.GeoSeries(shapes, index=tiny.zones.index, crs=tiny.zones.crs))
    folder = write_district(replace(tiny, zones=zones), tmp_path / "county")
    said = [p for p in check_district(folder) if p.file == "zones.geojson"]
    words = ("closed along", "a strip of no zone", "do not fit")
    assert any("Z1" in (p.value + p.message_en) and any(w in p.message_en for w in words) for p in said)


def test_a_group_of_zones_without_a_school_is_named(tmp_path):
    tiny = tiny_district()
    far = tiny.zones.geometry.copy()
    lonely = [2, 5]
    far.iloc[lonely] = far.iloc[lonely].translate(800, 0)
    schools = tiny.schools.copy()
    schools.loc[schools["school"] == "B", "geometry"] = tiny.zones.geometry.iloc[0].centroid
    zones = tiny.zones.set_geometry(far)
    boundary = tiny.boundary.set_geometry(tiny.boundary.geometry.buffer(2000))
    folder = write_district(
        replace(tiny, zones=zones, schools=schools, boundary=boundary), tmp_path / "county"
    )
    messages = [p.message_en for p in check_district(folder)]
    assert any(
        m.startswith("Z3, Z6: 2 zones that border no other zone, and no school is among them")
        for m in messages
    )
