"""The command shows every verdict there is, also of a county in which nobody is judged."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

import planning as package
from planning.cli.score import _COLOUR
from planning.errors import ScenarioError
from planning.indicators.verdict import Outcome
from tests.cli.invoke import planning


def test_every_verdict_has_a_colour() -> None:
    assert set(_COLOUR) == set(get_args(Outcome))


@pytest.mark.parametrize("kind", ["nobody", "private"])
def test_a_county_in_which_nobody_is_judged_is_scored(tmp_path: Path, kind: str) -> None:
    county = package.sample_district().save(tmp_path / "county")
    if kind == "nobody":
        for name in ("zone_pupils.csv", "classes.csv"):
            if (county / name).exists():
                table = pd.read_csv(county / name, encoding="utf-8-sig").assign(pupils=0)
                table.to_csv(county / name, index=False)
    else:
        schools = county / "schools.geojson"
        text = schools.read_text(encoding="utf-8")
        schools.write_text(text.replace('"public"', '"private"'), encoding="utf-8")
    code, text = planning("score", county, "--out", tmp_path / "score")
    assert code == 0, text
    layout = package.solve(
        package.read_district(county), {"catchments": "current", "solver": {"time_limit_s": 4}}
    )
    code, text = planning("score", layout.save(tmp_path / "run"), "--out", tmp_path / "again")
    assert code == 0, text
    assert "not applicable" in text or kind == "private"


@pytest.mark.parametrize("price", ["inf", "nan"])
def test_a_price_without_an_end_is_refused(price: str) -> None:
    with pytest.raises(ScenarioError, match="finite"):
        package.Scenario.make(prices={"spread": float(price)})
