"""Set the page that is printed and signed when a layout is approved."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from planning.approval import Approval
from planning.approval.record import DIGEST_PLACE
from planning.publish.safe import plain_text

_STAGES = {"primary": "小学", "junior": "初中"}
_CSS = """@page{size:A4;margin:18mm 16mm}body{font-family:"Source Han Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",
"WenQuanYi Micro Hei",sans-serif;color:#222;max-width:180mm;margin:10mm auto;font-size:10.5pt;line-height:1.5}
h1{font-size:18pt;text-align:center;margin:0 0 4mm}h2{font-size:12pt;margin:6mm 0 2mm}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #999;padding:1.2mm 2mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f1f1f1;width:32mm;font-weight:600}
.digest{font-family:monospace;font-size:11pt;overflow-wrap:anywhere}.warn{border:2px solid #b00016;padding:2mm 4mm;margin:4mm 0}
.warn h2{color:#b00016;margin-top:0}.files td,.files th{font-size:7.5pt;padding:.6mm 1.5mm}.files td+td{font-family:monospace}
.sign{display:grid;grid-template-columns:1fr 1fr 1fr;gap:8mm;margin-top:10mm;break-inside:avoid}.sign div{border-top:1px solid #444;padding-top:1mm}
thead{display:table-header-group}tr{break-inside:avoid}small{color:#555}"""


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
    return (
        f"<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'><title>{_text(approval.number)} 布局方案批准单</title>"
        f"<style>{_CSS}</style></head><body><h1>义务教育学校布局方案批准单</h1>{_pairs(facts)}{_exceptions(approval)}"
        f"<h2>主要数据</h2>{_pairs(_figures(approval.figures))}"
        f"<h2>校验值（SHA-256）</h2><p class='digest'>{DIGEST_PLACE}</p>"
        "<p><small>校验值涵盖下列全部输入与结果文件以及本单全文；任何一处改动都会使其不同。签字时请核对本单与 planning layouts 显示的校验值一致。</small></p>"
        "<div class='sign'><div>编制人</div><div>复核人</div><div>批准人（盖章）</div><div>日期</div><div>日期</div><div>日期</div></div>"
        f"<h2>文件清单</h2><table class='files'><thead><tr><th>文件</th><th>SHA-256</th></tr></thead><tbody>{_files(approval.files)}</tbody></table>"
        "</body></html>\n"
    )


def _exceptions(approval: Approval) -> str:
    if not approval.exceptions:
        return ""
    lines = approval.lines("zh")
    items = "".join(f"<li>{_text(line)}</li>" for line in lines[2:])
    return f"<section class='warn'><h2>{_text(lines[1])}</h2><ol>{items}</ol></section>"


def _figures(figures: Mapping[str, Any]) -> dict[str, str]:
    def by_stage(key: str, form: str) -> str:
        values = figures.get(key) or {}
        return "，".join(
            f"{_STAGES.get(s, s)} {format(v, form)}" for s, v in sorted(values.items(), reverse=True)
        )

    indicators = figures.get("indicators") or {}
    rows = {
        "学生": by_stage("pupils", ",d"),
        "可用学位": by_stage("seats_possible", ",d"),
        "学位缺口": f"{figures.get('shortage_pupils', 0):,}",
        "超标准班额班数": f"{figures.get('classes_over_cap', 0):,}",
        "就近入学比例": by_stage("nearby_ratio", ".1%"),
        "平均步行距离（米）": by_stage("mean_distance_m", ",.0f"),
        "学区变动学生": f"{figures.get('moved_pupils', 0):,}",
        "建设项目": "、".join(figures.get("projects_built") or ()) or "无",
        "投资（万元）": f"{figures.get('cost_yuan', 0) / 1e4:,.0f}",
    }
    if indicators:
        rows["32项指标"] = (
            f"达标 {indicators['passed']}，未达标 {indicators['failed']}，未提供 {indicators['not_supplied']}"
        )
    if start := figures.get("start_from"):
        rows["起始方案"] = f"{start['number']}（校验值 {start['digest'][:12]}…）"
    return rows


def _pairs(rows: Mapping[str, str]) -> str:
    cells = "".join(f"<tr><th>{_text(k)}</th><td>{_text(v)}</td></tr>" for k, v in rows.items())
    return f"<table>{cells}</table>"


def _files(files: Mapping[str, str]) -> str:
    rows: Iterable[tuple[str, str]] = sorted(files.items())
    return "".join(f"<tr><td>{_text(name)}</td><td>{digest}</td></tr>" for name, digest in rows)


def _text(value: object) -> str:
    # the place of the digest is unique: a note that looks like it must not be filled in
    return html.escape(plain_text(value).replace(DIGEST_PLACE, "-" * 8))
