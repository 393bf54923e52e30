"""A row of five zones: Z1 names A alone, Z2 A and B, Z3 B, Z4 B and C, Z5 C; A is full with Z1."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from planning.district import District
from planning.scenario import Scenario
from tests.zoning.county import CRS, EAST, NORTH, scenario, small_county

NAMED = ("A", "A;B", "B", "B;C", "C")
PUPILS = (40, 13, 12, 13, 12)


def chain() -> tuple[District, Scenario]:
    """Return the county, and a scenario that keeps its catchments and sends nobody on: 29 a class, one class a grade in A and B."""
    base = small_county()
    names = [f"Z{k + 1}" for k in range(5)]
    shapes = [box(EAST + 1000 * k, NORTH, EAST + 1000 * (k + 1), NORTH + 1000) for k in range(5)]
    zones = base.zones.head(5).assign(current_primary=list(NAMED), current_junior=pd.NA)
    zones = gpd.GeoDataFrame(zones.drop(columns="geometry"), geometry=shapes, crs=CRS)
    whole = [zones.union_all()]
    schools = base.schools.assign(school=["A", "B", "C"], kind="primary")
    points = [Point(EAST + 1000 * k + 500, NORTH + 500) for k in (0, 2, 4)]
    district = replace(
        base,
        zones=zones,
        boundary=gpd.GeoDataFrame(base.boundary.drop(columns="geometry"), geometry=whole, crs=CRS),
        townships=gpd.GeoDataFrame(base.townships.drop(columns="geometry"), geometry=whole, crs=CRS),
        zone_pupils=pd.DataFrame(
            [(z, 2020, g, n, 0) for z, n in zip(names, PUPILS, strict=True) for g in range(1, 7)],
            columns=["zone", "year", "grade", "pupils", "migrant"],
        ),
        schools=gpd.GeoDataFrame(schools.drop(columns="geometry"), geometry=points, crs=CRS),
        units=base.units.assign(
            unit=["A", "B", "C"], school=["A", "B", "C"], stage="primary", rooms=[6, 6, 12]
        ),
        classes=base.classes.head(0),
        roads=base.roads.head(0),
    )
    setting = scenario(
        stages=("primary",),
        catchments="current",
        overflow={"allowed": False},
        travel={"mode": "straight"},
        standards="national-2017",
        standards_set={"class_cap": {"primary": 29}},
    )
    return district, setting
