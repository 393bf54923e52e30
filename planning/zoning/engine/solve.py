"""Run the phases of the engine in turn, and stop at the gap, at the time limit, or when told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from planning.gap import gap_share
from planning.parameters import StoppingParameters
from planning.zoning.engine.any_plan import find_any_plan
from planning.zoning.engine.completion import offer_starts
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.engine import Engine
from planning.zoning.engine.incumbents import legal
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.annealing import prepare
from planning.zoning.engine.phases import Phases
from planning.zoning.engine.program import Program, Solution, StoppedBy, TracePoint
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.state import SearchState
from planning.zoning.engine.stopping import Progress, StoppingRule, any_reached

STANDARD = Engine()


class EngineError(RuntimeError):
    """No plan was found: every row of the programme cannot be kept, or there was no time."""


class ImpossibleError(EngineError):
    """Proven over every pair there is: no plan keeps every row and hangs together."""


BUSY = 4
"""So many times its patience at most a solve without a plan waits on a machine that others keep busy."""


def relaxation_bound(program: Program, *, time_limit_s: float = 60.0) -> float:
    """Return the bound of the linear relaxation with left-out arcs priced in (−inf if there was no time)."""
    state = SearchState(program, time.perf_counter(), None)
    root(state, Deadline(time.perf_counter() + time_limit_s))
    return float(state.incumbents.bound)


def best_at_hand(program: Program, *, time_limit_s: float = 60.0, seed: int = 0) -> Solution | None:
    """Return the cheapest of the plans at hand, completed; None where none keeps the rows."""
    state = SearchState(program, time.perf_counter(), None)
    offer_starts(state, Deadline(time.perf_counter() + time_limit_s), seed)
    return _solution(state, 0.0, "time_limit") if state.incumbents.found() else None


def plan_exists(program: Program, *, time_limit_s: float, seed: int = 0) -> bool | None:
    """Return whether some plan keeps every row and hangs together; None where there was no time to tell."""
    deadline = Deadline(time.perf_counter() + time_limit_s)
    state = SearchState(program, time.perf_counter(), None)
    if find_any_plan(state, deadline, seed=seed):
        return False
    return True if state.incumbents.found() else None


def solve_program(  # noqa: PLR0913 - settings of one solve
    program: Program,
    *,
    gap: float = 0.003,
    time_limit_s: float = 60.0,
    seed: int = 0,
    threads: int = 2,
    engine: Engine = STANDARD,
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
        Stop after so many seconds; those for compiling, where nothing compiled is on disk yet, come before them.
    seed : int
        Drives every random choice; with one thread the same seed gives the same plan when the gap stops the run.
    threads : int
        With 2 or more the proof runs beside the improvement, where the programme is mostly arcs and nothing is sited.
    engine : Engine
        Parameters, neighbourhoods, siting, proof and stopping rules.
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
    prepare(program, engine.tuned)  # before the clock starts
    started = time.perf_counter()
    deadline = Deadline(started + time_limit_s)
    kept: Plan | None = None
    given_up = False

    def told(point: TracePoint) -> None:
        nonlocal kept
        if given_up:
            return
        if keep is not None and state.incumbents.best is not kept:
            kept = state.incumbents.best
            keep(_solution(state, gap, "time_limit"))
        if progress is not None:
            progress(point)

    state = SearchState(program, started, told, engine.tuned, engine.neighbourhoods)
    watch = _Watch(engine.stopping, state, deadline)
    state.after_step = watch.stepped
    # the phases run in a thread of their own, so that Ctrl-C and ``stop`` are heard while a solver is at work
    pool = ThreadPoolExecutor(1)
    phases = pool.submit(_phases, state, engine, deadline, gap, seed, threads)
    stopped_by = _wait(phases, watch, stop)
    given_up = True  # a solver that does not hear the word to stop ends by itself, unheard
    pool.shutdown(wait=False)
    return _solution(state, gap, stopped_by)


def _phases(
    state: SearchState, engine: Engine, deadline: Deadline, gap: float, seed: int, threads: int
) -> None:
    """Solve; where that finds no plan that keeps every row, seek any, or prove that there is none."""
    phases = Phases(engine, gap, seed, threads)
    phases.run(state, deadline)
    if not state.incumbents.found() and not deadline.over():
        state.impossible = find_any_plan(state, deadline, seed=seed)
        if state.incumbents.found():
            phases.run(state, deadline)


class _Watch:
    """Asks the stopping rules, after every step and now and then; ends the search where one says so."""

    def __init__(self, rules: Sequence[StoppingRule], state: SearchState, deadline: Deadline) -> None:
        self.rules, self.state, self.deadline = rules, state, deadline
        self.steps, self.steps_without_gain = 0, 0
        self.reached = False

    def stepped(self, steps: int, steps_without_gain: int) -> None:
        """Take note of a step."""
        self.steps, self.steps_without_gain = steps, steps_without_gain
        self.look()

    def look(self) -> None:
        """Ask the rules."""
        if self.reached or not self.rules:
            return
        incumbents = self.state.incumbents
        progress = Progress(
            time.perf_counter() - incumbents.started,
            incumbents.price_to_beat(),
            incumbents.bound,
            incumbents.gap(),
            self.steps,
            self.steps_without_gain,
        )
        if any_reached(self.rules, progress):
            self.reached = True
            self.deadline.stop()


def _wait(phases: Future[None], watch: _Watch, stop: Callable[[], bool] | None) -> StoppedBy:
    """Wait for the phases, not much longer than the time limit; return what ended them."""
    deadline, rules = watch.deadline, watch.state.parameters.stopping
    late_by = _Lateness(deadline, rules.patience_s)
    interrupted = False
    while True:
        try:
            if wait([phases], timeout=rules.poll_s).done:
                phases.result()
                break
            watch.look()
            late, patience_s = late_by.counted(without_plan=watch.state.incumbents.best is None)
            if late > patience_s:
                deadline.stop()
            if late > 2 * patience_s:
                break
            if stop is None or not stop():
                continue
        except KeyboardInterrupt:
            if phases.done():  # raised by ``progress``
                return "interrupt"
        except BaseException:
            deadline.stop()
            raise
        interrupted = True
        deadline.stop()
    if interrupted:
        return "interrupt"
    return "rule" if watch.reached else "time_limit"


class _Lateness:
    """Says how long after its limit a search still works, and how long that may go on."""

    def __init__(self, deadline: Deadline, patience_s: float) -> None:
        self.deadline, self.patience_s = deadline, patience_s
        self.worked_before: float | None = None

    def counted(self, *, without_plan: bool) -> tuple[float, float]:
        """Return the seconds after the limit that count, and the patience: twice as much without a plan, as all would be lost.

        Without one, what was worked counts: where others keep the machine busy, little is done in a second of the clock.
        """
        late = time.perf_counter() - self.deadline.at
        if not without_plan:
            return late, self.patience_s
        if late > 0 and self.worked_before is None:
            self.worked_before = time.process_time()
        worked = 0.0 if self.worked_before is None else time.process_time() - self.worked_before
        patience_s = 2 * self.patience_s
        return max(min(late, worked), late - BUSY * patience_s), patience_s


def _solution(state: SearchState, gap: float, stopped_by: StoppedBy) -> Solution:
    if state.impossible and not state.incumbents.found():
        raise ImpossibleError("no plan exists: the rows cannot be kept together")
    if state.incumbents.best is None:
        raise EngineError("no plan was found: no time, or rows that cannot be kept together")
    best, n_cols = state.incumbents.best, len(state.programme.given.cost)
    keep = np.arange(len(best.values))[~state.programme.elastic[: len(best.values)]]
    assert len(keep) >= n_cols
    found = Solution(
        columns=best.values[keep],
        unit_of_item=best.unit_of,
        objective=best.objective,
        bound=state.incumbents.bound,
        gap=np.inf,
        proven=False,
        stopped_by=stopped_by,
        seconds=time.perf_counter() - state.incumbents.started,
        contiguous=not state.programme.disconnected(best.unit_of),
        trace=tuple(state.incumbents.trace),
        feasible=best.broken <= 0,
        legal=legal(best),
    )
    return judged(found, gap, state.parameters.stopping)


def judged(found: Solution, gap: float, rules: StoppingParameters) -> Solution:
    """Return a solution with its gap, whether it is proven, and the gap as what stopped it where that is reached."""
    bound = min(found.bound, found.objective)
    share = gap_share(found.objective, bound)
    proven = found.feasible and share <= rules.proven_gap
    stopped: StoppedBy = "gap" if found.feasible and share <= gap else found.stopped_by
    return replace(found, bound=bound, gap=share, proven=proven, stopped_by="proven" if proven else stopped)
