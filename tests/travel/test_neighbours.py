"""Neighbouring zones: borders, slivers, barriers, crossings, bridges."""

from __future__ import annotations

import pytest
from shapely.affinity import translate
from shapely.geometry import Point, box

from planning.errors import ScenarioError
from planning.travel import zone_neighbours, zone_of_points, zones_near_points
from tests.travel.grid import CRS, grid_district, make_district

ARTERIAL = [("A", "arterial", [(200, -50), (200, 250)])]


def pairs(neighbours):
    return {tuple(sorted(edge)) for edge in neighbours.graph().edges}


def test_rook_leaves_corners_out_and_queen_takes_them():
    district = grid_district(columns=2)
    assert pairs(zone_neighbours(district)) == {
        ("z00", "z01"),
        ("z00", "z10"),
        ("z01", "z11"),
        ("z10", "z11"),
    }
    assert len(pairs(zone_neighbours(district, contiguity="queen"))) == 6


def test_matrix_is_symmetric_without_diagonal():
    matrix = zone_neighbours(grid_district(columns=5, rows=3), contiguity="queen").matrix
    assert (matrix != matrix.T).nnz == 0
    assert matrix.diagonal().sum() == 0


def test_gap_and_overlap_within_the_tolerance_are_closed():
    a = box(0, 0, 100, 100)
    zones = [
        ("a", a),
        ("gap", translate(a, 101.5)),
        ("overlap", translate(a, 0, 99)),
        ("far", translate(a, -110)),
    ]
    found = zone_neighbours(make_district(zones, []), snap_m=2.0)
    assert {("a", "gap"), ("a", "overlap")} <= pairs(found)
    assert ("a", "far") not in pairs(found) or ("far", "a") in found.linked


def test_short_common_border_is_a_corner_under_rook():
    zones = [("a", box(0, 0, 100, 100)), ("b", box(100, 92, 200, 192)), ("c", box(100, 0, 200, 92))]
    found = pairs(zone_neighbours(make_district(zones, []), min_shared_m=20))
    assert ("a", "b") not in found
    assert ("a", "c") in found


def test_barrier_along_the_border_cuts_and_a_crossing_joins():
    closed = zone_neighbours(grid_district(barriers=ARTERIAL), cut=["arterial"])
    assert closed.cut == (("z01", "z02"), ("z11", "z12"))
    assert closed.component.max() == 1
    opened = zone_neighbours(grid_district(barriers=ARTERIAL, crossings=["h0_1"]), cut=["arterial"])
    assert opened.cut == (("z11", "z12"),)
    assert opened.component.max() == 0


def test_kinds_that_do_not_cut_and_barriers_switched_off():
    district = grid_district(barriers=ARTERIAL)
    assert zone_neighbours(district, cut=["river"]).cut == ()
    assert zone_neighbours(district, cut=["arterial"], barriers=False).cut == ()


def test_barrier_between_the_middles_of_two_zones_cuts():
    river = [("R", "river", [(230, -50), (230, 250)])]  # through z02 and z12, left of their middle
    found = zone_neighbours(grid_district(barriers=river))
    assert found.cut == (("z01", "z02"), ("z11", "z12"))
    assert zone_neighbours(grid_district(barriers=river, crossings=["h1_2"])).cut == ()


def test_barrier_that_only_touches_a_corner_cuts_nothing():
    assert zone_neighbours(grid_district(barriers=[("R", "river", [(180, -50), (220, 10)])])).cut == ()


def test_bridge_by_hand_joins_and_unknown_zone_is_named():
    district = grid_district(barriers=ARTERIAL)
    assert zone_neighbours(district, cut=["arterial"], bridges=[("z11", "z12")]).component.max() == 0
    with pytest.raises(ScenarioError, match="nowhere"):
        zone_neighbours(district, bridges=[("z11", "nowhere")])


def test_zone_without_neighbour_is_joined_to_the_nearest_on_foot():
    # the island is nearer to a in a straight line, but its only street leads to b
    zones = [("a", box(0, 0, 100, 100)), ("b", box(100, 0, 200, 100)), ("island", box(0, 130, 100, 230))]
    streets = [
        ("w", [(150, 50), (150, 180)], False), ("x", [(150, 180), (50, 180)], False),
        ("y", [(150, 50), (150, -10)], False), ("v", [(150, -10), (50, -10)], False), ("u", [(50, -10), (50, 50)], False),
    ]  # fmt: skip
    found = zone_neighbours(make_district(zones, streets))
    assert found.linked == (("island", "b"),)
    assert "island–b" in found.note
    assert found.component.max() == 0


def test_point_lies_in_its_zone_or_near_one_or_nowhere():
    import geopandas as gpd

    points = gpd.GeoDataFrame(
        index=["in", "near", "lost"], geometry=[Point(150, 50), Point(150, -30), Point(9e3, 9e3)], crs=CRS
    )
    found = zones_near_points(grid_district(), points)
    assert found.loc["in"].tolist() == ["z01", 0.0]
    assert found.loc["near"].tolist() == ["z01", 30.0]
    assert found["zone"].isna().tolist() == [False, False, True]
    assert zone_of_points(grid_district(), points).iloc[:2].to_dict() == {"in": "z01", "near": "z01"}


def test_relabelled_zones_keep_their_neighbours():
    district = grid_district(barriers=ARTERIAL, crossings=["h0_1"])
    turned = district.__class__(
        **{**district.__dict__, "zones": district.zones.iloc[::-1].reset_index(drop=True)}
    )
    assert pairs(zone_neighbours(district, cut=["arterial"])) == pairs(
        zone_neighbours(turned, cut=["arterial"])
    )


def test_barrier_drawn_in_short_pieces_still_cuts():
    pieces = [(f"A{i}", "arterial", [(200, 25 * i), (200, 25 * i + 25)]) for i in range(-1, 9)]
    assert zone_neighbours(grid_district(barriers=pieces), cut=["arterial"]).cut == (
        ("z01", "z02"),
        ("z11", "z12"),
    )


def test_crossing_over_the_road_does_not_lead_over_the_railway_beside_it():
    rail = ("B", "railway", [(204, -50), (204, 250)])
    both = [("up", [(200, 50), (203, 50)], True)]  # ends between the two
    district = grid_district(barriers=[*ARTERIAL, ("C", "canal", [(212, -50), (212, 250)])], extra=both)
    assert zone_neighbours(district, cut=["arterial"]).cut == (("z11", "z12"),)
    assert ("z01", "z02") in zone_neighbours(district, cut=["arterial", "canal"]).cut
    crossed = grid_district(barriers=[*ARTERIAL, rail], extra=[("bridge", [(190, 50), (215, 50)], True)])
    assert zone_neighbours(crossed, cut=["arterial", "railway"]).cut == (("z11", "z12"),)
