"""Say what the public notice of a stage's catchments says, block by block, for Word and PDF alike."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from planning.district import District
from planning.editing.moved import moved_by_hand
from planning.errors import Issue, LayoutError, PlanningError
from planning.layout import Layout, in_seats
from planning.publish.catchments import catchment_polygons
from planning.publish.notice.boundary_text import BoundaryText
from planning.publish.notice.entrants import expected_entrants, first_year, school_seats
from planning.publish.notice.limits import Limits, limits_of
from planning.publish.notice.overflow import arranged_flows, seats_missing
from planning.publish.places import (
    MAIN_ROADS,
    STAGE_NAMES,
    as_published,
    data_status,
    day_zh,
    names_of_units,
    public_note,
    shared_name,
    stages_of,
)
from planning.publish.told import notice_of
from planning.scenario import Notice, scenario_from_data
from planning.zoning.build.units import later_note

BLANK = "__________"
SIDES_LABEL, REMARK_LABEL = "四至：", "说明："
"""Before what a notice says of a school's four sides, and of what its limits leave out."""
UNTOLD = "—"
"""What stands for a count that would tell of one zone or of too few children."""
_NUMBER = re.compile(r"-?\d*|—")
_ROAD_LEAST_M = 100.0
_MOST_ROADS = 12


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (numbered section) or 2 (one school)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Words:
    """A paragraph; ``label`` stands in bold before it, ``small`` marks remarks, ``keep`` holds it to what follows."""

    text: str
    label: str = ""
    small: bool = False
    keep: bool = False


@dataclass(frozen=True)
class Grid:
    """A table whose first line is repeated on every page; column widths in cm add up to the width of the text."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths_cm: tuple[float, ...]
    last_is_total: bool = False

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold nothing but whole numbers: they stand right."""
        return tuple(all(_NUMBER.fullmatch(v) for v in column) for column in zip(*self.rows, strict=True))


@dataclass(frozen=True)
class Picture:
    """A map, drawn when it is asked for; a ``whole_page`` map is an annex, on a page of its own after the signature."""

    draw: Callable[[], Any]
    text: str
    whole_page: bool = False


Block = Heading | Words | Grid | Picture


@dataclass(frozen=True)
class Face:
    """How large a notice is set: letters in points (小五 is 9, 六号 7.5), margins in cm."""

    title_pt: float
    heads_pt: tuple[float, float]
    text_pt: float
    small_pt: float
    table_pt: float
    side_cm: float
    top_cm: float


PLAIN = Face(18, (14, 12.5), 11, 9, 9, 2.6, 2.4)
DENSE = Face(15, (10.5, 9), 9, 7.5, 7.5, 1.5, 1.4)
MAP_CM = 11.5
"""Width of the map of one school: two find room on a page with what is said of them."""


@dataclass(frozen=True)
class NoticePaper:
    """Everything a notice holds, in reading order, and what stands around it; ``dense`` is set small, with narrow margins."""

    title: str
    number: str
    status: str
    blocks: tuple[Block, ...]
    signature: tuple[str, ...]
    lang: str = "zh"
    dense: bool = False

    @property
    def face(self) -> Face:
        """Sizes of its letters and margins, for Word and PDF alike."""
        return DENSE if self.dense else PLAIN


def notice_paper(
    district: District, layout: Layout, stage: str, info: Notice | None = None, *, year: int | None = None
) -> NoticePaper:
    """Return what the notice of a stage says (standards.md §5); parameters as in :func:`planning.publish.notice.write.write_notice`."""
    from planning.publish.map.print_map import overview_figure

    info = notice_of(layout) if info is None else info
    year = first_year(layout) if year is None else year
    _check(layout, stage, year)
    layout = as_published(layout)
    name = district.info.name_zh
    blocks = (
        *_opening(district, layout, stage, info, year),
        *_seats(district, layout, stage, year),
        *_later(district, layout, stage),
        Heading("三、各校学区范围"),
        Words("全部学区见文末总图，各校学区见分图。"),
        *_schools(district, layout, stage, year),
        *_changes(district, layout, stage),
        *_overflow(district, layout, stage, info, year),
        *_comments(info),
        Picture(
            lambda: overview_figure(
                district, layout, stage, review_number=info.review_number, date=day_zh(info.date)
            ),
            "",
            whole_page=True,
        ),
    )
    return NoticePaper(
        title=f"关于{name}{year}年{STAGE_NAMES[stage][0]}学区划分的公示",
        number=f"文号：{info.number or BLANK}",
        status=f"数据状态：{data_status(district, layout)[0] or '未注明'}。{public_note(district, layout)}",
        blocks=blocks,
        signature=(info.issuer or BLANK, day_zh(info.date) or "______年____月____日"),
    )


