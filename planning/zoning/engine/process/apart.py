"""Solve in a process of its own, so that a solver that breaks down takes no plan with it."""

from __future__ import annotations

import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from planning.parameters import EngineParameters, StoppingParameters
from planning.zoning.engine.engine import Engine
from planning.zoning.engine.neighbourhoods.annealing import prepare
from planning.zoning.engine.program import LeftOut, Program, Solution, StoppedBy, TracePoint
from planning.zoning.engine.solve import STANDARD, EngineError, ImpossibleError, judged, solve_program

log = logging.getLogger(__name__)

COMMAND = ("-P", "-m", "planning.zoning.engine.process.child")


class BreakdownError(EngineError):
    """The solver's process broke down before it had found a plan."""


def solve_apart(
    program: Program,
    *,
    gap: float,
    time_limit_s: float,
    seed: int = 0,
    threads: int = 2,
    engine: Engine = STANDARD,
    progress: Callable[[TracePoint], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Solution:
    """Solve a programme as :func:`solve_program` does, in a process of its own.

    Every better plan comes over as soon as it is found. If the process breaks down (a memory fault in the solver, no memory left), it
    is started again from the best plan for the rest of the time; after a second time that plan is taken, ``stopped_by="fault"``.
    Runs under 20 s, programmes of fewer than 2,000 columns, those that need what is compiled and kept nowhere, engines with parts of a user's own, and machines that start no processes,
    solve in this one.

    Parameters
    ----------
    program, gap, time_limit_s, seed, threads, engine, progress, stop
        As in :func:`solve_program`; the time includes the start of the process (about 2 s).

    Raises
    ------
    EngineError
        If no plan was found at all; a :class:`BreakdownError` where that is due to breakdowns.
    KeyboardInterrupt
        If Ctrl-C was struck before there was a plan; later it ends the work with the best plan.
    """
    settings: dict[str, Any] = {
        "gap": gap,
        "seed": seed,
        "threads": threads,
        "engine": engine,
    }
    parameters, rules = engine.tuned, engine.tuned.process
    here = not engine.standard or time_limit_s < rules.time_least_s or len(program.cost) < rules.columns_least
    if here or not prepare(program, parameters):  # the other process would compile within its time
        return solve_program(program, time_limit_s=time_limit_s, progress=progress, stop=stop, **settings)
    record = _Record(time_limit_s, progress)
    for _ in range(rules.breakdowns_most):
        try:
            child = _Child(program, record, stop, parameters)
        except OSError as error:
            if record.best is not None:
                break
            log.warning("no process of its own for the solver (%s): it works in this one", error)
            return solve_program(
                program, time_limit_s=record.left(), progress=progress, stop=stop, **settings
            )
        if child.run(settings):
            break
        record.stopped_by = "fault"
        log.info(
            "the solver broke down after %.0f s (exit code %s)", record.seconds(), child.process.returncode
        )
        if record.left() < rules.restart_time_least_s:
            break
        program = _from(program, record.best)
    return record.solution(gap, parameters.stopping)


def _from(program: Program, best: Solution | None) -> Program:
    """Return the programme with the best plan as its first start."""
    return program if best is None else replace(program, starts=(best.unit_of_item, *program.starts))


class _Record:
    """The best plan, the best bound and the course of all attempts."""

    def __init__(self, time_limit_s: float, progress: Callable[[TracePoint], None] | None) -> None:
        self.started = time.perf_counter()
        self.time_limit_s = time_limit_s
        self.progress = progress
        self.best: Solution | None = None
        self.bound = -np.inf
        self.stopped_by: StoppedBy = "time_limit"
        self.nothing = EngineError("no plan was found: stopped before there was one")
        self.trace: list[TracePoint] = []

    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def left(self) -> float:
        return max(0.0, self.time_limit_s - self.seconds())

    def plan(self, plan: Solution) -> None:
        self.bound = max(self.bound, plan.bound)
        best = self.best
        if best is None or (not plan.legal, plan.objective) < (not best.legal, best.objective):
            self.best = plan

    def point(self, point: TracePoint) -> None:
        """Tell how far the work is; a later attempt does not fall behind an earlier one."""
        self.bound = max(self.bound, point.bound)
        objective = min(point.objective, np.inf if self.best is None else self.best.objective)
        told = TracePoint(self.seconds(), objective, min(self.bound, objective), point.phase)
        self.trace.append(told)
        if self.progress is not None:
            self.progress(told)

    def solution(self, gap: float, rules: StoppingParameters) -> Solution:
        """Return the best plan with the best bound."""
        if self.best is None and self.stopped_by == "fault":
            raise BreakdownError("the solver broke down before it had a plan")
        if self.best is None or (isinstance(self.nothing, ImpossibleError) and not self.best.legal):
            raise self.nothing
        found = replace(
            self.best,
            bound=self.bound,
            stopped_by=self.stopped_by,
            seconds=self.seconds(),
            trace=tuple(self.trace),
        )
        return judged(found, gap, rules)


class _Child:
    """The solver's process, from its start to its end.

    It has a session (or process group) of its own, so that Ctrl-C reaches this process alone, and ends when this one is gone. As its
    plans are here as soon as they are found, it is not asked to stop but ended.
    """

    def __init__(
        self,
        program: Program,
        record: _Record,
        stop: Callable[[], bool] | None,
        parameters: EngineParameters,
    ) -> None:
        self.poll_s = parameters.stopping.poll_s
        self.patience_s = parameters.process.patience_s
        self.program, self.record, self.stop = program, record, stop
        self.ended = False
        self.offered: LeftOut | None = None
        self.heard: queue.Queue[Any] = queue.Queue()
        self.process = _start()
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, settings: dict[str, Any]) -> bool:
        """Follow the work until it is done, stopped or overdue; return False if it broke down."""
        try:
            while not self._overdue():
                if self.stop is not None and self.stop():
                    self._take("interrupt")
                    return True
                try:
                    message = self.heard.get(timeout=self.poll_s)
                except queue.Empty:
                    continue
                if message is None:
                    return self.ended
                self._answer(message, settings)
            self._take("time_limit")
        except KeyboardInterrupt:
            self._take("interrupt")
            if self.record.best is None:
                raise
        finally:
            self._end()
        return True

    def _overdue(self) -> bool:
        return self.record.seconds() > self.record.time_limit_s + self.patience_s

    def _take(self, stopped_by: StoppedBy) -> None:
        """End the work, and take the plans that are on their way."""
        self._end()
        self.record.stopped_by = stopped_by
        while (message := self.heard.get()) is not None:
            if message[0] == "plan":
                self.record.plan(message[1])

    def _end(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answer(self, message: Any, settings: dict[str, Any]) -> None:
        kind, *rest = message
        if kind == "ready":
            bare = replace(self.program, price_left_out=None)
            given = {**settings, "time_limit_s": self.record.left()}
            self._say((bare, self.program.price_left_out is not None, given))
        elif kind == "point":
            self.record.point(rest[0])
        elif kind == "plan":
            self.record.plan(rest[0])
        elif kind == "price":
            assert self.program.price_left_out is not None
            self.offered = self.program.price_left_out(rest[0])
            self._say((self.offered.item, self.offered.unit, self.offered.reduced_cost))
        elif kind == "add":
            assert self.offered is not None
            self._say(self.offered.add(rest[0], rest[1]))
        elif kind == "done":
            self.ended = True
            self.record.plan(rest[0])
            self.record.stopped_by = rest[0].stopped_by
        elif kind == "nothing":
            self.ended = True
            self.record.nothing = rest[0]
            self.record.stopped_by = "time_limit"
        elif kind == "failed":
            raise RuntimeError(f"in the solver's process:\n{rest[0]}")

    def _say(self, message: Any) -> None:
        assert self.process.stdin is not None
        try:
            pickle.dump(message, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except OSError:  # it broke down, which is heard on the other line
            pass

    def _listen(self) -> None:
        """Queue what the process says; None at its end."""
        assert self.process.stdout is not None
        try:
            while True:
                self.heard.put(pickle.load(self.process.stdout))
        except Exception:  # a message that was cut off may break in any way
            self.heard.put(None)


def _start() -> subprocess.Popen[bytes]:
    """Start a process that finds the package where this one has found it."""
    here = str(Path(__file__).resolve().parents[4])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        **group,
    )
