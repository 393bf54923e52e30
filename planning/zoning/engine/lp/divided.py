"""Bound the programme with items that may be divided, and everything else whole: classes, projects, pupils sent on.

What the linear relaxation cannot see is mostly that a class belongs to one grade of one school; the arcs are hardly ever
fractional in it. Without whole arcs the solver's own cuts lift the bound in seconds by more than anything tried on the
whole programme (docs/engine.md has the figures).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planning.zoning.engine.construct import with_cuts
from planning.zoning.engine.lp.highs import Cancel, run_mip
from planning.zoning.engine.program import FloatArray
from planning.zoning.engine.work import CutKey, Work


def worth_dividing(work: Work) -> bool:
    """Return whether so many columns beside the arcs are whole that this bound can tell something."""
    return int((work.integer & (work.item < 0)).sum()) >= work.parameters.divided.whole_columns_least


def divided_bound(
    work: Work,
    cuts: list[CutKey],
    relaxed: float,
    cancel: Cancel,
    *,
    seed: int,
    on_answer: Callable[[FloatArray], None] | None = None,
) -> None:
    """Raise the bound of the work as long as there is time.

    Parameters
    ----------
    work : Work
        The arcs in it must hold every plan that is better than the best one.
    cuts : list
        Separators to keep.
    relaxed : float
        Objective of the relaxation that the reduced costs belong to.
    cancel : Cancel
        All of its time may be used.
    on_answer : callable, optional
        Told of every answer with divided items (n_cols,).
    """
    best = np.inf if work.best is None else work.best.objective - work.program.offset
    known = max(relaxed, work.bound - work.program.offset)
    for share in work.parameters.divided.reach:
        room = known + share * (best - known) - relaxed
        if cancel.over() or not _bound_within(work, cuts, relaxed, room, cancel, seed, on_answer):
            return


def _bound_within(
    work: Work,
    cuts: list[CutKey],
    relaxed: float,
    room: float,
    cancel: Cancel,
    seed: int,
    on_answer: Callable[[FloatArray], None] | None,
) -> bool:
    """Bound the plans that cost up to ``room`` more than the relaxation; return whether none of them is left.

    Such a plan uses no arc of a larger reduced cost; any other plan costs more than that anyway.
    """
    arc = work.item >= 0
    reduced = np.zeros(len(arc)) if work.reduced is None else work.reduced
    columns = np.flatnonzero(~arc | (work.lower > 0.5) | ((work.upper > 0.5) & (reduced <= room + 1e-7)))
    arrays = with_cuts(work, columns, np.zeros(len(arc)), cuts)
    arrays.integer[arc[columns]] = False
    own, most = cancel.below(), relaxed + room

    def bounded(bound: float) -> None:
        work.raise_bound(min(bound, most), "divided")
        if bound >= most:
            own.stop()

    def answered(values: FloatArray) -> None:
        if on_answer is not None:
            whole = np.zeros(len(arc))
            whole[columns] = values
            on_answer(whole)

    found = run_mip(
        arrays, own, gap=work.parameters.divided.gap, seed=seed, on_solution=answered, on_bound=bounded
    )
    bounded(found.bound)
    return found.bound >= most
