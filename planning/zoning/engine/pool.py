"""Keep the separators that were found, for every model to use."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from planning.zoning.engine.contiguity.graph import Separator

SeparatorRow = tuple[int, int, tuple[int, ...]]
"""Unit, item, members: ``x[item, unit] ≤ Σ x[members, unit]``."""


class CutPool:
    """Separators as rows, in the order they were found; any thread may ask and add."""

    def __init__(self) -> None:
        self._rows: dict[SeparatorRow, None] = {}
        self._lock = threading.Lock()

    @property
    def rows(self) -> list[SeparatorRow]:
        """All rows so far."""
        with self._lock:
            return list(self._rows)

    def remember(self, separators: Iterable[Separator], known: set[SeparatorRow]) -> list[SeparatorRow]:
        """Keep separators and return the rows, one per item, that a model does not know yet (and then knows)."""
        fresh = []
        with self._lock:
            for separator in separators:
                for item in separator.items:
                    row = (separator.unit, item, separator.members)
                    self._rows[row] = None
                    if row not in known:
                        known.add(row)
                        fresh.append(row)
        return fresh
