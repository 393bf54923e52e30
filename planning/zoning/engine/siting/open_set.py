"""Find the catchments of one set of openings: a short attempt first, in depth where that promises something."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from planning.arrays import BoolArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.first_plan import cheapest_arcs, few, offer_rounded, over_few_arcs, shares
from planning.zoning.engine.lp.fixed import with_fixed
from planning.zoning.engine.lp.relaxation import Relaxation, root
from planning.zoning.engine.neighbourhoods.improve import Improver, patience_of
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.siting.column_generation import Estimate
from planning.zoning.engine.state import SearchState

Phases = Callable[[SearchState, Deadline, int, int], None]  # work, cancel, seed, threads


class OpenSet:
    """The catchments of one set of openings; plans go to the whole programme as soon as they are found.

    Parameters
    ----------
    whole : Work
        The programme with its openings free.
    opened : ndarray of bool (n_switches,)
        What is open.
    gap : float
        Of the whole, at which the search ends.
    start : Plan, optional
        A plan of the whole with these openings, to go on from.
    estimate : Estimate, optional
        What its plans cost about, where items are large: no plan comes of one programme there, and neighbourhoods find it
        instead, from the whole catchments of the estimate.
    """

    def __init__(
        self,
        whole: SearchState,
        opened: BoolArray,
        gap: float,
        *,
        start: Plan | None = None,
        estimate: Estimate | None = None,
    ) -> None:
        switches = whole.programme.given.switches
        assert switches is not None
        self.whole = whole
        self.opened = opened
        self.gap = gap
        self.start, self.estimate = start, estimate
        self.program, self.columns, self.values = with_fixed(
            whole.programme.given, switches, opened.astype(float)
        )
        self.state: SearchState | None = None
        self.improver: Improver | None = None
        self.attempts, self.seed = 0, 0
        self.unfinished = False  # an attempt that ended before it was through
        self.least = np.inf  # what its plans cost at least

    def price(self) -> float:
        """Return the price of the best plan, infinite without one that keeps every row."""
        if self.state is None:
            return np.inf if self.start is None else self.start.objective
        return self.state.incumbents.price_to_beat()

    @property
    def expected(self) -> float:
        """What its plans cost about, or at least where that is all that is known."""
        return self.least if self.estimate is None else self.estimate.price

    @property
    def optimistic(self) -> float:
        """What they might cost with luck."""
        return self.least if self.estimate is None else self.estimate.optimistic

    def at_hand(self) -> float:
        """Return the price of the plan at hand, rows that it breaks included at their price; infinite without one."""
        best = None if self.state is None else self.state.incumbents.best
        return np.inf if best is None else best.objective

    def closed(self) -> bool:
        """Return whether no better plan has these openings."""
        return self.state is not None and self.state.incumbents.gap() <= self.whole.parameters.proof.gap

    def attempt(self, deadline: Deadline, seed: int, threads: int) -> None:
        """Try for a plan that is better than the best of all, with the arcs that cost least; no answer, no plan.

        Such a plan uses hardly any arc but those of low reduced cost. Where items are small, the programme along paths over these
        alone is solved within seconds; where they are large, neighbourhoods over these arcs go on from attempt to attempt.
        """
        self.unfinished = False
        if self.improver is not None:
            self._improve(self.improver, deadline.nested(), threads)
            return
        state, own = self._begun(deadline)
        relaxation = root(state, own)
        if not relaxation.solved or not self._promises(relaxation.objective):
            return
        relaxation.separate(seconds=self.whole.parameters.siting.separation_time_share * own.left())
        self.least = state.incumbents.bound
        if not self._promises(relaxation.objective):
            return
        if self.estimate is not None:
            offer_rounded(state, self.estimate.shares(), own, seed)
            if state.incumbents.best is not None:
                only = cheapest_arcs(state, few(state))
                most_s = self.whole.parameters.large_items.step_time_most_s
                self.improver = Improver(state, own, seed, threads, only=only, step_seconds=most_s)
                self._improve(self.improver, own, threads)
        else:
            self._at_once(state, relaxation, own, seed)

    def _at_once(self, state: SearchState, relaxation: Relaxation, own: Deadline, seed: int) -> None:
        over_few_arcs(
            state,
            shares(state, relaxation.values),
            relaxation.active(),
            own,
            seed,
            gap=self.whole.parameters.siting.trial_gap,
            below=self.whole.incumbents.price_to_beat(),
        )
        self.unfinished = own.over()

    def _improve(self, improver: Improver, own: Deadline, threads: int) -> None:
        """Go on with neighbourhoods until time is over or they give nothing more."""
        improver.deadline, improver.threads = own, threads
        before, patience = self.at_hand(), patience_of(improver.state)
        while (
            not (own.over() or improver.exhausted)
            and improver.steps_without_gain < patience
            and not self.closed()
            and self.whole.incumbents.gap() > self.gap
        ):
            improver.step()
        improver.drain()
        self.unfinished = self.at_hand() < before and not self.closed()

    def _promises(self, relaxed: float) -> bool:
        return relaxed + self.program.offset < self.whole.incumbents.price_to_beat()

    def run(self, phases: Phases, deadline: Deadline, seed: int, threads: int) -> None:
        """Draw the catchments, from the best plan of an earlier run if there was one; neighbourhoods that were begun go on."""
        if self.improver is not None:
            self.attempt(deadline, seed, threads)
            return
        state, own = self._begun(deadline)
        phases(state, own, seed, threads)

    def _begun(self, deadline: Deadline) -> tuple[SearchState, Deadline]:
        """Return the programme to work on, and the deadline of the search; it ends too when the whole is solved."""
        own, before = deadline.nested(), self.state
        state = self.state = SearchState(
            self.program, time.perf_counter(), None, self.whole.parameters, self.whole.neighbourhoods
        )
        if before is not None and before.incumbents.best is not None:
            state.incumbents.offer(before.incumbents.best.values, "start")
        elif self.start is not None:
            values = np.zeros(len(state.programme.cost))
            values[: len(self.columns)] = self.start.values[self.columns]
            state.incumbents.offer(values, "start")

        def told(_: object) -> None:
            best = state.incumbents.best
            if best is not None and best.broken <= 0:
                values = np.zeros(len(self.whole.programme.cost))
                values[: len(self.values)] = self.values
                values[self.columns] = best.values[: len(self.columns)]
                self.whole.incumbents.offer(values, "siting")
                if self.whole.incumbents.gap() <= self.gap:
                    own.stop()

        state.incumbents.progress = told
        return state, own
