"""Answer who objects: why a zone is not with a nearer school, what that would take and cost, whom it would push out; why a school is full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.editing.figures import UnitFigures
from planning.editing.journal import Move
from planning.editing.live import LiveLayout
from planning.editing.pricing import Cost, price_of
from planning.editing.requests import check_moves
from planning.errors import Issue
from planning.layout import Layout
from planning.tables import cell
from planning.zoning.classes import classes_short
from planning.zoning.explain import Alternative, Explanation, explain

NAMED = 5
"""Zones that are named as those which would have to make room."""


@dataclass(frozen=True)
class Option:
    """A school that a zone is not with.

    Parameters
    ----------
    alternative : Alternative
        Which, how far, the reasons against it and what would change that.
    cost : Cost, optional
        What the move would cost; ``None`` where it may not be made.
    refused : tuple of Issue
        Why it may not be made.
    rooms : int
        Classrooms (seats, where capacity is counted in seats) that the school would lack more than now, in its fullest year.
    pushed : tuple of str
        Zones of that school, farthest first, that would have to make room for it.
    in_seats : bool
        Whether capacity is counted in seats.
    """

    alternative: Alternative
    cost: Cost | None
    refused: tuple[Issue, ...]
    rooms: int
    pushed: tuple[str, ...]
    in_seats: bool = False


@dataclass(frozen=True)
class Answered:
    """The answer for one zone in one stage: why it is where it is, and every school one could ask for."""

    zone: str
    name: str
    explanation: Explanation
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Fullness:
    """Why a unit is full.

    Parameters
    ----------
    unit : UnitFigures
        Its figures.
    nearer_elsewhere : tuple of (zone, unit)
        Zones of its catchment that have another unit of the stage nearer, farthest first, and that unit's name.
    comes_from : tuple of (unit, pupils)
        From which catchments pupils are sent here, all years.
    """

    unit: UnitFigures
    nearer_elsewhere: tuple[tuple[str, str], ...]
    comes_from: tuple[tuple[str, int], ...]


def answers(live: LiveLayout, zone: str, *, most: int = 4) -> tuple[Answered, ...]:
    """Return the answer to an objection of a zone, one for every stage.

    Parameters
    ----------
    live : LiveLayout
        The plan; it is as before afterwards.
    zone : str
        Zone id.
    most : int
        Nearer schools to speak of.
    """
    layout = live.layout()
    return tuple(_answered(live, layout, told) for told in explain(live.problem, layout, zone, most=most))


def _answered(live: LiveLayout, layout: Layout, told: Explanation) -> Answered:
    (name,) = live.zone_names((told.zone,))
    options = tuple(_option(live, told, other) for other in told.alternatives)
    return Answered(told.zone, name, told, options)


def _option(live: LiveLayout, told: Explanation, other: Alternative) -> Option:
    move = Move((told.zone,), told.stage, other.unit)
    refused = tuple(check_moves(live.ground, [move]))
    if refused:
        return Option(other, None, refused, 0, ())
    cost = price_of(live, [move])
    before, after = next(((a, b) for a, b in cost.units if a.unit == other.unit), (None, None))
    rooms = 0 if before is None or after is None else max(0, _lacking(after) - _lacking(before))
    pushed = _pushed(live, told, other, before, after)
    return Option(other, cost, (), rooms, pushed, live.problem.profile.in_seats)


def _lacking(unit: UnitFigures) -> int:
    """Return the classrooms that a unit lacks in its fullest year: a class belongs to one grade."""
    return max(
        (
            sum(classes_short([n], cap) for n, cap in zip(short, caps, strict=True))
            for short, caps in zip(unit.short, unit.cap, strict=True)
        ),
        default=0,
    )


def _pushed(
    live: LiveLayout,
    told: Explanation,
    other: Alternative,
    before: UnitFigures | None,
    after: UnitFigures | None,
) -> tuple[str, ...]:
    """Return the zones of a school, farthest first, whose pupils of the fullest grade outweigh the seats that would be short more."""
    if before is None or after is None or after.seats_short <= before.seats_short:
        return ()
    problem, unit = live.problem, live.ground.unit_at[other.unit]
    s = problem.stages.index(told.stage)
    more = np.array(after.short) - np.array(before.short)
    t, g = np.unravel_index(int(more.argmax()), more.shape)
    grade, need = after.grades[int(g)], int(more[t, g])
    mine = np.flatnonzero((live.state.unit_of[s] == unit) & ~live.ground.is_shared[s])
    own = set(live.ground.roots[unit])
    order = [
        z for z in mine[np.argsort(-problem.distance_m[mine, unit], kind="stable")].tolist() if z not in own
    ]
    found: list[str] = []
    for z in order:
        pupils = float(problem.pupils[z, problem.row(grade), int(t)])
        if need <= 0 or len(found) == NAMED:
            break
        if pupils > 0:
            found.append(str(problem.zones[z]))
            need -= round(pupils)
    return live.zone_names(found)


def fullness(live: LiveLayout, unit: str) -> Fullness:
    """Return why a unit is full: who lives in its catchment though another school is nearer, and who is sent there."""
    problem, u = live.problem, live.ground.unit_at[unit]
    stage = str(cell(problem.units, "stage", u))
    s, of_stage = problem.stages.index(stage), problem.units_of(stage)
    standing = np.array([v for v in of_stage.tolist() if live.stands(v)], dtype=np.int64)
    mine = np.flatnonzero((live.state.unit_of[s] == u) & (live.ground.first[s] > 0))
    nearest = standing[problem.distance_m[np.ix_(mine, standing)].argmin(axis=1)]
    away = mine[nearest != u]
    order = np.argsort(-problem.distance_m[away, u], kind="stable")
    names = problem.units["name"].astype(str).to_numpy()
    best = dict(zip(mine.tolist(), nearest.tolist(), strict=True))
    zones = live.zone_names(str(problem.zones[z]) for z in away[order].tolist())
    pairs = tuple((name, str(names[best[z]])) for name, z in zip(zones, away[order].tolist(), strict=True))
    flows, sent = live.ground.flows, live.state.sent.sum(axis=(1, 2))
    into = tuple((str(names[flows.start[p]]), int(sent[p])) for p in flows.into[u] if int(sent[p]) > 0)
    return Fullness(live.unit(unit), pairs, into)
