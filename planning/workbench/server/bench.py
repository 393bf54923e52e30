"""What the rooms share while the server runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from planning.workbench.board.boards import Boards
from planning.workbench.jobs.queue import Queue
from planning.workbench.projects.editors import Editors
from planning.workbench.projects.workspace import Workspace


@dataclass
class Bench:
    """The workspace, its jobs, the boards that are open.

    Parameters
    ----------
    place : Workspace
    lang : str
        Language the pages begin with.
    read_only : bool
        Show plans, change nothing.
    """

    place: Workspace
    lang: str = "zh"
    read_only: bool = False
    queue: Queue = field(init=False)
    boards: Boards = field(init=False)
    editors: Editors = field(default_factory=Editors)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.queue, self.boards = Queue(self.place), Boards(self.place)
