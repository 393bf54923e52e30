"""Keep with a run what its files said when they were written, and find those that say something else since."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning.scenario import PROJECT

RECORD = "record"
"""Key of ``summary.json``: file → digest of its bytes and of what it says."""
_ELSEWHERE = (RECORD, PROJECT, "district")
"""Keys of ``summary.json`` that follow a run which is copied or moved."""
SUMMARY = "summary.json"


def record_of(folder: Path, summary: Mapping[str, Any]) -> dict[str, str]:
    """Return the record of a run folder: a digest for every table, the journal and the figures.

    Parameters
    ----------
    folder : Path
        Holds the tables already.
    summary : mapping
        Figures of ``summary.json``, as they are read back.
    """
    files = [p for p in sorted(folder.iterdir()) if p.suffix == ".csv" or p.name == "journal.json"]
    return {p.name: f"{_hash(p.read_bytes())} {_said(p)}" for p in files} | {SUMMARY: _figures(summary)}


def changed_files(folder: str | Path, summary: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files of a run that do not say any more what they said when it was written; none of a run without a record.

    A table that a spreadsheet program wrote again with the same content, its rows or columns in another order, has not changed.
    """
    path, record = Path(folder), summary.get(RECORD)
    if not isinstance(record, Mapping):
        return ()
    found = [name for name, kept in record.items() if name != SUMMARY and _differs(path / name, str(kept))]
    return (*found, *([SUMMARY] if record.get(SUMMARY) != _figures(summary) else []))


def _differs(path: Path, kept: str) -> bool:
    if not path.is_file():
        return True
    raw, _, said = kept.partition(" ")
    return _hash(path.read_bytes()) != raw and _said(path) != said


def _said(path: Path) -> str:
    """Return the digest of what a file says, whatever wrote it: cells of a table in any order, values of a journal."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if path.suffix == ".csv":
            rows = [[_cell(c) for c in row] for row in csv.reader(text.splitlines())]
            columns = sorted(zip(*(row for row in rows if any(row)), strict=True))  # by their headers
            head, *cells = zip(*columns, strict=True)
            return _hash(json.dumps([head, *sorted(cells)], ensure_ascii=False).encode())
        return _hash(json.dumps(json.loads(text), sort_keys=True).encode())
    except (ValueError, RecursionError, csv.Error):
        return ""


def _cell(cell: str) -> str:
    word = cell.strip()
    try:
        return repr(float(word)) if word[:1] in "+-.0123456789" else word.lower()
    except ValueError:
        return word


def _figures(summary: Mapping[str, Any]) -> str:
    kept = {k: v for k, v in summary.items() if k not in _ELSEWHERE}
    return _hash(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogateescape"))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