def _check(layout: Layout, stage: str, year: int) -> None:
    years = sorted({int(y) for y in layout.units["year"]})
    for value, known, zh in ((stage, stages_of(layout), "学段"), (year, years, "年份")):
        if value not in known:
            text = ", ".join(map(str, known))
            raise LayoutError(
                [
                    Issue(
                        "publish.paper.layout_does_not_hold_holds",
                        layout.name,
                        value=str(value),
                        text=text,
                        zh=zh,
                    )
                ]
            )


def _opening(district: District, layout: Layout, stage: str, info: Notice, year: int) -> Iterator[Block]:
    yield Heading("一、依据与原则")
    capacity = "学位" if in_seats(layout.units) else "学位与班额标准"
    yield Words(
        f"{_law(layout, info)}综合适龄儿童少年人数、学校分布、{capacity}、通学距离和交通安全，按照免试就近、公平公开、"
        f"相对稳定的原则，划定{year}年{STAGE_NAMES[stage][0]}学区，现予公示。"
    )
    yield Words(
        "附图均为示意图，不作为划界依据；四至、界线与示意图供对照，具体范围以居住单元名单为准。"
        f"审图号：{info.review_number or BLANK}。"
    )


def _law(layout: Layout, info: Notice) -> str:
    """Return the law a notice rests on: the one that was given, or by default that of the country whose standards are used."""
    if info.basis == Notice().basis:
        try:
            cites = bool(scenario_from_data(layout.scenario).profile().source)
        except PlanningError:
            cites = True  # a profile that is not at hand any more
        if not cites:
            return ""
    return f"依据{info.basis}，"


def _seats(district: District, layout: Layout, stage: str, year: int) -> Iterator[Block]:
    table = expected_entrants(district, layout, stage, year=year)
    yield Heading("二、学位与预计入学人数")
    if in_seats(layout.units):
        yield from _whole_seats(layout, table, year)
        return
    rows = [_seat_row(k, r) for k, r in enumerate(table.to_dict("records"), start=1)]
    rows.append(_sums(table, notice_of(layout).pupils_from))
    heads = ("序号", "学校", "划片方式", "班数", "班额", "学位", "预计入学", "余缺", "统筹")
    yield Grid(heads, tuple(rows), (1.1, 4.3, 2.0, 1.3, 1.3, 1.5, 1.7, 1.3, 1.3), last_is_total=True)
    yield Words(
        f"{year}年起始年级。学位=班数×班额标准；预计入学为居住在学区内的起始年级人数，多校划片的学生按预计就读学校计入；余缺=学位-预计入学；"
        "统筹为预计安排到其他学校的人数。",
        small=True,
    )
    if not table["told"].all():
        yield Words(
            f"标“{UNTOLD}”的学区居住单元或人数过少，为保护个人信息不单独公布；由其推算的班数、学位、余缺及合计也不公布。",
            small=True,
        )


def _later(district: District, layout: Layout, stage: str) -> Iterator[Block]:
    """Yield which schools and extensions are not in the plan, as they open only after its last year."""
    # the name is of files, and this is none
    scenario = scenario_from_data({**layout.scenario, "name": "layout", "stages": [stage]})
    later = later_note(district, scenario)
    if later is not None:
        yield Words(f"{later.text('zh')}。", small=True)


def _whole_seats(layout: Layout, table: pd.DataFrame, year: int) -> Iterator[Block]:
    """Yield the seats of whole schools, which belong to no grade, beside the entrants expected."""
    seats = school_seats(layout, year)
    rows = [
        (
            str(k),
            str(r["name"]),
            str(r["way"]),
            "计入各校" if r["within"] else f"{sum(seats.get(u, 0) for u in str(r['unit']).split(';')):,}",
            str(r["entrants"]) if r["told"] else UNTOLD,
            str(r["out"]) if r["told"] else UNTOLD,
        )
        for k, r in enumerate(table.to_dict("records"), start=1)
    ]
    yield Grid(
        ("序号", "学校", "划片方式", "学位（全校）", "预计入学", "统筹"),
        tuple(rows),
        (1.1, 5.4, 2.6, 2.6, 2.4, 1.9),
    )
    yield Words(
        f"{year}年。学位为学校各年级学位总数；预计入学为居住在学区内的起始年级人数，多校划片的学生按预计就读学校计入；"
        "统筹为起始年级预计安排到其他学校的人数。",
        small=True,
    )
    if not table["told"].all():
        yield Words(f"标“{UNTOLD}”的学区居住单元或人数过少，为保护个人信息不单独公布。", small=True)


