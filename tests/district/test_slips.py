"""A ring that crosses itself by a hair is mended and said; one that could mean two things is refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.district.geometry.slips import unpacked, without_slips

M = 1 / 111_320.0


def ring(*points: tuple[float, float]) -> shapely.Polygon:
    """Return a polygon from metres, in degrees near the equator."""
    return shapely.Polygon(np.array(points) * M)


def one(shape: shapely.Geometry) -> tuple[shapely.Geometry, bool]:
    shapes, slipped = without_slips(np.array([shape], dtype=object))
    return shapes[0], bool(slipped[0])


@settings(max_examples=30, deadline=None)
@given(by=st.floats(0.05, 1.5), at=st.floats(50, 900))
def test_a_corner_dragged_over_its_neighbour_is_mended(by, at):
    drawn = ring(
        (0, 0), (at, 0), (at - by, 0.4 * by), (at + by, -0.4 * by), (1000, 0), (1000, 1000), (0, 1000)
    )
    if shapely.is_valid(drawn):
        return
    mended, slipped = one(drawn)
    assert slipped
    assert shapely.is_valid(mended)
    assert mended.area == pytest.approx((1000 * M) ** 2, rel=1e-3)


def test_a_bow_tie_and_a_broad_loop_stay_as_drawn():
    for drawn in (
        ring((0, 0), (1000, 1000), (1000, 0), (0, 1000)),
        ring((0, 0), (1000, 0), (1000, 1000), (500, 1000), (500, -50), (470, -50), (470, 1000), (0, 1000)),
    ):
        assert not shapely.is_valid(drawn)
        same, slipped = one(drawn)
        assert not slipped
        assert same is drawn


def test_parts_are_judged_each_by_itself():
    square, beside = shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)
    tie = shapely.Polygon([(3000, 0), (4000, 1000), (4000, 0), (3000, 1000)])
    over = shapely.box(500, 0, 1500, 1000)
    for parts in ([square, beside, tie], [square, over], [square, square]):
        drawn = shapely.transform(shapely.MultiPolygon(parts), lambda xy: xy * M)
        assert one(drawn) == (drawn, False)
    touching = shapely.transform(shapely.MultiPolygon([square, beside]), lambda xy: xy * M)
    mended, slipped = one(touching)
    assert slipped
    assert mended.area == pytest.approx(touching.area)


def test_a_ring_with_a_corner_nowhere_is_left_to_be_refused():
    nowhere = shapely.Polygon([(0, 0), (1, 0), (1, float("nan")), (0, 1)])
    assert one(nowhere) == (nowhere, False)


def test_what_is_valid_stays_the_same_object():
    square = ring((0, 0), (10, 0), (10, 10), (0, 10))
    assert one(square) == (square, False)


def test_areas_come_out_of_their_collection_and_mixed_ones_do_not():
    a, b = shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)
    mixed = shapely.GeometryCollection([a, shapely.Point(0, 0)])
    found = unpacked(
        np.array([shapely.GeometryCollection([a]), shapely.GeometryCollection([a, b]), mixed, a, None])
    )
    assert found[0].equals(a)
    assert found[1].equals(shapely.MultiPolygon([a, b]))
    assert found[2] is mixed
    assert found[3] is a
    assert found[4] is None
