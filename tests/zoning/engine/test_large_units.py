"""Where units hold hundreds of items only borders are decided; zones without pupils are passed through and bound nothing falsely."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from planning.parameters import EngineParameters
from planning.zoning.engine import Engine, Program, solve_program
from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.engine.contiguity.grow import bridged
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.guide import guide_of, weightless
from planning.zoning.engine.lp.relaxation import root
from planning.zoning.engine.programme import working_programme
from planning.zoning.engine.state import SearchState
from tests.zoning.engine.test_annealing import program
from tests.zoning.engine.test_engine import cheapest, connected, county, grid, price_of


def emptied(full: Program, empty: np.ndarray) -> Program:
    """Return a county in which some items have no pupils: they cost nothing and take no seat."""
    cost = np.where(np.isin(full.arc_item, empty), 0.0, full.cost)
    matrix = sparse.coo_matrix(full.matrix)
    seats = matrix.row >= full.n_items
    kept = ~(seats & np.isin(full.arc_item[matrix.col], empty))
    rows = sparse.csr_matrix(
        (matrix.data[kept], (matrix.row[kept], matrix.col[kept])), shape=full.matrix.shape
    )
    return replace(full, cost=cost, matrix=rows)


def large(seed: int, *, side: int = 26, k: int = 4, spare: float = 0.03) -> Program:
    """Return a grid of few schools with more than a hundred zones each, a quarter of them without pupils."""
    full = program(seed, spare, k=k, side=side)
    rng = np.random.default_rng(seed)
    homes = [int(r[0]) for r in full.roots]
    return emptied(full, np.setdiff1d(rng.choice(side * side, side * side // 4, replace=False), homes))


@pytest.mark.parametrize("seed", range(3))
def test_zones_without_pupils_change_no_optimum_and_no_bound(seed: int) -> None:
    small = county(seed)
    homes = {int(r[0]) for r in small.roots}
    empty = np.array([i for i in (1, 4, 6) if i not in homes])
    given = emptied(small, empty)
    found = solve_program(given, gap=0.0, time_limit_s=20, threads=1)
    assert found.proven
    assert found.objective == pytest.approx(cheapest(given))


def test_weightless_items_are_those_no_row_and_no_price_knows() -> None:
    given = emptied(county(1, columns=4, rows=4), np.array([5, 6]))
    working = working_programme(given, 20.0)
    assert np.flatnonzero(weightless(working)).tolist() == [5, 6]
    guide = guide_of(working, working.cost, weightless(working))
    arcs = working.item == 5
    assert (guide[arcs] >= 0).all()
    assert guide[arcs].min() == 0.0
    assert guide[arcs].max() > 0.0  # follows its neighbours
    others = ~np.isin(working.item, [5, 6])
    assert (guide[others] == working.cost[others]).all()


def test_pieces_hang_on_their_catchment_over_free_items() -> None:
    # a street of seven: unit 0 at the left, its piece at place 4, free items between them
    graph = ItemGraph(grid(7, 1), (np.array([0]), np.array([6])))
    unit_of = np.array([0, 0, 1, 1, 0, 1, 1])
    free = np.array([False, False, True, True, False, False, False])
    assert bridged(graph, unit_of, free).tolist() == [0, 0, 0, 0, 0, 1, 1]
    blocked = np.zeros(7, dtype=bool)
    assert bridged(graph, unit_of, blocked).tolist() == unit_of.tolist()


@pytest.mark.parametrize("seed", range(2))
def test_a_large_tight_county_gets_a_legal_plan_near_its_bound(seed: int) -> None:
    given = large(seed)
    state = SearchState(given, 0.0, None)
    assert root(state, Deadline(np.inf)).solved
    few = state.few_arcs()
    assert few is not None
    assert few.sum() < 0.6 * len(given.cost)
    found = solve_program(given, gap=0.05, time_limit_s=30, seed=seed, threads=1)
    assert found.feasible
    assert found.gap <= 0.05
    assert connected(given, found.unit_of_item)
    assert price_of(given, found.unit_of_item) == pytest.approx(found.objective)


def test_where_units_hold_few_items_every_arc_may_be_taken_up() -> None:
    state = SearchState(program(0, 0.1), 0.0, None)
    assert root(state, Deadline(np.inf)).solved
    assert state.few_arcs() is None


def test_all_arcs_are_taken_up_where_the_parameters_say_so() -> None:
    given = large(0, side=12, k=2)
    engine = Engine(parameters=EngineParameters(neighbourhoods={"items_per_unit_most": 30}))  # type: ignore[arg-type]
    found = solve_program(given, gap=0.01, time_limit_s=20, seed=1, threads=1, engine=engine)
    assert found.feasible
    assert connected(given, found.unit_of_item)
