"""Divide the rooms of a unit among its grades, and count the classes that are too large."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_ALIKE = 1e-9
"""Savings that differ by less, in pupil-kilometres, are the same number rounded differently."""


def classes_in_rooms(
    pupils: Sequence[float], caps: Sequence[float], rooms: int, *, price: float, each: float
) -> tuple[list[int], list[float]]:
    """Return the classes of every grade, and the pupils left without a seat.

    The class that saves most opens first; of several that save as much, the one in the grade whose classes are largest, so that rooms
    that are short are missing in all grades alike. Exact for the pupils who attend: what a class saves in a grade falls with every
    class, so nothing is gained by looking ahead.

    Parameters
    ----------
    pupils, caps : sequence of float
        By grade: pupils who attend, pupils a class may hold.
    rooms : int
        Rooms of the unit.
    price, each : float
        Of a missing seat, and of a class, in pupil-kilometres.

    Examples
    --------
    Three rooms for 60 and 40 pupils:

    >>> classes_in_rooms([60, 40], [45, 45], 3, price=50.0, each=1.0)
    ([2, 1], [0.0, 0.0])
    >>> classes_in_rooms([60, 40], [45, 45], 1, price=50.0, each=1.0)
    ([1, 0], [15.0, 40.0])

    Six rooms for three grades of 140 are two for each, where 3, 3 and 0 would leave as many without a seat:

    >>> classes_in_rooms([140, 140, 140], [45, 45, 45], 6, price=50.0, each=1.0)
    ([2, 2, 2], [50.0, 50.0, 50.0])

    Counted in seats, every seat is a class of one:

    >>> classes_in_rooms([60, 40], [1, 1], 90, price=50.0, each=0.0)
    ([60, 30], [0.0, 10.0])
    """
    left = [float(n) for n in pupils]
    if (
        caps and max(caps) <= 1 and price > each
    ):  # seats: each saves as much as any other, the lowest grades first
        return _seats_in(left, rooms)
    classes = [0] * len(left)
    saved = [price * min(n, cap) - each for n, cap in zip(left, caps, strict=True)]
    for _ in range(rooms):
        most = max(saved, default=0.0)
        if most <= 0:
            break
        alike = (g for g, value in enumerate(saved) if value >= most - _ALIKE)
        k = max(alike, key=lambda g: (pupils[g] / classes[g] if classes[g] else math.inf, pupils[g], -g))
        classes[k] += 1
        left[k] = max(0.0, left[k] - caps[k])
        saved[k] = price * min(left[k], caps[k]) - each
    return classes, left


def _seats_in(pupils: list[float], seats: int) -> tuple[list[int], list[float]]:
    """Return the seats of every grade, and the pupils left without one."""
    given, free = [], seats
    for n in pupils:
        given.append(min(math.ceil(n), free))
        free -= given[-1]
    return given, [max(0.0, n - k) for n, k in zip(pupils, given, strict=True)]


def classes_short(short: Iterable[float], cap: float) -> int:
    """Return the classes, a room each, that would seat the pupils without a seat of every grade: a class belongs to one grade.

    Examples
    --------
    >>> classes_short([13, 0, 46], 45)
    3
    """
    return sum(math.ceil(n / cap) for n in short)


def classes_over(pupils: npt.ArrayLike, classes: npt.ArrayLike, cap: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return how many classes of each grade exceed the cap when its pupils are spread evenly; pupils without a class count as one.

    Examples
    --------
    >>> classes_over([91, 90, 10, 0], [2, 2, 0, 0], 45).tolist()
    [1, 0, 1, 0]
    """
    n, k = np.asarray(pupils), np.asarray(classes)
    spread = np.maximum(k, 1)
    low, bigger = n // spread, n % spread
    over = np.where(low > cap, k, np.where(low + 1 > cap, bigger, 0))
    return np.where(n > 0, np.maximum(over, (k == 0).astype(int)), 0)
