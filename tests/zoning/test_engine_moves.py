"""Recombine catchments on a street of four zones, by hand.

    0 — 1 — 2 — 3      school A in zone 0, school B in zone 3, one pupil a zone, three seats each

Prices: A 0, 1, 5, 9 and B 9, 5, 1, 0. Best: {0, 1} to A and {2, 3} to B, 2 in all.
"""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
from scipy import sparse

from planning.zoning.engine import Program
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.partition import Catchments
from planning.zoning.engine.owners import column_owners
from planning.zoning.engine.state import SearchState


def street(opening: float | None = None) -> SearchState:
    arcs = np.arange(8)
    item, unit = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
    rows, columns, values = np.r_[item, 4 + unit], np.r_[arcs, arcs], np.ones(16)
    cost = np.array([0.0, 9, 1, 5, 5, 1, 9, 0])
    upper = np.r_[np.ones(4), 3.0, 3.0]
    if opening is not None:
        rows, columns, values = np.r_[rows, 4, 5], np.r_[columns, 8, 9], np.r_[values, -3.0, -3.0]
        cost, upper = np.r_[cost, opening, opening], np.r_[np.ones(4), 0.0, 0.0]
    n = len(cost)
    next_to = sparse.csr_matrix((np.ones(6), ([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2])), shape=(4, 4))
    program = Program(
        cost=cost,
        col_lower=np.zeros(n),
        col_upper=np.ones(n),
        integer=np.ones(n, dtype=bool),
        matrix=sparse.csr_matrix((values, (rows, columns)), shape=(6, n)),
        row_lower=np.r_[np.ones(4), -np.inf, -np.inf],
        row_upper=upper,
        offset=0.0,
        arc_item=item,
        arc_unit=unit,
        n_items=4,
        n_units=2,
        neighbours=next_to,
        roots=(np.array([0]), np.array([3])),
        switches=np.arange(8, n),
    )
    return SearchState(program, time.perf_counter(), None)


def point(state: SearchState, units: list[int]) -> np.ndarray:
    values = np.zeros(len(state.programme.cost))
    values[state.programme.arc_at[np.arange(4), units]] = 1.0
    if len(state.programme.given.cost) == 10:
        values[8 + np.unique(units)] = 1.0
    return values


def recombined(state: SearchState, plans: list[list[int]]) -> np.ndarray | None:
    assert state.incumbents.offer(point(state, plans[0]), "start")
    pool = Catchments(state, column_owners(state.programme, state.parameters.neighbourhoods).of)
    for plan in plans:
        pool.record(point(state, plan), np.arange(2))
    return pool.recombine(Deadline(time.perf_counter() + 20.0), 0)


@pytest.mark.parametrize(("opening", "price"), [(None, 2.0), (3.0, 8.0)])
def test_halves_of_two_plans_make_a_better_one(opening: float | None, price: float) -> None:
    state = street(opening)
    pool = Catchments(state, column_owners(state.programme, state.parameters.neighbourhoods).of)
    pool.parameters = dataclasses.replace(pool.parameters, fresh_least=1)
    assert pool.separable
    assert state.incumbents.offer(point(state, [0, 0, 0, 1]), "start")
    # {0, 1} to A is seen in one plan, {2, 3} to B in another; neither plan is the best
    pool.record(point(state, [0, 0, 1, 1]), np.array([0]))
    pool.record(point(state, [0, 1, 1, 1]), np.array([1]))
    pool.record(point(state, [1, 1, 1, 1]), np.array([1]))
    pool.record(point(state, [0, 0, 1, 1]), np.array([1]))
    values = pool.recombine(Deadline(time.perf_counter() + 20.0), 0)
    assert values is not None
    assert state.incumbents.offer(values, "partition")
    assert state.incumbents.best is not None
    assert state.incumbents.best.unit_of.tolist() == [0, 0, 1, 1]
    assert state.incumbents.best.objective == pytest.approx(price)


def test_loose_catchments_are_not_kept() -> None:
    state = street()
    pool = Catchments(state, column_owners(state.programme, state.parameters.neighbourhoods).of)
    pool.record(point(state, [0, 1, 0, 1]), np.arange(2))
    assert not pool.seen


def test_catchments_that_do_not_fit_leave_the_plan() -> None:
    state = street()
    values = recombined(state, [[0, 0, 0, 1]])
    assert values is None or not state.incumbents.offer(values, "partition")
    assert state.incumbents.best is not None
    assert state.incumbents.best.unit_of.tolist() == [0, 0, 0, 1]


def test_a_column_of_two_units_rules_recombination_out() -> None:
    state = street()
    owners = [*column_owners(state.programme, state.parameters.neighbourhoods).of[:-1], {0, 1}]
    assert not Catchments(state, owners).separable