def _seat_row(k: int, row: dict[Any, Any]) -> tuple[str, ...]:
    """Return a line of the table of seats; the classes of a shared area within others stand with its schools."""
    coming = str(row["entrants"]) if row["told"] else UNTOLD
    if row["within"]:
        return (str(k), str(row["name"]), str(row["way"]), "计入各校", "", "计入各校", coming, "", "")
    if not row["told"]:  # classes follow from the pupils: one class says between 1 and 45
        figures = (UNTOLD, str(row["cap"]), *(UNTOLD,) * 4)
    else:
        figures = (str(row["classes"]), str(row["cap"]), str(row["seats"]), coming,
                   str(row["seats"] - row["entrants"]), str(row["out"]))  # fmt: skip
    return (str(k), str(row["name"]), str(row["way"]), *figures)


def _sums(table: pd.DataFrame, least: int) -> tuple[str, ...]:
    """Return the last line of the table of seats: no sum that would give away what a line leaves out.

    Where something is left out, entrants are summed only when that covers two lines and ``least`` pupils, the rest not at all.
    """
    parts = table[~table["within"]]
    total = parts[["classes", "seats", "entrants", "out"]].sum()
    hidden = parts[~parts["told"]]
    if hidden.empty:
        rest = str(total["seats"] - total["entrants"])
        return ("", "合计", "", str(total["classes"]), "", str(total["seats"]), str(total["entrants"]), rest, str(total["out"]))  # fmt: skip
    known = len(hidden) >= 2 and hidden["entrants"].sum() >= least
    return ("", "合计", "", UNTOLD, "", UNTOLD, str(total["entrants"]) if known else UNTOLD, UNTOLD, UNTOLD)


SHARED_RULE = "片区学生可在所列任一学校入学，按志愿安排；报名超过学位时以随机派位确定。只适用于本片区，不涉及各校的其他片区。"
"""What 多校划片 means for a family (standards.md §3)."""


def _schools(district: District, layout: Layout, stage: str, year: int) -> Iterator[Block]:
    from planning.publish.map.print_map import catchment_figure

    catchments = catchment_polygons(district, layout, stage)
    texts = limits_of(district, layout, stage, catchments=catchments)
    roads = roads_inside(district, catchments)
    whole = school_seats(layout, year) if in_seats(layout.units) else {}
    for k, row in enumerate(
        expected_entrants(district, layout, stage, year=year).to_dict("records"), start=1
    ):
        unit = str(row["unit"])
        coming = f"，预计入学{row['entrants']}人" if row["told"] else ""
        yield Heading(school_heading(k, row["name"]), level=2)
        if unit not in texts:  # a school whose zones are all shared with others
            continue
        counted = "（与所列学校其他片区合用）" if row["within"] else ""
        if whole:
            seats = f"；全校学位{sum(whole.get(u, 0) for u in unit.split(';')):,}个{counted}"
        else:
            seats = f"；起始年级{row['classes']}个班，学位{row['seats']}个{counted}" if row["told"] else ""
        yield Words(f"{row['way']}{seats}{coming}。", keep=True)
        if ";" in unit:
            yield Words(SHARED_RULE)
        yield from _limits(*texts[unit], roads.get(unit, ()))
        draw = functools.partial(catchment_figure, district, layout, catchments, unit)
        yield Picture(draw, f"{row['name']}学区示意图（红线内为学区）")


def school_heading(k: int, name: object) -> str:
    """Return the heading under which a notice says the scope of its k-th school."""
    return f"（{k}）{name}"


def _limits(words: BoundaryText, said: Limits, roads: tuple[str, ...]) -> Iterator[Block]:
    for label, text in ((SIDES_LABEL, said.sides), ("界线：", said.line), (REMARK_LABEL, said.remark)):
        if text:
            yield Words(text, label=label)
    for town, places in words.places.items():
        yield Words(f"{'、'.join(places)}。", label=f"{town}：")
    if roads:
        yield Words(f"{'、'.join(roads)}。", label="主要路段：")


