"""Turn a spreadsheet as offices write them into a sheet: merged headers, titles, totals, grades side by side."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from planning.district.cells.dates import half_width
from planning.district.cells.headers import (
    is_unit,
    stated_units,
    strange_unit,
    with_stated_unit,
)
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.cells.traditional import simplified
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.grades import USUAL, Grades
from planning.importing.files.pages import read_page
from planning.importing.forms.amounts import by_grade
from planning.importing.forms.heads import FOOTER, HEADER_WITHIN, TOTAL, Grid, find_header, join_headers
from planning.importing.forms.words import grade_of, without_total
from planning.messages import Both

_PART = re.compile(r"其中(:.*)?$")
_TOTAL_OF = re.compile(r"(合计|总计|小计|共计)(:.{1,12}|\(.{1,12}\))")
_TOTAL_SAID = re.compile(r"(合计|总计|小计|共计|共):?[\d,]+(\.\d+)?(人|名|所|户|套|间|个|班|条|行)")
"""A total in one cell: 共计2105人."""
_STEMS = "甲乙丙丁戊"


def read_grid(path: Path, sheet: str = "", encoding: str = "") -> tuple[str, Grid]:
    """Return the name and the cells of a CSV file or of a sheet, merged cells filled.

    Raises
    ------
    DistrictError
        If the file is damaged or has no such sheet.
    """
    name, page = read_page(path, sheet, encoding)
    return name, page.filled()


def is_records(path: Path) -> bool:
    """Return whether a JSON file is a list of records, not a layer."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["


def grid_sheet(
    table: Table,
    name: str,
    grid: Grid,
    stated: Sequence[str] = (),
    header_rows: Sequence[int] = (),
    above: Sequence[str] = (),
) -> tuple[Sheet, list[Issue]]:
    """Return the sheet of a table from an office spreadsheet, with what was left out as warnings.

    Parameters
    ----------
    stated : sequence of str
        Headers that the mapping names.
    header_rows : sequence of int
        Rows of the header (1 is the first); found when empty.
    above : sequence of str
        Lines of a document above the table.

    Raises
    ------
    DistrictError
        If no header is found.
    """
    rows = [r - 1 for r in header_rows] or find_header(table, grid, stated)
    if not rows or max(rows) >= len(grid):
        raise DistrictError([_no_header(table, name)])
    headers = join_headers(table, [grid[r] for r in rows], stated)
    headers = [without_total(h, table.grades) for h in headers] if by_grade(table) else headers
    headers, problems = _with_units(table, name, headers, grid[: min(rows)], above)
    first = max(rows) + 1
    if first < len(grid) and _are_units(grid[first]):
        headers = [
            f"{h}({u.strip('()（）')})" if u.strip() else h for h, u in zip(headers, grid[first], strict=True)
        ]
        first += 1
    left: list[int] = []
    kept: list[int] = []
    for r in range(first, len(grid)):
        cells = [c.strip() for c in grid[r]]
        if any(cells):
            again = any(cells == [c.strip() for c in grid[h]] for h in rows)  # a table that goes on: 续表
            (left if again or is_no_data(cells) or (r == first and _are_numbers(cells)) else kept).append(r)
    problems += [_left_out(name, r + 1, grid[r]) for r in left]
    sheet = Sheet(
        name,
        headers,
        text_frame([grid[r] for r in kept], len(headers)),
        np.array([str(r + 1) for r in kept], dtype=object),
    )
    return sheet, problems


def _with_units(
    table: Table, name: str, headers: Sequence[str], rows: Grid, lines: Sequence[str]
) -> tuple[list[str], list[Issue]]:
    """Return headers with the units that a line above the table states for all of it (单位：万元), and say so."""
    above = [*(("", line) for line in lines)]
    above += [(str(r), cell) for r, row in enumerate(rows, 1) for cell in dict.fromkeys(row)]
    unknown = [(r, u) for r, cell in above if (u := strange_unit(cell))]
    if unknown:
        return list(headers), [_strange_unit(name, *unknown[-1])]
    stating = [(r, cell) for r, cell in above if stated_units(cell)]
    if not stating:
        return list(headers), []
    row, line = stating[-1]
    told = [with_stated_unit(table, h, stated_units(line)) for h in headers]
    changed = [t for h, t in zip(headers, told, strict=True) if h != t]
    return told, [_unit_taken(name, row, line, changed)] if changed else []


def _unit_taken(name: str, row: str, line: str, headers: Sequence[str]) -> Issue:
    return Issue(
        "importing.grids.units_line_says",
        name,
        row=row,
        value=line.strip()[:60],
        level="warning",
        headers=headers,
    )


def _strange_unit(name: str, row: str, unit: str) -> Issue:
    return Issue("importing.grids.unit_not_understood", name, row=row, value=unit, unit=unit)


