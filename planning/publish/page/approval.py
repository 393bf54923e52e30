"""Set the page that is printed and signed when a layout is approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planning.approval import Approval
from planning.approval.record import DIGEST_PLACE
from planning.district.schema import STAGE_ZH
from planning.indicators.verdict import NONE_ZH
from planning.publish.html import asset, render
from planning.texts import plain_text


def approval_page(approval: Approval) -> str:
    """Return the page as HTML: what was approved, its figures, every exception, the digest's place, and room for signatures."""
    years = f"{approval.years[0]}" + (f"—{approval.years[-1]}" if len(approval.years) > 1 else "")
    facts = {
        "文号": approval.number,
        "批准日期": approval.date,
        "批准单位（人）": approval.by,
        "方案": f"{approval.title_zh}（{approval.run}）",
        "区县": approval.district,
        "学年": years,
        "备注": approval.note or "—",
        "独立复核": f"{approval.checks} 项，未通过 {len(approval.exceptions)} 项",
        "生成软件": f"planning {approval.planning}",
    }
    return render(
        "approval.html",
        title=_text(f"{approval.number} 布局方案批准单"),
        styles=[asset("approval.css")],
        facts=_texts(facts),
        exceptions=[_text(line) for line in approval.lines("zh")[1:]],
        figures=_texts(_figures(approval.figures)),
        moved=[[_text(cell) for cell in row] for row in _moved(approval.figures)],
        digest=DIGEST_PLACE,
        files=_texts(dict(sorted(approval.files.items()))),
    )


def _moved(figures: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the zones that were moved by hand: stage, zone, from, to, why, who and when."""
    return [
        (
            STAGE_ZH.get(row["stage"], row["stage"]), row["name"], row["from_name"], row["to_name"], row["reason"] or "—",
            " ".join(t for t in (row["who"], row["when"]) if t) or "—",
        )
        for row in figures.get("moved_by_hand") or ()
    ]  # fmt: skip


def _texts(rows: Mapping[str, str]) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in rows.items()}


def _text(value: object) -> str:
    # the place of the digest is unique: a note that looks like it must not be filled in
    return plain_text(value).replace(DIGEST_PLACE, "-" * 8)


def _figures(figures: Mapping[str, Any]) -> dict[str, str]:
    def by_stage(key: str, form: str) -> str:
        values = figures.get(key) or {}
        return "，".join(
            f"{STAGE_ZH.get(s, s)} {NONE_ZH if v is None else format(v, form)}"
            for s, v in sorted(values.items(), reverse=True)
        )

    indicators = figures.get("indicators") or {}
    rows = {
        "学生": by_stage("pupils", ",d"),
        "可用学位": by_stage("seats_possible", ",d"),
        "学位缺口": f"{figures.get('shortage_pupils', 0):,}",
        **({"超标准班额班数": f"{figures['classes_over_cap']:,}"} if "classes_over_cap" in figures else {}),
        "就近入学比例（B13：城区、镇区学校，在本学区就读）": by_stage("nearby_ratio", ".1%"),
        **({"就读最近学校的比例": by_stage("nearest_share", ".1%")} if figures.get("nearest_share") else {}),
        "平均步行距离（米）": by_stage("mean_distance_m", ",.0f"),
        "学区变动学生": NONE_ZH
        if figures.get("moved_pupils", 0) is None
        else f"{figures.get('moved_pupils', 0):,}",
        "建设项目": "、".join(figures.get("projects_built") or ()) or "无",
        "投资（万元）": f"{figures.get('cost_yuan', 0) / 1e4:,.0f}",
    }
    if indicators:
        rows["32项指标"] = (
            f"达标 {indicators['passed']}，未达标 {indicators['failed']}，未提供 {indicators['not_supplied']}"
            + (f"，不适用 {indicators['not_applicable']}" if indicators.get("not_applicable") else "")
        )
    if start := figures.get("start_from"):
        rows["起始方案"] = f"{start.get('number') or start['folder']}（校验值 {start['digest'][:12]}…）"
    return rows
