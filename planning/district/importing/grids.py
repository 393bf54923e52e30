"""Turn a spreadsheet as offices write them into a sheet: merged headers, titles, totals, grades side by side."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl

from planning.district.files import cell_text, decode
from planning.district.headers import find_column, find_geometry, plain
from planning.district.parse import half_width
from planning.district.schema import Table
from planning.district.sheet import Sheet, text_frame
from planning.district.workbook import MAX_CELLS, damaged, unsafe, value_text
from planning.errors import DistrictError, Problem

Grid = list[list[str]]

HEADER_WITHIN = 15
"""The header is looked for in so many rows from the top."""
_TOTAL = re.compile(r"(本页|全县|全区|全校|分)?(合计|总计|小计|共计|总数|累计|合计数)")
_FOOTER = re.compile(r"(注|备注|说明|填表|制表|审核|单位负责人|填报|数据来源)[人日:\s(]")
_GRADES = "一二三四五六七八九"
_GRADE = re.compile(r"(?:小学|初中)?(?P<digit>[1-9一二三四五六七八九])(?:年级|年)(?:学生数|人数|学生人数)?")
_JUNIOR = re.compile(r"初(?P<digit>[一二三123])(?:年级)?(?:学生数|人数|学生人数)?")
_CLASSES = re.compile(r"(?P<grade>.+?)(?:教学班数|班级数|班数|_?classes)")
_IN_FILE = re.compile(r"grade(?P<digit>[1-9])|g(?P<short>[1-9])")


def read_grid(path: Path, sheet: str = "", encoding: str = "") -> tuple[str, Grid]:
    """Return the name and the cells of a CSV file or of a sheet, merged cells filled.

    Raises
    ------
    DistrictError
        If the file is damaged or has no such sheet.
    """
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        text = path.read_bytes().decode(encoding) if encoding else decode(path.read_bytes(), path.name)
        first = next((line for line in text.splitlines() if line.strip()), "")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count))
        return path.name, _square([[c.replace("\ufeff", "") for c in row] for row in rows])
    if path.suffix.lower() == ".json":
        return path.name, _records(path)
    if wrong := unsafe(path):
        raise DistrictError([wrong])
    try:
        book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
    except Exception as error:  # a damaged zip of XML fails in many ways; to the user they are one
        raise DistrictError([damaged(path, str(error))]) from error
    titles = [s.title for s in book.worksheets]
    if sheet and sheet not in titles:
        listed = ", ".join(titles)
        raise DistrictError(
            [
                Problem(
                    path.name,
                    f"no sheet {sheet!r}",
                    f"没有工作表“{sheet}”",
                    mend_en=f"sheets: {listed}",
                    mend_zh=f"现有工作表：{listed}",
                )
            ]
        )
    page = book[sheet] if sheet else book.worksheets[0]
    if page.max_row * page.max_column > MAX_CELLS:  # one stray cell in a far corner makes a sheet of billions
        raise DistrictError([damaged(path, f"sheet {page.title} spans {page.dimensions}")])
    grid = _square([[value_text(v) for v in row] for row in page.iter_rows(values_only=True)])
    for area in page.merged_cells.ranges:
        corner = grid[area.min_row - 1][area.min_col - 1]
        for row in range(area.min_row - 1, min(area.max_row, len(grid))):
            grid[row][area.min_col - 1 : area.max_col] = [corner] * (area.max_col - area.min_col + 1)
    return f"{path.name}:{page.title}", grid


def is_records(path: Path) -> bool:
    """Return whether a JSON file is a list of records, not a layer."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["


def _records(path: Path) -> Grid:
    """Return a list of JSON records as rows below their keys."""
    try:
        data = json.loads(decode(path.read_bytes(), path.name))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DistrictError(
            [Problem(path.name, f"not JSON ({error})", f"不是有效的 JSON（{error}）")]
        ) from error
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise DistrictError([Problem(path.name, "not a list of records", "不是记录列表")])
    keys = list(dict.fromkeys(str(key) for row in data for key in row))
    return [keys, *([cell_text(row.get(key)) for key in keys] for row in data)]


