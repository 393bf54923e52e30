"""Write the scorecard as an Excel workbook laid out like the tables of the county's application form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.district.schema import STAGE_ZH
from planning.indicators import Scorecard
from planning.indicators.bands import BAND_NAMES_ZH, BANDS
from planning.indicators.ledger import NOTHING
from planning.indicators.verdict import NO, NONE_ZH, OUTCOME_ZH, YES
from planning.internal import INTERNAL_ZH
from planning.texts import plain_text

_STAGES = {**STAGE_ZH, "": "全校"}
UNIT_VERDICT_ZH = {**OUTCOME_ZH, "not_counted": "不参评"}
ORIGIN_ZH = {"layout": "布局决定", "partly": "部分受布局影响", "register": "台账"}
SOURCE_ZH = {
    "layout": "布局方案测算", "register": "班级台账", "assignment": "按学区全员就读测算", "attendance": "实际就读数据",
}  # fmt: skip
KIND_ZH = {
    "primary": "小学", "junior": "初级中学", "nine_year": "九年一贯制学校", "twelve_year": "十二年一贯制学校",
    "complete_secondary": "完全中学", "teaching_point": "教学点", "special": "特殊教育学校",
}  # fmt: skip
WHY_ZH = {"special school": "特殊教育学校", "no pupils": "无学生"}
FILLS = {
    "met": "E3F1E3", "floor": "FFF3CD", "below": "F8D7DA", "missing": "E2E3E5", "pass": "E3F1E3", "fail": "F8D7DA",
    "not_supplied": "E2E3E5",
    "not_applicable": "F5F5F5",
}  # fmt: skip
RESOURCE_HEADERS = {
    "A1": "每百名学生高于规定学历教师数", "A2": "每百名学生骨干教师数", "A3": "每百名学生体育艺术教师数", "A4": "生均教学及辅助用房（㎡）",
    "A5": "生均体育运动场馆（㎡）", "A6": "生均教学仪器设备值（元）", "A7": "每百名学生网络多媒体教室数",
}  # fmt: skip
LINE = 14.5  # points of a line of text
_EDGE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_TEXT, _FIGURE = (Alignment(wrap_text=wrap, vertical="center") for wrap in (True, False))


def write_scorecard_workbook(
    scorecard: Scorecard,
    path: str | Path,
    *,
    county: str,
    synthetic: bool,
    ledger: pd.DataFrame | None = None,
) -> None:
    """Write the workbook.

    Tables: 一 overview, 二 and 三 resources of every primary and junior unit, 四 differences between schools, 五 government
    guarantee, 六 quality and recognition; then class bands, yearly targets, the ledger, and how to read it all. Cells hold
    unrounded values and show rates with 2 decimals, coefficients with 3, percentages with 1.

    Parameters
    ----------
    county : str
        Name of the county in Chinese.
    synthetic : bool
        Some data are synthetic; every table says so.
    ledger : DataFrame, optional
        From :func:`planning.indicators.ledger.make_ledger`.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    note = "（含合成数据，仅供演示）" if synthetic else ""
    sheets: list[tuple[str, Callable[[Worksheet, str], None]]] = [
        ("表一 总体情况", lambda w, t: _overview(w, t, scorecard)),
        ("表二 小学资源配置", lambda w, t: _resources(w, t, scorecard, "primary")),
        ("表三 初中资源配置", lambda w, t: _resources(w, t, scorecard, "junior")),
        ("表四 校际差异系数", lambda w, t: _variation(w, t, scorecard)),
        ("表五 政府保障程度", lambda w, t: _items(w, t, scorecard, "B")),
        ("表六 教育质量与社会认可", lambda w, t: _items(w, t, scorecard, "CD")),
        ("班额分布", lambda w, t: _bands(w, t, scorecard)),
        ("年度目标", lambda w, t: _targets(w, t, scorecard)),
    ]
    if ledger is not None:
        sheets.append(("整改台账", lambda w, t: _ledger(w, t, ledger)))
    sheets.append(("填表说明", lambda w, t: _notes(w, t, scorecard)))
    for name, fill in sheets:
        sheet = book.create_sheet(name)
        fill(sheet, f"{county}义务教育优质均衡发展 {name.split(' ')[-1]} {scorecard.year}学年{note}")
        _page(sheet)
    _save(book, Path(path))


