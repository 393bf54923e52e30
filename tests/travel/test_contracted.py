"""A smaller street network says the same distances, to the last bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from planning.travel.contracted import contracted, shortest

NODES = 14
EDGES = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(1, 4096)), max_size=30
)


@given(EDGES, st.sets(st.integers(0, NODES - 1), min_size=1, max_size=4))
def test_every_distance_from_a_kept_node_stays(edges, kept):
    ends = np.array([(a, b) for a, b, _ in edges], dtype=int).reshape(-1, 2)
    weight = np.array([w / 1024 for _, _, w in edges])
    graph = shortest(
        np.r_[ends[:, 0], ends[:, 1]], np.r_[ends[:, 1], ends[:, 0]], np.r_[weight, weight], NODES
    )
    stays = np.isin(np.arange(NODES), list(kept))
    small = contracted(graph, stays)
    found = dijkstra(small.junctions, indices=np.searchsorted(small.nodes, sorted(kept)))
    assert np.array_equal(small.reach(found, np.arange(NODES)), dijkstra(graph, indices=sorted(kept)))


def test_a_street_without_junctions_becomes_its_ends():
    length = np.array([1.0, 2.0, 3.0, 4.0])
    start = np.arange(4)
    graph = shortest(np.r_[start, start + 1], np.r_[start + 1, start], np.r_[length, length], 5)
    small = contracted(graph, np.array([True, False, False, False, True]))
    assert small.nodes.tolist() == [0, 4]
    assert small.junctions.toarray().tolist() == [[0, 10], [10, 0]]
    assert small.rest[2].tolist() == [3, 7]
