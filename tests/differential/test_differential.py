"""Thirty-six random counties of all kinds: no difference from the exact model, no false proof (``python -m tests.differential`` tries more)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planning.zoning import build_problem
from planning.zoning.arcs import allowed_pairs
from planning.zoning.at_hand import plans_at_hand
from tests.differential.county import made
from tests.differential.judge import tried
from tests.differential.phased import tried_in_phases

SECONDS = 1.0
"""Of the solver for a county: a claim must be true however early it is made."""
CASES = {
    "roomy": (0, 1), "tight": (0, 1), "short": (0, 1), "nine_year": (0, 1, 2), "shared": (0, 1, 2), "nested": (0, 1, 2, 3),
    "budget": (0, 1, 2), "closures": (0, 1, 2), "follow": (0,), "stay": (0,), "islands": (0, 1), "nearest": (0, 1), "hard": (0, 2),
    "shared_stay": (3,), "shared_nested": (2,), "declared": (3,), "floors": (3,), "passes": (3,), "seats": (0, 1, 2), "seats_stay": (0, 1), "locks": (41, 42),
}  # fmt: skip
"""Seeds whose exact model is solved in a second or two."""


QUICK = 1
"""Seeds of every kind that run each time; the others are left to the long tests."""


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        pytest.param(kind, seed, marks=[pytest.mark.slow] if i >= QUICK or kind == "follow" else [])
        for kind, seeds in CASES.items()
        for i, seed in enumerate(seeds)
    ],
)
def test_a_county_agrees_with_the_exact_model(kind: str, seed: int, tmp_path: Path) -> None:
    assert tried(made(kind, seed, seconds=SECONDS), tmp_path / "run").differences == ()


@pytest.mark.slow
def test_a_county_in_phases_agrees_with_the_exact_model(tmp_path: Path) -> None:
    found = tried_in_phases(made("phases", 0, seconds=SECONDS), tmp_path)
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
