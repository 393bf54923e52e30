"""Parameters of the engine: bounds, files, scenarios, and a documented meaning for every one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pydantic import ValidationError

from planning.errors import ScenarioError
from planning.parameters import DEFAULTS, EngineParameters, NeighbourhoodParameters
from planning.scenario import read_scenario, scenario_from_data
from tests.parameters_table import PAGE, docstrings, page


def test_every_parameter_says_what_it_means() -> None:
    said = docstrings()
    for part in dataclasses.fields(DEFAULTS):
        of = getattr(DEFAULTS, part.name)
        for field in dataclasses.fields(of):
            text = said[type(of).__name__].get(field.name, "")
            assert text.endswith("."), f"{part.name}.{field.name}"
            if field.name.endswith("_s"):
                assert "(seconds)" in text, f"{part.name}.{field.name}"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"items_first": 0}, "items_first"),
        ({"items_first": float("nan")}, "items_first"),
        ({"shrinkage": 1.5}, "shrinkage"),
        ({"nodes": 0}, "nodes"),
        ({"items_frst": 10}, "items_frst"),
        ({"items_least": 90.0}, "items_least must not be above items_first"),
    ],
)
def test_what_is_out_of_bounds_is_named(given: dict[str, float], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        NeighbourhoodParameters(**given)  # type: ignore[arg-type]


def test_the_page_agrees_with_the_declarations() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.parameters_table"


def test_they_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DEFAULTS.proof.gap = 0.5  # type: ignore[misc]


def test_only_what_differs_is_told() -> None:
    assert DEFAULTS.differing() == {}
    given = {"siting": {"kept_free": (0.1, 0.0)}, "proof": {"after_steps": 8}}
    assert EngineParameters(**given).differing() == {"siting": {"kept_free": [0.1, 0.0]}}  # type: ignore[arg-type]


def write(folder: Path, text: str) -> Path:
    (folder / "county").mkdir(exist_ok=True)
    path = folder / "s.yaml"
    path.write_text(f"name: s\ndistrict: county\nyear: 2025\n{text}", encoding="utf-8")
    return path


def test_a_scenario_sets_them_and_records_what_differs(tmp_path: Path) -> None:
    path = write(tmp_path, "solver:\n  engine:\n    neighbourhoods:\n      items_first: 120\n")
    scenario = read_scenario(path, ["solver.engine.proof.after_steps=3"])
    assert scenario.solver.engine.neighbourhoods.items_first == 120
    recorded = scenario.as_data()["solver"]["engine"]
    assert recorded == {"neighbourhoods": {"items_first": 120.0}, "proof": {"after_steps": 3}}
    assert scenario_from_data(scenario.as_data()).solver == scenario.solver


def test_unknown_names_and_bad_values_are_said_with_line_and_nearest(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "solver:\n  engine:\n    neighbourhods: {}\n    siting:\n      item_grups: 3\n    proof:\n      gap: -1\n",
    )
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    found = {(p.column, p.row): p for p in caught.value.problems}
    assert found["solver.engine.neighbourhods", "6"].mend_en == "did you mean 'neighbourhoods'?"
    assert found["solver.engine.siting.item_grups", "8"].mend_zh == "是否指 'item_groups'？"
    assert found["solver.engine.proof.gap", "10"].value == "-1"
    assert "不小于 0" in found["solver.engine.proof.gap", "10"].message_zh


def test_a_toml_file_beside_the_scenario_sets_them(tmp_path: Path) -> None:
    path = write(tmp_path, "solver:\n  engine: tuned.toml\n")
    (tmp_path / "tuned.toml").write_text("[siting]\nitem_groups = 150\n", encoding="utf-8")
    scenario = read_scenario(path)
    assert scenario.solver.engine.differing() == {"siting": {"item_groups": 150}}
    (tmp_path / "tuned.toml").write_text("[siting]\nitem_grups = 150\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    (problem,) = caught.value.problems
    assert (problem.column, problem.row) == ("solver.engine.siting.item_grups", "5")


@pytest.mark.parametrize(("text", "said"), [(None, "not there"), ("[siting", "not readable as TOML")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str | None, said: str) -> None:
    path = write(tmp_path, "solver:\n  engine: tuned.toml\n")
    if text is not None:
        (tmp_path / "tuned.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    (problem,) = caught.value.problems
    assert said in problem.message_en
    assert problem.row == "5"


def test_a_file_outside_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    path = write(tmp_path / "project", "solver:\n  engine: ../tuned.toml\n")
    with pytest.raises(ScenarioError, match="leaves the project"):
        read_scenario(path)
