"""A run finds its district, its standards and what it started from, wherever the command is typed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from planning.compare import compare_runs
from planning.errors import LayoutError
from planning.layout import load_layout
from planning.runs import approve_run, open_run, run_scenario
from planning.scenario import scenario_of_run
from planning.verify import verify_run
from tests.approval.made import DECISION, project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a run at the usual place and one elsewhere, made in the project."""
    place = tmp_path_factory.mktemp("home") / "project"
    place.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        project(Path())
        run_scenario("today.yaml", out=place.parent / "elsewhere" / "deep" / "run")
    return place


def test_from_another_folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "county").mkdir()  # another project's district of the same name is not taken
    assert not Path(load_layout(made / "runs" / "today").scenario["district"]).is_absolute()
    for run in (made / "runs" / "today", made.parent / "elsewhere" / "deep" / "run"):
        assert verify_run(run).ok
        assert open_run(run)[2].path == made / "county"
    assert compare_runs([made / "runs" / "today"] * 2).names


def test_the_project_moves_as_a_whole(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = shutil.copytree(made, tmp_path / "改名 project")
    monkeypatch.chdir(tmp_path)
    assert open_run(moved / "runs" / "today")[2].path == Path("改名 project/county")
    assert verify_run(moved / "runs" / "today").ok


def test_a_run_that_lost_its_project_says_so(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = shutil.copytree(made / "runs" / "today", tmp_path / "a" / "b" / "today")
    monkeypatch.chdir(tmp_path)
    for work in (verify_run, open_run, lambda run: approve_run(run, DECISION, root=tmp_path / "approved")):
        with pytest.raises(LayoutError, match="is not where it was") as error:
            work(lost)
        assert error.value.text("en") != error.value.text("zh")
    assert verify_run(lost, made / "county").ok
    assert not (tmp_path / "approved").exists() or not list((tmp_path / "approved").iterdir())


def test_what_it_continues_and_its_own_standards_are_found_too(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = dict(load_layout(made / "runs" / "today").scenario)
    (made / "own.yaml").write_text(yaml.safe_dump({}), encoding="utf-8")
    data |= {"standards": "own.yaml", "continues": "runs/today"}
    found = scenario_of_run(data, made / "runs" / "today", {"project": "../.."})
    assert (found.standards, found.continues) == (str(made / "own.yaml"), str(made / "runs" / "today"))
