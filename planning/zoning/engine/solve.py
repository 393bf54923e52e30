"""Run the phases of the engine in turn, and stop at the gap, at the time limit, or when told."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from planning.gap import gap_share
from planning.parameters import DEFAULTS, EngineParameters, StoppingParameters
from planning.zoning.engine.construct import offer_starts
from planning.zoning.engine.draw import draw
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.program import Program, Solution, StoppedBy, TracePoint
from planning.zoning.engine.seek import seek
from planning.zoning.engine.work import Plan, Work


class EngineError(RuntimeError):
    """No plan was found: every row of the programme cannot be kept, or there was no time."""


class ImpossibleError(EngineError):
    """Proven over every pair there is: no plan keeps every row and hangs together."""


def relaxation_bound(program: Program, *, time_limit_s: float = 60.0) -> float:
    """Return the bound of the linear relaxation with left-out arcs priced in (−inf if there was no time)."""
    work = Work(program, time.perf_counter(), None)
    root(work, Cancel(time.perf_counter() + time_limit_s))
    return float(work.bound)


def best_at_hand(program: Program, *, time_limit_s: float = 60.0, seed: int = 0) -> Solution | None:
    """Return the cheapest of the plans at hand, completed; None where none keeps the rows."""
    work = Work(program, time.perf_counter(), None)
    offer_starts(work, Cancel(time.perf_counter() + time_limit_s), seed)
    return None if work.best is None else _solution(work, 0.0, False)


def plan_exists(program: Program, *, time_limit_s: float, seed: int = 0) -> bool | None:
    """Return whether some plan keeps every row and hangs together; None where there was no time to tell."""
    cancel = Cancel(time.perf_counter() + time_limit_s)
    work = Work(program, time.perf_counter(), None)
    if seek(work, cancel, seed=seed):
        return False
    return True if work.best is not None else None


def solve_program(
    program: Program,
    *,
    gap: float = 0.003,
    time_limit_s: float = 60.0,
    seed: int = 0,
    threads: int = 2,
    parameters: EngineParameters = DEFAULTS,
    progress: Callable[[TracePoint], None] | None = None,
    stop: Callable[[], bool] | None = None,
    keep: Callable[[Solution], None] | None = None,
) -> Solution:
    """Solve a programme with contiguous catchments.

    Parameters
    ----------
    program : Program
        Rows, columns and the item graph.
    gap : float
        Stop when (objective − bound) / objective is at most this.
    time_limit_s : float
        Stop after so many seconds.
    seed : int
        Drives every random choice; with one thread the same seed gives the same plan when the gap stops the run.
    threads : int
        With 2 or more the proof runs beside the improvement, where the programme is mostly arcs and nothing is sited.
    parameters : EngineParameters
        What may be tuned.
    progress : callable, optional
        Told whenever the plan or the bound improves.
    stop : callable, optional
        Polled; return True to stop. Ctrl-C does the same.
    keep : callable, optional
        Handed every better plan as soon as it is found.

    Raises
    ------
    EngineError
        If no plan was found at all; an :class:`ImpossibleError` where it is proven that there is none.
    """
    started = time.perf_counter()
    cancel = Cancel(started + time_limit_s)
    kept: Plan | None = None
    given_up = False

    def told(point: TracePoint) -> None:
        nonlocal kept
        if given_up:
            return
        if keep is not None and work.best is not kept:
            kept = work.best
            keep(_solution(work, gap, False))
        if progress is not None:
            progress(point)

    work = Work(program, started, told, parameters)
    # the phases run in a thread of their own, so that Ctrl-C and ``stop`` are heard while a solver is at work
    pool = ThreadPoolExecutor(1)
    interrupted = _wait(
        pool.submit(_phases, work, cancel, gap, seed, threads), cancel, stop, parameters.stopping
    )
    given_up = True  # a solver that does not hear the word to stop ends by itself, unheard
    pool.shutdown(wait=False)
    return _solution(work, gap, interrupted)


def _phases(work: Work, cancel: Cancel, gap: float, seed: int, threads: int) -> None:
    """Draw catchments; where that finds no plan, seek any, or prove that there is none."""
    draw(work, cancel, gap, seed, threads)
    if work.best is None and not cancel.over():
        work.impossible = seek(work, cancel, seed=seed)
        if work.best is not None:
            draw(work, cancel, gap, seed, threads)


def _wait(
    phases: Future[None], cancel: Cancel, stop: Callable[[], bool] | None, rules: StoppingParameters
) -> bool:
    """Wait for the phases, not much longer than the time limit; return whether they were interrupted."""
    interrupted = False
    while True:
        try:
            if wait([phases], timeout=rules.poll_s).done:
                phases.result()
                return interrupted
            late = time.perf_counter() - cancel.deadline
            if late > rules.patience_s:
                cancel.stop()
            if late > 2 * rules.patience_s:
                return interrupted
            if stop is None or not stop():
                continue
        except KeyboardInterrupt:
            if phases.done():  # raised by ``progress``
                return True
        except BaseException:
            cancel.stop()
            raise
        interrupted = True
        cancel.stop()


def _solution(work: Work, gap: float, interrupted: bool) -> Solution:
    if work.best is None and work.impossible:
        raise ImpossibleError("no plan exists: the rows cannot be kept together")
    if work.best is None:
        raise EngineError("no plan was found: no time, or rows that cannot be kept together")
    best, n_cols = work.best, len(work.program.cost)
    keep = np.arange(len(best.values))[~work.elastic[: len(best.values)]]
    assert len(keep) >= n_cols
    found = Solution(
        columns=best.values[keep],
        unit_of_item=best.unit_of,
        objective=best.objective,
        bound=work.bound,
        gap=np.inf,
        proven=False,
        stopped_by="interrupt" if interrupted else "time_limit",
        seconds=time.perf_counter() - work.started,
        contiguous=not work.loose(best.unit_of),
        trace=tuple(work.trace),
        feasible=best.broken <= 0,
    )
    return judged(found, gap, work.parameters.stopping)


def judged(found: Solution, gap: float, rules: StoppingParameters) -> Solution:
    """Return a solution with its gap, whether it is proven, and the gap as what stopped it where that is reached."""
    bound = min(found.bound, found.objective)
    share = gap_share(found.objective, bound)
    proven = found.feasible and share <= rules.proven_gap
    stopped: StoppedBy = "gap" if found.feasible and share <= gap else found.stopped_by
    return replace(found, bound=bound, gap=share, proven=proven, stopped_by="proven" if proven else stopped)
