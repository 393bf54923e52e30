"""Ways whose nodes lie on one spot are mended; what met there still meets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planning.importing.geometry.ways import Way, mend_ways

HERE = Path("county.osm")


def way(key, nodes, xy):
    return Way(key, {"highway": "residential"}, np.array(nodes), np.array(xy, dtype=float))


def test_a_way_of_one_spot_goes_and_its_ends_are_joined():
    ways = [
        way("W1", [1, 2], [(0, 0), (1, 0)]),
        way("W2", [2, 3], [(1, 0), (1, 0)]),
        way("W3", [3, 4], [(1, 0), (2, 0)]),
    ]
    kept, crossings, said = mend_ways(HERE, ways, {3})
    assert [w.key for w in kept] == ["W1", "W3"]
    assert kept[0].nodes[-1] == kept[1].nodes[0] == 2
    assert crossings == {2}
    assert [(p.value, p.level) for p in said] == [("W2", "warning")]
    assert said[0].message_en.startswith("1 ways of which all nodes lie on one spot")


def test_a_node_that_repeats_a_place_within_a_way_is_dropped():
    ways = [way("W1", [1, 2, 3, 4], [(0, 0), (1, 0), (1, 0), (2, 0)]), way("W2", [3, 9], [(1, 0), (1, 5)])]
    kept, _, said = mend_ways(HERE, ways, set())
    assert kept[0].nodes.tolist() == [1, 2, 4]
    assert kept[1].nodes[0] == 2
    assert "mended" in said[0].message_en


def test_a_loop_and_places_that_are_no_numbers():
    ways = [
        way("W1", [1, 2, 1], [(0, 0), (1, 0), (0, 0)]),
        way("W2", [5, 6, 7], [(0, 0), (np.nan, 1), (3, 3)]),
    ]
    kept, _, said = mend_ways(HERE, ways, set())
    assert [w.nodes.tolist() for w in kept] == [[1, 2, 1], [5, 7]]
    assert said == []
