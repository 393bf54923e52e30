"""Every format gives the same district back, or says why it cannot."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from planning.district import read_district
from planning.district.formats.layers import SHORT
from planning.district.schema import TABLES
from planning.district.write import district_files
from planning.errors import DistrictError, WriteError
from planning.exchange import FORMATS, convert_district, differences, format_of
from tests.district.tiny import tiny_district
from tests.needs import need_module

COUNTY = Path(__file__).parents[2] / "data" / "geo" / "litong"
NAMES = {"folder": "out", "xlsx": "out.xlsx", "gpkg": "out.gpkg", "parquet": "out", "shapefile": "out"}


@pytest.fixture(scope="module")
def county():
    return read_district(COUNTY)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=[pytest.mark.slow] if kind in ("xlsx", "shapefile", "parquet") else [])
        for kind in FORMATS
    ],
)
def test_the_default_county_comes_back_the_same(county, tmp_path: Path, kind: str) -> None:
    if kind == "parquet":
        need_module("pyarrow")
    again = read_district(convert_district(county, tmp_path / NAMES[kind], kind))
    assert differences(county, again) == []
    if kind != "shapefile":  # a Shapefile turns its rings; every other format gives the very same files
        assert district_files(again) == district_files(county)
    assert [p.name for p in tmp_path.iterdir()] == [NAMES[kind]]


def test_differences_are_seen(county) -> None:
    pupils = county.zone_pupils.assign(
        pupils=county.zone_pupils["pupils"].where(county.zone_pupils.index != 7, 99)
    )
    moved = county.schools.set_geometry(county.schools.translate(0.5, 0))
    other = dataclasses.replace(county, zone_pupils=pupils, schools=moved, units=county.units.iloc[:-1])
    other = dataclasses.replace(other, info=dataclasses.replace(county.info, base_year=2021))
    found = differences(county, other)
    assert found[0] == "district.base_year: 2020 ≠ 2021"
    assert found[1].startswith("zone_pupils: row 8, pupils: ")
    assert found[2] == f"schools: the shapes of {len(moved)} rows, first of row 1"
    assert found[3] == f"units: {len(county.units)} rows ≠ {len(county.units) - 1} rows"
    assert len(found) == 4


def test_shortened_names_are_one_column_each() -> None:
    for table in TABLES:
        names = [c.name[:SHORT] for c in table.columns]
        assert len(set(names)) == len(names), table.name


def test_the_format_follows_the_ending() -> None:
    assert [format_of(n) for n in ("a.xlsx", "a.GPKG", "a", "a.b")] == ["xlsx", "gpkg", "folder", "folder"]


def test_what_a_shapefile_would_cut_is_refused(tmp_path: Path) -> None:
    tiny = tiny_district()
    long = dataclasses.replace(tiny, zones=tiny.zones.assign(name="长" * 90))
    with pytest.raises(DistrictError, match="254 bytes") as caught:
        convert_district(long, tmp_path / "out", "shapefile")
    assert (caught.value.problems[0].file, caught.value.problems[0].column) == ("zones.shp", "name")
    assert list(tmp_path.iterdir()) == []
    convert_district(long, tmp_path / "out.gpkg")


def test_what_does_not_come_back_is_not_written(tmp_path: Path) -> None:
    tiny = tiny_district()
    bad = dataclasses.replace(tiny, zones=tiny.zones.assign(name="  spaces  "))
    with pytest.raises(DistrictError, match="would not give the same district back: zones: row 1, name"):
        convert_district(bad, tmp_path / "out.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(DistrictError, match="unknown format; known: folder, xlsx"):
        convert_district(tiny_district(), tmp_path / "out", "dxf")


@pytest.mark.parametrize(
    "kind", ["folder", *(pytest.param(k, marks=pytest.mark.slow) for k in ("parquet", "shapefile"))]
)
def test_a_folder_of_other_things_is_left_alone(tmp_path: Path, kind: str) -> None:
    if kind == "parquet":
        need_module("pyarrow")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match="no earlier result"):
        convert_district(tiny_district(), tmp_path / "out", kind)
    assert [p.name for p in tmp_path.rglob("*")] == ["out", "thesis.txt"]


def test_another_format_in_the_same_folder_leaves_no_table_twice(tmp_path: Path) -> None:
    need_module("pyarrow")
    tiny = tiny_district()
    for kind in ("shapefile", "parquet", "folder"):
        convert_district(tiny, tmp_path / "out", kind)
        (tmp_path / "out" / "README.md").write_text("keep me", encoding="utf-8")
        assert differences(tiny, read_district(tmp_path / "out")) == []
    assert (tmp_path / "out" / "README.md").exists()
    assert not list((tmp_path / "out").glob("*.shp"))