def _square(rows: Grid) -> Grid:
    width = max((len(r) for r in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def grid_sheet(
    table: Table, name: str, grid: Grid, stated: Sequence[str] = (), header_rows: Sequence[int] = ()
) -> tuple[Sheet, list[Problem]]:
    """Return the sheet of a table from an office spreadsheet, with what was left out as warnings.

    Parameters
    ----------
    stated : sequence of str
        Headers that the mapping names.
    header_rows : sequence of int
        Rows of the header (1 is the first); found when empty.

    Raises
    ------
    DistrictError
        If no header is found.
    """
    rows = [r - 1 for r in header_rows] or find_header(table, grid, stated)
    if not rows or max(rows) >= len(grid):
        raise DistrictError([_no_header(table, name)])
    headers = join_headers(table, [grid[r] for r in rows], stated)
    body = list(range(max(rows) + 1, len(grid)))
    left: list[int] = []
    kept: list[int] = []
    for r in body:
        cells = [c.strip() for c in grid[r]]
        if any(cells):
            (left if _not_data(cells) else kept).append(r)
    problems = [_left_out(name, r + 1, grid[r]) for r in left]
    sheet = Sheet(
        name,
        headers,
        text_frame([grid[r] for r in kept], len(headers)),
        np.array([str(r + 1) for r in kept], dtype=object),
    )
    return sheet, problems


def _not_data(cells: Sequence[str]) -> bool:
    """Return whether a row holds totals (合计 …) or a remark below the table."""
    filled = [re.sub(r"\s+", "", half_width(c)) for c in cells if c]
    if any(_TOTAL.fullmatch(c.rstrip(":")) for c in filled[:3]):
        return True
    return bool(_FOOTER.match(filled[0])) and len(set(filled)) <= 2


def _left_out(name: str, row: int, cells: Sequence[str]) -> Problem:
    text = " ".join(dict.fromkeys(c.strip() for c in cells if c.strip()))[:60]
    return Problem(
        name,
        "a row of totals or remarks, left out",
        "合计或备注行，已略去",
        row=str(row),
        value=text,
        level="warning",
    )


def _no_header(table: Table, name: str) -> Problem:
    return Problem(
        name,
        f"no header of table {table.name} found in the first {HEADER_WITHIN} rows",
        f"前 {HEADER_WITHIN} 行中没有找到“{table.zh}”的表头",
        mend_en="state header_rows, or the headers under columns, in the mapping file",
        mend_zh="请在映射文件中用 header_rows 注明表头行，或用 columns 注明列名",
    )


def _known(table: Table, header: str, stated: Sequence[str]) -> bool:
    return bool(
        header.strip()
        and (
            plain(header) in {plain(s) for s in stated}
            or find_column(table, header)
            or (table.geometry and find_geometry(header))
            or ({"grade", "pupils"} <= set(table.column_of) and (grade_of(header) or classes_of(header)))
        )
    )


def find_header(table: Table, grid: Grid, stated: Sequence[str]) -> list[int]:
    """Return the rows of the header: the row where most headers are known, with the row above it if merged."""
    best, score = -1, 0
    for r, row in enumerate(grid[:HEADER_WITHIN]):
        known = len({plain(c) for c in row if _known(table, c, stated)})
        if known > score or (known == score and best == r - 1 and known and _spans(grid[best])):
            best, score = r, known
    if score == 0:
        return []
    above = [best - 1] if best and _is_upper(table, grid[best - 1], grid[best], stated) else []
    below = (
        [best + 1] if best + 1 < len(grid) and _is_upper(table, grid[best], grid[best + 1], stated) else []
    )
    return [*above, best, *below]


def _spans(row: Sequence[str]) -> bool:
    return any(a and a == b for a, b in itertools.pairwise(row))


def _is_upper(table: Table, upper: Sequence[str], lower: Sequence[str], stated: Sequence[str]) -> bool:
    """Return whether the upper row continues a merged header: some of its cells repeat in the lower row."""
    down = [a == b and bool(a.strip()) for a, b in zip(upper, lower, strict=True)]
    across = _spans(upper) and len({c for c in upper if c.strip()}) > 1
    named = any(_known(table, c, stated) for c in lower)
    return (any(down) or across) and named and not any(re.fullmatch(r"[\d.,]+", c.strip()) for c in lower)


def join_headers(table: Table, rows: Sequence[Sequence[str]], stated: Sequence[str]) -> list[str]:
    """Return one header per column from one or more header rows: the lowest that is known, else all joined."""
    headers = []
    for cells in zip(*rows, strict=True):
        parts = list(dict.fromkeys(c.strip() for c in cells if c.strip()))
        joined = "".join(parts)
        options = [joined, *reversed(parts)]
        headers.append(next((o for o in options if _known(table, o, stated)), joined))
    return headers


def _grades_apart(table: Table) -> bool:
    return {"grade", "pupils"} <= set(table.column_of) and "class_no" not in table.column_of


def grade_of(header: str) -> int | None:
    """Return the grade a header names: 一年级, 7年级人数, 初二, grade3."""
    word = plain(header)
    for pattern, first in ((_GRADE, 0), (_JUNIOR, 6), (_IN_FILE, 0)):
        if match := pattern.fullmatch(word):
            digit = match["digit"] or match.groupdict().get("short") or ""
            return first + (int(digit) if digit.isdigit() else _GRADES.index(digit) + 1)
    return None


def classes_of(header: str) -> int | None:
    """Return the grade whose number of classes a header names: 一年级班数, grade1_classes."""
    match = _CLASSES.fullmatch(plain(header))
    return grade_of(match["grade"]) if match else None


def unpivot_grades(table: Table, sheet: Sheet) -> Sheet:
    """Return a sheet with one row per grade when the grades stand side by side as columns."""
    grades = {i: g for i, h in enumerate(sheet.headers) if (g := grade_of(h)) is not None}
    if not _grades_apart(table) or len(grades) < 2:
        return sheet
    fixed = [i for i in range(len(sheet.headers)) if i not in grades]
    rows, labels = [], []
    for label, cells in zip(sheet.labels, sheet.cells.to_numpy().tolist(), strict=True):
        for position, grade in grades.items():
            if cells[position].strip():
                rows.append([*(cells[i] for i in fixed), str(grade), cells[position]])
                labels.append(label)
    headers = [*(sheet.headers[i] for i in fixed), "grade", "pupils"]
    return replace(
        sheet, headers=headers, cells=text_frame(rows, len(headers)), labels=np.array(labels, dtype=object)
    )
