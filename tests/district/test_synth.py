from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planning.district import check_district, write_district
from planning.synth import imagined_settings, make_county, make_default_county
from planning.synth.schools import school_id

LITONG = Path(__file__).parents[2] / "data" / "geo" / "litong"


@pytest.fixture(scope="module")
def litong():
    return make_default_county(gpd.read_file(LITONG / "boundary.geojson"))


@pytest.fixture(scope="module")
def small():
    return make_county(imagined_settings(160, seed=3))


def test_default_county_is_made_again_to_the_last_byte(litong, tmp_path):
    folder = write_district(litong, tmp_path / "litong")
    for made in sorted(folder.iterdir()):
        assert made.read_bytes() == (LITONG / made.name).read_bytes(), made.name


def test_default_county_has_no_errors():
    assert [p.text() for p in check_district(LITONG) if p.level == "error"] == []


def test_default_county_holds_what_it_promises(litong):
    kinds = litong.schools["kind"].value_counts()
    assert 600 <= len(litong.zones) <= 800
    assert len(litong.townships) == 13
    assert 60 <= len(litong.schools) <= 80
    assert kinds["special"] == 1
    assert (litong.schools["ownership"] == "private").sum() == 2
    assert litong.schools["boarding"].astype(bool).sum() == 1
    assert int(litong.zones["population"].sum()) == 460_790
    fixed = litong.projects[litong.projects["fixed"].astype(bool)]
    assert list(fixed["name"]) == ["第十七小学", "第十八小学", "第九中学", "利通街第二小学", "第八小学"]
    assert int((fixed["rooms"] * fixed["stage"].map({"primary": 45, "junior": 50})).sum()) == 4_800
    assert (fixed["location_note"] == "位置示意").all()


def test_default_county_is_as_crowded_as_the_plan_says(litong):
    sizes = litong.classes["pupils"]
    assert 0.03 <= (sizes >= 56).mean() <= 0.05
    assert 1 <= (sizes >= 66).sum() <= 10
    points = litong.schools.loc[litong.schools["kind"] == "teaching_point", "school"] + "-P"
    pupils = litong.classes.groupby("unit")["pupils"].sum().reindex(points).fillna(0)
    assert (pupils < 50).any()
    assert (pupils >= 50).any()


def test_no_real_code_stands_on_made_up_places(litong):
    assert litong.zones["real_code"].isna().all()
    assert litong.schools["real_code"].isna().all()


@pytest.mark.parametrize("which", ["litong", "small"])
def test_zones_tile_the_county(which, request):
    county = request.getfixturevalue(which)
    outline = county.boundary.geometry.iloc[0]
    assert county.zones.geometry.is_valid.all()
    assert (county.zones.geometry.geom_type == "Polygon").all()
    assert county.zones.geometry.area.sum() == pytest.approx(outline.area, rel=1e-9)
    assert county.zones.geometry.union_all().symmetric_difference(outline).area < 1.0


@pytest.mark.parametrize("which", ["litong", "small"])
def test_no_zone_lies_on_both_sides_of_a_barrier(which, request):
    county = request.getfixturevalue(which)
    cores = county.zones.geometry.buffer(-2.0)
    inside = shapely.length(shapely.intersection(cores.to_numpy(), county.barriers.geometry.union_all()))
    assert inside.max() < 1.0


@pytest.mark.parametrize("which", ["litong", "small"])
def test_registers_hold_exactly_the_pupils_of_todays_catchments(which, request):
    county = request.getfixturevalue(which)
    today = county.zone_pupils[county.zone_pupils["year"] == county.info.base_year]
    homes = today.merge(county.zones[["zone", "current_primary", "current_junior"]], on="zone")
    homes["unit"] = np.where(homes["grade"] < 7, homes["current_primary"], homes["current_junior"])
    living = homes.groupby(["unit", "grade"])["pupils"].sum()
    seated = county.classes.groupby(["unit", "grade"])["pupils"].sum().reindex(living.index).fillna(0)
    assert (living == seated).all()


@pytest.mark.parametrize("which", ["litong", "small"])
def test_schools_stand_in_zones_and_streets_meet(which, request):
    county = request.getfixturevalue(which)
    points, _ = county.zones.sindex.query(county.schools.geometry, predicate="within")
    assert len(np.unique(points)) == len(county.schools)
    ends = shapely.get_coordinates(shapely.boundary(county.roads.geometry.to_numpy())).round(1)
    _, place = np.unique(ends, axis=0, return_inverse=True)
    assert (np.bincount(place.ravel()) > 1).mean() > 0.6


def test_earlier_years_move_up_by_1_in_all_and_change_no_base_year(litong):
    sums = litong.zone_pupils.groupby(["year", "grade"])["pupils"].sum().unstack()
    assert list(sums.index) == [2017, 2018, 2019, 2020]
    before, after = sums.iloc[:-1, :-1].to_numpy(), sums.iloc[1:, 1:].to_numpy()
    assert (before.sum(axis=0) == after.sum(axis=0)).all()
    assert 0 < np.abs(after / before - 1).max() < 0.05
    of_zone = litong.zone_pupils.groupby(["zone", "year"])["pupils"].sum().unstack()
    assert (of_zone[of_zone[2020] == 0] == 0).all(axis=None)


def test_same_settings_same_county():
    one, two = (make_county(imagined_settings(110, seed=5)) for _ in range(2))
    assert one.zones.equals(two.zones)
    assert one.roads.equals(two.roads)
    assert one.classes.equals(two.classes)
    assert not one.zones.geometry.equals(make_county(imagined_settings(110, seed=6)).zones.geometry)


@pytest.mark.parametrize("n_zones", [100, 900])
def test_counties_of_other_sizes_pass_the_check(n_zones, tmp_path):
    county = make_county(imagined_settings(n_zones, towns=4, seed=2))
    assert abs(len(county.zones) - n_zones) < 0.3 * n_zones
    folder = write_district(county, tmp_path / "county")
    assert [p.text() for p in check_district(folder) if p.level == "error"] == []


def test_schools_of_large_counties_keep_clear_of_reserved_ids():
    ids = [school_id(k) for k in range(2_000)]
    assert len(set(ids)) == 2_000
    assert not {f"S{k}" for k in range(901, 1000)} & set(ids)
    assert ids[:2] == ["S001", "S002"]
