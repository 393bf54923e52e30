"""Say how one try of a job ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["done", "refused", "failed", "memory", "time", "taken", "stopped"]


@dataclass(frozen=True)
class Outcome:
    """How one try of a unit ended.

    Parameters
    ----------
    key : str
        The job.
    status : str
        ``done``; ``refused``: its data or scenario are wrong; ``failed``: its process broke down; ``memory``, ``time``: it went beyond
        a limit; ``taken``: somebody else is at it; ``stopped``: all were.
    seconds : float
        How long the try took.
    note_zh, note_en : str
        Why there is no result, in both languages of the tables.
    killed : bool
        Whether its process was ended from outside, perhaps by a system that lacked memory.
    """

    key: str
    status: Status
    seconds: float = 0.0
    note_zh: str = ""
    note_en: str = ""
    killed: bool = False
