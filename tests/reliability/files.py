"""Faults in GeoPackages, Shapefiles and GeoParquet files."""

from __future__ import annotations

import random
from pathlib import Path

from planning.district import check_district
from planning.exchange import convert_district
from tests.district.tiny import tiny_district
from tests.needs import need_module
from tests.reliability.table import Outcome, checked, fault

PART = "GeoPackage, Shapefile, GeoParquet · 地理数据文件"


def _short(outcome: Outcome) -> Outcome:
    """Leave out the driver's own words, which differ between versions."""
    return Outcome(outcome.kind, outcome.said.partition(": not a readable")[0] + ": not a readable layer")


@fault(PART, "a GeoPackage cut in half", "GeoPackage 被截断", "refused")
def package_cut(place: Path) -> Outcome:
    path = convert_district(tiny_district(), place / "county.gpkg")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return _short(checked(check_district(path)))


@fault(PART, "an empty file named .gpkg", "空的 .gpkg 文件", "refused")
def package_empty(place: Path) -> Outcome:
    (place / "county.gpkg").touch()
    return checked(check_district(place / "county.gpkg"))


@fault(PART, "a GeoPackage with bytes changed, 25 times", "25 次随机改动 GeoPackage 字节", "whole")
def package_changed(place: Path) -> Outcome:
    path = convert_district(tiny_district(), place / "county.gpkg")
    good, chance = path.read_bytes(), random.Random(11)
    for _ in range(25):
        bad = bytearray(good)
        for _ in range(60):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        path.write_bytes(bytes(bad))
        checked(check_district(path))
    return Outcome("whole", "refused, or read where the bytes do not matter; never a traceback")


@fault(PART, "a Shapefile without its table (.dbf)", "Shapefile 缺 .dbf", "refused")
def no_table(place: Path) -> Outcome:
    folder = convert_district(tiny_district(), place / "county", "shapefile")
    (folder / "zones.dbf").unlink()
    return checked(check_district(folder))


@fault(PART, "a Shapefile without a coordinate system (.prj)", "Shapefile 缺 .prj", "refused")
def no_system(place: Path) -> Outcome:
    folder = convert_district(tiny_district(), place / "county", "shapefile")
    (folder / "zones.prj").unlink()
    return checked(check_district(folder))


@fault(PART, "a Shapefile cut in half", "Shapefile 被截断", "refused")
def shapefile_cut(place: Path) -> Outcome:
    folder = convert_district(tiny_district(), place / "county", "shapefile")
    path = folder / "zones.shp"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    outcome = checked(check_district(folder))
    return Outcome(outcome.kind, outcome.said.partition(":")[0])


@fault(PART, "a Shapefile whose table is in GBK", "Shapefile 属性表为 GBK", "read")
def gbk(place: Path) -> Outcome:
    folder = convert_district(tiny_district(), place / "county", "shapefile")
    table = folder / "zones.dbf"
    words = table.read_bytes()
    for number in range(1, 7):
        old, new = f"小区{number}".encode(), f"小区{number}".encode("gb18030")
        words = words.replace(old, new + b" " * (len(old) - len(new)))
    table.write_bytes(words)
    (folder / "zones.cpg").unlink()
    from planning.district import read_district

    assert list(read_district(folder).zones["name"]) == [f"小区{i}" for i in range(1, 7)]
    return checked(check_district(folder), "the same names")


@fault(PART, "a GeoParquet file cut in half", "GeoParquet 被截断", "refused")
def parquet_cut(place: Path) -> Outcome:
    need_module("pyarrow")
    folder = convert_district(tiny_district(), place / "county", "parquet")
    path = folder / "zones.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return _short(checked(check_district(folder)))
