"""What no file holds is made from what the others say, and says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from planning.errors import DistrictError
from planning.importing.derive.areas import draw_townships, outline_around
from planning.importing.derive.cells import made, texts
from planning.importing.derive.places import zone_in
from planning.start import Started, begin_county, build_county, keep_answer, take_files
from tests.begin.offices import GRADES, Office, sheet


def started(folder: Path, office: Office) -> Started:
    take_files([office.write(folder / "desk")], folder / "county")
    keep_answer(folder / "county", "coordinates", "WGS84")
    return build_county(folder / "county", begin_county(folder / "county"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Started:
    return started(tmp_path_factory.mktemp("plain"), Office())


def test_points_become_zones_that_fill_their_townships(plain: Started) -> None:
    district = plain.imported.district
    assert sorted(district.townships["name"]) == ["城关街道", "柳林乡", "河东镇"]
    for town, zones in district.zones.groupby("township"):
        land = district.townships.set_index("township").geometry[town]
        assert shapely.area(shapely.union_all(zones.geometry.to_numpy())) == pytest.approx(
            land.area, rel=1e-3
        )
    county = district.boundary.geometry.iloc[0]
    assert shapely.covers(shapely.buffer(county, 1), district.schools.geometry.to_numpy()).all()
    assert shapely.area(district.townships.geometry).sum() == pytest.approx(county.area, rel=1e-3)


def test_what_is_derived_is_marked_with_how(plain: Started) -> None:
    layers = plain.imported.district.info.layers
    for name in ("boundary", "townships", "zones", "units"):
        assert layers[name].status == "derived", name
        assert layers[name].method, name
    assert layers["zone_pupils"].status == "unknown"


def test_schools_become_units_whose_rooms_are_kept(plain: Started) -> None:
    units = plain.imported.district.units
    assert sorted(units["stage"]) == ["junior", "junior", "primary", "primary", "primary"]
    both = units[units["school"] == "S003"].set_index("stage")["rooms"]
    assert dict(both) == {"primary": 16, "junior": 8}  # 24 rooms by its 12 and 6 classes
    assert units["rooms"].sum() == 78


def test_locales_come_from_names(plain: Started) -> None:
    zones = plain.imported.district.zones.set_index("name")["locale"]
    assert (zones["望河苑"], zones["望河苑二期"], zones["东湾村三期"]) == ("urban", "town", "rural")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Started:
    """Return the county of an office that has births, addresses, and neither rooms nor townships."""
    office = Office(births=True, addresses=True, rooms=False, towns=False)
    return started(tmp_path_factory.mktemp("bare"), office)


def test_births_become_pupils_of_the_register(bare: Started) -> None:
    district = bare.imported.district
    sums = district.zone_pupils.groupby("grade")["pupils"].sum()
    assert dict(sums) == {g: 240 if g <= 6 else 160 for g in range(1, 10)}
    assert district.info.layers["zone_pupils"].status == "derived"
    assert sorted(set(district.births["year"])) == list(range(2010, 2020))


def test_schools_without_points_stand_at_the_estate_of_their_address(bare: Started) -> None:
    district = bare.imported.district
    homes = district.zones.set_index("name").geometry
    school = district.schools.set_index("name").geometry
    assert homes["阳光花园二期"].contains(school["河东小学"])


def test_without_rooms_the_classes_are_the_rooms(bare: Started) -> None:
    assert dict(bare.imported.district.units.set_index("unit")["rooms"])["S003-P"] == 12


def test_townships_that_only_schools_name_are_those_of_the_estates_near_them(bare: Started) -> None:
    district = bare.imported.district
    schools, zones = (t.to_crs(4546).set_index("name") for t in (district.schools, district.zones))
    assert sorted(district.townships["name"]) == ["城关街道", "柳林乡", "河东镇"]
    for _, zone in zones.iterrows():
        near = schools.geometry.distance(zone.geometry.centroid).idxmin()
        assert zone["township"] == schools.loc[near, "township"]


def test_where_nothing_names_townships_there_is_one() -> None:
    zones = made("zones", [["甲园", "106.2", "38.0"]], ["name", "lon", "lat"])
    schools = made("schools", [["第一小学", "106.2", "38.0"]], ["name", "lon", "lat"])
    drawn = draw_townships({"zones": zones, "schools": schools}, "EPSG:4546")
    assert (texts(drawn, "townships", "name"), texts(drawn, "zones", "township")) == (["全域"], ["全域"])


def test_a_list_without_any_children_is_refused_with_a_mend(tmp_path: Path) -> None:
    desk = Office().write(tmp_path / "desk")
    sheet(
        desk / "小区.xlsx",
        "小区",
        [["小区名称", "经度", "纬度"], ["甲园", 106.2, 38.0], ["乙园", 106.21, 38.0]],
    )
    take_files([desk], tmp_path / "county")
    keep_answer(tmp_path / "county", "coordinates", "GPS")
    with pytest.raises(DistrictError, match="how many children"):
        build_county(tmp_path / "county", begin_county(tmp_path / "county"))
    assert not (tmp_path / "county" / "district").exists()


def test_an_outline_holds_every_point_in_one_piece() -> None:
    points = shapely.points(np.random.default_rng(3).uniform(0, 5000, (40, 2)))
    area = outline_around(points)
    assert area.geom_type == "Polygon"
    assert not len(area.interiors)
    assert shapely.contains(area, points).all()


def test_the_longest_name_in_an_address_decides() -> None:
    zones, towns = ["东湾村", "东湾村二期", "望河苑", "望河苑"], ["甲镇", "甲镇", "甲镇", "乙镇"]
    assert zone_in("甲镇东湾村二期南门", zones, towns, "") == 1
    assert zone_in("望河苑旁", zones, towns, "乙镇") == 3
    assert zone_in("望河苑旁", zones, towns, "") is None  # two of them: a person must say


def test_grades_are_nine() -> None:
    assert len(GRADES) == 9
