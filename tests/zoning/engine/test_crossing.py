"""Crossing a plan with an answer whose items are divided gives a plan that is never worse and still hangs together."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.zoning.engine import Program
from planning.zoning.engine.construct import complete, first_plan
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.crossing import cross
from planning.zoning.engine.work import Work
from tests.zoning.engine.test_engine import cheapest, connected, county, price_of
from tests.zoning.engine.test_room import street

SECONDS = 20.0


def started(program: Program) -> tuple[Work, np.ndarray, Cancel]:
    """Return the work with a first plan, and the relaxation's point."""
    work, cancel = Work(program, time.perf_counter(), None), Cancel(time.perf_counter() + SECONDS)
    relaxation = root(work, cancel)
    first_plan(work, relaxation.values, [], cancel, seed=0)
    return work, relaxation.values, cancel


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), slack=st.floats(0.7, 1.3))
def test_never_worse_and_never_loose(seed: int, slack: float) -> None:
    program = county(seed, slack=slack)
    work, point, cancel = started(program)
    assert work.best is not None
    before = work.best
    improved = cross(work, point, cancel, seed=0)
    after = work.best
    assert improved == (after.objective < before.objective)
    assert connected(program, after.unit_of)
    if after.broken == 0.0:
        assert after.objective == pytest.approx(price_of(program, after.unit_of))
        assert after.objective >= cheapest(program) - 1e-6


def test_what_the_two_disagree_about_is_decided_anew_and_nothing_else() -> None:
    program = street()
    work, cancel = Work(program, time.perf_counter(), None), Cancel(time.perf_counter() + SECONDS)
    root(work, cancel)
    values = complete(work, np.arange(program.n_items) // 4, cancel, seed=0)
    assert values is not None
    assert work.offer(values, "start")
    plan = work.best
    assert plan is not None
    assert not cross(work, plan.values, cancel, seed=0)  # nothing differs
    other = plan.values.copy()
    for item in (3, 7, 11, 15):  # each may move on by one unit
        other[work.arc_at[item, item // 4]] = other[work.arc_at[item, item // 4 + 1]] = 0.5
    assert cross(work, other, cancel, seed=0)
    assert work.best is not None
    assert np.bincount(work.best.unit_of).tolist() == [3, 4, 4, 4, 5]
    assert work.best.broken == 0.0
