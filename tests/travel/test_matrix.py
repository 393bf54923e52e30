"""Distances from zones to schools: by hand, against networkx, and as invariants."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planning.travel import school_places, travel_matrix, walking_graph
from tests.travel.grid import grid_district, make_district

ARTERIAL = [("A", "arterial", [(200, -50), (200, 250)])]
RIVER = [("R", "river", [(230, -50), (230, 250)])]
SCHOOL = [("s", (350, 210))]


def frame(district, **options):
    matrix = travel_matrix(district, school_places(district), **options)
    return matrix, matrix.to_frame().set_index(["zone", "school"])


def test_distance_is_legs_times_detour_plus_streets():
    # z00: 50 m to a street × 1.3, then 500 m of streets from (50, 0|100) to (350, 200), 10 m × 1.3 to the school
    _, table = frame(grid_district(schools=SCHOOL))
    assert table.loc[("z00", "s"), "distance_m"] == pytest.approx(65 + 500 + 13, abs=0.01)
    assert table.loc[("z13", "s"), "distance_m"] == pytest.approx(65 + 200 + 13, abs=0.01)
    assert not table["crosses_barrier"].any()


def test_home_and_school_on_one_street_do_not_walk_to_the_corner():
    district = make_district(
        [("z", box(0, 0, 20, 20))],
        [("a", [(-500, 0), (500, 0)], False)],
        schools=[("s", (60, 0)), ("t", (-90, 0))],
    )
    _, table = frame(district)
    assert table.loc[("z", "s"), "distance_m"] == pytest.approx(13 + 50, abs=0.01)
    assert table.loc[("z", "t"), "distance_m"] == pytest.approx(13 + 100, abs=0.01)


def test_arterial_without_a_crossing_cannot_be_reached_over():
    matrix, table = frame(grid_district(barriers=ARTERIAL, schools=SCHOOL))
    assert np.isinf(table.loc[["z00", "z01", "z10", "z11"], "distance_m"]).all()
    assert np.isfinite(table.loc[["z02", "z03", "z12", "z13"], "distance_m"]).all()
    assert "not connected" in matrix.note


def test_the_way_leads_over_the_flagged_crossing_and_says_so():
    _, table = frame(grid_district(barriers=ARTERIAL, schools=SCHOOL, crossings=["h0_1"]))
    assert table.loc[("z10", "s"), "distance_m"] == pytest.approx(65 + 600 + 13, abs=0.01)
    assert table.loc["z10", "crosses_barrier"].item()
    assert not table.loc["z13", "crosses_barrier"].item()


def test_a_bridge_over_a_river_is_no_breach_of_the_crossing_norm():
    _, table = frame(grid_district(barriers=RIVER, schools=SCHOOL, crossings=["h0_2"]))
    assert np.isfinite(table["distance_m"]).all()
    assert not table["crosses_barrier"].any()


def test_the_leg_to_the_street_avoids_the_barrier():
    # the nearest street lies behind the canal; the other one is reached without going over it
    district = make_district(
        [("z", box(0, 0, 20, 20))],
        [
            ("near", [(-100, -10), (100, -10)], False),
            ("far", [(-100, 60), (100, 60)], False),
            ("j", [(100, -10), (100, 60)], True),
        ],
        [("C", "canal", [(-200, -2), (200, -2)])],
        [("s", (100, 60))],
    )
    _, table = frame(district)
    assert table["distance_m"].item() == pytest.approx(50 * 1.3 + 90, abs=0.01)


def test_zone_off_the_network_is_reported_and_unreachable():
    district = grid_district(schools=SCHOOL)
    matrix, table = frame(district, max_snap_m=40)
    assert matrix.unsnapped == tuple(district.zones["zone"])
    assert np.isinf(table["distance_m"]).all()
    assert "more than 40 m" in matrix.note


def test_county_without_roads_gets_straight_lines_and_says_so():
    matrix, table = frame(grid_district(schools=SCHOOL, barriers=ARTERIAL, roads=False))
    assert matrix.mode == "straight"
    assert "no walkable roads" in matrix.note
    assert table.loc[("z00", "s"), "distance_m"] == pytest.approx(1.3 * np.hypot(300, 160))
    assert table.loc["z00", "crosses_barrier"].item()
    assert not table.loc["z03", "crosses_barrier"].item()


def test_asked_for_straight_lines_do_not_blame_the_roads():
    matrix, _ = frame(grid_district(schools=SCHOOL), mode="straight", detour=1.2)
    assert matrix.note == "straight line × 1.2"


def test_sites_of_new_schools_are_places_but_expansions_are_not():
    district = make_district(
        [("z", box(0, 0, 20, 20))],
        [],
        schools=[("s", (0, 0))],
        projects=[("p", "new", "n", (5, 5)), ("q", "expansion", "s", (9, 9))],
    )
    places = school_places(district)
    assert list(places.index) == ["s", "n"]
    assert (places.geometry["s"].x, places.geometry["n"].x) == (0, 5)


def test_same_distances_as_plain_networkx():
    district = grid_district(columns=6, rows=5, barriers=[("A", "arterial", [(300, -50), (300, 550)])], crossings=["h2_2"],
                             schools=[("s", (600, 500)), ("t", (0, 0)), ("u", (300, 200))], drop=["h1_1", "v2_2", "h3_4"])  # fmt: skip
    graph = walking_graph(district)
    _, table = frame(district)
    corner = {(d["x"], d["y"]): n for n, d in graph.nodes(data=True)}
    for zone, school, at in (("z00", "s", (600, 500)), ("z45", "t", (0, 0)), ("z24", "t", (0, 0))):
        row, column = int(zone[1]), int(zone[2])
        ways = [nx.shortest_path_length(graph, corner[100 * x, 100 * y], corner[at], weight="length_m")
                for x in (column, column + 1) for y in (row, row + 1) if (100 * x, 100 * y) != (300, 200)]  # fmt: skip
        # the home lies 50 m from each street and joins it half-way between two corners
        assert (
            min(ways) + 50 + 65 - 0.01
            <= table.loc[(zone, school), "distance_m"]
            <= max(ways) + 50 + 65 + 0.01
        )


@settings(max_examples=25, deadline=None)
@given(
    st.sets(st.sampled_from([f"h{j}_{i}" for j in range(4) for i in range(4)]), max_size=6), st.integers(0, 3)
)
def test_more_streets_never_make_a_way_longer_and_nothing_beats_the_straight_line(drop, row):
    schools = [("s", (400, 100 * row)), ("t", (0, 300))]
    full = grid_district(rows=3, schools=schools)
    less = grid_district(rows=3, schools=schools, drop=drop)
    all_streets, fewer = (travel_matrix(d, school_places(d), max_snap_m=51).distance_m for d in (full, less))
    straight = travel_matrix(full, school_places(full), mode="straight", detour=1.0).distance_m
    kept = np.isfinite(fewer)
    assert (all_streets[kept] <= fewer[kept] + 100.01).all()  # a home may join another street than before
    assert (all_streets >= straight - 0.01).all()


@pytest.mark.parametrize(("home", "crosses"), [("z00", False), ("z01", False), ("z02", True), ("z03", True)])
def test_a_way_that_ends_before_the_barrier_does_not_go_over_it(home, crosses):
    # one road leads over the arterial, flagged as a crossing; the school lies on it, west of the arterial
    zones = [(f"z0{c}", box(100 * c, 0, 100 * c + 100, 100)) for c in range(4)]
    road = ("over", [(0, 50), (400, 50)], True)
    _, table = frame(make_district(zones, [road], ARTERIAL, [("s", (30, 60))]))
    assert table.loc[home, "crosses_barrier"].item() is crosses
