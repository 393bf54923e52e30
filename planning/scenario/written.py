"""Remember where the settings of a scenario were written, so that what is found wrong later still names file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Places:
    """File and line of every key that a file or an option says; no part of what a scenario says, so that any two are equal.

    Parameters
    ----------
    lines : mapping of str to (str, int)
        File and line (0 for an option) by key with dots, entries of lists by their number.
    """

    def __init__(self, lines: Mapping[str, tuple[str, int]] | None = None) -> None:
        self._lines = dict(lines or {})

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Places)

    def __hash__(self) -> int:
        return 0

    def of(self, key: str) -> tuple[str, str]:
        """Return file and line of a key, or of the nearest key above it; ``("scenario", "")`` where no file says it."""
        parts = key.split(".")
        for n in range(len(parts), 0, -1):
            found = self._lines.get(".".join(parts[:n]))
            if found is not None:
                return found[0], str(found[1]) if found[1] else ""
        return "scenario", ""
