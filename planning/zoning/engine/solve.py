"""Run the phases of the engine in turn, and stop at the gap, at the time limit, or when told."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from planning.gap import gap_share
from planning.zoning.engine.draw import draw
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.program import Program, Solution, StoppedBy, TracePoint
from planning.zoning.engine.work import Plan, Work

PROVEN = 1e-6
POLL = 0.1  # seconds between two looks at ``stop``


class EngineError(RuntimeError):
    """No plan was found: every row of the programme cannot be kept, or there was no time."""


def relaxation_bound(program: Program, *, time_limit_s: float = 60.0) -> float:
    """Return the bound of the linear relaxation with left-out arcs priced in (−inf if there was no time)."""
    work = Work(program, time.perf_counter(), None)
    root(work, Cancel(time.perf_counter() + time_limit_s))
    return float(work.bound)


def solve_program(
    program: Program,
    *,
    gap: float = 0.003,
    time_limit_s: float = 60.0,
    seed: int = 0,
    threads: int = 2,
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
    progress : callable, optional
        Told whenever the plan or the bound improves.
    stop : callable, optional
        Polled; return True to stop. Ctrl-C does the same.
    keep : callable, optional
        Handed every better plan as soon as it is found.

    Raises
    ------
    EngineError
        If no plan was found at all.
    """
    started = time.perf_counter()
    cancel = Cancel(started + time_limit_s)
    kept: Plan | None = None

    def told(point: TracePoint) -> None:
        nonlocal kept
        if keep is not None and work.best is not kept:
            kept = work.best
            keep(_solution(work, gap, False))
        if progress is not None:
            progress(point)

    work = Work(program, started, told)
    # the phases run in a thread of their own, so that Ctrl-C and ``stop`` are heard while a solver is at work
    with ThreadPoolExecutor(1) as pool:
        interrupted = _wait(pool.submit(draw, work, cancel, gap, seed, threads), cancel, stop)
    return _solution(work, gap, interrupted)


def _wait(phases: Future[None], cancel: Cancel, stop: Callable[[], bool] | None) -> bool:
    """Wait for the phases; return whether they were interrupted."""
    interrupted = False
    while True:
        try:
            if wait([phases], timeout=POLL).done:
                phases.result()
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
    return judged(found, gap)


def judged(found: Solution, gap: float) -> Solution:
    """Return a solution with its gap, whether it is proven, and the gap as what stopped it where that is reached."""
    bound = min(found.bound, found.objective)
    share = gap_share(found.objective, bound)
    proven = found.feasible and share <= PROVEN
    stopped: StoppedBy = "gap" if found.feasible and share <= gap else found.stopped_by
    return replace(found, bound=bound, gap=share, proven=proven, stopped_by="proven" if proven else stopped)
