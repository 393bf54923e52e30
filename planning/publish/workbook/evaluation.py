"""Write an evaluation as an Excel workbook: plan against reality by school and grade, nearness, targets, ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from planning.approval import Approval
from planning.atomic import whole_file
from planning.district.schema import STAGE_ZH
from planning.evaluation import Evaluation
from planning.indicators.ledger import STATUSES
from planning.indicators.verdict import NONE_ZH, OUTCOME_ZH
from planning.internal import INTERNAL_ZH
from planning.publish.workbook.comparison import append_row, finish_sheet, set_formats

_STAGES = {**STAGE_ZH, "": "全校"}
_SCHOOLS = (
    ("unit", "办学单位"), ("name", "学校"), ("stage", "学段"), ("plan_pupils", "方案学生"), ("real_pupils", "实际学生"),
    ("difference", "差数"), ("plan_classes", "方案班数"), ("real_classes", "实际班数"), ("plan_largest", "方案最大班额"),
    ("real_largest", "实际最大班额"), ("over", "超额学生"), ("plan_own", "方案片内生"), ("real_own", "实际片内生"),
    ("plan_living", "方案片内居住"), ("real_living", "实际片内居住"),
)  # fmt: skip
_GRADES = (
    ("unit", "办学单位"), ("name", "学校"), ("stage", "学段"), ("grade", "年级"), ("plan_pupils", "方案学生"), ("real_pupils", "实际学生"),
    ("difference", "差数"), ("plan_classes", "方案班数"), ("real_classes", "实际班数"), ("plan_largest", "方案最大班额"),
    ("real_largest", "实际最大班额"), ("cap", "班额标准"), ("over", "超额学生"),
)  # fmt: skip
_OUTSIDE = (("stage", "学段"), ("home_unit", "住址所属学区"), ("unit", "就读办学单位"), ("pupils", "学生"))
_MOVED = (
    ("stage", "学段"), ("name", "居住单元"), ("from_name", "原划入"), ("to_name", "现划入"), ("reason", "调整原因"),
    ("who", "决定人"), ("when", "日期"), ("living", "实际居住学生"), ("attending", "在现划入学校就读"),
)  # fmt: skip
_CLEARED = (
    ("unit", "办学单位"), ("name", "学校"), ("item_zh", "项目"), ("gap_before", "原差额"), ("gap_after", "现差额"), ("change", "变化"),
    ("status", "状态"),
)  # fmt: skip


def write_evaluation_workbook(
    evaluation: Evaluation, path: str | Path, *, approval: Approval, county: str
) -> None:
    """Write the workbook; numbers unrounded, text never taken for a formula.

    Parameters
    ----------
    county : str
        Name of the county in Chinese.
    """
    e = evaluation
    book = Workbook()
    book.remove(book.worksheets[0])
    _overview(book, e, approval, county)
    _plain(book, "各校", e.schools, _SCHOOLS)
    _plain(book, "各校各年级", e.grades, _GRADES)
    _plain(book, "片外就读流向", e.outside, _OUTSIDE)
    if len(e.moved):
        _plain(book, "手工调整的单元", e.moved, _MOVED)
    _targets(book, e)
    _plain(book, "台账变化", e.cleared, _CLEARED)
    with whole_file(path) as temporary:
        book.save(temporary)


def _overview(book: Workbook, e: Evaluation, approval: Approval, county: str) -> None:
    sheet = book.create_sheet("总体")
    append_row(sheet, [f"{county}批准方案年度评估", f"{e.year}学年", INTERNAL_ZH])
    for line in approval.lines("zh"):
        append_row(sheet, [line])
    append_row(sheet, ["校验值", approval.digest])
    append_row(sheet, [])
    append_row(sheet, ["学段", "方案学生", "实际学生", "差数", "偏差", "绝对偏差"])
    for r in e.accuracy.to_dict("records"):
        append_row(sheet, [_STAGES[r["stage"]], r["plan"], r["real"], r["difference"], _number(r["share"]), _number(r["absolute"])])  # fmt: skip
        for column in (5, 6):
            sheet.cell(sheet.max_row, column).number_format = "0.0%"
    append_row(sheet, [])
    append_row(sheet, ["学段", "就近入学口径", "方案", "实际", "标准"])
    for r in e.nearby.to_dict("records"):
        grades = "全部年级" if r["grades"] == "all" else "起始年级"
        plan = NONE_ZH if r["nobody_planned"] else _number(r["plan"])
        real = NONE_ZH if r["nobody"] else _number(r["real"])
        append_row(sheet, [_STAGES[r["stage"]], grades, plan, real, r["asked"]])
        for column in (3, 4, 5):
            sheet.cell(sheet.max_row, column).number_format = "0.0%"
    append_row(sheet, [])
    for card, name in ((e.planned, "方案预计"), (e.scorecard, "实际")):
        append_row(
            sheet, [name, f"达标 {card.passed}", f"未达标 {card.failed}", f"未提供 {card.not_supplied}"]
        )
    for zh, _ in e.notes:
        append_row(sheet, [zh])
    if e.no_home:
        append_row(sheet, [f"{e.no_home} 名学生的住址文件未给出，计为片外。"])
    finish_sheet(sheet)


def _targets(book: Workbook, e: Evaluation) -> None:
    sheet = book.create_sheet("年度目标")
    append_row(sheet, ["年度", "目标", "读法", "要求", "实际", "差距", "结论", "出处"])
    for r in e.targets().to_dict("records"):
        reading = "默认" if r["reading"] == "default" else "另一读法"
        verdict = OUTCOME_ZH[str(r["verdict"])]
        append_row(sheet, [r["year"], r["name_zh"], reading, r["asked"], _number(r["value"]), _number(r["shortfall"]), verdict, r["line"]])  # fmt: skip
        if any(word in str(r["name_zh"]) for word in ("占比", "比例", "变化")):
            for column in (4, 5, 6):
                sheet.cell(sheet.max_row, column).number_format = "0.0%"
    finish_sheet(sheet)


def _plain(book: Workbook, title: str, table: pd.DataFrame, columns: Sequence[tuple[str, str]]) -> None:
    sheet = book.create_sheet(title)
    append_row(sheet, [zh for _, zh in columns])
    words = {**_STAGES, **STATUSES}
    for r in table.to_dict("records"):
        cells = [r[name] for name, _ in columns]
        append_row(
            sheet,
            [
                words.get(v, v) if n in ("stage", "status") else _number(v)
                for (n, _), v in zip(columns, cells, strict=True)
            ],
        )
    set_formats(
        sheet, {k: "#,##0.##" for k, (name, _) in enumerate(columns, start=1) if name.startswith("gap")}
    )
    finish_sheet(sheet)


def _number(value: Any) -> Any:
    return value if isinstance(value, str) else None if pd.isna(value) else value
