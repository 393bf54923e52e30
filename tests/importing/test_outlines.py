"""Zones drawn around points fill the townships and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.district import write_district
from planning.importing import import_district, import_tables
from planning.importing.geometry.outlines import voronoi_zones
from tests.district.conftest import errors
from tests.district.tiny import ZONES

TOWNSHIPS = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)], dtype=object)
PLACES = st.lists(
    st.tuples(st.integers(1, 1999).filter(lambda x: x != 1000), st.integers(1, 999)),
    min_size=2,
    max_size=25,
    unique=True,
)


@settings(deadline=None, max_examples=50)
@given(PLACES)
def test_cells_partition_the_townships_that_hold_points(places):
    points = np.array([shapely.Point(p) for p in places], dtype=object)
    cells = voronoi_zones(points, TOWNSHIPS)
    held = [t for t in TOWNSHIPS if shapely.intersects(t, points).any()]
    assert not shapely.is_missing(cells).any()
    assert shapely.area(cells).sum() == pytest.approx(sum(t.area for t in held), rel=1e-9)
    assert shapely.union_all(cells).area == pytest.approx(shapely.area(cells).sum(), rel=1e-9)
    assert (shapely.distance(cells, points) < 1e-6).all()


def test_a_point_in_no_township_gets_nothing():
    cells = voronoi_zones(np.array([shapely.Point(5000, 0), None], dtype=object), TOWNSHIPS)
    assert list(cells) == [None, None]


@pytest.fixture
def estates(tmp_path, tiny):
    """The tiny county, its zones given as a list of points at their centres."""
    write_district(tiny, tmp_path / "d")
    centres = tiny.zones.centroid.to_crs(4326)
    lines = ["单元编号,单元名称,乡镇编号,城乡类型,经度,纬度"]
    lines += [f"{z},小区{z},T1,城区,{p.x:.8f},{p.y:.8f}" for z, p in zip(ZONES, centres, strict=True)]
    (tmp_path / "estates.csv").write_text("\n".join(lines), encoding="utf-8")
    tables = {
        name: {
            "file": f"d/{name}.{'geojson' if shaped else 'csv'}",
            **({"coordinates": "WGS84"} if shaped else {}),
        }
        for name, shaped in (
            ("boundary", 1),
            ("townships", 1),
            ("schools", 1),
            ("units", 0),
            ("zone_pupils", 0),
        )
    }
    tables["zones"] = {"file": "estates.csv", "coordinates": "WGS84", "outlines": "voronoi"}
    info = {"id": "tiny", "name_zh": "小县", "base_year": 2020, "crs_metric": "EPSG:32648"}
    (tmp_path / "m.yaml").write_text(yaml.safe_dump({"district": info, "tables": tables}), encoding="utf-8")
    return tmp_path


def test_centres_of_squares_give_the_squares_back(estates, tiny):
    district = import_district(estates / "m.yaml")
    assert district.zones.geometry.symmetric_difference(tiny.zones.geometry).area.max() < 500
    layer = district.info.layers["zones"]
    assert layer.status == "derived"
    assert "Voronoi" in layer.method


def test_points_that_cannot_be_drawn_are_named(estates):
    rows = (estates / "estates.csv").read_text(encoding="utf-8").splitlines()
    rows[2] = ",".join([*rows[2].split(",")[:4], *rows[1].split(",")[4:]])
    rows[3] = ",".join([*rows[3].split(",")[:4], "106.5", "37.9"])
    (estates / "estates.csv").write_text("\n".join(rows), encoding="utf-8")
    found = [(p.row, p.message_en) for p in errors(import_tables(estates / "m.yaml").problems)]
    assert ("3", "two zones at the same point") in found
    assert ("4", "the point lies in no township") in found
