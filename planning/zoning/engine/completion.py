"""Complete plans: everything that follows from given catchments, classes and flows, year by year."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from planning.parameters import FirstPlanParameters
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, run_mip
from planning.zoning.engine.lp.restriction import restricted
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.state import SearchState


def complete(
    state: SearchState,
    unit_of: IntArray,
    deadline: Deadline,
    *,
    seed: int,
    least_s: float = 0.0,
    gap: float | None = None,
) -> FloatArray | None:
    """Return the cheapest values of all other columns for a given unit of every item (None if there are none).

    A small share of the time is used for it, ``least_s`` seconds at least.
    """
    if (unit_of < 0).any():
        return None
    values = np.zeros(len(state.programme.cost))
    columns = state.programme.arc_at[np.arange(len(unit_of)), unit_of]
    if (columns < 0).any():
        return None
    values[columns] = 1.0
    rest = np.flatnonzero(state.programme.item < 0)
    if not len(rest):
        return values
    arrays, rows = restricted(state, rest, values)
    untouched = np.setdiff1d(np.arange(state.programme.matrix.shape[0]), rows)
    activity = (state.programme.matrix @ values)[untouched]
    wrong = (activity < state.programme.row_lower[untouched] - 1e-6) | (
        activity > state.programme.row_upper[untouched] + 1e-6
    )
    if wrong.any():
        return None
    parameters = state.parameters.first_plan
    until = deadline.within(parameters.completion_time_share * deadline.left()).at_least(least_s)
    gap = parameters.completion_gap if gap is None else gap
    found = by_parts(arrays, until, parameters, seed=seed, gap=gap)
    if found is None:
        return None
    values[rest] = found
    return values


def by_parts(
    arrays: Arrays, deadline: Deadline, parameters: FirstPlanParameters, *, seed: int, gap: float
) -> FloatArray | None:
    """Solve a programme that falls into parts (with the catchments fixed: the years) part by part.

    Returns None if a part has no solution or there was no time.
    """
    n_cols = len(arrays.cost)
    rows = sparse.csr_matrix(arrays.matrix)
    graph = sparse.bmat([[None, rows.T], [rows, None]], format="csr")
    label = csgraph.connected_components(graph, directed=False)[1]
    values = np.zeros(n_cols)
    sizes = np.bincount(label[:n_cols])
    small = np.flatnonzero((sizes > 0) & (sizes < parameters.completion_part_columns))
    groups = [small, *(np.array([k]) for k in np.flatnonzero(sizes >= parameters.completion_part_columns))]
    todo = float(n_cols)
    for group in (g for g in groups if len(g)):
        columns = np.flatnonzero(np.isin(label[:n_cols], group))
        own = np.flatnonzero(np.isin(label[n_cols:], group))
        part = Arrays(
            arrays.cost[columns],
            arrays.lower[columns],
            arrays.upper[columns],
            arrays.integer[columns],
            rows[own][:, columns].tocsc(),
            arrays.row_lower[own],
            arrays.row_upper[own],
        )
        time = deadline.within(deadline.left() * len(columns) / todo)
        found = run_mip(part, time, gap=gap, nodes=parameters.completion_nodes, seed=seed)
        if found.values is None:
            return None
        values[columns] = found.values
        todo -= len(columns)
    return values


def offer_units(state: SearchState, unit_of: IntArray, deadline: Deadline, seed: int) -> bool:
    """Offer a unit for every item, all other columns completed; return whether it was taken."""
    # a short limit needs a plan first
    least_s = min(state.parameters.first_plan.start_time_least_s, deadline.left())
    values = complete(state, unit_of, deadline, seed=seed, least_s=least_s)
    return values is not None and state.incumbents.offer(values, "first plan")


def offer_starts(state: SearchState, deadline: Deadline, seed: int) -> None:
    """Offer the plans at hand, completed; pairs that the programme lacks join it."""
    parameters = state.parameters.first_plan
    for unit_of in state.programme.given.starts:
        _let_join(state, unit_of)
        values = complete(state, unit_of, deadline, seed=seed, least_s=parameters.start_time_least_s)
        if values is not None:
            state.incumbents.offer(values, "start")
    for unit_of in state.programme.given.starts:
        if state.incumbents.best is None:
            values = complete(
                state, unit_of, deadline, seed=seed, least_s=parameters.any_completion_least_s, gap=1e6
            )
            if values is not None:
                state.incumbents.offer(values, "start")


def _let_join(state: SearchState, unit_of: IntArray) -> None:
    """Let the pairs of a plan join the programme that it left out."""
    items = np.flatnonzero(unit_of >= 0)
    items = items[~state.programme.held[items, unit_of[items]]]
    if len(items) and state.programme.given.price_left_out is not None:
        out = state.programme.given.price_left_out(np.zeros(state.programme.matrix.shape[0]))
        state.add_arcs(items, unit_of[items], out.add(items, unit_of[items]))
