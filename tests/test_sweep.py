"""A grid over the small county: what is solved, kept, gone on with, and which plans are best."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planning import sweep as module
from planning.district import write_district
from planning.errors import ScenarioError
from planning.publish.page.pareto import write_pareto
from planning.sweep import GIVEN, pareto, read_grid, sweep
from tests.zoning.county import CRS, project, small_county

SCENARIO = """
name: small
district: county
standards: litong-2021
year: 2020
demand: register
stages: [primary]
solver: {name: cbc, gap: 0.0}
projects: {optional: choose}
prices: {million_yuan: 0.1}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    projects = gpd.GeoDataFrame(
        [project("P1", "expansion", "A", 1, 1e6, (0, 0)), project("P2", "expansion", "B", 3, 4e6, (2, 1))],
        geometry="geometry",
        crs=CRS,
    )
    write_district(small_county(rooms=(6, 6, 9), projects=projects), tmp_path / "county")
    (tmp_path / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_more_money_never_leaves_more_pupils_without_a_seat(place) -> None:
    made = sweep("small.yaml", read_grid(["budget=0,1000000,5000000"]), jobs=1)
    assert made.complete
    assert made.varied == ("projects.budget_yuan",)
    assert made.table["status"].tolist() == ["solved"] * 3, made.table["note"].tolist()
    assert made.table["cost_yuan"].tolist() == sorted(made.table["cost_yuan"])
    assert (made.table["cost_yuan"] <= made.table["projects.budget_yuan"].astype(float)).all()
    assert (made.table["shortage_pupils"].diff().dropna() <= 0).all()
    assert pd.read_csv(made.folder / "sweep.csv")["status"].tolist() == ["solved"] * 3
    picture = write_pareto(made.table, made.varied, GIVEN, place / "pareto.png")
    assert picture.stat().st_size > 10_000


def test_an_interrupted_sweep_keeps_what_it_has_and_goes_on(place, monkeypatch) -> None:
    solved = []
    solve = module.solve_problem

    def slow(problem):
        if len(solved) == 2:
            raise KeyboardInterrupt
        solved.append(problem.scenario.births)
        return solve(problem)

    monkeypatch.setattr(module, "solve_problem", slow)
    grid = read_grid(["births=0.9,1.0,1.1"])
    half = sweep("small.yaml", grid, jobs=1)
    assert not half.complete
    assert half.table["status"].tolist() == ["solved", "solved", "missing"]
    solved.clear()
    rest = sweep("small.yaml", grid, jobs=1)
    assert rest.complete
    assert solved == [1.1]  # only what was missing
    assert rest.table["status"].tolist() == ["solved"] * 3


def test_points_are_solved_again_when_the_district_changed(place) -> None:
    grid = read_grid(["births=1.0"])
    sweep("small.yaml", grid, jobs=1)
    file = place / "county" / "zone_pupils.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("Z1,2020,1,20", "Z1,2020,1,30"), encoding="utf-8"
    )
    module._district.cache_clear()
    made = sweep("small.yaml", grid, jobs=1)
    assert len(list((made.folder / "points").glob("*.json"))) == 2


@pytest.mark.slow
def test_points_side_by_side_give_the_same_table(place) -> None:
    grid = read_grid(["budget=0,5000000"])
    one, two = (sweep("small.yaml", grid, jobs=n, out=place / f"out{n}").table for n in (1, 2))
    same = ["projects.budget_yuan", "status", "cost_yuan", "rooms", "projects", "pareto"]
    assert one[same].equals(two[same])


def test_a_plan_not_found_in_time_is_tried_again(place) -> None:
    made = sweep("small.yaml", read_grid(["births=1.0"]), jobs=1)
    (point,) = (made.folder / "points").glob("*.json")
    point.write_text(json.dumps({"status": "not_found", "note": "solver"}), encoding="utf-8")
    assert sweep("small.yaml", read_grid(["births=1.0"]), jobs=1).table["status"].tolist() == ["solved"]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([], "nothing varies"),
        (["births"], "expected key=value"),
        (["births=0.9,,1"], "expected key=value"),
        (["births=1,1"], "given twice"),
        (["budget=1", "projects.budget_yuan=2"], "given twice"),
    ],
)
def test_grids_that_cannot_be_read_say_why(texts, told) -> None:
    with pytest.raises(ScenarioError, match=told):
        read_grid(texts)


def test_wrong_keys_and_values_are_named_before_anything_is_solved(place) -> None:
    with pytest.raises(ScenarioError) as caught:
        sweep("small.yaml", read_grid(["birth=1", "births=1,-2"]))
    told = caught.value.text("en")
    assert "births" in told
    assert "-2" in told
    assert not (place / "runs").exists()


def test_a_budget_that_buys_nothing_is_refused(place) -> None:
    with pytest.raises(ScenarioError, match="does not choose among"):
        sweep("small.yaml", read_grid(["budget=1"]), sets=["projects.optional=skip"])


@given(arrays(float, (7, 3), elements=st.integers(0, 4).map(float)))
def test_no_plan_of_the_pareto_set_is_beaten_and_every_other_is(values) -> None:
    best = pareto(values)
    assert best.any()
    for i, row in enumerate(values):
        beaten = ((values <= row).all(axis=1) & (values < row).any(axis=1)).any()
        assert beaten != best[i]
    assert np.array_equal(pareto(values[::-1])[::-1], best)


def test_a_sweep_stopped_before_its_first_plan_still_draws(place, monkeypatch) -> None:
    def stopped(problem):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "solve_problem", stopped)
    made = sweep("small.yaml", read_grid(["births=0.9,1.0"]), jobs=1)
    assert made.table["status"].tolist() == ["missing"] * 2
    assert write_pareto(made.table, made.varied, GIVEN, place / "none.png").is_file()
