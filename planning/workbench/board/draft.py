"""A plan that is being changed: every stroke is a step of its journal, on disk before it is answered."""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from planning.editing import Move, journal_from_data
from planning.edits import Opened, open_edit
from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.publish.name_search import readings_of
from planning.workbench.board.held import Held
from planning.workbench.board.keeping import Keeping
from planning.workbench.board.scene import pack_scene
from planning.workbench.projects.state import mark_of


@dataclass(eq=False)
class Board:
    """One plan on the board.

    Parameters
    ----------
    opened : Opened
        The plan with its live figures.
    layout : Layout
        As it was saved.
    keeping : Keeping
        The file of its draft, and what the run looked like when it was read.
    """

    opened: Opened
    layout: Layout
    keeping: Keeping
    note: Issue | None = None
    held: Held = field(default_factory=Held)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._drawn: tuple[int, Layout] | None = None
        self._scene: bytes | None = None
        self.live = self.opened.live
        self.saved, self.as_saved = self.live.owners(), self.live.county()

    @property
    def scene(self) -> bytes:
        """Return the picture for the browser; it is the same until the plan is saved anew, and packed once for all who wait."""
        with self.lock:
            if self._scene is None:
                self._scene = pack_scene(self.opened.district, self.layout)
            return self._scene

    @cached_property
    def words(self) -> dict[str, list[list[str]]]:
        """Return the pinyin that finds zones and schools, in the order the picture has them."""
        names = self.opened.district.zones["name"].fillna("").astype(str)
        schools = self.live.problem.units["name"].astype(str)
        return {"zones": readings_of(names.tolist()), "units": readings_of(schools.tolist())}

    def drawn(self) -> Layout:
        """Return the plan as it is now, with the steps that are not saved."""
        head = self.live.journal.head
        if self._drawn is None or self._drawn[0] != head:
            self._drawn = head, self.live.layout()
        return self._drawn[1]

    def is_of(self, folder: Path) -> bool:
        """Return whether this is the plan of a folder as it is now."""
        return self.opened.folder == folder and self.keeping.mark == mark_of(folder)

    def stroke(self, stage: str, zones: list[int], unit: str, reason: str, who: str, head: int) -> Change:
        """Give zones to a unit: one step of the journal.

        Raises
        ------
        LayoutError
            If the page did not know of the last step, or the move is not possible; nothing is changed then.
        """
        self._same(head)
        names = tuple(self.live.ground.zone_ids[z] for z in zones)
        self.held.refuse(self.live, stage, names, unit)
        when = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
        return self._changed(lambda: self.live.apply([Move(names, stage, unit, reason, who, when)]))

    def hold(self, zones: dict[str, list[int]], units: list[str]) -> None:
        """Lock these zones (by stage) and units, and no others."""
        names = self.live.ground.zone_ids
        before = self.held
        self.held = Held.read(
            {"zones": {s: [names[z] for z in at] for s, at in zones.items()}, "units": units}, self.live
        )
        try:
            self._keep()
        except BaseException:
            self.held = before
            raise

    def undo(self, head: int) -> Change:
        """Take the last step back."""
        self._same(head)
        return self._changed(self.live.undo)

    def redo(self, head: int) -> Change:
        """Make the newest step again that was taken back."""
        self._same(head)
        return self._changed(self.live.redo)

    def go(self, number: int, head: int) -> Change:
        """Go to any step of the journal, 0 to before the first; what is left stays in the journal."""
        self._same(head)
        return self._changed(lambda: self.live.go(number))

    def discard(self) -> Change:
        """Go back to the plan as it was saved; the steps stay in the journal and can be made again."""
        start = (
            journal_from_data(self.layout.journal, self.opened.folder.name).head if self.layout.journal else 0
        )
        return self._changed(lambda: self.live.go(start))

    def edited(self) -> bool:
        """Return whether the catchments differ from those that were saved."""
        return bool((self.live.owners() != self.saved).any())

    def _changed(self, act: Any) -> Change:
        before, journal = self.live.owners(), self.live.journal
        units = act()
        try:
            self._keep()
        except BaseException:  # what is not on disk has not happened
            self.live.resume(journal)
            raise
        return Change(before, self.live.owners(), tuple(units))

    def _keep(self) -> None:
        self.keeping.keep(self.live.journal, self.held.as_data())

    def _same(self, head: int) -> None:
        if head != self.live.journal.head:
            raise LayoutError([_changed_elsewhere()])


@dataclass(frozen=True, eq=False)
class Change:
    """The units of every zone before and after a step (n_stages, n_zones; joined where they share it), and the units whose figures changed."""

    before: np.ndarray[Any, Any]
    after: np.ndarray[Any, Any]
    units: tuple[str, ...]


def open_board(folder: Path, file: Path) -> Board:
    """Read a plan and go on with its draft where there is one of the plan as it is now."""
    keeping = Keeping(file, mark_of(folder))
    opened = open_edit(folder)
    board = Board(opened, opened.layout, keeping)
    kept = keeping.read()
    if kept is not None:
        try:
            if kept.get("of") != keeping.mark:
                raise LayoutError([_of_another(folder.name)])
            opened.live.resume(journal_from_data(kept.get("journal"), file.name))
            board.held = Held.read(kept.get("locks"), opened.live)
            keeping.took(opened.live.journal, board.held.as_data())
        except LayoutError as error:
            # neither used nor thrown away: the next stroke would write over it
            file.replace(file.with_suffix(".old"))
            board.note = error.problems[0]
    return board


def _changed_elsewhere() -> Issue:
    return Issue("workbench.draft.plan_changed_another_window", "")


def _of_another(name: str) -> Issue:
    return Issue("workbench.draft.saved_anew_since_draft_begun", name)
