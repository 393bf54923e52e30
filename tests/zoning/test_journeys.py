"""Journeys that make a closure acceptable: walks, buses, boarding from grade 4."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from planning.verify import verify_run
from planning.zoning import build_problem
from planning.zoning.rules.small_schools import journey_stays_acceptable
from tests.verify.hand import county, write_run
from tests.verify.test_verify import close, edit_yaml
from tests.zoning.county import scenario, small_county


def acceptable(*, young: bool = True, boarding: bool = False, **settings: Any) -> bool:
    """Tell whether A may close: Z1 is 3 km, Z4 2 km from B."""
    rules = {"close": "choose", "below_pupils": 1000, "kinds": ["primary"], **settings}
    problem = build_problem(small_county(pupils=2), scenario(stages=["primary"], small_schools=rules))
    pupils = problem.pupils.copy()
    if not young:
        pupils[:, :3] = 0
    problem = replace(problem, pupils=pupils, units=problem.units.assign(boarding=boarding))
    unit = problem.units["unit"].tolist().index("A-P")
    return journey_stays_acceptable(SimpleNamespace(problem=problem), unit)  # type: ignore[arg-type]


def test_a_bus_makes_a_long_way_acceptable() -> None:
    assert not acceptable(max_walk_m=1500)
    assert acceptable(max_walk_m=3500)
    assert acceptable(max_walk_m=1500, bus_max_m=3500)
    assert not acceptable(max_walk_m=1500, bus_max_m=2000)


@pytest.mark.parametrize(
    ("young", "boarding", "first", "good"),
    [(False, True, 4, True), (True, True, 4, False), (False, False, 4, False), (False, True, None, False), (False, True, 5, False)],
)  # fmt: skip
def test_older_pupils_may_board_where_a_boarding_school_stands(young, boarding, first, good) -> None:
    assert acceptable(young=young, boarding=boarding, max_walk_m=1500, boarding_from_grade=first) == good


def test_the_verifier_accepts_the_same_journeys(tmp_path) -> None:
    run = write_run(tmp_path / "run")
    close(run, "S1-P")
    for more, broken in (({}, 1), ({"bus_max_m": 450}, 1), ({"bus_max_m": 500}, 0)):
        rules = {"close": "choose", "kinds": ["primary"], "below_pupils": 300, "max_walk_m": 400, **more}
        edit_yaml(run, small_schools=rules)
        failures = verify_run(run, county()).failures
        assert len([c for c in failures if "acceptable walk" in c.what]) == broken  # 478 m to S2


def test_nobody_below_grade_4_may_be_made_to_board() -> None:
    with pytest.raises(ValueError, match="boarding_from_grade"):
        scenario(small_schools={"boarding_from_grade": 3})
