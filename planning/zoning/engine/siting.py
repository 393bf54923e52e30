"""Choose what to open first, where opening decides most of the price; every set of openings is then a programme of its own.

Sets to try come from sets.py; trial.py draws the catchments of one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from planning.zoning.engine.highs import Cancel
from planning.zoning.engine.program import FloatArray
from planning.zoning.engine.prove import CLOSED
from planning.zoning.engine.sets import Sets
from planning.zoning.engine.trial import Phases, Trial
from planning.zoning.engine.work import Work

SWITCHES = (12, 400)  # with so many openings they are chosen first
OPENING_SHARE = 0.1  # of the relaxation's price must come from openings for that
AROUND_GOOD = 5  # of the best sets are looked around
LOOK_SHARE = 0.12  # of the time for one set at most
LOOKS = 2  # at one set at most
LOOKS_SHARE = 0.8  # of the time, with the bound, until the best sets are gone into
LARGE_BELOW = 40  # items to a unit, below which they are large
LARGE_LOOK_SHARE = 0.08  # of the time for one look where they are large
LARGE_LOOKS_SHARE = 0.98  # and for all of them: there a look goes on where the one before ended
TRIES = 3  # looks there at a set until it has a plan
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
    large_items = work.program.n_items < LARGE_BELOW * float(point[work.program.switches].sum())
    sets = Sets(work, point, total, seed, large_items=large_items)
    search = _Search(work, sets, phases, cancel, gap, seed, large_items=large_items)
    looking = cancel.within((LARGE_LOOKS_SHARE if large_items else LOOKS_SHARE) * total)
    tasks: list[Callable[[Cancel], None]]
    tasks = [sets.bound, *(partial(sets.choose, room) for room in sets.rooms[:-1]), *[search.look] * threads]
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(task, looking) for task in tasks]:
            done.result()
    search.look(looking)  # at sets that came up when the others had ended
    search.deepen(cancel.within(cancel.left() - REST_SHARE * total), DEEP_SHARE * total, threads)


class _Search:
    """Trials of sets, and what they have come to."""

    def __init__(
        self,
        work: Work,
        sets: Sets,
        phases: Phases,
        cancel: Cancel,
        gap: float,
        seed: int,
        *,
        large_items: bool,
    ) -> None:
        self.work, self.sets, self.phases, self.seed = work, sets, phases, seed
        self.large_items = large_items
        self.cancel, self.gap = cancel, max(gap, CLOSED)
        self.trials: list[Trial] = []
        self.lock = threading.Lock()

    def over(self, cancel: Cancel) -> bool:
        return cancel.over() or self.work.gap() <= self.gap

    def look(self, cancel: Cancel) -> None:
        """Look at one set after another."""
        turn = 0
        while not self.over(cancel):
            trial = self._next_of_large(cancel, turn) if self.large_items else self._next(cancel)
            if trial is None:
                return
            turn, trial.looks = turn + 1, trial.looks + 1
            share = LARGE_LOOK_SHARE if self.large_items else trial.looks * LOOK_SHARE
            trial.look(cancel.within(share * self.sets.total), self.seed, 1)

    def _next(self, cancel: Cancel) -> Trial | None:
        """Return a set around the best, then one that did not get through, then around other good ones, at last without room."""
        return (
            self._new(cancel, around=1)
            or self._unfinished()
            or self._new(cancel, around=AROUND_GOOD)
            or self._new(cancel, around=AROUND_GOOD, full=True)
        )

    def _next_of_large(self, cancel: Cancel, turn: int) -> Trial | None:
        """Return in turn a set that was begun and still gains, and one that has no plan yet or is new; never wait for sets."""
        return (
            (self._begun() if turn % 2 else self._broken())
            or self._new(cancel, around=1, wait=False)
            or self._begun()
            or self._new(cancel, around=AROUND_GOOD)
        )

    def _new(self, cancel: Cancel, *, around: int, full: bool = False, wait: bool = True) -> Trial | None:
        fit = sorted((t for t in list(self.trials) if t.price() < np.inf), key=Trial.price)
        opened = self.sets.next([trial.opened for trial in fit[:around]], cancel, full=full, wait=wait)
        if opened is None:
            return None
        trial = Trial(self.work, opened, self.gap, large_items=self.large_items)
        self.trials.append(trial)
        return trial

    def _unfinished(self) -> Trial | None:
        """Return the set whose plans may cost least, of those that a plan was found for; it is looked at by one thread."""
        return self._take(lambda t: t.least, LOOKS)

    def _begun(self) -> Trial | None:
        """Return the set that promises most, half way between its plan and what its plans cost at least."""
        return self._take(lambda t: t.price() + t.least, np.inf)

    def _broken(self) -> Trial | None:
        """Return the set of those without a plan yet whose plans may cost least."""
        return self._take(lambda t: t.least, TRIES, broken=True)

    def _take(self, key: Callable[[Trial], float], looks: float, *, broken: bool = False) -> Trial | None:
        with self.lock:
            left = [
                t for t in self.trials if t.unfinished and t.looks < looks and (t.price() == np.inf) == broken
            ]
            trial = min(left, key=key, default=None)
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
