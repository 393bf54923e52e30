"""Hold what is said of a county beside its tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What is said of a county made of frames, beside its tables; see :meth:`planning.District.from_frames`."""

    name: str = "district"
    crs: str | None = None
    base_year: int | None = None
    status: str = "derived"
    grades: str = ""


NOTHING = Said()
