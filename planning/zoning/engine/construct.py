"""Make a first plan: a relaxed integer solution or a rounded one, grown together, completed, and checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from planning.parameters import FirstPlanParameters
from planning.zoning.engine.contiguity.grow import grow_together
from planning.zoning.engine.lp.highs import Arrays, Cancel, run_mip
from planning.zoning.engine.program import BoolArray, FloatArray, IntArray
from planning.zoning.engine.work import CutKey, Work


def restricted(work: Work, columns: IntArray, values: FloatArray) -> tuple[Arrays, IntArray]:
    """Return the programme over some columns, the others fixed at ``values``, and the rows it keeps."""
    part = work.matrix[:, columns]
    rows = np.unique(part.indices)
    fixed = values.copy()
    fixed[columns] = 0.0
    shift = (work.matrix @ fixed)[rows]
    arrays = Arrays(
        work.cost[columns],
        work.lower[columns],
        work.upper[columns],
        work.integer[columns],
        part[rows],
        work.row_lower[rows] - shift,
        work.row_upper[rows] - shift,
    )
    return arrays, rows


def complete(
    work: Work,
    unit_of: IntArray,
    cancel: Cancel,
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
    values = np.zeros(len(work.cost))
    columns = work.arc_at[np.arange(len(unit_of)), unit_of]
    if (columns < 0).any():
        return None
    values[columns] = 1.0
    rest = np.flatnonzero(work.item < 0)
    if not len(rest):
        return values
    arrays, rows = restricted(work, rest, values)
    untouched = np.setdiff1d(np.arange(work.matrix.shape[0]), rows)
    activity = (work.matrix @ values)[untouched]
    wrong = (activity < work.row_lower[untouched] - 1e-6) | (activity > work.row_upper[untouched] + 1e-6)
    if wrong.any():
        return None
    parameters = work.parameters.first_plan
    until = cancel.within(parameters.completion_time_share * cancel.left()).at_least(least_s)
    gap = parameters.completion_gap if gap is None else gap
    found = by_parts(arrays, until, parameters, seed=seed, gap=gap)
    if found is None:
        return None
    values[rest] = found
    return values


def by_parts(
    arrays: Arrays, cancel: Cancel, parameters: FirstPlanParameters, *, seed: int, gap: float
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
        time = cancel.within(cancel.left() * len(columns) / todo)
        found = run_mip(part, time, gap=gap, nodes=parameters.completion_nodes, seed=seed)
        if found.values is None:
            return None
        values[columns] = found.values
        todo -= len(columns)
    return values


def first_plan(work: Work, point: FloatArray, cuts: list[CutKey], cancel: Cancel, *, seed: int) -> None:
    """Offer first plans to the work: one rounded from the relaxation, one along ways unless a plan at hand is near already."""
    share = shares(work, point)
    offer_rounded(work, share, cancel, seed)
    if mostly_arcs(work) and (
        not work.program.starts or work.gap() > work.parameters.first_plan.mip_above_gap
    ):
        along_ways(work, share, cuts, cancel, seed)


def offer_rounded(work: Work, share: np.ndarray, cancel: Cancel, seed: int) -> None:
    """Offer the plan that shares of items round to, grown together and completed."""
    least_s = min(
        work.parameters.first_plan.start_time_least_s, cancel.left()
    )  # a short limit needs a plan first
    values = complete(work, grow(work, share), cancel, seed=seed, least_s=least_s)
    if values is not None:
        work.offer(values, "first plan")


def mostly_arcs(work: Work) -> bool:
    """Return whether the whole programme is fit for one mixed-integer run: few columns, hardly any but arcs whole."""
    others = int((work.integer & (work.item < 0)).sum())
    most = work.parameters.first_plan
    return len(work.item) <= most.mip_columns_most and others <= most.mip_whole_columns_most


def shares(work: Work, point: FloatArray) -> np.ndarray:
    """Return how much of every item goes to every unit (n_items, n_units)."""
    share = np.zeros((work.program.n_items, work.program.n_units), dtype=np.float32)
    arcs = np.flatnonzero((work.item >= 0) & (point[: len(work.item)] > 1e-6))
    share[work.item[arcs], work.unit[arcs]] = point[arcs]
    return share


def along_ways(work: Work, share: np.ndarray, cuts: list[CutKey], cancel: Cancel, seed: int) -> None:
    """Solve the whole programme with the sufficient rows of :meth:`Neighbourhood.ways`, for a short while."""
    usable = int((work.arc_at >= 0).sum())
    parameters = work.parameters.first_plan
    arcs = max(int(parameters.arcs_share * usable), parameters.arcs_per_item_least * work.program.n_items)
    columns, arrays = _with_ways(work, share, cuts, arcs)
    run_mip(
        arrays,
        cancel.within(
            max(
                parameters.mip_time_share * cancel.left(),
                min(parameters.mip_time_least_s, parameters.mip_short_time_share * cancel.left()),
            )
        ),
        gap=parameters.mip_gap,
        nodes=parameters.mip_nodes,
        seed=seed,
        on_solution=_offered(work, columns),
    )


def over_few_arcs(
    work: Work, share: np.ndarray, cuts: list[CutKey], cancel: Cancel, seed: int, *, gap: float, below: float
) -> None:
    """Solve the programme with ways over the few arcs of lowest reduced cost, every row kept, until done or cancelled.

    Parameters
    ----------
    gap, below : float
        End at this gap; only plans that cost less are wanted. The best plan so far is the start.
    """
    best = None if work.best is None else work.best.values
    columns, arrays = _with_ways(work, share, cuts, few(work), best=best, elastic=False)
    run_mip(
        arrays,
        cancel,
        gap=gap,
        seed=seed,
        start=None if best is None else best[columns],
        on_solution=_offered(work, columns),
        below=below - work.program.offset,
    )


def _offered(work: Work, columns: IntArray) -> Callable[[FloatArray], None]:
    def heard(values: FloatArray) -> None:
        whole = np.zeros(len(work.cost))
        whole[columns] = values
        work.offer(whole, "first plan")

    return heard


def _with_ways(
    work: Work,
    share: np.ndarray,
    cuts: list[CutKey],
    n_arcs: int,
    *,
    best: FloatArray | None = None,
    elastic: bool = True,
) -> tuple[IntArray, Arrays]:
    """Return the programme with ways over so many arcs of low reduced cost, those of a plan among them; and its columns."""
    keys, nearest = [], {}
    for u in np.flatnonzero(work.hood.asked).tolist():
        for i, gate in work.hood.ways(u, share[:, u].astype(float), work.usable(u)):
            keys.append((u, i, gate))
            nearest[u, i] = gate
    keep = _promising(work, share, nearest, n_arcs)
    if best is not None:
        keep |= best > 0.5
    if not elastic:
        keep &= ~work.elastic
    columns = np.flatnonzero(keep)
    keys = [(u, i, gate) for u, i, gate in keys if keep[work.arc_at[i, u]]]
    return columns, with_cuts(work, columns, np.zeros(len(work.cost)), keys + cuts)


def few(work: Work) -> int:
    """Return how many arcs are enough where few will do."""
    parameters = work.parameters.first_plan
    return max(parameters.few_arcs_per_item * work.program.n_items, parameters.few_arcs_least)


def cheapest_arcs(work: Work, n_arcs: int) -> BoolArray:
    """Return which columns are among so many usable arcs of lowest reduced cost."""
    assert work.reduced is not None
    chosen = (work.item >= 0) & (work.upper > 0.5)
    reduced = work.reduced[: len(chosen)]
    chosen &= reduced <= np.quantile(reduced[chosen], min(1.0, n_arcs / max(1, int(chosen.sum()))))
    return chosen


def _promising(
    work: Work, share: np.ndarray, gates: dict[tuple[int, int], tuple[int, ...]], n_arcs: int
) -> BoolArray:
    """Return which columns to use: the arcs of low reduced cost, each with the items on its way to the anchor, and all others."""
    keep: BoolArray = (work.upper > 0.0) | (work.lower < 0.0)
    if work.reduced is None:
        return keep
    arcs = np.flatnonzero((work.item >= 0) & (work.upper > 0.5))
    keep[arcs] = cheapest_arcs(work, n_arcs)[arcs]
    keep[arcs[share[work.item[arcs], work.unit[arcs]] > 0]] = True
    keep |= work.lower > 0.5
    todo = np.flatnonzero(keep & (work.item >= 0)).tolist()
    while todo:
        c = todo.pop()
        u, gate = int(work.unit[c]), gates.get((int(work.unit[c]), int(work.item[c])), ())
        ways = [int(work.arc_at[k, u]) for k in gate]
        if ways and not keep[ways].any():
            cheapest = min(ways, key=lambda w: float(work.reduced[w]))  # type: ignore[index]
            keep[cheapest] = True
            todo.append(cheapest)
    return keep


def offer_starts(work: Work, cancel: Cancel, seed: int) -> None:
    """Offer the plans at hand, completed; pairs that the programme lacks join it."""
    parameters = work.parameters.first_plan
    for unit_of in work.program.starts:
        _let_join(work, unit_of)
        values = complete(work, unit_of, cancel, seed=seed, least_s=parameters.start_time_least_s)
        if values is not None:
            work.offer(values, "start")
    for unit_of in work.program.starts:
        if work.best is None:
            values = complete(
                work, unit_of, cancel, seed=seed, least_s=parameters.any_completion_least_s, gap=1e6
            )
            if values is not None:
                work.offer(values, "start")


def _let_join(work: Work, unit_of: IntArray) -> None:
    """Let the pairs of a plan join the programme that it left out."""
    items = np.flatnonzero(unit_of >= 0)
    items = items[~work.held[items, unit_of[items]]]
    if len(items) and work.program.price_left_out is not None:
        out = work.program.price_left_out(np.zeros(work.matrix.shape[0]))
        work.add_arcs(items, unit_of[items], out.add(items, unit_of[items]))


def with_cuts(work: Work, columns: IntArray, values: FloatArray, cuts: list[CutKey] | None = None) -> Arrays:
    """Return the programme over some columns with all cuts of the pool that touch them."""
    arrays, _ = restricted(work, columns, values)
    pool = list(work.cuts) if cuts is None else cuts
    if not pool:
        return arrays
    rows = work.cut_rows(pool)
    fixed = values.copy()
    fixed[columns] = 0.0
    room = -(rows @ fixed)
    part = sparse.csr_matrix(rows[:, columns])
    # a row that cannot be violated whatever the free columns do is left away
    gain = np.asarray(part.maximum(0).sum(axis=1)).ravel()
    need = gain > room + 1e-9
    return Arrays(
        arrays.cost,
        arrays.lower,
        arrays.upper,
        arrays.integer,
        sparse.vstack([arrays.matrix, part[need]]).tocsc(),
        np.concatenate([arrays.row_lower, np.full(int(need.sum()), -np.inf)]),
        np.concatenate([arrays.row_upper, room[need]]),
    )


def grow(work: Work, share: np.ndarray) -> IntArray:
    """Round shares to whole items and make every catchment hang together.

    Each item goes to the unit with its largest share; pieces that hang loose are grown together again.
    """
    price = _prices(work, share)
    unit_of: IntArray = np.where(np.isinf(price).all(axis=1), -1, np.argmin(price, axis=1)).astype(np.int64)
    _forced(work, unit_of)
    return grow_together(work.hood, price, unit_of)


def _prices(work: Work, share: np.ndarray) -> np.ndarray:
    price = np.full(share.shape, np.inf)
    arcs = np.flatnonzero((work.item >= 0) & (work.upper > 0.5))
    reduced = work.cost if work.reduced is None else work.reduced
    price[work.item[arcs], work.unit[arcs]] = reduced[arcs]
    scale = float(np.abs(reduced[arcs]).max()) + 1.0
    return price - 10.0 * scale * np.asarray(share, dtype=float)


def _forced(work: Work, unit_of: IntArray) -> None:
    held = np.flatnonzero((work.item >= 0) & (work.lower > 0.5))
    unit_of[work.item[held]] = work.unit[held]
