"""The default county: ten years in three variants."""

from __future__ import annotations

from pathlib import Path

import pytest

from planning.demand import VARIANTS, forecast, seat_warning, seats_by_year, zone_places
from planning.district import read_district
from planning.standards import read_profile

FOLDER = Path(__file__).parents[2] / "data" / "geo" / "litong"
YEARS = range(2020, 2031)


@pytest.fixture(scope="module")
def litong():
    return read_district(FOLDER)


@pytest.fixture(scope="module")
def made(litong):
    return {v: forecast(litong, YEARS, variant=v) for v in VARIANTS}


def test_base_year_is_the_register_and_nothing_is_held(litong, made) -> None:
    base = litong.zone_pupils[litong.zone_pupils["year"] == 2020].groupby("grade")["pupils"].sum()
    for result in made.values():
        rows = result.pupils[result.pupils["year"] == 2020]
        assert rows.groupby("grade")["pupils"].sum().tolist() == base.tolist()
        assert result.notes == ()


def test_variants_are_ordered_in_every_year_and_grade(made) -> None:
    low, medium, high = (made[v].pupils.groupby(["year", "grade"])["pupils"].sum() for v in VARIANTS)
    assert (low <= medium).all()
    assert (medium <= high).all()
    assert (low[2030] < high[2030]).all()


def test_places_hold_every_pupil_of_their_zones(litong, made) -> None:
    warned = seat_warning(
        made, seats_by_year(litong, read_profile("litong-2021"), YEARS), zone_places(litong)
    )
    sums = warned.heat.groupby(["variant", "year", "stage", "level"])["pupils"].sum().unstack("level")
    assert (sums["county"] - sums["township"]).abs().max() < 1e-6
    assert (sums["county"] - sums["unit"]).abs().max() < 1e-6
