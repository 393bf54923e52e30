"""Say what one unit of a batch may use."""

from __future__ import annotations

from dataclasses import dataclass

TRIES = 3
"""So often a unit is tried before it is reported."""


@dataclass(frozen=True)
class Limits:
    """What one unit may use; beyond it, its process is ended.

    Parameters
    ----------
    time_s : float
        Wall-clock seconds of one try, reading and drawing included.
    memory_mb : float
        Resident memory of the unit's processes together, in 10⁶ bytes. A unit that needs more is tried once more, alone.
    tries : int
        Times that a unit which breaks down is tried.
    """

    time_s: float = 3600.0
    memory_mb: float = 8000.0
    tries: int = TRIES
