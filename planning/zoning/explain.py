"""Say why a zone belongs to its unit, why not to a nearer one, and what would change that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from planning.errors import LayoutError, Problem
from planning.layout import Layout
from planning.tables import cell, each
from planning.zoning.problem import IntArray, SharedZone, ZoningProblem
from planning.zoning.rules.contiguity import anchors
from planning.zoning.rules.own_zone import own_homes


@dataclass(frozen=True)
class Reason:
    """One reason why a unit was not chosen.

    ``kind`` is ``farther``, ``full``, ``school_size``, ``contiguity``, ``breaks``, ``barrier``, ``closed``, ``own_zone``,
    ``change`` or ``price``, or the name of a rule that the problem adds; ``seats`` is how many seats are short in ``grade`` and ``year`` (0 where it is not about
    seats).
    """

    kind: str
    text_en: str
    text_zh: str
    grade: int = 0
    year: int = 0
    seats: int = 0


@dataclass(frozen=True)
class Alternative:
    """A unit that the zone could belong to, with the reasons against it and the cheapest change in its favour."""

    unit: str
    name: str
    distance_m: float
    extra_cost: float
    reasons: tuple[Reason, ...]
    mend_en: str
    mend_zh: str


@dataclass(frozen=True)
class Explanation:
    """Why one zone belongs to one unit in one stage; of a shared zone (``shared``: all it names) the pupils who go to the unit."""

    zone: str
    stage: str
    pupils: int
    unit: str
    name: str
    distance_m: float
    nearest: bool
    alternatives: tuple[Alternative, ...]
    shared: tuple[str, ...] = ()


def explain(problem: ZoningProblem, layout: Layout, zone: str, *, most: int = 4) -> tuple[Explanation, ...]:
    """Explain the units of a zone, one explanation per stage.

    Parameters
    ----------
    problem : ZoningProblem
        The problem the layout answers.
    layout : Layout
        The plan.
    zone : str
        Zone id.
    most : int
        How many nearer units to speak of.

    Raises
    ------
    LayoutError
        If the zone does not exist; names the nearest ids.
    """
    if zone not in problem.zones:
        import difflib

        near = difflib.get_close_matches(zone, list(problem.zones), 3, cutoff=0.4)
        raise LayoutError(
            [
                Problem(
                    "zones", "no such zone", "没有这个居住单元", value=zone,
                    mend_en=f"did you mean {', '.join(near)}?" if near else "", mend_zh=f"是否指 {'、'.join(near)}？" if near else "",
                )
            ]
        )  # fmt: skip
    z = int(problem.zones.get_indexer(pd.Index([zone]))[0])
    found: list[Explanation] = []
    for s in range(len(problem.stages)):
        shared = next((x for x in problem.shared if (x.stage, x.zone) == (s, z)), None)
        found += _shared(problem, layout, shared) if shared else [_explain_stage(problem, layout, s, z, most)]
    return tuple(found)


def _shared(problem: ZoningProblem, layout: Layout, zone: SharedZone) -> list[Explanation]:
    """Explain a shared zone: which units it names, and how many of its pupils go to each in the first year."""
    stage, name = problem.stages[zone.stage], str(problem.zones[zone.zone])
    mine = layout.assignment[(layout.assignment["zone"] == name) & (layout.assignment["stage"] == stage)]
    pupils = dict(zip(mine["unit"].astype(str), mine["pupils"].astype(int), strict=True))
    names = tuple(str(cell(problem.units, "name", u)) for u in zone.units)
    near = min(float(problem.distance_m[zone.zone, u]) for u in problem.units_of(stage))
    return [
        Explanation(
            zone=name,
            stage=stage,
            pupils=pupils[unit],
            unit=unit,
            name=str(cell(problem.units, "name", u)),
            distance_m=float(problem.distance_m[zone.zone, u]),
            nearest=bool(problem.distance_m[zone.zone, u] <= near),
            alternatives=(),
            shared=names,
        )
        for u in zone.units
        if (unit := str(cell(problem.units, "unit", u))) in pupils
    ]


def unit_positions(problem: ZoningProblem, layout: Layout) -> IntArray:
    """Return the position of the unit of every stage and zone in a layout (n_stages, n_zones)."""
    result = np.full((len(problem.stages), problem.n_zones), -1, dtype=np.int64)
    first = layout.assignment.drop_duplicates(["stage", "zone"])  # of a shared zone its reference
    position = {u: j for j, u in enumerate(problem.units["unit"])}
    row = {z: j for j, z in enumerate(problem.zones)}
    for stage, zone, unit in first[["stage", "zone", "unit"]].itertuples(index=False):
        result[problem.stages.index(stage), row[zone]] = position[unit]
    return result


def _explain_stage(problem: ZoningProblem, layout: Layout, s: int, z: int, most: int) -> Explanation:
    unit_of = unit_positions(problem, layout)
    chosen = int(unit_of[s, z])
    of_stage = problem.units_of(problem.stages[s])
    order = of_stage[np.argsort(problem.distance_m[z, of_stage], kind="stable")]
    nearer = [
        int(u) for u in order if problem.distance_m[z, u] < problem.distance_m[z, chosen] and u != chosen
    ]
    others = nearer[:most] or [int(u) for u in order if u != chosen][:1]
    stage = problem.stages[s]
    return Explanation(
        zone=str(problem.zones[z]),
        stage=stage,
        pupils=int(problem.stage_pupils(stage)[z]),
        unit=str(cell(problem.units, "unit", chosen)),
        name=str(cell(problem.units, "name", chosen)),
        distance_m=float(problem.distance_m[z, chosen]),
        nearest=not nearer,
        alternatives=tuple(_alternative(problem, layout, unit_of, s, z, u) for u in others),
    )


def _alternative(
    problem: ZoningProblem, layout: Layout, unit_of: IntArray, s: int, z: int, unit: int
) -> Alternative:
    chosen = int(unit_of[s, z])
    reasons = [
        *_farther(problem, z, unit, chosen),
        *_closed(problem, layout, unit),
        *_full(problem, layout, s, z, unit),
        *_too_big(problem, layout, s, z, unit),
        *_apart(problem, unit_of, s, z, unit),
        *_breaks(problem, unit_of, s, z),
        *_crosses(problem, z, unit),
        *_own_zone(problem, z, chosen),
        *_changes(problem, s, z, unit, chosen),
        *(
            r
            for rule in problem.rules
            if hasattr(rule, "reasons")
            for r in rule.reasons(problem, layout, s, z, unit)
        ),
    ]
    extra = float(problem.arc_cost(s, unit)[z] - problem.arc_cost(s, chosen)[z])
    if not reasons:
        reasons = [_price(extra)]
    mend_en, mend_zh = _mend(problem, reasons, unit)
    return Alternative(
        unit=str(cell(problem.units, "unit", unit)),
        name=str(cell(problem.units, "name", unit)),
        distance_m=float(problem.distance_m[z, unit]),
        extra_cost=extra,
        reasons=tuple(reasons),
        mend_en=mend_en,
        mend_zh=mend_zh,
    )


def _rows(problem: ZoningProblem, layout: Layout, unit: int) -> dict[tuple[int, int], tuple[int, int, int]]:
    table = layout.units[layout.units["unit"] == cell(problem.units, "unit", unit)]
    return {(int(r.grade), int(r.year)): (int(r.pupils), int(r.cap), int(r.rooms)) for r in each(table)}


def _farther(problem: ZoningProblem, z: int, unit: int, chosen: int) -> list[Reason]:
    more = float(problem.distance_m[z, unit] - problem.distance_m[z, chosen])
    if more < 0.5:
        return []
    return [Reason("farther", f"it is {more:,.0f} m farther", f"距离更远 {more:,.0f} 米")]


def _closed(problem: ZoningProblem, layout: Layout, unit: int) -> list[Reason]:
    if any(rooms > 0 for _, _, rooms in _rows(problem, layout, unit).values()):
        return []
    return [Reason("closed", "it is closed or not built in this plan", "该校在本方案中未启用或已撤并")]


def _full(problem: ZoningProblem, layout: Layout, s: int, z: int, unit: int) -> list[Reason]:
    """Count the seats short if the zone's pupils came too, class by class, in the rooms there are."""
    rows = _rows(problem, layout, unit)
    worst: Reason | None = None
    for t, year in enumerate(problem.years):
        grades = problem.grades(problem.stages[s])
        now = {g: rows.get((g, year), (0, 1, 0)) for g in grades}
        coming = {g: int(problem.pupils[z, g - 1, t]) for g in grades}
        rooms = max(r for _, _, r in now.values())
        cap = max(c for _, c, _ in now.values())
        short = seats_short({g: now[g][0] + coming[g] for g in grades}, cap, rooms)
        before = seats_short({g: now[g][0] for g in grades}, cap, rooms)
        extra = {g: short[g] - before[g] for g in grades if short[g] > before[g]}
        total = sum(short.values()) - sum(before.values())
        if total > 0 and (worst is None or total > worst.seats):
            grade = max(extra, key=lambda g: extra[g])
            worst = Reason(
                "full",
                f"full: {total} seats short in {year}, grade {grade} first ({rooms} rooms)",
                f"学位已满：{year} 年将缺 {total} 个学位，首先是 {grade} 年级（教室 {rooms} 间）",
                grade=grade,
                year=year,
                seats=total,
            )
    return [worst] if worst else []