def _overview(sheet: Worksheet, title: str, card: Scorecard) -> None:
    _title(sheet, title, 7)
    sheet.append([card.text("zh")])
    sheet.append([f"标准：{card.profile_zh}；数据口径：{SOURCE_ZH.get(card.source, card.source)}"])
    _head(sheet, ["指标", "名称", "数值", "标准", "结论", "类别", "数据提示"], [7, 38, 20, 44, 10, 14, 16])
    for row in card.indicators.itertuples(index=False):
        origin = ORIGIN_ZH[str(row[card.indicators.columns.get_loc("class")])]
        cells = [
            row.id,
            row.name_zh,
            _shown(row.shown),
            row.standard_zh,
            OUTCOME_ZH[str(row.verdict)],
            origin,
        ]
        _row(sheet, [*cells, "数据已超过一学年" if row.stale else ""], {5: str(row.verdict)})
    for text, share in _stage_shares(card):
        _row(sheet, ["", text, share], formats={3: "0.0%"})


def _stage_shares(card: Scorecard) -> list[tuple[str, float | None]]:
    counted = card.units[card.units["verdict"] != "not_counted"]
    rows: list[tuple[str, float | None]] = []
    for stage in ("primary", "junior"):
        part = counted[counted["stage"] == stage]
        good = int((part["verdict"] == "pass").sum())
        text = f"{_STAGES[stage]}达标学校 {good} 个，参评 {len(part)} 个"
        rows.append((text, good / len(part) if len(part) else None))
    return rows


def _resources(sheet: Worksheet, title: str, card: Scorecard, stage: str) -> None:
    names = list(RESOURCE_HEADERS)
    headers = [
        "序号",
        "学校",
        "类型",
        "学生数",
        "班数",
        *RESOURCE_HEADERS.values(),
        "达标项数",
        "结论",
        "不参评原因",
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [6, 22, 14, 8, 7, *[13] * 7, 9, 9, 18])
    formats = {4: "0", 5: "0", **{6 + i: "0.00" for i in range(7)}}
    table = card.units[(card.units["stage"] == stage) & (card.units["pupils"] > 0)]
    for number, unit in enumerate(table.to_dict("records"), start=1):
        values = [_number(unit[name]) for name in names]
        kind = KIND_ZH.get(str(unit["kind"]), unit["kind"])
        verdict = str(unit["verdict"])
        cells = [number, unit["name"], kind, unit["pupils"], unit["classes"], *values, unit["met"]]
        cells += [UNIT_VERDICT_ZH[verdict], _why(str(unit["why_not"]))]
        fills = {6 + i: str(unit[f"{name}_state"]) for i, name in enumerate(names)}
        _row(sheet, cells, {**fills, 14: verdict}, formats)
    means = card.variation[(card.variation["stage"] == stage) & (card.variation["indicator"] != "composite")]
    _row(sheet, ["", "县域平均", "", "", "", *(_number(v) for v in means["mean"])], formats=formats)
    text, share = _stage_shares(card)[0 if stage == "primary" else 1]
    _row(sheet, ["", text, _number(share)], formats={3: "0.0%"})
    sheet.append(["绿：达到标准；黄：达到标准的85%以上；红：低于85%；灰：未提供。"])


def _variation(sheet: Worksheet, title: str, card: Scorecard) -> None:
    headers = ["学段", "项目", *RESOURCE_HEADERS.values(), "综合差异系数"]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [8, 14, *[13] * 7, 13])
    for stage in ("primary", "junior"):
        part = card.variation[card.variation["stage"] == stage]
        means = [_number(v) for v in part["mean"]]
        _row(sheet, [_STAGES[stage], "县域平均", *means], formats=dict.fromkeys(range(3, 11), "0.00"))
        cv = [_number(v) for v in part["cv"]]
        none = "not_supplied" if part["units"].any() else "not_applicable"
        fills = {
            3 + i: none if good is None else "pass" if good else "fail"
            for i, good in enumerate(part["within"].astype(object).where(part["within"].notna(), None))
        }
        _row(
            sheet,
            [_STAGES[stage] + ("" if part["units"].any() else f"（{NONE_ZH}）"), "差异系数", *cv],
            fills,
            dict.fromkeys(range(3, 11), "0.000"),
        )
        limits = [float(v) for v in part["limit"]]
        _row(sheet, [_STAGES[stage], "限值（≤）", *limits], formats=dict.fromkeys(range(3, 11), "0.00"))
    reading = card.indicators["reading_zh"].iloc[0]
    sheet.append([f"判定口径：{reading}。"])


