"""Keep the boards that are open in memory, a few at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from planning.district import District
from planning.layout import Layout
from planning.runs import open_run
from planning.workbench.board.scene import pack_scene
from planning.workbench.projects.workspace import Plan, Workspace

_MOST = 3
"""Boards kept: a county of 30,000 zones takes some hundred megabytes."""


@dataclass(eq=False)
class Board:
    """One plan on the board.

    Parameters
    ----------
    plan : Plan
    layout, district : Layout, District
        As they were saved.
    """

    plan: Plan
    layout: Layout
    district: District
    lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def scene(self) -> bytes:
        """Return the picture for the browser; it is the same until the plan is saved anew."""
        return pack_scene(self.district, self.layout)


class Boards:
    """The boards that are open."""

    def __init__(self, place: Workspace) -> None:
        self._place, self._lock = place, threading.Lock()
        self._open: OrderedDict[str, Board] = OrderedDict()

    def board(self, plan: str) -> Board:
        """Return the board of a plan, read where it is not open.

        Raises
        ------
        PlanningError
            If there is no such plan, or it cannot be read.
        """
        found = self._place.plan(plan)
        with self._lock:
            board = self._open.get(plan)
            if board is None or board.plan.folder != found.folder:
                layout, _, district = open_run(found.folder)
                board = self._open[plan] = Board(found, layout, district)
            self._open.move_to_end(plan)
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
        return board

    def close(self, plan: str) -> None:
        """Forget a board; what is on disk stays."""
        with self._lock:
            self._open.pop(plan, None)
