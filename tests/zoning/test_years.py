"""What changes from year to year: class caps on the way to 2025, births."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from planning.errors import DistrictError
from planning.grades import USUAL
from planning.standards import read_profile
from planning.verify.rules.class_size import _caps
from planning.zoning.build import build_problem
from planning.zoning.build.pupils import class_caps
from tests.zoning.county import scenario, small_county

YEARS = range(2021, 2027)
# grade → cap in 2021 … 2026, worked out by hand from S:69, S:73, S:243
COHORT = {
    1: [55, 45, 45, 45, 45, 45], 2: [55, 55, 45, 45, 45, 45], 4: [55, 55, 55, 55, 45, 45], 6: [55, 55, 55, 55, 45, 45],
    7: [55, 50, 50, 50, 50, 50], 9: [55, 55, 55, 50, 50, 50],
}  # fmt: skip
ENTRY = {
    1: [55, 45, 45, 45, 45, 45], 2: [55, 55, 55, 55, 45, 45], 6: [55, 55, 55, 55, 45, 45],
    7: [55, 50, 50, 50, 50, 50], 8: [55, 55, 55, 55, 50, 50],
}  # fmt: skip


@pytest.mark.parametrize(("reading", "expected"), [("path", COHORT), ("path_entry", ENTRY)])
def test_class_caps_follow_the_path_in_both_readings(reading, expected) -> None:
    caps = class_caps(scenario(year=2021, horizon=2026, class_caps=reading), read_profile("litong-2021"))
    for grade, wanted in expected.items():
        assert caps[0 if grade < 7 else 1, grade - 1].tolist() == wanted, grade


@pytest.mark.parametrize("reading", ["standard", "path", "path_entry"])
def test_the_verifier_reads_the_path_as_the_model_does(reading) -> None:
    setting, profile = scenario(year=2021, horizon=2026, class_caps=reading), read_profile("litong-2021")
    caps = class_caps(setting, profile)
    keys = [(s, y, g) for s in USUAL for g in USUAL[s] for y in YEARS]
    index = pd.MultiIndex.from_tuples([("U", y, g) for _, y, g in keys], names=["unit", "year", "grade"])
    table = pd.DataFrame({"stage": [s for s, _, _ in keys]}, index)
    evidence = SimpleNamespace(profile=profile, scenario=setting, grades=USUAL, zoned=pd.Series({"U": 1}))
    model = [caps[list(USUAL).index(s), g - 1, y - 2021] for s, y, g in keys]
    assert _caps(evidence, table).tolist() == model


def test_births_change_the_entrants_of_later_years_only() -> None:
    base, more = (
        build_problem(
            small_county(), scenario(year=2020, horizon=2022, demand="medium", births=factor)
        ).pupils
        for factor in (1.0, 1.5)
    )
    assert np.array_equal(base[:, :, 0], more[:, :, 0])
    assert more[:, 0, 1].sum() == 1.5 * base[:, 0, 1].sum()
    assert np.array_equal(base[:, 2:, 1:], more[:, 2:, 1:])
    assert scenario().digest() != scenario(births=1.1).digest()


def test_a_plan_may_hold_the_last_known_births() -> None:
    county = small_county()
    births = pd.DataFrame(
        [(z, y, 20) for z in county.zones["zone"] for y in (2014, 2016)], columns=["zone", "year", "births"]
    )
    county = replace(county, births=births)
    settings = {"year": 2021, "horizon": 2022, "demand": "medium"}
    with pytest.raises(DistrictError, match="2015"):
        build_problem(county, scenario(**settings))
    problem = build_problem(county, scenario(**settings, missing_births="hold"))
    assert problem.pupils[:, 0, 0].sum() == problem.pupils[:, 0, 1].sum() == 120
    assert any("2015" in note or "held" in note for note in (n.text("en") for n in problem.notes))
