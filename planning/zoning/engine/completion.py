"""Complete plans: everything that follows from given catchments, classes and flows, year by year."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.parameters import FirstPlanParameters
from planning.zoning.engine.by_year import by_year, tied
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, run_mip
from planning.zoning.engine.lp.restriction import restricted
from planning.zoning.engine.state import SearchState

WHOLE = 1e-6
"""So far from a bound, or from a whole number, a value still counts as there."""


def complete(
    state: SearchState,
    unit_of: IntArray,
    deadline: Deadline,
    *,
    seed: int,
    least_s: float = 0.0,
    gap: float | None = None,
    begun: FloatArray | None = None,
) -> FloatArray | None:
    """Return the cheapest values of all other columns for a given unit of every item (None if there are none).

    A small share of the time is used for it, ``least_s`` seconds at least. What comes back is no dearer than ``begun``
    (:class:`planning.zoning.engine.program.Program`) where its values suit the units.
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
    gap = parameters.completion_gap if gap is None else gap
    start = _without_flows(state, arrays, rest, deadline, seed)
    if begun is not None:
        start = _cheaper(arrays, start, _as_begun(state, arrays, rest, begun, deadline, seed))
    if start is not None:  # there is a plan: the share of the time will do
        least_s = min(least_s, parameters.start_time_least_s)
    until = deadline.within(parameters.completion_time_share * deadline.left()).at_least(least_s)
    found = by_parts(arrays, until, parameters, seed=seed, gap=gap, start=start, year=_years(state)[rest])
    if found is None:
        return None
    values[rest] = found
    return values


def _years(state: SearchState) -> IntArray:
    """Return the year of every column of the working programme, −1 for those of none."""
    found = np.full(len(state.programme.cost), -1, dtype=np.int64)
    given = state.programme.given.year
    if given is not None:
        found[: len(given)] = given
    return found


def _without_flows(
    state: SearchState, arrays: Arrays, rest: IntArray, deadline: Deadline, seed: int
) -> FloatArray | None:
    """Return any values with nothing going from unit to unit where it need not: soon found, as the programme falls into units."""
    flows = state.programme.given.flows
    if flows is None or not len(flows):
        return None
    rows = sparse.csr_matrix(arrays.matrix)
    at_rest = np.isin(rest, flows)
    # what must be divided (a shared zone's pupils) stays free: its row holds nothing else
    alone = (np.diff(rows.indptr) > 0) & (np.asarray((rows != 0) @ (~at_rest).astype(np.int64)).ravel() == 0)
    least = rows @ np.where(at_rest, arrays.lower, 0.0)
    asked = alone & ((least < arrays.row_lower - 1e-9) | (least > arrays.row_upper + 1e-9))
    at_rest[np.unique(rows[np.flatnonzero(asked)].indices)] = False
    values = np.where(at_rest, arrays.lower, 0.0)
    return _with_settled(state, arrays, values, at_rest, deadline, seed)


def _as_begun(
    state: SearchState, arrays: Arrays, rest: IntArray, begun: FloatArray, deadline: Deadline, seed: int
) -> FloatArray | None:
    """Return any values with those of the plan that the search begins with, where they suit these units."""
    given = np.full(len(state.programme.cost), np.nan)
    given[: len(begun)] = begun
    known = np.isfinite(given[rest])
    values = np.where(known, given[rest], 0.0)
    wrong = known & ((values < arrays.lower - WHOLE) | (values > arrays.upper + WHOLE))
    if not known.any() or wrong.any():
        return None
    return _with_settled(state, arrays, values, known, deadline, seed)


def _with_settled(
    state: SearchState, arrays: Arrays, values: FloatArray, settled: BoolArray, deadline: Deadline, seed: int
) -> FloatArray | None:
    """Return the values with those that are not settled (0 there) found, None where there are none."""
    rows = sparse.csr_matrix(arrays.matrix)
    values, settled = _followed(arrays, rows, values, settled)
    free = np.flatnonzero(~settled)
    shift = rows @ values
    part = dataclasses.replace(
        arrays,
        cost=arrays.cost[free],
        lower=arrays.lower[free],
        upper=arrays.upper[free],
        integer=arrays.integer[free],
        matrix=rows[:, free],
        row_lower=arrays.row_lower - shift,
        row_upper=arrays.row_upper - shift,
    )
    parameters = state.parameters.first_plan
    until = deadline.within(parameters.plain_completion_time_s).at_least(parameters.plain_completion_time_s)
    found = by_parts(part, until, parameters, seed=seed, gap=parameters.plain_completion_gap)
    if found is None:
        return None
    values[free] = found
    reached = rows @ values
    slack = WHOLE * (1.0 + np.abs(reached))
    kept = (reached >= arrays.row_lower - slack) & (reached <= arrays.row_upper + slack)
    return values if kept.all() else None


