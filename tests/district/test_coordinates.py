"""Coordinates come back exactly, and agree with an independent package."""

from __future__ import annotations

import numpy as np
import prcoords
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planning.district.geometry import coordinates as c
from tests.district.shifted import wgs84_to_bd09

LON, LAT = st.floats(73.6, 134.9), st.floats(18.0, 53.5)
METRE = 1 / 111_000  # degrees of latitude
GEOD = pyproj.Geod(ellps="WGS84")


@given(LON, LAT)
def test_gcj02_and_bd09_agree_with_prcoords(lon, lat):
    theirs = prcoords.wgs_gcj((lat, lon))
    assert np.allclose(c.wgs84_to_gcj02(lon, lat), (theirs[1], theirs[0]), rtol=0, atol=1e-10)
    theirs = prcoords.wgs_bd((lat, lon))
    assert np.allclose(wgs84_to_bd09(lon, lat), (theirs[1], theirs[0]), rtol=0, atol=1e-10)


@given(LON, LAT)
def test_inverse_is_exact_to_a_micrometre(lon, lat):
    for there, back in ((c.wgs84_to_gcj02, c.gcj02_to_wgs84), (wgs84_to_bd09, c.bd09_to_wgs84)):
        again = back(*there(lon, lat))
        assert np.abs(np.array(again) - (lon, lat)).max() < 1e-6 * METRE


def test_the_shift_is_hundreds_of_metres():
    lon, lat = c.wgs84_to_gcj02(106.2, 37.98)
    assert 300 < GEOD.inv(106.2, 37.98, float(lon), float(lat))[2] < 800


def test_places_outside_china_are_not_shifted():
    assert c.wgs84_to_gcj02(-77.03, 38.9) == (-77.03, 38.9)


def test_projected_cgcs2000_comes_back_to_degrees():
    # central meridian 105° E: false easting 500 km, the equator at 0
    lon, lat = c.to_wgs84([500_000.0], [0.0], "EPSG:4544")
    assert lon[0] == pytest.approx(105.0, abs=1e-9)
    assert lat[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("wgs84", "EPSG:4326"),
        ("GCJ02", "GCJ-02"),
        ("高德", "GCJ-02"),
        ("bd-09", "BD-09"),
        ("CGCS2000", "EPSG:4490"),
    ],
)
def test_systems_go_by_many_names(name, system):
    assert c.system_of(name) == system


def test_an_unknown_system_is_refused():
    with pytest.raises(ValueError, match="moon"):
        c.system_of("moon")


def test_shapes_move_and_missing_ones_stay():
    point = shapely.Point(*(float(v) for v in c.wgs84_to_gcj02(106.2, 37.98)))
    moved = c.shapes_to_wgs84(np.array([point, None], dtype=object), "GCJ-02")
    assert moved[0].distance(shapely.Point(106.2, 37.98)) < 1e-11
    assert moved[1] is None
