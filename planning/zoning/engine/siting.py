"""Choose what to open first, where opening decides most of the price; every set of openings is then a programme of its own.

With whole numbers asked of the openings alone the programme is small, and its answer bounds the whole. But that answer
fills every seat, and whole items then do not fit: sets of openings are therefore also sought with a little room kept in
every opened unit, and around the best of them by opening, shutting and exchanging one unit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import highspy
import numpy as np
from scipy import sparse

from planning.zoning.engine.fixed import with_fixed
from planning.zoning.engine.highs import Arrays, Cancel, load, run_mip
from planning.zoning.engine.program import BoolArray, FloatArray
from planning.zoning.engine.work import Work

SWITCHES = (12, 400)  # with so many openings they are chosen first
OPENING_SHARE = 0.1  # of the relaxation's price must come from openings for that
MIP_GAP = (1e-3, 2e-4)  # to which the openings are solved, with and without room
MIP_SHARE = 0.35  # of the time, for the openings alone
AROUND_SHARE = 0.05  # of the time, for openings around the best
TRIALS_FIRST = 2  # sets per thread that are tried before going deeper into the best
TRIAL_SHARE = 0.17  # of the time, for the catchments of one set of openings
DEEP_SHARE = 0.15  # of the time, at once, for the best set
REST_SHARE = 0.25  # of the time is left for openings and catchments together
LEAST_GAIN = 1e-5  # of the price, below which a set has nothing more to give
ROOM = (0.003, 0.0)  # shares of the seats kept free
ROW_ZERO = 1e-7
CLOSED = 1e-7

Phases = Callable[[Work, Cancel, int, int], None]  # work, cancel, seed, threads


def decides(work: Work, point: FloatArray) -> bool:
    """Return whether openings decide so much of the price that they are chosen first."""
    switches = work.program.switches
    if switches is None or work.program.price_left_out is not None:
        return False
    if not SWITCHES[0] <= len(switches) <= SWITCHES[1]:
        return False
    opening = float(np.abs(work.cost[switches] @ point[switches]))
    return opening >= OPENING_SHARE * abs(float(work.cost[: len(point)] @ point))


def site(
    work: Work, point: FloatArray, phases: Phases, cancel: Cancel, *, gap: float, seed: int, threads: int
) -> None:
    """Offer plans from the best sets of openings, and raise the bound.

    Parameters
    ----------
    work : Work
        The programme; its switches say what may open.
    point : ndarray (n_cols,)
        Optimum of the linear relaxation.
    phases : callable
        Draws the catchments of a programme whose openings are given.
    cancel : Cancel
        Most of its time may be used.
    gap, seed, threads : float, int, int
        As in :func:`planning.zoning.engine.solve_program`.
    """
    total = cancel.left()
    choices = _choices(work, point, cancel, seed, threads)
    search = _Search(work, phases, cancel.within((1.0 - REST_SHARE) * total), gap, seed, threads)
    first = int(TRIALS_FIRST * max(1, threads))
    while not search.over():
        if len(search.trials) >= first and search.deepen(DEEP_SHARE * total):
            continue
        choices = [opened for opened in choices if search.worth(opened)]
        if not choices:
            return
        search.widen(choices[:threads], TRIAL_SHARE * total)
        choices = choices[threads:]


class _Search:
    """Sets of openings that were tried, and the time there is for them."""

    def __init__(
        self, work: Work, phases: Phases, cancel: Cancel, gap: float, seed: int, threads: int
    ) -> None:
        self.work, self.phases, self.cancel = work, phases, cancel
        self.gap, self.seed, self.threads = max(gap, CLOSED), seed, max(1, threads)
        self.given = Openings(work, 0.0)
        self.trials: list[Trial] = []
        self.done: set[int] = set()  # trials that going deeper into gave nothing

    def over(self) -> bool:
        return self.cancel.over() or self.work.gap() <= self.gap

    def worth(self, opened: BoolArray) -> bool:
        """Return whether a set can still beat the best plan."""
        return self.work.best is None or self.given.price(opened) < self.work.best.objective

    def widen(self, sets: list[BoolArray], seconds: float) -> None:
        """Try new sets beside each other, one thread each; those that do not even fit at half time are given up."""
        fresh = [Trial(self.work, opened, self.gap) for opened in sets]
        limit = self.cancel.within(seconds)

        def run(trial: Trial) -> None:
            trial.run(self.phases, limit, self.seed, 1, fits_within=0.5 * seconds)

        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(run, fresh))
        self.trials += fresh

    def deepen(self, seconds: float) -> bool:
        """Go on with the best set that still gives something, all threads; return whether there was one."""
        left = [k for k, trial in enumerate(self.trials) if k not in self.done and trial.price() < np.inf]
        if not left:
            return False
        k = min(left, key=lambda k: self.trials[k].price())
        before = self.trials[k].price()
        self.trials[k].run(self.phases, self.cancel.within(seconds), self.seed, self.threads)
        if self.trials[k].price() > before * (1.0 - LEAST_GAIN):
            self.done.add(k)
        return True


class Trial:
    """The catchments of one set of openings; plans go to the whole programme as soon as they are found."""

    def __init__(self, whole: Work, opened: BoolArray, gap: float) -> None:
        switches = whole.program.switches
        assert switches is not None
        self.whole = whole
        self.gap = gap
        self.program, self.columns, self.values = with_fixed(whole.program, switches, opened.astype(float))
        self.work: Work | None = None

    def price(self) -> float:
        """Return the price of the best plan, infinite without one that keeps every row."""
        best = None if self.work is None else self.work.best
        return np.inf if best is None or best.broken > 0 else best.objective

    def run(
        self, phases: Phases, cancel: Cancel, seed: int, threads: int, *, fits_within: float = np.inf
    ) -> None:
        """Draw the catchments, from the best plan of an earlier run if there was one.

        Given up when no plan keeps every row after ``fits_within`` seconds, while another set has one.
        """
        program, own = self.program, cancel.below()
        if self.work is not None and self.work.best is not None:
            program = replace(program, start=self.work.best.values[: len(program.cost)])
        work = self.work = Work(program, time.perf_counter(), None)

        def told(_: object) -> None:
            best = work.best
            if best is not None and best.broken <= 0:
                values = np.zeros(len(self.whole.cost))
                values[: len(self.values)] = self.values
                values[self.columns] = best.values[: len(self.columns)]
                self.whole.offer(values, "siting")
                if self.whole.gap() <= self.gap:
                    own.stop()

        def fits() -> None:
            if self.price() == np.inf and self.whole.gap() < np.inf:
                own.stop()

        work.progress = told
        timer = threading.Timer(min(fits_within, cancel.left()), fits)
        timer.start()
        try:
            phases(work, own, seed, threads)
        finally:
            timer.cancel()


class Openings:
    """The relaxation with given openings, kept warm from one set to the next.

    Parameters
    ----------
    room : float
        Share of the seats of every unit that is kept free.
    """

    def __init__(self, work: Work, room: float) -> None:
        assert work.program.switches is not None
        self.work = work
        self.switches = work.program.switches
        # the openings are given, so that rows ``arc ≤ opening`` say nothing beyond the seats
        self.h = load(openings_alone(work, np.zeros(0), room), mip=False)
        self.known: dict[bytes, float] = {}

    def price(self, opened: BoolArray) -> float:
        """Return the price of the relaxation with these units open and no others (infinite if impossible)."""
        key = opened.tobytes()
        if key not in self.known:
            at = opened.astype(float)
            self.h.changeColsBounds(len(at), self.switches.astype(np.int32), at, at)
            self.h.run()
            ended = self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
            price = float(self.h.getInfo().objective_function_value) + self.work.program.offset
            self.known[key] = price if ended else np.inf
        return self.known[key]

    def around(self, opened: BoolArray, cancel: Cancel) -> None:
        """Look at all sets that differ by one opening, one shutting or one exchange, and go on from the best."""
        while not cancel.over():
            best, price = opened, self.price(opened)
            for other in _beside(opened):
                if cancel.over():
                    return
                if self.price(other) < price - 1e-9 * abs(price):
                    best, price = other, self.price(other)
            if best is opened:
                return
            opened = best


def _beside(opened: BoolArray) -> Iterator[BoolArray]:
    """Yield the sets that differ by one opening, one shutting, or one of each."""
    for k in range(len(opened)):
        other = opened.copy()
        other[k] = not opened[k]
        yield other
    for a in np.flatnonzero(opened).tolist():
        for b in np.flatnonzero(~opened).tolist():
            other = opened.copy()
            other[a], other[b] = False, True
            yield other


def _choices(work: Work, point: FloatArray, cancel: Cancel, seed: int, threads: int) -> list[BoolArray]:
    """Return sets of openings, the most promising first; raise the bound with the cheapest without room kept."""
    assert work.program.switches is not None
    limit = cancel.within(MIP_SHARE * cancel.left())
    switches = work.program.switches

    def solved(room: float) -> list[BoolArray]:
        met: list[BoolArray] = []
        found = run_mip(
            openings_alone(work, point, room),
            limit,
            gap=MIP_GAP[0 if room > 0.0 else 1],
            seed=seed,
            on_solution=lambda values: met.append(values[switches] > 0.5),
        )
        if room == 0.0 and np.isfinite(found.bound):
            work.raise_bound(found.bound, "siting")
        return met if found.values is None else [*met, found.values[switches] > 0.5]

    with ThreadPoolExecutor(max(1, threads)) as pool:
        met = [opened for several in pool.map(solved, ROOM) for opened in several]
    ranked = Openings(work, ROOM[0])
    for opened in met:
        ranked.price(opened)
    if met:
        best = min(met, key=ranked.price)
        ranked.around(best, cancel.within(AROUND_SHARE * cancel.left()))
    order = sorted((price, key) for key, price in ranked.known.items() if np.isfinite(price))
    return [np.frombuffer(key, dtype=bool) for _, key in order]


def openings_alone(work: Work, point: FloatArray, room: float) -> Arrays:
    """Return the programme with only its openings whole, without the rows ``arc ≤ opening`` that are idle at a point.

    Without a point (empty) none of these rows is in it.
    """
    assert work.program.switches is not None
    rows = sparse.csr_matrix(work.matrix, copy=True)
    switch = np.zeros(rows.shape[1], dtype=bool)
    switch[work.program.switches] = True
    seats, links = _rows_of_openings(work, rows, switch)
    entry = np.repeat(seats, np.diff(rows.indptr))
    rows.data[entry & (rows.data < 0)] *= 1.0 - room
    idle = links
    if len(point):
        values = np.zeros(rows.shape[1])
        values[: len(point)] = point
        idle = links & (work.matrix @ values < work.row_upper - ROW_ZERO)
    kept = np.flatnonzero(~idle)
    return Arrays(
        work.cost,
        work.lower,
        work.upper,
        work.integer & switch,
        rows[kept].tocsc(),
        work.row_lower[kept],
        work.row_upper[kept],
    )


def _rows_of_openings(work: Work, rows: sparse.csr_matrix, switch: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return which rows are ``Σ load · arc ≤ seats · opening``, and which ``arc ≤ opening`` follow from them."""
    count = np.diff(rows.indptr)
    entry_row = np.repeat(np.arange(rows.shape[0]), count)
    on_switch, below = switch[rows.indices], rows.data < 0
    openings = np.bincount(entry_row[on_switch & below], minlength=rows.shape[0])
    others = np.bincount(entry_row[below & ~on_switch & ~work.elastic[rows.indices]], minlength=rows.shape[0])
    shaped = (openings == 1) & (others == 0) & (work.row_upper == 0.0) & ~np.isfinite(work.row_lower)
    links = shaped & (count == 2)
    seats = shaped & ~links
    opening = np.full(rows.shape[0], -1, dtype=np.int64)
    opening[entry_row[on_switch]] = rows.indices[on_switch]
    held = (rows.data > 0) & seats[entry_row] & (work.item[rows.indices] >= 0)
    seated = set(zip(rows.indices[held].tolist(), opening[entry_row[held]].tolist(), strict=True))
    for r in np.flatnonzero(links).tolist():
        arc = rows.indices[rows.indptr[r] : rows.indptr[r + 1]]
        arc = arc[~switch[arc]]
        links[r] = len(arc) == 1 and (int(arc[0]), int(opening[r])) in seated
    return seats, links
