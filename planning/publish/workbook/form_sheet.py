"""Fill a sheet laid out like a table of the application form: title, head, rows with borders and colours of verdicts, page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planning.messages import Text, spoken
from planning.publish.words import internal_word
from planning.texts import plain_text

_FILLS = {
    "met": "E3F1E3",
    "floor": "FFF3CD",
    "below": "F8D7DA",
    "missing": "E2E3E5",
    "pass": "E3F1E3",
    "fail": "F8D7DA",
    "not_supplied": "E2E3E5",
    "not_applicable": "F5F5F5",
}
# points of a line of text
_LINE = 14.5
_EDGE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_TEXT, _FIGURE = (Alignment(wrap_text=wrap, vertical="center") for wrap in (True, False))


def number_or_none(value: object) -> object:
    """Return a figure as a cell holds it: nothing where there is none."""
    return None if value is None or pd.isna(value) else value  # type: ignore[call-overload]


def write_title(sheet: Worksheet, text: str, width: int) -> None:
    """Write the title of a table over so many columns."""
    sheet.append([text])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 26


def write_head(sheet: Worksheet, headers: Sequence[object], widths: Sequence[float]) -> None:
    """Write the heads of the columns, which stay in sight and are repeated on every page; widths are in characters."""
    texts = [spoken(head) if isinstance(head, Text) else str(head) for head in headers]
    sheet.append(texts)
    for column, width in enumerate(widths, start=1):
        cell = sheet.cell(sheet.max_row, column)
        cell.font, cell.border = Font(bold=True), _BOX
        cell.fill = PatternFill("solid", fgColor="DCE6F1")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[sheet.max_row].height = _height(texts, widths)
    sheet.freeze_panes = f"C{sheet.max_row + 1}"  # by name: asking for the cell would leave an empty row
    sheet.print_title_rows = f"1:{sheet.max_row}"


def write_row(
    sheet: Worksheet,
    cells: Sequence[object],
    fills: dict[int, str] | None = None,
    formats: dict[int, str] | None = None,
) -> None:
    """Append a row; ``fills`` and ``formats`` go by column number. Text is never taken for a formula."""
    cells = [spoken(value) if isinstance(value, Text) else value for value in cells]
    made = [Cell(sheet) for _ in cells]
    for column, (cell, value) in enumerate(zip(made, cells, strict=True), start=1):
        cell.value = (
            plain_text(value) if isinstance(value, str) else value.item() if hasattr(value, "item") else value
        )
        if isinstance(value, str):
            cell.data_type = "s"
        cell.border = _BOX
        cell.alignment = _TEXT if isinstance(value, str) else _FIGURE
        colour = _FILLS.get((fills or {}).get(column, ""))
        if colour:
            cell.fill = PatternFill("solid", fgColor=colour)
        if formats and column in formats:
            cell.number_format = formats[column]
    # gives the cells their row; the sheet itself would look for its last row anew each time
    sheet.append(made)
    widths = [sheet.column_dimensions[get_column_letter(c)].width for c in range(1, len(cells) + 1)]
    sheet.row_dimensions[made[0].row].height = _height(cells, widths)


def _height(cells: Sequence[object], widths: Sequence[float]) -> float:
    """Return the height in points that the longest text needs; a Chinese character is two columns wide."""
    texts = [(c, w) for c, w in zip(cells, widths, strict=True) if isinstance(c, str)]
    wide = [(sum(2 if ord(k) > 0x2E7F else 1 for k in text), w) for text, w in texts]
    return _LINE * max((math.ceil(n / w) for n, w in wide), default=1) + 2


def set_page(sheet: Worksheet) -> None:
    """Print a table on A4 lying, as wide as the page, marked as internal."""
    sheet.oddHeader.right.text = internal_word()
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
