"""Say when work must end, and reach the solvers under way with it."""

from __future__ import annotations

import threading
import time
from typing import Any


class _StopWord:
    """A word to stop that reaches the solvers under way, those of nested deadlines included.

    HiGHS asks after every few iterations whether to go on, and each question would wait for the interpreter while
    another thread computes. Its time limit is read anew as often and costs nothing: stopping sets it to zero.
    """

    def __init__(self, above: _StopWord | None = None) -> None:
        self.above = above
        self.event = threading.Event()
        self.solvers: set[Any] = set()

    def told(self) -> bool:
        return self.event.is_set() or (self.above is not None and self.above.told())

    def tell(self) -> None:
        self.event.set()
        for h in list(self.solvers):
            h.setOptionValue("time_limit", 0.0)

    def enter(self, h: Any) -> None:
        self.solvers.add(h)
        if self.above is not None:
            self.above.enter(h)

    def leave(self, h: Any) -> None:
        self.solvers.discard(h)
        if self.above is not None:
            self.above.leave(h)


class Deadline:
    """When work must end, and a word to stop before; one nested in another ends with that one too.

    Parameters
    ----------
    at : float
        Moment of ``time.perf_counter``.
    """

    def __init__(self, at: float, word: _StopWord | None = None) -> None:
        self.at = at
        self._word = word or _StopWord()

    def stop(self) -> None:
        """End the work now, running solvers included (within a second or two)."""
        self._word.tell()

    def left(self) -> float:
        """Return the seconds that are left (never negative)."""
        return max(0.0, self.at - time.perf_counter())

    def over(self) -> bool:
        """Return whether work must end."""
        return self._word.told() or time.perf_counter() >= self.at

    def within(self, seconds: float) -> Deadline:
        """Return the same with a nearer deadline."""
        return Deadline(min(self.at, time.perf_counter() + seconds), self._word)

    def at_least(self, seconds: float) -> Deadline:
        """Return the same with so many seconds at least, for small work that must not be left undone."""
        return Deadline(max(self.at, time.perf_counter() + seconds), self._word)

    def nested(self) -> Deadline:
        """Return one that can be stopped by itself."""
        return Deadline(self.at, _StopWord(self._word))

    def run(self, h: Any, *, used: float = 0.0) -> None:
        """Run a solver until it ends by itself, at the deadline, or at the word to stop.

        Parameters
        ----------
        h : Highs
            The loaded solver.
        used : float
            Seconds its clock shows already.
        """
        h.setOptionValue("time_limit", used + max(0.01, self.left()))
        self._word.enter(h)
        try:
            if not self._word.told():
                h.run()
        finally:
            self._word.leave(h)
