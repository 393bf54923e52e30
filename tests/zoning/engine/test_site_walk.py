"""Walks over sites: the programme read as sites, plans that keep every row, catchments recombined with what their sites cost."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from planning.parameters import EngineParameters
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.program import Program
from planning.zoning.engine.siting.sets import Sets
from planning.zoning.engine.siting.sites import rounded, sites_of, transported
from planning.zoning.engine.siting.siting import walks_over
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_siting import SITES, opening_county

LITTLE = EngineParameters(
    walks={"moves_at_once": 50_000, "moves_per_item": 200},  # type: ignore[arg-type]
    site_walks={"items_least": 0},  # type: ignore[arg-type]
)


def begun(program: Program) -> SearchState:
    return SearchState(program, time.perf_counter(), None, LITTLE)


def walked(seed: int, turns: int = 3) -> SearchState:
    """Return a search after some turns of a walk."""
    state = begun(opening_county(seed))
    later = Deadline(time.perf_counter() + 60.0)
    relaxation = root(state, later)
    sets = Sets(state, relaxation.values, 60.0, seed, large_items=False)
    sets.choose(sets.slacks[0], later)
    (walks,) = walks_over(state, sets, seed, 1)
    assert walks is not None
    for _ in range(turns):
        walks.turn(later)
    walks.pool.recombine(later, seed)
    return state


def test_a_programme_of_openings_is_read_as_sites() -> None:
    program = opening_county(1)
    sites = sites_of(begun(program))
    assert sites is not None
    assert sites.switch.tolist() == list(range(SITES))
    assert sites.root.tolist() == [int(r[0]) for r in program.roots]
    assert np.array_equal(sites.opening, program.cost[-SITES:])
    assert program.switches is not None
    seats = program.matrix[program.n_items + np.arange(SITES)][:, program.switches]
    assert np.array_equal(sites.packing.seats, -seats.diagonal())


@pytest.mark.parametrize("kind", ["two openings in a row", "least number of pupils", "two limits"])
def test_a_programme_that_says_more_is_not(kind: str) -> None:
    program = opening_county(1)
    assert program.switches is not None
    row = np.zeros(len(program.cost))
    low, high = -np.inf, 5.0
    if kind == "two openings in a row":
        row[program.switches[:2]] = 1.0
    else:
        row[program.arc_unit[: len(program.arc_item)].tolist().index(0)] = 1.0
        row[np.flatnonzero(program.arc_unit == 0)] = 1.0
        if kind == "least number of pupils":
            low, high = 2.0, np.inf
    more = replace(
        program,
        matrix=sparse.vstack([program.matrix, sparse.csr_matrix(row)]).tocsr(),
        row_lower=np.append(program.row_lower, low),
        row_upper=np.append(program.row_upper, high),
    )
    assert sites_of(begun(more)) is None


def test_a_unit_that_must_be_open_keeps_its_own_item_and_costs_nothing_more() -> None:
    program = opening_county(2)
    assert program.switches is not None
    lower = program.col_lower.copy()
    lower[program.switches[3]] = 1.0
    sites = sites_of(begun(replace(program, col_lower=lower)))
    assert sites is not None
    assert sites.opening[3] == 0.0
    assert sites.constant == program.offset + program.cost[program.switches[3]]
    assert np.isfinite(sites.packing.price[sites.root[3]]).tolist() == [u == 3 for u in range(SITES)]


def test_a_region_costs_at_least_what_its_transport_costs() -> None:
    state = begun(opening_county(3))
    sites = sites_of(state)
    assert sites is not None
    items, units = np.arange(state.programme.n_items), np.arange(SITES)
    part = sites.part(items, units)
    found = transported(part)
    assert found is not None
    price, shares = found
    n, k = part.price.shape
    at = np.isfinite(part.price)
    answer = linprog(
        np.where(at, part.price, 0.0).ravel(),
        A_ub=np.vstack([(part.asked * (np.arange(k) == u)).ravel() for u in range(k)]),
        b_ub=part.seats,
        A_eq=np.kron(np.eye(n), np.ones(k)),
        b_eq=np.ones(n),
        bounds=[(0, float(a)) for a in at.ravel()],
    )
    assert price == pytest.approx(answer.fun)
    start = rounded(sites, part, items, units, shares)
    assert start is not None
    assert not state.programme.disconnected(start)
    assert (start[sites.root] == units).all()


@pytest.mark.parametrize("seed", range(2))
def test_walks_offer_plans_that_keep_every_row_and_a_seed_repeats(seed: int) -> None:
    plans = [walked(seed).incumbents.best for _ in range(2)]
    for plan in plans:
        assert plan is not None
        assert plan.broken == 0.0
        assert len(np.unique(plan.unit_of)) < SITES  # walks begin with every site open
    first, second = plans
    assert first is not None
    assert second is not None
    assert np.array_equal(first.unit_of, second.unit_of)


def test_a_plan_costs_what_its_sites_say() -> None:
    state = walked(4)
    sites, best = sites_of(state), state.incumbents.best
    assert sites is not None
    assert best is not None
    assert sites.price_of(best.unit_of) == pytest.approx(best.objective)
