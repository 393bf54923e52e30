"""Try sets of openings where few items fill a unit: sets are ranked by whole catchments, and the best are drawn."""

from __future__ import annotations

from collections import Counter

import numpy as np

from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.program import BoolArray, FloatArray
from planning.zoning.engine.siting.column_generation import Estimate, Estimator
from planning.zoning.engine.siting.search import Search
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.trial import Phases, Trial
from planning.zoning.engine.work import Work


class LargeSearch(Search):
    """The same where items are large: no set tells by its relaxation what its plans cost, and a look goes on where the last ended.

    Parameters
    ----------
    duals : ndarray (n_rows,)
        Of the rows of the relaxation.
    """

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
        self.large = work.parameters.large_items
        self.estimator = Estimator(work, duals, seed)
        self.ranked: list[tuple[float, BoolArray]] = []  # about what sets cost
        self.more = True  # sets to rank
        self.waiting: list[Estimate] = []  # to be gone on with
        self.begun: Counter[bytes] = Counter()  # trials of every set
        self.ranks, self.drawn = 0, 0  # turns of ranking, looks

    def look(self, cancel: Cancel) -> None:
        """Rank sets, and draw the best of them."""
        while not self.over(cancel):
            explore = (
                len(self.ranked) < self.large.ranked_first
                or self.ranks < self.large.rankings_per_trial * self.drawn
            )
            tasks = (self._explore, self._draw) if explore else (self._draw, self._explore, self._draw)
            if not any(task(cancel) for task in tasks):
                return

    def _explore(self, cancel: Cancel) -> bool:
        """Rank a new set or go on with one; return whether there was one."""
        self.ranks += 1
        if len(self.ranked) < self.large.ranked_first and self._rank(cancel):
            return True
        return self._deeper(cancel) or self._rank(cancel)

    def _rank(self, cancel: Cancel) -> bool:
        """Estimate what the next set costs; the first is drawn at once, so that there is a plan."""
        good = sorted(self.ranked, key=lambda known: known[0])[: self.parameters.around_best]
        around = [opened for _, opened in good]
        opened = None
        if len(self.ranked) < self.large.ranked_first:
            opened = self.sets.next([], cancel, full=False)
        if opened is None and around:
            opened = self.sets.next(around, cancel, full=False)
        self.more = opened is not None
        if opened is None:
            return False
        short = cancel.within(self.large.trial_time_share * self.sets.total)
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
        if estimate.rounds >= self.large.rounds_least and estimate.price < best:
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
            self._promise,
            lambda t: (
                t.price() <= best < np.inf
                or (t.hope < best and (t.price() < np.inf or t.looks < self.large.trials_without_plan))
            ),
        )
        if trial is None and (len(self.ranked) >= self.large.restarted_from or not self.more):
            trial = self._anew(best)
        if trial is None:
            return False
        self.drawn += 1
        trial.looks += 1
        trial.look(cancel.within(self.large.trial_time_share * self.sets.total), trial.seed, 1)
        return True

    def _anew(self, best: float) -> Trial | None:
        """Begin one of the best sets once more: of those begun least often the best."""
        good = [
            t
            for t in list(self.trials)
            if t.price() <= best * (1.0 + self.parameters.near) and not t.closed()
        ]
        old = min(good, key=lambda t: (self.begun[t.opened.tobytes()], t.price()), default=None)
        if old is None or old.estimate is None or self.begun[old.opened.tobytes()] >= self.large.starts_most:
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

    @property
    def trials_time_share(self) -> float:
        """Of the time, what all trials may take."""
        return self.large.trials_time_share

    def _promise(self, trial: Trial) -> float:
        """Return the middle between what the plans of a set may cost and its best plan, or what that will cost about."""
        plan = trial.price()
        if plan == np.inf:
            above = self.large.first_plan_above * (1 + trial.looks)
            plan = trial.expected + above * abs(trial.expected)
        return 0.5 * (trial.expected + plan)

    def _best_price(self) -> float:
        best = self.work.best
        return np.inf if best is None or best.broken > 0 else best.objective
