"""Write a comparison as an Excel workbook, one sheet per question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.compare import Comparison
from planning.compare.people import BINS
from planning.compare.sides import OBJECTIVES
from planning.district.schema import STAGE_ZH
from planning.indicators.bands import BAND_NAMES_ZH, BANDS
from planning.internal import INTERNAL_ZH
from planning.texts import plain_text

_GROUPS = {"all": "全部学生", "urban": "城区", "town": "镇区", "rural": "乡村", "migrant": "随迁子女", "other": "其他学生"}  # fmt: skip
_VERDICTS = {"pass": "达标", "fail": "未达标", "not_supplied": "未提供", "not_applicable": "不适用"}
_FORMATS = {".1%": "0.0%", ".2%": "0.00%"}
_BEST = PatternFill("solid", fgColor="E3F2E1")
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_BAD = PatternFill("solid", fgColor="F8D7DA")


def write_comparison_workbook(comparison: Comparison, path: str | Path) -> None:
    """Write the workbook: headline, zones that change, changes of the way, equity, class bands, indicators, projects, Pareto.

    Numbers are unrounded; text is never taken for a formula; the better value is shaded as in the report.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, fill in (
        ("方案比较", _headline), ("变动单元", _zones), ("距离增减", _changes), ("公平性", _equity), ("班额分布", _bands),
        ("32项指标", _indicators), ("建设项目", _projects), ("帕累托位置", _pareto), ("说明", _notes),
    ):  # fmt: skip
        sheet = book.create_sheet(title)
        fill(sheet, comparison)
        finish_sheet(sheet)
    with whole_file(path) as temporary:
        book.save(temporary)


def _headline(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["指标", "Figure", *c.names, "计算方法", "How it is computed"])
    for row in c.table.to_dict("records"):
        values = [_number(row[n]) for n in c.names]
        append_row(sheet, [row["name_zh"], row["name_en"], *values, row["how_zh"], row["how"]])
        for k, best in enumerate(c.best(row["key"])):
            cell = sheet.cell(sheet.max_row, 3 + k)
            cell.number_format = _FORMATS.get(row["form"], "#,##0")
            if best:
                cell.fill, cell.font = _BEST, Font(bold=True)


def _zones(sheet: Worksheet, c: Comparison) -> None:
    heads = [
        "方案",
        "学段",
        "居住单元",
        "城乡",
        "学生",
        "原办学单位",
        "新办学单位",
        "新距离（米）",
        "变化（米）",
    ]
    append_row(sheet, heads)
    for r in c.moved_zones.to_dict("records"):
        about = [r["layout"], STAGE_ZH.get(r["stage"], r["stage"]), r["zone"], _GROUPS.get(r["locale"], "")]
        append_row(
            sheet, [*about, r["pupils"], r["before"], r["unit"], r["distance_m"], _number(r["delta_m"])]
        )
    set_formats(sheet, {5: "#,##0", 8: "#,##0", 9: "+#,##0;-#,##0;0"})


def _changes(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["方案", "学段", "学生", "换校", "更近", "相差100米内", "更远", "平均变化（米）", "5%分位", "25%分位", "中位", "75%分位", "95%分位"])  # fmt: skip
    for r in c.winners.to_dict("records"):
        keys = ("pupils", "moved", "shorter", "same", "longer", "mean_m", "q05", "q25", "q50", "q75", "q95")
        append_row(sheet, [r["layout"], STAGE_ZH[r["stage"]], *(_number(r[k]) for k in keys)])
    set_formats(
        sheet, {**dict.fromkeys(range(3, 8), "#,##0"), **dict.fromkeys(range(8, 14), "+#,##0;-#,##0;0")}
    )
    append_row(sheet, [])
    append_row(sheet, ["方案", "学段", "步行距离变化", "学生", "占比"])
    for r in c.changes.to_dict("records"):
        append_row(
            sheet,
            [
                r["layout"],
                STAGE_ZH[r["stage"]],
                BINS[r["bin"]].text("zh"),
                _number(r["pupils"]),
                _number(r["share"]),
            ],
        )
        sheet.cell(sheet.max_row, 5).number_format = "0.0%"


def _equity(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["学段", "群体", "方案", "学生", "平均（米）", "中位（米）", "95%分位（米）", "超出宜达范围占比", "比基准（米）"])  # fmt: skip
    keys = ("pupils", "mean_m", "median_m", "p95_m", "beyond", "delta_m")
    for r in c.equity.to_dict("records"):
        append_row(
            sheet, [STAGE_ZH[r["stage"]], _GROUPS[r["group"]], r["layout"], *(_number(r[k]) for k in keys)]
        )
    set_formats(sheet, {**dict.fromkeys(range(4, 8), "#,##0"), 8: "0.0%", 9: "+#,##0;-#,##0;0"})


