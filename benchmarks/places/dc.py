"""Turn the public files of Washington DC into a district, and set its official zones beside ours.

    python -m benchmarks.places.dc [--data ../shared/places/dc] [--out benchmarks/out/dc]

Facts in the files: 450 census block groups with residents and adults, 74 zoned elementary schools with pupils (73)
and capacity (49), the official zones, arterial roads. Derived, by these rules, and marked so:

- pupils by block group: the pupils enrolled in zoned schools, spread in proportion to residents under 18, six equal grades;
- a missing capacity: pupils ÷ the median utilisation of the schools that state theirs; a missing enrolment: the median;
- rooms: capacity ÷ 25 pupils per class, rounded up; the class cap of the profile is set to 25;
- a block group's official catchment: the zone that holds most of its area.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml

from planning.district import District, DistrictInfo, Layer, write_district
from planning.district.schema import TABLE

CRS = "EPSG:26918"
CLASS_CAP = 25
YEAR = 2015
GRADES = range(1, 7)


def read_raw(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read the raw layers, projected to metres."""
    names = {
        "zones": "school-attendance-zones-elementary",
        "schools": "public-schools",
        "blocks": "census-block-groups-2010",
        "roads": "major-roads",
    }
    return {key: gpd.read_file(folder / f"{name}.geojson").to_crs(CRS) for key, name in names.items()}


