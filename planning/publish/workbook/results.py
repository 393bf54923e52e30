"""Write what a plan says as one Chinese workbook: summary, schools, estates, shortages with mends, projects, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from planning.atomic import whole_file
from planning.district import District
from planning.district.info import STATUS
from planning.district.schema import STAGE_ZH, TABLE
from planning.indicators import Scorecard
from planning.indicators.verdict import NONE_ZH, OUTCOME_ZH
from planning.internal import INTERNAL_ZH
from planning.layout import Layout, in_seats
from planning.publish.workbook.comparison import append_row, finish_sheet, set_formats
from planning.standards.money import Money, money_of

RESULTS = "方案结果.xlsx"
"""Name of the workbook in a run folder; it holds pupils by zone and is internal as the folder is."""
_KIND_ZH = {c.value: c.zh for c in TABLE["projects"].column_of["kind"].choices}
_LOCALE_ZH = {c.value: c.zh for c in TABLE["zones"].column_of["locale"].choices}


def write_results_workbook(
    district: District, layout: Layout, scorecard: Scorecard, short: pd.DataFrame | None, path: str | Path
) -> None:
    """Write the workbook.

    Parameters
    ----------
    short : DataFrame, optional
        Shortages with their mends (:func:`planning.zoning.answer.shortages`).
    """
    book, unit = Workbook(), money_of(layout.scenario)
    book.remove(book.worksheets[0])
    for title, rows, formats in (
        ("概况", _summary(district, layout, unit), {}),
        ("学校", _schools(district, layout), {**dict.fromkeys(range(4, 11), "#,##0"), 11: "#,##0"}),
        ("小区和村", _zones(district, layout), {5: "#,##0", 8: "#,##0", 9: "#,##0"}),
        ("学位缺口", _shortages(short, unit), {5: "#,##0", 7: "#,##0.0"}),
        ("建设项目", _projects(layout, unit), {6: "#,##0", 7: "#,##0.0"}),
        ("32项指标", _indicators(scorecard), {}),
    ):
        sheet: Worksheet = book.create_sheet(title)
        for row in rows:
            append_row(sheet, row)
        set_formats(sheet, formats)
        finish_sheet(sheet)
    with whole_file(path) as temporary:
        book.save(temporary)


def _summary(district: District, layout: Layout, unit: Money) -> list[list[Any]]:
    summary, scenario = layout.summary, layout.scenario
    info = district.info
    rows: list[list[Any]] = [
        ["项目", "数值", INTERNAL_ZH],
        ["区县", info.name_zh],
        ["方案", str(scenario.get("title_zh") or scenario.get("title") or layout.name)],
        ["学年", "、".join(map(str, summary["years"]))],
    ]
    for key, text, form in (
        ("pupils", "学生", "{:,.0f}"),
        ("seats_possible", "可用学位", "{:,.0f}"),
        ("shortage_by_stage", "学位缺口", "{:,.0f}"),
        ("nearby_ratio", "就近入学比例（B13：城区、镇区学校，在本学区就读）", "{:.1%}"),
        ("nearest_share", "就读最近学校的比例", "{:.1%}"),
        ("mean_distance_m", "平均步行距离（米）", "{:,.0f}"),
        ("p95_distance_m", "95%学生步行距离不超过（米）", "{:,.0f}"),
    ):
        by_stage: Mapping[str, Any] = summary.get(key, {})
        rows += [
            [f"{zh}{text}", NONE_ZH if by_stage[s] is None else form.format(by_stage[s])]
            for s, zh in STAGE_ZH.items()
            if s in by_stage
        ]
    rows += [
        *([["超标准班额班数", int(summary["classes_over_cap"])]] if "classes_over_cap" in summary else []),
        ["大校额学校", int(summary["schools_over_size"])],
        ["学区变动学生", NONE_ZH if summary["moved_pupils"] is None else int(summary["moved_pupils"])],
        [f"项目投资（{unit.unit.text('zh')}）", round(float(summary["cost_yuan"]) / unit.scale, 1)],
        ["与理论下界差距", "–" if summary["gap"] is None else f"{summary['gap']:.2%}"],
    ]
    if any(summary["shortage_by_stage"].values()):
        rows.append(
            ["说明", "仍有学位缺口：就近入学比例只说明学生按学区入学，不说明学位足够，见“学位缺口”表。"]
        )
    rows += [["说明", note] for note in summary.get("notes_zh", ())]
    rows += [["数据状态", f"{TABLE[n].zh}：{STATUS.get(s.status, s.status)}"] for n, s in sorted(info.layers.items()) if n in TABLE]  # fmt: skip
    return rows


def _name(names: Mapping[str, str], units: Any) -> str:
    """Return the schools of one unit or of several that share a zone, by name."""
    return "" if pd.isna(units) else "、".join(names.get(u, u) for u in str(units).split(";") if u)


def _names(district: District, layout: Layout) -> dict[str, str]:
    """Return the names of units, those of new schools and of units without pupils included."""
    table = pd.concat([layout.units[["unit", "school"]], district.units[["unit", "school"]]]).drop_duplicates(
        "unit"
    )
    schools = dict(zip(district.projects["school"], district.projects["name"], strict=True))
    schools |= dict(zip(district.schools["school"], district.schools["name"], strict=True))
    return {str(u): str(schools.get(s, s)) for u, s in zip(table["unit"], table["school"], strict=True)}


def _schools(district: District, layout: Layout) -> list[list[Any]]:
    names = _names(district, layout)
    seats = in_seats(layout.units)
    held = ["学位"] if seats else ["班数", "学位", "教室"]
    rows: list[list[Any]] = [
        ["学校", "学段", "学年", "学生", "其中学区内", "调入", "调出", *held, "学位缺口", "办学单位编号"]
    ]
    sums = ["pupils", "own", "overflow_in", "overflow_out", *([] if seats else ["classes", "seats"])]
    for (unit, stage, year), part in layout.units.groupby(["unit", "stage", "year"], sort=False):
        total = part[sums].sum()
        rows.append([names.get(str(unit), str(unit)), STAGE_ZH[str(stage)], int(str(year)), *(float(total[c]) for c in sums),
                     float(part["rooms"].max()), float(part["shortage"].sum()), str(unit)])  # fmt: skip
    return rows


def _zones(district: District, layout: Layout) -> list[list[Any]]:
    names = _names(district, layout)
    zones = district.zones.set_index("zone")
    towns = dict(zip(district.townships["township"], district.townships["name"], strict=True))
    rows: list[list[Any]] = [["小区（村）", "乡镇（街道）", "城乡", "学段", "学生", "学校", "原学校", "步行距离（米）", "统筹到外校", "单元编号"]]  # fmt: skip
    for row in layout.assignment.to_dict("records"):
        place = zones.loc[row["zone"]]
        town = place["township"]
        rows.append(
            [
                str(place["name"]),
                str(towns.get(town, town)),
                _LOCALE_ZH.get(str(place["locale"]), ""),
                STAGE_ZH[row["stage"]],
                float(row["pupils"]),
                _name(names, row["unit"]),
                _name(names, row["previous_unit"]),
                _number(row["distance_m"]),
                _number(row["overflow"]),
                str(row["zone"]),
            ]
        )
    return rows


def _shortages(short: pd.DataFrame | None, unit: Money) -> list[list[Any]]:
    rows: list[list[Any]] = [
        ["学校", "学段", "学年", "年级", "缺学位", "可行办法", f"费用（{unit.unit.text('zh')}）"]
    ]
    if short is None or not len(short):
        return [*rows, ["没有学位缺口"]]
    for row in short.to_dict("records"):
        about = [row["name"], STAGE_ZH[row["stage"]], int(row["year"]), int(row["grade"]) or "全校"]
        cost = float(row["cost_yuan"])
        said = "未知" if isnan(cost) else cost / unit.scale
        rows.append([*about, float(row["seats_short"]), row["mend_zh"], said])
    return rows


def _projects(layout: Layout, unit: Money) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [
            "项目",
            "类型",
            "学段",
            "是否实施",
            "投用学年",
            "新增学位" if in_seats(layout.units) else "新增教室",
            f"投资（{unit.unit.text('zh')}）",
        ]
    ]
    for row in layout.projects.to_dict("records"):
        year = None if pd.isna(row["year"]) else int(row["year"])
        rows.append(
            [
                row["name"],
                _KIND_ZH.get(row["kind"], row["kind"]),
                STAGE_ZH.get(row["stage"], row["stage"]),
                "是" if row["built"] else "否",
                year,
                float(row["rooms"]),
                float(row["cost_yuan"]) / unit.scale,
            ]
        )
    return rows


def _indicators(card: Scorecard) -> list[list[Any]]:
    rows: list[list[Any]] = [["指标", "名称", "数值", "标准", "结论"]]
    for row in card.indicators.to_dict("records"):
        verdict = OUTCOME_ZH[str(row["verdict"])]
        rows.append([row["id"], row["name_zh"], str(row["shown"]), row["standard_zh"], verdict])
    return rows


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
