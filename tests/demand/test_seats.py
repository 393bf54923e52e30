"""Seats by year, and the first year and grade in which they run out."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from planning.demand import VARIANTS, forecast, seat_warning, seats_by_year, warning_lines, zone_places
from planning.demand.seats import countywide_pupils
from planning.errors import DistrictError
from planning.standards import read_profile
from tests.demand.hand import with_births

# 10 children a zone enter with a rate of 80 / 60 drawn to the county; 2016 brings twice as many
BIRTHS = {2014: 10, 2015: 10, 2016: 50, 2017: 50, 2018: 50}


@pytest.fixture
def profile():
    return read_profile("litong-2021")


def seats_of(table, level, place, stage):
    rows = table[(table["level"] == level) & (table["place"] == place) & (table["stage"] == stage)]
    return rows.set_index("year")["seats"].to_dict()


def test_seats_are_rooms_times_class_size(tiny, profile) -> None:
    cap = profile.class_cap
    seats = seats_by_year(tiny, profile, [2020, 2021])
    assert seats_of(seats, "unit", "A-P", "primary") == dict.fromkeys((2020, 2021), 6 * cap["primary"])
    assert seats_of(seats, "county", "county", "primary") == dict.fromkeys((2020, 2021), 12 * cap["primary"])
    assert seats_of(seats, "township", "T1", "junior") == dict.fromkeys((2020, 2021), 6 * cap["junior"])


def test_projects_count_from_their_year(tiny, profile) -> None:
    cap = profile.class_cap["primary"]
    seats = seats_by_year(tiny, profile, [2020, 2021], projects="all")
    assert seats_of(seats, "unit", "A-P", "primary") == {2020: 6 * cap, 2021: 8 * cap}
    assert seats_of(seats, "unit", "N-P", "primary") == {2021: 6 * cap}
    # the new school's township is that of the polygon it stands in
    assert seats_of(seats, "township", "T1", "primary") == {2020: 12 * cap, 2021: 20 * cap}
    # neither is decided
    assert seats_of(seats_by_year(tiny, profile, [2021]), "county", "county", "primary") == {2021: 12 * cap}


def test_closures_take_rooms_and_unzoned_units_do_not_count(tiny, profile) -> None:
    cap = profile.class_cap["primary"]
    closing = tiny.projects.assign(kind=["closure", "new"], rooms=[0, 6], fixed=[True, False])
    units = tiny.units.assign(admission=["catchment", "none", "catchment"])
    district = dataclasses.replace(tiny, projects=closing, units=units)
    seats = seats_by_year(district, profile, [2020, 2021])
    assert seats_of(seats, "county", "county", "primary") == {2020: 6 * cap, 2021: 0}


def test_places_share_zones_of_several_units(tiny) -> None:
    zones = tiny.zones.assign(current_primary=["A-P;B-P", *tiny.zones["current_primary"][1:]])
    places = zone_places(dataclasses.replace(tiny, zones=zones))
    shared = places[(places["level"] == "unit") & (places["zone"] == "Z1") & (places["stage"] == "primary")]
    assert dict(zip(shared["place"], shared["share"], strict=True)) == {"A-P": 0.5, "B-P": 0.5}
    assert (places.groupby(["level", "stage", "zone"])["share"].sum() == 1).all()


def test_places_of_a_layout(tiny) -> None:
    moved = pd.DataFrame({"stage": ["primary"], "zone": ["Z1"], "unit": ["B-P"]})
    places = zone_places(tiny, moved)
    assert places[places["level"] == "unit"][["place", "zone"]].to_numpy().tolist() == [["B-P", "Z1"]]


def test_first_year_grade_and_number(tiny) -> None:
    # A takes 240; its 40 a grade move up. 42 seats a grade: 252 hold until the large cohorts enter
    district = with_births(tiny, BIRTHS)
    made = {"medium": forecast(district, range(2020, 2025))}
    pupils = made["medium"].pupils
    mine = pupils[(pupils["grade"] <= 6) & pupils["zone"].isin(["Z1", "Z2", "Z4"])]
    total = mine.groupby("year")["pupils"].sum()
    assert total[2021] <= 252 < total[2022]
    seats = pd.DataFrame(
        [("unit", "A-P", "primary", y, 252) for y in range(2020, 2025)],
        columns=["level", "place", "stage", "year", "seats"],
    )
    warned = seat_warning(made, seats, zone_places(district))
    first = warned.first.set_index(["level", "place", "stage"]).loc[("unit", "A-P", "primary")]
    entering = mine[mine["grade"] == 1].groupby("year")["pupils"].sum()
    assert (first["year"], first["grade"], first["short"]) == (2022, 1, total[2022] - 252)
    assert (first["grade_year"], first["tight_grade"]) == (2022, 1)
    assert first["grade_short"] == entering[2022] - 42


def test_places_with_enough_seats_have_no_year(tiny, profile) -> None:
    years = range(2020, 2024)
    made = {v: forecast(tiny, years, variant=v) for v in VARIANTS}
    warned = seat_warning(made, seats_by_year(tiny, profile, years), zone_places(tiny))
    county = warned.first[(warned.first["level"] == "county")]
    assert set(county["variant"]) == set(VARIANTS)
    assert county["year"].isna().all()
    assert (warned.heat["use"] < 1).all()


def test_higher_variants_run_out_no_later(tiny) -> None:
    district = with_births(tiny, BIRTHS)
    made = {v: forecast(district, range(2020, 2025), variant=v) for v in VARIANTS}
    seats = pd.DataFrame(
        [("county", "county", "primary", y, 500) for y in range(2020, 2025)],
        columns=["level", "place", "stage", "year", "seats"],
    )
    first = seat_warning(made, seats, zone_places(district)).first
    county = first[(first["level"] == "county") & (first["stage"] == "primary")].set_index("variant")["year"]
    assert county["high"] <= county["medium"] <= county["low"]


def test_bad_seats_are_named_at_once(tiny) -> None:
    made = {"medium": forecast(tiny, [2021, 2022])}
    seats = pd.DataFrame(
        {"level": "county", "place": "county", "stage": "primary", "year": [2021], "seats": [-3]}
    )
    with pytest.raises(DistrictError) as caught:
        seat_warning(made, seats, zone_places(tiny))
    assert [(p.column, p.value) for p in caught.value.problems] == [("seats", "-3"), ("year", "2022")]
    with pytest.raises(DistrictError, match="column missing"):
        seat_warning(made, seats.drop(columns="seats"), zone_places(tiny))


def test_lines_name_year_number_and_grade(tiny) -> None:
    made = {"medium": forecast(with_births(tiny, BIRTHS), range(2020, 2023))}
    rows = [
        ("county", "county", s, y, n)
        for s, n in (("primary", 479), ("junior", 900))
        for y in range(2020, 2023)
    ]
    seats = pd.DataFrame(rows, columns=["level", "place", "stage", "year", "seats"])
    warned = seat_warning(made, seats, zone_places(tiny))
    assert warning_lines(warned) == [
        "全县 初中(中方案):预测期内学位充足",
        "全县 小学(中方案):2020 学年起学位不足，缺 1 个，1 年级最紧",
    ]
    assert warning_lines(warned, lang="en")[1] == (
        "county, primary, medium: seats run out in 2020, 1 short, grade 1 is fullest"
    )


def test_boarders_from_the_whole_county_take_the_seats_of_their_school(tiny) -> None:
    at = tiny.units["unit"] == tiny.units["unit"].iloc[0]
    district = dataclasses.replace(
        tiny, units=tiny.units.assign(admission=tiny.units["admission"].mask(at, "county"))
    )
    unit = tiny.units["unit"].iloc[0]
    base = district.classes[(district.classes["unit"] == unit) & (district.classes["year"] == 2020)]
    enrolled = int(base["pupils"].sum())
    assert enrolled > 0
    found = countywide_pupils(district)
    assert found.groupby("level")["pupils"].sum().to_dict() == dict.fromkeys(
        ("county", "township", "unit"), enrolled
    )
    years = [2020, 2021]
    without, given = (
        seat_warning({"medium": forecast(district, years)}, seats_by_year(district, read_profile("litong-2021"), years),
                     zone_places(district), beside=beside).heat.set_index(["level", "place", "stage", "year"])["pupils"]
        for beside in (None, found)
    )  # fmt: skip
    stage = tiny.units["stage"].iloc[0]
    county = [("county", "county", stage, y) for y in years]
    assert (given - without)[county].tolist() == [enrolled, enrolled]
