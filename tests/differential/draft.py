"""Hold a county while it is made up, and the kinds of difficulty there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planning.grades import USUAL, Grades

CRS = "EPSG:32648"
EAST, NORTH = 600_000.0, 4_200_000.0
BASE = 2020
KINDS = (
    "roomy", "tight", "short", "nine_year", "shared", "nested", "budget", "closures",
    "follow", "stay", "phases", "islands", "nearest", "hard", "shared_stay", "shared_nested", "declared", "floors", "passes", "locks", "locks_stay",
    "seats", "seats_stay", "compact", "even", "even_stay", "even_phases", "even_seats", "locks_nested", "locks_shared", "locks_phases", "locks_declared",
    "grades", "grades_stay", "grades_nested", "boarding", "closed", "closed_stay", "other_schools", "mixed", "mixed_stay", "mixed_phases",
    "begun_locks", "begun_mixed",
)  # fmt: skip
"""Kinds of county; a kind's place in the list is part of its seeds, so new ones come last."""
_PARTS = (
    "nine_year", "shared", "nested", "budget", "closures", "hard", "declared", "floors", "passes", "locks", "seats", "compact", "even",
    "grades", "boarding", "closed", "other_schools", "prices", "settings",
)  # fmt: skip
"""What the mixed kinds draw from."""
_APART = (("seats", "floors"), ("seats", "passes"), ("floors", "passes"))
"""Not together: resources of made-up counties go by classrooms, and are counted one way."""
_MEANS = {
    "shared_stay": ("shared", "stay"), "shared_nested": ("shared", "nested"), "declared": ("shared",), "locks_declared": ("locks", "declared", "shared"),
    "phases": ("several_years",), "follow": ("several_years",), "stay": ("several_years",), "mixed_stay": ("several_years",),
    "mixed_phases": ("phases", "several_years"),
}  # fmt: skip
"""Traits of a kind beside the words of its name."""
_TWO_STAGES = ("nested", "nine_year")
_SMALL = ("nested", "nine_year", "several_years")
Pair = frozenset[str]


def traits_of(kind: str, seed: int) -> frozenset[str]:
    """Return what makes a county of a kind difficult: the words of its name and what they mean; mixed kinds draw two to six."""
    found = {kind, *kind.split("_"), *_MEANS.get(kind, ())}
    if "mixed" in found:
        rng = np.random.default_rng([KINDS.index(kind), seed, 1])
        parts = [p for p in _PARTS if "phases" not in found or p not in ("shared", "declared", "hard")]
        found |= {str(p) for p in rng.permutation(parts)[: int(rng.integers(2, 7))]}
        found -= {b for a, b in _APART if a in found}
    for word in tuple(found):
        found |= set(_MEANS.get(word, ()))
    if found & {
        "locks_stay",
        "locks_nested",
        "locks_phases",
        "locks_shared",
        "locks_declared",
    } or found & set(_SMALL):
        found.add("small")
    if found & set(_TWO_STAGES):
        found.add("two_stages")
    return frozenset(found)


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
    traits: frozenset[str] = frozenset()
    grades: Grades = USUAL

    def zoned(self, stage: str) -> list[str]:
        """Return the units of a stage that take pupils by catchment."""
        return [
            u["unit"]
            for u in self.units
            if u["stage"] == stage and u.get("admission", "catchment") == "catchment"
        ]

    def has(self, *traits: str) -> bool:
        """Tell whether the county has one of some traits."""
        return not self.traits.isdisjoint(traits)


def middle(draft: Draft, cell: tuple[int, int], spread: float = 0.0) -> tuple[float, float]:
    c, r = cell
    x0, x1, y0, y1 = draft.xs[c], draft.xs[c + 1], draft.ys[r], draft.ys[r + 1]
    u, v = (0.5 + spread * (draft.rng.random(2) - 0.5)).tolist()
    return EAST + x0 + u * (x1 - x0), NORTH + y0 + v * (y1 - y0)
