"""A street between two blocks parts no catchment; a zone of others does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.publish import catchment_polygons
from planning.publish.across import STREET_M, across_streets
from planning.publish.notice.boundary_text import boundary_texts
from tests.district.tiny import ZONES, tiny_district
from tests.publish.made import layout_of


def blocks(n: int, gap: float, size: float = 300.0) -> np.ndarray:
    """Return n × n square blocks with streets between them."""
    step = size + gap
    return np.array(
        [
            shapely.box(x * step, y * step, x * step + size, y * step + size)
            for y in range(n)
            for x in range(n)
        ]
    )


@settings(max_examples=25, deadline=None)
@given(gap=st.floats(0.2, STREET_M - 1), turn=st.floats(0, 3), data=st.data())
def test_blocks_across_streets_are_one_part_and_blocks_beyond_others_are_not(gap, turn, data):
    zones = shapely.affinity.rotate(shapely.MultiPolygon(list(blocks(4, gap))), turn, use_radians=True)
    zones = shapely.get_parts(zones)
    mine = np.array(data.draw(st.lists(st.booleans(), min_size=16, max_size=16).filter(any)))
    area = shapely.union_all(zones[mine])
    (over,) = across_streets(np.array([area]), zones)
    # touching at a corner across a crossing is enough for none: sides count
    grid, groups, seen = mine.reshape(4, 4), 0, np.zeros((4, 4), dtype=bool)
    for y, x in zip(*np.nonzero(grid), strict=True):
        stack = [] if seen[y, x] else [(y, x)]
        groups += bool(stack)
        while stack:
            a, b = stack.pop()
            if 0 <= a < 4 and 0 <= b < 4 and grid[a, b] and not seen[a, b]:
                seen[a, b] = True
                stack += [(a + 1, b), (a - 1, b), (a, b + 1), (a, b - 1)]
    assert shapely.get_num_geometries(over) <= groups
    assert shapely.area(shapely.intersection(over, zones[~mine])).sum() < 0.05 * 300 * 16
    sides = shapely.intersection(over, area).area
    assert sides == pytest.approx(area.area)


@pytest.mark.parametrize(("gap", "parts"), [(3.0, 1), (STREET_M - 1, 1), (STREET_M + 5, 2)])
def test_a_gap_is_crossed_up_to_the_width_of_a_street(gap, parts):
    zones = np.array([shapely.box(0, 0, 500, 500), shapely.box(500 + gap, 0, 1000, 500)])
    (over,) = across_streets(np.array([shapely.union_all(zones)]), zones)
    assert shapely.get_num_geometries(over) == parts


def test_what_lies_behind_a_zone_of_others_stays_apart():
    strip = shapely.box(500, 0, 520, 500)
    zones = np.array([shapely.box(0, 0, 500, 500), strip, shapely.box(520, 0, 1000, 500)])
    (over,) = across_streets(np.array([shapely.union_all(zones[[0, 2]])]), zones)
    assert shapely.get_num_geometries(over) == 2


def test_a_lake_is_no_hole_and_a_zone_of_others_is():
    ring = shapely.box(0, 0, 900, 900).difference(shapely.box(300, 300, 600, 600))
    inner = shapely.box(300, 300, 600, 600)
    assert across_streets(np.array([ring]), np.array([ring]))[0].area == pytest.approx(900 * 900)
    assert across_streets(np.array([ring]), np.array([ring, inner]))[0].equals(ring)


@pytest.mark.parametrize("gap", [0.5, 3.0, 20.0])
def test_a_county_drawn_along_its_streets_has_no_exclaves_in_its_notice(gap):
    whole = tiny_district()
    zones = whole.zones.copy()
    zones["geometry"] = zones.buffer(-gap / 2, join_style="mitre")
    district = dataclasses.replace(whole, zones=zones)
    layout = layout_of(dict.fromkeys(ZONES, "A-P"))
    (row,) = catchment_polygons(district, layout, "primary").itertuples()
    assert (row.parts, row.exclaves, row.holes) == (6, 0, 0)
    words = boundary_texts(district, layout, "primary")["A-P"]
    assert words.exclaves == 0
    assert {s.kind for s in words.stretches} == {
        s.kind for s in boundary_texts(whole, layout, "primary")["A-P"].stretches
    }


def test_parts_that_overlap_and_outlines_that_cross_themselves_are_mended_first() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    overlapping = shapely.MultiPolygon(
        [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10), shapely.box(30, 0, 40, 10)]
    )
    zones = np.array([shapely.box(0, 0, 15, 10), shapely.box(30, 0, 40, 10), bow], dtype=object)
    joined = across_streets(np.array([bow, overlapping], dtype=object), zones)
    assert shapely.is_valid(joined).all()
    assert shapely.area(joined) == pytest.approx([50.0, 400.0], rel=0.01)
