"""Close the gap: the whole programme over the arcs that are left, separators added until the answer hangs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Found, run_mip
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.lp.restriction import with_separators
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.state import SearchState


@dataclass(frozen=True)
class Branching:
    """Branching over everything that reduced costs do not rule out, separators added until the answer is connected."""

    def prove(
        self, state: SearchState, relaxation: Relaxation, deadline: Deadline, *, gap: float, seed: int
    ) -> bool:
        """Raise the bound by solving what is left; return whether the gap is closed.

        The programme holds all arcs that a better plan could use and separators; its bound is valid, and its
        solution is the optimum as soon as it hangs together. Better plans met on the way are offered at once. May run in
        a thread beside the improvement: it alone uses the relaxation then.
        """
        rows = relaxation.active()
        known = set(rows)
        while not deadline.over():
            assert state.incumbents.best is not None
            relaxation.fix()
            columns = _open_columns(state)
            found, fresh = _round(state, columns, rows, known, deadline, seed)
            if np.isfinite(found.bound):
                state.incumbents.raise_bound(found.bound, "proof")
            elif found.finished:
                state.incumbents.raise_bound(
                    state.incumbents.best.objective - state.programme.offset, "proof"
                )
            if state.incumbents.gap() <= max(gap, state.parameters.proof.gap):
                return True
            if not fresh:
                return False
            rows += fresh
        return False


def _open_columns(state: SearchState) -> IntArray:
    """Return the columns that are not ruled out, with those of the best plan."""
    free = (state.programme.upper > 1e-9) | (state.programme.lower < -1e-9)
    if state.incumbents.best is not None:
        free |= state.incumbents.best.values > 0.5
    return np.flatnonzero(free).astype(np.int64)


def _round(
    state: SearchState,
    columns: IntArray,
    rows: list[SeparatorRow],
    known: set[SeparatorRow],
    deadline: Deadline,
    seed: int,
) -> tuple[Found, list[SeparatorRow]]:
    """Solve the programme as far as its separators go; return what was found and the separators its points violate."""
    assert state.incumbents.best is not None
    fresh: list[SeparatorRow] = []

    def met(values: FloatArray) -> None:
        whole = np.zeros(len(state.programme.cost))
        whole[columns] = values
        plan = state.programme.plan_of(whole)
        if state.incumbents.better(plan) and not state.incumbents.offer(whole, "proof"):
            fresh.extend(state.pool.remember(state.programme.separators_against(plan.unit_of), known))

    def better(price: float) -> FloatArray | None:
        assert state.incumbents.best is not None
        cheaper = state.incumbents.best.objective - state.programme.offset < price - 1e-7 * abs(price)
        return state.incumbents.best.values[columns] if cheaper else None

    found = run_mip(
        with_separators(state, columns, np.zeros(len(state.programme.cost)), rows),
        deadline,
        start=state.incumbents.best.values[columns],
        gap=state.parameters.proof.gap,
        seed=seed,
        on_solution=met,
        on_bound=lambda b: state.incumbents.raise_bound(b, "proof"),
        better=better,
    )
    if found.values is not None:
        met(found.values)
    return found, fresh
