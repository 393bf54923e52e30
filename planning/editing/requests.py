"""Check moves before any is made: everything that is wrong with them at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from planning.editing.ground import Ground
from planning.editing.journal import Move
from planning.errors import Issue, Problem
from planning.tables import cell
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED

PLACE = "moves"


def check_moves(ground: Ground, moves: Sequence[Move]) -> list[Issue]:
    """Return everything that is wrong with moves (none: they may be made)."""
    return [problem for move in moves for problem in _wrong(ground, move)]


def _wrong(ground: Ground, move: Move) -> Iterator[Issue]:
    names, zones, seen = ground.unit_at, ground.zone_at, set[str]()
    if not move.zones:
        yield _said("no zone is named", "没有指明居住单元", move.unit)
    for zone in move.zones:
        if zone not in zones:
            yield _unknown("zone", zone, list(zones))
        elif zone in seen:
            yield _said("a zone is named twice", "居住单元重复", zone)
        seen.add(zone)
    if move.unit not in names:
        yield _unknown("unit", move.unit, list(names))
        return
    u = names[move.unit]
    stage = ground.about[u].stage
    if move.stage != stage:
        yield _said(
            f"the unit is of the stage {stage}, not {move.stage or 'none'}",
            f"该办学单位学段为 {stage}，与所指学段 {move.stage or '（空）'} 不符",
            move.unit,
        )
        return
    if not stands(ground, u):
        yield _said(
            "the unit does not stand in the last year of the plan: closed, or its project is not built",
            "该办学单位在规划末年未启用（已撤并或项目未建）",
            move.unit,
        )
    for zone in move.zones:
        if zone in zones and ground.is_shared[ground.stage_of[u], zones[zone]]:
            yield _said(
                "a shared zone (多校划片): its schools are named by the catchments of today or the scenario (shared)",
                "多校划片单元：其学校由现行学区或情景（shared）确定，不能移入单一学校",
                zone,
            )


def stands(ground: Ground, unit: int) -> bool:
    """Return whether a unit is open in the last year of the plan: its project is built, and it is not closed."""
    problem, answer = ground.problem, ground.answer
    last = len(problem.years) - 1
    project = str(cell(problem.units, "project", unit))
    position = {str(p): k for k, p in enumerate(problem.projects["project"])}
    built = not project or answer.of(BUILT).get((position.get(project, -1), last), 0.0) > 0.5
    return built and answer.of(CLOSED).get((unit, last), 0.0) < 0.5


def _unknown(what: str, value: str, known: list[str]) -> Issue:
    near = difflib.get_close_matches(value, known, 3, cutoff=0.4)
    word = {"zone": "居住单元", "unit": "办学单位"}[what]
    return Problem(
        PLACE,
        f"no such {what}",
        f"没有这个{word}",
        value=value,
        mend_en=f"did you mean {', '.join(near)}?" if near else "",
        mend_zh=f"是否指 {'、'.join(near)}？" if near else "",
    )


def _said(en: str, zh: str, value: str) -> Issue:
    return Problem(PLACE, en, zh, value=value)
