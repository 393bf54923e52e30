"""A solver that breaks down takes no plan with it; otherwise a process of its own changes nothing."""

from __future__ import annotations

import dataclasses
import functools
import os
import signal
import time

import numpy as np
import pytest

from planning.parameters import EngineParameters, ProcessParameters
from planning.zoning.engine import (
    BreakdownError,
    Engine,
    EngineError,
    LeftOut,
    Program,
    TracePoint,
    solve_apart,
    solve_program,
)
from planning.zoning.engine.process import apart
from tests.zoning.engine.breaking import breaking
from tests.zoning.engine.test_engine import connected, county, price_of, with_arcs_left_out

MINUTE = 60.0


SMALL_TOO = EngineParameters(process=ProcessParameters(columns_least=0))
"""Gives small programmes a process of their own."""
solved_apart = functools.partial(solve_apart, engine=Engine(parameters=SMALL_TOO))


def test_after_a_breakdown_the_work_goes_on_from_the_best_plan(tmp_path, monkeypatch) -> None:
    program = county(3, columns=5, rows=5, slack=1.6)
    truth = solve_program(program, gap=0.0, time_limit_s=MINUTE, threads=1)
    monkeypatch.setattr(apart, "COMMAND", breaking(tmp_path / "flag", after=1))
    points: list[TracePoint] = []
    answer = solved_apart(program, gap=0.0, time_limit_s=MINUTE, threads=1, progress=points.append)
    assert (tmp_path / "flag").exists()
    assert answer.objective == pytest.approx(truth.objective)
    assert answer.stopped_by == "proven"
    prices = [p.objective for p in points]
    assert prices == sorted(prices, reverse=True)


def test_a_solver_that_breaks_down_again_leaves_its_best_plan(tmp_path, monkeypatch) -> None:
    program = county(3, columns=5, rows=5, slack=1.6)
    monkeypatch.setattr(apart, "COMMAND", breaking(tmp_path / "flag", after=2, times=9))
    answer = solved_apart(program, gap=0.0, time_limit_s=MINUTE, threads=1)
    assert (tmp_path / "flag").read_text() == "xx"  # begun again once
    assert answer.stopped_by == "fault"
    assert connected(program, answer.unit_of_item)
    assert price_of(program, answer.unit_of_item) == pytest.approx(answer.objective)
    assert answer.gap > 0.0


def test_breaking_down_without_a_plan_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(apart, "COMMAND", breaking(tmp_path / "flag", times=9))
    with pytest.raises(BreakdownError):
        solved_apart(county(3), gap=0.0, time_limit_s=MINUTE, threads=1)


def test_arcs_are_priced_across_the_line_and_again_after_a_breakdown(tmp_path, monkeypatch) -> None:
    part, whole = with_arcs_left_out(county(4, columns=4, rows=3))
    truth = solve_program(whole, gap=0.0, time_limit_s=MINUTE, threads=1)
    answer = solved_apart(part, gap=0.0, time_limit_s=MINUTE, threads=1)
    monkeypatch.setattr(apart, "COMMAND", breaking(tmp_path / "flag"))
    again = solved_apart(part, gap=0.0, time_limit_s=MINUTE, threads=1)
    for found in (answer, again):
        assert found.objective == pytest.approx(truth.objective)
        assert found.proven


def test_what_cannot_be_kept_is_no_breakdown() -> None:
    program = county(3)
    none = dataclasses.replace(
        program, col_upper=np.zeros(len(program.cost)), col_lower=np.zeros(len(program.cost))
    )
    with pytest.raises(EngineError) as heard:
        solved_apart(none, gap=0.0, time_limit_s=MINUTE)
    assert not isinstance(heard.value, BreakdownError)


def test_a_mistake_in_the_process_is_heard_here() -> None:
    wrong = dataclasses.replace(county(3), row_upper=np.ones(2))
    with pytest.raises(RuntimeError, match="Traceback"):
        solved_apart(wrong, gap=0.0, time_limit_s=MINUTE)


@pytest.mark.parametrize(
    "path", ["stop", *(pytest.param(p, marks=pytest.mark.slow) for p in ("key", "signal"))]
)
def test_stopping_takes_the_best_plan_at_once(path: str) -> None:
    program: Program = county(1, columns=10, rows=10, units=5)
    points: list[TracePoint] = []
    since: list[float] = []

    def heard(point: TracePoint) -> None:
        points.append(point)
        if np.isfinite(point.objective):
            since.append(time.perf_counter())
            if path == "key":
                raise KeyboardInterrupt
            if path == "signal":
                os.kill(os.getpid(), signal.SIGINT)

    # a run in the background of a shell ignores the key
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        answer = solved_apart(
            program, gap=0.0, time_limit_s=300.0, progress=heard, stop=lambda: path == "stop" and bool(since)
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.perf_counter() - since[0] < 30.0
    assert answer.stopped_by in ("interrupt", "proven")
    assert connected(program, answer.unit_of_item)
    assert answer.objective <= min(p.objective for p in points) + 1e-9


def test_a_key_struck_while_arcs_are_priced_is_heard() -> None:
    part, _ = with_arcs_left_out(county(4, columns=4, rows=3))

    def struck(duals: np.ndarray) -> LeftOut:
        raise KeyboardInterrupt

    begun = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        solved_apart(dataclasses.replace(part, price_left_out=struck), gap=0.0, time_limit_s=300.0)
    assert time.perf_counter() - begun < 100.0


def test_stopping_before_there_is_a_plan_is_no_breakdown() -> None:
    with pytest.raises(EngineError, match="stopped before"):
        solved_apart(county(3), gap=0.0, time_limit_s=300.0, stop=lambda: True)


def test_a_process_that_does_not_end_in_time_is_ended(monkeypatch) -> None:
    sleeping = "import time; from planning.zoning.engine.process import child; child.serve = lambda line: time.sleep(999); child.main()"
    monkeypatch.setattr(apart, "COMMAND", ("-P", "-c", sleeping))
    impatient = EngineParameters(process=ProcessParameters(columns_least=0, time_least_s=0.0, patience_s=0.5))
    with pytest.raises(EngineError, match="stopped before"):
        solve_apart(county(3), gap=0.0, time_limit_s=1.0, engine=Engine(parameters=impatient))
