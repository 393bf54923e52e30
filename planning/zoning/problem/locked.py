"""Say which pairs of zone and unit the locks of a scenario leave open."""

from __future__ import annotations

import numpy as np

from planning.arrays import BoolArray
from planning.zoning.problem.problem import ZoningProblem


def left_open(problem: ZoningProblem, s: int) -> BoolArray:
    """Return which pairs the locks leave open in a stage (n_zones, n_units); shared zones are given."""
    locks, found = problem.locks, np.ones((problem.n_zones, len(problem.units)), dtype=bool)
    of_stage = problem.units_of(problem.stages[s])
    for lock in locks.of("zones", s):
        found[np.ix_(lock.zones, of_stage[of_stage != lock.unit])] = False
    for lock in locks.of("not", s):
        found[list(lock.zones), lock.unit] = False
    for lock in locks.of("frozen", s):
        mine = np.isin(np.arange(problem.n_zones), lock.zones)
        found[~mine, lock.unit] = False
        found[np.ix_(mine, of_stage[of_stage != lock.unit])] = False
    for zones in locks.groups(s):
        found[list(zones)] = found[list(zones)].all(axis=0)
    found[problem.shared_in(s)] = True
    return found