def zoned_schools(raw: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the 74 zoned elementary schools with pupils and capacity, derived where the file has none."""
    schools = (
        raw["schools"][raw["schools"]["GIS_ID"].isin(raw["zones"]["GIS_ID"])]
        .sort_values("GIS_ID")
        .reset_index(drop=True)
    )
    pupils = schools["TOTAL_STUD"].astype(float)
    pupils = pupils.fillna(pupils.median()).round()
    stated = schools["CAPACITY"].astype(float)
    utilisation = float((pupils / stated).median())
    schools["pupils"] = pupils.astype(int)
    schools["capacity"] = stated.fillna(pupils / utilisation).round().astype(int)
    schools["rooms"] = np.ceil(schools["capacity"] / CLASS_CAP).astype(int)
    return schools


def spread(total: int, weights: np.ndarray) -> np.ndarray:
    """Spread whole pupils over weights, largest remainders first, so that the total is kept."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    rest = int(total - whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole


def block_zones(raw: dict[str, gpd.GeoDataFrame], schools: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the block groups as zones, each in the official catchment that holds most of its area."""
    blocks = raw["blocks"].sort_values("GEOID").reset_index(drop=True)
    official = raw["zones"].assign(geometry=raw["zones"].make_valid())
    shares = gpd.overlay(
        blocks[["GEOID", "geometry"]],
        official[["GIS_ID", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    shares["area"] = shares.area
    most = shares.sort_values("area").groupby("GEOID")["GIS_ID"].last()
    return gpd.GeoDataFrame(
        {
            "zone": blocks["GEOID"],
            "name": "Block group " + blocks["GEOID"].str[5:],
            "township": "dc",
            "kind": "estate",
            "locale": "urban",
            "population": blocks["P0010001"],
            "current_primary": blocks["GEOID"].map(most) + "-P",
            "current_junior": pd.Series(pd.NA, index=blocks.index, dtype="str"),
            "real_code": blocks["GEOID"],
        },
        geometry=blocks.geometry.to_numpy(),
        crs=CRS,
    )


def class_register(schools: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a class register: pupils spread over six grades, classes of at most the cap where rooms allow."""
    rows = []
    for school in schools.itertuples():
        for grade, pupils in zip(GRADES, spread(school.pupils, np.ones(6)), strict=True):
            classes = max(1, min(-(-pupils // CLASS_CAP), max(1, school.rooms // 6)))
            sizes = spread(int(pupils), np.ones(classes))
            rows += [(f"{school.GIS_ID}-P", YEAR, grade, k + 1, int(n)) for k, n in enumerate(sizes)]
    return pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])


def build(folder: Path) -> District:
    """Build the district from the raw files."""
    raw = read_raw(folder)
    schools = zoned_schools(raw)
    zones = block_zones(raw, schools)
    weights = (
        raw["blocks"].sort_values("GEOID")["P0010001"] - raw["blocks"].sort_values("GEOID")["P0030001"]
    ).to_numpy()
    pupils = spread(int(schools["pupils"].sum()), weights.astype(float))
    by_grade = np.array([spread(int(n), np.ones(6)) for n in pupils])
    # the remainder of a zone starts at another grade each time, so that grades stay equal over the city
    by_grade = np.array([np.roll(row, k % 6) for k, row in enumerate(by_grade)])
    frames = {name: _empty(name) for name in TABLE}
    outline = gpd.GeoDataFrame({"name": ["Washington DC"]}, geometry=[zones.geometry.union_all()], crs=CRS)
    roads = raw["roads"]
    derived = Layer(
        "derived", "DC open data of 2016, census 2010", "see the source", "benchmarks/places/dc.py"
    )
    real = replace(derived, status="real", method="")
    tables = {
        **frames,
        "boundary": outline,
        "townships": outline.rename(columns={"name": "name"}).assign(
            township="dc", population=int(zones["population"].sum())
        ),
        "zones": zones,
        "zone_pupils": pd.DataFrame(
            {
                "zone": np.repeat(zones["zone"].to_numpy(), 6),
                "year": YEAR,
                "grade": np.tile(np.arange(1, 7), len(zones)),
                "pupils": by_grade.ravel(),
                "migrant": 0,
            }
        ),
        "schools": gpd.GeoDataFrame(
            {
                "school": schools["GIS_ID"],
                "name": schools["NAME"],
                "kind": "primary",
                "township": "dc",
                "locale": "urban",
                "ownership": "public",
                "boarding": False,
                "senior_pupils": 0,
                "real_code": schools["GIS_ID"],
            },
            geometry=schools.geometry.to_numpy(),
            crs=CRS,
        ),
        "units": pd.DataFrame(
            {
                "unit": schools["GIS_ID"] + "-P",
                "school": schools["GIS_ID"],
                "stage": "primary",
                "rooms": schools["rooms"],
                "admission": "catchment",
            }
        ),
        "classes": class_register(schools),
        "barriers": gpd.GeoDataFrame(
            {
                "barrier": roads["ROADWAYSEGID"].astype(str) + "-" + roads["OBJECTID"].astype(str),
                "name": roads["ST_NAME"],
                "kind": np.where(roads["FUNCTIONALCLASS"].str.contains("Freeway"), "motorway", "arterial"),
            },
            geometry=roads.geometry.to_numpy(),
            crs=CRS,
        ),
    }
    status = {"boundary": derived, "townships": derived, "zones": derived, "zone_pupils": derived, "schools": real,
              "units": derived, "classes": derived, "barriers": real}  # fmt: skip
    info = DistrictInfo("dc", "Washington DC", "华盛顿特区", YEAR, CRS, status, "A test place, not shipped.")
    return District(info=info, **tables)


def scenario(district: str, name: str, catchments: str) -> dict[str, object]:
    """Return the scenario of one side of the comparison: the same capacities, official or free catchments."""
    return {
        "name": name,
        "title": f"Washington DC, {name}",
        "title_zh": f"华盛顿特区:{name}",
        "district": district,
        "standards": "national-2017",
        "standards_set": {"class_cap": {"primary": CLASS_CAP}},
        "year": YEAR,
        "demand": "register",
        "stages": ["primary"],
        "catchments": catchments,
        "overflow": {"allowed": False},
        "travel": {"mode": "straight"},
        "contiguity": {"cut_by": ["motorway"]},
        "prices": {"moved": 0.0, "beyond_radius": 0.0},
        "solver": {"gap": 0.002, "time_limit_s": 120},
    }


def _empty(name: str) -> pd.DataFrame | gpd.GeoDataFrame:
    table = TABLE[name]
    frame = pd.DataFrame({c.name: pd.Series(dtype="str") for c in table.columns})
    return gpd.GeoDataFrame(frame, geometry=[], crs=CRS) if table.geometry else frame


def main() -> int:
    """Write the district and both scenarios; say how to run them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared" / "places" / "dc")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/out/dc"))
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data} is missing: the raw files are public but not part of this project; skipped.")
        return 0
    write_district(build(options.data), options.out / "district")
    for name, catchments in (("official", "current"), ("ours", "free")):
        text = yaml.safe_dump(scenario("district", name, catchments), sort_keys=False, allow_unicode=True)
        (options.out / f"{name}.yaml").write_text(text, encoding="utf-8")
    print(f"Wrote {options.out}/district, official.yaml, ours.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
