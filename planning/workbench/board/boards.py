"""Keep the boards that are open in memory, a few at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from planning.workbench.projects.workspace import DRAFTS, Workspace

if TYPE_CHECKING:
    from planning.workbench.board.draft import Board

_MOST = 3
"""Boards kept: a county of 30,000 zones takes some hundred megabytes."""


class Boards:
    """The boards that are open."""

    def __init__(self, place: Workspace) -> None:
        self._place, self._lock = place, threading.Lock()
        self._open: OrderedDict[str, Board] = OrderedDict()

    def board(self, plan: str) -> Board:
        """Return the board of a plan with its draft, read where it is not open.

        Raises
        ------
        PlanningError
            If there is no such plan, or it cannot be read.
        """
        from planning.workbench.board.draft import open_board

        found = self._place.plan(plan)
        with self._lock:
            board = self._open.get(plan)
            if board is None or not board.is_of(found.folder):
                board = self._open[plan] = open_board(found.folder, self.draft(plan))
            self._open.move_to_end(plan)
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
        return board

    def draft(self, plan: str) -> Path:
        """Return where the draft of a plan is kept."""
        found = self._place.plan(plan)
        return self._place.root / found.project / DRAFTS / f"{found.id}.json"

    def close(self, plan: str) -> None:
        """Forget a board; what is on disk stays."""
        with self._lock:
            self._open.pop(plan, None)
