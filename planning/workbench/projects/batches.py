"""Find the batches beside the workspace, so that their maps and tables can be opened; they are never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from planning.batch.names import LIST, MAP, TABLE_ZH, WORKBOOK
from planning.errors import LayoutError
from planning.workbench.projects.workspace import no_such

BATCHES = "batches"
"""Folder beside the workspace in which ``planning batch`` puts its own."""
FILES = {"map": MAP, "workbook": WORKBOOK, "table": TABLE_ZH}
"""What can be opened of a batch, by the word a page asks with."""


@dataclass(frozen=True)
class Batch:
    """One batch: the id pages ask for it by, and its folder."""

    id: str
    folder: Path

    def files(self) -> dict[str, Path]:
        """Return what there is to open."""
        return {word: self.folder / name for word, name in FILES.items() if (self.folder / name).is_file()}


def batches(root: Path) -> list[Batch]:
    """Return the batches beside a workspace, the newest first."""
    found = sorted(
        root.parent.glob(f"{BATCHES}/*/{LIST}"), key=lambda p: (p.stat().st_mtime, p.name), reverse=True
    )
    return [Batch(_word(p.parent.name), p.parent) for p in found]


def batch_file(root: Path, batch: str, word: str) -> Path:
    """Return a file of a batch that a page asked for.

    Raises
    ------
    LayoutError
        If there is none.
    """
    for one in batches(root):
        if one.id == batch and word in one.files():
            return one.files()[word]
    raise LayoutError([no_such(batch)])


def _word(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
