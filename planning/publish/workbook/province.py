"""Write the results of many counties as an Excel workbook: all figures, ranking, distribution, what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.internal import INTERNAL_ZH
from planning.publish.province_columns import (
    DATA_ZH,
    FIGURES,
    STATUS_ZH,
    case_keys,
    case_name,
    column,
    in_chinese,
)
from planning.publish.workbook.comparison import append_row, finish_sheet

_FORMATS = {"count": "#,##0", "number": "#,##0.##", "share": "0.00%", "yuan": "#,##0"}
_QUANTILES = (
    (0.0, "最小"),
    (0.1, "10%分位"),
    (0.25, "25%分位"),
    (0.5, "中位"),
    (0.75, "75%分位"),
    (0.9, "90%分位"),
    (1.0, "最大"),
)
_RANKED = (
    "shortage_pupils",
    "failed",
    "targets_missed",
    "nearby_primary",
    "nearby_junior",
    "classes_over_cap",
    "gap",
    "cost_yuan",
)
_LINKED = "run"
_MAP = "map.html"


def write_province_workbook(
    path: str | Path, table: pd.DataFrame, changes: pd.DataFrame | None, title: str
) -> None:
    """Write the workbook; numbers unrounded, text never taken for a formula.

    Parameters
    ----------
    path : str or Path
        File; the links to the counties' maps are seen from its folder.
    table : DataFrame
        One row per county and scenario, columns as :mod:`planning.publish.province_columns` names them.
    changes : DataFrame, optional
        What differs from the batch before, with Chinese heads.
    title : str
        Name of the batch.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book.create_sheet("总体"), table, title)
    _all(book.create_sheet("各区县"), table)
    _ranking(book.create_sheet("排名"), table)
    _distribution(book.create_sheet("分布"), table)
    if changes is not None:
        sheet = book.create_sheet("与上一批相比")
        append_row(sheet, list(changes.columns))
        for row in changes.itertuples(index=False):
            append_row(sheet, list(row))
        finish_sheet(sheet)
    with whole_file(path) as temporary:
        book.save(temporary)


def _overview(sheet: Worksheet, table: pd.DataFrame, title: str) -> None:
    append_row(sheet, [title, "多区县方案汇总", INTERNAL_ZH])
    append_row(sheet, ["区县", table[["county_zh", "folder"]].drop_duplicates().shape[0]])
    append_row(sheet, ["区县与情景", len(table)])
    for status, name in STATUS_ZH.items():
        append_row(sheet, [name, int((table["status"] == status).sum())])
    counties = table.dropna(subset=["data"]).drop_duplicates(["county_zh", "folder"])
    for kind, name in DATA_ZH.items():
        append_row(
            sheet,
            [
                f"数据{name}的区县" if kind == "real" else f"{name}的区县",
                int((counties["data"] == kind).sum()),
            ],
        )
    append_row(sheet, [])
    sums = ("pupils_primary", "pupils_junior", "seats_primary", "seats_junior", "shortage_pupils", "classes_over_cap", "cost_yuan")  # fmt: skip
    append_row(sheet, ["情景", "区县数", *(f"{column(key).name_zh}合计" for key in sums), "缺学位的区县"])
    done = table[table["status"] == "done"]
    for names, part in done.groupby(case_keys(table), sort=True, dropna=False):
        totals = [float(pd.to_numeric(part[key]).sum()) for key in sums]
        short = int((pd.to_numeric(part["shortage_pupils"]) > 0).sum())
        append_row(sheet, [case_name(case_keys(table), names), len(part), *totals, short])
        for cell in sheet[sheet.max_row][1:]:
            cell.number_format = "#,##0"
    append_row(sheet, [])
    for line in (
        "只有情景相同的区县才可相互比较。",
        "“各区县”表中“结果文件夹”一栏链接到该区县的地图；请将本文件与各文件夹一并保存。",
        "未提供数据的指标不计为达标。",
    ):
        append_row(sheet, [line])
    finish_sheet(sheet)


def _all(sheet: Worksheet, table: pd.DataFrame) -> None:
    shown = [c for c in map(column, table.columns) if c.language != "en"]
    append_row(sheet, [c.name_zh for c in shown])
    words = in_chinese(table)
    for row, run in zip(words.itertuples(index=False), table[_LINKED], strict=True):
        append_row(sheet, [_cell(v) for v in row])
        for cell, c in zip(sheet[sheet.max_row], shown, strict=True):
            if c.kind in _FORMATS and isinstance(cell.value, int | float):
                cell.number_format = _FORMATS[c.kind]
            if c.key == _LINKED and isinstance(run, str) and run:
                cell.hyperlink = f"{run}/{_MAP}"
                cell.font = Font(color="0563C1", underline="single")
    finish_sheet(sheet)
    sheet.freeze_panes = "B2"


def _ranking(sheet: Worksheet, table: pd.DataFrame) -> None:
    """List the counties by each measure, the one in most need first; equal figures share a rank."""
    append_row(sheet, ["情景", "项目", "名次", "区县", "数据文件夹", "数值"])
    done = table[table["status"] == "done"]
    for names, part in done.groupby(case_keys(table), sort=True, dropna=False):
        for c in map(column, _RANKED):
            values = pd.to_numeric(part[c.key], errors="coerce").dropna()
            ranks = values.rank(method="min", ascending=c.ranks < 0).sort_values(kind="stable")
            for row, rank, value in zip(ranks.index, ranks, values[ranks.index], strict=True):
                about = [case_name(case_keys(table), names), c.name_zh, int(rank)]
                append_row(sheet, [*about, part.at[row, "county_zh"], part.at[row, "folder"], float(value)])
                sheet.cell(sheet.max_row, 6).number_format = _FORMATS[c.kind]
    finish_sheet(sheet)
    sheet.auto_filter.ref = sheet.dimensions


def _distribution(sheet: Worksheet, table: pd.DataFrame) -> None:
    append_row(sheet, ["情景", "项目", "区县数", "合计", "平均", *(name for _, name in _QUANTILES)])
    done = table[table["status"] == "done"]
    counted = [c for c in FIGURES if c.kind in _FORMATS and not c.key.endswith("_value")]
    for names, part in done.groupby(case_keys(table), sort=True, dropna=False):
        for c in counted:
            values = pd.to_numeric(part[c.key], errors="coerce").dropna()
            if values.empty:
                continue
            whole = float(values.sum()) if c.kind in ("count", "yuan") else None
            points = [float(values.quantile(q)) for q, _ in _QUANTILES]
            append_row(
                sheet,
                [
                    case_name(case_keys(table), names),
                    c.name_zh,
                    len(values),
                    whole,
                    float(values.mean()),
                    *points,
                ],
            )
            for cell in sheet[sheet.max_row][3:]:
                cell.number_format = "#,##0.0" if c.kind == "count" else _FORMATS[c.kind]
    finish_sheet(sheet)
    sheet.auto_filter.ref = sheet.dimensions


def _cell(value: Any) -> Any:
    return None if value is None or (not isinstance(value, str) and pd.isna(value)) else value
