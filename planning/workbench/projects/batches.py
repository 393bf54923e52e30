"""Find the batches beside the workspace, so that their maps and tables can be opened; they are never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from planning.batch.names import LIST, MAP, TABLE, TABLE_ZH, WORKBOOK, WORKBOOKS
from planning.errors import LayoutError
from planning.messages import Text, is_chinese
from planning.workbench.projects.workspace import no_such

BATCHES = "batches"
"""Folder beside the workspace in which ``planning batch`` puts its own."""


@dataclass(frozen=True)
class Batch:
    """One batch: the id pages ask for it by, and its folder."""

    id: str
    folder: Path

    def files(self, lang: str) -> dict[str, Path]:
        """Return what there is to open, by the word a page asks with: in this language where it is there."""
        names = {
            "map": (MAP,),
            "workbook": (Text(WORKBOOK).text(lang), *WORKBOOKS),
            "table": (TABLE_ZH, TABLE) if is_chinese(lang) else (TABLE, TABLE_ZH),
        }
        there = {word: [n for n in some if (self.folder / n).is_file()] for word, some in names.items()}
        return {word: self.folder / found[0] for word, found in there.items() if found}


def batches(root: Path) -> list[Batch]:
    """Return the batches beside a workspace, the newest first."""
    found = sorted(
        root.parent.glob(f"{BATCHES}/*/{LIST}"), key=lambda p: (p.stat().st_mtime, p.name), reverse=True
    )
    return [Batch(_word(p.parent.name), p.parent) for p in found]


def batch_file(root: Path, batch: str, word: str, lang: str) -> Path:
    """Return a file of a batch that a page in a language asked for.

    Raises
    ------
    LayoutError
        If there is none.
    """
    for one in batches(root):
        if one.id == batch and (found := one.files(lang).get(word)):
            return found
    raise LayoutError([no_such(batch)])


def _word(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
