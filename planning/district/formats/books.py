"""Open workbooks of any usual kind: .xlsx, strict Open XML, through calamine .xls, .et, .xlsb and .ods; tables of .docx."""

from __future__ import annotations

import datetime
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from planning.district.formats.files import cell_text
from planning.district.formats.opendocument import Marks, marks_of
from planning.district.formats.word_tables import WORD, word_tables
from planning.errors import DistrictError, Issue

OPEN_XML = (".xlsx", ".xlsm")
OLDER = (".xls", ".et", ".xlsb", ".ods")
MAX_UNPACKED = 2_000_000_000
MAX_RATIO = 300
"""A workbook that unpacks to more bytes than this, or this many times its size, is refused."""
MAX_CELLS = 50_000_000
"""A sheet with more cells is refused: no county has so many, and they would fill the memory."""
EXACT_BELOW = 10**15
"""Spreadsheets keep 15 digits of a number: longer codes that were not entered as text have lost the rest."""
_STRICT, _USUAL = b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/"
_STRICT_PARTS = (
    (b"spreadsheetml/main", b"spreadsheetml/2006/main"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"drawingml/", b"drawingml/2006/"),
    (b"officeDocument/", b"officeDocument/2006/"),
)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
Area = tuple[int, int, int, int]
Rows = list[list[str]]


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook, or a text file, as it stands.

    Parameters
    ----------
    title : str
        Name of the sheet.
    rows : list of list of str
        Cells as text, all rows of one length; of merged cells only the first holds the text.
    merged : tuple of (int, int, int, int)
        Merged cells: first row, first column, last row, last column, counted from 0.
    hidden : bool
        The sheet is hidden.
    hidden_rows, hidden_columns : tuple of int
        From 0.
    uncalculated : frozenset of (int, int)
        Cells with a formula whose result was never stored.
    struck : frozenset of (int, int)
        Cells with text that is struck out.
    damage : str
        Why the sheet cannot be read, or empty.
    above : tuple of str
        Lines of the document between the table before and this one.
    """

    title: str
    rows: Rows
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    uncalculated: frozenset[tuple[int, int]] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    damage: str = ""
    above: tuple[str, ...] = ()

    def filled(self) -> Rows:
        """Return the rows with the text of merged cells in every one of them."""
        rows = [list(row) for row in self.rows]
        for top, left, bottom, right in self.merged:
            if top >= len(rows) or left >= len(rows[top]):
                continue
            text = rows[top][left]
            for row in rows[top : bottom + 1]:
                end = min(right + 1, len(row))
                row[left:end] = [text] * (end - left)
        return rows


def is_book(path: Path) -> bool:
    """Return whether a file is a workbook that can be read, by its name."""
    return path.suffix.lower() in (*OPEN_XML, *OLDER, WORD)


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls a cell: ``B3`` for row 2, column 1 (from 0)."""
    return f"{get_column_letter(column + 1)}{row + 1}"


def column_name(column: int) -> str:
    """Return the letters of a column counted from 0."""
    return str(get_column_letter(column + 1))


def read_pages(path: Path) -> tuple[Page, ...]:
    """Return every sheet of a workbook, hidden ones too.

    Raises
    ------
    DistrictError
        If it is no workbook, damaged, or would fill the memory.
    """
    about = path.stat()
    return _pages(path, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=6)
def _pages(path: Path, stamp: int, size: int) -> tuple[Page, ...]:
    """Return the sheets of a workbook; every question of an import asks for them again."""
    binary = path.suffix.lower() in (".xls", ".et") and not zipfile.is_zipfile(path)
    if not binary and (wrong := unsafe(path)):
        raise DistrictError([wrong])
    if path.suffix.lower() == WORD:
        read = _word
    else:
        read = _older if binary or path.suffix.lower() in (".xlsb", ".ods") else _open_xml
    try:
        return read(path)
    except DistrictError:
        raise
    except Exception as error:  # a damaged zip of XML fails in many ways; to the user they are one
        raise DistrictError([damaged(path, str(error))]) from error


def open_book(path: Path, **how: Any) -> openpyxl.Workbook:
    """Open a workbook with openpyxl; one saved as strict Open XML is read like any other."""
    return openpyxl.load_workbook(_usual_names(path), keep_links=False, **how)


