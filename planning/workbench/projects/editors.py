"""Know which window edits which plan: one at a time, so that nobody paints over the strokes of another unseen."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from planning.errors import Issue, LayoutError
from planning.workbench.projects.record import now

GRACE_S = 6.0
"""Seconds that a window may be away (its page is loaded again, the connection pauses) before its plan is free."""


@dataclass
class Editor:
    """A window that edits a plan.

    Parameters
    ----------
    tab : str
        Word that the window made up for itself.
    who : str
        As its user calls themselves.
    since : str
        ISO 8601 time.
    """

    tab: str
    who: str
    since: str
    seen: float


class Editors:
    """The windows that edit, by plan; a window is there while its stream of events is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._of: dict[str, Editor] = {}
        self._there: Counter[str] = Counter()
        self.version = 0

    def ask(self, plan: str, tab: str, who: str, *, take: bool = False) -> Editor:
        """Return who edits a plan now: the window that asks where nobody does, or where it takes the plan over."""
        with self._lock:
            self._look()
            held = self._of.get(plan)
            if held is None or take or held.tab == tab:
                since = held.since if held and held.tab == tab else now()
                held = self._of[plan] = Editor(tab, who, since, self._clock())
                self.version += 1
            return held

    def leave(self, plan: str, tab: str) -> None:
        """Free a plan that a window edits."""
        with self._lock:
            held = self._of.get(plan)
            if held and held.tab == tab:
                del self._of[plan]
                self.version += 1

    @contextlib.contextmanager
    def present(self, tab: str) -> Iterator[None]:
        """Hold a window for present."""
        with self._lock:
            self._there[tab] += 1
        try:
            yield
        finally:
            with self._lock:
                self._there[tab] -= 1
                for held in self._of.values():
                    if held.tab == tab:
                        held.seen = self._clock()

    def told(self, tab: str) -> dict[str, dict[str, Any]]:
        """Return who edits each plan, as a window is told."""
        with self._lock:
            self._look()
            return {p: {"who": e.who, "since": e.since, "mine": e.tab == tab} for p, e in self._of.items()}

    def refuse(self, plan: str, tab: str) -> None:
        """Turn a change away that does not come from the window that edits a plan.

        Raises
        ------
        LayoutError
            If another window does.
        """
        with self._lock:
            self._look()
            held = self._of.get(plan)
        if held and held.tab != tab:
            raise LayoutError([Issue("workbench.editors.held", "", value=held.who)])

    def _look(self) -> None:
        """Forget the windows that are gone."""
        late = self._clock() - GRACE_S
        gone = [p for p, e in self._of.items() if not self._there[e.tab] and e.seen < late]
        for plan in gone:
            del self._of[plan]
            self.version += 1
