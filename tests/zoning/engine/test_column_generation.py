"""What sets of openings cost about: above the relaxation, near the optimum, from catchments that could be drawn."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.parameters import DEFAULTS
from planning.zoning.engine import solve_program
from planning.zoning.engine.lp.fixed import with_fixed
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.siting.column_generation import Estimator
from planning.zoning.engine.siting.openings import Openings, seats_of_units
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_siting import SITES, minute, opening_county, some_open


def estimator(seed: int) -> Estimator:
    """Estimates sets of a county whose units must be opened."""
    state = SearchState(opening_county(seed), 0.0, None)
    relaxation = root(state, minute())
    return Estimator(state, relaxation.duals, seed)


@pytest.mark.parametrize("seed", range(4))
def test_an_estimate_lies_between_the_relaxation_and_about_the_optimum(seed: int) -> None:
    asked = estimator(seed)
    estimate = asked.estimate(some_open(), minute())
    assert asked.state.programme.given.switches is not None
    part, _, _ = with_fixed(
        asked.state.programme.given, asked.state.programme.given.switches, some_open().astype(float)
    )
    optimum = solve_program(part, gap=0.0, time_limit_s=60.0)
    assert optimum.proven
    relaxed = Openings(SearchState(asked.state.programme.given, 0.0, None), 0.0).price(some_open())
    assert relaxed - 1e-6 <= estimate.price <= 1.005 * optimum.objective


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), data=st.data())
def test_catchments_hang_together_within_their_seats(seed: int, data: st.DataObject) -> None:
    opened = np.array(data.draw(st.lists(st.booleans(), min_size=SITES, max_size=SITES)))
    opened[:4] = True
    asked = estimator(seed)
    estimate = asked.estimate(opened, minute())
    loads, seats, _ = seats_of_units(asked.state)
    unit, price, items = asked.pool.all()
    assert len(unit) > 0
    for u, paid, held in zip(unit.tolist(), price.tolist(), items, strict=True):
        assert opened[u]
        assert loads[held, u].sum() <= seats[u]
        assert not asked.state.programme.graph.pieces(u, held)[1]
        assert paid == pytest.approx(asked.cost[held, u].sum())
    shares = estimate.shares()
    assert (shares[:, ~opened] == 0).all()


def test_every_item_is_held_where_there_are_seats() -> None:
    assert (estimator(1).estimate(some_open(), minute()).shares().sum(axis=1) >= 1 - 1e-5).all()


def test_more_rounds_never_cost_more() -> None:
    estimate = estimator(2).estimate(some_open(), minute(), below=0.0)  # hopeless: left early
    assert estimate.rounds < DEFAULTS.column_generation.rounds_most
    early = estimate.price
    estimate.go_on(minute())
    assert estimate.price <= early + 1e-9
    assert estimate.optimistic <= estimate.price


def test_what_one_set_learnt_serves_the_next() -> None:
    asked = estimator(3)
    asked.estimate(some_open(), minute())
    other = some_open()
    other[[2, 8]] = False, True
    price = asked.estimate(other, minute()).price
    asked.parameters = no_rounds = dataclasses.replace(asked.parameters, rounds_most=0)
    assert asked.estimate(other, minute()).price < 2 * price
    unlearnt = estimator(3)
    unlearnt.parameters = no_rounds
    assert unlearnt.estimate(other, minute()).price > 2 * price


def test_one_seed_is_one_estimate() -> None:
    assert estimator(4).estimate(some_open(), minute()).price == (
        estimator(4).estimate(some_open(), minute()).price
    )


def test_a_full_pool_is_begun_anew_and_sets_begun_before_go_on() -> None:
    asked = estimator(5)
    first = asked.estimate(some_open(), minute())
    held, many = asked.pool, len(asked.pool.unit)
    asked.parameters = dataclasses.replace(asked.parameters, pool_most=many - 1)
    other = some_open()
    other[9] = True
    asked.estimate(other, minute(), below=0.0)
    assert asked.pool is not held
    assert first.pool is held
    before = first.price
    first.go_on(minute())
    assert first.price <= before + 1e-9


def test_seats_in_fractions_are_counted_in_steps() -> None:
    program = opening_county(6)
    assert program.switches is not None
    rows = program.matrix.tocsr(copy=True)
    limits = np.arange(program.n_items, program.n_items + SITES)
    for r in limits:
        rows.data[rows.indptr[r] : rows.indptr[r + 1]] *= 0.37
    state = SearchState(replace(program, matrix=rows), 0.0, None)
    scaled = Estimator(state, root(state, minute()).duals, 6)
    assert scaled.seats.max() <= DEFAULTS.column_generation.seat_steps_most
    assert scaled.estimate(some_open(), minute()).price == pytest.approx(
        estimator(6).estimate(some_open(), minute()).price, rel=0.01
    )


def test_seats_are_those_of_the_rows() -> None:
    program = opening_county(7)
    loads, seats, switch = seats_of_units(SearchState(program, 0.0, None))
    dense = program.matrix.toarray()
    assert program.switches is not None
    for u in range(SITES):
        row = dense[program.n_items + u]
        assert seats[u] == -row[program.switches[u]]
        assert switch[u] == u
        own = program.arc_unit == u
        assert (loads[program.arc_item[own], u] == row[: len(own)][own]).all()
