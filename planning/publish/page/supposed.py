"""Say on one page what a change would do to a plan: before and after side by side, for whoever decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from planning.district import District
from planning.district.schema import STAGE_ZH
from planning.editing.moved import school_names
from planning.editing.supposed import NEAREST, Supposed
from planning.indicators.verdict import NONE_ZH
from planning.internal import INTERNAL_ZH
from planning.layout import Layout, in_seats, one_row_per_zone
from planning.publish.notice.paper import Block, Grid, Heading, NoticePaper, Words
from planning.publish.places import data_status

MOST = 14
"""Schools that one page has room for."""
CATCHMENTS_ZH = {
    "held": "学区保持不变",
    "nearby": f"仅重新划定相关学校及其最近 {NEAREST} 所同学段学校的学区，其余不变",
    "free": "全部学区重新划定（以现方案为起点）",
}


@dataclass(frozen=True)
class Row:
    """One figure before and after, ``None`` where it does not apply; ``form`` prints it."""

    zh: str
    en: str
    before: float | None
    after: float | None
    form: str = "{:,.0f}"

    def texts(self) -> tuple[str, str, str]:
        """Return before, after and the difference as they are printed."""
        if self.before is None or self.after is None:
            known = [NONE_ZH if v is None else self.form.format(v) for v in (self.before, self.after)]
            return known[0], known[1], "–"
        more = self.form.format(self.after - self.before)
        plus = "+" if self.after - self.before > 0 and more.strip("0.,%") else ""
        return self.form.format(self.before), self.form.format(self.after), plus + more


def supposed_rows(supposed: Supposed) -> list[Row]:
    """Return the figures that are held side by side."""
    a, b = supposed.before.summary, supposed.after.summary
    rows = [
        Row("学位缺口（各学年合计，人）", "seats short", a["shortage_pupils"], b["shortage_pupils"]),
        *(
            Row("超标准班额班数", "classes over the cap", x["classes_over_cap"], y["classes_over_cap"])
            for x, y in ((a, b),)
            if "classes_over_cap" in a and "classes_over_cap" in b
        ),
        Row("超规模学校数", "schools over size", a["schools_over_size"], b["schools_over_size"]),
        Row("统筹调剂（人）", "pupils sent on", a["overflow_pupils"], b["overflow_pupils"]),
        Row("与现方案相比学区变动的单元", "zones that change school", 0, len(_changed_zones(supposed))),
    ]
    for group in sorted({*a["nearby_ratio"], *b["nearby_ratio"]}):
        zh = STAGE_ZH.get(group, group)
        rows.append(Row(f"就近入学比例（{zh}）", f"nearby enrolment, {group}",
                        a["nearby_ratio"].get(group), b["nearby_ratio"].get(group), "{:.1%}"))  # fmt: skip
    for stage in a["mean_distance_m"]:
        if stage in b["mean_distance_m"]:
            rows.append(Row(f"平均步行（{STAGE_ZH.get(stage, stage)}，米）", f"mean walk, m, {stage}",
                            a["mean_distance_m"][stage], b["mean_distance_m"][stage]))  # fmt: skip
    rows.append(Row("建设投资（万元）", "cost, 10,000 yuan", a["cost_yuan"] / 1e4, b["cost_yuan"] / 1e4))
    return rows


def supposed_paper(supposed: Supposed, district: District, asked: Sequence[str], name: str) -> NoticePaper:
    """Return the page for a leader.

    Parameters
    ----------
    supposed : Supposed
        The plan before and after.
    district : District
        The county.
    asked : sequence of str
        What is supposed, a line each, in Chinese.
    name : str
        Name of the plan's run.
    """
    years = supposed.after.summary["years"]
    span = f"{years[0]}学年" if len(years) == 1 else f"{years[0]}—{years[-1]}学年"
    title = str(supposed.before.scenario.get("title_zh") or name)
    names = school_names(supposed.before, supposed.district) | school_names(supposed.after, supposed.district)
    blocks: list[Block] = [
        Heading("一、假设"),
        *(Words(line) for line in asked),
        Words(f"{CATCHMENTS_ZH[supposed.catchments]}；测算学年：{span}。"),
        Heading("二、结论"),
        *(Words(line) for line in _conclusions(supposed, names)),
        Heading("三、前后对比"),
        Grid(
            ("指标", "现方案", "假设后", "变化"),
            tuple((r.zh, *r.texts()) for r in supposed_rows(supposed)),
            (7.0, 3.0, 3.0, 2.8),
        ),
        Heading("四、变化的学校"),
        *_schools(supposed, names),
        *(Words(line, small=True) for line in _remarks(supposed)),
    ]
    return NoticePaper(
        f"情景测算：{title}",
        f"依据方案 {name}　　{INTERNAL_ZH}",
        data_status(district, supposed.before)[0],
        tuple(blocks),
        (district.info.name_zh or district.info.name,),
    )


def _conclusions(supposed: Supposed, names: Mapping[str, str]) -> list[str]:
    short = [supposed.before.summary["shortage_pupils"], supposed.after.summary["shortage_pupils"]]
    if short[0] == short[1]:
        first = f"学位缺口不变（{short[1]:,} 人）。" if short[1] else "前后均无学位缺口。"
    else:
        word = "减少" if short[1] < short[0] else "增加"
        first = f"学位缺口由 {short[0]:,} 人{word}到 {short[1]:,} 人。"
    left = _shortages(supposed.after, names)
    lines = [first]
    if left:
        shown = "；".join(left[:6]) + ("；等" if len(left) > 6 else "")
        lines.append(f"仍有缺口：{shown}。")
    changed = _changed_zones(supposed)
    if len(changed):
        pupils = int(changed["pupils"].sum())
        lines.append(f"须调整 {len(changed)} 个居住单元的学区，涉及学生 {pupils:,} 人。")
    return lines


def _shortages(layout: Layout, names: Mapping[str, str]) -> list[str]:
    rows = layout.units[layout.units["shortage"] > 0].sort_values("shortage", ascending=False)
    return [
        f"{names.get(str(r['unit']), r['unit'])} {r['year']}学年{r['grade']}年级缺 {r['shortage']} 个"
        for r in rows.to_dict("records")
    ]


def _changed_zones(supposed: Supposed) -> pd.DataFrame:
    """Return the zones whose unit differs between before and after."""
    now = one_row_per_zone(supposed.after.assignment)
    was = one_row_per_zone(supposed.before.assignment).set_index(["zone", "stage"])["unit"]
    before = was.reindex(pd.MultiIndex.from_frame(now[["zone", "stage"]])).fillna("").to_numpy()
    found: pd.DataFrame = now[(before != "") & (before != now["unit"].to_numpy())]
    return found


def _schools(supposed: Supposed, names: Mapping[str, str]) -> list[Block]:
    before, after = (_by_unit(x) for x in (supposed.before, supposed.after))
    units = [u for u in after if after[u] != before.get(u)]
    units.sort(key=lambda u: (u not in supposed.changed, -abs(_more(before.get(u), after[u], "pupils"))))
    if not units:
        return [Words("各校人数、学位均无变化。")]
    heads = {"rooms": "教室", "pupils": "学生", "shortage": "缺学位", "largest": "最大班额"}
    if in_seats(supposed.after.units):
        heads = {"rooms": "学位", "pupils": "学生", "shortage": "缺学位"}
    rows = tuple(
        (names.get(u, u), *(f"{_value(before.get(u), k)}→{after[u][k]:,}" for k in heads))
        for u in units[:MOST]
    )
    widths = (5.8, 2.4, 2.8, 2.4, 2.4)[: len(heads) + 1]
    found: list[Block] = [Grid(("学校（末学年）", *heads.values()), rows, widths)]
    if len(units) > MOST:
        found.append(Words(f"另有 {len(units) - MOST} 所学校有变化，略。", small=True))
    return found


def _by_unit(layout: Layout) -> dict[str, dict[str, int]]:
    """Return rooms, pupils, seats short and the largest class of every unit in the last year."""
    table = layout.units[layout.units["year"] == layout.units["year"].max()]
    sizes = -(-table["pupils"] // table["classes"].where(table["classes"] > 0, 1))
    grouped = table.assign(largest=sizes).groupby("unit", sort=True)
    found = grouped.agg(
        rooms=("rooms", "max"), pupils=("pupils", "sum"), shortage=("shortage", "sum"), largest=("largest", "max")
    )  # fmt: skip
    return {str(u): {str(k): int(v) for k, v in row.items()} for u, row in found.to_dict("index").items()}


def _value(row: Mapping[str, int] | None, key: str) -> str:
    return "—" if row is None else f"{row[key]:,}"


def _more(a: Mapping[str, int] | None, b: Mapping[str, int], key: str) -> int:
    return b[key] - (0 if a is None else a[key])


def _remarks(supposed: Supposed) -> list[str]:
    lines = ["前后均按同一学年、同一口径重新安排班级和统筹；数字为测算，供决策参考。"]
    if supposed.forecast:
        lines.append("原方案按学籍人数编制；本次假设涉及出生或住房，前后均改按中方案预测学生数。")
    if supposed.catchments == "held":
        lines.append("学区不变，故未作最优性证明。")
    elif supposed.bound is not None:
        objective = float(supposed.after.summary["objective"])
        gap = max(0.0, objective - supposed.bound) / max(abs(objective), 1e-9)
        lines.append(f"在上述可调范围内，本结果与已证明的下界相差 {gap:.1%}。")
    return lines
