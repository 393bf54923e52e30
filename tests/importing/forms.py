"""Write one table of rows in the forms that spreadsheet programs save: strict .xlsx, .xlsb, .ods; .xls and .et from a sample."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from collections.abc import Callable, Collection, Sequence
from html import escape
from pathlib import Path
from typing import Any

import openpyxl

Rows = Sequence[Sequence[Any]]
SAMPLE = Path(__file__).parent / "samples" / "学生.xls"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_USUAL, _STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"


def write_strict(rows: Rows, path: Path) -> None:
    """Write a workbook as strict Open XML: other names for the same parts."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    usual = io.BytesIO()
    book.save(usual)
    with zipfile.ZipFile(usual) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            for part in ("spreadsheetml", "officeDocument", "drawingml"):
                text = text.replace(f"{_USUAL}{part}/2006/", f"{_STRICT}{part}/")
            new.writestr(name, text)


def write_ods(rows: Rows, path: Path, formulas: Collection[tuple[int, int]] = ()) -> None:
    """Write an OpenDocument spreadsheet of one sheet; cells of ``formulas`` (row, column from 0) hold one without a result."""

    def cell(value: Any) -> str:
        kind = f'"float" office:value="{value}"' if isinstance(value, (int, float)) else '"string"'
        text = "" if value is None else escape(str(value))
        return f"<table:table-cell office:value-type={kind}><text:p>{text}</text:p></table:table-cell>"

    formula = '<table:table-cell table:formula="of:=1+1"/>'
    cells = [
        [formula if (i, j) in formulas else cell(v) for j, v in enumerate(r)] for i, r in enumerate(rows)
    ]
    lines = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in cells)
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="学生">{lines}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{_MANIFEST}"/>')
        archive.writestr("content.xml", content)


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(data)]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def write_xlsb(rows: Rows, path: Path) -> None:
    """Write a binary workbook: records of sheet data, rows and cells, and a list of one sheet."""
    begin, end = _record(129), _record(130)
    body = b""
    for r, row in enumerate(rows):
        body += _record(0, struct.pack("<I", r) + bytes(17))
        for c, value in enumerate(row):
            place = struct.pack("<II", c, 0)
            if isinstance(value, (int, float)):
                body += _record(5, place + struct.pack("<d", value))
            elif value is not None:
                body += _record(6, place + _wide(str(value)))
    size = struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = begin + _record(148, size) + _record(145) + body + _record(146) + end
    entry = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("学生")
    book = _record(131) + _record(143) + _record(156, entry) + _record(144) + _record(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", links)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)


def _sample(_: Rows, path: Path) -> None:
    shutil.copy(SAMPLE, path)


BOOKS: dict[str, Callable[[Rows, Path], None]] = {
    "strict.xlsx": write_strict,
    "学生.xls": _sample,
    "学生.et": _sample,
    "学生.xlsb": write_xlsb,
    "学生.ods": write_ods,
}
