"""Read a district from a filled workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from planning.district.cells.headers import find_column, find_geometry, nearest, plain
from planning.district.cells.sheet import Sheet, few
from planning.district.formats.books import Page, cell_name, column_name, damaged, read_pages
from planning.district.formats.files import sheet_from_rows
from planning.district.info import INFO_KEYS, STATUS, info_from_data
from planning.district.model import DistrictInfo
from planning.district.schema import TABLE, TABLES, Table
from planning.errors import DistrictError, Issue
from planning.messages import Both

INFO_SHEET, LAYERS_SHEET, README_SHEET = "区县信息", "数据来源", "说明"
INFO_SHEETS = (INFO_SHEET, "district", "info")
LAYERS_SHEETS = (LAYERS_SHEET, "layers")
NOTE_MARK = "※"
"""Rows whose first filled cell begins with this mark are notes or examples and are not read."""
COORDINATES = "coordinate_system"
COORDINATES_ZH = "坐标系"
_LAYER_COLUMNS = ("table", "status", "source", "licence", "method")


def read_workbook(path: Path) -> tuple[DistrictInfo | None, dict[str, Sheet], list[Issue]]:
    """Return the settings and the tables of a workbook as text, and what is wrong with its sheets.

    Parameters
    ----------
    path : Path
        Workbook in the form of :func:`planning.district.write_template`; sheets by Chinese or English name.
    """
    names = {**{t.name: t.name for t in TABLES}, **{t.zh: t.name for t in TABLES}}
    grids, problems = read_grids(path)
    settings: list[list[str]] = []
    layers: list[list[str]] = []
    sheets: dict[str, Sheet] = {}
    for title, grid in grids.items():
        name = names.get(plain(title)) or names.get(title.strip())
        if title.strip() in INFO_SHEETS:
            settings = grid
        elif title.strip() in LAYERS_SHEETS:
            layers = grid
        elif name is not None:
            problems += _add_table(sheets, TABLE[name], title, grid)
        elif title.strip() != README_SHEET:
            problems.append(_unknown_sheet(title, list(names)))
    if problems and not grids:
        return None, {}, problems
    info, crs, wrong = _info(settings, layers)
    placed = {n: _in_system(s, crs) if TABLE[n].geometry else s for n, s in sheets.items()}
    return info, placed, [*problems, *wrong]


def read_grids(path: Path) -> tuple[dict[str, list[list[str]]], list[Issue]]:
    """Return every sheet of a workbook as rows of text; formulas by their stored result, refused without one."""
    try:
        pages = read_pages(path)
    except DistrictError as error:
        return {}, list(error.problems)
    if damage := [damaged(path, page.damage) for page in pages if page.damage]:
        return {}, damage
    return {page.title: _rows(page) for page in pages}, [p for page in pages for p in uncalculated(page)]


def _rows(page: Page) -> list[list[str]]:
    """Return the rows of a sheet up to its last filled cell, empty ones without cells."""
    rows = [row if any(row) else [] for row in page.rows]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def uncalculated(page: Page) -> list[Issue]:
    """Name the cells of a sheet whose formula was never calculated: reading them as empty would lose a value."""
    return few([no_result(page.title, row, column) for row, column in sorted(page.uncalculated)])


def no_result(file: str, row: int, column: int) -> Issue:
    """Say that a cell holds a formula without a stored result."""
    return Issue(
        "district.workbook.formula_whose_result_not_stored",
        file,
        row=str(row + 1),
        column=column_name(column),
        value=cell_name(row, column),
    )


def _first(row: Sequence[str]) -> str:
    return next((c.strip() for c in row if c.strip()), "")


def _add_table(sheets: dict[str, Sheet], table: Table, title: str, grid: list[list[str]]) -> list[Issue]:
    if table.name in sheets:
        return [Issue("district.workbook.table_given_twice", title, table=Both(table.name, table.zh))]
    try:
        sheet = sheet_from_rows(title, grid)
    except DistrictError as error:
        return [] if not table.required and not any(map(_first, grid)) else list(error.problems)
    keep = np.array(
        [
            not _first(row).startswith(NOTE_MARK) and not (i == 0 and _is_header(table, row))
            for i, row in enumerate(sheet.cells.to_numpy().tolist())
        ],
        dtype=bool,
    )
    cells = sheet.cells[keep].reset_index(drop=True)
    if len(cells) or table.required:
        sheets[table.name] = Sheet(title, sheet.headers, cells, sheet.labels[keep])
    return []


def _is_header(table: Table, row: Sequence[str]) -> bool:
    """Return whether a row repeats the headers in the other language."""
    filled = [c for c in row if c.strip()]
    known = [c for c in filled if find_column(table, c) or (table.geometry and find_geometry(c))]
    return bool(filled) and len(known) > len(filled) / 2


def _unknown_sheet(title: str, names: Sequence[str]) -> Issue:
    near = nearest(title, names)
    return Issue(
        "district.workbook.unknown_sheet_ignored",
        title,
        level="warning",
        mend="district.mend.did_you_mean" if near else "",
        near=near,
    )


def _in_system(sheet: Sheet, crs: str) -> Sheet:
    return Sheet(sheet.file, sheet.headers, sheet.cells, sheet.labels, None, crs)


def _info(settings: list[list[str]], layers: list[list[str]]) -> tuple[DistrictInfo | None, str, list[Issue]]:
    keys = {plain(word): key for key, entry in INFO_KEYS.items() for word in (key, entry[0])}
    keys |= {plain(COORDINATES): COORDINATES, plain(COORDINATES_ZH): COORDINATES}
    data: dict[str, Any] = {}
    for row in settings[1:]:
        key = next((keys[plain(c)] for c in row if plain(c) in keys), None)
        if key is None or _first(row).startswith(NOTE_MARK):
            continue
        # columns: key, Chinese label, value, meaning
        data.setdefault(key, row[2].strip() if len(row) > 2 else "")
    crs = str(data.pop(COORDINATES, "") or "WGS84")
    data["layers"] = _layer_rows(layers)
    info, problems = info_from_data(data, INFO_SHEET)
    return info, crs, problems


def _layer_rows(grid: list[list[str]]) -> dict[str, dict[str, str]]:
    names = {**{t.name: t.name for t in TABLES}, **{t.zh: t.name for t in TABLES}}
    zh_status = {zh: key for key, zh in STATUS.items()}
    rows: dict[str, dict[str, str]] = {}
    for row in grid:
        cells = dict(zip(_LAYER_COLUMNS, [c.strip() for c in row], strict=False))
        name = names.get(cells.get("table", ""))
        if name is None or not cells.get("status"):
            continue
        cells["status"] = zh_status.get(cells["status"], cells["status"])
        rows[name] = {k: v for k, v in cells.items() if k != "table" and v}
    return rows
