"""Choose what to open first, where opening decides most of the price; every set of openings is then a programme of its own.

With whole numbers asked of the openings alone the programme is small, and its answer bounds the whole. Sets to try come from the same
programme over merged items, which is solved within seconds: with a little room kept in every unit, as whole items would not fill all seats,
and around the best of them by opening, shutting and exchanging one unit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from planning.zoning.engine.coarse import Merged
from planning.zoning.engine.highs import Cancel, run_mip
from planning.zoning.engine.openings import Openings, openings_alone
from planning.zoning.engine.program import BoolArray, FloatArray
from planning.zoning.engine.trial import CLOSED, Phases, Trial
from planning.zoning.engine.work import Work

SWITCHES = (12, 400)  # with so many openings they are chosen first
OPENING_SHARE = 0.1  # of the relaxation's price must come from openings for that
# shares of the seats kept free, looked at in turn; the last only when nothing else is left
ROOMS = (0.02, 0.003, 0.0)
MERGED = 300  # groups of items that sets are sought with
CHOICE_GAP = 1e-3  # to which that is solved
CHOICE_SHARE = 0.08  # of the time for it
AROUND_SHARE = 0.05  # of the time for looking around a set
AROUND_GOOD = 5  # of the best sets are looked around
AROUND_MOST = 80  # sets around the best that are priced with all items
BOUND_GAP = 1e-4  # to which the openings alone are solved for the bound
BOUND_SHARE = 0.35  # of the time for it, with one thread
LOOK_SHARE = 0.12  # of the time for one set at most
LOOKS = 2  # at one set at most
LOOKS_SHARE = 0.8  # of the time, with the bound, until the best sets are gone into
DEEP_SHARE = 0.1  # of the time, at once, for the best set
REST_SHARE = 0.08  # of the time is left for openings and catchments together
NEAR = 5e-4  # of the best price: sets within it may still become the best
LEAST_GAIN = 1e-5  # of the price, below which a set has nothing more to give


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
    sets = _Sets(work, point, total, seed)
    search = _Search(work, sets, phases, cancel, gap, seed)
    looking = cancel.within(LOOKS_SHARE * total)
    tasks: list[Callable[[Cancel], None]]
    tasks = [sets.bound, *(partial(sets.choose, room) for room in sets.rooms[:-1]), *[search.look] * threads]
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(task, looking) for task in tasks]:
            done.result()
    search.look(looking)  # at sets that came up when the others had ended
    search.deepen(cancel.within(cancel.left() - REST_SHARE * total), DEEP_SHARE * total, threads)


class _Room:
    """Sets of openings, priced with a share of the seats kept free: over merged items first, then over all."""

    def __init__(self, work: Work, merged: Merged, room: float) -> None:
        self.share = room
        self.sketch = Openings(work, room, merged)
        self.whole = Openings(work, room)
        self.centres: set[bytes] = set()

    def meet(self, met: list[BoolArray], cancel: Cancel) -> None:
        """Take sets that were met, and look around the best of them, once."""
        best = min(met, key=self.sketch.price, default=None)
        if best is None or best.tobytes() in self.centres:
            return
        self.centres.add(best.tobytes())
        self.sketch.around(best, cancel)
        for opened in self.sketch.ranked(AROUND_MOST):
            self.whole.price(opened)


class _Sets:
    """Sets of openings that were met, and which of them to try next; any thread may ask."""

    def __init__(self, work: Work, point: FloatArray, total: float, seed: int) -> None:
        self.work, self.point, self.total, self.seed = work, point, total, seed
        self.lock = threading.RLock()
        self.tried: set[bytes] = set()
        self.merged = Merged(work, MERGED)
        self.rooms = tuple(_Room(work, self.merged, share) for share in ROOMS)
        self.full = self.rooms[-1]  # every seat may be taken: no plan with these openings costs less
        self.turn = 0

    def bound(self, cancel: Cancel) -> None:
        """Raise the bound by the openings alone, every seat filled; the sets met on the way may be tried."""
        met: list[BoolArray] = []
        found = run_mip(
            openings_alone(self.work, self.point, 0.0),
            cancel.within(BOUND_SHARE * self.total),
            gap=BOUND_GAP,
            seed=self.seed,
            on_solution=lambda values: met.append(values[self.full.whole.switches] > 0.5),
        )
        if np.isfinite(found.bound):
            self.work.raise_bound(found.bound, "siting")
        with self.lock:
            self.full.meet(met, cancel.within(AROUND_SHARE * self.total))

    def choose(self, room: _Room, cancel: Cancel) -> None:
        """Find first sets, over merged items."""
        met: list[BoolArray] = []
        place = self.merged.place(self.full.whole.switches)
        run_mip(
            self.merged.arrays(openings_alone(self.work, self.point, room.share)),
            cancel.within(CHOICE_SHARE * self.total),
            gap=CHOICE_GAP,
            seed=self.seed,
            on_solution=lambda values: met.append(values[place] > 0.5),
        )
        with self.lock:
            room.meet(met, cancel.within(AROUND_SHARE * self.total))

    def next(self, good: list[BoolArray], cancel: Cancel, *, full: bool) -> BoolArray | None:
        """Return the most promising set that was not tried, with room kept or with every seat filled.

        Looked around first is the best of the good ones, and the others one by one as soon as nothing else is left.
        """
        centres: list[BoolArray | None] = [*good] or [None]
        with self.lock:
            self.turn = (self.turn + 1) % (len(self.rooms) - 1)
            for centre in centres:
                for room in (self.full,) if full else (*self.rooms[self.turn : -1], *self.rooms[: self.turn]):
                    if centre is not None:
                        room.meet([centre], cancel.within(AROUND_SHARE * self.total))
                    for opened in filter(self._worth, room.whole.ranked()):
                        self.tried.add(opened.tobytes())
                        return opened
        return None

    def _worth(self, opened: BoolArray) -> bool:
        """Return whether a set has not been tried and can still beat the best plan."""
        if opened.tobytes() in self.tried:
            return False
        best = self.work.best
        return best is None or best.broken > 0 or self.full.whole.price(opened) < best.objective


class _Search:
    """Trials of sets, and what they have come to."""

    def __init__(
        self, work: Work, sets: _Sets, phases: Phases, cancel: Cancel, gap: float, seed: int
    ) -> None:
        self.work, self.sets, self.phases, self.seed = work, sets, phases, seed
        self.cancel, self.gap = cancel, max(gap, CLOSED)
        self.trials: list[Trial] = []

    def over(self, cancel: Cancel) -> bool:
        return cancel.over() or self.work.gap() <= self.gap

    def look(self, cancel: Cancel) -> None:
        """Look at one set after another.

        First come those around the best, then those that did not get through, again and longer; then those around other good
        ones, at last those without room.
        """
        while not self.over(cancel):
            trial = (
                self._new(cancel, around=1)
                or self._unfinished()
                or self._new(cancel, around=AROUND_GOOD)
                or self._new(cancel, around=AROUND_GOOD, full=True)
            )
            if trial is None:
                return
            trial.looks += 1
            trial.look(cancel.within(trial.looks * LOOK_SHARE * self.sets.total), self.seed)

    def _new(self, cancel: Cancel, *, around: int, full: bool = False) -> Trial | None:
        fit = sorted((t for t in list(self.trials) if t.price() < np.inf), key=Trial.price)
        opened = self.sets.next([trial.opened for trial in fit[:around]], cancel, full=full)
        if opened is None:
            return None
        trial = Trial(self.work, opened, self.gap)
        self.trials.append(trial)
        return trial

    def _unfinished(self) -> Trial | None:
        """Return the set whose plans may cost least, of those that a plan was found for; it is looked at by one thread."""
        with self.sets.lock:
            left = [t for t in list(self.trials) if t.unfinished and t.price() < np.inf and t.looks < LOOKS]
            trial = min(left, key=lambda t: t.least, default=None)
            if trial is not None:
                trial.unfinished = False
        return trial

    def deepen(self, cancel: Cancel, seconds: float, threads: int) -> None:
        """Go on with the best sets that still give something, all threads; with all of them until one has a plan."""
        left = list(self.trials)
        while left and not self.over(cancel):
            trial = min(left, key=Trial.price)
            best = self.work.best
            if best is not None and best.broken <= 0 and trial.price() > best.objective * (1.0 + NEAR):
                return
            before = trial.price()
            trial.run(self.phases, cancel.within(seconds), self.seed, threads)
            gained = trial.price() < before * (1.0 - LEAST_GAIN)
            if trial.closed() or not gained:
                left.remove(trial)
