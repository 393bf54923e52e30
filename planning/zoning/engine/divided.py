"""Bound the programme with items that may be divided, and everything else whole: classes, projects, pupils sent on.

What the linear relaxation cannot see is mostly that a class belongs to one grade of one school; the arcs are hardly ever
fractional in it. Without whole arcs the solver's own cuts lift the bound in seconds by more than anything tried on the
whole programme (docs/engine.md has the figures).
"""

from __future__ import annotations

import numpy as np

from planning.zoning.engine.construct import with_cuts
from planning.zoning.engine.highs import Cancel, run_mip
from planning.zoning.engine.work import CutKey, Work

OTHERS = 30  # whole columns beside the arcs from which on it is worth a run


def worth_dividing(work: Work) -> bool:
    """Return whether so many columns beside the arcs are whole that this bound can tell something."""
    return int((work.integer & (work.item < 0)).sum()) >= OTHERS


def divided_bound(work: Work, cuts: list[CutKey], cancel: Cancel, *, seed: int) -> None:
    """Raise the bound of the work as long as there is time.

    Parameters
    ----------
    work : Work
        The arcs in it must hold every plan that is better than the best one.
    cuts : list
        Separators to keep.
    cancel : Cancel
        All of its time may be used.
    """
    columns = np.arange(len(work.cost))
    arrays = with_cuts(work, columns, np.zeros(len(columns)), cuts)
    arrays.integer[work.item >= 0] = False
    found = run_mip(
        arrays, cancel, gap=1e-5, seed=seed, on_bound=lambda bound: work.raise_bound(bound, "divided")
    )
    if np.isfinite(found.bound):
        work.raise_bound(found.bound, "divided")
