"""``planning import-layout``: drawn catchments from tables and layers, several options at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from shapely.geometry import Point, box

from planning.district import District, write_district
from planning.layout import load_layout
from planning.verify import verify_run
from tests.cli.invoke import planning
from tests.zoning.county import CRS, EAST, NORTH, small_county

NAMES = ["供销社家属院", "和平小区", "东村一组", "双湖苑", "金岸花园", "河西队"]
FAIRFAX = Path(__file__).parents[3] / "shared" / "places" / "fairfax"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    county = small_county(current="AABAAB")
    write_district(replace(county, zones=county.zones.assign(name=NAMES)), folder / "county")
    told = {"name": "base", "district": str(folder / "county"), "year": 2020, "demand": "register"}
    (folder / "base.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    return folder


def primary(run: Path) -> str:
    table = load_layout(run).assignment
    mine = table[table["stage"] == "primary"].drop_duplicates("zone").sort_values("zone")
    return "".join(u[0] for u in mine["unit"])


@pytest.mark.slow
def test_options_as_columns_are_scored_mapped_and_compared(place: Path) -> None:
    rows = [
        ["招生范围方案（征求意见稿）", "", ""], ["小区", "方案一", "方案二"],
        *([n, a, b] for n, a, b in zip(NAMES, "甲甲乙甲乙乙", "甲甲甲甲乙乙", strict=True)),
    ]  # fmt: skip
    table = pd.DataFrame(rows).replace({"甲": "甲小学", "乙": "B-P"})
    table.to_excel(place / "options.xlsx", header=False, index=False)
    out = place / "options"
    code, said = planning(
        "import-layout",
        place / "base.yaml",
        place / "options.xlsx",
        "--columns",
        "方案一,方案二",
        "--out",
        out,
    )
    assert code == 0, said
    assert (primary(out / "方案一"), primary(out / "方案二")) == ("AABABB", "AAAABB")
    for option in ("方案一", "方案二"):
        report = verify_run(out / option)
        assert report.ok, report.failures
        layout = load_layout(out / option)
        assert layout.summary["bound"] is None
        assert layout.scenario["title_zh"] == option
        assert {"map.html", "scorecard.csv", "layout.gpkg"} <= {p.name for p in (out / option).iterdir()}
    assert load_layout(out / "方案一").summary["moved_zones"] == 1  # against today's AABAAB
    assert (out / "comparison" / "comparison.html").is_file()
    # and a drawn layout is edited like any other
    code, said = planning("edit", out / "方案一", "--move", "金岸花园=甲小学", "--out", place / "edited")
    assert code == 0, said
    assert primary(place / "edited") == "AABAAB"


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_polygons_give_every_zone_the_school_with_most_of_its_area(place: Path, suffix: str) -> None:
    # a line 400 m into the middle column: Z2 and Z5 go with the east
    shapes = [box(EAST, NORTH, EAST + 1400, NORTH + 2000), box(EAST + 1400, NORTH, EAST + 3000, NORTH + 2000)]
    layer = gpd.GeoDataFrame({"学校": ["甲小学", "乙小学"]}, geometry=shapes, crs=CRS).to_crs("EPSG:4326")
    file = place / f"areas-{suffix}.{suffix}"
    layer.to_file(file, encoding="utf-8")
    code, said = planning("import-layout", place / "base.yaml", file, "--out", place / "areas")
    assert code == 0, said
    assert primary(place / "areas" / f"areas-{suffix}") == "ABBABB"


def test_points_go_by_number(place: Path) -> None:
    middle = {z: (EAST + 500 + 1000 * (k % 3), NORTH + 500 + 1000 * (k // 3)) for k, z in enumerate(NAMES)}
    rows = [
        (s, Point(x + d, y))
        for z, (x, y) in middle.items()
        for s, d in (("甲小学", 0), ("甲小学", 50), ("乙小学", 90))
    ]
    layer = gpd.GeoDataFrame({"学校": [s for s, _ in rows]}, geometry=[p for _, p in rows], crs=CRS)
    layer.to_file(place / "homes.gpkg")
    assert (
        planning("import-layout", place / "base.yaml", place / "homes.gpkg", "--out", place / "points")[0]
        == 0
    )
    assert primary(place / "points" / "homes") == "AAAAAA"


def test_shared_zones_are_divided_evenly(place: Path) -> None:
    table = pd.DataFrame(
        {"小区": NAMES, "学校": ["甲小学", "甲小学;乙小学", "乙小学", "甲小学", "乙小学", "乙小学"]}
    )
    table.to_csv(place / "shared.csv", index=False)
    assert (
        planning("import-layout", place / "base.yaml", place / "shared.csv", "--out", place / "shared")[0]
        == 0
    )
    layout = load_layout(place / "shared" / "shared")
    assert layout.summary["shared_zones"] == 1
    assert sorted(layout.shared.groupby("unit")["pupils"].sum().to_dict().items()) == [
        ("A-P", 60),
        ("B-P", 60),
    ]
    assert verify_run(place / "shared" / "shared").ok


def test_everything_wrong_is_said_at_once(place: Path) -> None:
    table = pd.DataFrame(
        {
            "小区": [*NAMES[:4], "金岸花圆", NAMES[0]],
            "学校": ["甲小学", "丁小学", "乙小学", "丙中学", "乙小学", "乙小学"],
        }
    )
    table.to_csv(place / "wrong.csv", index=False)
    code, said = planning(
        "import-layout",
        place / "base.yaml",
        place / "wrong.csv",
        place / "none.gpkg",
        "--stage",
        "小学",
        "--out",
        place / "wrong",
    )
    assert code == 2
    assert "金岸花园" in said
    assert "no such school or unit" in said
    assert "no unit of the stage" in said
    assert "another school already" in said
    assert "none.gpkg" in said
    assert not (place / "wrong").exists()
    table.iloc[[0, 2, 3]].assign(学校="甲小学").to_csv(place / "few.csv", index=False)
    code, said = planning("import-layout", place / "base.yaml", place / "few.csv", "--out", place / "wrong")
    assert code == 2
    assert "3 zones have no primary school" in said


def fairfax(schools: int) -> tuple[District, gpd.GeoDataFrame]:
    """Return part of Fairfax County: middle schools as junior ones, blocks with pupils of the schools next to one another."""
    blocks = gpd.read_file(FAIRFAX / "blocks.gpkg").to_crs("EPSG:32618")
    about = pd.read_csv(FAIRFAX / "schools.csv")
    about = about[about["level"] == "middle"].reset_index(drop=True)
    away = np.hypot(about["lon"] - about["lon"].iat[0], about["lat"] - about["lat"].iat[0])
    about = about.loc[away.nsmallest(schools).index].reset_index(drop=True)
    columns = ["middle_now", *(f"middle_option{k}" for k in range(2, 6))]
    mine = blocks[blocks[columns].isin(set(about["school"])).all(axis=1)].reset_index(drop=True)
    points = gpd.GeoSeries.from_xy(about["lon"], about["lat"], crs="EPSG:4269").to_crs(mine.crs)
    units = gpd.GeoDataFrame(
        {"school": [f"S{k}" for k in range(len(about))], "name": about["school"], "kind": "junior", "rooms": np.ceil(about["capacity"] / 50).astype(int)},
        geometry=points,
    )  # fmt: skip
    unit = dict(zip(about["school"], [f"S{k}-J" for k in range(len(about))], strict=True))
    zones = gpd.GeoDataFrame(
        {"zone": mine["block"], "name": mine["block"], "current_junior": mine["middle_now"].map(unit)},
        geometry=mine.geometry,
    )
    pupils = pd.DataFrame(
        {g: ((mine["middle_pupils"] + g - 7) // 3).to_numpy() for g in (7, 8, 9)},
        index=pd.Index(mine["block"], name="zone"),
    )
    district = District.from_frames(
        zones, units, pupils.astype(int), name="Fairfax", base_year=2024, status="derived"
    )
    return district, mine


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not FAIRFAX.is_dir(), reason="the places are not part of the project")
def test_official_options_of_a_real_county(tmp_path: Path) -> None:
    """The review's options 2–5 of Fairfax County, Virginia, as layouts of some of its middle schools."""
    district, blocks = fairfax(3)
    write_district(district, tmp_path / "county")
    told = {
        "name": "fairfax", "district": str(tmp_path / "county"), "year": 2024, "demand": "register", "stages": ["junior"],
        "travel": {"mode": "straight"},
    }  # fmt: skip
    (tmp_path / "fairfax.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    layer = blocks.rename(columns={"block": "zone"})
    layer.to_file(tmp_path / "blocks.gpkg")
    names = ["middle_now", *(f"middle_option{k}" for k in range(2, 6))]
    code, said = planning(
        "import-layout",
        tmp_path / "fairfax.yaml",
        tmp_path / "blocks.gpkg",
        "--columns",
        ",".join(names),
        "--out",
        tmp_path / "runs",
    )
    assert code == 0, said
    for name in names:
        table = load_layout(tmp_path / "runs" / name).assignment
        unit = dict(zip(district.schools["name"], district.units["unit"], strict=True))
        drawn = dict(zip(blocks["block"], blocks[name].map(unit), strict=True))
        assert dict(zip(table["zone"], table["unit"], strict=True)) == drawn
    assert load_layout(tmp_path / "runs" / "middle_now").summary["moved_zones"] == 0
    assert (tmp_path / "runs" / "comparison" / "comparison.html").is_file()
