"""Read the tables of Word documents as rows of text, with the cells that are merged."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.table import Table

Area = tuple[int, int, int, int]
WORD = ".docx"


def word_tables(path: Path) -> list[tuple[list[list[str]], tuple[Area, ...], tuple[str, ...]]]:
    """Return the rows of every table, its merged cells (first row, first column, last row, last column, from 0) and the lines above it."""
    found = []
    above: list[str] = []
    for part in docx.Document(str(path)).iter_inner_content():
        if isinstance(part, Table):
            found.append((*_table(part), tuple(above)))
            above = []
        elif line := part.text.strip():
            above.append(line)
    return found


def _table(table: Table) -> tuple[list[list[str]], tuple[Area, ...]]:
    """Return one table; merged cells are one element that stands in several places."""
    rows: list[list[str]] = []
    elements: list[object] = []  # kept, so that no two have one id
    places: dict[int, list[tuple[int, int]]] = {}
    for r, row in enumerate(table.rows):
        texts = []
        for c, cell in enumerate(row.cells):
            element = cell._tc  # noqa: SLF001 - python-docx says in no other way which cells are one
            elements.append(element)
            at = places.setdefault(id(element), [])
            texts.append("" if at else cell.text.strip())
            at.append((r, c))
        rows.append(texts)
    merged = tuple(
        (min(r for r, _ in at), min(c for _, c in at), max(r for r, _ in at), max(c for _, c in at))
        for at in places.values()
        if len(at) > 1
    )
    return rows, merged
