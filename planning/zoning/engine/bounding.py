"""Seek the bound with items divided beside the improvement, and cross the incumbent with its answers."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from planning.arrays import FloatArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.divided import divided_bound, worth_dividing
from planning.zoning.engine.lp.pairs import let_join_all
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.neighbourhoods.crossing import cross
from planning.zoning.engine.neighbourhoods.improve import Improver
from planning.zoning.engine.state import SearchState


class DividedBounding:
    """The bound with divided items, as soon as the plan is near enough: beside the improvement or before it.

    Its answers lead to better plans: the plan is crossed with every one that costs less. A better plan leaves fewer arcs,
    so that the bound is sought again when the plan has come nearer by so much.
    """

    def __init__(
        self, state: SearchState, relaxation: Relaxation, deadline: Deadline, seed: int, threads: int
    ) -> None:
        self.state, self.relaxation, self.seed, self.threads = state, relaxation, seed, threads
        self.parameters, crossing = state.parameters.divided, state.parameters.crossing
        self.cross_limit = min(crossing.time_share * deadline.left(), crossing.time_most_s)
        self.deadline = deadline.nested()
        self.pool = ThreadPoolExecutor(1)
        self.run: Future[None] | None = None
        self.wanted = worth_dividing(state)
        self.distance = np.inf  # between relaxation and plan when it was sought last
        self.answer: FloatArray | None = relaxation.values if self.wanted else None
        self.least = np.inf

    def follow(self, improver: Improver) -> None:
        """Start when the plan is near enough, with one of the threads; give it back at the end; use what was found."""
        self.begin(improver)
        self._cross(improver)

    def begin(self, improver: Improver) -> None:
        """Start, or start again, when the plan is near enough."""
        if self.run is None or self.run.done():
            improver.threads = self.threads
            near = self.wanted and self.state.incumbents.gap() <= self.parameters.from_gap
            if near and self._distance() <= self.parameters.again_at * self.distance:
                self._start(improver)

    def _distance(self) -> float:
        assert self.state.incumbents.best is not None
        return self.state.incumbents.best.objective - self.state.programme.offset - self.relaxation.objective

    def _start(self, improver: Improver) -> None:
        improver.drain()
        self.distance = self._distance()
        if not let_join_all(self.state, self.relaxation):
            return
        rules = self.parameters
        share = rules.time_share if self.threads == 1 else rules.time_share_beside
        self.run = self.pool.submit(
            divided_bound,
            self.state,
            self.relaxation.active(),
            self.relaxation.objective,
            self.deadline.within(min(share * self.deadline.left(), rules.time_most_s)),
            seed=self.seed,
            on_answer=self._keep,
        )
        if self.threads == 1:  # one thread does one thing at a time, so that a seed repeats a run
            self.run.result()
        else:
            improver.threads = self.threads - 1

    def _keep(self, answer: FloatArray) -> None:
        price = float(self.state.programme.cost @ answer) + self.state.programme.offset
        if self.state.incumbents.best is not None and price < min(
            self.least, self.state.incumbents.best.objective
        ):
            self.least, self.answer = price, answer

    def _cross(self, improver: Improver) -> None:
        """Cross the plan with the best answer that has not been used yet; nothing else moves meanwhile."""
        answer, self.answer = self.answer, None
        if answer is not None:
            improver.drain()
            missing = len(self.state.programme.cost) - len(answer)  # arcs that joined since
            answer = np.concatenate([answer, np.zeros(max(0, missing))])
            if cross(self.state, answer, self.deadline.within(self.cross_limit), seed=self.seed):
                improver.steps_without_gain = 0

    def end(self, gap: float) -> None:
        """Wait for the bound, which the next phase builds on, unless the gap is reached; an error in it must be heard."""
        if self.run is not None:
            if self.state.incumbents.gap() <= max(gap, self.state.parameters.proof.gap):
                self.deadline.stop()
            self.run.result()
