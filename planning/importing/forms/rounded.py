"""Read numbers that are said to be about so many, where a person says that they count as they are written: 约3800人, 近3000, 3800余."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping

import numpy as np

from planning.district.cells.headers import find_column, plain
from planning.district.cells.quantities import quantity
from planning.district.cells.sheet import Sheet
from planning.district.cells.traditional import simplified
from planning.district.schema import Table
from planning.importing.forms.words import grade_of

_BEFORE = "大约|约|将近|接近|近|不足|不到|超过|超|逾|至少|至多|≈|~|～|±|[<>≤≥]=?"
_AFTER = r"余|多|左右|上下|以上|以下|以内|来|\+"
_ABOUT = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<number>\d[\d,.]*(?:[百千万]?))(?P<after>{_AFTER})?(?P<unit>[^\d,.]{{0,3}}?)(?P<last>左右|上下|以上|以下|以内)?"
)


def number_said(cell: str) -> str:
    """Return the number, with its unit, of a cell that says about so many; empty where it says no such thing.

    Examples
    --------
    >>> [number_said(c) for c in ("约3800人", "近3000", "3800余人", "1,200多", "45人左右", "3800", "约定")]
    ['3800人', '3000', '3800人', '1200', '45人', '', '']
    """
    text = re.sub(r"\s+", "", simplified(unicodedata.normalize("NFKC", cell)))
    found = _ABOUT.fullmatch(text)
    if found is None or not (found["before"] or found["after"] or found["last"]):
        return ""
    return found["number"].replace(",", "") + found["unit"]


def cells_said_about(
    table: Table, sheet: Sheet, columns: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int, str]]:
    """Yield where columns of numbers say about so many (row, column), and the number that is written.

    Parameters
    ----------
    columns : mapping of str to str, optional
        Schema column: header, where the header itself does not say it.
    """
    meant = {plain(header): name for name, header in (columns or {}).items()}
    for at, header in enumerate(sheet.headers):
        hit = find_column(table, header)
        name = meant.get(plain(header)) or (hit[0] if hit else "")
        name = name or ("pupils" if grade_of(header, table.grades) is not None else "")
        column = table.column_of.get(name)
        if column is None or column.kind not in ("int", "number"):
            continue
        for row, cell in enumerate(sheet.cells[at]):
            number = number_said(cell) if cell.strip() else ""
            if number and quantity(number, column.unit) is not None:
                yield row, at, number


def as_written(table: Table, sheet: Sheet, columns: Mapping[str, str] | None = None) -> tuple[Sheet, int]:
    """Return a sheet in which numbers that are said about count as they are written, and how many they are."""
    found = list(cells_said_about(table, sheet, columns))
    if not found:
        return sheet, 0
    cells = sheet.cells.copy()
    for at in {at for _, at, _ in found}:
        column = cells[at].to_numpy(dtype=object).copy()
        for row, _, number in (f for f in found if f[1] == at):
            column[row] = number
        cells[at] = np.array(column, dtype=object)
        cells[at] = cells[at].astype("str")
    return dataclasses.replace(sheet, cells=cells), len(found)
