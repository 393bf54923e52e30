"""The bound with divided items lies between the linear relaxation and the true optimum."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.arrays import FloatArray
from planning.parameters import DividedParameters, EngineParameters
from planning.zoning import build_problem
from planning.zoning.engine import Engine, Program, bounding, phases, relaxation_bound, solve_program
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.first_plan import first_plan
from planning.zoning.engine.lp.divided import divided_bound, worth_dividing
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.crossing import cross
from planning.zoning.engine.neighbourhoods.improve import Improver
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.state import SearchState
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from tests.zoning.county import scenario, small_county
from tests.zoning.engine.test_engine import cheapest, county

SECONDS = 20.0
MINUTE = 60.0
SOON = EngineParameters(divided=DividedParameters(whole_columns_least=1, from_gap=10.0))


def bound(program: Program) -> float:
    """Return the bound with divided items, every arc at hand."""
    state = SearchState(program, time.perf_counter(), None)
    relaxation = root(state, Deadline(time.perf_counter() + SECONDS))
    divided_bound(
        state, relaxation.active(), relaxation.objective, Deadline(time.perf_counter() + SECONDS), seed=0
    )
    return float(state.incumbents.bound)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), slack=st.floats(0.7, 1.3))
def test_it_never_passes_the_optimum_nor_falls_below_the_relaxation(seed: int, slack: float) -> None:
    program = county(seed, slack=slack)
    plain = relaxation_bound(program)
    assert plain - 1e-6 * abs(plain) <= bound(program) <= cheapest(program) * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("rooms", [(6, 6, 9), (7, 13, 9), (12, 12, 9)])
@pytest.mark.parametrize("years", [None, 2022])
def test_whole_classes_lift_the_bound_of_a_county(rooms: tuple[int, int, int], years: int | None) -> None:
    problem = build_problem(small_county(rooms=rooms), scenario(horizon=years))
    program = to_program(build_model(problem))
    assert worth_dividing(SearchState(program, 0.0, None)) == (years is not None)
    found = bound(program)
    best = solve_program(program, gap=0.0, time_limit_s=SECONDS, threads=1)
    assert best.proven
    assert found > relaxation_bound(program) + 1e-3
    assert found <= best.objective + 1e-6 * abs(best.objective)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), near=st.floats(0.0, 1.0))
def test_a_plan_near_the_optimum_makes_it_faster_not_wrong(seed: int, near: float) -> None:
    program = county(seed, slack=0.8)
    state = SearchState(program, time.perf_counter(), None)
    deadline = Deadline(time.perf_counter() + SECONDS)
    relaxation = root(state, deadline)
    first_plan(state, relaxation.values, [], deadline, seed=0)
    assert state.incumbents.best is not None
    optimum = cheapest(program)
    # a plan as near as this leaves only arcs of small reduced cost
    state.incumbents.best = replace(
        state.incumbents.best, objective=optimum + near * max(0.0, state.incumbents.best.objective - optimum)
    )
    divided_bound(state, [], relaxation.objective, deadline, seed=0)
    assert relaxation.objective - 1e-6 <= state.incumbents.bound <= optimum * (1 + 1e-6) + 1e-6


def test_a_programme_of_arcs_alone_is_not_worth_it() -> None:
    program = county(1)
    assert not worth_dividing(SearchState(program, 0.0, None))
    disconnected = replace(program, integer=np.zeros(len(program.cost), dtype=bool))
    assert not worth_dividing(SearchState(disconnected, 0.0, None))


@pytest.mark.parametrize("threads", [1, 2])
def test_it_takes_part_in_a_run(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, crossed = [], []

    def heard(
        state: SearchState, separators: list[SeparatorRow], relaxed: float, deadline: Deadline, **others: Any
    ) -> None:
        asked.append(state.incumbents.gap())
        divided_bound(state, separators, relaxed, deadline, **others)

    def seen(state: SearchState, answer: FloatArray, deadline: Deadline, *, seed: int) -> bool:
        assert len(answer) == len(state.programme.cost)
        crossed.append(float(state.programme.cost @ answer))
        return cross(state, answer, deadline, seed=seed)

    monkeypatch.setattr(bounding, "divided_bound", heard)
    monkeypatch.setattr(bounding, "cross", seen)
    monkeypatch.setattr(phases, "mostly_arcs", lambda state: False)  # else the proof runs beside instead
    program = to_program(build_model(build_problem(small_county(rooms=(6, 6, 9)), scenario())))
    answer = solve_program(
        program, gap=0.0, time_limit_s=SECONDS, threads=threads, engine=Engine(parameters=SOON)
    )
    assert len(asked) >= 1
    assert asked == sorted(asked, reverse=True)  # again only with a better plan
    assert crossed[0] == min(crossed)  # the relaxation first, then answers that are dearer than it
    assert answer.proven
    assert answer.bound <= answer.objective + 1e-6


def test_the_bound_is_given_up_once_the_gap_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    left = []

    def endless(
        state: SearchState, separators: object, relaxed: float, deadline: Deadline, **others: Any
    ) -> None:
        while not deadline.over():
            time.sleep(0.02)
        left.append(deadline.left())

    monkeypatch.setattr(bounding, "divided_bound", endless)
    program = to_program(build_model(build_problem(small_county(rooms=(6, 6, 9)), scenario())))
    state = SearchState(program, time.perf_counter(), None, SOON)
    deadline = Deadline(time.perf_counter() + MINUTE)
    relaxation = root(state, deadline)
    first_plan(state, relaxation.values, [], deadline, seed=0)
    improver, divided = (
        Improver(state, deadline, 0, 2),
        bounding.DividedBounding(state, relaxation, deadline, 0, 2),
    )
    divided.follow(improver)
    assert improver.threads == 1
    divided.end(state.incumbents.gap())
    assert left[0] > 1.0
    divided.follow(improver)
    assert improver.threads == 2
