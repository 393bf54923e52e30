"""Leave locked zones and frozen units as they are.

    x[i,u] = 1                              zone i locked to u
    x[i,u] = 0                              zone i kept from u
    x[i,u] = 1 where u has i in force, 0 elsewhere       u frozen

A shared zone is given and no lock holds it; a frozen unit keeps its part in those that it shares in force. Source: the scenario's own locks (design.md §4: locks are kept exactly).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planning.arrays import BoolArray, IntArray
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Reason, Rule
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.held import Lock
from planning.zoning.problem.locked import left_open

PARTS = ("zones", "not", "frozen")


class Locks(Rule):
    """Locked zones and frozen units stay as the scenario says."""

    name, words = "locks", Text("zoning.rule.locks")
    setting = "locks"
    mend = Text("zoning.rule.locks.mend")

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario locks zones or units."""
        return any(lock.part in PARTS for lock in problem.locks.every)

    def value(self, problem: ZoningProblem) -> str:
        """Return the locks as the scenario names them."""
        return ", ".join(dict.fromkeys(lock.key for lock in problem.locks.every if lock.part in PARTS))

    def allows(self, problem: ZoningProblem, stage_index: int) -> BoolArray | None:
        """Allow what the locks leave open, zones of a tie as one (n_zones, n_units)."""
        return left_open(problem, stage_index) if problem.locks else None

    def settle(self, problem: ZoningProblem, stage_index: int, plan: IntArray) -> IntArray:
        """Give locked zones, and those of frozen units, to their unit."""
        found = plan.copy()
        for part in ("zones", "frozen"):
            for lock in problem.locks.of(part, stage_index):
                held = np.setdiff1d(np.array(lock.zones), problem.shared_in(stage_index))
                found[held] = lock.unit
        return found

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield the lock that keeps the zone from the unit."""
        if zone in problem.shared_in(stage_index):
            return
        for lock in problem.locks.every:
            if lock.stage == stage_index and (said := _said(problem, lock, zone, unit)) is not None:
                mend = Text("zoning.mend.take_lock_out", key=lock.key)
                yield Reason.of(self.name, said, mend=mend, about="lines")


RULE = Locks()


def _said(problem: ZoningProblem, lock: Lock, zone: int, unit: int) -> Text | None:
    """Return how a lock keeps a zone from a unit; ``None`` where it does not."""
    name, mine = str(cell(problem.units, "name", lock.unit)), zone in lock.zones
    if lock.part == "zones" and mine and unit != lock.unit:
        return Text("zoning.locks.zone_locked", name=name)
    if lock.part == "not" and mine and unit == lock.unit:
        return Text("zoning.locks.zone_locked_away_school")
    if lock.part == "frozen" and mine and unit != lock.unit:
        return Text("zoning.locks.catchment_frozen", name=name)
    if lock.part == "frozen" and not mine and unit == lock.unit:
        return Text("zoning.locks.catchment_school_frozen")
    return None
