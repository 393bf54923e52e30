"""Keep the time of what has one limit, a solve or several: the limit, what is left of it, and what stating the programme took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STATING_SHARE = 0.5
"""Of the limit at most is spent on stating the programme; the rest is for solving, however long stating took."""


class Clock:
    """A time limit, of one solve or of several one after another.

    Parameters
    ----------
    limit_s : float
        Seconds that solving may take; stating the programme counts too, up to half of them.
    now : callable
        Seconds from any point on.
    above : Clock, optional
        What this is a part of: stating counts there too, and no more is left here than there.
    """

    def __init__(
        self, limit_s: float, now: Callable[[], float] = time.perf_counter, *, above: Clock | None = None
    ) -> None:
        self.limit_s = limit_s
        self.above = above
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
            self.count(stated_s=self.now() - begun)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Count what happens inside towards nothing: loading and compiling, which no limit of a search should hang on."""
        begun = self.now()
        try:
            yield
        finally:
            self.count(aside_s=self.now() - begun)

    def solving_s(self) -> float:
        """Return the seconds so far that were not spent on stating, or aside."""
        return self.now() - self.started - self.stated_s - self.aside_s

    def left(self) -> float:
        """Return the seconds that are left (never negative)."""
        own = max(0.0, self.limit_s - self.solving_s() - min(self.stated_s, STATING_SHARE * self.limit_s))
        return own if self.above is None else min(own, self.above.left())

    def part(self, share: float = 1.0) -> Clock:
        """Return the clock of one step of several: its limit is a share of what is left.

        Parameters
        ----------
        share : float
            Of what is left.
        """
        return Clock(share * self.left(), self.now, above=self)

    def figures(self) -> dict[str, float]:
        """Return what a summary tells: the seconds of solving, and those of stating."""
        return {
            "seconds": round(self.solving_s(), 2),
            "stating_seconds": round(self.stated_s + self.aside_s, 2),
        }

    def count(self, *, stated_s: float = 0.0, aside_s: float = 0.0) -> None:
        """Count seconds as stating or as aside, here and in what this is a part of.

        Parameters
        ----------
        stated_s, aside_s : float
            How many.
        """
        self.stated_s += stated_s
        self.aside_s += aside_s
        if self.above is not None:
            self.above.count(stated_s=stated_s, aside_s=aside_s)
