"""Find the merged cells of an OpenDocument spreadsheet, which calamine does not tell."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_FAR = 100_000
"""Rows and columns that repeat further than this are the empty rest of a sheet."""
Area = tuple[int, int, int, int]


def merged_areas(path: Path) -> dict[str, tuple[Area, ...]]:
    """Return the merged cells of every sheet: first row, first column, last row, last column, from 0."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    return {sheet.get(f"{_TABLE}name", ""): tuple(_areas(sheet)) for sheet in root.iter(f"{_TABLE}table")}


def _areas(sheet: ElementTree.Element) -> list[Area]:
    areas: list[Area] = []
    at = 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            down, across = (
                int(cell.get(f"{_TABLE}number-{way}-spanned", "1")) for way in ("rows", "columns")
            )
            if down > 1 or across > 1:
                areas.append((at, column, at + down - 1, column + across - 1))
            column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        at += int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        if at > _FAR:
            break
    return areas
