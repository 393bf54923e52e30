"""Coordinates of web maps are noticed by where they put things."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planning.district import check_district, write_district
from planning.district.geometry.coordinates import wgs84_to_gcj02
from tests.district.frame import make_layer, make_table
from tests.district.shifted import wgs84_to_bd09
from tests.district.tiny import CRS, centre


@pytest.fixture
def town(tiny):
    """The tiny county with ten schools 20 m beside its streets."""
    along = [centre("Z1"), centre("Z2")]
    points = [
        shapely.Point(p.x + (20 if k % 2 else -20), p.y + 200 * k + 100) for p in along for k in range(5)
    ]
    rows = [{"school": f"S{i}", "name": f"S{i}", "kind": "special", "locale": "urban"} for i in range(10)]
    units = make_table("units", [{"unit": "S0-P", "school": "S0", "stage": "primary", "rooms": 6}])
    empty = {n: getattr(tiny, n).iloc[:0] for n in ("classes", "resources", "projects")}
    zones = tiny.zones.assign(current_primary=np.nan, current_junior=np.nan).astype(
        {"current_primary": "str", "current_junior": "str"}
    )
    return dataclasses.replace(
        tiny, schools=make_layer("schools", rows, points, CRS), units=units, zones=zones, **empty
    )


def shifted(layer: gpd.GeoDataFrame, forward) -> gpd.GeoDataFrame:
    degrees = layer.to_crs(4326).geometry
    moved = shapely.transform(degrees.to_numpy(), lambda xy: np.column_stack(forward(xy[:, 0], xy[:, 1])))
    return layer.set_geometry(gpd.GeoSeries(moved, crs=4326).to_crs(CRS))


def said(district, folder):
    return [p.message_en for p in check_district(write_district(district, folder)) if "as " in p.message_en]


def test_schools_at_the_streets_are_no_question(town, tmp_path):
    assert said(town, tmp_path / "a") == []


@pytest.mark.parametrize(("system", "forward"), [("GCJ-02", wgs84_to_gcj02), ("BD-09", wgs84_to_bd09)])
def test_shifted_schools_are(town, tmp_path, system, forward):
    district = dataclasses.replace(town, schools=shifted(town.schools, forward))
    messages = [m for m in said(district, tmp_path / "a") if "schools" in m]
    assert len(messages) == 1
    assert f"as {system} it would be 20 m" in messages[0]


def test_shifted_zones_are(town, tmp_path):
    district = dataclasses.replace(town, zones=shifted(town.zones, wgs84_to_gcj02))
    messages = [m for m in said(district, tmp_path / "a") if "zones' area" in m]
    assert len(messages) == 1
    assert "as GCJ-02 it would be 0.0%" in messages[0]
