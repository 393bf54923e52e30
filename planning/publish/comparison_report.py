"""Show a comparison: in the terminal, as CSV, as one HTML page, as a workbook."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from rich.table import Table

from planning.compare import Comparison
from planning.layout import new_folder

VERDICT_ZH = {"pass": "达标", "fail": "未达标", "not_supplied": "未提供"}
_CSS = """body{font-family:"PingFang SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif;margin:24px auto;max-width:1100px;color:#222}
table{border-collapse:collapse;width:100%;margin:12px 0 28px}th,td{border-bottom:1px solid #ddd;padding:6px 10px;text-align:right}
th:first-child,td:first-child{text-align:left}thead th{border-bottom:2px solid #444}td.best{background:#e3f2e1;font-weight:bold}
td.pass{color:#1b6e2d}td.fail{color:#b00016}td.not_supplied{color:#8a6d00}small{color:#777}h1{font-size:22px}h2{font-size:17px}"""


def comparison_table(comparison: Comparison, lang: str = "en") -> Table:
    """Return the comparison for the terminal; the better value of a row is marked."""
    table = Table(show_edge=False)
    table.add_column("指标" if lang == "zh" else "")
    for name in comparison.names:
        table.add_column(name, justify="right")
    for row in comparison.table.to_dict("records"):
        best = comparison.best(row["key"])
        cells = [
            f"[bold green]{_form(row, n)} ✓[/]" if b else _form(row, n)
            for n, b in zip(comparison.names, best, strict=True)
        ]
        table.add_row(str(row["name_zh" if lang == "zh" else "name_en"]), *cells)
    return table


def write_comparison(comparison: Comparison, folder: str | Path) -> Path:
    """Write ``comparison.csv``, ``comparison.html``, ``comparison.xlsx`` and ``moved.csv``; all or nothing."""
    target = Path(folder)
    with new_folder(target) as temporary:
        safe_csv(comparison.table.drop(columns="form"), temporary / "comparison.csv")
        safe_csv(comparison.indicators, temporary / "indicators.csv")
        safe_csv(comparison.moved, temporary / "moved.csv")
        (temporary / "comparison.html").write_text(_page(comparison), encoding="utf-8")
        _workbook(comparison).save(temporary / "comparison.xlsx")
    return target


def safe_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a CSV in which no cell can start a formula in a spreadsheet."""
    clean = table.map(harmless).rename(columns=harmless)
    clean.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def harmless(value: Any) -> Any:
    """Return text that a spreadsheet cannot take for a formula."""
    return (
        "'" + value
        if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") and len(value) > 1
        else value
    )


def _form(row: dict[Any, Any], name: str) -> str:
    return "–" if pd.isna(row[name]) else format(row[name], row["form"])


def _page(comparison: Comparison) -> str:
    names = [html.escape(n) for n in comparison.names]
    head = "".join(f"<th>{n}</th>" for n in names)
    rows = []
    for row in comparison.table.to_dict("records"):
        best = comparison.best(row["key"])
        cells = "".join(
            f"<td class='{'best' if b else ''}'>{html.escape(_form(row, n))}</td>"
            for n, b in zip(comparison.names, best, strict=True)
        )
        label = f"{html.escape(row['name_zh'])} <small>{html.escape(row['name_en'])} · {html.escape(row['how'])}</small>"
        rows.append(f"<tr><td>{label}</td>{cells}</tr>")
    verdicts = []
    for row in comparison.indicators.to_dict("records"):
        cells = "".join(
            f"<td class='{html.escape(str(row[n]))}'>{VERDICT_ZH.get(row[n], '–')}</td>"
            for n in comparison.names
        )
        verdicts.append(f"<tr><td>{html.escape(row['id'])} {html.escape(row['name_zh'])}</td>{cells}</tr>")
    return (
        f"<!doctype html><html lang='zh'><head><meta charset='utf-8'><title>方案比较</title><style>{_CSS}</style></head><body>"
        f"<h1>布局方案比较 <small>Layouts side by side</small></h1><table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f"<p><small>绿底为较优值 the better value is shaded;{len(comparison.moved)} 个单元归属不同 zones differ</small></p>"
        f"<h2>32项指标 <small>Indicators</small></h2><table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(verdicts)}</tbody></table></body></html>"
    )


def _workbook(comparison: Comparison) -> Workbook:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "方案比较"
    _fill(sheet, ["指标", "Figure", *comparison.names, "计算方法 How"])
    for row in comparison.table.to_dict("records"):
        sheet.append(
            [
                row["name_zh"],
                row["name_en"],
                *(None if pd.isna(row[n]) else float(row[n]) for n in comparison.names),
                row["how"],
            ]
        )
        best = comparison.best(row["key"])
        for k, n in enumerate(comparison.names):
            cell = sheet.cell(sheet.max_row, 3 + k)
            cell.number_format = {".1%": "0.0%", ".2%": "0.00%"}.get(row["form"], "#,##0")
            if best[k]:
                cell.fill = PatternFill("solid", fgColor="E3F2E1")
                cell.font = Font(bold=True)
            del n
    other = book.create_sheet("32项指标")
    _fill(other, ["编号", "指标", *comparison.names])
    for row in comparison.indicators.to_dict("records"):
        other.append([row["id"], row["name_zh"], *(VERDICT_ZH.get(row[n], "") for n in comparison.names)])
    for page in (sheet, other):
        page.freeze_panes = "A2"
        for k in range(1, page.max_column + 1):
            page.column_dimensions[get_column_letter(k)].width = 30 if k <= 2 else 18
        for cells in page.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # never a formula
    return book


def _fill(sheet: Any, names: list[str]) -> None:
    sheet.append(names)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True)
