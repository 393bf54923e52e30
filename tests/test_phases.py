"""A plan in phases: one programme, a map for each phase, and a price and a limit on what changes between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from planning.cli.app import app
from planning.district import write_district
from planning.errors import InfeasibleError, ScenarioError
from planning.phases import phase_years, run_folders, run_phases
from planning.verify import verify_run
from planning.zoning import solve_problem
from tests.zoning.county import project, scenario, small_county, with_projects

NEW_SCHOOL = project("P1", "new", "D", 12, 1e7, (2, 0), open_year=2022, fixed=True)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the small county, in which school D opens at Z3 in 2022."""
    monkeypatch.chdir(tmp_path)
    write_district(with_projects(small_county(), NEW_SCHOOL), tmp_path / "county")
    return tmp_path


def write(place: Path, **settings: Any) -> Path:
    base: dict[str, Any] = {
        "name": "years", "district": "county", "year": 2020, "horizon": 2023, "demand": "register", "phases": [2022],
        "stages": ["primary", "junior"], "solver": {"time_limit_s": 10},
    }  # fmt: skip
    file = place / "years.yaml"
    file.write_text(yaml.safe_dump(base | settings, allow_unicode=True), encoding="utf-8")
    return file


def unit_of(run: Any, zone: str) -> str:
    table = run.layout.assignment
    return str(table[(table["zone"] == zone) & (table["stage"] == "primary")]["unit"].iloc[0])


@pytest.mark.slow
@pytest.mark.parametrize("enrolled", ["follow", "stay"])
def test_a_school_has_a_catchment_from_the_phase_in_which_it_stands(place: Path, enrolled: str) -> None:
    done = run_phases(write(place, enrolled=enrolled))
    first, second = done.runs
    assert [r.folder.name for r in done.runs] == ["2020", "2022"]
    assert "D-P" not in set(first.layout.assignment["unit"])
    assert unit_of(second, "Z3") == "D-P"
    moved = done.changes[done.changes["year"] == 2022]
    assert "Z3" in set(moved["zone"])
    assert set(moved["to_unit"]) == {"D-P"}
    assert set(moved["from_unit"]) <= set(first.layout.assignment["unit"])
    for folder in run_folders(done.folder):
        assert verify_run(folder).failures == ()
    assert 0 <= done.gap <= 1


def test_pupils_of_the_first_phase_stay_where_they_sit_in_the_second(place: Path) -> None:
    done = run_phases(write(place, enrolled="stay"))
    rows = done.runs[1].layout.units.set_index(["unit", "year", "grade"])["pupils"]
    before = done.runs[0].layout.units.set_index(["unit", "year", "grade"])["pupils"]
    assert rows["D-P", 2022, 1] > 0
    assert rows["D-P", 2022, 2] == 0  # they entered before D stood
    for unit in ("A-P", "B-P"):
        assert rows[unit, 2023, 5] == before[unit, 2021, 3]


@pytest.mark.slow
def test_change_between_phases_keeps_to_its_limit_or_says_that_it_cannot(place: Path) -> None:
    # D's own zone holds a sixth of the pupils and must belong to it
    share = {"max_moved_share_between": 0.17}
    tight = run_phases(write(place, stability=share, prices={"moved_between": 0}))
    assert set(tight.changes.loc[tight.changes["year"] == 2022, "zone"]) == {"Z3"}
    with pytest.raises(InfeasibleError, match=r"16\.7% of the primary pupils"):
        run_phases(write(place, stability={"max_moved_share_between": 0.1}))


@pytest.mark.slow
def test_a_price_keeps_catchments_that_would_change_for_little(place: Path) -> None:
    # Z4 goes to B, 2 km away, though A is 1 km away; today's lines are dear to change
    write_district(with_projects(small_county(current="AABBBB"), NEW_SCHOOL), place / "county")
    for price, zones in ((0, {"Z3", "Z4"}), (30, {"Z3"})):
        done = run_phases(write(place, stages=["primary"], prices={"moved": 30, "moved_between": price}))
        changed = set(done.changes.loc[done.changes["year"] == 2022, "zone"])
        # Z2 is as far from A as from D: where a change costs nothing, either will do
        assert changed - ({"Z2"} if price == 0 else set()) == zones


@pytest.mark.slow
def test_a_changed_predecessor_is_noticed(place: Path) -> None:
    done = run_phases(write(place))
    file = done.folder / "2020" / "assignment.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("Z1,primary,A-P", "Z1,primary,B-P"), encoding="utf-8"
    )
    assert any("run it continues" in c.what for c in verify_run(done.folder / "2022").failures)


@pytest.mark.slow
def test_the_commands_know_phases(place: Path) -> None:
    file = write(place)
    ran = CliRunner().invoke(app, ["run", str(file)])
    assert ran.exit_code == 0, ran.output
    assert "2020–2021" in ran.output
    assert "2022–2023" in ran.output
    table = pd.read_csv(place / "runs" / "years-phases" / "phases.csv")
    assert table["first_year"].tolist() == [2020, 2022]
    checked = CliRunner().invoke(app, ["verify", "runs/years-phases"])
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize(
    ("settings", "column"),
    [
        ({"phases": [2019]}, "phases"),
        ({"phases": [2022, 2021]}, "phases"),
        ({"catchments": "current"}, "catchments"),
        ({"projects": {"decided": {"P1": 2021}}}, "projects.decided.P1"),
        ({"small_schools": {"closed": {"A-Q": 2021}}}, "small_schools.closed"),
    ],
)
def test_what_cannot_be_meant_is_named_before_anything_is_solved(
    place: Path, settings: Any, column: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        run_phases(write(place, **settings))
    assert column in [p.column for p in caught.value.problems]
    assert not (place / "runs").exists() or not list((place / "runs").glob("*/*"))


def test_phases_begin_with_the_plan() -> None:
    plan = scenario(year=2021, horizon=2025, phases=[2023])
    assert phase_years(plan) == [(2021, 2022), (2023, 2025)]
    assert phase_years(replace_years(plan, 2021)) == [(2021, 2021)]


def replace_years(plan: Any, last: int) -> Any:
    return plan.model_copy(update={"horizon": last, "phases": ()})


def test_a_decided_project_opens_in_the_year_that_was_decided() -> None:
    from planning.zoning import build_problem

    late = project("P2", "expansion", "A", 6, 1e7, (0, 0))
    county = with_projects(small_county(), late)
    skip = {"fixed": "skip", "optional": "skip"}
    plan = scenario(horizon=2022, projects=skip | {"decided": {"P2": 2021}})
    table = build_problem(county, plan).projects
    assert table[["project", "mode", "open_year"]].values.tolist() == [["P2", "build", 2021]]


def test_a_phase_begins_with_all_of_the_one_map_that_stands_in_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zone of a school that opens later once cost the first phase the whole map it was to begin with."""
    begun: list[list[str]] = []

    def solved(problem: Any, **more: Any) -> Any:
        names = [*problem.units["unit"], "–"]
        begun.append([] if problem.start is None else [names[u] for u in problem.start[0]])
        return solve_problem(problem, **more)

    monkeypatch.setattr("planning.zoning.solve_problem", solved)
    done = run_phases(write(place, stages=["primary"]))
    whole = [unit_of(done.one_map, z) for z in done.one_map.layout.assignment["zone"]]
    assert "D-P" in whole
    assert begun == [[], [u if u != "D-P" else "–" for u in whole], whole]
