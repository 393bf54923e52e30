"""Who moves in or away in the middle of a stage is counted: in by the catchment, away out of the school they sat in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.demand import forecast, who_left
from planning.grades import USUAL
from planning.verify.evidence import Evidence
from planning.verify.people import movers
from planning.verify.run import verify_evidence
from planning.zoning import build_problem, solve
from tests.zoning.county import scenario, small_county

COLUMNS = ["zone", "year", "grade", "pupils"]


def test_a_cohort_is_compared_with_itself() -> None:
    counted = pd.DataFrame([("Z1", 2020, 1, 20), ("Z2", 2020, 1, 20), ("Z1", 2020, 6, 9), ("Z1", 2020, 7, 8)], columns=COLUMNS)  # fmt: skip
    later = pd.DataFrame(
        [("Z1", 2021, 2, 22), ("Z2", 2022, 3, 17), ("Z1", 2021, 7, 11), ("Z1", 2021, 8, 8), ("Z1", 2021, 1, 30), ("Z3", 2021, 2, 4)],
        columns=COLUMNS,
    )  # fmt: skip
    found = movers(counted, later, USUAL)
    assert found["joined"].tolist()[:2] == [2, 0]
    assert found["left"].tolist()[:2] == [0, 3]
    assert found["joined"].isna().tolist() == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]  # entrants are nobody's cohort
    assert found["joined"].tolist()[5] == 4  # a zone that had nobody


def test_who_left_is_taken_from_the_unit_of_the_catchment_first() -> None:
    assert who_left(np.array([10.0, 5.0]), np.array([3.0, 8.0]), 2.0).tolist() == [8, 5]
    assert who_left(np.array([10.0, 5.0]), np.array([0.0, 0.0]), 0.0).tolist() == [0, 0]
    assert who_left(np.array([0.0, 0.0]), np.array([1.0, 0.0]), 3.0).tolist() == [0, 0]


whole = st.integers(0, 60)


@given(st.lists(st.tuples(whole, whole), min_size=1, max_size=8), whole)
def test_nobody_leaves_twice_and_nobody_is_forgotten(units: list[tuple[int, int]], elsewhere: int) -> None:
    sitting, left = (np.array(part, dtype=float) for part in zip(*units, strict=True))
    gone = who_left(sitting, left, float(elsewhere))
    assert (gone == np.round(gone)).all()
    assert (gone >= 0).all()
    assert (gone <= sitting).all()
    assert gone.sum() == min(left.sum() + elsewhere, sitting.sum())


@pytest.mark.parametrize("variant", ["low", "high"])
def test_the_plan_counts_as_many_pupils_as_the_forecast(variant: str) -> None:
    county = small_county(pupils=100, rooms=(60, 60, 60))
    plan = scenario(year=2021, horizon=2024, enrolled="stay", demand=variant, catchments="current", solver={"time_limit_s": 10})  # fmt: skip
    problem = build_problem(county, plan)
    wanted = forecast(county, plan.years, variant=variant).pupils.groupby(["grade", "year"])["pupils"].sum()
    seated = problem.pupils.sum(axis=0) + problem.continuing.sum(axis=0)
    assert {k: seated[k[0] - 1, k[1] - 2021] for k in wanted.index} == wanted.to_dict()
    moved = problem.pupils[:, 5, 0].sum() if variant == "high" else 600 - problem.continuing[:, 5, 0].sum()
    assert moved > 0  # grade 6 of 2021 is not what grade 5 of 2020 was
    failures = verify_evidence(Evidence(solve(county, plan), county, plan, plan.profile())).failures
    assert [c.what for c in failures if c.rule != "scorecard"] == []
