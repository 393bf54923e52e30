"""Read tables that a school office keeps: CSV or workbook, Chinese headers, a title above them, words for grades."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.district.files import decode, read_csv, sheet_from_rows
from planning.district.headers import find_column, match_headers
from planning.district.parse import empty_column, half_width, parse_column
from planning.district.schema import Table
from planning.district.sheet import Sheet
from planning.district.workbook import NOTE_MARK, read_grids
from planning.errors import DistrictError, LayoutError, PlanningError, Problem

Labels = npt.NDArray[np.object_]
_HEADER_WITHIN = 10  # rows: above the header stand a title, a unit, a date
_DIGITS = "零一二三四五六七八九"
_GRADE = re.compile(r"(小学?|初中?|[Gg])?第?([1-9一二三四五六七八九])(年级|年)?")


def read_sheets(path: str | Path, table: Table) -> list[Sheet]:
    """Return the sheets of a file whose header has two or more columns of a table.

    Raises
    ------
    LayoutError
        If the file is missing, not readable, or no sheet has such a header.
    """
    file = Path(path)
    if not file.is_file():
        raise LayoutError([Problem(str(file), "file not found", "找不到文件")])
    try:
        sheets = _workbook(file, table) if file.suffix.lower() in (".xlsx", ".xlsm") else [_csv(file, table)]
    except DistrictError as error:
        raise LayoutError(error.problems) from None
    except OSError as error:
        raise LayoutError([Problem(str(file), f"not readable: {error}", f"无法读取：{error}")]) from None
    if not sheets:
        names = "、".join(c.zh for c in table.columns)
        raise LayoutError(
            [
                Problem(
                    file.name,
                    f"no sheet with a header row of this table: {', '.join(c.name for c in table.columns)}",
                    f"没有找到表头；应有下列各列中的若干列：{names}",
                    mend_en="put the names of the columns into one row above the data",
                    mend_zh="请在数据上方用一行写明列名",
                )
            ]
        )
    return sheets


def parse_sheet(sheet: Sheet, table: Table) -> tuple[pd.DataFrame, set[str], Labels, list[Problem]]:
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
            text = text.map(grade_text).astype("str")
        data[column.name], wrong = parse_column(
            column, text, file=sheet.file, labels=sheet.labels, factor=match.factor
        )
        problems += wrong
    return pd.DataFrame(data), set(columns), sheet.labels, problems


def grade_text(text: str) -> str:
    """Return a grade as its number; what is not understood comes back as it is.

    Examples
    --------
    >>> [grade_text(t) for t in ("一年级", "初二", "７", "九", "小学三年级", "学前")]
    ['1', '8', '7', '9', '3', '学前']
    """
    match = _GRADE.fullmatch(half_width(text).replace(" ", ""))
    if match is None:
        return text
    number = _DIGITS.index(match[2]) if match[2] in _DIGITS else int(match[2])
    junior = (match[1] or "").startswith("初") and number <= 3
    return str(number + 6 if junior else number)


def raise_all(problems: Sequence[Problem], kind: type[PlanningError] = LayoutError) -> None:
    """Raise everything that is wrong at once; nothing when nothing is."""
    if problems:
        raise kind(problems)


def _csv(file: Path, table: Table) -> Sheet:
    text = decode(file.read_bytes(), file.name)
    delimiter = max(",\t;", key=text[:5000].count)
    try:
        grid = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        grid = []
    # without the header of the table the ordinary reader says what is wrong
    return _from_grid(file.name, grid, table) or read_csv(file)


def _workbook(file: Path, table: Table) -> list[Sheet]:
    grids, problems = read_grids(file)
    raise_all(problems)
    found = [_from_grid(f"{file.name}: {title}", grid, table) for title, grid in grids.items()]
    return [sheet for sheet in found if sheet is not None]


def _from_grid(name: str, grid: Sequence[Sequence[str]], table: Table) -> Sheet | None:
    for k, row in enumerate(grid[:_HEADER_WITHIN]):
        if _fits(table, row):
            empty: list[Sequence[str]] = [[]] * k
            rows = [[] if _is_note(r) else r for r in grid[k + 1 :]]
            return sheet_from_rows(name, [*empty, row, *rows])
    return None


def _fits(table: Table, row: Sequence[str]) -> bool:
    return len({hit[0] for cell in row if (hit := find_column(table, cell))}) >= 2


def _is_note(row: Sequence[str]) -> bool:
    first = next((cell for cell in row if cell.strip()), "")
    return first.strip().startswith(NOTE_MARK)
