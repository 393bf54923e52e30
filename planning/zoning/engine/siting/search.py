"""Try sets of openings one after another, the most promising first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from planning.arrays import BoolArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.siting.open_set import OpenSet, Phases
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.site_walk import SiteWalks
from planning.zoning.engine.state import SearchState


class SitingSearch:
    """Trials of sets, and what they have come to."""

    def __init__(self, state: SearchState, sets: Sets, phases: Phases, *, gap: float, seed: int) -> None:
        self.state, self.sets, self.phases, self.seed = state, sets, phases, seed
        self.parameters = state.parameters.siting
        self.gap = max(gap, state.parameters.proof.gap)
        self.open_sets: list[OpenSet] = []
        self.lock = threading.Lock()

    @property
    def trials_time_share(self) -> float:
        """Of the time, what all attempts may take."""
        return self.parameters.trials_time_share

    def over(self, deadline: Deadline) -> bool:
        """Return whether the search must end."""
        return deadline.over() or self.state.incumbents.gap() <= self.gap

    def attempt(self, deadline: Deadline, walks: SiteWalks | None = None) -> None:
        """Attempt one set after another, and walk over sites in between."""
        while not self.over(deadline):
            if walks is not None and walks.due():
                walks.turn(deadline)
                continue
            if self.attempt_next(deadline):
                if walks is not None:
                    walks.attempted()
            elif walks is None or walks.exhausted():
                return
            else:
                walks.turn(deadline)

    def attempt_next(self, deadline: Deadline) -> bool:
        """Attempt the next set; return whether there was one."""
        open_set = self._next(deadline)
        if open_set is None:
            return False
        open_set.attempts += 1
        open_set.attempt(
            deadline.within(open_set.attempts * self.parameters.trial_time_share * self.sets.total),
            self.seed,
            1,
        )
        return True

    def _next(self, deadline: Deadline) -> OpenSet | None:
        """Return a set around the best, then one that did not get through, then around other good ones, at last with every seat filled."""
        return (
            self._new(deadline, around=1)
            or self.take(
                lambda t: t.least, lambda t: t.attempts < self.parameters.trials_most and t.price() < np.inf
            )
            or self._new(deadline, around=self.parameters.around_best)
            or self._new(deadline, around=self.parameters.around_best, full=True)
        )

    def _new(self, deadline: Deadline, *, around: int, full: bool = False) -> OpenSet | None:
        fit = sorted((t for t in list(self.open_sets) if t.price() < np.inf), key=OpenSet.price)
        good, best = [open_set.opened for open_set in fit], self._best_opened()
        if best is not None:  # walks may be ahead
            good = [best, *(o for o in good if not np.array_equal(o, best))]
        opened = self.sets.next(good[:around], deadline, full=full)
        if opened is None:
            return None
        open_set = OpenSet(self.state, opened, self.gap)
        self.open_sets.append(open_set)
        return open_set

    def take(self, key: Callable[[OpenSet], float], which: Callable[[OpenSet], bool]) -> OpenSet | None:
        """Return the unfinished set with the least key; one thread alone attempts it."""
        with self.lock:
            open_set = min((t for t in self.open_sets if t.unfinished and which(t)), key=key, default=None)
            if open_set is not None:
                open_set.unfinished = False
        return open_set

    def deepen(self, deadline: Deadline, seconds: float, threads: int) -> None:
        """Go on with the best sets that still give something, all threads; with all of them until one has a plan."""
        left = list(self.open_sets) + self._walked()
        while left and not self.over(deadline):
            open_set = min(left, key=OpenSet.price)
            best = self.state.incumbents.best
            if (
                best is not None
                and best.broken <= 0
                and open_set.price() > best.objective * (1.0 + self.parameters.near)
            ):
                return
            before = open_set.price()
            open_set.run(self.phases, deadline.within(seconds), self.seed, threads)
            gained = open_set.price() < before * (1.0 - self.parameters.gain_least)
            if open_set.closed() or not gained:
                left.remove(open_set)

    def _walked(self) -> list[OpenSet]:
        """Return the set of the best plan, to go on from that plan, where no attempt came to it."""
        best, opened = self.state.incumbents.best, self._best_opened()
        if best is None or opened is None:
            return []
        if any(t.price() <= best.objective * (1.0 + 1e-9) for t in self.open_sets):
            return []
        return [OpenSet(self.state, opened, self.gap, start=best)]

    def _best_opened(self) -> BoolArray | None:
        """Return what the best plan opens."""
        best, switches = self.state.incumbents.best, self.state.programme.given.switches
        if best is None or best.broken > 0 or switches is None:
            return None
        opened: BoolArray = best.values[switches] > 0.5
        return opened
