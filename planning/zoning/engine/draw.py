"""Draw catchments phase by phase: bound, first plan, improvement, proof."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from planning.zoning.engine.construct import first_plan, mostly_arcs, offer_starts
from planning.zoning.engine.lp.divided import divided_bound, worth_dividing
from planning.zoning.engine.lp.highs import Cancel
from planning.zoning.engine.lp.relaxation import Relaxation, root
from planning.zoning.engine.neighbourhoods.crossing import cross
from planning.zoning.engine.neighbourhoods.improve import Improver, patience_of
from planning.zoning.engine.program import FloatArray
from planning.zoning.engine.prove import prove
from planning.zoning.engine.siting.siting import decides, site
from planning.zoning.engine.work import Work


def draw(work: Work, cancel: Cancel, gap: float, seed: int, threads: int) -> None:
    """Run the phases in turn until the gap is reached or time is over; plans and bounds stay in the work."""
    offer_starts(work, cancel, seed)
    relaxation = root(work, cancel)
    if not relaxation.solved:
        return
    sited = decides(work, relaxation.values)
    if sited:

        def catchments(part: Work, until: Cancel, seed: int, threads: int) -> None:
            draw(part, until, 0.0, seed, threads)

        site(work, relaxation, catchments, cancel, gap=gap, seed=seed, threads=threads)
    elif work.program.price_left_out is None:
        # with arcs left out, separators would bound only the arcs there are
        relaxation.separate(seconds=work.parameters.relaxation.separation_time_share * cancel.left())
    if not sited or work.best is None:
        first_plan(work, relaxation.values, relaxation.active(), cancel, seed=seed)
    if work.best is None or work.gap() <= gap:
        return
    exact = tighten(work, relaxation) or work.program.price_left_out is None
    # where something opens, a thread is worth more in the improvement (measured on siting)
    opens = work.program.switches is not None and len(work.program.switches) > 0
    if exact and threads > 1 and mostly_arcs(work) and not opens:
        _improve_beside_proof(work, relaxation, cancel, gap, seed, threads)
    else:
        _improve_then_prove(work, relaxation, cancel, gap, seed, threads, exact)


def _improve_beside_proof(
    work: Work, relaxation: Relaxation, cancel: Cancel, gap: float, seed: int, threads: int
) -> None:
    """Improve the plan; as soon as that gets harder, give one thread to the proof, which also finds plans."""
    rules = work.parameters.proof
    begun = time.perf_counter()
    late = min(rules.after_time_share * cancel.left(), rules.after_time_most_s)
    improving = cancel.below()  # ends with the proof
    improver = Improver(work, improving, seed, threads)
    with ThreadPoolExecutor(1) as pool:
        while not improving.over() and work.gap() > gap:
            improver.step()
            harder = improver.stale >= rules.after_steps or time.perf_counter() - begun > late
            if harder and improver.threads == threads:
                improver.threads = threads - 1
                proof = pool.submit(prove, work, relaxation, cancel, gap=gap, seed=seed)
                proof.add_done_callback(lambda _: improving.stop())
            improver.exact = improver.exact or improver.stale >= patience_of(work)
        if improver.threads < threads:
            # the proof ends by itself at the gap or the time limit; an error in it must be heard
            proof.result()
    improver.drain()


def _improve_then_prove(
    work: Work, relaxation: Relaxation, cancel: Cancel, gap: float, seed: int, threads: int, exact: bool
) -> None:
    improver = Improver(work, cancel, seed, threads)
    patience = patience_of(work)
    bounding = _Bounding(work, relaxation, cancel, seed, threads)
    while not cancel.over() and work.gap() > gap:
        improver.stale = 0
        while not cancel.over() and work.gap() > gap and improver.stale < patience:
            improver.step()
            bounding.look(improver)
            if improver.stale >= patience and not improver.exact:
                improver.exact, improver.stale = True, 0
        improver.drain()
        bounding.end(gap)
        if cancel.over() or work.gap() <= gap:
            return
        exact = tighten(work, relaxation) or exact
        if exact and prove(work, relaxation, cancel, gap=gap, seed=seed):
            return
        patience = 2 * patience


class _Bounding:
    """The bound with divided items, as soon as the plan is near enough: beside the improvement or before it.

    Its answers lead to better plans: the plan is crossed with every one that costs less. A better plan leaves fewer arcs,
    so that the bound is sought again when the plan has come nearer by so much.
    """

    def __init__(self, work: Work, relaxation: Relaxation, cancel: Cancel, seed: int, threads: int) -> None:
        self.work, self.relaxation, self.seed, self.threads = work, relaxation, seed, threads
        self.parameters, crossing = work.parameters.divided, work.parameters.crossing
        self.cross_limit = min(crossing.time_share * cancel.left(), crossing.time_most_s)
        self.cancel = cancel.below()
        self.pool = ThreadPoolExecutor(1)
        self.run: Future[None] | None = None
        self.wanted = worth_dividing(work)
        self.room = np.inf  # between relaxation and plan when it was sought last
        self.answer: FloatArray | None = relaxation.values if self.wanted else None
        self.least = np.inf

    def look(self, improver: Improver) -> None:
        """Start when the plan is near enough, with one of the threads; give it back at the end; use what was found."""
        if self.run is None or self.run.done():
            improver.threads = self.threads
            near = self.wanted and self.work.gap() <= self.parameters.from_gap
            if near and self._room() <= self.parameters.again_at * self.room:
                self._start(improver)
        self._cross(improver)

    def _room(self) -> float:
        assert self.work.best is not None
        return self.work.best.objective - self.work.program.offset - self.relaxation.objective

    def _start(self, improver: Improver) -> None:
        improver.drain()
        self.room = self._room()
        if not _all_arcs(self.work, self.relaxation):
            return
        self.run = self.pool.submit(
            divided_bound,
            self.work,
            self.relaxation.active(),
            self.relaxation.objective,
            self.cancel.within(
                min(self.parameters.time_share * self.cancel.left(), self.parameters.time_most_s)
            ),
            seed=self.seed,
            on_answer=self._keep,
        )
        if self.threads == 1:  # one thread does one thing at a time, so that a seed repeats a run
            self.run.result()
        else:
            improver.threads = self.threads - 1

    def _keep(self, answer: FloatArray) -> None:
        price = float(self.work.cost @ answer) + self.work.program.offset
        if self.work.best is not None and price < min(self.least, self.work.best.objective):
            self.least, self.answer = price, answer

    def _cross(self, improver: Improver) -> None:
        """Cross the plan with the best answer that has not been used yet; nothing else moves meanwhile."""
        answer, self.answer = self.answer, None
        if answer is not None:
            improver.drain()
            missing = len(self.work.cost) - len(answer)  # arcs that joined since
            answer = np.concatenate([answer, np.zeros(max(0, missing))])
            if cross(self.work, answer, self.cancel.within(self.cross_limit), seed=self.seed):
                improver.stale = 0

    def end(self, gap: float) -> None:
        """Wait for the bound, which the next phase builds on, unless the gap is reached; an error in it must be heard."""
        if self.run is not None:
            if self.work.gap() <= max(gap, self.work.parameters.proof.gap):
                self.cancel.stop()
            self.run.result()


def tighten(work: Work, relaxation: Relaxation) -> bool:
    """Price in what a better plan could use, cut, and fix; return whether the arcs now hold every better plan."""
    exact = _all_arcs(work, relaxation)
    if exact and work.hood.asked.any():
        rules = work.parameters.relaxation
        share = rules.tighten_time_share * relaxation.cancel.left()
        relaxation.separate(seconds=max(rules.tighten_time_least_s, share))
        relaxation.fix()
    return exact


def _all_arcs(work: Work, relaxation: Relaxation) -> bool:
    """Let all arcs join that a better plan could use; return whether they have, and rule the others out."""
    pairs = work.program.n_items * work.program.n_units
    rules = work.parameters.relaxation
    all_wanted = work.program.price_left_out is None or pairs <= rules.all_pairs_most
    most = np.inf if all_wanted else rules.all_pairs_gap
    if work.best is None or work.best.broken > 0 or work.gap() > most:
        return False
    room = work.best.objective - work.program.offset - relaxation.objective
    exact = relaxation.price_in(room) if not relaxation.rows else True
    relaxation.fix()
    return exact
