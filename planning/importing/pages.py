"""Read the sheets of workbooks, and text files, as they stand; say which sheets fit a table and which nobody reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from planning.district.books import Page, is_book, read_pages
from planning.district.characters import torn_records
from planning.district.encoding import Reading, decode, decoded
from planning.district.files import cell_text
from planning.errors import DistrictError, Problem

ALL, ALSO = "*", "/"
"""``sheet: "*"`` reads every sheet that fits, ``A/B`` these two; no sheet's name can hold either sign."""
TEXTS = (".csv", ".tsv", ".txt")


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
    if path.suffix.lower() in TEXTS:
        return path.name, _text_page(path, encoding)
    if path.suffix.lower() == ".json":
        return path.name, Page("", _records(path))
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
    return decoded(path.read_bytes(), path.name, encoding)[1]


def sheet_names(path: Path) -> list[str]:
    """Return the sheets of a workbook that hold something, hidden ones last."""
    if not is_book(path):
        return []
    pages = sorted(read_pages(path), key=lambda page: page.hidden)
    return [page.title for page in pages if page.damage or any(map(any, page.rows))]


def unread_sheet(path: Path, title: str, tables: Sequence[str]) -> Problem:
    """Say that nobody reads a sheet, what it holds, and which tables it would fit."""
    page = next(p for p in read_pages(path) if p.title == title)
    rows = sum(any(row) for row in page.rows)
    hidden, hidden_zh = (" (hidden)", "（隐藏）") if page.hidden else ("", "")
    fits = f"; it would fit {', '.join(tables)}" if tables else ""
    fits_zh = f"；可用于 {'、'.join(tables)}" if tables else ""
    return Problem(
        path.name,
        f"sheet {title!r}{hidden} is not read: {rows} rows{fits}",
        f"未读取工作表“{title}”{hidden_zh}：{rows} 行{fits_zh}",
        value=title,
        mend_en='if it belongs to the district, name it under sheet: in the mapping (A/B for two, "*" for all)',
        mend_zh='如需使用，请在映射文件的 sheet: 中注明（多张写 A/B，全部写 "*"）',
        level="warning",
    )


def several_fit(path: Path, table: str, titles: Sequence[str]) -> Problem:
    """Say that several sheets fit a table equally well: which are meant is for a person to say."""
    return Problem(
        path.name,
        f"several sheets fit table {table}: {', '.join(titles)}",
        f"有多张工作表均可用于 {table}：{'、'.join(titles)}",
        column=f"tables.{table}.sheet",
        mend_en='name one under sheet: in the mapping, several as A/B, or "*" for all of them together',
        mend_zh='请在映射文件的 sheet: 中注明一张；多张写 A/B，全部合并写 "*"',
    )


def _text_page(path: Path, encoding: str) -> Page:
    text = decode(path.read_bytes(), path.name, encoding)
    first = next((line for line in text.splitlines() if line.strip()), "")
    rows = [
        [c.replace("\ufeff", "") for c in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count))
    ]
    width = max((len(r) for r in rows), default=0)
    return Page("", [[*row, *[""] * (width - len(row))] for row in rows])


def _records(path: Path) -> list[list[str]]:
    """Return a list of JSON records as rows below their keys."""
    try:
        data = json.loads(decode(path.read_bytes(), path.name))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DistrictError(
            [Problem(path.name, f"not JSON ({error})", f"不是有效的 JSON（{error}）")]
        ) from error
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise DistrictError([Problem(path.name, "not a list of records", "不是记录列表")])
    if torn := torn_records(path.name, data):
        raise DistrictError(torn)
    keys = list(dict.fromkeys(str(key) for row in data for key in row))
    return [keys, *([cell_text(row.get(key)) for key in keys] for row in data)]


def _no_sheet(path: Path, sheet: str, titles: Sequence[str]) -> Problem:
    listed = ", ".join(titles)
    return Problem(
        path.name,
        f"no sheet {sheet!r}",
        f"没有工作表“{sheet}”",
        mend_en=f"sheets: {listed}",
        mend_zh=f"现有工作表：{listed}",
    )


def _too_large(path: Path, reason: str) -> Problem:
    return Problem(
        path.name,
        f"not a readable workbook ({reason})",
        f"无法读取该工作簿（{reason}）",
        mend_en="delete the stray cells far outside, or give the table as CSV",
        mend_zh="请删除远处的多余单元格，或改用 CSV 提供数据",
    )
