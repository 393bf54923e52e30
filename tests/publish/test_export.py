"""Exports open in desktop GIS, keep every border shared, and carry no name that runs."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.errors import LayoutError, WriteError
from planning.publish.catchments import catchment_polygons
from planning.publish.export.write import export_catchments, export_layers, parts_report
from planning.publish.smooth import smoothed
from tests.district.tiny import ZONES, tiny_district
from tests.publish.made import NASTY, layout_of, nasty_district, overlap_m2, sharing

KML = "{http://www.opengis.net/kml/2.2}"


def ragged(seed: int, count: int = 12) -> np.ndarray:
    """Areas of a square kilometre with crooked borders: small Voronoi cells gathered around a few centres."""
    random = np.random.default_rng(seed)
    square = shapely.box(0, 0, 1000, 1000)
    small = shapely.MultiPoint(random.uniform(0, 1000, (250, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(small, extend_to=square))
    cells = shapely.intersection(cells, square)
    centres = random.uniform(0, 1000, (count, 2))
    middle = shapely.get_coordinates(shapely.centroid(cells))
    nearest = np.hypot(*(middle[:, None, :] - centres[None]).transpose(2, 0, 1)).argmin(axis=1)
    return np.array([shapely.coverage_union_all(cells[nearest == k]) for k in np.unique(nearest)])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([(10.0, 0.0), (0.0, 30.0), (15.0, 60.0)]))
def test_simplified_and_rounded_areas_leave_no_gap_and_no_overlap(seed, how):
    shapes = ragged(seed)
    assert shapely.coverage_is_valid(shapes)
    simple = shapely.coverage_simplify(shapes, how[0], simplify_boundary=False)
    result = smoothed(simple, how[1])
    assert len(result) == len(shapes)
    assert shapely.is_valid(result).all()
    assert shapely.area(result).sum() == pytest.approx(shapely.union_all(shapes).area, rel=1e-9)
    assert shapely.area(shapely.union_all(result)) == pytest.approx(shapely.area(result).sum(), rel=1e-9)
    # the same areas, not others: most of each stays
    assert (shapely.area(shapely.intersection(result, shapes)) > 0.5 * shapely.area(shapes)).all()


def test_rounding_cuts_corners_and_nothing_else():
    district, layout = tiny_district(), layout_of()
    plain = catchment_polygons(district, layout, "primary")
    round_ = catchment_polygons(district, layout, "primary", smooth_m=100)
    assert 0 < plain.geometry.difference(round_.geometry).area.sum() < 2 * 100**2
    assert overlap_m2(round_) == pytest.approx(0, abs=1e-6)
    assert round_.union_all().equals(district.boundary.union_all())


def test_every_format_holds_the_catchments(tmp_path):
    district, layout = tiny_district(), layout_of()
    for to, name in (("gpkg", "a.gpkg"), ("geojson", "gj"), ("shp", "shp"), ("kml", "a.kml")):
        table = export_catchments(district, layout, tmp_path / name, to)
        assert table["unit"].tolist() == ["A-P", "B-P", "C-J"]
    stored = gpd.read_file(tmp_path / "a.gpkg", layer="catchments_primary")
    assert stored["name"].tolist() == ["学校A", "学校B"]
    assert stored["limits"].str.startswith("东至").all()
    assert stored.crs == district.zones.crs
    loose = gpd.read_file(tmp_path / "gj" / "catchments_primary.geojson")
    assert loose.crs == "EPSG:4326"
    assert all(shapely.is_ccw(shapely.get_exterior_ring(g)) for g in loose.geometry)
    assert gpd.read_file(tmp_path / "shp" / "schools.shp")["name"].tolist() == ["学校A", "学校B", "学校C"]
    assert "示意图" in (tmp_path / "shp" / "说明.txt").read_text(encoding="utf-8")
    marks = ET.parse(tmp_path / "a.kml").getroot().iter(f"{KML}Placemark")
    assert [m.findtext(f"{KML}name") for m in marks] == ["学校A", "学校B", "学校C", "学校A", "学校B", "学校C"]
    assert len(gpd.read_file(tmp_path / "a.kml", layer="小学学区")) == 2


def test_a_shapefile_says_utf8_and_keeps_to_its_limits(tmp_path):
    district = tiny_district()
    long = district.schools.assign(name=["长" * 200, "学校B", "学校C"])
    export_catchments(replace(district, schools=long), layout_of(), tmp_path / "shp", "shp")
    path = tmp_path / "shp" / "catchments_primary.shp"
    assert path.with_suffix(".cpg").read_text() == "UTF-8"
    fields = pyogrio.read_info(path)["fields"]
    assert all(len(f) <= 10 and f.isascii() and f.isidentifier() for f in fields)
    assert gpd.read_file(path)["name"].tolist() == ["长" * 84, "学校B"]


def test_exclaves_holes_and_shared_catchments_are_reported():
    catchments = dict.fromkeys(ZONES, "A-P") | {"Z4": "B-P", "Z6": "B-P"}
    table = export_layers(tiny_district(), layout_of(catchments))["catchments_primary"]
    assert parts_report(table)[["unit", "exclaves", "holes"]].to_numpy().tolist() == [["B-P", 1, 0]]
    shared = sharing(layout_of())
    layers = export_layers(tiny_district(), shared)
    assert layers["catchments_primary"][["unit", "multi"]].to_numpy().tolist() == [["A-P;B-P", True]]
    assert layers["schools"]["unit"].tolist() == ["A-P", "B-P", "C-J"]


def test_names_stay_text_in_every_format(tmp_path):
    district, layout = nasty_district(), layout_of()
    for to, name in (("gpkg", "a.gpkg"), ("geojson", "gj"), ("shp", "shp"), ("kml", "a.kml")):
        export_catchments(district, layout, tmp_path / name, to)
    assert gpd.read_file(tmp_path / "a.gpkg", layer="schools")["name"].tolist() == [NASTY + s for s in "ABC"]
    assert gpd.read_file(tmp_path / "gj" / "schools.geojson")["name"].tolist() == [NASTY + s for s in "ABC"]
    root = ET.parse(tmp_path / "a.kml").getroot()
    assert root.find(f".//{KML}Placemark/{KML}name").text == NASTY + "A"
    # programs read descriptions as HTML
    assert not any(
        "<script" in d.text
        for d in root.iter(f"{KML}description")
        if d is not root.find(f".//{KML}Document/{KML}description")
    )


def test_an_unknown_format_and_a_foreign_folder_are_refused(tmp_path):
    with pytest.raises(LayoutError, match="gpkg, geojson, shp, kml"):
        export_catchments(tiny_district(), layout_of(), tmp_path / "x.dwg")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(WriteError):
        export_catchments(tiny_district(), layout_of(), tmp_path / "mine", "shp")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"
