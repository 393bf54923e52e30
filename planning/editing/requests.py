"""Check moves before any is made: everything that is wrong with them at once."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

from planning.district.schema import STAGES
from planning.editing.ground import Ground
from planning.editing.journal import Move
from planning.errors import Issue
from planning.messages import Text
from planning.tables import cell, each
from planning.zoning.build.units import STAGE_SUFFIX
from planning.zoning.problem.held import Lock
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED

PLACE = "moves"


def check_moves(ground: Ground, moves: Sequence[Move]) -> list[Issue]:
    """Return everything that is wrong with moves (none: they may be made)."""
    return [problem for move in moves for problem in _wrong(ground, move)]


def _wrong(ground: Ground, move: Move) -> Iterator[Issue]:
    names, zones = ground.unit_at, ground.zone_at
    if not move.zones:
        yield Issue("editing.requests.no_zone_named", PLACE, value=move.unit)
    for zone, times in Counter(move.zones).items():
        if zone not in zones:
            yield _unknown("zone", zone, list(zones))
        elif times > 1:
            yield Issue("editing.requests.zone_twice", PLACE, value=zone)
    if not move.units:
        yield Issue("editing.requests.no_unit_named", PLACE, value=", ".join(move.zones))
    if len(set(move.units)) < len(move.units):
        yield Issue("editing.requests.unit_twice", PLACE, value=move.unit)
    wrong = [problem for unit in move.units for problem in _no_unit(ground, unit, move.stage)]
    yield from wrong
    if move.units and not wrong:
        at = tuple(names[unit] for unit in move.units)
        yield from _held(ground, [zone for zone in move.zones if zone in zones], at)


def _no_unit(ground: Ground, unit: str, asked: str) -> Iterator[Issue]:
    """Yield why zones cannot be given to a unit: it is unknown, of another stage, or does not stand."""
    if unit not in ground.unit_at:
        yield _later(ground, unit) or _unknown("unit", unit, list(ground.unit_at))
        return
    u = ground.unit_at[unit]
    stage = ground.about[u].stage
    if asked != stage:
        yield Issue(
            "editing.requests.other_stage",
            PLACE,
            value=unit,
            stage=Text(f"base.stage.{stage}"),
            asked=Text(f"base.stage.{asked}" if asked in STAGES else "editing.requests.no_stage"),
        )
    elif not stands(ground, u):
        yield Issue("editing.requests.stands_not", PLACE, value=unit)


def _held(ground: Ground, named: Sequence[str], units: tuple[int, ...]) -> Iterator[Issue]:
    """Yield zones that locks keep from the units, or keep as they are."""
    zones, s = ground.zone_at, ground.stage_of[units[0]]
    shared = {z.zone: z.units for z in ground.problem.shared if z.stage == s}
    frozen = {lock.unit for lock in ground.problem.locks.every if lock.part == "frozen" and lock.stage == s}
    for zone in dict.fromkeys(named):
        z = zones[zone]
        had = set(shared.get(z, ()))
        kept = [u for u in units if ground.locked(s, z, u)] if (s, z) not in ground.released else []
        kept += (
            sorted(frozen & (had ^ set(units))) if had else []
        )  # one that shares it may neither lose nor gain it
        if len(units) > 1 and any(z in lock.zones for lock in _ties(ground, s)):
            kept += [-1]
        if kept:
            yield _locked(ground, s, z, kept)


def _ties(ground: Ground, s: int) -> list[Lock]:
    return [k for k in ground.problem.locks.every if k.stage == s and k.part in ("together", "apart")]


def _locked(ground: Ground, s: int, zone: int, units: list[int]) -> Issue:
    problem = ground.problem
    keys = [
        f"locks.{lock.key}"
        for lock in problem.locks.every
        if lock.stage == s and (zone in lock.zones or (lock.part == "frozen" and lock.unit in units))
    ]
    named = ", ".join(dict.fromkeys(keys))
    return Issue("editing.requests.locked", PLACE, value=str(problem.zones[zone]), named=named)


def _later(ground: Ground, unit: str) -> Issue | None:
    """Say of a unit that a project creates which is not in the plan whether it opens later or is not built at all."""
    problem = ground.problem
    for project in each(problem.all_projects):
        if f"{project.school}-{STAGE_SUFFIX.get(str(project.stage), '')}" != unit:
            continue
        opens = int(problem.scenario.projects.decided.get(str(project.project), project.open_year))
        last = problem.years[-1]
        code = "editing.requests.project_later" if opens > last else "editing.requests.project_not_in_plan"
        return Issue(
            code, PLACE, value=unit, project=str(project.name or project.project), opens=opens, last=last
        )
    return None


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
    return Issue(
        "editing.requests.no_such",
        PLACE,
        value=value,
        mend="editing.mend.did_you_mean_unknown" if near else "",
        what=Text(f"editing.requests.{what}"),
        near=near,
    )
