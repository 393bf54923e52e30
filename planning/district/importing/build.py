"""Build a district from the files a mapping names."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from planning.district.check import check_loaded
from planning.district.headers import find_column, nearest, plain
from planning.district.importing.grids import grid_sheet, read_grid
from planning.district.importing.layers import SUFFIXES, read_vector
from planning.district.importing.mapping import TableMap, info_data, read_mapping
from planning.district.importing.outlines import draw_zones
from planning.district.info import info_from_data
from planning.district.load import Loaded, assemble, district_of
from planning.district.model import District
from planning.district.schema import TABLE, Table
from planning.district.sheet import Sheet, problems_at
from planning.errors import DistrictError, Problem


def import_district(path: str | Path) -> District:
    """Build and check the district that a mapping file describes.

    Parameters
    ----------
    path : str or Path
        Mapping file (YAML); file names in it are relative to it.

    Raises
    ------
    DistrictError
        With everything that is wrong in the mapping, the files and between the tables.
    """
    return dataclasses.replace(district_of(import_tables(path)), path=None)


def import_tables(path: str | Path) -> Loaded:
    """Return the tables that a mapping file describes with every error and warning found.

    Raises
    ------
    DistrictError
        If the mapping itself is wrong.
    """
    file = Path(path)
    mapping = read_mapping(file)
    info, problems = info_from_data(info_data(mapping), file.name)
    sheets: dict[str, Sheet] = {}
    for name, entry in mapping.tables.items():
        try:
            sheets[name], wrong = _sheet(TABLE[name], entry, file)
            problems += wrong
        except DistrictError as error:
            problems += error.problems
    for name, entry in mapping.tables.items():
        if name in sheets:
            sheets[name], wrong = look_up(TABLE[name], sheets, entry.lookup)
            problems += wrong
    if info and "zones" in sheets and mapping.tables["zones"].outlines:
        sheets["zones"], wrong = draw_zones(sheets, info.crs_metric)
        problems += wrong
    unread = {TABLE[n].file for n in mapping.tables if n not in sheets}
    loaded = assemble(None, info, sheets, problems)
    kept = [p for p in loaded.problems if not (p.file in unread and p.message_en.endswith("is missing"))]
    loaded = dataclasses.replace(loaded, problems=tuple(kept))
    return dataclasses.replace(loaded, problems=(*loaded.problems, *check_loaded(loaded)))


def source_path(entry: TableMap, mapping_file: Path) -> Path:
    """Return where a source lies.

    Raises
    ------
    DistrictError
        If it does not exist, or lies outside the mapping's folder without being allowed to.
    """
    folder = mapping_file.resolve().parent
    source = (folder / entry.file).resolve()
    if not entry.outside and not source.is_relative_to(folder):
        raise DistrictError(
            [
                Problem(
                    mapping_file.name,
                    "the file lies outside the folder of the mapping file",
                    "文件位于映射文件所在文件夹之外",
                    value=entry.file,
                    mend_en="move it there, or write outside: true if this is meant",
                    mend_zh="请移入该文件夹；如确需使用，请注明 outside: true",
                )
            ]
        )
    if not source.is_file():
        near = (
            nearest(source.name, [p.name for p in source.parent.iterdir()]) if source.parent.is_dir() else ""
        )
        raise DistrictError(
            [
                Problem(
                    mapping_file.name,
                    "no such file",
                    "找不到该文件",
                    value=entry.file,
                    mend_en=f"did you mean {near!r}?" if near else "",
                    mend_zh=f"是否应为“{near}”？" if near else "",
                )
            ]
        )
    return source


def _sheet(table: Table, entry: TableMap, mapping_file: Path) -> tuple[Sheet, list[Problem]]:
    source = source_path(entry, mapping_file)
    problems: list[Problem] = []
    try:
        if source.suffix.lower() in SUFFIXES:
            sheet, stated = read_vector(source, table, entry.sheet, entry.encoding)
            sheet = dataclasses.replace(sheet, crs=_system(entry, stated, source))
        else:
            name, grid = read_grid(source, entry.sheet, entry.encoding)
            sheet, problems = grid_sheet(table, name, grid, entry.columns, entry.header_rows)
            sheet = dataclasses.replace(
                sheet, crs=_system(entry, "", source) if table.geometry else sheet.crs
            )
    except (UnicodeDecodeError, LookupError, OSError) as error:
        raise DistrictError(
            [Problem(source.name, f"cannot be read: {error}", f"无法读取：{error}")]
        ) from error
    sheet, wrong = rename(table, sheet, entry)
    return fill(table, sheet, entry), [*problems, *wrong]


def _system(entry: TableMap, stated: str, source: Path) -> str:
    if entry.coordinates.lower() != "file":
        return entry.coordinates
    if not stated:
        raise DistrictError(
            [
                Problem(
                    source.name,
                    "the file does not say its coordinate system",
                    "文件自身未注明坐标系",
                    mend_en="state it in the mapping: coordinates: WGS84, CGCS2000, GCJ-02, BD-09 or an EPSG code",
                    mend_zh="请在映射文件中注明：coordinates: WGS84、CGCS2000、GCJ-02、BD-09 或 EPSG 代码",
                )
            ]
        )
    return stated


def rename(table: Table, sheet: Sheet, entry: TableMap) -> tuple[Sheet, list[Problem]]:
    """Return a sheet whose mapped headers carry the schema's names; other headers stay as they are."""
    headers = list(sheet.headers)
    problems: list[Problem] = []
    for column, header in entry.columns.items():
        hit = next((i for i, h in enumerate(sheet.headers) if plain(h) == plain(header)), None)
        if hit is None:
            near = nearest(header, list(sheet.headers))
            problems.append(
                Problem(
                    sheet.file,
                    f"no header {header!r}",
                    f"没有表头“{header}”",
                    row="1",
                    column=column,
                    mend_en=f"did you mean {near!r}?" if near else f"headers: {', '.join(sheet.headers)}",
                    mend_zh=f"是否应为“{near}”？" if near else f"现有表头：{'、'.join(sheet.headers)}",
                )
            )
            continue
        for i, other in enumerate(headers):  # the mapping wins over headers that would mean the same column
            found = find_column(table, other)
            if i != hit and found and found[0] == column:
                headers[i] = f"({other})"
        unit = header[header.index(mark) :] if (mark := _bracket(header)) else ""
        headers[hit] = column + unit
    return dataclasses.replace(sheet, headers=headers), problems


