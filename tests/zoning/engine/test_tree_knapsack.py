"""The catchment along a tree that pays most must be what trying all of them finds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from planning.zoning.engine.contiguity.graph import ItemGraph
from planning.zoning.engine.siting.tree_knapsack import best_catchments, random_trees, walk

WIDE = 3


def grid(n: int, roots: list[list[int]]) -> ItemGraph:
    """A map of ``n`` items in rows of three."""
    beside = [(i, i + 1) for i in range(n - 1) if i % WIDE < WIDE - 1] + [
        (i, i + WIDE) for i in range(n - WIDE)
    ]
    a, b = np.array(beside).T
    graph = sparse.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
    return ItemGraph(graph, tuple(np.array(r, dtype=np.int64) for r in roots))


def best_of_all(
    before: np.ndarray, wanted: np.ndarray, profit: np.ndarray, load: np.ndarray, seats: int
) -> float:
    """Try every set of items that holds what lies before each of them."""
    best = 0.0
    for taken in product((False, True), repeat=len(before)):
        held = np.array(taken)
        predecessors = before[held & (before >= 0)]
        if (held & ~wanted).any() or not held[predecessors].all() or load[held].sum() > seats:
            continue
        best = max(best, float(profit[held].sum()))
    return best


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 9), seats=st.integers(0, 20))
def test_the_table_finds_what_trying_all_finds(seed: int, n: int, seats: int) -> None:
    rng = np.random.default_rng(seed)
    # one anchor, two anchors, and a unit that nobody asks to hang together
    graph = grid(n, [[0], [1, n - 1], []])
    units = np.arange(3)
    profit = rng.integers(-5, 10, (n, 3)).astype(float)
    load = rng.integers(0, 7, (n, 3))
    before, reached = random_trees(graph, units, np.maximum(0.05, -profit), rng)
    assert reached.all()
    pays, items = best_catchments(walk(before, reached), profit, load, np.full(3, seats))
    for u in range(3):
        assert pays[u] == pytest.approx(best_of_all(before[u], reached[u], profit[:, u], load[:, u], seats))
        assert profit[items[u], u].sum() == pytest.approx(pays[u])
        assert load[items[u], u].sum() <= seats
        assert not graph.pieces(u, items[u])[1]  # nothing hangs loose


def test_ways_lead_along_the_map_from_an_anchor() -> None:
    graph = grid(9, [[4], [0, 8]])
    before, reached = random_trees(graph, np.arange(2), np.ones((9, 2)), np.random.default_rng(1))
    assert reached.all()
    for u in range(2):
        assert set(np.flatnonzero(before[u] < 0)) == set(graph.roots[u])
        for i in np.flatnonzero(before[u] >= 0):
            assert graph.adjacency[i, before[u, i]] == 1


def test_no_way_leads_over_water() -> None:
    graph = sparse.csr_matrix(([1.0, 1.0], ([0, 1], [1, 0])), shape=(3, 3))  # the third is an island
    graph = ItemGraph(graph, (np.array([0]),))
    _, reached = random_trees(graph, np.array([0]), np.ones((3, 1)), np.random.default_rng(0))
    assert reached.tolist() == [[True, True, False]]


def test_what_lies_on_the_way_comes_along() -> None:
    before = np.array([[-1, 0, 1, 2]])
    walks = walk(before, np.array([[False, False, False, True]]))
    assert walks.item[:, 0].tolist() == [0, 1, 2, 3]
    assert walks.beyond[:, 0].tolist() == [4, 3, 2, 1]


def test_nothing_wanted_is_an_empty_catchment() -> None:
    walks = walk(np.array([[-1, 0]]), np.zeros((1, 2), dtype=bool))
    pays, items = best_catchments(walks, np.ones((2, 1)), np.ones((2, 1), dtype=np.int64), np.array([5]))
    assert pays.tolist() == [0.0]
    assert [len(held) for held in items] == [0]


def test_many_units_are_taken_in_parts() -> None:
    rng = np.random.default_rng(3)
    graph = grid(9, [[int(r)] for r in rng.integers(0, 9, 7)])
    profit, load = rng.normal(1.0, 3.0, (9, 7)), rng.integers(1, 5, (9, 7))
    seats = rng.integers(3, 15, 7)
    walks = walk(*random_trees(graph, np.arange(7), np.ones((9, 7)), rng))
    whole = best_catchments(walks, profit, load, seats)
    parts = best_catchments(walks, profit, load, seats, table_most=1)  # one unit at a time
    assert parts[0] == pytest.approx(whole[0])
    assert [i.tolist() for i in parts[1]] == [i.tolist() for i in whole[1]]