def _items(sheet: Worksheet, title: str, card: Scorecard, letters: str) -> None:
    headers = ["指标", "名称", "标准", "数值", "结论", "范围", "依据与测算", "口径", "出处"]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [7, 28, 36, 18, 9, 22, 60, 24, 8])
    for row in card.indicators.to_dict("records"):
        if str(row["id"])[0] in letters:
            cells = [
                row["id"],
                row["name_zh"],
                row["standard_zh"],
                _shown(row["shown"]),
                OUTCOME_ZH[str(row["verdict"])],
            ]
            cells += [row["scope_zh"], row["evidence_zh"], row["reading_zh"], row["source"]]
            _row(sheet, cells, {5: str(row["verdict"])})


def _bands(sheet: Worksheet, title: str, card: Scorecard) -> None:
    if card.classes.empty:
        _title(sheet, f"{title}：不适用（办学规模按学位核定，没有班额）", 1)
        return
    headers = ["学校", "学段", "班数", *(BAND_NAMES_ZH[b] for b in BANDS), "超标准班", "最大班额"]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [24, 8, 8, *[11] * 4, 10, 10])
    columns = ["classes", *BANDS, "over_cap", "largest"]
    for row in card.classes.to_dict("records"):
        cells = [row["name"], _STAGES[str(row["stage"])], *(int(row[c]) for c in columns)]
        _row(sheet, cells, {8: "fail" if row["over_cap"] else "pass"})
    totals = [int(card.classes[c].sum()) for c in columns[:-1]]
    _row(sheet, ["合计", "", *totals, int(card.classes["largest"].max()) if len(card.classes) else 0])


def _targets(sheet: Worksheet, title: str, card: Scorecard) -> None:
    headers = ["年度", "目标", "读法", "要求", "实际", "差距", "结论", "数据学年", "是否到期", "出处"]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [8, 34, 8, 10, 12, 12, 10, 10, 10, 10])
    for row in card.targets.to_dict("records"):
        shape = "0.0%" if "占比" in str(row["name_zh"]) or "比例" in str(row["name_zh"]) else "0"
        cells = [
            row["year"],
            row["name_zh"],
            "默认" if row["reading"] == "default" else "另一读法",
            row["asked"],
        ]
        cells += [_number(row["value"]), _number(row["shortfall"]), OUTCOME_ZH[str(row["verdict"])]]
        cells += [row["measured_year"], "是" if row["due"] else "否", row["line"]]
        _row(sheet, cells, {7: str(row["verdict"])}, {4: shape, 5: shape, 6: shape})


def _ledger(sheet: Worksheet, title: str, ledger: pd.DataFrame) -> None:
    headers = [
        "学校",
        "学段",
        "项目",
        "现有",
        "应有",
        "差额",
        "单位",
        "销号年度",
        "余项允许",
        "出处",
        "销号日期",
        "责任人",
    ]
    _title(sheet, title, len(headers))
    _head(sheet, headers, [24, 8, 22, 12, 12, 12, 7, 10, 10, 9, 12, 12])
    for row in ledger[ledger["item"] != NOTHING].to_dict("records"):
        year = None if pd.isna(row["clear_by"]) else int(row["clear_by"])
        cells = [
            row["name"],
            _STAGES[str(row["stage"])],
            row["item_zh"],
            _number(row["have"]),
            _number(row["need"]),
        ]
        cells += [
            _number(row["gap"]),
            row["measure_zh"],
            year,
            "是" if row["excused"] else "",
            row["line"],
            "",
            "",
        ]
        _row(sheet, cells, formats=dict.fromkeys((4, 5, 6), "#,##0.##"))


