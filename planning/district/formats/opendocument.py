"""Find what calamine does not tell of an OpenDocument spreadsheet: merged and hidden cells, formulas without a result."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_RESULTS = tuple(f"{_OFFICE}{kind}value" for kind in ("", "string-", "date-", "time-", "boolean-"))
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")
_FAR = 100_000
"""Rows and columns that repeat further than this are the empty rest of a sheet."""
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Marks:
    """What stands in a sheet beside its texts; rows and columns from 0.

    Parameters
    ----------
    merged : tuple of (int, int, int, int)
        First row, first column, last row, last column.
    hidden_rows, hidden_columns : tuple of int
    uncalculated : frozenset of (int, int)
        Cells with a formula whose result was never stored.
    """

    merged: tuple[Area, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    uncalculated: frozenset[tuple[int, int]] = frozenset()


def marks_of(path: Path) -> dict[str, Marks]:
    """Return the marks of every sheet by its name."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    return {sheet.get(f"{_TABLE}name", ""): _marks(sheet) for sheet in root.iter(f"{_TABLE}table")}


def _marks(sheet: ElementTree.Element) -> Marks:
    merged: list[Area] = []
    uncalculated: set[tuple[int, int]] = set()
    for row, column, cell in _cells_of(sheet):
        down, across = (_number(cell, f"number-{way}-spanned") for way in ("rows", "columns"))
        if down > 1 or across > 1:
            merged.append((row, column, row + down - 1, column + across - 1))
        if cell.get(f"{_TABLE}formula") and not _has_result(cell):
            uncalculated |= {(row, column + i) for i in range(_number(cell, "number-columns-repeated"))}
    rows = _hidden(sheet, "table-row", "number-rows-repeated")
    columns = _hidden(sheet, "table-column", "number-columns-repeated")
    return Marks(tuple(merged), rows, columns, frozenset(uncalculated))


def _cells_of(sheet: ElementTree.Element) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Yield the cells of a sheet with their row and column."""
    at = 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in row:
            if cell.tag in _CELLS:
                yield at, column, cell
                column += _number(cell, "number-columns-repeated")
        at += _number(row, "number-rows-repeated")
        if at > _FAR:
            return


def _has_result(cell: ElementTree.Element) -> bool:
    """Return whether a formula's result is stored; a text, though it is empty, is one."""
    return (
        any(cell.get(name) is not None for name in _RESULTS)
        or cell.get(f"{_OFFICE}value-type") == "string"
        or cell.find(f"{_TEXT}p") is not None
    )


def _hidden(sheet: ElementTree.Element, kind: str, repeated: str) -> tuple[int, ...]:
    """Return the rows, or columns, that are hidden or filtered away."""
    found: list[int] = []
    at = 0
    for line in sheet.iter(f"{_TABLE}{kind}"):
        times = _number(line, repeated)
        if line.get(f"{_TABLE}visibility") in _HIDDEN and times < _FAR:
            found += range(at, at + times)
        at += times
        if at > _FAR:
            break
    return tuple(found)


def _number(element: ElementTree.Element, name: str) -> int:
    return int(element.get(f"{_TABLE}{name}", "1"))
