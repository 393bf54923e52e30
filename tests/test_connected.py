"""Parts are those that SciPy finds, numbered by their first member."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planning.connected import connected_parts


@pytest.mark.parametrize(("count", "pairs"), [(1, 0), (7, 3), (60, 30), (400, 390), (3000, 1500)])
@pytest.mark.parametrize("seed", range(4))
def test_parts_are_those_of_scipy(count: int, pairs: int, seed: int) -> None:
    one, other = np.random.default_rng(seed).integers(0, count, (2, pairs))
    graph = coo_array((np.ones(pairs), (one, other)), shape=(count, count))
    assert (
        connected_parts(count, one, other).tolist() == connected_components(graph, directed=False)[1].tolist()
    )


def test_a_long_chain_in_any_order_is_one_part() -> None:
    order = np.random.default_rng(1).permutation(20_000)
    assert not connected_parts(len(order), order[1:], order[:-1]).any()


def test_nothing_has_no_part() -> None:
    assert connected_parts(0, [], []).tolist() == []
