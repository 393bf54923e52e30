"""Improve the incumbent: a neighbourhood says what is set free, branching repairs it, everything else stays.

Large neighbourhood search (Shaw 1998; Pisinger and Ropke 2010; titles in docs/engine.md).
"""

from __future__ import annotations

from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import numpy as np

from planning.arrays import BoolArray, IntArray
from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.partition import Catchments
from planning.zoning.engine.neighbourhoods.protocol import Freed, Memory, Situation
from planning.zoning.engine.neighbourhoods.regions import Annealed, Walks
from planning.zoning.engine.neighbourhoods.repair import Repair, Step, StepResult
from planning.zoning.engine.neighbourhoods.seated import SeatedWalks
from planning.zoning.engine.owners import column_owners
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.state import SearchState


class Improver:
    """Steps of large neighbourhood search, as many at once as there are threads.

    Parameters
    ----------
    state : SearchState
        What the search knows; its neighbourhoods are asked in turn.
    deadline : Deadline
        When steps must end.
    seed : int
        Of every choice.
    threads : int
        Steps at once; may be changed between steps.
    only : ndarray of bool (n_cols,), optional
        Arcs that may be taken up; all without it.
    step_seconds : float, optional
        For one search at most, instead of what the parameters say.
    """

    def __init__(
        self,
        state: SearchState,
        deadline: Deadline,
        seed: int,
        threads: int = 1,
        *,
        only: BoolArray | None = None,
        step_seconds: float | None = None,
    ) -> None:
        self.state = state
        self.parameters = state.parameters.neighbourhoods
        self.given_only = only
        self.arcs_per_item = self.parameters.arcs_per_item
        self.deadline = deadline
        self.rng = np.random.default_rng(seed)
        self.owners = column_owners(state.programme, self.parameters)
        self.threads = max(1, threads)
        self.pool = ThreadPoolExecutor()
        self.memory = Memory(self.parameters.items_first, np.ones(state.programme.n_units))
        self.catchments = Catchments(state, self.owners.of)
        self.repair = Repair(
            state,
            self.parameters.time_most_s if step_seconds is None else step_seconds,
            restart=self.only
            is None,  # over few arcs there is little to fix at the root: 15 % faster without
            keep_seen=self.catchments.separable,
        )
        self.running: dict[Future[StepResult], Step] = {}
        walks = Walks(state, on=only is None)  # in siting not measured yet
        seated = SeatedWalks(state, on=only is None and not walks.fits)
        self.walks: Walks | SeatedWalks = seated if seated.fits else walks
        self.annealed: Future[Annealed] | None = None
        self.exact = False
        self.steps, self.steps_without_gain, self.turn = 0, 0, 0
        self.exhausted = False  # no neighbourhood had anything to set free

    def step(self) -> bool:
        """Repair neighbourhoods (as many at once as there are threads); return whether the incumbent improved."""
        incumbents = self.state.incumbents
        base = incumbents.best
        assert base is not None
        # along paths and exactly in turn as soon as paths give little: each finds what the other cannot
        few = max(self.parameters.exact_after_steps, self.state.programme.n_units // 3)
        stalled = self.steps_without_gain >= few
        exact = self.exact or (stalled and self.steps % 2 == 1)
        if base.broken > 0 and self.only is not None:
            exact = False  # what is too much has far to go: wider, not finer
        rough = incumbents.gap() > self.parameters.rough_above_gap and not exact and not stalled
        taken = 0
        while not taken:  # annealing alone is no step
            self._anneal()
            while self._under_way() < self.threads and self._submit(exact=exact, rough=rough):
                pass
            self.exhausted = not self._under_way()
            if self.exhausted:
                return incumbents.best is not base
            taken = self._take_done(FIRST_COMPLETED)
            if self.deadline.over():
                break
        self.steps += 1
        if self.steps % self.state.parameters.partition.every_steps == 0:
            self._partition()
        self.state.after_step(self.steps, self.steps_without_gain)
        return incumbents.best is not base

    def drain(self) -> None:
        """Wait for the steps under way: columns may change places afterwards."""
        self._take_done(ALL_COMPLETED)

    @property
    def only(self) -> BoolArray | None:
        """Arcs that may be taken up; None for all."""
        if self.given_only is not None:
            return self.given_only
        return self.state.few_arcs(self.arcs_per_item)

    def situation(self, plan: Plan, *, busy: BoolArray | None = None, exact: bool = False) -> Situation:
        """Return what a neighbourhood may look at."""
        programme = self.state.programme
        return Situation(
            programme,
            plan,
            self.state.prices.reduced,
            self.owners,
            np.zeros(programme.n_units, dtype=bool) if busy is None else busy,
            exact,
            self.memory,
            self.parameters,
            self.rng,
            self.only,
        )

    def free_columns(self, freed: Freed) -> IntArray:
        """Return the columns that are free in a step."""
        programme, plan = self.state.programme, self.state.incumbents.best
        assert plan is not None
        inside = np.zeros(programme.n_units, dtype=bool)
        inside[freed.units] = True
        items = inside[plan.unit_of]
        if freed.items is not None:
            items &= np.isin(np.arange(programme.n_items), freed.items)
        arcs = (programme.item >= 0) & items[programme.item] & inside[programme.unit]
        only = self.only
        arcs &= (programme.upper > 0.5 if only is None else only) | (plan.values > 0.5)
        return np.union1d(np.flatnonzero(arcs), self.owners.touching(freed.units))

    def _under_way(self) -> int:
        return len(self.running) + (self.annealed is not None)

    def _anneal(self) -> None:
        """Start on annealing, where it is its turn."""
        plan = self.state.incumbents.best
        assert plan is not None
        if self.annealed is None and self.walks.due():
            seed = int(self.rng.integers(1 << 30))
            self.annealed = self.pool.submit(self.walks.anneal, plan, seed, self.deadline)

    def _take_done(self, when: str) -> int:
        """Wait for what is under way and offer what it gave; return how many steps were among it."""
        under_way: list[Future[Any]] = [*self.running]
        if self.annealed is not None:
            under_way.append(self.annealed)
        done, _ = wait(under_way, return_when=when)
        taken = 0
        for future in [f for f in under_way if f in done]:
            if future is self.annealed:
                self._take_annealed(future.result())
                self.annealed = None
            else:
                self._take(self.running.pop(future), future.result())
                self.walks.worked(future.result().effort)
                taken += 1
        return taken

    def _take_annealed(self, found: Annealed) -> None:
        """Offer plans that annealing gave; catchments are kept to be recombined."""
        for unit_of in found.plans:
            values = complete(self.state, unit_of, self.deadline, seed=self.steps, gap=self.walks.gap)
            better = values is not None and self.state.incumbents.offer(values, "anneal")
            self.walks.judged(better=better)
            if better:
                self.steps_without_gain = 0
        if found.child is not None and self.state.incumbents.offer(found.child, "crossing"):
            self.walks.judged(better=True)
            self.steps_without_gain = 0
        for unit, items in found.catchments:
            self.catchments.keep(unit, np.frombuffer(items, dtype=np.int64))
        if found.ended:
            self._partition()

    def _submit(self, *, exact: bool, rough: bool) -> bool:
        """Start on a neighbourhood that shares nothing with those under way; return whether there was one."""
        base = self.state.incumbents.best
        assert base is not None
        taken = np.zeros(len(self.state.programme.cost), dtype=bool)
        busy = np.zeros(self.state.programme.n_units, dtype=bool)
        for step in self.running.values():
            taken[step.columns] = True
            busy[step.units] = True
        freed = self._freed(self.situation(base, busy=busy, exact=exact))
        if freed is None:
            return False
        columns = self.free_columns(freed)
        columns = columns[~taken[columns]]
        seed = int(self.rng.integers(1 << 30))
        whole = freed.items is None and self.state.few_arcs() is None
        step = Step(base, columns, freed.units, whole, exact, rough, seed)
        self.running[self.pool.submit(self.repair.solve, step, self.deadline)] = step
        return True

    def _freed(self, situation: Situation) -> Freed | None:
        """Ask the neighbourhoods in turn; return what the first that has something sets free."""
        neighbourhoods = self.state.neighbourhoods
        for k in range(len(neighbourhoods)):
            neighbourhood = neighbourhoods[(self.turn + k) % len(neighbourhoods)]
            freed = neighbourhood.destroy(situation)
            if freed is None:
                continue
            units = _checked(freed.units, situation.programme.n_units, neighbourhood, "units")
            units = units[~situation.busy[units]]
            if len(units):
                self.turn += k + 1
                if freed.items is not None:
                    _checked(freed.items, situation.programme.n_items, neighbourhood, "items")
                return replace(freed, units=units)
        return None

    def _partition(self) -> None:
        """Recombine the catchments seen."""
        values = self.catchments.recombine(self.deadline, self.steps)
        if values is not None and self.state.incumbents.offer(values, "partition"):
            self.steps_without_gain = 0

    def _take(self, step: Step, result: StepResult) -> None:
        """Offer what a step gave, and learn from it."""
        best = self.state.incumbents.best
        assert best is not None
        improved = False
        for point in result.seen:
            self._met(best, step, point)
        if result.values is not None:
            values = self._met(best, step, result.values)
            improved = self.state.incumbents.offer(values, "improve")
        if result.ended and not improved and (step.whole or self.only is not None):
            self.memory.failed_at[(int(step.exact), *step.units.tolist())] = best.objective
        self._reach(improved=improved)
        if improved:
            self.memory.credit[step.units] = 1.0
            self.steps_without_gain = 0
        else:
            self.steps_without_gain += 1
        self._resize(step, result)

    def _met(self, best: Plan, step: Step, point: np.ndarray) -> np.ndarray:
        """Return a point as values of all columns; its catchments are kept to be recombined."""
        values = best.values.copy()
        values[step.columns] = point
        self.catchments.record(values, step.units)
        return values

    def _reach(self, *, improved: bool) -> None:
        """Let more arcs in where few give nothing, and fewer again after a gain (only where few arcs are taken up)."""
        rules = self.parameters
        factor = 1.0 / rules.arcs_growth**3 if improved else rules.arcs_growth
        wished = self.arcs_per_item * factor
        self.arcs_per_item = min(max(wished, rules.arcs_per_item), rules.arcs_per_item_most)

    def _resize(self, step: Step, result: StepResult) -> None:
        """Set more free after an easy step, less after a hard one."""
        rules, memory = self.parameters, self.memory
        share = rules.rough_effort if step.rough else 1.0
        if not result.ended or result.effort > share * rules.effort_most:
            memory.size = max(rules.items_least, rules.shrinkage * memory.size)
        elif result.effort < share * rules.effort_least:
            most = float(self.state.programme.n_items) / self.threads
            memory.size = min(most, rules.growth * memory.size)


def _checked(given: IntArray, most: int, neighbourhood: object, what: str) -> IntArray:
    """Return positions as whole numbers, once each.

    Raises
    ------
    ValueError
        If one is not there, or they are no whole numbers.
    """
    found = np.unique(np.asarray(given))
    if len(found) and (found.dtype.kind not in "iu" or found[0] < 0 or found[-1] >= most):
        raise ValueError(
            f"{type(neighbourhood).__name__}.destroy: {what} must be whole numbers from 0 to {most - 1}"
        )
    return found.astype(np.int64)


def patience_of(state: SearchState) -> int:
    """Return after how many steps without gain improvement counts as stuck; soon where one neighbourhood holds everything."""
    parameters = state.parameters.neighbourhoods
    if state.programme.n_items <= parameters.items_first:
        return parameters.patience_steps_whole
    return parameters.patience_steps + parameters.patience_steps_per_unit * state.programme.n_units
