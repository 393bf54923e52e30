"""The real county that is shipped holds what data/geo/README.md says of it, and its scenarios can be asked by their bare names."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planning.district import District, check_district, read_district
from planning.scenario import read_scenario
from planning.zoning import solve

ROOT = Path(__file__).parents[2]
FAIRFAX = ROOT / "data" / "geo" / "fairfax"
PUPILS, SEATS, SHORT_TODAY = 27_892, 30_211, 358


@pytest.fixture(scope="module")
def county() -> District:
    return read_district(FAIRFAX)


def test_pupils_and_seats_are_the_county_s_own(county: District) -> None:
    assert (len(county.zones), len(county.schools), len(county.units)) == (954, 26, 26)
    assert county.zone_pupils["pupils"].sum() == county.classes["pupils"].sum() == PUPILS
    assert county.units["capacity"].sum() == SEATS
    assert county.zones["population"].sum() == 1_189_113
    stated = (FAIRFAX.parent / "README.md").read_text(encoding="utf-8")
    assert f"{SEATS:,}; enrolment" in stated
    assert f"| today | {SHORT_TODAY} | 0 |" in stated


def test_nothing_is_wrong_with_it() -> None:
    assert {issue.level for issue in check_district(FAIRFAX)} <= {"warning"}


def test_every_layer_says_where_it_comes_from_and_under_which_licence(county: District) -> None:
    for layer in county.info.layers.values():
        assert "redist-fcps" in layer.source
        assert layer.licence.startswith("MIT")
    assert county.info.layers["zone_pupils"].status == "derived"
    assert "Permission is hereby granted" in (FAIRFAX / "LICENSE").read_text(encoding="utf-8")


def test_the_review_s_options_name_a_school_for_every_zone(county: District) -> None:
    options = pd.read_csv(FAIRFAX / "options.csv", dtype=str, keep_default_na=False)
    assert list(options["zone"]) == list(county.zones["zone"])
    schools = options.drop(columns="zone")
    assert schools.isin(set(county.schools["school"])).all(axis=None)
    assert ((schools["now"] + "-J").to_numpy() == county.zones["current_junior"].to_numpy()).all()


def test_today_s_catchments_are_as_crowded_as_stated(
    county: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the bare name finds the shipped scenario
    layout = solve(county, read_scenario("fairfax-today"))
    assert layout.summary["shortage_pupils"] == SHORT_TODAY
    assert read_scenario("fairfax").catchments == "free"
