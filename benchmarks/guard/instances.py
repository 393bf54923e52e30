"""Twelve made-up counties, from loose to tight, few zones to a school to hundreds: nothing to be downloaded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import Delaunay, cKDTree

from benchmarks import kong


@dataclass(frozen=True)
class Case:
    """What a county is like, and how many steps of improvement it gets.

    Parameters
    ----------
    zones, schools : int
        How many.
    spare : float
        Seats beyond the pupils, as a share of these.
    steps : int
        Steps of improvement after which a run ends: no clock, so that a slow machine finds the same plan.
    unequal : bool
        Zones of very different size (log-normal) instead of 20 to 80 pupils.
    empty : float
        Share of the zones that have no pupils.
    """

    zones: int
    schools: int
    spare: float
    steps: int
    unequal: bool = False
    empty: float = 0.0


CASES: dict[str, Case] = {
    "300x12 loose": Case(300, 12, 0.15, 12),
    "300x12 tight": Case(300, 12, 0.03, 8),
    "300x12 unequal": Case(300, 12, 0.08, 12, unequal=True),
    "300x38 loose": Case(300, 38, 0.15, 12),
    "300x38 tight": Case(300, 38, 0.05, 8),
    "600x20 tight": Case(600, 20, 0.03, 8),
    "600x20 unequal": Case(600, 20, 0.06, 12, unequal=True),
    "600x60 loose": Case(600, 60, 0.15, 15),
    "1200x20 loose": Case(1200, 20, 0.15, 8),
    "900x15 tight": Case(900, 15, 0.03, 6),
    "1500x8 large units": Case(1500, 8, 0.04, 25, empty=0.25),
    "1200x8 large units": Case(1200, 8, 0.06, 20, unequal=True),
}


def county(name: str) -> kong.Instance:
    """Scatter the zones and schools of a case; seats follow the pupils around each school in part."""
    case = CASES[name]
    rng = np.random.default_rng(list(CASES).index(name))
    points = rng.uniform(0.0, 1000.0 * np.sqrt(case.zones / 10.0), (case.zones, 2))
    homes = np.sort(rng.choice(case.zones, case.schools, replace=False))
    people = rng.integers(20, 81, case.zones).astype(float)
    if case.unequal:
        people = np.round(np.clip(rng.lognormal(3.5, 0.9, case.zones), 2.0, 400.0))
    nobody = rng.choice(case.zones, int(case.empty * case.zones), replace=False)
    people[np.setdiff1d(nobody, homes)] = 0.0
    triangles = Delaunay(points).simplices
    sides = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0)
    near = np.asarray(cKDTree(points[homes]).query(points)[1])
    pull = np.bincount(near, weights=people, minlength=case.schools) / people.sum()
    share = 0.5 * pull + 0.5 / case.schools
    seats = np.maximum(np.floor((1.0 + case.spare) * people.sum() * share), people[homes])
    pairs = tuple((int(a), int(b)) for a, b in edges)
    return kong.Instance(name, tuple(range(case.zones)), people, points, homes, seats, None, pairs)
