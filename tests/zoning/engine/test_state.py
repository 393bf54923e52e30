"""The parts of a search's state: a programme that never changes in place, incumbents that are legal, separators, prices."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from planning.zoning.engine import NewColumns, TracePoint
from planning.zoning.engine.contiguity.graph import Separator
from planning.zoning.engine.pool import CutPool
from planning.zoning.engine.prices import Prices
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_engine import cheapest, connected, county, price_of, with_arcs_left_out


def every_plan(state: SearchState) -> list[np.ndarray]:
    """Return the values of all assignments of a county with two units."""
    programme = state.programme
    bits = np.arange(1 << programme.n_items)[:, None] >> np.arange(programme.n_items) & 1
    plans = []
    for unit_of in bits:
        values = np.zeros(len(programme.cost))
        values[programme.arc_at[np.arange(programme.n_items), unit_of]] = 1.0
        plans.append(values)
    return plans


def test_only_legal_plans_become_incumbents_and_the_best_stays() -> None:
    program = county(2)
    state = SearchState(program, 0.0, None)
    before = np.inf
    for values in every_plan(state):
        plan = state.programme.plan_of(values)
        legal = connected(program, plan.unit_of) and np.isfinite(price_of(program, plan.unit_of))
        taken = state.incumbents.offer(values, "test")
        assert taken == (
            legal and plan.objective < before - 1e-9 * abs(before) if np.isfinite(before) else legal
        )
        if taken:
            before = plan.objective
    assert state.incumbents.best is not None
    assert state.incumbents.best.objective == pytest.approx(cheapest(program))
    assert state.incumbents.price_to_beat() == state.incumbents.best.objective


def test_many_threads_offer_and_the_course_only_improves() -> None:
    points: list[TracePoint] = []
    state = SearchState(county(3), 0.0, points.append)
    plans = every_plan(state)
    parts = [
        threading.Thread(target=lambda part=part: [state.incumbents.offer(v, "t") for v in part])
        for part in (plans[::2], plans[1::2])
    ]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
    prices = [point.objective for point in points]
    assert prices == sorted(prices, reverse=True)
    assert prices[-1] == pytest.approx(cheapest(county(3)))


def test_a_bound_never_falls_nor_passes_the_incumbent() -> None:
    state = SearchState(county(2), 0.0, None)
    state.incumbents.raise_bound(5.0, "test")
    state.incumbents.raise_bound(3.0, "test")
    assert state.incumbents.bound == 5.0
    assert state.incumbents.gap() == np.inf
    assert any(state.incumbents.offer(values, "test") for values in every_plan(state))
    state.incumbents.raise_bound(1e9, "test")
    assert state.incumbents.best is not None
    assert state.incumbents.bound == state.incumbents.best.objective
    assert state.incumbents.gap() == 0.0


def test_a_change_makes_another_programme() -> None:
    part, whole = with_arcs_left_out(county(4, columns=4, rows=3))
    state = SearchState(part, 0.0, None)
    state.prices.reduced = np.zeros(len(state.programme.cost))
    before = state.programme
    size, upper, pairs = len(before.cost), before.upper.copy(), before.arc_at.copy()
    item, unit = (int(k[0]) for k in np.nonzero(~before.held))
    column = item * whole.n_units + unit
    state.add_arcs(
        np.array([item]), np.array([unit]), NewColumns(whole.cost[[column]], whole.matrix[:, [column]])
    )
    joined = state.programme
    assert joined.arc_at[item, unit] == size
    assert joined.usable(unit)[item]
    assert len(state.prices.reduced) == size + 1
    out = np.zeros(size + 1, dtype=bool)
    out[size] = True
    state.rule_out(out)
    assert not state.programme.usable(unit)[item]
    assert state.programme.held[item, unit]  # it is a column still
    assert joined.usable(unit)[item]
    assert (len(before.cost), before.upper.tolist(), before.arc_at.tolist()) == (
        size,
        upper.tolist(),
        pairs.tolist(),
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.cost = upper  # type: ignore[misc]


def test_the_pool_keeps_every_row_once_and_tells_each_model_what_is_new() -> None:
    pool, known = CutPool(), set()
    separator = Separator(0, (4, 5), (3,))
    assert pool.remember([separator], known) == [(0, 4, (3,)), (0, 5, (3,))]
    assert pool.remember([separator], known) == []
    assert pool.remember([separator], set()) == [(0, 4, (3,)), (0, 5, (3,))]  # another model
    assert pool.rows == [(0, 4, (3,)), (0, 5, (3,))]


def test_arcs_that_join_cost_nothing_until_priced() -> None:
    prices = Prices()
    prices.join(2)
    assert prices.reduced is None
    prices.reduced = np.array([1.0])
    prices.join(2)
    assert prices.reduced.tolist() == [1.0, 0.0, 0.0]
