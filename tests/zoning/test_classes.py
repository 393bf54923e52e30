"""Rooms that are short are missing in all grades alike: no dearer than any other division, and its largest class the smallest."""

from __future__ import annotations

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.zoning.classes import classes_in_rooms, classes_short

PRICE, EACH = 50.0, 1.0


def cost(pupils: list[int], classes: tuple[int, ...], cap: int) -> float:
    return sum(EACH * k + PRICE * max(0, n - k * cap) for n, k in zip(pupils, classes, strict=True))


def largest(pupils: list[int], classes: tuple[int, ...]) -> float:
    """Return the largest class when all who attend are taught; those of a grade without a class are one beyond all others."""
    return max((math.inf if not k else n / k for n, k in zip(pupils, classes, strict=True) if n), default=0.0)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=3), st.integers(0, 7), st.integers(3, 6))
def test_no_division_of_the_rooms_is_cheaper_and_none_as_cheap_has_smaller_classes(
    pupils: list[int], rooms: int, cap: int
) -> None:
    classes, left = classes_in_rooms(pupils, [cap] * len(pupils), rooms, price=PRICE, each=EACH)
    found = tuple(classes)
    assert left == [max(0, n - k * cap) for n, k in zip(pupils, found, strict=True)]
    every = [c for c in itertools.product(range(rooms + 1), repeat=len(pupils)) if sum(c) <= rooms]
    least = min(cost(pupils, c, cap) for c in every)
    assert cost(pupils, found, cap) == least
    alike = [c for c in every if cost(pupils, c, cap) == least]
    assert largest(pupils, found) == min(largest(pupils, c) for c in alike)


def test_six_rooms_for_three_grades_of_about_140_are_two_for_each() -> None:
    classes, left = classes_in_rooms([148, 139, 141], [50, 50, 50], 6, price=PRICE, each=EACH)
    assert classes == [2, 2, 2]
    assert classes_short(left, 50) == 3
