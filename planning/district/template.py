"""Write the workbook that people fill in, empty or with a district in it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import shapely
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.district.formats.workbook import (
    COORDINATES,
    COORDINATES_ZH,
    INFO_SHEET,
    LAYERS_SHEET,
    NOTE_MARK,
    README_SHEET,
)
from planning.district.info import INFO_KEYS, STATUS
from planning.district.model import District
from planning.district.schema import TABLES, Column, Table
from planning.district.write import DECIMALS, degrees_of, plain_rows
from planning.errors import DistrictError, WriteError
from planning.grades import Grades
from planning.messages import Text

HEADER_ROWS = 3
CELL_LIMIT = 32_000
"""Characters of one cell; longer outlines continue in the next column."""
LAST_ROW = 1_048_576
YES, NO = "是", "否"
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_REQUIRED = PatternFill("solid", fgColor="FCE4D6")
_GREY = Font(italic=True, color="808080")
_UNITS_ZH = {
    "m2": "平方米",
    "yuan": "元",
    "persons": "人",
    "pupils": "人",
    "teachers": "人",
    "rooms": "间",
    "homes": "套",
    "pupils/home": "人/套",
}
_KINDS_ZH = {
    "text": "文本",
    "int": "整数",
    "number": "数值",
    "bool": "是/否",
    "choice": "下拉选择",
    "date": "日期",
}
_GUIDE = ("sheets", "notes", "required", "units", "shapes", "info", "check")
"""What the first sheet says, line by line: ``district.template.guide`` of the catalogues."""


def write_template(path: str | Path, lang: str = "zh") -> Path:
    """Write the empty workbook: a sheet per table with headers, units, an example and drop-down lists.

    Parameters
    ----------
    path : str or Path
        Workbook to write (``.xlsx``).
    lang : str
        ``"zh"`` or ``"en"``: language of the guide; headers are in both.

    Raises
    ------
    DistrictError
        If the file cannot be written.
    """
    return _save(_workbook(None, lang), Path(path))


def write_workbook(district: District, path: str | Path, lang: str = "zh") -> Path:
    """Write a district into the same workbook; reading it gives the district back.

    Text that looks like a formula stays text.

    Raises
    ------
    DistrictError
        If the file cannot be written.
    """
    return _save(_workbook(district, lang), Path(path))


def _save(book: Workbook, path: Path) -> Path:
    try:
        with whole_file(path) as temporary:
            data = io.BytesIO()  # a zip file that cannot be closed complains where nobody can catch it
            book.save(data)
            temporary.write_bytes(data.getvalue())
    except WriteError as error:
        raise DistrictError(error.problems) from error
    return path


def _workbook(district: District | None, lang: str) -> Workbook:
    book = openpyxl.Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    guide.title = README_SHEET
    _write_guide(guide, lang)
    _write_info(book.create_sheet(INFO_SHEET), district)
    _write_layers(book.create_sheet(LAYERS_SHEET), district)
    for table in TABLES:
        _write_table(book.create_sheet(table.zh), table, district)
    return book


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """Write a value; text is always text, never a formula."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str) and value[:1] in "=+-@" and value:
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _write_guide(sheet: Worksheet, lang: str) -> None:
    put(sheet, 1, 1, Text("district.template.title").text(lang)).font = Font(bold=True, size=14)
    row = 2
    said = {"mark": NOTE_MARK, "info": INFO_SHEET, "coordinates": COORDINATES_ZH}
    for line in _GUIDE:
        text = Text(f"district.template.guide.{line}", **said).text(lang)
        put(sheet, row, 1, text).alignment = Alignment(wrap_text=True)
        row += 1
    row += 1
    for column, word in enumerate(("工作表", "英文名", "是否必填", "内容", "Meaning"), 1):
        put(sheet, row, column, word).font = Font(bold=True)
    for table in TABLES:
        row += 1
        values = (table.zh, table.name, YES if table.required else NO, table.meaning_zh, table.meaning)
        for column, value in enumerate(values, 1):
            put(sheet, row, column, value)
    for letter, width in zip("ABCDE", (60, 14, 10, 44, 70), strict=True):
        sheet.column_dimensions[letter].width = width


