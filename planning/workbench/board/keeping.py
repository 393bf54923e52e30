"""Keep a draft on disk: what a stroke adds is one line at the end of its file, however many came before."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from planning.atomic import refuse_link, whole_file, writing
from planning.editing.journal import Journal
from planning.workbench.projects.record import read_json

_BEGUN = "of"


class Keeping:
    """The file of a draft: a first line with the plan it belongs to and what is locked, then a line for every change.

    A line is on the disk before the stroke is answered. One that was cut off by a crash is no line: it is dropped when the draft is read.

    Parameters
    ----------
    path : Path
        Where it is kept.
    mark : list
        What the plan looked like (:func:`planning.workbench.projects.state.mark_of`).
    """

    def __init__(self, path: Path, mark: list[Any]) -> None:
        self.path, self.mark = path, mark
        self._size, self._steps, self._head = 0, 0, 0
        self._locks: Any = None
        self._origin: str | None = None

    def read(self) -> dict[str, Any] | None:
        """Return the draft (``of``, ``journal``, ``locks``), ``None`` where there is none or nothing in it can be read."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        whole = data[: data.rfind(b"\n") + 1]
        lines = _lines(whole.splitlines())
        if not lines or _BEGUN not in lines[0]:
            return read_json(self.path)  # as drafts were kept once: one object
        found = _joined(lines)
        self._size = len(whole)
        return found

    def took(self, journal: Journal, locks: Any) -> None:
        """Go on from what was read and is in use now."""
        if self._size:
            self._took(journal, locks)

    def keep(self, journal: Journal, locks: Any) -> None:
        """Write what changed since the last time, and have it on the disk.

        Raises
        ------
        WriteError
            If the disk refuses; the file is as it was then.
        """
        if self._origin != journal.origin or len(journal.steps) < self._steps:
            self._begin(journal, locks)
        else:
            lines: list[dict[str, Any]] = [{"step": s.as_data()} for s in journal.steps[self._steps :]]
            lines += [{"locks": locks}] if locks != self._locks else []
            lines += [{"head": journal.head}] if journal.head != self._head or lines else []
            self._append(_text(lines))
        self._took(journal, locks)

    def _took(self, journal: Journal, locks: Any) -> None:
        self._origin, self._steps, self._head, self._locks = (
            journal.origin,
            len(journal.steps),
            journal.head,
            locks,
        )

    def _begin(self, journal: Journal, locks: Any) -> None:
        first = {_BEGUN: self.mark, "locks": locks, "journal": {**journal.as_data(), "steps": []}}
        text = _text([first, *({"step": s.as_data()} for s in journal.steps), {"head": journal.head}])
        with whole_file(self.path) as temporary:
            temporary.write_bytes(text)
        self._size = len(text)

    def _append(self, text: bytes) -> None:
        refuse_link(self.path)
        with writing(self.path):
            handle = os.open(self.path, os.O_WRONLY)
            try:
                os.truncate(handle, self._size)  # what a crash or a full disk left of a line
                os.lseek(handle, self._size, os.SEEK_SET)
                view = memoryview(text)
                while view:
                    view = view[os.write(handle, view) :]
                os.fsync(handle)
            finally:
                os.close(handle)
        self._size += len(text)


def _text(lines: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(
        json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8") + b"\n"
        for line in lines
    )


def _lines(texts: list[bytes]) -> list[dict[str, Any]]:
    """Return the lines as data, none where one of them is no object."""
    try:
        found = [json.loads(text) for text in texts]
    except (ValueError, RecursionError):
        return []
    return found if all(isinstance(line, dict) for line in found) else []


def _joined(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the draft that its lines say; what does not hang together is refused by the journal."""
    found = dict(lines[0])
    journal = found.get("journal")
    if not isinstance(journal, dict):
        return found
    steps, head = [line["step"] for line in lines if "step" in line], journal.get("head", 0)
    for line in lines[1:]:
        head, found["locks"] = line.get("head", head), line.get("locks", found.get("locks"))
    known = {s.get("number") for s in steps if isinstance(s, dict)}
    # the first line says the step in force when it was written: its steps may not be all there
    found["journal"] = {**journal, "steps": steps, "head": head if head in known or not head else 0}
    return found