def seats_short(pupils: dict[int, int], cap: int, rooms: int) -> dict[int, int]:
    """Return the seats short by grade when rooms go to the grades that lose most without them.

    Whole classes of at most ``cap``; the pupils of a class that finds no room are short.
    """
    need = sorted(
        ((min(cap, n - k * cap), g) for g, n in pupils.items() for k in range(-(-n // cap))), reverse=True
    )
    short = dict.fromkeys(pupils, 0)
    for size, grade in need[rooms:]:
        short[grade] += size
    return short


def _too_big(problem: ZoningProblem, layout: Layout, s: int, z: int, unit: int) -> list[Reason]:
    school = cell(problem.units, "school", unit)
    limit = int(cell(problem.units, "school_limit", unit))
    coming = int(problem.stage_pupils(problem.stages[s])[z])
    found = []
    for year in problem.years:
        table = layout.units[(layout.units["school"] == school) & (layout.units["year"] == year)]
        over = int(table["pupils"].sum()) + coming - limit
        if over > 0 and coming:
            found.append(
                Reason(
                    "school_size",
                    f"the school would have {over} pupils more than {limit} in {year}",
                    f"{year} 年全校将超过 {limit} 人，多出 {over} 人",
                    year=year,
                    seats=over,
                )
            )
    return found[:1]


def _apart(problem: ZoningProblem, unit_of: IntArray, s: int, z: int, unit: int) -> list[Reason]:
    if not problem.scenario.contiguity.enabled:
        return []
    roots = set(anchors(problem)[unit].tolist())
    touching = [int(k) for k in problem.neighbours[z].indices if unit_of[s, k] == unit]
    if not roots or touching or z in roots:
        return []
    return [Reason("contiguity", "the zone does not touch its catchment", "该单元与其学区不相连")]


def _breaks(problem: ZoningProblem, unit_of: IntArray, s: int, z: int) -> list[Reason]:
    if not problem.scenario.contiguity.enabled:
        return []
    chosen = int(unit_of[s, z])
    roots = anchors(problem)[chosen]
    members = np.array([k for k in np.flatnonzero(unit_of[s] == chosen) if k != z], dtype=np.int64)
    if not len(members) or not len(roots):
        return []
    _, label = sparse.csgraph.connected_components(problem.neighbours[members][:, members], directed=False)
    held = set(label[np.isin(members, roots)].tolist())
    cut = int(sum(c not in held for c in label.tolist()))
    if not cut:
        return []
    return [
        Reason(
            "breaks",
            f"without it {cut} other zone(s) would be cut off from their school",
            f"若划出，另有 {cut} 个单元将与其学校断开",
        )
    ]


def _crosses(problem: ZoningProblem, z: int, unit: int) -> list[Reason]:
    if not problem.crosses[z, unit]:
        return []
    return [
        Reason(
            "barrier",
            "the way there crosses a railway, a motorway or an arterial",
            "上学路线需穿越铁路、高速公路或主干路",
        )
    ]


def _own_zone(problem: ZoningProblem, z: int, chosen: int) -> list[Reason]:
    if own_homes(problem).get(chosen) != z:
        return []
    return [
        Reason("own_zone", "the site of the present school lies in this zone", "现划入学校的校址就在本单元内")
    ]


def _changes(problem: ZoningProblem, s: int, z: int, unit: int, chosen: int) -> list[Reason]:
    if not problem.today[z, chosen] or problem.today[z, unit]:
        return []
    saved = float(problem.distance_m[z, chosen] - problem.distance_m[z, unit]) / 1000.0
    if saved <= 0 or saved >= problem.scenario.prices.moved:
        return []
    return [
        Reason(
            "change",
            f"the walk would shorten by only {saved * 1000:.0f} m, less than the price of a change of catchment",
            f"路程仅缩短 {saved * 1000:.0f} 米，不足以抵消学区变动的代价",
        )
    ]


def _price(extra: float) -> Reason:
    if extra > 0:
        return Reason("price", f"it would cost {extra:.1f} pupil-km more", f"将增加 {extra:.1f} 人公里的代价")
    return Reason(
        "price",
        f"nothing forbids it; it would save {-extra:.1f} pupil-km here, but cost as much elsewhere or lie within the gap",
        f"没有硬性限制；在此可节省 {-extra:.1f} 人公里，但会在他处抵消，或在求解差距之内",
    )


def _mend(problem: ZoningProblem, reasons: list[Reason], unit: int) -> tuple[str, str]:
    """Name the cheapest change in favour of the unit, seats before lines on the map."""
    name = str(cell(problem.units, "name", unit))
    cap = problem.profile.class_cap[str(cell(problem.units, "stage", unit))]
    for reason in reasons:
        if reason.kind == "full":
            rooms = -(-reason.seats // cap)
            return f"{rooms} more room(s) at {name}", f"{name} 增加 {rooms} 间教室"
        if reason.kind == "closed":
            return f"build or keep {name}", f"启用或保留 {name}"
        if reason.kind == "school_size":
            return (
                f"move {reason.seats} other pupils out of {name}",
                f"将 {name} 的 {reason.seats} 名学生划往他校",
            )
        if reason.kind == "contiguity":
            return "assign the zones between as well", "将中间单元一并划入"
        if reason.kind == "breaks":
            return "move the zones behind it as well", "将其后方单元一并划出"
        if reason.kind == "barrier":
            return "a safe crossing on the way", "在途中设置安全过街设施"
        if reason.kind == "change":
            return "a lower price `prices.moved`", "调低 prices.moved"
    return "", ""
