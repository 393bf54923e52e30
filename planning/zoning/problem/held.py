"""Hold the locks of a scenario as positions of stages, zones and units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Part = Literal["zones", "not", "frozen", "together", "apart"]


@dataclass(frozen=True)
class Lock:
    """One thing that the plan must leave as it is.

    Parameters
    ----------
    part : str
        Key under ``locks``.
    key : str
        Where the scenario says it, below ``locks``.
    stage : int
        Position of the stage.
    zones : tuple of int
        The zone of ``zones`` and ``not``, those of a tie; of a frozen unit its catchment in force.
    unit : int
        Position of the unit; −1 for a tie.
    """

    part: Part
    key: str
    stage: int
    zones: tuple[int, ...]
    unit: int = -1


@dataclass(frozen=True)
class HeldLocks:
    """Every lock of a plan."""

    every: tuple[Lock, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.every)

    def of(self, part: Part, stage: int) -> Iterator[Lock]:
        """Yield the locks of one part in a stage."""
        yield from (lock for lock in self.every if (lock.part, lock.stage) == (part, stage))

    def groups(self, stage: int) -> list[tuple[int, ...]]:
        """Return the groups of zones that go together in a stage, ties with a zone in common as one."""
        groups: list[set[int]] = []
        for lock in self.of("together", stage):
            meeting = [g for g in groups if g & set(lock.zones)]
            groups = [g for g in groups if g not in meeting]
            groups.append(set(lock.zones).union(*meeting))
        return [tuple(sorted(group)) for group in groups]


NO_LOCKS = HeldLocks()