def _usual_names(path: Path) -> Any:
    """Return a workbook as openpyxl knows it: strict Open XML differs in the names of its parts only."""
    with zipfile.ZipFile(path) as book:
        names = [n for n in book.namelist() if n.lower().endswith((".xml", ".rels"))]
        if not any(_STRICT in book.read(n) for n in names if n.lower().endswith("workbook.xml")):
            return path
        usual = io.BytesIO()
        with zipfile.ZipFile(usual, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in book.namelist():
                data = book.read(name)
                copy.writestr(name, _renamed(data) if name in names else data)
    usual.seek(0)
    return usual


def _renamed(data: bytes) -> bytes:
    for strict, usual in _STRICT_PARTS:
        data = data.replace(_STRICT + strict, _USUAL + usual)
    return data


def _open_xml(path: Path) -> tuple[Page, ...]:
    book = open_book(path, data_only=True)
    formulas = open_book(path) if _has_formulas(path) else None
    struck = _has_struck(path)
    return tuple(
        _page(sheet, None if formulas is None else formulas[sheet.title], struck=struck)
        for sheet in book.worksheets
    )


def _has_struck(path: Path) -> bool:
    """Return whether any font of a workbook strikes out; to look at the font of every cell takes long."""
    with zipfile.ZipFile(path) as book:
        styles = [n for n in book.namelist() if n.endswith("styles.xml")]
        return any(re.search(rb"<(\w+:)?strike[ />]", book.read(name)) for name in styles)


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as book:
        sheets = [n for n in book.namelist() if "worksheets/" in n and n.endswith(".xml")]
        return any(re.search(rb"<(\w+:)?f[ >/]", book.read(name)) for name in sheets)


def _page(sheet: Any, formulas: Any, *, struck: bool) -> Page:
    hidden = sheet.sheet_state != "visible"
    if sheet.max_row * sheet.max_column > MAX_CELLS:  # one stray cell far out makes a sheet of billions
        return Page(sheet.title, [], hidden=hidden, damage=f"sheet {sheet.title} spans {sheet.dimensions}")
    rows = _square([[_cell(cell) for cell in row] for row in sheet.iter_rows()])
    merged = tuple(
        (a.min_row - 1, a.min_col - 1, a.max_row - 1, a.max_col - 1) for a in sheet.merged_cells.ranges
    )
    columns = [
        i - 1
        for letter, dimension in sheet.column_dimensions.items()
        if dimension.hidden
        for i in range(dimension.min or 1, min(dimension.max or 1, sheet.max_column) + 1)
    ]
    return Page(
        sheet.title,
        rows,
        merged,
        hidden,
        tuple(sorted(r - 1 for r, d in sheet.row_dimensions.items() if d.hidden and r <= len(rows))),
        tuple(sorted(columns)),
        frozenset() if formulas is None else _uncalculated(sheet, formulas),
        _struck(sheet) if struck else frozenset(),
    )


def _struck(sheet: Any) -> frozenset[tuple[int, int]]:
    """Return the cells whose text is struck out."""
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return frozenset(
        (c.row - 1, c.column - 1) for c in cells if c.value is not None and c.has_style and c.font.strike
    )


def _uncalculated(sheet: Any, formulas: Any) -> frozenset[tuple[int, int]]:
    """Return the cells that hold a formula and no result; an empty text is a result."""
    found = set()
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                stored = sheet.cell(cell.row, cell.column)
                if stored.value is None and stored.data_type != "str":
                    found.add((cell.row - 1, cell.column - 1))
    return frozenset(found)


def _cell(cell: Any) -> str:
    """Return the text of a cell; a number shown as per cent keeps its mark, whatever the header says."""
    value = cell.value
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and "%" in _QUOTED.sub("", cell.number_format or ""):
        return f"{value * 100:.12g}%"
    return value_text(value)


def _older(path: Path) -> tuple[Page, ...]:
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        visible = {m.name: str(m.visible).endswith(".Visible") for m in book.sheets_metadata}
        pages = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                pages.append(Page(name, [], damage=f"sheet {name} spans {sheet.total_height} rows"))
                continue
            rows = _square([[value_text(v) for v in row] for row in sheet.to_python(skip_empty_area=False)])
            areas = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
            pages.append(Page(name, rows, areas, not visible.get(name, True)))
    if path.suffix.lower() == ".ods":
        marks = marks_of(path)
        pages = [_marked(page, marks.get(page.title, Marks())) for page in pages]
    return tuple(pages)


def _marked(page: Page, marks: Marks) -> Page:
    """Return a sheet of an OpenDocument spreadsheet with its marks; rows and columns behind the last text hold nothing."""
    width = max(map(len, page.rows), default=0)
    return replace(
        page,
        merged=marks.merged,
        hidden_rows=tuple(r for r in marks.hidden_rows if r < len(page.rows)),
        hidden_columns=tuple(c for c in marks.hidden_columns if c < width),
        uncalculated=marks.uncalculated,
    )


def _word(path: Path) -> tuple[Page, ...]:
    tables = enumerate(word_tables(path), 1)
    return tuple(Page(f"表{i}", _square(rows), merged, above=above) for i, (rows, merged, above) in tables)


def _square(rows: Sequence[list[str]]) -> Rows:
    width = max((len(r) for r in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def unsafe(path: Path) -> Issue | None:
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
        return Issue("district.books.workbook_unpacks_mb_refused", path.name, unpacked=unpacked / 1000000.0)
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


def damaged(path: Path, reason: str) -> Issue:
    """Say that a workbook cannot be read."""
    return Issue("district.books.not_readable_workbook", path.name, reason=reason)


def value_text(value: Any) -> str:
    """Return the value of a spreadsheet cell as text; dates in ISO form."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, float)) and abs(value) >= EXACT_BELOW:
        return f"{value:.5E}"
    if isinstance(value, str) and "_x" in value:
        return str(unescape(value))  # characters that XML cannot hold, as spreadsheets write them
    return cell_text(value)
