"""Try sets of openings one after another, the most promising first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.trial import Phases, Trial
from planning.zoning.engine.work import Work


class Search:
    """Trials of sets, and what they have come to."""

    def __init__(self, work: Work, sets: Sets, phases: Phases, *, gap: float, seed: int) -> None:
        self.work, self.sets, self.phases, self.seed = work, sets, phases, seed
        self.parameters = work.parameters.siting
        self.gap = max(gap, work.parameters.proof.gap)
        self.trials: list[Trial] = []
        self.lock = threading.Lock()

    @property
    def trials_time_share(self) -> float:
        """Of the time, what all trials may take."""
        return self.parameters.trials_time_share

    def over(self, cancel: Cancel) -> bool:
        """Return whether the search must end."""
        return cancel.over() or self.work.gap() <= self.gap

    def look(self, cancel: Cancel) -> None:
        """Look at one set after another."""
        while not self.over(cancel):
            trial = self._next(cancel)
            if trial is None:
                return
            trial.looks += 1
            trial.look(
                cancel.within(trial.looks * self.parameters.trial_time_share * self.sets.total), self.seed, 1
            )

    def _next(self, cancel: Cancel) -> Trial | None:
        """Return a set around the best, then one that did not get through, then around other good ones, at last without room."""
        return (
            self._new(cancel, around=1)
            or self.take(
                lambda t: t.least, lambda t: t.looks < self.parameters.trials_most and t.price() < np.inf
            )
            or self._new(cancel, around=self.parameters.around_best)
            or self._new(cancel, around=self.parameters.around_best, full=True)
        )

    def _new(self, cancel: Cancel, *, around: int, full: bool = False) -> Trial | None:
        fit = sorted((t for t in list(self.trials) if t.price() < np.inf), key=Trial.price)
        opened = self.sets.next([trial.opened for trial in fit[:around]], cancel, full=full)
        if opened is None:
            return None
        trial = Trial(self.work, opened, self.gap)
        self.trials.append(trial)
        return trial

    def take(self, key: Callable[[Trial], float], which: Callable[[Trial], bool]) -> Trial | None:
        """Return the unfinished trial with the least key; one thread alone looks at it."""
        with self.lock:
            trial = min((t for t in self.trials if t.unfinished and which(t)), key=key, default=None)
            if trial is not None:
                trial.unfinished = False
        return trial

    def deepen(self, cancel: Cancel, seconds: float, threads: int) -> None:
        """Go on with the best sets that still give something, all threads; with all of them until one has a plan."""
        left = list(self.trials)
        while left and not self.over(cancel):
            trial = min(left, key=Trial.price)
            best = self.work.best
            if (
                best is not None
                and best.broken <= 0
                and trial.price() > best.objective * (1.0 + self.parameters.near)
            ):
                return
            before = trial.price()
            trial.run(self.phases, cancel.within(seconds), self.seed, threads)
            gained = trial.price() < before * (1.0 - self.parameters.gain_least)
            if trial.closed() or not gained:
                left.remove(trial)
