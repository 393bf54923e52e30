"""Seek any plan at all over every pair there is, or prove that none exists."""

from __future__ import annotations

import dataclasses

import numpy as np

from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import run_mip
from planning.zoning.engine.lp.restriction import with_separators
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.state import SearchState


def every_pair(state: SearchState) -> None:
    """Let all arcs that were left out join the programme."""
    ask = state.programme.given.price_left_out
    if ask is None:
        return
    duals = np.zeros(state.programme.matrix.shape[0])
    duals[state.programme.row_item >= 0] = (
        2.0 * float(np.abs(state.programme.cost).max()) + 1e6
    )  # every pair is worth asking for
    out = ask(duals)
    fresh = ~state.programme.held[out.item, out.unit]
    if fresh.any():
        state.add_arcs(out.item[fresh], out.unit[fresh], out.add(out.item[fresh], out.unit[fresh]))


def find_any_plan(state: SearchState, deadline: Deadline, *, seed: int) -> bool:
    """Offer any plan that keeps every row and hangs together; return whether it is proven that there is none.

    The rows are solved without prices, separators added until the answer hangs together. Rows that may be broken in passing
    must be kept here.
    """
    every_pair(state)
    columns = np.flatnonzero(~state.programme.elastic)
    rows: list[SeparatorRow] = []
    known: set[SeparatorRow] = set()
    nothing = np.zeros(len(state.programme.cost))
    while not deadline.over():
        arrays = with_separators(state, columns, nothing, rows)
        found = run_mip(dataclasses.replace(arrays, cost=np.zeros(len(columns))), deadline, seed=seed)
        if found.values is None:
            return found.finished
        whole = nothing.copy()
        whole[columns] = found.values
        plan = state.programme.plan_of(whole)
        fresh = state.pool.remember(state.programme.separators_against(plan.unit_of), known)
        if not fresh:
            cheapest = complete(state, plan.unit_of, deadline, seed=seed)
            if cheapest is None or not state.incumbents.offer(cheapest, "first plan"):
                state.incumbents.offer(whole, "first plan")
            return False
        rows += fresh
    return False
