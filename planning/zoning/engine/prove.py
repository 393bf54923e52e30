"""Close the gap: the whole programme over the arcs that are left, separators added until the answer hangs together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planning.zoning.engine.construct import with_cuts
from planning.zoning.engine.highs import Cancel, run_mip
from planning.zoning.engine.program import FloatArray
from planning.zoning.engine.relax import Relaxation
from planning.zoning.engine.work import CutKey, Work


def prove(work: Work, relaxation: Relaxation, cancel: Cancel, *, gap: float, seed: int) -> bool:
    """Raise the bound by solving what is left; return whether the gap is closed.

    The programme holds all arcs that a better plan could use and separators; its bound is valid, and its
    solution is the optimum as soon as it hangs together.
    """
    rows = relaxation.active()
    known = set(rows)
    free = (work.upper > 1e-9) | (work.lower < -1e-9)
    if work.best is not None:
        free |= work.best.values > 0.5
    columns = np.flatnonzero(free)
    while not cancel.over():
        assert work.best is not None
        arrays = with_cuts(work, columns, np.zeros(len(work.cost)), rows)
        seen: list[FloatArray] = []
        found = run_mip(
            arrays,
            cancel,
            start=work.best.values[columns],
            gap=1e-7,
            seed=seed,
            on_solution=_listener(work, columns, seen),
            on_bound=lambda b: work.raise_bound(b, "proof"),
        )
        if np.isfinite(found.bound):
            work.raise_bound(found.bound, "proof")
        elif found.finished:
            work.raise_bound(work.best.objective - work.program.offset, "proof")
            return True
        if found.values is not None:
            seen.append(found.values)
        fresh: list[CutKey] = []
        for values in seen:
            whole = np.zeros(len(work.cost))
            whole[columns] = values
            if not work.offer(whole, "proof"):
                fresh += work.remember(work.cuts_against(work.plan_of(whole).unit_of), known)
        if work.gap() <= max(gap, 1e-7):
            return True
        if not fresh:
            return found.finished
        rows += fresh
    return False


def _listener(work: Work, columns: np.ndarray, seen: list[FloatArray]) -> Callable[[FloatArray, float], bool]:
    def heard(values: FloatArray, objective: float) -> bool:
        assert work.best is not None
        if objective + work.program.offset < work.best.objective - 1e-7 * abs(work.best.objective):
            seen.append(values)
        return False

    return heard
