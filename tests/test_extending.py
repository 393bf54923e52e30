"""The worked example of docs/extending.md runs as it stands there; a package that cannot be used is named, and nothing is half-written."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import planning
from planning import indicators, publish, runs
from planning.errors import PlanningError
from planning.zoning.rules import all_rules
from tests.installed import install
from tests.zoning.county import small_county

DOCS = Path(__file__).parents[1] / "docs"
INDICATORS, OUTPUTS = "planning.indicators", "planning.outputs"


def example(page: str) -> str:
    """Return the Python of a page, all blocks together."""
    return "\n".join(re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(example("extending.md"), "docs/extending.md", "exec"), names)
    return names


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    planning.write_district(small_county(), folder)
    path = tmp_path / "s.yaml"
    path.write_text(
        f"name: s\ndistrict: {folder.name}\nyear: 2020\ncatchments: current\ntravel: {{mode: straight}}\nsolver: {{time_limit_s: 5}}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def layout() -> Any:
    return planning.solve(
        small_county(),
        {"catchments": "current", "travel": {"mode": "straight"}, "solver": {"time_limit_s": 5}},
    )


def test_an_indicator_is_judged_beside_the_32(layout: Any, written: dict[str, Any]) -> None:
    plain = planning.score(small_county(), layout)
    card = planning.score(small_county(), layout, indicators=[written["WALKS"]])
    assert len(plain.added) == 0
    assert card.added["id"].tolist() == ["X1"]
    assert card.added["verdict"].iat[0] in ("pass", "fail")
    assert len(card.indicators) == 32
    assert (card.passed, card.failed) == (plain.passed, plain.failed)


def test_an_output_is_written_whole_or_not_at_all(
    layout: Any, written: dict[str, Any], tmp_path: Path
) -> None:
    card = planning.score(small_county(), layout)
    paths = publish.write_added(small_county(), layout, card, tmp_path, outputs=[written["BUSES"]])
    assert [p.name for p in paths] == ["far_zones.csv"]
    assert set(pd.read_csv(paths[0]).columns) >= {"zone", "unit", "distance_m"}

    def half(district: Any, layout: Any, scorecard: Any, path: Path) -> None:
        path.write_text("half")
        raise ValueError("no more ink")

    for output, told in (
        (SimpleNamespace(name="ink", file="ink.txt", write=half), "no more ink"),
        (SimpleNamespace(name="idle", file="idle.txt", write=lambda *_: None), "did not write idle.txt"),
        (SimpleNamespace(name="again", file="far_zones.csv", write=half), "has a file far_zones.csv already"),
        (SimpleNamespace(name="up", file="../up.txt", write=half), "files are named after it"),
        (SimpleNamespace(name="bare"), "has no file, write"),
    ):
        with pytest.raises(PlanningError, match=told):
            publish.write_added(small_county(), layout, card, tmp_path, outputs=[output])
    assert [p.name for p in tmp_path.iterdir()] == ["far_zones.csv"]


def test_both_installed_serve_a_whole_run(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = {INDICATORS: "walks = my_county:WALKS", OUTPUTS: "buses = my_county:BUSES"}
    install(tmp_path / "site", monkeypatch, "my_county", example("extending.md"), points)
    run = runs.run_scenario(scenario, out=tmp_path / "run")
    assert run.scorecard.added["id"].tolist() == ["X1"]
    assert pd.read_csv(run.folder / "scorecard_added.csv")["id"].tolist() == ["X1"]
    assert (run.folder / "far_zones.csv").is_file()
    assert len(pd.read_csv(run.folder / "scorecard.csv")) == 32


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise RuntimeError('made for another version')", "made for another version"),
        ("import a_module_that_is_not_there", "a_module_that_is_not_there"),
        ("", "WALKS"),
        ("WALKS = 3", "has no id"),
    ],
    ids=["raises", "lacks a module", "lacks the object", "something else"],
)
def test_a_broken_package_is_named_before_anything_is_solved(
    source: str, told: str, scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", monkeypatch, "broken_pack", source, {INDICATORS: "walks = broken_pack:WALKS"})
    with pytest.raises(PlanningError, match=told) as caught:
        runs.run_scenario(scenario, out=tmp_path / "run")
    (problem,) = caught.value.problems
    assert problem.file == "broken_pack"
    assert "pip uninstall broken_pack" in problem.mend_zh
    assert not (tmp_path / "run").exists()


def test_a_broken_rule_or_output_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = {"planning.rules": "r = broken_rule:RULE", OUTPUTS: "o = broken_rule:OUT"}
    install(tmp_path / "site", monkeypatch, "broken_rule", "", points)
    for load in (all_rules, publish.added_outputs):
        with pytest.raises(PlanningError, match="broken_rule"):
            load()


def test_an_indicator_that_fails_or_takes_an_id_is_named(layout: Any, written: dict[str, Any]) -> None:
    def judge(case: Any) -> Any:
        raise ZeroDivisionError("no pupils")

    broken = indicators.Indicator("X2", "坏", "Broken", "–", "layout", judge)
    with pytest.raises(PlanningError, match="no pupils"):
        planning.score(small_county(), layout, indicators=[broken])
    taken = indicators.Indicator("B5", "重", "Twice", "–", "layout", judge)
    with pytest.raises(PlanningError, match="an indicator B5 already"):
        planning.score(small_county(), layout, indicators=[taken])
