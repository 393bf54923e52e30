"""Make a first plan: rounded from the relaxation and grown together, packed, or by branching along shortest paths."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.zoning.engine.completion import complete, offer_units
from planning.zoning.engine.contiguity.grow import bridged, grow_together
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.guide import weightless
from planning.zoning.engine.lp.highs import Arrays, run_mip
from planning.zoning.engine.lp.restriction import with_separators
from planning.zoning.engine.neighbourhoods.annealing import fill, pack, packing
from planning.zoning.engine.neighbourhoods.sweep import sweep
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.state import SearchState


def first_plan(
    state: SearchState, point: FloatArray, separators: list[SeparatorRow], deadline: Deadline, *, seed: int
) -> None:
    """Offer first plans: one rounded from the relaxation, packed where seats are scarce, else one along shortest paths."""
    share = shares(state, point)
    if state.few_arcs() is not None:
        unit_of = grow(state, share)
        offer_units(state, unit_of, deadline, seed)
        values = complete(state, unit_of, deadline, seed=seed)
        if values is not None:
            sweep(state, values, deadline, seed=seed)
        return
    offer_rounded(state, share, deadline, seed)
    best = state.incumbents.best
    if best is not None and best.broken > 0:
        given = packing(state)
        if given is not None and fill(given) >= state.parameters.annealing.fill_least:
            pack(state, given, deadline, seed=seed)
            return
    if mostly_arcs(state) and (
        not state.programme.given.starts or state.incumbents.gap() > state.parameters.first_plan.mip_above_gap
    ):
        along_paths(state, share, separators, deadline, seed)


def offer_rounded(state: SearchState, share: np.ndarray, deadline: Deadline, seed: int) -> None:
    """Offer the plan that shares of items round to, grown together and completed."""
    state.origins.append(grow(state, share))
    offer_units(state, state.origins[-1], deadline, seed)


def mostly_arcs(state: SearchState) -> bool:
    """Return whether the whole programme is fit for one mixed-integer run: few columns, hardly any but arcs whole."""
    others = int((state.programme.integer & (state.programme.item < 0)).sum())
    most = state.parameters.first_plan
    return len(state.programme.item) <= most.mip_columns_most and others <= most.mip_whole_columns_most


def shares(state: SearchState, point: FloatArray) -> np.ndarray:
    """Return how much of every item goes to every unit (n_items, n_units)."""
    share = np.zeros((state.programme.n_items, state.programme.n_units), dtype=np.float32)
    arcs = np.flatnonzero((state.programme.item >= 0) & (point[: len(state.programme.item)] > 1e-6))
    share[state.programme.item[arcs], state.programme.unit[arcs]] = point[arcs]
    light = weightless(state.programme)
    if light.any():  # the relaxation puts them anywhere
        price = _table(state, state.prices.guide(state.programme))[light]
        share[light] = 0.0
        share[np.flatnonzero(light), np.argmin(price, axis=1)] = 1.0
    return share


def along_paths(
    state: SearchState, share: np.ndarray, separators: list[SeparatorRow], deadline: Deadline, seed: int
) -> None:
    """Solve the whole programme with the sufficient rows of :meth:`ItemGraph.predecessors`, for a short while."""
    usable = int((state.programme.arc_at >= 0).sum())
    parameters = state.parameters.first_plan
    arcs = max(int(parameters.arcs_share * usable), parameters.arcs_per_item_least * state.programme.n_items)
    columns, arrays = _with_path_rows(state, share, separators, arcs)
    left = deadline.left()
    least_s = min(parameters.mip_time_least_s, parameters.mip_short_time_share * left)
    seconds = max(parameters.mip_time_share * left, least_s)
    run_mip(
        arrays,
        deadline.within(seconds),
        gap=parameters.mip_gap,
        nodes=parameters.mip_nodes,
        seed=seed,
        on_solution=_offered(state, columns),
    )


def over_few_arcs(
    state: SearchState,
    share: np.ndarray,
    separators: list[SeparatorRow],
    deadline: Deadline,
    seed: int,
    *,
    gap: float,
    below: float,
) -> None:
    """Solve the programme along paths over the few arcs of lowest reduced cost, every row kept, until done or cancelled.

    Parameters
    ----------
    gap, below : float
        End at this gap; only plans that cost less are wanted. The best plan so far is the start.
    """
    best = None if state.incumbents.best is None else state.incumbents.best.values
    columns, arrays = _with_path_rows(state, share, separators, few(state), best=best, elastic=False)
    run_mip(
        arrays,
        deadline,
        gap=gap,
        seed=seed,
        start=None if best is None else best[columns],
        on_solution=_offered(state, columns),
        below=below - state.programme.offset,
    )


def _offered(state: SearchState, columns: IntArray) -> Callable[[FloatArray], None]:
    def heard(values: FloatArray) -> None:
        whole = np.zeros(len(state.programme.cost))
        whole[columns] = values
        state.incumbents.offer(whole, "first plan")

    return heard


def _with_path_rows(
    state: SearchState,
    share: np.ndarray,
    separators: list[SeparatorRow],
    n_arcs: int,
    *,
    best: FloatArray | None = None,
    elastic: bool = True,
) -> tuple[IntArray, Arrays]:
    """Return the programme along paths over so many arcs of low reduced cost, those of a plan among them; and its columns."""
    keys, nearest = [], {}
    for u in np.flatnonzero(state.programme.graph.asked).tolist():
        for i, members in state.programme.graph.predecessors(
            u, share[:, u].astype(float), state.programme.usable(u)
        ):
            keys.append((u, i, members))
            nearest[u, i] = members
    keep = _promising(state, share, nearest, n_arcs)
    if best is not None:
        keep |= best > 0.5
    if not elastic:
        keep &= ~state.programme.elastic
    columns = np.flatnonzero(keep)
    keys = [(u, i, members) for u, i, members in keys if keep[state.programme.arc_at[i, u]]]
    return columns, with_separators(state, columns, np.zeros(len(state.programme.cost)), keys + separators)


def few(state: SearchState) -> int:
    """Return how many arcs are enough where few will do."""
    parameters = state.parameters.first_plan
    return max(parameters.few_arcs_per_item * state.programme.n_items, parameters.few_arcs_least)


def cheapest_arcs(state: SearchState, n_arcs: int) -> BoolArray:
    """Return which columns are among so many usable arcs of lowest reduced cost."""
    guide = state.prices.guide(state.programme)
    assert guide is not None
    chosen = (state.programme.item >= 0) & (state.programme.upper > 0.5)
    reduced = guide[: len(chosen)]
    chosen &= reduced <= np.quantile(reduced[chosen], min(1.0, n_arcs / max(1, int(chosen.sum()))))
    return chosen


def _promising(
    state: SearchState, share: np.ndarray, separators: dict[tuple[int, int], tuple[int, ...]], n_arcs: int
) -> BoolArray:
    """Return which columns to use: the arcs of low reduced cost, each with the items on its path to the anchor, and all others."""
    keep: BoolArray = (state.programme.upper > 0.0) | (state.programme.lower < 0.0)
    if state.prices.reduced is None:
        return keep
    arcs = np.flatnonzero((state.programme.item >= 0) & (state.programme.upper > 0.5))
    keep[arcs] = cheapest_arcs(state, n_arcs)[arcs]
    keep[arcs[share[state.programme.item[arcs], state.programme.unit[arcs]] > 0]] = True
    keep |= state.programme.lower > 0.5
    todo = np.flatnonzero(keep & (state.programme.item >= 0)).tolist()
    while todo:
        c = todo.pop()
        u, members = (
            int(state.programme.unit[c]),
            separators.get((int(state.programme.unit[c]), int(state.programme.item[c])), ()),
        )
        predecessors = [int(state.programme.arc_at[k, u]) for k in members]
        if predecessors and not keep[predecessors].any():
            cheapest = min(predecessors, key=lambda w: float(state.prices.reduced[w]))  # type: ignore[index]
            keep[cheapest] = True
            todo.append(cheapest)
    return keep


def grow(state: SearchState, share: np.ndarray) -> IntArray:
    """Round shares to whole items and make every catchment hang together.

    Each item goes to the unit with its largest share; disconnected pieces are grown together again.
    """
    price = _prices(state, share)
    unit_of: IntArray = np.where(np.isinf(price).all(axis=1), -1, np.argmin(price, axis=1)).astype(np.int64)
    light = weightless(state.programme)
    if light.any():
        unit_of = bridged(state.programme.graph, unit_of, light)
    _forced(state, unit_of)
    return grow_together(state.programme.graph, price, unit_of)


def _prices(state: SearchState, share: np.ndarray) -> np.ndarray:
    guide = state.prices.guide(state.programme)
    price = _table(state, guide)
    scale = float(np.abs(price[np.isfinite(price)]).max()) + 1.0
    return price - 10.0 * scale * np.asarray(share, dtype=float)


def _table(state: SearchState, reduced: FloatArray | None) -> FloatArray:
    """Return what pairs cost, infinite where they may not be (n_items, n_units)."""
    price = np.full((state.programme.n_items, state.programme.n_units), np.inf)
    arcs = np.flatnonzero((state.programme.item >= 0) & (state.programme.upper > 0.5))
    paid = state.programme.cost if reduced is None else reduced
    price[state.programme.item[arcs], state.programme.unit[arcs]] = paid[arcs]
    return price


def _forced(state: SearchState, unit_of: IntArray) -> None:
    held = np.flatnonzero((state.programme.item >= 0) & (state.programme.lower > 0.5))
    unit_of[state.programme.item[held]] = state.programme.unit[held]
