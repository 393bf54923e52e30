"""Bound the programme with items that may be divided, and everything else whole: classes, projects, pupils sent on.

What the linear relaxation cannot see is mostly that a class belongs to one grade of one school; the arcs are hardly ever
fractional in it. Without whole arcs the solver's own cuts lift the bound in seconds by more than anything tried on the
whole programme (docs/engine-log.md has the figures).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planning.arrays import FloatArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import run_mip
from planning.zoning.engine.lp.restriction import with_separators
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.state import SearchState


def worth_dividing(state: SearchState) -> bool:
    """Return whether so many columns beside the arcs are whole that this bound can tell something."""
    return (
        int((state.programme.integer & (state.programme.item < 0)).sum())
        >= state.parameters.divided.whole_columns_least
    )


def divided_bound(
    state: SearchState,
    separators: list[SeparatorRow],
    relaxed: float,
    deadline: Deadline,
    *,
    seed: int,
    on_answer: Callable[[FloatArray], None] | None = None,
) -> None:
    """Raise the bound as long as there is time.

    Parameters
    ----------
    state : SearchState
        The arcs in it must hold every plan that is better than the best one.
    separators : list
        Separators to keep.
    relaxed : float
        Objective of the relaxation that the reduced costs belong to.
    deadline : Deadline
        All of its time may be used.
    on_answer : callable, optional
        Told of every answer with divided items (n_cols,).
    """
    best = (
        np.inf if state.incumbents.best is None else state.incumbents.best.objective - state.programme.offset
    )
    known = max(relaxed, state.incumbents.bound - state.programme.offset)
    for share in state.parameters.divided.reach:
        reach = known + share * (best - known) - relaxed
        if deadline.over() or not _bound_within(state, separators, relaxed, reach, deadline, seed, on_answer):
            return


def _bound_within(
    state: SearchState,
    separators: list[SeparatorRow],
    relaxed: float,
    reach: float,
    deadline: Deadline,
    seed: int,
    on_answer: Callable[[FloatArray], None] | None,
) -> bool:
    """Bound the plans that cost up to ``reach`` more than the relaxation; return whether none of them is left.

    Such a plan uses no arc of a larger reduced cost; any other plan costs more than that anyway.
    """
    arc = state.programme.item >= 0
    reduced = np.zeros(len(arc)) if state.prices.reduced is None else state.prices.reduced
    columns = np.flatnonzero(
        ~arc | (state.programme.lower > 0.5) | ((state.programme.upper > 0.5) & (reduced <= reach + 1e-7))
    )
    arrays = with_separators(state, columns, np.zeros(len(arc)), separators)
    arrays.integer[arc[columns]] = False
    own, most = deadline.nested(), relaxed + reach

    def bounded(bound: float) -> None:
        state.incumbents.raise_bound(min(bound, most), "divided")
        if bound >= most:
            own.stop()

    def answered(values: FloatArray) -> None:
        if on_answer is not None:
            whole = np.zeros(len(arc))
            whole[columns] = values
            on_answer(whole)

    found = run_mip(
        arrays, own, gap=state.parameters.divided.gap, seed=seed, on_solution=answered, on_bound=bounded
    )
    bounded(found.bound)
    return found.bound >= most
