"""Try sets of openings where few items fill a unit: sets are ranked by whole catchments, and the best are drawn."""

from __future__ import annotations

from collections import Counter

import numpy as np

from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.program import BoolArray, FloatArray
from planning.zoning.engine.siting.column_generation import Estimate, Estimator
from planning.zoning.engine.siting.search import AROUND_GOOD, NEAR, Search
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.trial import Phases, Trial
from planning.zoning.engine.work import Work

RANKED_FIRST = 6  # sets that are ranked before any but the first is gone on with, or looked around
RANKED_ANEW = 12  # before a set is drawn once more from the start
DEEP_ROUNDS = 40  # of column generation at least for a set that is drawn
RANKS_TO_LOOK = 3  # turns of ranking for every look
LOOK_SHARE = 0.08  # of the time for one look
NEW_ABOVE = 1.5e-3  # of its price, the first plan of a set lies above its estimate
TRIES = 3  # looks at a set until it has a plan
BEGUN_MOST = 5  # trials of one set


class LargeSearch(Search):
    """The same where items are large: no set tells by its relaxation what its plans cost, and a look goes on where the last ended.

    Parameters
    ----------
    duals : ndarray (n_rows,)
        Of the rows of the relaxation.
    """

    looks_share = 0.98

    def __init__(
        self,
        work: Work,
        sets: Sets,
        phases: Phases,
        *,
        gap: float,
        seed: int,
        duals: FloatArray,
    ) -> None:
        super().__init__(work, sets, phases, gap=gap, seed=seed)
        self.estimator = Estimator(work, duals, seed)
        self.ranked: list[tuple[float, BoolArray]] = []  # about what sets cost
        self.more = True  # sets to rank
        self.waiting: list[Estimate] = []  # to be gone on with
        self.begun: Counter[bytes] = Counter()  # trials of every set
        self.ranks, self.drawn = 0, 0  # turns of ranking, looks

    def look(self, cancel: Cancel) -> None:
        """Rank sets, and draw the best of them."""
        while not self.over(cancel):
            explore = len(self.ranked) < RANKED_FIRST or self.ranks < RANKS_TO_LOOK * self.drawn
            tasks = (self._explore, self._draw) if explore else (self._draw, self._explore, self._draw)
            if not any(task(cancel) for task in tasks):
                return

    def _explore(self, cancel: Cancel) -> bool:
        """Rank a new set or go on with one; return whether there was one."""
        self.ranks += 1
        if len(self.ranked) < RANKED_FIRST and self._rank(cancel):
            return True
        return self._deeper(cancel) or self._rank(cancel)

    def _rank(self, cancel: Cancel) -> bool:
        """Estimate what the next set costs; the first is drawn at once, so that there is a plan."""
        good = sorted(self.ranked, key=lambda known: known[0])[:AROUND_GOOD]
        around = [opened for _, opened in good]
        opened = None
        if len(self.ranked) < RANKED_FIRST:
            opened = self.sets.next([], cancel, full=False)
        if opened is None and around:
            opened = self.sets.next(around, cancel, full=False)
        self.more = opened is not None
        if opened is None:
            return False
        short = cancel.within(LOOK_SHARE * self.sets.total)
        estimate = self.estimator.estimate(opened, short, below=self._best_price())
        with self.lock:
            first = not self.ranked
            self.ranked.append((estimate.price, opened))
        if first:
            estimate.go_on(short)
            self._begin(estimate).unfinished = True
            self._draw(cancel)
        with self.lock:
            self.waiting.append(estimate)
        return True

    def _deeper(self, cancel: Cancel) -> bool:
        """Go on with the estimate that may become the best, if it may come below the best plan; admit it to be drawn."""
        best = self._best_price()
        with self.lock:
            self.waiting = [e for e in self.waiting if e.hope < best]  # a better plan only takes more away
            estimate = min(self.waiting, key=lambda e: e.hope, default=None)
            if estimate is None:
                return False
            self.waiting.remove(estimate)
        estimate.go_on(cancel, below=best)
        if estimate.rounds >= DEEP_ROUNDS and estimate.price < best:
            if not self.begun[estimate.opened.tobytes()]:
                self._begin(estimate).unfinished = True
        elif estimate.hope < best:
            with self.lock:
                self.waiting.append(estimate)
        return True

    def _draw(self, cancel: Cancel) -> bool:
        """Draw the set that promises most for a while; where none does, one of the best anew, as plans differ by the seed."""
        best = self._best_price()
        trial = self.take(
            _promise,
            lambda t: (
                t.price() <= best < np.inf or (t.hope < best and (t.price() < np.inf or t.looks < TRIES))
            ),
        )
        if trial is None and (len(self.ranked) >= RANKED_ANEW or not self.more):
            trial = self._anew(best)
        if trial is None:
            return False
        self.drawn += 1
        trial.looks += 1
        trial.look(cancel.within(LOOK_SHARE * self.sets.total), trial.seed, 1)
        return True

    def _anew(self, best: float) -> Trial | None:
        """Begin one of the best sets once more: of those begun least often the best."""
        good = [t for t in list(self.trials) if t.price() <= best * (1.0 + NEAR) and not t.closed()]
        old = min(good, key=lambda t: (self.begun[t.opened.tobytes()], t.price()), default=None)
        if old is None or old.estimate is None or self.begun[old.opened.tobytes()] >= BEGUN_MOST:
            return None
        return self._begin(old.estimate)

    def _begin(self, estimate: Estimate) -> Trial:
        """Add a trial of a set and return it, with a seed of its own for every one of the set."""
        key = estimate.opened.tobytes()
        trial = Trial(self.work, estimate.opened, self.gap, estimate=estimate)
        with self.lock:
            trial.seed = self.seed + self.begun[key]
            self.begun[key] += 1
            self.trials.append(trial)
        return trial

    def _best_price(self) -> float:
        best = self.work.best
        return np.inf if best is None or best.broken > 0 else best.objective


def _promise(trial: Trial) -> float:
    """Return the middle between what the plans of a set may cost and its best plan, or what that will cost about."""
    plan = trial.price()
    if plan == np.inf:
        plan = trial.expected + NEW_ABOVE * (1 + trial.looks) * abs(trial.expected)
    return 0.5 * (trial.expected + plan)
