"""Backtests: errors by hand, and silence where there is no history."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from planning.demand import ForecastSettings, backtest
from planning.grades import USUAL
from tests.demand.hand import with_births, with_register

GRADE_SIZES = (10, 20, 30, 40, 50, 60, 70, 80, 90)


def two_years():
    rows = [("Z1", 2019, g, n) for g, n in enumerate(GRADE_SIZES, 1)]
    return rows + [("Z1", 2020, g, n) for g, n in enumerate((12, 10, 20, 30, 40, 50, 60, 70, 80), 1)]


def test_no_history_no_numbers(tiny) -> None:
    tested = backtest(tiny)
    assert tested.errors.empty
    assert tested.base_year is None
    assert "no backtest" in tested.notes[0]
    assert "未做回测" in tested.notes_zh[0]


def test_errors_and_the_naive_baseline_by_hand(tiny) -> None:
    # births of 2013 and 2014 are 10 each: rate 1, so 10 entrants are expected where 12 came; cohorts are exact
    district = with_births(with_register(tiny, two_years()), {2013: 10, 2014: 10}, zones=("Z1",))
    tested = backtest(district, settings=ForecastSettings(shrink_births=0))
    errors = tested.errors.set_index(["level", "year", "group", "method"])
    assert (tested.base_year, tested.source) == (2019, "zone_pupils")
    entrants = errors.loc[("county", 2020, "entrants", "cohort")]
    assert (entrants["actual"], entrants["forecast"], entrants["mae"]) == (12, 10, 2)
    assert entrants["mape"] == pytest.approx(2 / 12)
    assert entrants["bias"] == pytest.approx(10 / 12 - 1)
    every = errors.loc[("county", 2020, "all", "cohort")]
    assert every["mae"] == pytest.approx(2 / 9)
    # naive: every grade as in 2019: 2 + 8 × 10 pupils wrong
    naive = errors.loc[("county", 2020, "all", "naive")]
    assert naive["mae"] == pytest.approx(82 / 9)
    assert naive["bias"] == pytest.approx(450 / 372 - 1)
    # zones: Z1 has the errors, five zones are empty and right
    assert errors.loc[("zone", 2020, "entrants", "cohort"), "cells"] == 6
    assert errors.loc[("zone", 2020, "entrants", "cohort"), "mae"] == pytest.approx(2 / 6)


def test_class_registers_serve_for_the_county(tiny) -> None:
    units = {"primary": "A-P", "junior": "C-J"}
    rows = [
        (units["primary" if g in USUAL["primary"] else "junior"], y, g, 1, n) for _, y, g, n in two_years()
    ]
    classes = pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])
    district = dataclasses.replace(with_births(tiny, {2013: 2, 2014: 2}), classes=classes)
    tested = backtest(district, settings=ForecastSettings(shrink_births=0))
    assert tested.source == "classes"
    assert set(tested.errors["level"]) == {"county"}
    errors = tested.errors.set_index(["group", "method"])
    assert errors.loc[("entrants", "cohort"), "forecast"] == 10
    assert errors.loc[("junior", "cohort"), "mae"] == 0


def test_years_without_register_are_noted_not_invented(tiny) -> None:
    district = with_births(with_register(tiny, two_years()), {2013: 10, 2014: 10}, zones=("Z1",))
    tested = backtest(district, [2020, 2021])
    assert set(tested.errors["year"]) == {2020}
    assert any("no register of 2021" in n for n in tested.notes)


def test_missing_births_of_the_earlier_base_end_the_backtest_with_their_years(tiny) -> None:
    district = with_births(with_register(tiny, two_years()), {2014: 10}, zones=("Z1",))
    tested = backtest(district)
    assert tested.errors.empty
    assert "2013" in tested.notes[0]
