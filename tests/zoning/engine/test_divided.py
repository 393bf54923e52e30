"""The bound with divided items lies between the linear relaxation and the true optimum."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.parameters import DividedParameters, EngineParameters
from planning.zoning import build_problem
from planning.zoning.assemble import build_model
from planning.zoning.engine import Program, draw, relaxation_bound, solve_program
from planning.zoning.engine.construct import first_plan
from planning.zoning.engine.lp.divided import divided_bound, worth_dividing
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.crossing import cross
from planning.zoning.engine.neighbourhoods.improve import Improver
from planning.zoning.engine.program import FloatArray
from planning.zoning.engine.work import CutKey, Work
from planning.zoning.export import to_program
from tests.zoning.county import scenario, small_county
from tests.zoning.engine.test_engine import cheapest, county

SECONDS = 20.0
MINUTE = 60.0
SOON = EngineParameters(divided=DividedParameters(whole_columns_least=1, from_gap=10.0))


def bound(program: Program) -> float:
    """Return the bound with divided items, every arc at hand."""
    work = Work(program, time.perf_counter(), None)
    relaxation = root(work, Cancel(time.perf_counter() + SECONDS))
    divided_bound(
        work, relaxation.active(), relaxation.objective, Cancel(time.perf_counter() + SECONDS), seed=0
    )
    return float(work.bound)


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
    assert worth_dividing(Work(program, 0.0, None)) == (years is not None)
    found = bound(program)
    best = solve_program(program, gap=0.0, time_limit_s=SECONDS, threads=1)
    assert best.proven
    assert found > relaxation_bound(program) + 1e-3
    assert found <= best.objective + 1e-6 * abs(best.objective)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), near=st.floats(0.0, 1.0))
def test_a_plan_near_the_optimum_makes_it_faster_not_wrong(seed: int, near: float) -> None:
    program = county(seed, slack=0.8)
    work = Work(program, time.perf_counter(), None)
    cancel = Cancel(time.perf_counter() + SECONDS)
    relaxation = root(work, cancel)
    first_plan(work, relaxation.values, [], cancel, seed=0)
    assert work.best is not None
    optimum = cheapest(program)
    # a plan as near as this leaves only arcs of small reduced cost
    work.best = replace(work.best, objective=optimum + near * max(0.0, work.best.objective - optimum))
    divided_bound(work, [], relaxation.objective, cancel, seed=0)
    assert relaxation.objective - 1e-6 <= work.bound <= optimum * (1 + 1e-6) + 1e-6


def test_a_programme_of_arcs_alone_is_not_worth_it() -> None:
    program = county(1)
    assert not worth_dividing(Work(program, 0.0, None))
    loose = replace(program, integer=np.zeros(len(program.cost), dtype=bool))
    assert not worth_dividing(Work(loose, 0.0, None))


@pytest.mark.parametrize("threads", [1, 2])
def test_it_takes_part_in_a_run(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, crossed = [], []

    def heard(work: Work, cuts: list[CutKey], relaxed: float, cancel: Cancel, **others: Any) -> None:
        asked.append(work.gap())
        divided_bound(work, cuts, relaxed, cancel, **others)

    def seen(work: Work, answer: FloatArray, cancel: Cancel, *, seed: int) -> bool:
        assert len(answer) == len(work.cost)
        crossed.append(float(work.cost @ answer))
        return cross(work, answer, cancel, seed=seed)

    monkeypatch.setattr(draw, "divided_bound", heard)
    monkeypatch.setattr(draw, "cross", seen)
    monkeypatch.setattr(draw, "mostly_arcs", lambda work: False)  # else the proof runs beside instead
    program = to_program(build_model(build_problem(small_county(rooms=(6, 6, 9)), scenario())))
    answer = solve_program(program, gap=0.0, time_limit_s=SECONDS, threads=threads, parameters=SOON)
    assert len(asked) >= 1
    assert asked == sorted(asked, reverse=True)  # again only with a better plan
    assert crossed[0] == min(crossed)  # the relaxation first, then answers that are dearer than it
    assert answer.proven
    assert answer.bound <= answer.objective + 1e-6


def test_the_bound_is_given_up_once_the_gap_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    left = []

    def endless(work: Work, cuts: object, relaxed: float, cancel: Cancel, **others: Any) -> None:
        while not cancel.over():
            time.sleep(0.02)
        left.append(cancel.left())

    monkeypatch.setattr(draw, "divided_bound", endless)
    program = to_program(build_model(build_problem(small_county(rooms=(6, 6, 9)), scenario())))
    work = Work(program, time.perf_counter(), None, SOON)
    cancel = Cancel(time.perf_counter() + MINUTE)
    relaxation = root(work, cancel)
    first_plan(work, relaxation.values, [], cancel, seed=0)
    improver, bounding = Improver(work, cancel, 0, 2), draw._Bounding(work, relaxation, cancel, 0, 2)
    bounding.look(improver)
    assert improver.threads == 1
    bounding.end(work.gap())
    assert left[0] > 1.0
    bounding.look(improver)
    assert improver.threads == 2
