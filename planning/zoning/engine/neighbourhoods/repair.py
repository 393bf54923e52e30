"""Repair what a neighbourhood has set free: branching over its columns, along shortest paths or with separators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Found, run_mip
from planning.zoning.engine.lp.restriction import with_separators
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.state import SearchState

EFFORT_FACTOR = 3
"""Times the effort of a hard step, after which separators are no longer sought."""


@dataclass(frozen=True)
class Step:
    """One step of the improvement: what is set free in which plan, and how it is solved.

    Parameters
    ----------
    base : Plan
        The incumbent when the step began.
    columns : ndarray of int
        Columns that are free; all others stay.
    units : ndarray of int
        Units whose catchments may change.
    whole : bool
        Whether all items of these units are free.
    exact, rough : bool
        Whether it is solved with separators; whether a rough answer will do.
    seed : int
        For the solver.
    """

    base: Plan
    columns: IntArray
    units: IntArray
    whole: bool
    exact: bool
    rough: bool
    seed: int


@dataclass(frozen=True)
class StepResult:
    """What a step gave.

    Parameters
    ----------
    values : ndarray, optional
        Values of its columns.
    ended : bool
        Whether it was solved to the end.
    effort : int
        Simplex iterations.
    seen : tuple of ndarray
        Other points met on the way, connected or not.
    """

    values: FloatArray | None
    ended: bool
    effort: int
    seen: tuple[FloatArray, ...] = ()


class Repair:
    """Solves steps; several at once may be under way.

    Parameters
    ----------
    state : SearchState
        What the search knows.
    time_most_s : float
        For one search at most.
    restart : bool
        Whether the root may be begun again when many columns have been fixed there.
    keep_seen : bool
        Whether points met along shortest paths are wanted.
    """

    def __init__(self, state: SearchState, time_most_s: float, *, restart: bool, keep_seen: bool) -> None:
        self.state = state
        self.parameters = state.parameters.neighbourhoods
        self.time_most_s = time_most_s
        self.restart = restart
        self.keep_seen = keep_seen
        self.anchors = [set(r.tolist()) for r in state.programme.graph.roots]

    def solve(self, step: Step, deadline: Deadline) -> StepResult:
        """Return the best values for the columns of a step."""
        if step.exact:
            return self._with_separators(step, deadline)
        return self._along_paths(step, deadline)

    def _with_separators(self, step: Step, deadline: Deadline) -> StepResult:
        """Solve, add the separators that the answer violates, and solve again until it is connected."""
        inside = set(step.units.tolist())
        rows = [row for row in self.state.pool.rows if row[0] in inside] + self._neighbours(step.columns)
        known = set(rows)
        effort, kept = 0, step.base
        met: list[FloatArray] = []
        for _ in range(self.parameters.separation_rounds):
            if deadline.over():
                break
            seen: list[FloatArray] = []
            found = run_mip(
                with_separators(self.state, step.columns, step.base.values, rows),
                deadline.within(self.time_most_s),
                start=kept.values[step.columns],
                nodes=self.parameters.nodes,
                gap=self.parameters.gap_exact,
                seed=step.seed,
                on_solution=seen.append,
                restart=self.restart,
            )
            effort += found.iterations
            met += seen
            kept, fresh = self._judged(step, found, seen, kept, known)
            if not fresh or effort > EFFORT_FACTOR * self.parameters.effort_most:
                ended = not fresh and found.finished
                return StepResult(kept.values[step.columns], ended, effort, tuple(met))
            rows += fresh
        return StepResult(kept.values[step.columns], False, effort, tuple(met))

    def _judged(
        self, step: Step, found: Found, seen: list[FloatArray], kept: Plan, known: set[SeparatorRow]
    ) -> tuple[Plan, list[SeparatorRow]]:
        """Return the best connected plan among the points, and the separators that the better ones violate."""
        programme = self.state.programme
        fresh: list[SeparatorRow] = []
        for point in [] if found.values is None else [found.values, *reversed(seen)]:
            values = step.base.values.copy()
            values[step.columns] = point
            plan = programme.plan_of(values)
            if plan.objective >= kept.objective - 1e-9 * abs(kept.objective):
                break
            separators = programme.separators_against(plan.unit_of)
            if not separators:
                return plan, fresh
            fresh += self.state.pool.remember(separators, known)
        return kept, fresh

    def _along_paths(self, step: Step, deadline: Deadline) -> StepResult:
        """Solve with paths from the anchors that the present catchments use: always connected."""
        programme, parameters = self.state.programme, self.parameters
        rows: list[SeparatorRow] = []
        free = step.columns[programme.item[step.columns] >= 0]
        chance = None if step.whole else np.random.default_rng(step.seed)
        for u in step.units.tolist():
            if programme.graph.asked[u]:
                usable = np.zeros(programme.graph.n, dtype=bool)
                usable[programme.item[free[programme.unit[free] == u]]] = True
                if not step.whole:
                    usable |= step.base.unit_of == u
                share = (step.base.unit_of == u).astype(float)
                paths = programme.graph.predecessors(u, share, usable, chance)
                rows += [(u, i, before) for i, before in paths]
        seen: list[FloatArray] = []
        found = run_mip(
            with_separators(self.state, step.columns, step.base.values, rows),
            deadline.within(self.time_most_s),
            start=step.base.values[step.columns],
            nodes=parameters.rough_nodes if step.rough else parameters.nodes,
            gap=parameters.rough_gap if step.rough else parameters.gap_connected,
            seed=step.seed,
            on_solution=seen.append if self.keep_seen else None,
            restart=self.restart,
        )
        return StepResult(found.values, found.finished, found.iterations, tuple(seen))

    def _neighbours(self, columns: IntArray) -> list[SeparatorRow]:
        """Return the plainest separators of the free arcs: the neighbours of the item."""
        programme, graph = self.state.programme, self.state.programme.graph
        found = []
        for c in columns[programme.item[columns] >= 0].tolist():
            item, unit = int(programme.item[c]), int(programme.unit[c])
            if graph.asked[unit] and item not in self.anchors[unit]:
                beside = graph.indices[graph.indptr[item] : graph.indptr[item + 1]]
                found.append((unit, item, tuple(beside[programme.arc_at[beside, unit] >= 0].tolist())))
        return found
