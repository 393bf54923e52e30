"""A district survives the disk, in every form people may give it."""

from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from planning import atomic
from planning.district import check_district, read_district, write_district
from planning.district.model import District
from planning.district.schema import TABLES
from planning.district.write import district_files
from planning.errors import DistrictError
from tests.district.conftest import one
from tests.district.tiny import CRS, tiny_district


def assert_same(a: District, b: District, metres: float = 0.1) -> None:
    assert a.info == b.info
    for table in TABLES:
        left, right = getattr(a, table.name), getattr(b, table.name)
        plain = [pd.DataFrame(f.drop(columns="geometry", errors="ignore")) for f in (left, right)]
        pd.testing.assert_frame_equal(*plain, check_column_type=False)
        if table.geometry:
            assert right.crs == left.crs
            assert (left.geometry.hausdorff_distance(right.geometry).to_numpy() < metres).all(), table.name


def test_folder_gives_the_same_district(folder, tiny):
    again = read_district(folder)
    assert_same(tiny, again)
    assert again.path == folder


def test_the_tiny_county_has_nothing_to_complain_about(folder):
    assert check_district(folder) == []


def test_reading_and_writing_again_changes_no_byte(folder, tiny):
    assert district_files(read_district(folder)) == district_files(tiny)


def test_files_are_plain(folder):
    assert sorted(p.name for p in folder.iterdir()) == [
        "boundary.geojson", "classes.csv", "district.yaml", "projects.geojson", "register.csv", "resources.csv",
        "roads.geojson", "schools.geojson", "townships.geojson", "units.csv", "zone_pupils.csv", "zones.geojson",
    ]  # fmt: skip
    assert b"\r" not in (folder / "units.csv").read_bytes()
    schools = json.loads((folder / "schools.geojson").read_text(encoding="utf-8"))
    x, y = schools["features"][0]["geometry"]["coordinates"]
    assert (round(x, 6), round(y, 6)) == (x, y)
    assert 106 < x < 107


def test_types_are_those_of_the_schema(folder):
    district = read_district(folder)
    assert district.zone_pupils["pupils"].dtype == np.int64
    assert district.schools["boarding"].dtype == bool
    assert district.resources["equipment_yuan"].dtype == np.float64
    assert isinstance(district.zones["zone"].dtype, pd.StringDtype)
    assert district.births.empty
    assert list(district.births.columns) == ["zone", "year", "births"]
    assert district.barriers.crs == CRS


def test_writing_replaces_our_files_and_keeps_the_others(folder, tiny):
    (folder / "README.md").write_text("keep me", encoding="utf-8")
    less = dataclasses.replace(tiny, register=tiny.register.iloc[:0])
    write_district(less, folder)
    assert (folder / "README.md").read_text(encoding="utf-8") == "keep me"
    assert not (folder / "register.csv").exists()
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


def test_a_folder_that_is_no_district_is_left_alone(tmp_path, tiny):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DistrictError, match="not a district folder"):
        write_district(tiny, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failed_write_leaves_the_old_district(folder, tiny, monkeypatch):
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "exchange", full)
    with pytest.raises(DistrictError, match="No space left"):
        write_district(tiny, folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


def test_geopackage_layers_and_metres_are_understood(folder, tiny):
    for name in ("zones", "schools"):
        (folder / f"{name}.geojson").unlink()
        getattr(tiny, name).to_file(folder / "shapes.gpkg", layer=name, driver="GPKG")
    assert_same(tiny, read_district(folder))


def test_points_may_come_as_csv(folder, tiny):
    (folder / "schools.geojson").unlink()
    degrees = tiny.schools.to_crs(4326)
    frame = pd.DataFrame(degrees.drop(columns="geometry")).assign(
        经度=degrees.geometry.x, 纬度=degrees.geometry.y
    )
    frame.to_csv(folder / "schools.csv", index=False)
    assert_same(tiny, read_district(folder))


def test_a_project_at_a_school_needs_no_point(edit, folder, tiny):
    data = json.loads((folder / "projects.geojson").read_text(encoding="utf-8"))
    data["features"][0]["geometry"] = None
    (folder / "projects.geojson").write_text(json.dumps(data), encoding="utf-8")
    district = read_district(folder)
    assert district.projects.geometry.iloc[0].equals(district.schools.geometry.iloc[0])
    data["features"][1]["geometry"] = None
    (folder / "projects.geojson").write_text(json.dumps(data), encoding="utf-8")
    assert "without a place" in one(check_district(folder)).message_en


def test_missing_optional_tables_are_fine(folder):
    for name in ("projects.geojson", "classes.csv", "resources.csv", "roads.geojson", "register.csv"):
        (folder / name).unlink()
    district = read_district(folder)
    assert district.projects.empty
    assert isinstance(district.projects, gpd.GeoDataFrame)


def test_everything_wrong_is_raised_at_once(folder):
    (folder / "units.csv").unlink()
    (folder / "zone_pupils.csv").write_text("", encoding="utf-8")
    with pytest.raises(DistrictError) as caught:
        read_district(folder)
    assert {p.file for p in caught.value.problems} == {"units.csv", "zone_pupils.csv"}
    assert "缺少“办学单位”表" in caught.value.text("zh")


def test_no_such_district(tmp_path):
    assert "no such district" in one(check_district(tmp_path / "nowhere")).message_en
    with pytest.raises(DistrictError):
        read_district(tmp_path / "nowhere")


def test_a_district_of_a_hundred_thousand_rows_reads(tmp_path):
    tiny = tiny_district()
    rows = pd.concat([tiny.zone_pupils.assign(year=year) for year in range(1990, 2101)], ignore_index=True)
    many = pd.concat([rows.assign(zone=rows["zone"] + f"-{i}") for i in range(17)], ignore_index=True)
    zones = pd.concat(
        [
            tiny.zones.assign(zone=tiny.zones["zone"] + f"-{i}", geometry=tiny.zones.translate(0, 10_000 * i))
            for i in range(17)
        ],
        ignore_index=True,
    )
    big = dataclasses.replace(tiny, zone_pupils=many, zones=zones)
    write_district(big, tmp_path / "big")
    assert len(many) > 100_000
    problems = check_district(tmp_path / "big")
    assert [p.message_en for p in problems if p.level == "error"] == [
        "the zone lies outside the county"
    ] * 20 + ["76 more rows like this one, from row 27 (Z3-4) on"]
