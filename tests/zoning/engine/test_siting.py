"""Openings chosen first must give what the whole programme gives; what is given must leave the right programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from planning.parameters import DEFAULTS, EngineParameters, SitingParameters
from planning.zoning.engine import Engine, Program, solve_program
from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.first_plan import grow
from planning.zoning.engine.lp.fixed import with_fixed
from planning.zoning.engine.lp.highs import Arrays, run_mip
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.neighbourhoods.improve import Improver
from planning.zoning.engine.siting.coarse import Merged
from planning.zoning.engine.siting.column_generation import Estimate, Estimator
from planning.zoning.engine.siting.open_set import OpenSet
from planning.zoning.engine.siting.openings import Openings
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_engine import county

SITES = 12
MINUTE = 60.0


def opening_county(seed: int) -> Program:
    """A county whose units must be opened at a price: seats and own item only where open, and ``arc ≤ opening``."""
    base = county(seed, columns=5, rows=4, units=SITES, slack=3.0)
    n, k, arcs = base.n_items, SITES, len(base.cost)
    rng = np.random.default_rng(seed)
    unit = np.arange(k)
    homes_at = np.array([int(r[0]) for r in base.roots])
    own = homes_at * k + unit
    item, home = base.arc_item, homes_at[base.arc_unit]
    price = rng.integers(1, 10, n).astype(float)
    away = np.hypot(item % 5 - home % 5, item // 5 - home // 5)
    seats = sparse.csr_matrix((-base.row_upper[n:], (n + unit, unit)), shape=(n + k, k))
    homes = sparse.csr_matrix(
        (np.r_[np.ones(k), -np.ones(k)], (np.r_[unit, unit], np.r_[own, arcs + unit])), shape=(k, arcs + k)
    )
    each = np.arange(arcs)
    links = sparse.csr_matrix(
        (np.r_[np.ones(arcs), -np.ones(arcs)], (np.r_[each, each], np.r_[each, arcs + base.arc_unit])),
        shape=(arcs, arcs + k),
    )
    matrix = sparse.vstack([sparse.hstack([base.matrix, seats]), homes, links]).tocsr()
    high = np.r_[np.ones(n), np.zeros(k), np.zeros(k), np.zeros(arcs)]
    return replace(
        base,
        cost=np.r_[price[item] * away, rng.integers(8, 30, k).astype(float)],
        col_lower=np.zeros(arcs + k),
        col_upper=np.ones(arcs + k),
        integer=np.ones(arcs + k, dtype=bool),
        matrix=matrix,
        row_lower=np.r_[np.ones(n), np.full(k, -np.inf), np.zeros(k), np.full(arcs, -np.inf)],
        row_upper=high,
        switches=arcs + unit,
    )


def optimum(program: Program) -> float:
    """Return the price of the programme as it stands, without contiguity."""
    arrays = Arrays(
        program.cost,
        program.col_lower,
        program.col_upper,
        program.integer,
        program.matrix.tocsc(),
        program.row_lower,
        program.row_upper,
    )
    found = run_mip(arrays, Deadline(float("inf")).within(MINUTE))
    assert found.finished
    return found.objective + program.offset


def relaxed(program: Program) -> float:
    """Return the price of the relaxation."""
    found = linprog(
        program.cost,
        A_ub=program.matrix[~np.isfinite(program.row_lower)],
        b_ub=program.row_upper[~np.isfinite(program.row_lower)],
        A_eq=program.matrix[np.isfinite(program.row_lower)],
        b_eq=program.row_upper[np.isfinite(program.row_lower)],
        bounds=np.c_[program.col_lower, program.col_upper],
    )
    assert found.status == 0
    return float(found.fun) + program.offset


def relaxed_arrays(arrays: Arrays):
    """Return optimum and point of the relaxation of bare arrays."""
    rows = sparse.csr_matrix(arrays.matrix)
    parts = [rows[np.isfinite(arrays.row_upper)], -rows[np.isfinite(arrays.row_lower)]]
    limits = [
        arrays.row_upper[np.isfinite(arrays.row_upper)],
        -arrays.row_lower[np.isfinite(arrays.row_lower)],
    ]
    found = linprog(
        arrays.cost,
        A_ub=sparse.vstack(parts),
        b_ub=np.concatenate(limits),
        bounds=np.c_[arrays.lower, arrays.upper],
    )
    assert found.status == 0
    return found


@pytest.mark.parametrize("large_below", [0, DEFAULTS.siting.large_items_below])
@pytest.mark.parametrize("seed", range(3))
def test_openings_first_and_everything_at_once_agree(seed: int, large_below: int) -> None:
    program = opening_county(seed)
    parameters = EngineParameters(siting=SitingParameters(large_items_below=large_below))
    sited = solve_program(program, gap=0.0, time_limit_s=MINUTE, engine=Engine(parameters=parameters))
    # the first plan comes from a set that was drawn
    assert next(point.phase for point in sited.trace if np.isfinite(point.objective)) == "siting"
    parameters = EngineParameters(siting=SitingParameters(openings_least=SITES + 1))
    whole = solve_program(program, gap=0.0, time_limit_s=MINUTE, engine=Engine(parameters=parameters))
    assert "siting" not in {point.phase for point in whole.trace}
    assert sited.proven
    assert whole.proven
    assert sited.objective == pytest.approx(whole.objective)


def test_one_thread_and_one_seed_repeat_a_run() -> None:
    first, second = (
        solve_program(opening_county(4), gap=0.0, time_limit_s=MINUTE, seed=5, threads=1) for _ in range(2)
    )
    assert "siting" in {point.phase for point in first.trace}
    assert first.unit_of_item.tolist() == second.unit_of_item.tolist()
    assert [(p.objective, p.phase) for p in first.trace] == [(p.objective, p.phase) for p in second.trace]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), data=st.data())
def test_given_columns_leave_the_same_optimum(seed: int, data: st.DataObject) -> None:
    program = opening_county(seed)
    assert program.switches is not None
    opened = np.array(data.draw(st.lists(st.booleans(), min_size=SITES, max_size=SITES)), dtype=float)
    opened[:4] = 1.0
    part, columns, given_values = with_fixed(program, program.switches, opened)
    lower, upper = program.col_lower.copy(), program.col_upper.copy()
    lower[program.switches] = upper[program.switches] = opened
    assert optimum(part) == pytest.approx(optimum(replace(program, col_lower=lower, col_upper=upper)))
    assert len(part.cost) == len(columns) < len(program.cost)
    assert (given_values[program.switches] == opened).all()
    assert part.matrix.shape[0] < program.matrix.shape[0]


def test_price_of_openings_is_that_of_the_relaxation() -> None:
    program = opening_county(5)
    assert program.switches is not None
    state = SearchState(program, 0.0, None)
    opened = np.zeros(SITES, dtype=bool)
    opened[:6] = True
    lower, upper = program.col_lower.copy(), program.col_upper.copy()
    lower[program.switches] = upper[program.switches] = opened
    disconnected = replace(program, col_lower=lower, col_upper=upper)
    assert Openings(state, 0.0).price(opened) == pytest.approx(relaxed(disconnected), rel=1e-6)
    # room that is kept can only make it dearer
    assert Openings(state, 0.2).price(opened) >= Openings(state, 0.0).price(opened) - 1e-6


def test_a_short_limit_still_leaves_a_plan() -> None:
    answer = solve_program(opening_county(1), gap=0.0, time_limit_s=3.0)
    assert answer.feasible
    assert answer.bound <= answer.objective + 1e-6


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), groups=st.integers(4, 18))
def test_answers_over_merged_items_are_answers_over_all(seed: int, groups: int) -> None:
    program = opening_county(seed)
    state = SearchState(program, 0.0, None)
    merged = Merged(state, groups)
    anchors = np.concatenate(program.roots)
    assert (np.bincount(merged.group)[anchors] == 1).all()  # what anchors a catchment stays by itself
    whole = state.programme.arrays()
    part = merged.arrays(whole)
    found, truth = (relaxed_arrays(arrays) for arrays in (part, whole))
    values = merged.sums @ found.x
    rows = whole.matrix @ values
    assert (rows <= whole.row_upper + 1e-6).all()
    assert (rows >= whole.row_lower - 1e-6).all()
    assert whole.cost @ values == pytest.approx(found.fun)
    assert found.fun >= truth.fun - 1e-6


def test_merging_nothing_changes_nothing() -> None:
    state = SearchState(opening_county(3), 0.0, None)
    merged = Merged(state, state.programme.n_items)
    assert relaxed_arrays(merged.arrays(state.programme.arrays())).fun == pytest.approx(
        relaxed_arrays(state.programme.arrays()).fun
    )


def some_open() -> np.ndarray:
    opened = np.zeros(SITES, dtype=bool)
    opened[:7] = True
    return opened


def minute() -> Deadline:
    return Deadline(float("inf")).within(MINUTE)


def estimated(state: SearchState) -> Estimate:
    """Return what plans with some openings cost about."""
    return Estimator(state, root(state, minute()).duals, 0).estimate(some_open(), minute())


@pytest.mark.parametrize("large_items", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_a_look_finds_what_the_openings_allow(seed: int, large_items: bool) -> None:
    program = opening_county(seed)
    state = SearchState(program, 0.0, None)
    open_set = OpenSet(state, some_open(), 1e-9, estimate=estimated(state) if large_items else None)
    open_set.attempt(minute(), 0, 1)
    assert state.incumbents.best is not None
    assert state.incumbents.best.objective == pytest.approx(open_set.price())
    assert (state.incumbents.best.values[program.switches] == some_open()).all()
    assert not state.programme.disconnected(state.incumbents.best.unit_of)
    whole = solve_program(open_set.program, gap=0.0, time_limit_s=MINUTE)
    assert whole.objective <= open_set.price() + 1e-6
    assert open_set.price() <= 1.1 * whole.objective
    assert open_set.least <= whole.objective + 1e-6


def test_a_look_ends_where_nothing_better_can_be_found() -> None:
    program = opening_county(2)
    state = SearchState(program, 0.0, None)
    first = OpenSet(state, some_open(), 1e-9)
    first.attempt(minute(), 0, 1)
    assert state.incumbents.best is not None
    # every unit open costs more here, whatever the ways
    dear = OpenSet(state, np.ones(SITES, dtype=bool), 1e-9)
    least = Openings(state, 0.0).price(np.ones(SITES, dtype=bool))
    dear.attempt(minute(), 0, 1)
    assert least > state.incumbents.best.objective
    assert dear.price() == np.inf


def test_a_look_at_large_items_goes_on_where_the_last_one_ended() -> None:
    whole = SearchState(opening_county(3), 0.0, None)
    open_set = OpenSet(whole, some_open(), 1e-9, estimate=estimated(whole))
    open_set.attempt(minute(), 0, 1)
    state, improver, price = open_set.state, open_set.improver, open_set.at_hand()
    assert state is not None
    assert improver is not None
    relaxed_at = len([point for point in state.incumbents.trace if point.phase == "relaxation"])
    open_set.attempt(minute(), 0, 2)
    assert open_set.state is state  # neither relaxed nor rounded again
    assert open_set.improver is improver
    assert len([point for point in state.incumbents.trace if point.phase == "relaxation"]) == relaxed_at
    assert open_set.at_hand() <= price
    assert not open_set.unfinished  # nothing was gained: there is no reason to look again


def test_neighbourhoods_take_up_none_but_the_arcs_they_may() -> None:
    part = OpenSet(SearchState(opening_county(1), 0.0, None), some_open(), 1e-9).program
    state = SearchState(part, 0.0, None)
    assert root(state, minute()).solved
    rng = np.random.default_rng(0)
    anyhow = rng.random((part.n_items, part.n_units)).astype(np.float32)
    values = complete(state, grow(state, anyhow), minute(), seed=0)
    assert values is not None
    assert state.incumbents.offer(values, "first plan")
    assert state.incumbents.best is not None
    first = state.incumbents.best.objective
    only = rng.random(len(state.programme.cost)) < 0.5
    improver = Improver(state, minute(), 0, only=only)
    for _ in range(30):
        improver.step()
    improver.drain()
    assert state.incumbents.best.objective < first
    used = (state.incumbents.best.values > 0.5) & (state.programme.item >= 0)
    assert (only | (values > 0.5))[used].all()


def test_only_points_below_a_price_are_found() -> None:
    arrays = SearchState(opening_county(2), 0.0, None).programme.arrays()
    limit = Deadline(float("inf")).within(MINUTE)
    best = run_mip(arrays, limit)
    assert run_mip(arrays, limit, below=best.objective - 1.0).values is None
    assert run_mip(arrays, limit, below=best.objective + 1.0).objective == pytest.approx(best.objective)