def _bands(sheet: Worksheet, c: Comparison) -> None:
    if c.bands.empty:
        append_row(sheet, ["办学规模按学位核定，没有班额"])
        return
    append_row(sheet, ["学段", "方案", "班数", *(BAND_NAMES_ZH[b] for b in BANDS), "超标准班", "最大班额"])
    for r in c.bands.to_dict("records"):
        counts = [int(r[k]) for k in ("classes", *BANDS, "over_cap", "largest")]
        append_row(sheet, [STAGE_ZH[r["stage"]], r["layout"], *counts])


def _indicators(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["编号", "指标", *(f"{n} 结论" for n in c.names), *(f"{n} 数值" for n in c.names)])
    values = c.values.set_index("id") if len(c.values) else pd.DataFrame()
    for row in c.indicators.to_dict("records"):
        verdicts = [_VERDICTS.get(row[n], "") for n in c.names]
        shown = [str(values[n].get(row["id"], "")) if n in values else "" for n in c.names]
        append_row(sheet, [row["id"], row["name_zh"], *verdicts, *shown])
        for k, n in enumerate(c.names):
            if row[n] in ("pass", "fail"):
                sheet.cell(sheet.max_row, 3 + k).fill = _BEST if row[n] == "pass" else _BAD


def _projects(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["项目编号", "项目", "投资（元）", *(f"{n} 投用学年" for n in c.names)])
    for r in c.projects.to_dict("records"):
        append_row(
            sheet, [r["project"], r["name"], _number(r["cost_yuan"]), *(_number(r[n]) for n in c.names)]
        )
        sheet.cell(sheet.max_row, 3).number_format = "#,##0"


def _pareto(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["方案", *(c.objective(k).text("zh") for k in OBJECTIVES), "被占优于"])
    for r in c.pareto.to_dict("records"):
        append_row(sheet, [r["layout"], *(_number(r[k]) for k in OBJECTIVES), r["beaten_by"] or "未被占优"])
    set_formats(sheet, dict.fromkeys(range(2, 2 + len(OBJECTIVES)), "#,##0"))


def _notes(sheet: Worksheet, c: Comparison) -> None:
    append_row(sheet, ["方案", "名称", "学年", "批准情况与例外", INTERNAL_ZH])
    for k, name in enumerate(c.names):
        lines = list(c.approvals[k]) if k < len(c.approvals) else []
        title, years = (x[k] if k < len(x) else "" for x in (c.titles, c.years))
        append_row(sheet, [name, title, years, "\n".join(lines) or "未批准"])
    append_row(sheet, [])
    for line in (
        f"第一个方案“{c.names[0]}”是比较的基准。",
        "距离为居住单元到学区学校的步行距离，按学生数加权；因学位不足统筹到外校的学生仍按学区学校计算。",
        "超出宜达范围：城区超过服务半径，镇区和乡村超过步行时限；数值取自所用标准。",
        "帕累托位置：另一方案六项都不差且至少一项更好，即为被占优；六项均为越小越好。",
        "班额分布为规划末年，年级学生平均分到班。",
        *(note.text("zh") for note in c.notes),
    ):
        append_row(sheet, [line])


def append_row(sheet: Worksheet, cells: Sequence[Any]) -> None:
    """Append a row; text stays text even when it begins like a formula."""
    sheet.append([None] * len(cells))
    for column, value in enumerate(cells, start=1):
        cell = sheet.cell(sheet.max_row if cells else 1, column)
        cell.value = (
            plain_text(value) if isinstance(value, str) else value.item() if hasattr(value, "item") else value
        )
        if isinstance(value, str):
            cell.data_type = "s"


def set_formats(sheet: Worksheet, formats: dict[int, str]) -> None:
    """Give the numbers of columns (by position, from 1) a format."""
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if cell.column in formats and isinstance(cell.value, (int, float)):
                cell.number_format = formats[cell.column]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def finish_sheet(sheet: Worksheet) -> None:
    """Set head, widths and page of a sheet whose first row is its head."""
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for column in range(1, sheet.max_column + 1):
        longest = max(
            (_width(sheet.cell(r, column).value) for r in range(1, min(sheet.max_row, 60) + 1)), default=8
        )
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 9), 46)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=isinstance(cell.value, str), vertical="top")
    sheet.freeze_panes = "A2"
    sheet.oddHeader.right.text = INTERNAL_ZH
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _width(value: Any) -> int:
    lines = str("" if value is None else value).split("\n")
    return max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in lines)
