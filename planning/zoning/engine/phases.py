"""Solve phase by phase: bound, openings, first plan, improvement, proof."""

from __future__ import annotations

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from planning.zoning.engine.bounding import DividedBounding
from planning.zoning.engine.completion import offer_starts
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.engine import Engine
from planning.zoning.engine.first_plan import first_plan, grow, mostly_arcs, shares
from planning.zoning.engine.lp.pairs import tighten
from planning.zoning.engine.lp.relaxation import Relaxation, root
from planning.zoning.engine.neighbourhoods.improve import Improver, patience_of
from planning.zoning.engine.neighbourhoods.seated import seat
from planning.zoning.engine.state import SearchState


@dataclass(frozen=True)
class Phases:
    """The phases of one search; plans and bounds go to its incumbents.

    Parameters
    ----------
    engine : Engine
        Its siting and its proof.
    gap : float
        At which the search ends.
    seed, threads : int
        Of every random choice; how many solvers at once.
    """

    engine: Engine
    gap: float
    seed: int
    threads: int

    def run(self, state: SearchState, deadline: Deadline) -> None:
        """Run the phases in turn until the gap is reached or time is over."""
        incumbents, all_pairs = state.incumbents, state.programme.given.price_left_out is None
        offer_starts(state, deadline, self.seed)
        relaxation = self._relax(state, deadline)
        if not relaxation.solved:
            return
        sited = self._site(state, relaxation, deadline)
        if not sited and state.few_arcs() is not None:
            # only borders are to be decided: a plan may come sooner than the separators
            first_plan(state, relaxation.values, [], deadline, seed=self.seed)
        if not sited and all_pairs:
            # with arcs left out, separators would bound only the arcs there are
            if mostly_arcs(state):  # rounded before, it is another start, seldom reached from the first
                state.origins.append(grow(state, shares(state, relaxation.values)))
            relaxation.separate(seconds=state.parameters.relaxation.separation_time_share * deadline.left())
        large = state.few_arcs() is not None
        if incumbents.best is None or (not sited and (not large or incumbents.best.broken > 0)):
            first_plan(state, relaxation.values, relaxation.active(), deadline, seed=self.seed)
        if incumbents.gap() > state.parameters.seated.first_above_gap:
            seat(state, deadline, seed=self.seed)
        if incumbents.best is None or incumbents.gap() <= self.gap:
            return
        exact = tighten(state, relaxation) or all_pairs
        # where something opens, a thread is worth more in the improvement (measured on siting)
        opens = state.programme.given.switches is not None and len(state.programme.given.switches) > 0
        beside = exact and self.threads > 1 and mostly_arcs(state) and not opens
        if beside and self.engine.proof is not None:
            self._improve_beside_proof(state, relaxation, deadline)
        else:
            self._improve_then_prove(state, relaxation, deadline, exact=exact)

    def _relax(self, state: SearchState, deadline: Deadline) -> Relaxation:
        """Solve the relaxation; one over several years that takes long waits until the plan at hand has been annealed."""
        seating = state.programme.given.seating
        if seating is None or not seating.several_years:
            return root(state, deadline)
        share = state.parameters.relaxation.several_years_time_share
        relaxation = root(state, deadline.within(share * deadline.left()))
        if relaxation.solved and math.isfinite(state.incumbents.bound):
            relaxation.deadline = deadline
            return relaxation
        seat(state, deadline, seed=self.seed)
        return root(state, deadline)

    def _site(self, state: SearchState, relaxation: Relaxation, deadline: Deadline) -> bool:
        """Decide openings first, where that is how this programme is solved."""
        if self.engine.siting is None:
            return False

        def catchments(part: SearchState, until: Deadline, seed: int, threads: int) -> None:
            replace(self, gap=0.0, seed=seed, threads=threads).run(part, until)

        return self.engine.siting.site(
            state, relaxation, catchments, deadline, gap=self.gap, seed=self.seed, threads=self.threads
        )

    def _improve_beside_proof(self, state: SearchState, relaxation: Relaxation, deadline: Deadline) -> None:
        """Improve the plan; as soon as that gets harder, give one thread to the proof, which also finds plans."""
        rules = state.parameters.proof
        begun = time.perf_counter()
        late = min(rules.after_time_share * deadline.left(), rules.after_time_most_s)
        improving = deadline.nested()  # ends with the proof
        improver = Improver(state, improving, self.seed, self.threads)
        proof: Future[bool] | None = None
        with ThreadPoolExecutor(1) as pool:
            while not improving.over() and state.incumbents.gap() > self.gap:
                improver.step()
                harder = improver.steps_without_gain >= rules.after_steps or improver.exhausted
                if proof is None and (harder or time.perf_counter() - begun > late):
                    improver.threads = self.threads - 1
                    proof = pool.submit(self._prove, state, relaxation, deadline)
                    proof.add_done_callback(lambda _: improving.stop())
                if improver.exhausted:
                    break
                improver.exact = improver.exact or improver.steps_without_gain >= patience_of(state)
            if proof is not None:
                # the proof ends by itself at the gap or the time limit; an error in it must be heard
                proof.result()
        improver.drain()

    def _improve_then_prove(
        self, state: SearchState, relaxation: Relaxation, deadline: Deadline, *, exact: bool
    ) -> None:
        """Improve the plan until nothing more comes, with a bound sought beside it; then prove; and again with more patience."""
        incumbents, patience = state.incumbents, patience_of(state)
        improver = Improver(state, deadline, self.seed, self.threads)
        bounding = DividedBounding(state, relaxation, deadline, self.seed, self.threads)
        if self.threads > 1:
            bounding.begin(improver)  # a first step may anneal for a minute
        while not deadline.over() and incumbents.gap() > self.gap:
            self._improve(improver, bounding, patience)
            improver.drain()
            bounding.end(self.gap)
            if deadline.over() or incumbents.gap() <= self.gap:
                return
            exact = tighten(state, relaxation) or exact
            if exact and self._prove(state, relaxation, deadline):
                return
            if improver.exhausted:
                return
            patience = 2 * patience

    def _improve(self, improver: Improver, bounding: DividedBounding, patience: int) -> None:
        """Improve until so many steps in turn gave nothing, exactly at last."""
        deadline, incumbents = improver.deadline, improver.state.incumbents
        improver.steps_without_gain = 0
        while not deadline.over() and incumbents.gap() > self.gap and improver.steps_without_gain < patience:
            improver.step()
            if improver.exhausted:
                return
            bounding.follow(improver)
            if improver.steps_without_gain >= patience and not improver.exact:
                improver.exact, improver.steps_without_gain = True, 0

    def _prove(self, state: SearchState, relaxation: Relaxation, deadline: Deadline) -> bool:
        """Return whether the proof closes the gap; without one it does not."""
        if self.engine.proof is None:
            return False
        return self.engine.proof.prove(state, relaxation, deadline, gap=self.gap, seed=self.seed)
