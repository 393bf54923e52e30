"""Set the answer to an objection as a letter: which schools are nearer, why not, what it would take and cost, who would have to make room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planning.district import District
from planning.district.schema import STAGE_ZH
from planning.editing.objections import Answered, Fullness, Option
from planning.editing.pricing import Cost
from planning.layout import Layout
from planning.publish.notice.paper import Block, Grid, Heading, NoticePaper, Words
from planning.publish.places import data_status

SHOWN = 8


def reply_paper(
    district: District,
    layout: Layout,
    zones: Sequence[Answered] = (),
    schools: Sequence[Fullness] = (),
    moves: Sequence[tuple[str, Cost]] = (),
) -> NoticePaper:
    """Return a letter that answers for zones, schools and moves; no count of a zone's children stands in it.

    Parameters
    ----------
    district, layout : District, Layout
        The county and the plan.
    zones : sequence of Answered
        Zones whose residents object.
    schools : sequence of Fullness
        Schools of which it is asked why they are full.
    moves : sequence of (str, Cost)
        Moves that are asked for, in words, with what they cost.
    """
    blocks: list[Block] = []
    for told in zones:
        blocks += _zone(told)
    for full in schools:
        blocks += _school(full)
    for words, cost in moves:
        blocks += [Heading(f"如作调整：{words}"), *(Words(line) for line in cost_lines(cost))]
    blocks.append(
        Words(
            "人公里：学生人数与步行公里数之积，另计跨越干道、超出服务半径、学区变动等折算，用于比较方案优劣。距离为步行路网距离。",
            small=True,
        )
    )
    names = "、".join(dict.fromkeys(told.name for told in zones))
    return NoticePaper(
        f"关于{names}学区划分意见的答复" if names and len(names) <= 30 else "关于学区划分意见的答复",
        f"依据方案：{layout.scenario.get('title_zh') or layout.name}　　（答复稿，核对后印发）",
        data_status(district, layout)[0],
        tuple(blocks),
        (district.info.name_zh or district.info.name,),
    )


def _zone(told: Answered) -> Iterable[Block]:
    e = told.explanation
    yield Heading(f"{told.name}（{STAGE_ZH[e.stage]}）")
    if e.shared:
        yield Words(
            f"该小区为多校划片，可在{'、'.join(e.shared)}入学，各校人数按学位确定；其中{e.name}距离 {e.distance_m:,.0f} 米。"
        )
        return
    near = "，为距离最近的学校。" if e.nearest else "。"
    yield Words(f"本方案划入{e.name}，步行距离 {e.distance_m:,.0f} 米{near}")
    if not told.options:
        return
    yield Words("距离更近（或其次）的学校及未划入的原因：", keep=True)
    rows = tuple(
        (
            o.alternative.name,
            f"{o.alternative.distance_m:,.0f} 米",
            "；".join(r.text_zh for r in o.alternative.reasons),
            _takes(o),
        )
        for o in told.options
    )
    yield Grid(("学校", "距离", "未划入的原因", "如改划，需要什么、影响谁"), rows, (2.6, 2.0, 5.4, 5.8))


def _takes(option: Option) -> str:
    if option.cost is None:
        return "；".join(p.message_zh for p in option.refused)
    lines = []
    if option.rooms:
        lines.append(f"该校须增加约 {option.rooms} {'个学位' if option.in_seats else '间教室'}")
    elif option.alternative.mend:
        lines.append(option.alternative.mend.text("zh"))
    if option.pushed:
        lines.append(f"否则须由{'、'.join(option.pushed)}等让出学位")
    return "；".join([*lines, *cost_lines(option.cost)])


def cost_lines(cost: Cost) -> list[str]:
    """Return in Chinese what a move costs, and whom."""
    word = "增加" if cost.more > 0 else "减少"
    lines = [f"全县就学代价{word} {abs(cost.more):,.1f} 人公里"]
    if cost.seats_short > 0:
        lines.append(f"新增学位缺口 {cost.seats_short:,} 个")
    elif cost.seats_short < 0:
        lines.append(f"学位缺口减少 {-cost.seats_short:,} 个")
    lines += [f.text_zh for f in cost.findings if f.kind not in ("barrier", "walk")][:SHOWN]
    return lines


def _school(full: Fullness) -> Iterable[Block]:
    unit = full.unit
    yield Heading(f"{unit.name}（{STAGE_ZH[unit.stage]}）为何紧张")
    heads = ("学年", "学位" if unit.in_seats else "教室", "学生", "本学区", "统筹调入", "缺学位")
    rows = tuple(
        (str(y), str(unit.rooms[t]), str(sum(unit.pupils[t])), str(sum(unit.own[t])), str(sum(unit.taken[t])), str(sum(unit.short[t])))
        for t, y in enumerate(unit.years)
    )  # fmt: skip
    yield Grid(heads, rows, (2.6,) * 6)
    short = [
        f"{y}学年{g}年级缺 {unit.short[t][k]} 个"
        for t, y in enumerate(unit.years)
        for k, g in enumerate(unit.grades)
        if unit.short[t][k]
    ]
    if unit.in_seats:  # seats belong to no grade
        short = [f"{y}学年缺 {sum(unit.short[t])} 个" for t, y in enumerate(unit.years) if sum(unit.short[t])]
    if short:
        yield Words("缺口所在：" + "；".join(short[:SHOWN]) + ("；等" if len(short) > SHOWN else "") + "。")
    else:
        yield Words("各学年均无学位缺口。")
    if full.comes_from:
        yield Words(
            "由他校学区调入：" + "；".join(f"{name} {n:,} 人次" for name, n in full.comes_from[:SHOWN]) + "。"
        )
    if full.nearer_elsewhere:
        shown = "；".join(f"{zone}（{name}更近）" for zone, name in full.nearer_elsewhere[:SHOWN])
        yield Words(
            f"学区内有 {len(full.nearer_elsewhere)} 个单元距他校更近：{shown}{'；等' if len(full.nearer_elsewhere) > SHOWN else ''}。"
        )
