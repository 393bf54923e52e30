"""Forecasts on paper: cohorts, entrants, homes, migration, rounding."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.demand import VARIANTS, ForecastSettings, VariantSettings, forecast
from planning.errors import ScenarioError
from tests.demand.hand import with_births, with_housing, with_register
from tests.district.tiny import PRIMARY_PER_GRADE, ZONES, tiny_district

BIRTHS = dict.fromkeys(range(2014, 2025), 10.0)
TINY = tiny_district()
PLAIN = ForecastSettings(shrink_births=0)


def grid(made) -> pd.Series:
    return made.pupils.set_index(["zone", "year", "grade"])["pupils"]


def county(made) -> pd.Series:
    return made.pupils.groupby(["year", "grade"])["pupils"].sum()


def test_base_year_is_the_register(tiny) -> None:
    got = grid(forecast(tiny, [2020]))
    assert len(got) == 6 * 9
    assert all(
        got[z, 2020, g] == (PRIMARY_PER_GRADE[z] if g <= 6 else 10) for z in ZONES for g in range(1, 10)
    )


def test_rows_are_every_zone_year_and_grade_once_with_whole_pupils(tiny) -> None:
    rows = forecast(tiny, [2023, 2021, 2021]).pupils
    assert list(rows.columns) == ["zone", "year", "grade", "pupils", "migrant"]
    assert sorted(set(rows["year"])) == [2021, 2023]
    assert not rows.duplicated(["zone", "year", "grade"]).any()
    assert len(rows) == 6 * 2 * 9
    assert rows["pupils"].dtype == np.int64


def test_grades_move_up_and_grade_six_stays_in_its_zone(tiny) -> None:
    got = grid(forecast(with_births(tiny, BIRTHS), [2021, 2022, 2023]))
    assert got["Z1", 2021, 7] == 20  # the sixth grade of 2020
    assert got["Z1", 2023, 9] == 20
    assert got["Z3", 2021, 7] == 10


def test_entrants_are_births_of_six_years_before_times_the_rate_of_the_base_year(tiny) -> None:
    # Z1: 20 entrants of 10 births in 2014 is a rate of 2; 12 births in 2015 make 24 entrants in 2021
    births = with_births(tiny, {2014: 10, 2015: 12, 2016: 15})
    got = grid(forecast(births, [2021, 2022], settings=PLAIN))
    assert (got["Z1", 2021, 1], got["Z3", 2021, 1]) == (24, 12)
    assert (got["Z1", 2022, 1], got["Z3", 2022, 1]) == (30, 15)
    assert got["Z1", 2022, 2] == 24


def test_small_cohorts_are_drawn_towards_the_county(tiny) -> None:
    # county 80 / 60 = 4/3, township the same; Z1 with k = 30: (20 + 30 × 4/3) / (10 + 30) = 1.5
    got = grid(forecast(with_births(tiny, BIRTHS), [2021], settings=ForecastSettings(shrink_births=30)))
    assert got["Z1", 2021, 1] == 15
    # Z3: (10 + 40) / 40 = 1.25 → 12.5; the county's 80 are kept
    assert sum(got[z, 2021, 1] for z in ZONES) == 80


def test_small_cohorts_are_drawn_towards_their_township_first(tiny) -> None:
    # east Z3 Z6: 30 entrants of 20 births, west 50 of 40, county 80 / 60; k = 20:
    # west (50 + 20 × 4/3) / (40 + 20) = 1.278, Z1 (20 + 20 × 1.278) / (10 + 20) = 1.519; 40 births make 60.7
    # (drawn to the county straight: 1.556, 62.2)
    zones = tiny.zones.assign(township=["W", "W", "E", "W", "W", "E"])
    district = with_births(replace(tiny, zones=zones), {2014: 10, 2015: 40})
    got = grid(forecast(district, [2021], settings=ForecastSettings(shrink_births=20)))
    assert got["Z1", 2021, 1] in (60, 61)


def test_without_births_entrants_are_the_mean_of_three_grades_and_it_is_noted(tiny) -> None:
    rows = [
        ("Z1", 2020, g, n) for g, n in zip(range(1, 10), (10, 20, 33, 40, 50, 60, 70, 80, 90), strict=True)
    ]
    made = forecast(with_register(tiny, rows), [2021, 2025])
    assert grid(made)["Z1", 2021, 1] == 21
    assert grid(made)["Z1", 2025, 1] == 21
    assert any("no births table" in n for n in made.notes)
    assert any("无出生人口表" in n for n in made.notes_zh)


def test_new_homes_fill_by_the_settling_curve(tiny) -> None:
    # 120 homes × 0.3 = 36 primary pupils, 6 a grade; × 0.1 = 12 junior pupils, 4 a grade; half in 2021, all from 2022
    district = with_housing(with_births(tiny, BIRTHS), [("Z3", 2021, 120, 0.3, 0.1)])
    chosen = ForecastSettings(settling=(0.5, 1.0), shrink_births=0)
    plain = grid(forecast(with_births(tiny, BIRTHS), [2020, 2021, 2022, 2023], settings=PLAIN))
    extra = grid(forecast(district, [2020, 2021, 2022, 2023], settings=chosen)) - plain
    assert [extra["Z3", y, 2] for y in (2020, 2021, 2022, 2023)] == [0, 3, 6, 6]
    assert [extra["Z3", y, 8] for y in (2020, 2021, 2022, 2023)] == [0, 2, 4, 4]
    assert extra.drop("Z3").eq(0).all()


def test_homes_filled_by_the_base_year_are_in_the_register_already(tiny) -> None:
    # delivered in 2019 with curve 0.5, 1: full in 2020, nothing to add; in 2020: half is there, half to come
    old = with_housing(with_births(tiny, BIRTHS), [("Z3", 2019, 120, 0.3, 0.1), ("Z4", 2020, 120, 0.3, 0.1)])
    chosen = ForecastSettings(settling=(0.5, 1.0), shrink_births=0)
    extra = grid(forecast(old, [2021], settings=chosen)) - grid(
        forecast(with_births(tiny, BIRTHS), [2021], settings=PLAIN)
    )
    assert extra["Z3", 2021, 3] == 0
    assert extra["Z4", 2021, 3] == 3


def test_low_variant_delivers_homes_late(tiny) -> None:
    late = {v: VariantSettings(delivery_lag=1 if v == "low" else 0) for v in VARIANTS}
    chosen = ForecastSettings(variants=late, settling=(1.0,), shrink_births=0)
    district = with_housing(with_births(tiny, BIRTHS), [("Z3", 2021, 120, 0.3, 0.1)])
    low, medium = (
        grid(forecast(district, [2021, 2022], variant=v, settings=chosen)) for v in ("low", "medium")
    )
    assert medium["Z3", 2021, 2] - low["Z3", 2021, 2] == 6
    assert medium["Z3", 2022, 2] == low["Z3", 2022, 2]


def test_homes_of_the_base_year_are_not_late_any_more(tiny) -> None:
    late = {v: VariantSettings(delivery_lag=1 if v == "low" else 0) for v in VARIANTS}
    chosen = ForecastSettings(variants=late, settling=(1 / 3, 1.0), shrink_births=0)
    district = with_housing(with_births(tiny, BIRTHS), [("Z4", 2020, 120, 0.3, 0.1)])
    assert grid(forecast(district, [2021], variant="low", settings=chosen))["Z4", 2021, 2] == 10 + 4


def test_empty_yields_take_the_settings(tiny) -> None:
    district = with_housing(with_births(tiny, BIRTHS), [("Z3", 2021, 60, None, None)])
    chosen = ForecastSettings(settling=(1.0,), primary_yield=0.5, junior_yield=0.25, shrink_births=0)
    got = grid(forecast(district, [2021], settings=chosen))
    assert got["Z3", 2021, 2] == 10 + 5
    assert got["Z3", 2021, 8] == 10 + 5


def test_migration_works_by_locale(tiny) -> None:
    moving = {v: VariantSettings(migration={"urban": 0.1, "rural": -0.1}) for v in VARIANTS}
    zones = tiny.zones.assign(locale=["urban", "rural", *tiny.zones["locale"][2:]])
    district = with_births(replace(tiny, zones=zones), BIRTHS)
    got = grid(forecast(district, [2021], settings=ForecastSettings(variants=moving)))
    assert got["Z1", 2021, 2] == 22
    assert got["Z2", 2021, 2] == 9


def test_progression_is_measured_where_the_register_holds_several_years(tiny) -> None:
    # grade 1 of 2019 had 100, grade 2 of 2020 has 95: the next second grade keeps 95 %
    rows = [("Z1", 2019, g, 100) for g in range(1, 10)]
    rows += [("Z1", 2020, g, 95 if g == 2 else 100) for g in range(1, 10)]
    made = forecast(with_register(tiny, rows), [2021])
    assert grid(made)["Z1", 2021, 2] == 95
    assert grid(made)["Z1", 2021, 4] == 100
    assert "2019–2020" in made.method["progression"]


def test_registers_after_the_base_year_are_not_looked_at(tiny) -> None:
    rows = [("Z1", y, g, 100 if y == 2020 else 95) for y in (2020, 2021) for g in range(1, 10)]
    made = forecast(with_register(tiny, rows), [2021])
    assert grid(made)["Z1", 2021, 2] == 100


def test_progression_of_the_settings_wins_and_measured_rates_are_limited(tiny) -> None:
    rows = [("Z1", y, g, 100 if y == 2019 else 50) for y in (2019, 2020) for g in range(1, 10)]
    district = with_register(tiny, rows)
    assert grid(forecast(district, [2021]))["Z1", 2021, 3] == 45
    own = ForecastSettings(progression={2: 0.5})
    assert grid(forecast(district, [2021], settings=own))["Z1", 2021, 3] == 25


def test_migrant_share_moves_up_with_its_cohort(tiny) -> None:
    pupils = tiny.zone_pupils
    known = pupils.assign(migrant=((pupils["grade"] == 6) * 5).astype(int))
    made = forecast(dataclasses.replace(tiny, zone_pupils=known), [2020, 2021])
    migrant = made.pupils.set_index(["zone", "year", "grade"])["migrant"]
    assert migrant["Z1", 2020, 6] == 5
    assert migrant["Z1", 2021, 7] == 5
    assert migrant["Z1", 2021, 6] == 0


def test_unknown_migrants_stay_unknown(tiny) -> None:
    district = dataclasses.replace(tiny, zone_pupils=tiny.zone_pupils.drop(columns="migrant"))
    assert forecast(district, [2021]).pupils["migrant"].isna().all()


def test_unknown_variant_and_bad_settings_are_named(tiny) -> None:
    with pytest.raises(ScenarioError, match="unknown variant; known: low, medium, high"):
        forecast(tiny, [2021], variant="middle")  # type: ignore[arg-type]
    with pytest.raises(ScenarioError) as caught:
        ForecastSettings(primary_yield=-1, settling=(0.5, 0.2), progression={12: 1})
    assert {p.column for p in caught.value.problems} == {"primary_yield", "settling", "progression.12"}


counts = st.lists(st.integers(0, 60), min_size=54, max_size=54)
births_of = st.lists(st.floats(0, 40), min_size=66, max_size=66)


def drawn_county(pupils, births, homes=0):
    cells = [(z, 2020, g) for z in ZONES for g in range(1, 10)]
    district = with_register(TINY, [(*c, n) for c, n in zip(cells, pupils, strict=True)])
    keys = [(z, y) for z in ZONES for y in range(2014, 2025)]
    table = pd.DataFrame(
        [(*k, b) for k, b in zip(keys, births, strict=True)], columns=["zone", "year", "births"]
    )
    district = dataclasses.replace(district, births=table)
    return with_housing(district, [("Z2", 2022, homes, 0.3, 0.15)])


@settings(max_examples=25, deadline=None)
@given(counts, births_of, st.integers(0, 500))
def test_variants_are_ordered_in_the_county(pupils, births, homes) -> None:
    district = drawn_county(pupils, births, homes)
    low, medium, high = (county(forecast(district, range(2020, 2031), variant=v)) for v in VARIANTS)
    assert (low <= medium).all()
    assert (medium <= high).all()


@settings(max_examples=25, deadline=None)
@given(counts, births_of)
def test_cohorts_keep_their_size_without_migration_and_homes(pupils, births) -> None:
    got = grid(forecast(drawn_county(pupils, births), range(2020, 2031))).unstack("grade")
    for year in range(2020, 2030):
        before, after = got.xs(year, level="year"), got.xs(year + 1, level="year")
        total = before.sum()
        # a cohort of the register is whole in every zone; one of births is whole in the county
        for grade in range(1, 9):
            if grade - (year - 2020) >= 1:
                assert (after[grade + 1] == before[grade]).all()
            assert after[grade + 1].sum() == total[grade]


@settings(max_examples=25, deadline=None)
@given(counts, births_of, st.integers(0, 65), st.floats(0, 30))
def test_more_births_never_mean_fewer_pupils(pupils, births, where, more) -> None:
    # the rate stays as it is when the births of a later year grow
    where -= where % 11 == 0
    raised = [b + more * (i == max(where, 1)) for i, b in enumerate(births)]
    fewer, more_pupils = (
        county(forecast(drawn_county(pupils, b), range(2020, 2031))) for b in (births, raised)
    )
    assert (more_pupils >= fewer).all()
