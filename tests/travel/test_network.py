"""The walking network: junctions, barriers, pavements, islands."""

from __future__ import annotations

import networkx as nx
import pytest
from shapely.geometry import box

from planning.travel import walking_graph, walking_network
from tests.travel.grid import grid_district, make_district

ARTERIAL = [("A", "arterial", [(200, -50), (200, 250)])]
RIVER = [("R", "river", [(250, -50), (250, 250)])]


def node_at(graph, x, y):
    return [n for n, data in graph.nodes(data=True) if (data["x"], data["y"]) == (x, y)]


def test_grid_has_every_junction_and_street():
    graph = walking_graph(grid_district())
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (15, 22)
    assert {round(d["length_m"], 6) for *_, d in graph.edges(data=True)} == {100.0}
    assert nx.is_connected(graph)


def test_end_points_within_the_tolerance_are_one_junction():
    district = make_district(
        [("z", box(0, 0, 10, 10))],
        [
            ("a", [(0, 0), (100, 0)], False),
            ("b", [(100.6, 0.5), (200, 0)], False),
            ("c", [(202, 0), (300, 0)], False),
        ],
    )
    graph = walking_graph(district, snap_m=1.0)
    assert nx.number_connected_components(graph) == 2
    assert graph.number_of_nodes() == 5


def test_roads_that_are_not_walkable_are_left_out():
    district = grid_district()
    roads = district.roads.copy()
    roads.loc[roads["road"] == "h0_0", "walkable"] = False
    graph = walking_graph(district.__class__(**{**district.__dict__, "roads": roads}))
    assert "h0_0" not in {d["road"] for *_, d in graph.edges(data=True)}
    assert graph.number_of_edges() == 21


def test_missing_walkable_means_walkable():
    district = grid_district()
    roads = district.roads.assign(walkable=None, crossing=None)
    assert walking_graph(district.__class__(**{**district.__dict__, "roads": roads})).number_of_edges() == 22


def test_road_over_a_river_is_cut_unless_it_is_a_bridge():
    network = walking_network(grid_district(barriers=RIVER, crossings=["h1_2"]))
    assert network.cut == ("h0_2", "h2_2")
    assert set(network.barrier[network.road == "h1_2"]) == {"river"}
    assert network.component.max() == 0


def test_river_without_a_bridge_leaves_an_island():
    network = walking_network(grid_district(columns=5, barriers=RIVER))
    islands = network.islands()
    assert list(islands["component"]) == [1]
    assert islands["nodes"].item() == 9
    assert islands["length_m"].item() == pytest.approx(1200)


def test_barriers_may_be_ignored():
    network = walking_network(grid_district(barriers=RIVER + ARTERIAL), barriers=False)
    assert network.cut == ()
    assert network.component.max() == 0


def test_arterial_becomes_two_pavements_and_is_changed_only_at_the_crossing():
    closed = walking_graph(grid_district(barriers=ARTERIAL))
    assert len(node_at(closed, 200, 0)) == 2
    assert nx.number_connected_components(closed) == 2
    assert sum(d["road"].startswith("v2") for *_, d in closed.edges(data=True)) == 4
    opened = walking_graph(grid_district(barriers=ARTERIAL, crossings=["h0_1"]))
    steps = [(a, b) for a, b, d in opened.edges(data=True) if d["length_m"] == 0]
    assert len(steps) == 1
    assert sorted(steps[0]) == sorted(node_at(opened, 200, 0))
    assert opened.edges[steps[0]]["barrier"] == "arterial"


def test_two_arterials_make_four_corners():
    graph = walking_graph(
        grid_district(barriers=[*ARTERIAL, ("B", "arterial", [(-50, 100), (450, 100)])], crossings=["h1_1"])
    )
    corners = node_at(graph, 200, 100)
    assert len(corners) == 4
    assert nx.shortest_path_length(graph.subgraph(corners), corners[0], corners[2]) == 2


def test_barrier_that_ends_in_a_junction_separates_nothing_there():
    graph = walking_graph(grid_district(barriers=[("A", "arterial", [(200, 100), (200, 250)])]))
    assert len(node_at(graph, 200, 100)) == 1
    assert nx.is_connected(graph)


def test_path_that_winds_over_a_line_and_back_is_not_cut():
    district = make_district(
        [("z", box(0, 0, 10, 10))],
        [("a", [(0, 0), (50, 20), (100, 0)], False)],
        [("R", "river", [(-10, 10), (110, 10)])],
    )
    assert walking_network(district).cut == ()


def test_of_parallel_roads_the_shortest_stays_in_the_graph():
    district = make_district(
        [("z", box(0, 0, 10, 10))],
        [("short", [(0, 0), (100, 0)], False), ("long", [(0, 0), (50, 80), (100, 0)], False)],
    )
    assert [d["road"] for *_, d in walking_graph(district).edges(data=True)] == ["short"]


def test_county_without_roads_has_an_empty_network():
    network = walking_network(grid_district(roads=False))
    assert len(network.start) == 0
    assert network.islands().empty
