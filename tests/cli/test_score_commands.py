"""The commands score and ledger: what cannot be scored is refused; what was cleared between two dates."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from planning.district import write_district
from planning.indicators import make_case
from planning.indicators.ledger import make_ledger, write_ledger
from planning.standards import read_profile
from tests.approval.made import project
from tests.cli.invoke import planning
from tests.indicators.hand import figures, unit
from tests.zoning.county import small_county

PLAN = read_profile("litong-2021")


def test_changes_are_shown_and_written(tmp_path):
    for name, level, day in (("a", 0.5, "2021-09-01"), ("b", 1.0, "2022-09-01")):
        case = make_case(figures([unit("甲", rates={"A4": level}), unit("乙", rates={"A6": 0.6})]), PLAN)
        write_ledger(make_ledger(case, day), tmp_path / f"{name}.csv")
    out = tmp_path / "new" / "changes.csv"
    code, said = planning("ledger", tmp_path / "a.csv", tmp_path / "b.csv", "--out", out)
    assert code == 0
    assert "cleared 1" in said
    table = pd.read_csv(out, encoding="utf-8-sig").set_index(["unit", "item"])
    assert table.loc[("甲", "A4"), ["status", "status_zh"]].tolist() == ["cleared", "已销号"]
    assert table.loc[("乙", "A6"), "status"] == "unchanged"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--year", "2050"], "years on record: 2020"),
        (["--project", "P99", "--project", "P98"], "P98"),
        (["--year", "2050", "--assignment", "{folder}/catchments.csv"], "no pupils of school year 2050"),
    ],
)
def test_what_is_not_there_is_refused_not_scored_as_an_empty_county(tmp_path, options, said):
    district = small_county()
    write_district(district, tmp_path / "county")
    table = pd.DataFrame(
        [(z, s, f"S1-{s[0].upper()}") for z in district.zones["zone"] for s in ("primary", "junior")],
        columns=["zone", "stage", "unit"],
    )
    table[table["unit"].isin(set(district.units["unit"]))].to_csv(tmp_path / "catchments.csv", index=False)
    asked = [o.format(folder=tmp_path) for o in options]
    code, text = planning("score", tmp_path / "county", *asked, "--out", tmp_path / "out")
    assert code == 2
    assert said in text
    assert not (tmp_path / "out").exists()


def test_a_district_without_a_register_is_not_written_in_silence(tmp_path, monkeypatch):
    district = small_county()
    district = replace(
        district, classes=district.classes[:0], units=district.units.assign(music_rooms=None, art_rooms=None)
    )
    write_district(district, tmp_path / "county")
    monkeypatch.chdir(tmp_path)
    code, said = planning("score", "county")
    assert (code, list(tmp_path.iterdir())) == (0, [tmp_path / "county"])
    assert "none of the 32 is supplied" in said
    code, said = planning("score", "county", "--out", "card")
    assert code == 0
    assert (tmp_path / "card" / "scorecard.csv").is_file()


@pytest.mark.slow
def test_a_run_scored_otherwise_than_it_was_made_says_so(tmp_path, monkeypatch):
    run = project(tmp_path)
    monkeypatch.chdir(tmp_path)
    code, said = planning("score", run)
    assert code == 0
    assert "is scored against" not in said
    assert "changed since the run" not in said
    code, said = planning("score", run, "--standards", "national-later")
    assert code == 0
    assert "litong-2021 and is scored against national-later" in said
    with (tmp_path / "county" / "district.yaml").open("a", encoding="utf-8") as file:
        file.write("# looked at again\n")
    code, said = planning("score", run)
    assert "The district changed since the run: district.yaml" in said


def test_ledgers_of_two_counties_are_refused(tmp_path):
    for name, county, day in (("a", "640302", "2021-09-01"), ("b", "640303", "2022-09-01")):
        case = make_case(figures([unit("甲", rates={"A4": 0.5})]), PLAN)
        table = make_ledger(case, day, district=county, district_zh=f"县{county[-1]}")
        write_ledger(table, tmp_path / f"{name}.csv")
    out = tmp_path / "changes.csv"
    code, said = planning("ledger", tmp_path / "a.csv", tmp_path / "b.csv", "--out", out)
    assert code == 2
    assert "县3 640303, not 县2 640302" in said
    assert not out.exists()
    code, said = planning("ledger", tmp_path / "b.csv", tmp_path / "a.csv")
    assert "is earlier" in said
