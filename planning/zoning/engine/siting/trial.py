"""Draw the catchments of one set of openings: a quick look first, in depth where that promises something."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from planning.zoning.engine.construct import cheapest_arcs, few, offer_rounded, over_few_arcs, shares
from planning.zoning.engine.lp.fixed import with_fixed
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import Relaxation, root
from planning.zoning.engine.neighbourhoods.improve import Improver, patience_of
from planning.zoning.engine.program import BoolArray
from planning.zoning.engine.siting.column_generation import Estimate
from planning.zoning.engine.work import Work

Phases = Callable[[Work, Cancel, int, int], None]  # work, cancel, seed, threads


class Trial:
    """The catchments of one set of openings; plans go to the whole programme as soon as they are found.

    Parameters
    ----------
    whole : Work
        The programme with its openings free.
    opened : ndarray of bool (n_switches,)
        What is open.
    gap : float
        Of the whole, at which the work ends.
    estimate : Estimate, optional
        What its plans cost about, where items are large: no plan comes of one programme there, and neighbourhoods find it
        instead, from the whole catchments of the estimate.
    """

    def __init__(
        self, whole: Work, opened: BoolArray, gap: float, *, estimate: Estimate | None = None
    ) -> None:
        switches = whole.program.switches
        assert switches is not None
        self.whole = whole
        self.opened = opened
        self.gap = gap
        self.estimate = estimate
        self.program, self.columns, self.values = with_fixed(whole.program, switches, opened.astype(float))
        self.work: Work | None = None
        self.improver: Improver | None = None
        self.looks, self.seed = 0, 0
        self.unfinished = False  # a look that ended before it was through
        self.least = np.inf  # what its plans cost at least

    def price(self) -> float:
        """Return the price of the best plan, infinite without one that keeps every row."""
        best = None if self.work is None else self.work.best
        return np.inf if best is None or best.broken > 0 else best.objective

    @property
    def expected(self) -> float:
        """What its plans cost about, or at least where that is all that is known."""
        return self.least if self.estimate is None else self.estimate.price

    @property
    def hope(self) -> float:
        """What they might cost with luck."""
        return self.least if self.estimate is None else self.estimate.hope

    def at_hand(self) -> float:
        """Return the price of the plan at hand, rows that it breaks included at their price; infinite without one."""
        best = None if self.work is None else self.work.best
        return np.inf if best is None else best.objective

    def closed(self) -> bool:
        """Return whether no better plan has these openings."""
        return self.work is not None and self.work.gap() <= self.whole.parameters.proof.gap

    def look(self, cancel: Cancel, seed: int, threads: int) -> None:
        """Try for a plan that is better than the best of all, with the arcs that cost least; no answer, no plan.

        Such a plan uses hardly any arc but those of low reduced cost. Where items are small, the programme with ways over these
        alone is solved within seconds; where they are large, neighbourhoods over these arcs go on from look to look.
        """
        self.unfinished = False
        if self.improver is not None:
            self._improve(self.improver, cancel.below(), threads)
            return
        work, own = self._begun(cancel)
        relaxation = root(work, own)
        if not relaxation.solved or not self._promises(relaxation.objective):
            return
        relaxation.separate(seconds=self.whole.parameters.siting.separation_time_share * own.left())
        self.least = work.bound
        if not self._promises(relaxation.objective):
            return
        if self.estimate is not None:
            offer_rounded(work, self.estimate.shares(), own, seed)
            if work.best is not None:
                only = cheapest_arcs(work, few(work))
                most_s = self.whole.parameters.large_items.step_time_most_s
                self.improver = Improver(work, own, seed, threads, only=only, step_seconds=most_s)
                self._improve(self.improver, own, threads)
        else:
            self._at_once(work, relaxation, own, seed)

    def _at_once(self, work: Work, relaxation: Relaxation, own: Cancel, seed: int) -> None:
        best = self.whole.best
        over_few_arcs(
            work,
            shares(work, relaxation.values),
            relaxation.active(),
            own,
            seed,
            gap=self.whole.parameters.siting.trial_gap,
            below=np.inf if best is None or best.broken > 0 else best.objective,
        )
        self.unfinished = own.over()

    def _improve(self, improver: Improver, own: Cancel, threads: int) -> None:
        """Go on with neighbourhoods until time is over or they give nothing more."""
        improver.cancel, improver.threads = own, threads
        before, patience = self.at_hand(), patience_of(improver.work)
        while (
            not own.over() and improver.stale < patience and not self.closed() and self.whole.gap() > self.gap
        ):
            improver.step()
        improver.drain()
        self.unfinished = self.at_hand() < before and not self.closed()

    def _promises(self, relaxed: float) -> bool:
        best = self.whole.best
        return best is None or best.broken > 0 or relaxed + self.program.offset < best.objective

    def run(self, phases: Phases, cancel: Cancel, seed: int, threads: int) -> None:
        """Draw the catchments, from the best plan of an earlier run if there was one; neighbourhoods that were begun go on."""
        if self.improver is not None:
            self.look(cancel, seed, threads)
            return
        work, own = self._begun(cancel)
        phases(work, own, seed, threads)

    def _begun(self, cancel: Cancel) -> tuple[Work, Cancel]:
        """Return the programme to work on, and what ends the work; it ends too when the whole is solved."""
        own, before = cancel.below(), self.work
        work = self.work = Work(self.program, time.perf_counter(), None, self.whole.parameters)
        if before is not None and before.best is not None:
            work.offer(before.best.values, "start")

        def told(_: object) -> None:
            best = work.best
            if best is not None and best.broken <= 0:
                values = np.zeros(len(self.whole.cost))
                values[: len(self.values)] = self.values
                values[self.columns] = best.values[: len(self.columns)]
                self.whole.offer(values, "siting")
                if self.whole.gap() <= self.gap:
                    own.stop()

        work.progress = told
        return work, own