def _notes(sheet: Worksheet, title: str, card: Scorecard) -> None:
    _title(sheet, title, 1)
    sheet.column_dimensions["A"].width = 110
    for line in (
        f"{INTERNAL_ZH}。",
        "参评范围：小学、初中、一贯制学校各学段、50人及以上教学点（含民办）；特殊教育学校和不足50人的教学点不参评。",
        "单项判定：七项中至少六项达到标准，其余一项不低于标准的85%；比较时不四舍五入。",
        "A1—A7结论：所有参评办学单位达到标准（或为该单位唯一且不低于85%的余项），且差异系数不超过限值。",
        "一贯制学校的用房、场馆、设备、教室按加权学生数分摊（九年一贯制 小学1：初中1.1）；教师按学段统计。",
        "“未提供”不等于达标；有任何一项未提供，不能认定为全部达标。",
        "出处 S:n 指《吴忠市利通区推进义务教育优质均衡发展实施方案》公开文本第n行。",
        f"生成日期：{date.today().isoformat()}；标准：{card.profile_zh}。",
    ):
        sheet.append([line])


def _why(reason: str) -> str:
    return WHY_ZH.get(reason, "不足50人的教学点" if reason.startswith("teaching point") else reason)


def _shown(text: object) -> str:
    """Return a figure as the Chinese form prints it."""
    return {YES: "是", NO: "否"}.get(str(text), str(text))


def _number(value: object) -> object:
    return None if value is None or pd.isna(value) else value  # type: ignore[call-overload]


def _title(sheet: Worksheet, text: str, width: int) -> None:
    sheet.append([text])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 26


def _head(sheet: Worksheet, headers: Sequence[str], widths: Sequence[float]) -> None:
    sheet.append(list(headers))
    for column, width in enumerate(widths, start=1):
        cell = sheet.cell(sheet.max_row, column)
        cell.font, cell.border = Font(bold=True), _BOX
        cell.fill = PatternFill("solid", fgColor="DCE6F1")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[sheet.max_row].height = _height(headers, widths)
    sheet.freeze_panes = f"C{sheet.max_row + 1}"  # by name: asking for the cell would leave an empty row
    sheet.print_title_rows = f"1:{sheet.max_row}"


def _row(
    sheet: Worksheet,
    cells: Sequence[object],
    fills: dict[int, str] | None = None,
    formats: dict[int, str] | None = None,
) -> None:
    """Append a row; ``fills`` and ``formats`` go by column number. Text is never taken for a formula."""
    made = [Cell(sheet) for _ in cells]
    for column, (cell, value) in enumerate(zip(made, cells, strict=True), start=1):
        cell.value = (
            plain_text(value) if isinstance(value, str) else value.item() if hasattr(value, "item") else value
        )
        if isinstance(value, str):
            cell.data_type = "s"
        cell.border = _BOX
        cell.alignment = _TEXT if isinstance(value, str) else _FIGURE
        colour = FILLS.get((fills or {}).get(column, ""))
        if colour:
            cell.fill = PatternFill("solid", fgColor=colour)
        if formats and column in formats:
            cell.number_format = formats[column]
    sheet.append(
        made
    )  # gives the cells their row; the sheet itself would look for its last row anew each time
    widths = [sheet.column_dimensions[get_column_letter(c)].width for c in range(1, len(cells) + 1)]
    sheet.row_dimensions[made[0].row].height = _height(cells, widths)


def _height(cells: Sequence[object], widths: Sequence[float]) -> float:
    """Return the height in points that the longest text needs; a Chinese character is two columns wide."""
    texts = [(c, w) for c, w in zip(cells, widths, strict=True) if isinstance(c, str)]
    wide = [(sum(2 if ord(k) > 0x2E7F else 1 for k in text), w) for text, w in texts]
    return LINE * max((math.ceil(n / w) for n, w in wide), default=1) + 2


def _page(sheet: Worksheet) -> None:
    sheet.oddHeader.right.text = INTERNAL_ZH
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _save(book: Workbook, path: Path) -> None:
    with whole_file(path) as temporary:
        book.save(temporary)
