"""Hold a county while it is made up, and the kinds of difficulty there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

CRS = "EPSG:32648"
EAST, NORTH = 600_000.0, 4_200_000.0
BASE = 2020
KINDS = (
    "roomy", "tight", "short", "nine_year", "shared", "nested", "budget", "closures",
    "follow", "stay", "phases", "islands", "nearest", "hard", "shared_stay", "shared_nested", "declared", "floors", "passes", "locks", "locks_stay",
    "seats", "seats_stay", "compact", "even", "even_stay", "even_phases", "even_seats", "locks_nested", "locks_shared", "locks_phases", "locks_declared",
)  # fmt: skip
TWO_STAGES = ("nested", "nine_year", "shared_nested", "locks_nested")
SMALL = (
    "nested",
    "follow",
    "stay",
    "phases",
    "nine_year",
    "shared_stay",
    "shared_nested",
    "locks_stay",
    "seats_stay",
    "even_stay",
    "even_phases",
    "locks_nested",
    "locks_shared",
    "locks_phases",
    "locks_declared",
)
PHASED = ("phases", "even_phases", "locks_phases")
SEVERAL_YEARS = (*PHASED, "follow", "stay", "shared_stay", "locks_stay", "seats_stay", "even_stay")
SHARED = ("shared", "shared_stay", "shared_nested", "declared", "locks_shared", "locks_declared")
LOCKED = ("locks", "locks_stay", "locks_nested", "locks_shared", "locks_phases", "locks_declared")
SEATED = ("seats", "seats_stay", "even_seats")
"""Capacity is counted in seats: nothing has a classroom."""
EVEN = ("even", "even_stay", "even_phases", "even_seats")
"""Schools are to be filled alike, beside projects of every kind and schools that may close."""
Pair = frozenset[str]


@dataclass
class Draft:
    """A county while it is made up."""

    rng: np.random.Generator
    cells: dict[tuple[int, int], str]
    xs: list[float]
    ys: list[float]
    stages: list[str]
    schools: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    cut_column: int = -1
    crossings: set[int] = field(default_factory=set)


def middle(draft: Draft, cell: tuple[int, int], spread: float = 0.0) -> tuple[float, float]:
    c, r = cell
    x0, x1, y0, y1 = draft.xs[c], draft.xs[c + 1], draft.ys[r], draft.ys[r + 1]
    u, v = (0.5 + spread * (draft.rng.random(2) - 0.5)).tolist()
    return EAST + x0 + u * (x1 - x0), NORTH + y0 + v * (y1 - y0)
