"""Try sets of openings where few items fill a unit: sets are ranked by whole catchments, and the best are attempted."""

from __future__ import annotations

from collections import Counter

import numpy as np

from planning.arrays import BoolArray, FloatArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.siting.column_generation import Estimate, Estimator
from planning.zoning.engine.siting.open_set import OpenSet, Phases
from planning.zoning.engine.siting.search import SitingSearch
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.state import SearchState


class LargeItemSearch(SitingSearch):
    """The same where items are large: no set tells by its relaxation what its plans cost, and an attempt goes on where the last ended.

    Parameters
    ----------
    duals : ndarray (n_rows,)
        Of the rows of the relaxation.
    """

    def __init__(
        self,
        state: SearchState,
        sets: Sets,
        phases: Phases,
        *,
        gap: float,
        seed: int,
        duals: FloatArray,
    ) -> None:
        super().__init__(state, sets, phases, gap=gap, seed=seed)
        self.large = state.parameters.large_items
        self.estimator = Estimator(state, duals, seed)
        self.ranked: list[tuple[float, BoolArray]] = []  # about what sets cost
        self.more = True  # sets to rank
        self.waiting: list[Estimate] = []  # to be gone on with
        self.begun: Counter[bytes] = Counter()  # how often every set was begun
        self.ranks, self.attempted = 0, 0  # turns of ranking, attempts

    def attempt_next(self, deadline: Deadline) -> bool:
        """Rank sets, or attempt the best of them; return whether there was anything to do."""
        explore = (
            len(self.ranked) < self.large.ranked_first
            or self.ranks < self.large.rankings_per_trial * self.attempted
        )
        tasks = (
            (self._explore, self._attempt_best)
            if explore
            else (self._attempt_best, self._explore, self._attempt_best)
        )
        return any(task(deadline) for task in tasks)

    def _explore(self, deadline: Deadline) -> bool:
        """Rank a new set or go on with one; return whether there was one."""
        self.ranks += 1
        if len(self.ranked) < self.large.ranked_first and self._rank(deadline):
            return True
        return self._deeper(deadline) or self._rank(deadline)

    def _rank(self, deadline: Deadline) -> bool:
        """Estimate what the next set costs; the first is attempted at once, so that there is a plan."""
        good = sorted(self.ranked, key=lambda known: known[0])[: self.parameters.around_best]
        around = [opened for _, opened in good]
        opened = None
        if len(self.ranked) < self.large.ranked_first:
            opened = self.sets.next([], deadline, full=False)
        if opened is None and around:
            opened = self.sets.next(around, deadline, full=False)
        self.more = opened is not None
        if opened is None:
            return False
        short = deadline.within(self.large.trial_time_share * self.sets.total)
        estimate = self.estimator.estimate(opened, short, below=self._best_price())
        with self.lock:
            first = not self.ranked
            self.ranked.append((estimate.price, opened))
        if first:
            estimate.go_on(short)
            self._begin(estimate).unfinished = True
            self._attempt_best(deadline)
        with self.lock:
            self.waiting.append(estimate)
        return True

    def _deeper(self, deadline: Deadline) -> bool:
        """Go on with the estimate that may become the best, if it may come below the best plan; admit it to be attempted."""
        best = self._best_price()
        with self.lock:
            self.waiting = [
                e for e in self.waiting if e.optimistic < best
            ]  # a better plan only takes more away
            estimate = min(self.waiting, key=lambda e: e.optimistic, default=None)
            if estimate is None:
                return False
            self.waiting.remove(estimate)
        estimate.go_on(deadline, below=best)
        if estimate.rounds >= self.large.rounds_least and estimate.price < best:
            if not self.begun[estimate.opened.tobytes()]:
                self._begin(estimate).unfinished = True
        elif estimate.optimistic < best:
            with self.lock:
                self.waiting.append(estimate)
        return True

    def _attempt_best(self, deadline: Deadline) -> bool:
        """Draw the set that promises most for a while; where none does, one of the best anew, as plans differ by the seed."""
        best = self._best_price()
        open_set = self.take(
            self._promise,
            lambda t: (
                t.price() <= best < np.inf
                or (
                    t.optimistic < best
                    and (t.price() < np.inf or t.attempts < self.large.trials_without_plan)
                )
            ),
        )
        if open_set is None and (len(self.ranked) >= self.large.restarted_from or not self.more):
            open_set = self._anew(best)
        if open_set is None:
            return False
        self.attempted += 1
        open_set.attempts += 1
        open_set.attempt(deadline.within(self.large.trial_time_share * self.sets.total), open_set.seed, 1)
        return True

    def _anew(self, best: float) -> OpenSet | None:
        """Begin one of the best sets once more: of those begun least often the best."""
        good = [
            t
            for t in list(self.open_sets)
            if t.price() <= best * (1.0 + self.parameters.near) and not t.closed()
        ]
        old = min(good, key=lambda t: (self.begun[t.opened.tobytes()], t.price()), default=None)
        if old is None or old.estimate is None or self.begun[old.opened.tobytes()] >= self.large.starts_most:
            return None
        return self._begin(old.estimate)

    def _begin(self, estimate: Estimate) -> OpenSet:
        """Begin a set and return it, with a seed of its own for every one of the set."""
        key = estimate.opened.tobytes()
        open_set = OpenSet(self.state, estimate.opened, self.gap, estimate=estimate)
        with self.lock:
            open_set.seed = self.seed + self.begun[key]
            self.begun[key] += 1
            self.open_sets.append(open_set)
        return open_set

    @property
    def trials_time_share(self) -> float:
        """Of the time, what all attempts may take."""
        return self.large.trials_time_share

    def _promise(self, open_set: OpenSet) -> float:
        """Return the middle between what the plans of a set may cost and its best plan, or what that will cost about."""
        plan = open_set.price()
        if plan == np.inf:
            above = self.large.first_plan_above * (1 + open_set.attempts)
            plan = open_set.expected + above * abs(open_set.expected)
        return 0.5 * (open_set.expected + plan)

    def _best_price(self) -> float:
        return self.state.incumbents.price_to_beat()
