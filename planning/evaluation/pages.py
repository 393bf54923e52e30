"""Open a workbook or a document of real data as rows of text, the same whatever program saved it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planning.district.cells.quantities import quantity
from planning.district.cells.sheet import few
from planning.district.formats.books import Page, cell_name, damaged, read_pages
from planning.district.formats.workbook import uncalculated
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.forms.amounts import amount_columns

Header = Callable[[Sequence[Sequence[str]]], int | None]


@dataclass(frozen=True)
class Grid:
    """One sheet that is seen.

    Parameters
    ----------
    rows : list of list of str
        Cells as text, up to the last row that holds any; the text of merged cells stands in every one of them.
    header : int, optional
        Row of the header, from 0; nothing where the sheet holds no such table.
    above : tuple of str
        Lines of a document above the table.
    """

    rows: list[list[str]]
    header: int | None
    above: tuple[str, ...] = ()


def grids_of(file: Path, table: Table, header: Header) -> tuple[dict[str, Grid], list[str]]:
    """Return the sheets of a workbook by title, and the titles of hidden ones, which nobody sees and nothing is read from.

    Parameters
    ----------
    file : Path
        A workbook of any kind, or a Word document with tables.
    table : Table
        Says which columns hold amounts.
    header : callable
        Finds the row of the header.

    Raises
    ------
    DistrictError
        If the file or a sheet cannot be read, a formula has no result, or a number stands in merged cells: whose it is, is open.
    """
    pages = read_pages(file)
    problems = [damaged(file, page.damage) for page in pages if page.damage]
    found, hidden = {}, []
    for page in pages:
        if page.hidden:
            hidden += [page.title] if any(map(any, page.rows)) else []
            continue
        rows = _rows(page)
        grid = found[page.title] = Grid(rows, header(rows), page.above)
        problems += uncalculated(page)
        if grid.header is not None:
            problems += few(_whose(f"{file.name}: {page.title}", page, table, rows[grid.header], grid.header))
    if problems:
        raise DistrictError(problems)
    return found, hidden


def _rows(page: Page) -> list[list[str]]:
    rows = [row if any(row) else [] for row in page.filled()]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _whose(name: str, page: Page, table: Table, headers: list[str], header: int) -> list[Issue]:
    """Name the numbers that stand in merged cells over several amounts: each of them would count."""
    amounts, found = amount_columns(table, headers), []
    for top, left, bottom, right in sorted(page.merged):
        columns = [c for c in range(left, right + 1) if c in amounts]
        if not columns or top <= header or len(columns) * (bottom - top + 1) < 2:
            continue
        column, text = amounts[columns[0]][1], page.rows[top][left]
        if quantity(text, column.unit) is not None:
            place = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            found.append(
                Issue(
                    "evaluation.pages.whose_open",
                    name,
                    row=str(top + 1),
                    column=column.name,
                    value=text,
                    place=place,
                )
            )
    return found