def roads_inside(district: District, catchments: gpd.GeoDataFrame) -> dict[str, tuple[str, ...]]:
    """Return the named roads with at least 100 m inside each catchment: main roads first, then the longest, twelve at most."""
    roads = district.roads[district.roads["name"].fillna("").astype(str).str.strip() != ""]
    if roads.empty or catchments.empty:
        return {}
    area, line = shapely.STRtree(roads.geometry.to_numpy()).query(
        catchments.geometry.to_numpy(), "intersects"
    )
    table = pd.DataFrame(
        {
            "unit": catchments["unit"].to_numpy()[area],
            "name": roads["name"].astype(str).to_numpy()[line],
            "main": roads["road_class"].isin(MAIN_ROADS).to_numpy()[line],
            "length": shapely.length(
                shapely.intersection(roads.geometry.to_numpy()[line], catchments.geometry.to_numpy()[area])
            ),
        }
    )
    table = table.groupby(["unit", "name"], as_index=False).agg(
        main=("main", "max"), length=("length", "sum")
    )
    table = table[table["length"] >= _ROAD_LEAST_M]
    table = table.sort_values(["unit", "main", "length", "name"], ascending=[True, False, False, True])
    return {str(unit): tuple(part["name"].head(_MOST_ROADS)) for unit, part in table.groupby("unit")}


def _changes(district: District, layout: Layout, stage: str) -> Iterator[Block]:
    yield Heading("四、与上年相比的调整")
    names = names_of_units(district, layout)
    zones = district.zones.set_index("zone")["name"].astype(str)
    part = layout.assignment[layout.assignment["stage"] == stage]
    known = part[part["previous_unit"] != ""]
    moved = known[known["previous_unit"] != known["unit"]]
    if known.empty:
        yield Words("未提供上年学区，无法比较。")
        return
    if moved.empty:
        yield Words("学区范围无调整。")
        return
    by_hand = moved_by_hand(layout, district)
    by_hand = by_hand[by_hand["stage"] == stage]
    why = dict(zip(by_hand["zone"], by_hand["reason"], strict=True))
    moved = moved.assign(why=[why.get(str(z), "") for z in moved["zone"]])
    rows = [
        (
            shared_name(str(old), names),
            shared_name(str(new), names),
            "、".join(sorted(str(zones.get(z, z)) for z in group["zone"])),
            str(reason),
        )
        for (old, new, reason), group in moved.groupby(["previous_unit", "unit", "why"], sort=True)
    ]
    yield Words(
        f"共{len(moved)}个居住单元的学区有调整，占全部{len(part)}个的{len(moved) / len(part):.1%}；其余不变。"
    )
    heads: tuple[str, ...] = ("上年学区", "本年学区", "调整的居住单元", "调整原因")
    if any(row[-1] for row in rows):
        yield Grid(heads, tuple(rows), (3.2, 3.2, 5.8, 3.6))
    else:
        yield Grid(heads[:-1], tuple(row[:-1] for row in rows), (3.6, 3.6, 8.6))


def _overflow(district: District, layout: Layout, stage: str, info: Notice, year: int) -> Iterator[Block]:
    yield Heading("五、学位不足时的办法")
    yield Words(info.overflow_rule)
    grade = layout.units.loc[layout.units["stage"] == stage, "grade"].min()
    arranged = list(arranged_flows(district, layout, stage, year, int(grade)))
    if arranged:
        yield Words(f"按目前预测，起始年级需统筹安排：{'；'.join(arranged)}。以实际报名为准。")
    if short := seats_missing(district, layout, stage, year, int(grade)):
        after = "上述统筹之后，" if arranged else "按目前预测，"
        yield Words(f"{after}起始年级仍缺学位{short}。相应学生的安排尚未确定，另行公布。")


def _comments(info: Notice) -> Iterator[Block]:
    yield Heading("六、意见征集")
    yield Words("公示期内，单位和个人可通过下列方式提出意见。")
    rows = (
        ("公示期", info.window),
        ("电话", info.phone),
        ("电子邮箱", info.email),
        ("地址", info.address),
    )
    yield Grid(("事项", "内容"), tuple((name, value or BLANK) for name, value in rows), (3.6, 12.2))
