"""Propose a mapping for a folder of files, and list the questions that only a person can answer."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import yaml

from planning.district.headers import find_column, plain
from planning.district.importing.grids import find_header, grade_of, grid_sheet, read_grid, unpivot_grades
from planning.district.importing.layers import SUFFIXES, read_vector
from planning.district.importing.mapping import mapping_from_data
from planning.district.info import INFO_KEYS
from planning.district.schema import TABLE, TABLES, Table
from planning.district.sheet import Sheet
from planning.errors import DistrictError

GRIDS = (".xlsx", ".xlsm", ".csv", ".tsv")
_TOP = 20
_NAMED, _ENOUGH = 0.75, 1.0


@dataclass(frozen=True)
class Question:
    """One choice that the files leave open.

    Parameters
    ----------
    key : str
        Where the answer goes in the mapping (``tables.zones.coordinates``).
    text_en, text_zh : str
        The question.
    options : tuple of str
        Likely answers, best first.
    """

    key: str
    text_en: str
    text_zh: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    """One sheet or layer that was found: its top rows, or the kind and system of its shapes."""

    file: str
    sheet: str
    rows: list[list[str]]
    geometry: str = ""
    crs: str = ""


def propose_mapping(folder: str | Path) -> dict[str, Any]:
    """Return mapping data for the files of a folder: the best file for every table, answers left empty where open.

    Parameters
    ----------
    folder : str or Path
        Looked at with one level of subfolders; hidden files are left out.
    """
    sources = list(_scan(Path(folder)))
    tables: dict[str, dict[str, Any]] = {}
    for table in TABLES:
        best = max(sources, key=lambda source: _score(table, source), default=None)
        if best is None or _score(table, best) < _ENOUGH:
            continue
        entry: dict[str, Any] = {"file": best.file}
        if best.sheet:
            entry["sheet"] = best.sheet
        if table.geometry:
            entry["coordinates"] = "file" if best.crs and not best.file.lower().endswith(".kml") else ""
        tables[table.name] = entry
    return {"district": dict.fromkeys(INFO_KEYS, None), "tables": tables}


def open_questions(data: Mapping[str, Any], folder: str | Path) -> list[Question]:
    """Return what a mapping leaves open: settings, coordinate systems, and required columns without a header."""
    questions = [
        Question(f"district.{key}", f"{meaning}", f"{zh}:{meaning_zh}")
        for key, (zh, meaning, meaning_zh, required) in INFO_KEYS.items()
        if required and data["district"].get(key) in (None, "")
    ]
    for name, entry in data["tables"].items():
        table = TABLE[name]
        if table.geometry and not entry.get("coordinates"):
            questions.append(
                Question(
                    f"tables.{name}.coordinates",
                    f"Which coordinate system are the coordinates of {entry['file']} in?",
                    f"{entry['file']} 的坐标采用哪种坐标系？",
                    ("WGS84", "CGCS2000", "GCJ-02", "BD-09"),
                )
            )
        questions += list(_column_questions(table, entry, Path(folder)))
    return questions


def write_mapping(data: Mapping[str, Any], path: str | Path) -> Path:
    """Write a mapping file (checked first), so that the next import needs no answer.

    Raises
    ------
    DistrictError
        If something in it is wrong or still open.
    """
    target = Path(path)
    mapping_from_data(data, target.name)
    text = yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=100)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(temporary, target)
    return target


def _column_questions(table: Table, entry: Mapping[str, Any], folder: Path) -> Iterator[Question]:
    sheet = _peek(table, folder / entry["file"], entry.get("sheet", ""))
    if sheet is None:
        return
    given = {found[0] for h in sheet.headers if (found := find_column(table, h))}
    given |= {*entry.get("columns", {}), *entry.get("values", {}), *entry.get("number", {})}
    free = tuple(h for h in sheet.headers if h.strip() and not find_column(table, h))
    for column in table.columns:
        if column.required and column.default is None and column.name not in given:
            yield Question(
                f"tables.{table.name}.columns.{column.name}",
                f"Which column of {entry['file']} is {column.name} ({column.meaning or column.zh})?",
                f"{entry['file']} 中哪一列是“{column.zh}”？",
                free,
            )


def _peek(table: Table, path: Path, sheet: str) -> Sheet | None:
    try:
        if path.suffix.lower() in SUFFIXES:
            return read_vector(path, sheet)[0]
        name, grid = read_grid(path, sheet)
        return unpivot_grades(table, grid_sheet(table, name, grid)[0])
    except DistrictError:
        return None


def _scan(root: Path) -> Iterator[_Source]:
    files = [
        p for p in sorted(root.glob("*")) + sorted(root.glob("*/*")) if p.is_file() and p.name[0] not in ".~"
    ]
    for path in files:
        relative = path.relative_to(root).as_posix()
        suffix = path.suffix.lower()
        try:
            if suffix in SUFFIXES:
                for layer, kind in pyogrio.list_layers(path):
                    sheet, crs = read_vector(path, str(layer))
                    name = str(layer) if suffix in (".gpkg", ".kml") else ""
                    yield _Source(relative, name, [list(sheet.headers)], _kind(str(kind)), crs)
            elif suffix in GRIDS:
                for title in _titles(path):
                    yield _Source(relative, title, read_grid(path, title)[1][:_TOP])
        except (DistrictError, pyogrio.errors.DataSourceError, OSError, ValueError):
            continue


def _titles(path: Path) -> list[str]:
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return [""]
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except Exception as error:  # any damage makes it no candidate; the reader names it when it is asked for
        raise ValueError(path) from error
    titles = list(book.sheetnames)
    book.close()
    return titles


def _kind(geometry: str) -> str:
    word = geometry.lower()
    return (
        "polygon"
        if "polygon" in word
        else "line"
        if "line" in word
        else "point"
        if "point" in word
        else "unknown"
    )


def _score(table: Table, source: _Source) -> float:
    """Return how well a source fits a table: share of its required columns, and whether its name says so."""
    if source.geometry and source.geometry != table.geometry:
        return 0.0
    rows = [0] if source.geometry else find_header(table, source.rows, [])
    headers = [c for r in rows for c in source.rows[r]]
    found = {hit[0] for h in headers if (hit := find_column(table, h))}
    if {"grade", "pupils"} <= set(table.column_of) and sum(grade_of(h) is not None for h in headers) > 1:
        found |= {"grade", "pupils"}
    required = [c.name for c in table.columns if c.required and c.default is None]
    share = sum(r in found for r in required) / max(len(required), 1)
    words = [plain(Path(source.file).stem), plain(source.sheet)]
    own = (plain(table.name), plain(table.zh))
    named = any(len(w) > 1 and (w in name or name in w) for w in words for name in own)
    return share + 0.1 * len(found) / len(table.columns) + (_NAMED if named else 0.0)
