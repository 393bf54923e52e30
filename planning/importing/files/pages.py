"""Read the sheets of workbooks, and text files, as they stand; say which sheets fit a table and which nobody reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from planning.district.cells.characters import torn_records
from planning.district.cells.encoding import Reading, decode, decoded
from planning.district.formats.books import Page, is_book, read_pages
from planning.district.formats.files import cell_text, refuse_large
from planning.errors import DistrictError, Issue
from planning.importing.files.dbase import DBASE, dbase_page
from planning.messages import Text

ALL, ALSO = "*", "/"
"""``sheet: "*"`` reads every sheet that fits, ``A/B`` these two; no sheet's name can hold either sign."""
TEXTS = (".csv", ".tsv", ".txt")
MOST_MB = 50
"""Largest text file that is read as an office's list, MB: half a million rows of ten columns, more than any county has pupils."""


def read_page(path: Path, sheet: str = "", encoding: str = "") -> tuple[str, Page]:
    """Return the name and the cells of a text file, a list of JSON records, or one sheet of a workbook.

    Parameters
    ----------
    sheet : str
        Name of the sheet; the first that is not hidden by default.

    Raises
    ------
    DistrictError
        If the file is damaged or has no such sheet.
    """
    if path.suffix.lower() in (*TEXTS, ".json"):
        refuse_large(path, MOST_MB)
    if path.suffix.lower() in TEXTS:
        return path.name, _text_page(path, encoding)
    if path.suffix.lower() == ".json":
        return path.name, Page("", _records(path))
    if path.suffix.lower() == DBASE:
        return path.name, dbase_page(path, encoding)
    pages = read_pages(path)
    page = next((p for p in pages if p.title == sheet), None) if sheet else first_visible(pages)
    if page is None:
        raise DistrictError([_no_sheet(path, sheet, [p.title for p in pages])])
    if page.damage:
        raise DistrictError([_too_large(path, page.damage)])
    return f"{path.name}:{page.title}", page


def first_visible(pages: Sequence[Page]) -> Page | None:
    """Return the first sheet that holds something and is not hidden, else the first."""
    shown = [p for p in pages if not p.hidden]
    return next((p for p in shown if any(map(any, p.rows)) or p.damage), next(iter([*shown, *pages]), None))


def text_encoding(path: Path, encoding: str = "") -> Reading | None:
    """Return how a text file is read, ``None`` for what is no text file.

    Raises
    ------
    DistrictError
        If it cannot be read.
    """
    if path.suffix.lower() not in (*TEXTS, ".json"):
        return None
    refuse_large(path, MOST_MB)
    return decoded(path.read_bytes(), path.name, encoding)[1]


def sheet_names(path: Path) -> list[str]:
    """Return the sheets of a workbook that hold something, hidden ones last."""
    if not is_book(path):
        return []
    pages = sorted(read_pages(path), key=lambda page: page.hidden)
    return [page.title for page in pages if page.damage or any(map(any, page.rows))]


def unread_sheet(path: Path, title: str, tables: Sequence[str]) -> Issue:
    """Say that nobody reads a sheet, what it holds, and which tables it would fit."""
    page = next(p for p in read_pages(path) if p.title == title)
    rows = sum(any(row) for row in page.rows)
    return Issue(
        "importing.pages.sheet_not_read_rows",
        path.name,
        value=title,
        level="warning",
        title=title,
        hidden=Text("importing.pages.hidden") if page.hidden else "",
        rows=rows,
        fits=Text("importing.pages.would_fit", tables=tables) if tables else "",
    )


def several_fit(path: Path, table: str, titles: Sequence[str]) -> Issue:
    """Say that several sheets fit a table equally well: which are meant is for a person to say."""
    return Issue(
        "importing.pages.several_sheets_fit_table",
        path.name,
        column=f"tables.{table}.sheet",
        table=table,
        titles=titles,
    )


def _text_page(path: Path, encoding: str) -> Page:
    text = decode(path.read_bytes(), path.name, encoding)
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = [
        [c.replace("\ufeff", "") for c in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;|", key=first.count))
    ]
    width = max((len(r) for r in rows), default=0)
    return Page("", [[*row, *[""] * (width - len(row))] for row in rows])


def _records(path: Path) -> list[list[str]]:
    """Return a list of JSON records as rows below their keys."""
    try:
        data = json.loads(decode(path.read_bytes(), path.name))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DistrictError([Issue("district.files.no_json", path.name, error=error)]) from error
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise DistrictError([Issue("importing.pages.not_list_records", path.name)])
    if torn := torn_records(path.name, data):
        raise DistrictError(torn)
    keys = list(dict.fromkeys(str(key) for row in data for key in row))
    return [keys, *([cell_text(row.get(key)) for key in keys] for row in data)]


def _no_sheet(path: Path, sheet: str, titles: Sequence[str]) -> Issue:
    listed = ", ".join(titles)
    return Issue("importing.pages.no_sheet", path.name, sheet=sheet, listed=listed)


def _too_large(path: Path, reason: str) -> Issue:
    return Issue(
        "district.books.not_readable_workbook",
        path.name,
        mend="importing.mend.delete_stray_cells",
        reason=reason,
    )
