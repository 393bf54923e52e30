"""Read tables that a school office keeps: CSV or workbook, Chinese headers, a title above them, words for grades."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from planning.arrays import ObjectArray
from planning.district.cells.dates import half_width
from planning.district.cells.encoding import decode
from planning.district.cells.headers import find_column, match_headers
from planning.district.cells.parse import empty_column, parse_column
from planning.district.cells.sheet import Sheet
from planning.district.formats.books import is_book
from planning.district.formats.files import read_csv, sheet_from_rows
from planning.district.formats.workbook import NOTE_MARK
from planning.district.schema import Table
from planning.errors import DistrictError, Issue, LayoutError, PlanningError
from planning.evaluation.pages import Grid, grids_of
from planning.grades import USUAL, Grades, is_kindergarten
from planning.importing.forms.grids import grades_below, is_total
from planning.importing.forms.words import grade_of
from planning.messages import Both, Text, zh_en

_HEADER_WITHIN = 10  # rows: above the header stand a title, a unit, a date
_DIGITS = "零一二三四五六七八九"
_GRADE = re.compile(r"(小学?|初中?|[Gg])?第?([1-9一二三四五六七八九])(年级|年)?")


Note = tuple[str, str]
"""What a reader must know, in Chinese and English."""
_SCHOOL_YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:[-—–~～至/]\s*\d{2,4})?\s*学年")


@dataclass(frozen=True)
class Book:
    """What a file holds of one table.

    Parameters
    ----------
    sheets : list of Sheet
        Those whose header has two or more columns of the table.
    titles : dict of str to list of str
        By sheet, the texts that stand around the table: file and sheet names, lines above the header.
    notes : list of Note
        Sheets and columns that are not read, by name.
    """

    sheets: list[Sheet]
    titles: dict[str, list[str]]
    notes: list[Note]

    def school_years(self) -> dict[str, int]:
        """Return the school year that stands above or in the name of a sheet (``2020—2021学年``), by sheet."""
        found = {}
        for sheet, texts in self.titles.items():
            years = [int(m[1]) for text in reversed(texts) for m in _SCHOOL_YEAR.finditer(text)]
            if years:
                found[sheet] = years[0]
        return found


def read_sheets(path: str | Path, table: Table) -> Book:
    """Return the sheets of a file whose header has two or more columns of a table, and say what is left out.

    Raises
    ------
    LayoutError
        If the file is missing, not readable, or no sheet has such a header.
    """
    file = Path(path)
    if not file.is_file():
        raise LayoutError([Issue("evaluation.sheets.file_not_found", str(file))])
    hidden: list[str] = []
    try:
        if is_book(file):
            grids, hidden = grids_of(file, table, partial(_header, table=table))
        else:
            rows = _csv(file)
            grids = {"": Grid(rows, _header(rows, table=table))}
            if grids[""].header is None:  # the ordinary reader says what is wrong
                return Book([_side_by_side(read_csv(file), table)], {}, [])
    except DistrictError as error:
        raise LayoutError(error.problems) from None
    except OSError as error:
        raise LayoutError([Issue("evaluation.sheets.not_readable", str(file), error=error)]) from None
    names = {title: f"{file.name}: {title}" if title else file.name for title in (*grids, *hidden)}
    read = {title: (grid.rows, grid.header) for title, grid in grids.items() if grid.header is not None}
    if not read:
        columns = "、".join(c.zh for c in table.columns)
        raise LayoutError(
            [
                Issue(
                    "evaluation.sheets.no_sheet_header_row_table",
                    file.name,
                    columns=Both(", ".join([c.name for c in table.columns]), columns),
                )
            ]
        )
    sheets = [_side_by_side(_sheet(names[title], *found), table) for title, found in read.items()]
    titles = {
        names[t]: [file.stem, t, *grids[t].above, *(c for r in rows[:row] for c in r if c.strip())]
        for t, (rows, row) in read.items()
    }
    unread = [names[t] for t in grids if t not in read and any(c.strip() for r in grids[t].rows for c in r)]
    notes = [zh_en("evaluation.sheets.hidden", name=names[title]) for title in hidden]
    notes += [_unread(name) for name in unread] + [n for s in sheets if (n := _ignored(s, table))]
    notes += [n for title, found in read.items() if (n := _totals_left(names[title], *found))]
    return Book(sheets, titles, notes)


def parse_sheet(sheet: Sheet, table: Table) -> tuple[pd.DataFrame, set[str], ObjectArray, list[Issue]]:
    """Return the typed columns of a sheet, which of them it really has, its row labels, and what is wrong with it."""
    columns, _, found = match_headers(table, sheet.headers, sheet.file)
    problems = [p for p in found if p.level == "error"]
    data = {}
    for column in table.columns:
        match = columns.get(column.name)
        if match is None:
            data[column.name] = empty_column(column, len(sheet.cells))
            continue
        text = sheet.cells[match.position]
        if column.name == "grade":
            text = text.map(partial(grade_text, grades=table.grades)).astype("str")
        data[column.name], wrong = parse_column(
            column, text, file=sheet.file, labels=sheet.labels, factor=match.factor
        )
        problems += wrong
    return pd.DataFrame(data), set(columns), sheet.labels, problems


def grade_text(text: str, grades: Grades = USUAL) -> str:
    """Return a grade as its number; what is not understood comes back as it is.

    Examples
    --------
    >>> [grade_text(t) for t in ("一年级", "初二", "７", "九", "小学三年级", "学前")]
    ['1', '8', '7', '9', '3', '学前']
    >>> grade_text("初四", read_grades("1-5, 6-9")), grade_text("学前", read_grades("K-5, 6-8"))
    ('9', '0')
    """
    if grades.first == 0 and is_kindergarten(half_width(text)):
        return "0"
    match = _GRADE.fullmatch(half_width(text).replace(" ", ""))
    if match is None:
        return text
    number = _DIGITS.index(match[2]) if match[2] in _DIGITS else int(match[2])
    junior = (match[1] or "").startswith("初") and number <= len(grades.junior)
    return str(grades.junior[number - 1] if junior else number)


def raise_all(problems: Sequence[Issue], kind: type[PlanningError] = LayoutError) -> None:
    """Raise everything that is wrong at once; nothing when nothing is."""
    if problems:
        raise kind(problems)


def _csv(file: Path) -> list[list[str]]:
    text = decode(file.read_bytes(), file.name)
    delimiter = max(",\t;", key=text[:5000].count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _side_by_side(sheet: Sheet, table: Table) -> Sheet:
    """Return a sheet of pupils with a row per grade where a form writes the grades side by side."""
    told = {hit[0] for h in sheet.headers if (hit := find_column(table, h))}
    return (
        grades_below(sheet, table.grades)
        if {"grade", "pupils"} <= set(table.column_of) and "grade" not in told
        else sheet
    )


def _header(grid: Sequence[Sequence[str]], *, table: Table) -> int | None:
    """Return the row of the header: the first with two or more columns of the table."""
    return next((k for k, row in enumerate(grid[:_HEADER_WITHIN]) if _fits(table, row)), None)


def _sheet(name: str, grid: Sequence[Sequence[str]], header: int) -> Sheet:
    empty: list[Sequence[str]] = [[]] * header
    rows = [[] if _is_note(r) or _is_total(r) else r for r in grid[header + 1 :]]
    return sheet_from_rows(name, [*empty, grid[header], *rows])


def _unread(name: str) -> Note:
    return zh_en("evaluation.sheets.unread", name=name)


def _ignored(sheet: Sheet, table: Table) -> Note | None:
    """Say which columns of a sheet mean nothing here; those without a header by their position."""
    columns = [
        header.strip() or Text("evaluation.sheets.column", number=k + 1)
        for k, header in enumerate(sheet.headers)
        if find_column(table, header) is None
        and (header.strip() or (sheet.cells[k].astype("str").str.strip() != "").any())
    ]
    if not columns:
        return None
    return zh_en("evaluation.sheets.unused_columns", file=sheet.file, columns=tuple(columns))


def _fits(table: Table, row: Sequence[str]) -> bool:
    found = {hit[0] for cell in row if (hit := find_column(table, cell))}
    apart = "grade" in table.column_of and sum(grade_of(cell, table.grades) is not None for cell in row) > 1
    return len(found | ({"grade"} if apart else set())) >= 2


def _is_total(row: Sequence[str]) -> bool:
    return any(row) and is_total([cell.strip() for cell in row])


def _totals_left(name: str, grid: Sequence[Sequence[str]], header: int) -> Note | None:
    """Say which rows of totals are not counted."""
    rows = [str(k) for k, row in enumerate(grid[header + 1 :], header + 2) if _is_total(row)]
    return zh_en("evaluation.sheets.totals_left", name=name, rows=rows) if rows else None


def _is_note(row: Sequence[str]) -> bool:
    first = next((cell for cell in row if cell.strip()), "")
    return first.strip().startswith(NOTE_MARK)
