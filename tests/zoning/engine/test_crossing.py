"""Crossing a plan with an answer whose items are divided gives a plan that is never worse and still hangs together."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.zoning.engine import Program
from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.first_plan import first_plan
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.crossing import cross
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_engine import cheapest, connected, county, price_of
from tests.zoning.engine.test_slack import street

SECONDS = 20.0


def started(program: Program) -> tuple[SearchState, np.ndarray, Deadline]:
    """Return the work with a first plan, and the relaxation's point."""
    state, deadline = SearchState(program, time.perf_counter(), None), Deadline(time.perf_counter() + SECONDS)
    relaxation = root(state, deadline)
    first_plan(state, relaxation.values, [], deadline, seed=0)
    return state, relaxation.values, deadline


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), slack=st.floats(0.7, 1.3))
def test_never_worse_and_never_loose(seed: int, slack: float) -> None:
    program = county(seed, slack=slack)
    state, point, deadline = started(program)
    assert state.incumbents.best is not None
    before = state.incumbents.best
    improved = cross(state, point, deadline, seed=0)
    after = state.incumbents.best
    assert improved == (after.objective < before.objective)
    assert connected(program, after.unit_of)
    if after.broken == 0.0:
        assert after.objective == pytest.approx(price_of(program, after.unit_of))
        assert after.objective >= cheapest(program) - 1e-6


def test_what_the_two_disagree_about_is_decided_anew_and_nothing_else() -> None:
    program = street()
    state, deadline = SearchState(program, time.perf_counter(), None), Deadline(time.perf_counter() + SECONDS)
    root(state, deadline)
    values = complete(state, np.arange(program.n_items) // 4, deadline, seed=0)
    assert values is not None
    assert state.incumbents.offer(values, "start")
    plan = state.incumbents.best
    assert plan is not None
    assert not cross(state, plan.values, deadline, seed=0)  # nothing differs
    other = plan.values.copy()
    for item in (3, 7, 11, 15):  # each may move on by one unit
        other[state.programme.arc_at[item, item // 4]] = other[
            state.programme.arc_at[item, item // 4 + 1]
        ] = 0.5
    assert cross(state, other, deadline, seed=0)
    assert state.incumbents.best is not None
    assert np.bincount(state.incumbents.best.unit_of).tolist() == [3, 4, 4, 4, 5]
    assert state.incumbents.best.broken == 0.0
