"""Read a district from a filled workbook."""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

from planning.district.files import cell_text, sheet_from_rows
from planning.district.headers import find_column, find_geometry, nearest, plain
from planning.district.info import INFO_KEYS, STATUS, info_from_data
from planning.district.model import DistrictInfo
from planning.district.schema import TABLE, TABLES, Table
from planning.district.sheet import Sheet
from planning.errors import DistrictError, Problem

INFO_SHEET, LAYERS_SHEET, README_SHEET = "区县信息", "数据来源", "说明"
INFO_SHEETS = (INFO_SHEET, "district", "info")
LAYERS_SHEETS = (LAYERS_SHEET, "layers")
NOTE_MARK = "※"
"""Rows whose first filled cell begins with this mark are notes or examples and are not read."""
COORDINATES = "coordinate_system"
COORDINATES_ZH = "坐标系"
MAX_UNPACKED = 2_000_000_000
MAX_RATIO = 300
"""A workbook that unpacks to more bytes than this, or this many times its size, is refused."""
MAX_CELLS = 50_000_000
"""A sheet with more cells is refused: no county has so many, and they would fill the memory."""
EXACT_BELOW = 10**15
"""Spreadsheets keep 15 digits of a number: longer codes that were not entered as text have lost the rest."""
_LAYER_COLUMNS = ("table", "status", "source", "licence", "method")


def read_workbook(path: Path) -> tuple[DistrictInfo | None, dict[str, Sheet], list[Problem]]:
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


def read_grids(path: Path) -> tuple[dict[str, list[list[str]]], list[Problem]]:
    """Return every sheet of a workbook as rows of text; formulas by their stored result."""
    if wrong := unsafe(path):
        return {}, [wrong]
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            return {sheet.title: _grid(sheet) for sheet in book.worksheets}, []
        finally:
            book.close()
    except Exception as error:  # a damaged zip of XML fails in many ways; to the user they are one
        return {}, [damaged(path, str(error))]


def unsafe(path: Path) -> Problem | None:
    """Return why a workbook must not be unpacked: it is no zip file, or it would fill the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            entities = any(_declares(archive, entry) for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        return damaged(path, str(error))
    if entities:
        return damaged(path, "it declares entities, which no spreadsheet program writes")
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(path.stat().st_size, 100_000):
        return Problem(
            path.name,
            f"the workbook unpacks to {unpacked / 1e6:,.0f} MB and is refused",
            f"工作簿解压后达 {unpacked / 1e6:,.0f} MB，已拒绝读取",
            mend_en="delete empty rows and pictures, or give the tables as CSV",
            mend_zh="请删除空行和图片，或改用 CSV 提供数据",
        )
    return None


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Return whether a part begins with a document type: entities in it could swell, or read other files."""
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return False
    with archive.open(entry) as part:
        head = part.read(4096)
    text = (
        head.decode("utf-16", "ignore") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head.decode("latin-1")
    )
    return "<!doctype" in text.lower() or "<!entity" in text.lower()


def damaged(path: Path, reason: str) -> Problem:
    """Say that a workbook cannot be read."""
    return Problem(
        path.name,
        f"not a readable workbook ({reason})",
        f"无法读取该工作簿（{reason}）",
        mend_en="open it in a spreadsheet program and save it as .xlsx",
        mend_zh="请用表格软件打开后另存为 .xlsx",
    )


def _grid(sheet: Any) -> list[list[str]]:
    """Return the rows of a sheet up to its last filled cell, whatever size the file claims for it."""
    sheet.reset_dimensions()
    rows = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        rows.append([value_text(value) for value in row] if any(v is not None for v in row) else [])
        cells += len(rows[-1])
        if cells > MAX_CELLS:
            raise ValueError(f"more than {MAX_CELLS:,} cells in sheet {sheet.title}")
    while rows and not rows[-1]:
        rows.pop()
    return rows


def value_text(value: Any) -> str:
    """Return the value of a spreadsheet cell as text; dates in ISO form."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, float)) and abs(value) >= EXACT_BELOW:
        return f"{value:.5E}"
    return cell_text(value)


def _first(row: Sequence[str]) -> str:
    return next((c.strip() for c in row if c.strip()), "")


def _add_table(sheets: dict[str, Sheet], table: Table, title: str, grid: list[list[str]]) -> list[Problem]:
    if table.name in sheets:
        return [
            Problem(
                title,
                f"table {table.name} is given twice",
                f"“{table.zh}”有两张工作表",
                mend_en="keep one of the sheets",
                mend_zh="请只保留其中一张",
            )
        ]
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


def _unknown_sheet(title: str, names: Sequence[str]) -> Problem:
    near = nearest(title, names)
    return Problem(
        title,
        "unknown sheet, ignored",
        "未识别的工作表，已忽略",
        mend_en=f"did you mean {near!r}?" if near else "",
        mend_zh=f"是否应为“{near}”？" if near else "",
        level="warning",
    )


def _in_system(sheet: Sheet, crs: str) -> Sheet:
    return Sheet(sheet.file, sheet.headers, sheet.cells, sheet.labels, None, crs)


def _info(
    settings: list[list[str]], layers: list[list[str]]
) -> tuple[DistrictInfo | None, str, list[Problem]]:
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
