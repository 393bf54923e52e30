"""Close the gap: the whole programme over the arcs that are left, separators added until the answer hangs together."""

from __future__ import annotations

import numpy as np

from planning.zoning.engine.construct import with_cuts
from planning.zoning.engine.lp.highs import Cancel, Found, run_mip
from planning.zoning.engine.lp.relaxation import Relaxation
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.work import CutKey, Work


def prove(work: Work, relaxation: Relaxation, cancel: Cancel, *, gap: float, seed: int) -> bool:
    """Raise the bound by solving what is left; return whether the gap is closed.

    The programme holds all arcs that a better plan could use and separators; its bound is valid, and its
    solution is the optimum as soon as it hangs together. Better plans met on the way are offered at once. May run in
    a thread beside the improvement: it alone uses the relaxation then.
    """
    rows = relaxation.active()
    known = set(rows)
    while not cancel.over():
        assert work.best is not None
        relaxation.fix()
        columns = _open_columns(work)
        found, fresh = _round(work, columns, rows, known, cancel, seed)
        if np.isfinite(found.bound):
            work.raise_bound(found.bound, "proof")
        elif found.finished:
            work.raise_bound(work.best.objective - work.program.offset, "proof")
        if work.gap() <= max(gap, work.parameters.proof.gap):
            return True
        if not fresh:
            return False
        rows += fresh
    return False


def _open_columns(work: Work) -> IntArray:
    """Return the columns that are not ruled out, with those of the best plan."""
    free = (work.upper > 1e-9) | (work.lower < -1e-9)
    if work.best is not None:
        free |= work.best.values > 0.5
    return np.flatnonzero(free).astype(np.int64)


def _round(
    work: Work, columns: IntArray, rows: list[CutKey], known: set[CutKey], cancel: Cancel, seed: int
) -> tuple[Found, list[CutKey]]:
    """Solve the programme as far as its separators go; return what was found and the separators its points violate."""
    assert work.best is not None
    fresh: list[CutKey] = []

    def met(values: FloatArray) -> None:
        whole = np.zeros(len(work.cost))
        whole[columns] = values
        plan = work.plan_of(whole)
        if work.better(plan) and not work.offer(whole, "proof"):
            fresh.extend(work.remember(work.cuts_against(plan.unit_of), known))

    def better(price: float) -> FloatArray | None:
        assert work.best is not None
        cheaper = work.best.objective - work.program.offset < price - 1e-7 * abs(price)
        return work.best.values[columns] if cheaper else None

    found = run_mip(
        with_cuts(work, columns, np.zeros(len(work.cost)), rows),
        cancel,
        start=work.best.values[columns],
        gap=work.parameters.proof.gap,
        seed=seed,
        on_solution=met,
        on_bound=lambda b: work.raise_bound(b, "proof"),
        better=better,
    )
    if found.values is not None:
        met(found.values)
    return found, fresh
