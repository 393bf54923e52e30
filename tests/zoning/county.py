"""A county small enough to check by hand.

Z4 | Z5 | Z6(B)        six zones of 1 km × 1 km, 20 pupils in every grade of every zone (120 primary, 60 junior)
---+----+------        primary schools A in Z1 and B in Z6, 12 rooms each; junior school C in Z2, 9 rooms
Z1(A)|Z2(C)|Z3         streets join the middles of neighbouring zones: every walk is a whole number of kilometres
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point, box

from planning.district import District, DistrictInfo
from planning.district.schema import TABLE
from planning.scenario import Scenario

CRS = "EPSG:32648"
EAST, NORTH = 600_000.0, 4_200_000.0


def small_county(
    *,
    pupils: int = 20,
    rooms: tuple[int, int, int] = (12, 12, 9),
    current: str = "AABABB",
    projects: Any = None,
) -> District:
    """Return the county; ``current`` names today's primary school of Z1…Z6."""
    cells = [(column, row) for row in range(2) for column in range(3)]
    names = [f"Z{k + 1}" for k in range(6)]
    zones = gpd.GeoDataFrame(
        {
            "zone": names,
            "name": [f"合成社区{k + 1:03d}" for k in range(6)],
            "township": "T1",
            "kind": "estate",
            "locale": "urban",
            "population": 900.0,
            "current_primary": [f"{c}-P" for c in current],
            "current_junior": "C-J",
            "real_code": pd.NA,
        },
        geometry=[box(*_corner(c, r), *_corner(c + 1, r + 1)) for c, r in cells],
        crs=CRS,
    )
    tables = {name: _empty(name) for name in TABLE}
    tables |= {
        "zones": zones,
        "boundary": gpd.GeoDataFrame({"name": ["小县"]}, geometry=[zones.union_all()], crs=CRS),
        "townships": gpd.GeoDataFrame(
            {"township": ["T1"], "name": ["合成镇"], "population": [5400]},
            geometry=[zones.union_all()],
            crs=CRS,
        ),
        "zone_pupils": pd.DataFrame(
            [(z, 2020, g, pupils, 0) for z in names for g in range(1, 10)],
            columns=["zone", "year", "grade", "pupils", "migrant"],
        ),
        "schools": _schools(),
        "units": pd.DataFrame(
            {
                "unit": ["A-P", "B-P", "C-J"],
                "school": ["A", "B", "C"],
                "stage": ["primary", "primary", "junior"],
                "rooms": rooms,
                "admission": "catchment",
                "music_rooms": 1,
                "art_rooms": 1,
            }
        ),
        "classes": _classes(pupils),
        "roads": _streets(),
    }
    if projects is not None:
        tables["projects"] = projects
    return District(info=DistrictInfo("small", "Small County", "小县", 2020, CRS), **tables)


def scenario(**settings: Any) -> Scenario:
    """Return a scenario over the county: the register's pupils, plain HiGHS unless said otherwise."""
    base: dict[str, Any] = {"name": "test", "district": "small", "year": 2020, "demand": "register"}
    return Scenario.model_validate(base | settings)


def project(
    identifier: str, kind: str, school: str, rooms: int, cost: float, cell: tuple[int, int], **more: Any
) -> dict[str, Any]:
    """Return one row of the projects table."""
    x, y = _corner(*cell)
    row = {c.name: None for c in TABLE["projects"].columns}
    row |= {
        "project": identifier, "name": f"项目{identifier}", "kind": kind, "school": school, "stage": "primary",
        "locale": "urban", "rooms": rooms, "cost_yuan": cost, "open_year": 2020, "fixed": False,
        "geometry": Point(x + 500, y + 500),
    }  # fmt: skip
    return row | more


def with_projects(district: District, *rows: dict[str, Any]) -> District:
    """Return the county with a table of projects."""
    return replace(district, projects=gpd.GeoDataFrame(list(rows), geometry="geometry", crs=CRS))


def _corner(column: int, row: int) -> tuple[float, float]:
    return EAST + 1000.0 * column, NORTH + 1000.0 * row


def _schools() -> gpd.GeoDataFrame:
    sites = [_corner(0, 0), _corner(2, 1), _corner(1, 0)]
    return gpd.GeoDataFrame(
        {
            "school": ["A", "B", "C"],
            "name": ["甲小学", "乙小学", "丙中学"],
            "kind": ["primary", "primary", "junior"],
            "township": "T1",
            "locale": "urban",
            "ownership": "public",
            "boarding": False,
            "senior_pupils": 0,
            "site_area_m2": 20_000.0,
            "real_code": pd.NA,
        },
        geometry=[Point(x + 500, y + 500) for x, y in sites],
        crs=CRS,
    )


def _classes(pupils: int) -> pd.DataFrame:
    rows = []
    for unit, grades, zones in (("A-P", range(1, 7), 3), ("B-P", range(1, 7), 3), ("C-J", range(7, 10), 6)):
        classes = 2 if zones == 3 else 3
        share = [zones * pupils // classes + (k < zones * pupils % classes) for k in range(classes)]
        rows += [(unit, 2020, g, k + 1, n) for g in grades for k, n in enumerate(share)]
    return pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])


def _streets() -> gpd.GeoDataFrame:
    def middle(column: int, row: int) -> tuple[float, float]:
        x, y = _corner(column, row)
        return x + 500, y + 500

    lines = [LineString([middle(c, r), middle(c + 1, r)]) for r in range(2) for c in range(2)]
    lines += [LineString([middle(c, 0), middle(c, 1)]) for c in range(3)]
    return gpd.GeoDataFrame(
        {
            "road": [f"R{k + 1}" for k in range(len(lines))],
            "name": [f"合成路{k + 1}" for k in range(len(lines))],
            "road_class": "local",
            "walkable": True,
            "crossing": False,
        },
        geometry=lines,
        crs=CRS,
    )


def _empty(name: str) -> Any:
    table = TABLE[name]
    frame = pd.DataFrame({c.name: pd.Series(dtype="object") for c in table.columns})
    return gpd.GeoDataFrame(frame, geometry=[], crs=CRS) if table.geometry else frame
