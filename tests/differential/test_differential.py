"""Thirty-five random counties of most kinds each time, more in the long tests: no difference from the exact model, no false proof (``python -m tests.differential`` tries more)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planning.zoning import build_problem
from planning.zoning.at_hand.plans import plans_at_hand
from planning.zoning.problem.arcs import allowed_pairs
from tests.differential.county import made
from tests.differential.judge import tried
from tests.differential.phased import tried_in_phases

SECONDS = 0.5
"""Of the solver for a county: a claim must be true however early it is made."""
QUICK = {
    "roomy": (9003, 9004), "tight": (9004,), "short": (9003, 9004), "nine_year": (0,), "shared": (9003,), "nested": (9003,), "budget": (9003,),
    "closures": (9003,), "follow": (9004,), "stay": (9003,), "islands": (9003,), "nearest": (0,), "hard": (0, 9003), "shared_stay": (3,),
    "shared_nested": (2,), "declared": (9003,), "floors": (9003,), "passes": (9003,), "seats": (9003,), "seats_stay": (9003,), "locks": (41,),
    "locks_stay": (9003,), "compact": (9004,), "even": (9003, 9004), "even_stay": (9003,), "even_seats": (9004,),
    "grades": (9008,), "boarding": (1,), "closed": (1,), "other_schools": (9005,), "mixed": (1,),
}  # fmt: skip
"""Seeds that run each time: most kinds, thirty-five in all, whose exact model is solved in a fraction of a second."""
LONG = {
    "roomy": (0, 1), "tight": (0, 1), "short": (0, 1), "nine_year": (1, 2), "shared": (0, 1, 2), "nested": (0, 1, 2, 3), "budget": (0, 1, 2),
    "closures": (0, 1, 2), "follow": (0,), "stay": (0,), "islands": (0, 1), "nearest": (1,), "hard": (2,), "seats": (0, 1, 2), "seats_stay": (0, 1),
    "locks": (42,), "locks_shared": (5,), "locks_nested": (0,), "locks_declared": (0,), "even_stay": (9004,), "even_seats": (9003,), "compact": (9003,),
    "grades": (1, 2, 3), "grades_stay": (1, 2), "grades_nested": (1,), "closed_stay": (1, 2), "other_schools": (1, 2, 3), "mixed": (2, 3), "mixed_stay": (1, 2),
    "begun_locks": (910000,), "begun_mixed": (910000,),
}  # fmt: skip
"""Seeds left to the long tests."""


def _tried(kind: str, seed: int, folder: Path, mutations: int) -> None:
    case = made(kind, seed, seconds=SECONDS)
    assert tried(case, folder / "run", mutations=mutations).differences == ()


@pytest.mark.parametrize(("kind", "seed"), [(k, s) for k, seeds in QUICK.items() for s in seeds])
def test_a_county_agrees_with_the_exact_model(kind: str, seed: int, tmp_path: Path) -> None:
    _tried(kind, seed, tmp_path, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), [(k, s) for k, seeds in LONG.items() for s in seeds])
def test_more_counties_agree_with_the_exact_model(kind: str, seed: int, tmp_path: Path) -> None:
    _tried(kind, seed, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["phases", "even_phases", "locks_phases", "mixed_phases"])
def test_a_county_in_phases_agrees_with_the_exact_model(kind: str, tmp_path: Path) -> None:
    found = tried_in_phases(made(kind, 0, seconds=SECONDS), tmp_path)
    assert [d for verdict in found for d in verdict.differences] == []


@pytest.mark.parametrize("kind", ["nested", "shared_nested", "closures", "islands"])
def test_plans_at_hand_use_pairs_that_may_be(kind: str) -> None:
    """Nested feeders once carried zones beyond a hard radius to the junior unit of their primary catchment."""
    for seed in range(5):
        case = made(kind, seed)
        problem = build_problem(case.district, case.scenario)
        rows = np.arange(problem.n_zones)
        for plan in plans_at_hand(problem):
            for s, stage in enumerate(problem.stages):
                of_stage = problem.units_of(stage)
                may = problem.today.copy()
                may[:, of_stage] |= allowed_pairs(problem, s, of_stage)
                may[problem.shared_in(s)] = True
                assert may[rows, plan[s]].all(), (kind, seed, stage)
