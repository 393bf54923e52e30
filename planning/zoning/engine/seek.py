"""Seek any plan at all over every pair there is, or prove that none exists."""

from __future__ import annotations

import dataclasses

import numpy as np

from planning.zoning.engine.construct import complete, with_cuts
from planning.zoning.engine.lp.highs import Cancel, run_mip
from planning.zoning.engine.work import CutKey, Work


def every_pair(work: Work) -> None:
    """Let all arcs that were left out join the programme."""
    ask = work.program.price_left_out
    if ask is None:
        return
    duals = np.zeros(work.matrix.shape[0])
    duals[work.row_item >= 0] = 2.0 * float(np.abs(work.cost).max()) + 1e6  # every pair is worth asking for
    out = ask(duals)
    fresh = ~work.held[out.item, out.unit]
    if fresh.any():
        work.add_arcs(out.item[fresh], out.unit[fresh], out.add(out.item[fresh], out.unit[fresh]))


def seek(work: Work, cancel: Cancel, *, seed: int) -> bool:
    """Offer any plan that keeps every row and hangs together; return whether it is proven that there is none.

    The rows are solved without prices, separators added until the answer hangs together. Rows that may be broken in passing
    must be kept here.
    """
    every_pair(work)
    columns = np.flatnonzero(~work.elastic)
    rows: list[CutKey] = []
    known: set[CutKey] = set()
    nothing = np.zeros(len(work.cost))
    while not cancel.over():
        arrays = with_cuts(work, columns, nothing, rows)
        found = run_mip(dataclasses.replace(arrays, cost=np.zeros(len(columns))), cancel, seed=seed)
        if found.values is None:
            return found.finished
        whole = nothing.copy()
        whole[columns] = found.values
        plan = work.plan_of(whole)
        fresh = work.remember(work.cuts_against(plan.unit_of), known)
        if not fresh:
            cheapest = complete(work, plan.unit_of, cancel, seed=seed)
            if cheapest is None or not work.offer(cheapest, "first plan"):
                work.offer(whole, "first plan")
            return False
        rows += fresh
    return False
