"""One definition of the gap for every solver."""

from __future__ import annotations

import pytest

from planning.gap import gap_share


@pytest.mark.parametrize(
    ("objective", "bound", "share"),
    [(100.0, 98.0, 0.02), (100.0, 100.0, 0.0), (100.0, 101.0, 0.0), (0.0, 0.0, 0.0), (-50.0, -51.0, 0.02)],
)
def test_gap_is_the_distance_as_a_share_of_the_plan(objective: float, bound: float, share: float) -> None:
    assert gap_share(objective, bound) == pytest.approx(share)


def test_a_plan_without_a_bound_may_be_infinitely_far() -> None:
    assert gap_share(100.0, -float("inf")) == float("inf")
