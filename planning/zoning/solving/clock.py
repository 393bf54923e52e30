"""Keep the time of one solve: the limit, what is left of it, and what stating the programme took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STATING_SHARE = 0.5
"""Of the limit at most is spent on stating the programme; the rest is for solving, however long stating took."""


class Clock:
    """The time limit of a solve.

    Parameters
    ----------
    limit_s : float
        Seconds that solving may take; stating the programme counts too, up to half of them.
    now : callable
        Seconds from any point on.
    """

    def __init__(self, limit_s: float, now: Callable[[], float] = time.perf_counter) -> None:
        self.limit_s = limit_s
        self.now = now
        self.started = now()
        self.stated_s = 0.0
        self.aside_s = 0.0

    @contextmanager
    def stating(self) -> Iterator[None]:
        """Count what happens inside as stating the programme."""
        begun = self.now()
        try:
            yield
        finally:
            self.stated_s += self.now() - begun

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Count what happens inside towards nothing: loading and compiling, which no limit of a search should hang on."""
        begun = self.now()
        try:
            yield
        finally:
            self.aside_s += self.now() - begun

    def solving_s(self) -> float:
        """Return the seconds so far that were not spent on stating, or aside."""
        return self.now() - self.started - self.stated_s - self.aside_s

    def left(self) -> float:
        """Return the seconds that are left (never negative)."""
        return max(0.0, self.limit_s - self.solving_s() - min(self.stated_s, STATING_SHARE * self.limit_s))
