"""Regions of nearly full plans are annealed: walks keep seats and connection, never get dearer for it, and a seed repeats."""

from __future__ import annotations

import time

import numpy as np
import pytest

from planning.parameters import EngineParameters, WalkParameters
from planning.zoning.engine import Engine, solve_program
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.annealing import packing
from planning.zoning.engine.neighbourhoods.part import cut_out, region
from planning.zoning.engine.neighbourhoods.partition import Catchments
from planning.zoning.engine.neighbourhoods.regions import Walk, Walks
from planning.zoning.engine.owners import column_owners
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_annealing import assert_whole, nearest, program

LITTLE = {
    "walks": {"moves_at_once": 300_000, "moves_per_item": 500},
    "annealing": {"moves_per_item": 2_000},
}


def little() -> EngineParameters:
    return EngineParameters(**LITTLE)  # type: ignore[arg-type]


def legal_state(seed: int, spare: float) -> SearchState:
    """Return a search whose incumbent keeps all seats."""
    problem = program(seed, spare)
    state = SearchState(problem, time.perf_counter(), None, little())
    nearest(state)
    walks = Walks(state, on=True)
    later = Deadline(time.perf_counter() + 60.0)
    for k in range(20):
        best = state.incumbents.best
        assert best is not None
        if best.broken <= 0:
            return state
        for unit_of in walks.anneal(best, k, later).plans:
            state.incumbents.offer(values_of(state, unit_of), "test")
    raise AssertionError("no plan keeps its seats")


def values_of(state: SearchState, unit_of: np.ndarray) -> np.ndarray:
    values = np.zeros(len(state.programme.cost))
    values[state.programme.arc_at[np.arange(len(unit_of)), unit_of]] = 1.0
    return values


def test_a_region_is_of_units_that_border_one_another() -> None:
    state = SearchState(program(1, 0.1), time.perf_counter(), None)
    unit_of = nearest(state)
    given = packing(state)
    assert given is not None
    units = region(given, unit_of, 4, np.random.default_rng(0))
    assert len(units) == 4
    part, items, where = cut_out(given, unit_of, units)
    assert np.array_equal(units[where], unit_of[items])
    assert set(items.tolist()) == set(np.flatnonzero(np.isin(unit_of, units)).tolist())
    pieces = part.beside.tocoo()
    met = {(where[a], where[b]) for a, b in zip(pieces.row, pieces.col, strict=True)}
    assert len({u for pair in met if pair[0] != pair[1] for u in pair}) == 4


@pytest.mark.parametrize("spare", [0.02, 0.06])
def test_walks_keep_seats_and_connection_and_repeat(spare: float) -> None:
    state = legal_state(3, spare)
    plan = state.incumbents.best
    assert plan is not None
    later = Deadline(time.perf_counter() + 60.0)
    turns = []
    for _ in range(2):
        walks = Walks(state, on=True)
        turns.append([walks.anneal(plan, seed, later) for seed in range(3)])
    for a, b in zip(*turns, strict=True):
        assert np.array_equal(a.plans[0], b.plans[0])
        assert a.catchments == b.catchments
    given = packing(state)
    assert given is not None
    found = turns[0][-1].plans[0]
    assert_whole(state.programme.given, found)
    load = np.bincount(found, given.asked[np.arange(len(found)), found], minlength=len(given.seats))
    assert (load <= given.seats + 1e-9).all()
    assert state.programme.plan_of(values_of(state, found)).objective <= plan.objective + 1e-6


def test_a_walk_goes_a_little_uphill_and_no_farther() -> None:
    here = np.zeros(3, dtype=np.int64)
    walk = Walk(here, 100.0, 0.01)
    assert not walk.step(here + 1, 100.5)
    assert walk.price == 100.5
    assert walk.best_price == 100.0
    assert not walk.step(here + 2, 101.5)
    assert walk.price == 100.5
    assert walk.step(here + 2, 99.0)
    assert (walk.best_price, walk.stale) == (99.0, 0)


def test_catchments_met_in_regions_are_recombined() -> None:
    state = legal_state(5, 0.06)
    best = state.incumbents.best
    assert best is not None
    catchments = Catchments(state, column_owners(state.programme, state.parameters.neighbourhoods).of)
    turn = Walks(state, on=True).anneal(best, 1, Deadline(time.perf_counter() + 60.0))
    for unit, items in turn.catchments:
        catchments.keep(unit, np.frombuffer(items, dtype=np.int64))
    for (_, items), (price, own, _) in catchments.seen.items():
        assert price == pytest.approx(float(state.programme.cost[own].sum()))
        assert len(own) == len(np.frombuffer(items, dtype=np.int64))
    values = catchments.recombine(Deadline(time.perf_counter() + 20.0), 0)
    assert values is not None
    plan = state.programme.plan_of(values)
    assert plan.broken <= 0
    assert plan.objective <= best.objective + 1e-6
    assert_whole(state.programme.given, plan.unit_of)


def test_full_counties_end_alike_with_one_seed() -> None:
    runs = []
    for _ in range(2):
        answer = solve_program(
            program(7, 0.02), gap=0.02, time_limit_s=60.0, threads=1, engine=Engine(parameters=little())
        )
        assert answer.feasible
        runs.append(answer.unit_of_item)
    assert np.array_equal(*runs)


def test_bounds_are_in_order() -> None:
    with pytest.raises(ValueError, match="units_least"):
        WalkParameters(units_least=5.0, units_most=2.0)