def _followed(
    arrays: Arrays, rows: sparse.csr_matrix, values: FloatArray, settled: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Return values with those that equations leave no choice, and which are settled: what is counted ties units no longer.

    A value that its own bounds forbid stays open, and the solver says what is wrong.
    """
    settled, values = settled.copy(), values.copy()
    equal = arrays.row_lower == arrays.row_upper
    while True:
        open_in = rows.multiply(~settled[None, :]).tocsr()
        open_in.eliminate_zeros()
        alone = np.flatnonzero(equal & (np.diff(open_in.indptr) == 1))
        column, factor = open_in.indices[open_in.indptr[alone]], open_in.data[open_in.indptr[alone]]
        found = (arrays.row_lower[alone] - (rows @ values)[alone]) / factor
        whole = ~arrays.integer[column] | (np.abs(found - np.round(found)) < WHOLE)
        fits = (found >= arrays.lower[column] - WHOLE) & (found <= arrays.upper[column] + WHOLE) & whole
        if not fits.any():
            return values, settled
        values[column[fits]] = np.clip(found, arrays.lower[column], arrays.upper[column])[fits]
        settled[column[fits]] = True


def _batches(sizes: IntArray, parts: IntArray, most: int) -> list[IntArray]:
    """Return small parts in groups of about so many columns: a solver does not see that a programme falls into parts."""
    return [
        g for g in np.split(parts, np.flatnonzero(np.diff(np.cumsum(sizes[parts]) // most)) + 1) if len(g)
    ]


def by_parts(
    arrays: Arrays,
    deadline: Deadline,
    parameters: FirstPlanParameters,
    *,
    seed: int,
    gap: float,
    start: FloatArray | None = None,
    year: IntArray | None = None,
) -> FloatArray | None:
    """Solve a programme that falls into parts (with the catchments fixed: the years) part by part.

    Returns None if a part has no solution or there was no time; with a feasible ``start`` nothing dearer than that. A large part of
    several years (``year`` of every column) is solved year by year first, then as a whole for as long again.
    """
    n_cols = len(arrays.cost)
    rows = sparse.csr_matrix(arrays.matrix)
    graph = sparse.bmat([[None, rows.T], [rows, None]], format="csr")
    label = csgraph.connected_components(graph, directed=False)[1]
    values = np.zeros(n_cols)
    sizes = np.bincount(label[:n_cols])
    small = np.flatnonzero((sizes > 0) & (sizes < parameters.completion_part_columns))
    groups = [
        *_batches(sizes, small, parameters.completion_part_columns),
        *(np.array([k]) for k in np.flatnonzero(sizes >= parameters.completion_part_columns)),
    ]
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
        given = None if start is None else start[columns]
        if year is not None and tied(part, year[columns], parameters):
            begun = time.left()
            given = _cheaper(part, given, by_year(part, year[columns], time, parameters, seed=seed))
            time = time.within(begun - time.left())
        found = run_mip(part, time, start=given, gap=gap, nodes=parameters.completion_nodes, seed=seed)
        best = _cheaper(part, given, found.values)
        if best is None:
            return None
        values[columns] = best
        todo -= len(columns)
    return values


def _cheaper(part: Arrays, one: FloatArray | None, other: FloatArray | None) -> FloatArray | None:
    """Return the cheaper of two points, the first where they cost the same."""
    if one is None or other is None:
        return other if one is None else one
    return one if part.cost @ one <= part.cost @ other else other


def offer_units(state: SearchState, unit_of: IntArray, deadline: Deadline, seed: int) -> bool:
    """Offer a unit for every item, all other columns completed; return whether it was taken."""
    # a short limit needs a plan first
    least_s = min(state.parameters.first_plan.start_time_least_s, deadline.left())
    values = complete(state, unit_of, deadline, seed=seed, least_s=least_s)
    return values is not None and state.incumbents.offer(values, "first plan")


def offer_starts(state: SearchState, deadline: Deadline, seed: int) -> None:
    """Offer the plans at hand, completed; pairs that the programme lacks join it."""
    parameters = state.parameters.first_plan
    late = deadline.at_least(parameters.start_time_least_s)
    for unit_of in state.programme.given.starts:
        _let_join(state, unit_of)
        # all are completed, so that none of them is cheaper than the answer; they share some seconds even when time is over
        begun = state.programme.given.begun
        values = complete(state, unit_of, deadline, seed=seed, least_s=late.left(), begun=begun)
        if values is not None:
            state.incumbents.offer(values, "start")
    late = deadline.at_least(parameters.any_completion_least_s)
    for unit_of in state.programme.given.starts:
        if state.incumbents.best is None:
            values = complete(state, unit_of, deadline, seed=seed, least_s=late.left(), gap=1e6)
            if values is not None:
                state.incumbents.offer(values, "start")


def _let_join(state: SearchState, unit_of: IntArray) -> None:
    """Let the pairs of a plan join the programme that it left out."""
    items = np.flatnonzero(unit_of >= 0)
    items = items[~state.programme.held[items, unit_of[items]]]
    if len(items) and state.programme.given.price_left_out is not None:
        out = state.programme.given.price_left_out(np.zeros(state.programme.matrix.shape[0]))
        state.add_arcs(items, unit_of[items], out.add(items, unit_of[items]))
