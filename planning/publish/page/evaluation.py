"""Show an evaluation: one HTML page, one workbook, the tables as CSV, the scorecard and the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from planning.approval import Approval
from planning.approval.folder import file_hash
from planning.atomic import new_folder
from planning.district import District
from planning.evaluation import Evaluation
from planning.indicators import write_scorecard
from planning.indicators.ledger import STATUSES, write_ledger
from planning.indicators.verdict import NONE_ZH, OUTCOME_ZH
from planning.internal import write_internal_note
from planning.messages.catalogue import is_chinese
from planning.publish.page.blocks import Block, Cell, Section, Warned, Words, report_page
from planning.publish.page.blocks import Table as Grid
from planning.publish.page.comparison import safe_csv
from planning.publish.places import STAGE_NAMES
from planning.publish.workbook.evaluation import write_evaluation_workbook
from planning.publish.workbook.scorecard import write_scorecard_workbook

SHOWN = 30
GRADES_ZH = {"all": "全部年级", "entry": "起始年级"}
HOW = {
    "accuracy": "方案为批准时的预测人数，实际为当年就读数据。“绝对偏差”为各校各年级差数绝对值之和÷实际人数。",
    "nearby": "就近入学比例（B13）：城区、镇区公办非寄宿划片学校中，家庭住址在本校学区（含多校划片的共同学区）的学生÷全部学生。住址不明或在县外的计为片外。",
    "targets": "本年度应完成的目标，按当年实际就读与台账计算。",
    "indicators": "32项指标：左为方案预计，右为实际。“未提供”不等于达标。",
    "schools": "差数=实际−方案。片内居住为家庭住址在该校学区内的学生（无论就读何校）。超额为超出“班数×班额标准”的学生。",
    "outside": "家庭住址在甲校学区而就读乙校的学生，按人数排列；“县外或住址不明”指没有对应居住单元。",
    "moved": "批准方案中由人工调整、原因见批准单的居住单元：住在该单元的学生中，实际在现划入学校就读的人数。",
    "ledger": "与前一台账（未指定时为批准方案自身的台账）相比，每一项差额的变化。",
}  # fmt: skip


def evaluation_table(evaluation: Evaluation, lang: str = "en") -> Table:
    """Return the headline of an evaluation for the terminal: planned and real, side by side."""
    zh = is_chinese(lang)
    table = Table(show_edge=False)
    for name in ("", "方案" if zh else "plan", "实际" if zh else "real"):
        table.add_column(name, justify="left" if not name else "right")
    for row in headline(evaluation):
        table.add_row(escape(row[0] if zh else row[1]), row[2], row[3])
    return table


def headline(e: Evaluation) -> list[tuple[str, str, str, str]]:
    """Return the headline rows: Chinese and English name, planned and real value."""
    rows: list[tuple[str, str, str, str]] = []
    for r in e.accuracy.to_dict("records"):
        zh, en = STAGE_NAMES[r["stage"]]
        rows.append((f"{zh}学生", f"Pupils, {en.lower()}", f"{r['plan']:,.0f}", f"{r['real']:,.0f}"))
    over = e.grades["over"].sum()
    planned_over = (e.grades["plan_pupils"] - e.grades["plan_classes"] * e.grades["cap"]).clip(lower=0).sum()
    rows.append(("学位缺口（人）", "Seats short", f"{planned_over:,.0f}", f"{over:,.0f}"))
    cards = (e.planned, e.scorecard)
    rows.append(
        _pair("超标准班额班数", "Classes over the cap", [int(c.classes["over_cap"].sum()) for c in cards])
    )
    for r in e.nearby.to_dict("records"):
        zh, en = STAGE_NAMES[r["stage"]]
        about = (f"{zh}就近入学（{GRADES_ZH[r['grades']]}）", f"Nearby, {en.lower()}, {r['grades']} grades")
        rows.append((*about, *_shares(r)))
    rows.append(_pair("达标指标", "Indicators passed", [c.passed for c in cards]))
    rows.append(_pair("未达标指标", "Indicators failed", [c.failed for c in cards]))
    rows.append(_pair("未提供指标", "Indicators not supplied", [c.not_supplied for c in cards]))
    return rows


def _pair(zh: str, en: str, values: Sequence[int]) -> tuple[str, str, str, str]:
    return zh, en, f"{values[0]:,}", f"{values[1]:,}"


def write_evaluation(
    evaluation: Evaluation,
    folder: str | Path,
    *,
    approval: Approval,
    district: District,
    sources: dict[str, Path],
) -> Path:
    """Write ``evaluation.html``, ``evaluation.xlsx``, ``scorecard.xlsx``, ``ledger.csv`` and every table; all or nothing.

    Parameters
    ----------
    sources : dict of str to Path
        Files the evaluation was made from, by their role; their SHA-256 goes into ``evaluation.json``.
    """
    target = Path(folder)
    synthetic = any(layer.status == "synthetic" for layer in district.info.layers.values())
    county = district.info.name_zh
    with new_folder(target, marks=("evaluation.json",)) as temporary:
        write_internal_note(temporary)
        for name in ("grades", "schools", "accuracy", "nearby", "outside", "moved", "cleared"):
            safe_csv(getattr(evaluation, name), temporary / f"{name}.csv")
        write_scorecard(evaluation.scorecard, temporary)
        write_ledger(evaluation.ledger, temporary / "ledger.csv")
        write_scorecard_workbook(
            evaluation.scorecard,
            temporary / "scorecard.xlsx",
            county=county,
            synthetic=synthetic,
            ledger=evaluation.ledger,
        )
        write_evaluation_workbook(evaluation, temporary / "evaluation.xlsx", approval=approval, county=county)
        page = evaluation_page(evaluation, approval=approval, county=county)
        (temporary / "evaluation.html").write_text(page, encoding="utf-8")
        record = _record(evaluation, approval, sources)
        (temporary / "evaluation.json").write_text(record, encoding="utf-8")
    return target


def evaluation_page(evaluation: Evaluation, *, approval: Approval, county: str) -> str:
    """Return the report as one HTML page: no script, no outside address, names are text."""
    e = evaluation
    figures = Grid(["项目", "方案", "实际"], [[r[0], r[2], r[3]] for r in headline(e)])
    parts: tuple[tuple[str, str, list[Block]], ...] = (
        ("accuracy", "方案与实际：总体", [figures, *_accuracy(e)]),
        ("nearby", "就近入学", _nearby(e)),
        ("targets", f"{e.year} 年度目标", _targets(e)),
        ("schools", "各校：方案与实际", _schools(e)),
        ("outside", "片外就读流向", _outside(e)),
        *((("moved", "手工调整的单元", _moved(e)),) if len(e.moved) else ()),
        ("indicators", "32项指标", _indicators(e)),
        ("ledger", "台账变化", _cleared(e)),
    )
    first, *exceptions = approval.lines("zh", limit=10)
    head: list[Block] = [Words(f"{first}；校验值 {approval.digest[:16]}…")]
    if exceptions:
        head.append(Warned(exceptions[0], exceptions[1:]))
    head += [Words(zh, "note") for zh, _ in e.notes]
    if e.no_home:
        head.append(Words(f"{e.no_home:,} 名学生的住址文件未给出，计为片外。", "note"))
    return report_page(
        f"{county}批准方案年度评估（{e.year}学年）",
        head=head,
        sections=[Section(title, "", HOW[key], blocks) for key, title, blocks in parts],
    )


def _moved(e: Evaluation) -> list[Block]:
    rows: list[list[Cell | str]] = [
        [
            STAGE_NAMES[r["stage"]][0], r["name"], r["from_name"], r["to_name"], r["reason"] or "—",
            *("–" if pd.isna(r[c]) else f"{r[c]:,.0f}" for c in ("living", "attending")),
        ]
        for r in e.moved.head(SHOWN).to_dict("records")
    ]  # fmt: skip
    return [Grid(["学段", "居住单元", "原划入", "现划入", "调整原因", "居住学生", "在该校就读"], rows)]


def _accuracy(e: Evaluation) -> list[Block]:
    rows = [
        [STAGE_NAMES[r["stage"]][0], f"{r['plan']:,.0f}", f"{r['real']:,.0f}", _signed(r["difference"]), _percent(r["share"], "+.1%"), _percent(r["absolute"])]
        for r in e.accuracy.to_dict("records")
    ]  # fmt: skip
    return [Words("预测准不准", "h3"), Grid(["学段", "方案", "实际", "差数", "偏差", "绝对偏差"], rows)]


def _nearby(e: Evaluation) -> list[Block]:
    rows: list[list[Cell | str]] = []
    for r in e.nearby.to_dict("records"):
        good = (
            "not_applicable"
            if r["nobody"]
            else "not_supplied"
            if pd.isna(r["real"])
            else "pass"
            if r["real"] >= r["asked"] - 1e-12
            else "fail"
        )
        cells = [STAGE_NAMES[r["stage"]][0], GRADES_ZH[r["grades"]], *_shares(r)]
        rows.append([*cells, f"≥ {r['asked']:.0%}", Cell(OUTCOME_ZH[good], kind=good)])
    return [Grid(["学段", "口径", "方案", "实际", "标准", "结论"], rows)]


def _targets(e: Evaluation) -> list[Block]:
    table = e.targets()
    rows = []
    for r in table.to_dict("records"):
        share = any(word in str(r["name_zh"]) for word in ("占比", "比例", "变化"))
        shown = [_percent(v) if share else _plain(v) for v in (r["asked"], r["value"])]
        reading = "" if r["reading"] == "default" else "（另一读法）"
        rows.append([r["name_zh"] + reading, *shown, OUTCOME_ZH[str(r["verdict"])], str(r["line"])])
    return [
        Grid(["目标", "要求", "实际", "结论", "出处"], rows) if rows else Words("所用标准没有该年度的目标。")
    ]


def _schools(e: Evaluation) -> list[Block]:
    table = e.schools.assign(size=e.schools["difference"].abs()).sort_values(
        ["size", "unit"], ascending=[False, True]
    )
    rows: list[list[Cell | str]] = []
    for r in table.to_dict("records"):
        figures = [f"{r['plan_pupils']:,}", f"{r['real_pupils']:,}", _signed(r["difference"])]
        living = [_plain(r["plan_living"]), _plain(r["real_living"])]
        # a unit without a catchment has nobody to take from it
        zoned = r["real_pupils"] and not pd.isna(r["plan_living"])
        share = _percent(r["real_own"] / r["real_pupils"]) if zoned else "–"
        classes = [f"{r['plan_classes']} → {r['real_classes']}", f"{r['plan_largest']} → {r['real_largest']}"]
        rows.append(
            [Cell(str(r["name"]), str(r["unit"])), STAGE_NAMES[r["stage"]][0], *figures, *living, share, *classes, f"{r['over']:,}" if r["over"] else ""]
        )  # fmt: skip
    heads = ["学校", "学段", "方案", "实际", "差数", "片内居住（方案）", "片内居住（实际）", "片内生占比", "班数", "最大班额", "超额"]  # fmt: skip
    return [Grid(heads, rows), Words("按差数大小排列；各年级见 Excel 和 grades.csv。", "how")]


def _outside(e: Evaluation) -> list[Block]:
    if not len(e.outside):
        return [Words("没有住址数据，或没有片外就读的学生。")]
    names = dict(zip(e.schools["unit"], e.schools["name"], strict=True))
    rows = [
        [STAGE_NAMES[r["stage"]][0], str(names.get(r["home_unit"], r["home_unit"] or "县外或住址不明")), str(names.get(r["unit"], r["unit"])), f"{r['pupils']:,}"]
        for r in e.outside.head(SHOWN).to_dict("records")
    ]  # fmt: skip
    total = f"共 {e.outside['pupils'].sum():,} 人，以下为前 {min(SHOWN, len(e.outside))} 个流向。"
    return [Words(total), Grid(["学段", "住址所属学区", "就读学校", "学生"], rows)]


def _indicators(e: Evaluation) -> list[Block]:
    plan = e.planned.indicators.set_index("id")
    rows = []
    for r in e.scorecard.indicators.to_dict("records"):
        before = plan.loc[r["id"]]
        cells: list[Cell | str] = [f"{r['id']} {r['name_zh']}", str(r["standard_zh"])]
        for side in (before, r):
            verdict = str(side["verdict"])
            cells.append(Cell(OUTCOME_ZH[verdict], str(side["shown"]), kind=verdict))
        rows.append([*cells, "◆" if before["verdict"] != r["verdict"] else ""])
    return [Grid(["指标", "标准", "方案预计", "实际", "变化"], rows, left=(1, 2, 3))]


def _cleared(e: Evaluation) -> list[Block]:
    counts = e.cleared["status"].value_counts()
    text = "、".join(f"{zh} {int(counts[word])} 项" for word, zh in STATUSES.items() if word in counts.index)
    changed = e.cleared[e.cleared["status"] != "unchanged"]
    rows = [
        [str(r["name"]), str(r["item_zh"]), _plain(r["gap_before"]), _plain(r["gap_after"]), STATUSES[str(r["status"])]]
        for r in changed.head(SHOWN * 2).to_dict("records")
    ]  # fmt: skip
    more = len(changed) - SHOWN * 2
    return [
        Words(f"{text}。"),
        Grid(["学校", "项目", "原差额", "现差额", "状态"], rows, left=(1,)),
        *([Words(f"另有 {more} 项，见 Excel。", "how")] if more > 0 else []),
        Words("本次台账全文：ledger.csv。", "how"),
    ]


def _record(e: Evaluation, approval: Approval, sources: dict[str, Path]) -> str:
    files = {role: {"file": path.name, "sha256": file_hash(path)} for role, path in sorted(sources.items())}
    data: dict[str, Any] = {
        "approved": {"number": approval.number, "date": approval.date, "digest": approval.digest},
        "year": e.year,
        "sources": files,
        "headline": [{"zh": r[0], "en": r[1], "plan": r[2], "real": r[3]} for r in headline(e)],
        "notes": [en for _, en in e.notes],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _shares(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Return the nearby ratio of the plan and of reality."""
    plan = NONE_ZH if row["nobody_planned"] else _percent(row["plan"])
    return plan, NONE_ZH if row["nobody"] else _percent(row["real"])


def _percent(value: float, form: str = ".1%") -> str:
    return "–" if pd.isna(value) else format(value, form)


def _signed(value: float) -> str:
    return "0" if abs(value) < 0.5 else f"{value:+,.0f}".replace("-", "−")


def _plain(value: float) -> str:
    if pd.isna(value):
        return "–"
    return f"{value:.3g}" if 0 < abs(value) < 1 else f"{value:,.2f}".rstrip("0").rstrip(".")