def _are_units(row: Sequence[str]) -> bool:
    """Return whether a row below the header holds the units of the columns."""
    filled = [c for c in row if c.strip()]
    return len(filled) > 1 and all(map(is_unit, filled))


def _are_numbers(cells: Sequence[str]) -> bool:
    """Return whether a row below the header numbers the columns, as statistical forms do: 甲 乙 1 2 3."""
    filled = [half_width(c).strip("()") for c in cells if c]
    counted = [c for c in filled if c not in _STEMS]
    first = 1 if len(counted) < len(filled) else len(filled) - len(counted) + 1
    rising = counted == [str(i) for i in range(first, first + len(counted))]
    return rising and len(counted) > 1 and (len(counted) < len(filled) or len(filled) == len(cells) > 3)


def is_no_data(cells: Sequence[str]) -> bool:
    """Return whether a row holds totals (合计 …), a remark below the table, or nothing."""
    filled = _words(cells)
    if not filled:
        return True
    if is_total(cells) or any(_PART.match(c) for c in filled[:3]):
        return True
    return bool(FOOTER.match(filled[0])) and (len(set(filled)) <= 2 or filled[0].endswith(":"))


def _words(cells: Sequence[str]) -> list[str]:
    """Return the filled cells of a row as forms write them: no spaces, half-width signs, simplified characters."""
    return [_word(c) for c in cells if c]


@functools.lru_cache(maxsize=65536)  # the same numbers and words stand in row after row
def _word(cell: str) -> str:
    return simplified(re.sub(r"\s+", "", half_width(cell)))


def is_total(cells: Sequence[str]) -> bool:
    """Return whether a row holds totals of others: 合计, 甲镇小计, 小计（甲镇）."""
    filled = _words(cells)
    if len(set(filled)) == 1 and _TOTAL_SAID.match(filled[0]):
        return True
    return any(TOTAL.fullmatch(c.rstrip(":")) or _TOTAL_OF.fullmatch(c) for c in filled[:3])


def _left_out(name: str, row: int, cells: Sequence[str]) -> Issue:
    text = " ".join(dict.fromkeys(c.strip() for c in cells if c.strip()))[:60]
    return Issue(
        "importing.grids.row_totals_remarks_headers_left", name, row=str(row), value=text, level="warning"
    )


def _no_header(table: Table, name: str) -> Issue:
    return Issue(
        "importing.grids.no_header_table_found_first",
        name,
        table=Both(table.name, table.zh),
        header_within=HEADER_WITHIN,
    )


def rows_below(sheet: Sheet, grid: Sequence[Sequence[str]], header: Sequence[int]) -> Sheet:
    """Return every filled row below the header of a grid under the headers of its sheet, totals and remarks too."""
    first = max(header, default=-1) + 1
    if first < len(grid) and _are_units(grid[first]):
        first += 1
    rows = [r for r in range(first, len(grid)) if any(c.strip() for c in grid[r])]
    cells = text_frame([grid[r] for r in rows], len(sheet.headers))
    return replace(sheet, cells=cells, labels=np.array([str(r + 1) for r in rows], dtype=object))


def _grades_apart(table: Table) -> bool:
    return {"grade", "pupils"} <= set(table.column_of) and "class_no" not in table.column_of


def unpivot_grades(table: Table, sheet: Sheet) -> Sheet:
    """Return a sheet with one row per grade when the grades stand side by side as columns."""
    return grades_below(sheet, table.grades) if _grades_apart(table) else sheet


def grades_below(sheet: Sheet, known: Grades = USUAL) -> Sheet:
    """Return a sheet with one row per grade and columns ``grade`` and ``pupils`` when two grades or more stand side by side."""
    grades = {i: g for i, h in enumerate(sheet.headers) if (g := grade_of(h, known)) is not None}
    if len(grades) < 2:
        return sheet
    fixed = [i for i in range(len(sheet.headers)) if i not in grades]
    headers = [*(sheet.headers[i] for i in fixed), "grade", "pupils"]
    cells, places = sheet.cells.to_numpy(dtype=object), list(grades)
    filled = np.array([[bool(c.strip()) for c in row] for row in cells[:, places]], dtype=bool)
    row, which = np.nonzero(filled.reshape(len(cells), len(places)))
    if not len(row):
        return replace(sheet, headers=headers, cells=text_frame([], len(headers)), labels=sheet.labels[:0])
    columns = [cells[row, i] for i in fixed]
    columns += [
        np.array([str(g) for g in grades.values()], dtype=object)[which],
        cells[row, np.array(places)[which]],
    ]
    long = pd.DataFrame(dict(enumerate(columns))).astype("str")
    return replace(sheet, headers=headers, cells=long, labels=sheet.labels[row])
