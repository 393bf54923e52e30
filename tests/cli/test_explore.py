"""The commands about the years to come, as a person types them."""

from __future__ import annotations

import dataclasses
import json
import re

import pandas as pd
import pytest

from planning.cli.app import run as planning_run
from planning.district import write_district
from tests.district.tiny import tiny_district


@pytest.fixture
def place(tmp_path, monkeypatch):
    write_district(tiny_district(), tmp_path / "tiny")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANNING_LANG", "en")
    return tmp_path


@pytest.fixture
def typed(monkeypatch, capsys):
    def call(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["planning", *words])
        code = planning_run()
        told = capsys.readouterr()
        return code, told.out + told.err

    return call


def test_forecast_writes_tables_and_a_chart(place, typed) -> None:
    code, told = typed("forecast", "tiny", "--to", "2021", "--hold-births")
    assert code == 0, told
    folder = place / "runs" / "forecast-tiny"
    table = pd.read_csv(folder / "forecast_county.csv")
    assert sorted(table["year"].unique()) == [2020, 2021]
    assert (folder / "forecast.png").stat().st_size > 10_000
    assert "no backtest" in told or "Backtest from" in told


def test_forecast_before_the_base_year_is_refused(place, typed) -> None:
    code, told = typed("forecast", "tiny", "--to", "2019")
    assert code == 2
    assert "the forecast starts at the base year 2020" in told
    assert not (place / "runs").exists()


def test_a_missing_birth_year_is_named_with_its_mend(place, typed) -> None:
    county = tiny_district()
    zones = county.zones["zone"].tolist()
    births = pd.DataFrame(
        [(z, y, 10) for y in (2014, 2016) for z in zones], columns=["zone", "year", "births"]
    )
    write_district(dataclasses.replace(county, births=births), place / "gap")
    code, told = typed("forecast", "gap", "--to", "2022")
    assert code == 2
    assert "births.csv" in told
    assert "births of 2015 are needed to forecast 2022" in told
    assert "--hold-births" in told


def test_warning_draws_a_map_that_tells_every_year(place, typed) -> None:
    code, told = typed("warning", "tiny", "--to", "2021", "--hold-births")
    assert code == 0, told
    page = (place / "runs" / "warning-tiny" / "seat_map.html").read_text(encoding="utf-8")
    years = json.loads(re.search(r'"years":(\[[^\]]*\])', page)[1])
    assert years == [2020, 2021]
    assert not re.search(r"<(script|link|img)[^>]*https?:", page)
    heat = pd.read_csv(place / "runs" / "warning-tiny" / "seat_heat.csv")
    assert set(heat["variant"]) == {"low", "medium", "high"}
    assert set(heat["level"]) == {"county", "township", "unit"}


def test_a_folder_of_something_else_is_left_alone(place, typed) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    code, _ = typed("forecast", "tiny", "--to", "2020", "--out", "mine")
    assert code == 2
    assert [p.name for p in (place / "mine").iterdir()] == ["letter.txt"]