def _bracket(header: str) -> str:
    return next((mark for mark in ("(", "\uff08", "[", "【") if mark in header), "")


def fill(table: Table, sheet: Sheet, entry: TableMap) -> Sheet:
    """Return a sheet with constant values, numbered identifiers and translated words filled in."""
    headers, cells = list(sheet.headers), sheet.cells.copy()
    columns: dict[str, list[str]] = {
        name: [str(value).lower() if isinstance(value, bool) else str(value)] * len(cells)
        for name, value in entry.values.items()
    }
    columns |= {
        name: [pattern.format(i) for i in range(1, len(cells) + 1)] for name, pattern in entry.number.items()
    }
    for name, values in columns.items():
        if name in headers:
            cells[headers.index(name)] = pd.Series(values, dtype="str")
        else:
            cells[len(headers)] = pd.Series(values, dtype="str")
            headers.append(name)
    for name, words in entry.words.items():
        position = _position(table, dataclasses.replace(sheet, headers=headers), name)
        if position is not None:
            meant = {plain(k): v for k, v in words.items()}
            cells[position] = cells[position].map(lambda c, t=meant: t.get(plain(c), c)).astype("str")
    return dataclasses.replace(sheet, headers=headers, cells=cells)


def look_up(table: Table, sheets: dict[str, Sheet], columns: list[str]) -> tuple[Sheet, list[Problem]]:
    """Return a sheet in which names of other tables' rows are replaced by their identifiers."""
    sheet = sheets[table.name]
    problems: list[Problem] = []
    for name in columns:
        other, key = table.column_of[name].refers.split(".")
        position = _position(table, sheet, name)
        if other not in sheets or position is None:
            continue
        target = sheets[other]
        by_name = _position(TABLE[other], target, "name")
        by_key = _position(TABLE[other], target, key)
        if by_name is None or by_key is None:
            continue
        pairs = list(zip(target.cells[by_name].map(plain), target.cells[by_key].str.strip(), strict=True))
        known = dict(pairs)
        twice = (
            {n for n, _ in pairs if sum(n == m for m, _ in pairs) > 1} if len(known) < len(pairs) else set()
        )
        known |= {plain(k): k for _, k in pairs}
        text = sheet.cells[position]
        found = text.map(lambda c, k=known: k.get(plain(c), "")).astype("str")
        lost = (found == "").to_numpy() & (text.str.strip() != "").to_numpy()
        double = text.map(lambda c, t=twice: plain(c) in t).to_numpy(dtype=bool)
        file, labels = sheet.file, sheet.labels
        problems += problems_at(
            lost | double,
            labels,
            lambda i, f=file, r=labels, t=text, k=known, d=double, n=name, o=other: _not_found(  # type: ignore[misc]
                f, str(r[i]), n, o, t.iloc[i], "" if d[i] else nearest(t.iloc[i], list(k)), bool(d[i])
            ),
        )
        cells = sheet.cells.copy()
        cells[position] = found.where(~np.asarray(lost), "")
        sheet = dataclasses.replace(sheet, cells=cells)
    return sheet, problems


def _position(table: Table, sheet: Sheet, column: str) -> int | None:
    for i, header in enumerate(sheet.headers):
        found = find_column(table, header)
        if found and found[0] == column:
            return i
    return None


def _not_found(file: str, row: str, column: str, other: str, value: str, near: str, twice: bool) -> Problem:
    zh = TABLE[other].zh
    return Problem(
        file,
        f"{'several rows' if twice else 'no row'} of {other} with this name",
        f"“{zh}”表中{'有多个同名项' if twice else '没有该名称'}",
        row=row,
        column=column,
        value=value,
        mend_en=f"did you mean {near!r}?" if near else "write the identifier instead",
        mend_zh=f"是否应为“{near}”？" if near else "请改填编号",
    )
