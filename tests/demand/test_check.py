"""Bad tables: every mistake is named at once, with file, row, column, value and mend."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from planning.demand import ForecastSettings, forecast
from planning.errors import DistrictError
from tests.demand.hand import with_births, with_housing, with_register


def problems(district, years, **settings):
    with pytest.raises(DistrictError) as caught:
        forecast(district, years, settings=ForecastSettings(**settings))
    return caught.value.problems


def test_missing_birth_years_are_named(tiny) -> None:
    district = with_births(tiny, {2014: 10, 2015: 10, 2017: 10})
    (problem,) = problems(district, [2025])
    assert (problem.file, problem.column, problem.value) == ("births.csv", "year", "2016, 2018, 2019")
    assert "missing_births: hold" in problem.mend_en
    assert "2016、2018、2019" in problem.message_zh


def test_missing_birth_years_may_be_held_and_are_noted(tiny) -> None:
    district = with_births(tiny, {2014: 10, 2015: 20})
    chosen = ForecastSettings(missing_births="hold", shrink_births=0)
    made = forecast(district, [2021, 2023], settings=chosen)
    entrants = made.pupils[(made.pupils["grade"] == 1) & (made.pupils["zone"] == "Z3")]["pupils"]
    assert entrants.tolist() == [20, 20]
    assert any("2016, 2017" in n for n in made.notes)


def test_years_that_are_not_needed_may_be_missing(tiny) -> None:
    assert len(forecast(with_births(tiny, {2014: 10, 2015: 10}), [2021]).pupils) == 54


def test_a_zone_without_a_year_is_named(tiny) -> None:
    district = with_births(tiny, {2014: 10, 2015: 10})
    births = district.births[~((district.births["zone"] == "Z5") & (district.births["year"] == 2015))]
    (problem,) = problems(dataclasses.replace(district, births=births), [2021])
    assert problem.row == "Z5"
    assert "2015" in problem.message_en


def test_a_given_entry_rate_needs_no_births_of_the_base_cohort(tiny) -> None:
    made = forecast(with_births(tiny, {2015: 10}), [2021], settings=ForecastSettings(entry_rate=0.9))
    assert (made.pupils[made.pupils["grade"] == 1]["pupils"] == 9).all()


def test_everything_wrong_is_named_at_once(tiny) -> None:
    district = with_births(tiny, {2014: 10, 2015: -1}, zones=("Z1", "Z9"))
    district = with_housing(district, [("Z1", 2021, -5, -0.3, 0.1), ("Z2", 2021, 2.5, 0.3, None)])
    found = {(p.file, p.row, p.column, p.value) for p in problems(district, [2019, 2021])}
    assert found == {
        ("years", "", "", "2019"),
        ("births.csv", "3", "births", "-1.0"),
        ("births.csv", "5", "births", "-1.0"),
        ("births.csv", "4", "zone", "Z9"),
        ("births.csv", "5", "zone", "Z9"),
        ("housing.csv", "2", "homes", "-5.0"),
        ("housing.csv", "2", "primary_yield", "-0.3"),
        ("housing.csv", "3", "homes", "2.5"),
    }


def test_bad_registers_are_named(tiny) -> None:
    rows = [("Z1", 2020, 1, 2.5), ("Z1", 2020, 10, 3), ("Z2", 2020, 1, 4), ("Z2", 2020, 1, 4)]
    found = {(p.row, p.column, p.value) for p in problems(with_register(tiny, rows), [2021])}
    assert found == {
        ("2", "pupils", "2.5"),
        ("3", "grade", "10"),
        ("5", "zone+year+grade", "Z2 2020 1"),
    }


def test_missing_base_year_and_odd_years_are_named(tiny) -> None:
    district = with_register(tiny, [("Z1", 2018, 1, 5)])
    (problem,) = problems(district, [2021])
    assert "no pupils of the base year 2020; years found: 2018" in problem.message_en
    assert [p.value for p in problems(tiny, [2021.5])] == ["2021.5"]  # type: ignore[list-item]
    assert "at least one" in problems(tiny, [])[0].message_en


def test_numbers_written_as_text_are_refused(tiny) -> None:
    births = pd.DataFrame({"zone": ["Z1"], "year": [2014], "births": ["about ten"]})
    (problem,) = problems(dataclasses.replace(tiny, births=births), [2021])
    assert (problem.row, problem.column, problem.value) == ("2", "births", "about ten")


def test_a_gap_is_held_at_the_year_before_it(tiny) -> None:
    district = with_births(tiny, {2014: 10, 2016: 50})
    made = forecast(district, [2021], settings=ForecastSettings(missing_births="hold", shrink_births=0))
    assert made.pupils[(made.pupils["grade"] == 1) & (made.pupils["zone"] == "Z3")]["pupils"].tolist() == [10]
