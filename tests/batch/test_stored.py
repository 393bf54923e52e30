"""Counties that are kept in PostGIS: the same units, the same table, and no database for whoever carries a unit out."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from planning.batch import plan_of_counties, province_table, read_plan, resume_batch, run_batch
from planning.district import read_district
from planning.errors import ScenarioError, StoreError
from planning.exchange import put_district
from tests.batch.made import hand_out, plan_for, province
from tests.exchange.server import Server


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> Path:
    """Return three counties, the first two of which are kept in a store as well; units cost nothing."""
    hand_out(monkeypatch)
    monkeypatch.setattr(
        "planning.batch.batch.write_results", lambda home, units, _: province_table(home, units)
    )
    place = province(tmp_path, ("a", "b", "c"))
    for name in ("a", "b", "c"):
        info = place / "counties" / name / "district.yaml"
        said = [f"id: {name}" if line.startswith("id:") else line for line in info.read_text().splitlines()]
        info.write_text("\n".join(line for line in said if line[0] != "#") + "\n", encoding="utf-8")
    for name in ("a", "b"):
        put_district(url, read_district(place / "counties" / name))
    return place


def test_counties_of_a_store_give_the_table_of_their_folders(place: Path, url: str) -> None:
    folders = run_batch(plan_for(place, "a", "b", "c"), out=place / "folders")
    plan = plan_of_counties([url, place / "counties" / "c"], [str(place / "one.yaml")])
    stored = run_batch(plan, out=place / "out")
    pd.testing.assert_frame_equal(stored.table, folders.table)
    assert {u.key for u in stored.units} == {u.key for u in folders.units}
    kept = (place / "out" / "batch.json").read_text(encoding="utf-8")
    assert url in kept
    # nothing is fetched or done again
    before = {p: p.stat().st_mtime_ns for p in (place / "out").glob("fetched/*/*")}
    units = {p.stat().st_mtime_ns for p in (place / "out" / "units").iterdir()}
    assert resume_batch(place / "out").complete
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert {p.stat().st_mtime_ns for p in (place / "out" / "units").iterdir()} == units


def test_one_district_of_a_store_is_named_in_a_plan_file(place: Path, url: str) -> None:
    text = {"counties": [f"{url}?district=b"], "scenarios": ["one.yaml"]}
    (place / "plan.yaml").write_text(json.dumps(text), encoding="utf-8")
    assert list(run_batch(read_plan(place / "plan.yaml"), out=place / "out").table["folder"]) == ["b"]


def test_what_changed_in_the_store_is_made_again(place: Path, url: str, server: Server) -> None:
    plan = plan_of_counties([url], [str(place / "one.yaml")])
    run_batch(plan, out=place / "out")
    server.sql(url.rpartition("/")[2], "UPDATE planning.zones SET population = 7 WHERE district = 'a'")
    assert list(resume_batch(place / "out").table["status"]) == ["done", "done"]
    assert len(list((place / "out" / "units").iterdir())) == 3


def test_wrong_values_in_a_store_stop_no_other_county(place: Path, url: str, server: Server) -> None:
    plan = plan_of_counties([url], [str(place / "one.yaml")])
    run_batch(plan, out=place / "out")
    server.sql(url.rpartition("/")[2], "UPDATE planning.zones SET locale = 'moon' WHERE district = 'a'")
    for made in (resume_batch(place / "out"), run_batch(plan, out=place / "out")):
        assert made.complete
        assert list(made.table["status"]) == ["refused", "done"]
        assert "moon" in made.table["note_zh"][0]
    server.sql(url.rpartition("/")[2], "UPDATE planning.zones SET locale = 'urban' WHERE district = 'a'")
    assert list(resume_batch(place / "out").table["status"]) == ["done", "done"]


def test_a_store_that_cannot_be_is_told_before_anything_is_written(place: Path, url: str) -> None:
    scenario = [str(place / "one.yaml")]
    with pytest.raises(ScenarioError, match="password"):
        plan_of_counties(["postgis://planner:secret@localhost/x"], scenario)
    for wrong in (f"{url}?district=nowhere", url.replace("/d", "/no_such_d")):
        with pytest.raises(StoreError):
            run_batch(plan_of_counties([wrong], scenario), out=place / "out")
    assert not (place / "out").exists()
    with pytest.raises(ScenarioError):
        run_batch(plan_of_counties([url], ["no-such-scenario"]), out=place / "out")
    assert not (place / "out").exists()
