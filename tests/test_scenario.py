"""Scenarios: inheritance, settings on top, and messages that name line and nearest key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from planning.errors import ScenarioError
from planning.scenario import read_scenario, scenario_from_data

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "county").mkdir()
    (tmp_path / "base.yaml").write_text(
        "name: base\ndistrict: county\nyear: 2021\nprices:\n  shortage: 500\n  class: 1\n", encoding="utf-8"
    )
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_extends_merges_key_by_key(folder: Path) -> None:
    scenario = read_scenario(write(folder, "extends: base.yaml\nname: s\nprices:\n  moved: 2\n"))
    assert (scenario.name, scenario.year) == ("s", 2021)
    assert (scenario.prices.shortage, scenario.prices.class_, scenario.prices.moved) == (500, 1, 2)


def test_set_wins_over_the_file(folder: Path) -> None:
    scenario = read_scenario(
        write(folder, "extends: base.yaml\nname: s\n"), ["prices.shortage=7", "solver.name=cbc"]
    )
    assert scenario.prices.shortage == 7
    assert scenario.solver.name == "cbc"


def test_every_problem_at_once_with_line_and_nearest_key(folder: Path) -> None:
    path = write(folder, "extends: base.yaml\nname: s\nyaer: 3\nprojects:\n  fixed: biuld\n  budgt_yuan: 3\n")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    found = {(p.column, p.row): p for p in caught.value.problems}
    assert found["yaer", "3"].mend_en == "did you mean 'year'?"
    assert found["projects.budgt_yuan", "6"].mend_en == "did you mean 'budget_yuan'?"
    assert found["projects.fixed", "5"].value == "biuld"
    assert all(p.file.endswith("s.yaml") for p in caught.value.problems)
    assert "是否指 'year'？" in caught.value.text("zh")


def test_an_inherited_mistake_names_the_file_it_stands_in(folder: Path) -> None:
    (folder / "base.yaml").write_text("name: base\ndistrict: county\nyear: soon\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(write(folder, "extends: base.yaml\nname: s\n"))
    assert caught.value.problems[0].file.endswith("base.yaml")
    assert caught.value.problems[0].row == "3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: bsae.yaml\nname: s\n", "did you mean base.yaml?"),
        ("extends: base.yaml\ndistrict: countyy\n", "did you mean 'county'?"),
        ("extends: base.yaml\nstandards: litong-2012\n", "did you mean 'litong-2021'?"),
        ("extends: s.yaml\n", "circle"),
        ("name: [\n", "not readable as YAML"),
        ("", "expected key: value lines"),
        ("- a\n", "expected key: value lines"),
        ("name: s\ndistrict: county\n", "a value is required"),
        ("extends: base.yaml\nname: !!python/object/apply:os.system ['true']\n", "not readable as YAML"),
    ],
)
def test_bad_files(folder: Path, text: str, expected: str) -> None:
    with pytest.raises(ScenarioError, match="(?s)" + expected.replace("?", r"\?")):
        read_scenario(write(folder, text))


def test_byte_order_mark_is_fine(folder: Path) -> None:
    path = folder / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbfextends: base.yaml\nname: s\n")
    assert read_scenario(path).name == "s"


def test_a_resolved_scenario_reads_back(folder: Path) -> None:
    scenario = read_scenario(folder / "base.yaml")
    again = scenario_from_data(yaml.safe_load(yaml.safe_dump(scenario.as_data())))
    assert again == scenario
    assert again.digest() == scenario.digest()


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_scenario_of_the_project_reads(path: Path) -> None:
    scenario = read_scenario(path)
    assert scenario.name == path.stem
    assert scenario.title_zh


def test_a_bare_off_is_a_word_not_a_falsehood(tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    (tmp_path / "a.yaml").write_text(
        "name: a\nyear: 2021\ndistrict: county\nfeeder: off\nresources: {mode: off}\n"
    )
    read = read_scenario(tmp_path / "a.yaml")
    assert (read.feeder, read.resources.mode) == ("off", "off")


def test_a_solver_with_other_settings_keeps_parameters_of_the_engine() -> None:
    from planning.scenario import solver_with
    from planning.scenario.parts import Solver

    plain = Solver()
    assert solver_with(plain, plain.model_dump()) == plain
    assert type(solver_with(plain, {**plain.model_dump(), "gap": 0.1}).engine) is type(plain.engine)