def _write_info(sheet: Worksheet, district: District | None) -> None:
    _heading(sheet, ("键 key", "项目", "填写值", "说明"))
    rows = [(key, zh, meaning) for key, (zh, _, meaning, _) in INFO_KEYS.items()]
    rows.append(
        (
            COORDINATES,
            COORDINATES_ZH,
            "本工作簿经纬度和 WKT 的坐标系：WGS84、CGCS2000、GCJ-02、BD-09 或 EPSG 代码，默认 WGS84。",
        )
    )
    for row, (key, zh, meaning) in enumerate(rows, 2):
        value: Any = "WGS84" if key == COORDINATES else _said(getattr(district.info, key)) if district else ""
        for column, cell in enumerate((key, zh, value, meaning), 1):
            put(sheet, row, column, cell).number_format = "@"
    for letter, width in zip("ABCD", (20, 14, 32, 80), strict=True):
        sheet.column_dimensions[letter].width = width


def _said(value: object) -> object:
    return str(value) if isinstance(value, Grades) else value


def _write_layers(sheet: Worksheet, district: District | None) -> None:
    _heading(sheet, ("表", "状态", "来源", "许可", "方法"))
    layers = district.info.layers if district else {}
    for row, table in enumerate(TABLES, 2):
        layer = layers.get(table.name)
        values: tuple[str, ...] = (table.zh,)
        if layer:
            values = (
                table.zh,
                STATUS.get(layer.status, layer.status),
                layer.source,
                layer.licence,
                layer.method,
            )
        for column, value in enumerate(values, 1):
            put(sheet, row, column, value)
    _drop_down(sheet, 2, list(STATUS.values()), first=2, last=1 + len(TABLES))
    for letter, width in zip("ABCDE", (14, 10, 50, 24, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _heading(sheet: Worksheet, words: Sequence[str]) -> None:
    for column, word in enumerate(words, 1):
        cell = put(sheet, 1, column, word)
        cell.font, cell.fill = Font(bold=True), _HEAD
    sheet.freeze_panes = "A2"


def _write_table(sheet: Worksheet, table: Table, district: District | None) -> None:
    frame = getattr(district, table.name) if district else None
    outlines = _outlines(table, frame)
    extra = _extra_columns(table, outlines)
    for position, column in enumerate(table.columns, 1):
        _write_header(sheet, position, column)
    for position, (zh, english, note) in enumerate(extra, len(table.columns) + 1):
        for row, value in enumerate((zh, english, note), 1):
            put(sheet, row, position, value)
        sheet.cell(1, position).fill = _REQUIRED
        sheet.cell(1, position).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(position)].width = 16
    for position in range(1, len(table.columns) + len(extra) + 1):
        sheet.cell(2, position).font = sheet.cell(3, position).font = _GREY
        sheet.cell(3, position).alignment = Alignment(wrap_text=True, vertical="top")
    first = sheet.cell(3, 1)
    first.value = f"{NOTE_MARK}{first.value}"
    sheet.freeze_panes = sheet.cell(HEADER_ROWS + 1, 1)
    if frame is None:
        _write_example(sheet, table)
        return
    shown = [_shown(c) for c in table.columns]
    for number, record in enumerate(plain_rows(table, frame)):
        values = [s(v) for s, v in zip(shown, record, strict=True)]
        values += list(outlines[number]) if outlines else []
        for position, value in enumerate(values, 1):
            if value is not None and value != "":
                put(sheet, HEADER_ROWS + 1 + number, position, value)


def _write_header(sheet: Worksheet, position: int, column: Column) -> None:
    cell = put(sheet, 1, position, column.zh)
    cell.font, cell.fill = Font(bold=True), _REQUIRED if column.required else _HEAD
    put(sheet, 2, position, column.name)
    put(sheet, 3, position, column_note(column))
    dimension = sheet.column_dimensions[get_column_letter(position)]
    dimension.width = max(14, 2 * len(column.zh) + 2)
    if column.kind in ("text", "date"):
        dimension.number_format = "@"
    if column.kind == "choice":
        _drop_down(sheet, position, [c.zh for c in column.choices])
    elif column.kind == "bool":
        _drop_down(sheet, position, [YES, NO])


def column_note(column: Column) -> str:
    """Return what to write into a column: required or not, unit or type, meaning."""
    unit = _UNITS_ZH.get(column.unit, column.unit)
    words = ["必填" if column.required else "选填", f"单位：{unit}" if unit else _KINDS_ZH[column.kind]]
    return ";".join([*words, *([column.meaning_zh] if column.meaning_zh else [])])


def _drop_down(
    sheet: Worksheet, position: int, words: Iterable[str], first: int = HEADER_ROWS + 1, last: int = LAST_ROW
) -> None:
    listed = '"' + ",".join(words) + '"'
    validation = DataValidation(
        type="list",
        formula1=listed,
        allow_blank=True,
        errorTitle="请从列表中选择",
        error="Choose a value from the list.",
    )
    letter = get_column_letter(position)
    validation.add(f"{letter}{first}:{letter}{last}")
    sheet.add_data_validation(validation)


def _write_example(sheet: Worksheet, table: Table) -> None:
    values: list[str] = [example_of(c) for c in table.columns]
    if table.geometry == "point":
        values += ["106.200000", "37.985000"]
    elif table.geometry:
        values += ["LINESTRING (106.20 37.98, 106.21 37.98)"]
        if table.geometry == "polygon":
            values[-1] = "POLYGON ((106.20 37.98, 106.21 37.98, 106.21 37.99, 106.20 37.98))"
    values[0] = f"{NOTE_MARK}示例 {values[0]}".rstrip()
    for position, value in enumerate(values, 1):
        put(sheet, HEADER_ROWS + 1, position, value).font = _GREY


def example_of(column: Column) -> str:
    """Return an example of a column as a person would write it."""
    if column.example:
        return column.example
    if column.kind == "choice":
        return column.choices[0].zh
    return {"bool": NO, "date": "2020-09-01"}.get(column.kind, "")


def _shown(column: Column) -> Any:
    if column.kind == "choice":
        words = {c.value: c.zh for c in column.choices}
        return lambda value: words.get(value, value)
    if column.kind == "bool":
        return lambda value: None if value is None else YES if value else NO
    return lambda value: value


def _outlines(table: Table, frame: Any) -> list[tuple[Any, ...]]:
    """Return the coordinate cells of every row: lon and lat, or the pieces of its WKT."""
    if frame is None or table.geometry is None or not len(frame):
        return []
    shapes = degrees_of(frame)
    if table.geometry == "point":
        return [(round(s.x, DECIMALS), round(s.y, DECIMALS)) if s else (None, None) for s in shapes]
    texts = [shapely.to_wkt(s, rounding_precision=-1, trim=True) if s else "" for s in shapes]
    return [tuple(t[i : i + CELL_LIMIT] for i in range(0, len(t), CELL_LIMIT)) for t in texts]


def _extra_columns(table: Table, outlines: list[tuple[Any, ...]]) -> list[tuple[str, str, str]]:
    if table.geometry is None:
        return []
    if table.geometry == "point":
        return [("经度", "lon", "十进制度数"), ("纬度", "lat", "十进制度数")]
    pieces = max((len(o) for o in outlines), default=1)
    note = "WKT 文本，经度在前"
    more = [(f"wkt{i}", f"wkt{i}", "接上列") for i in range(2, max(pieces, 1) + 1)]
    return [("几何WKT", "wkt", note), *more]
