"""Work out one unit from its members: who lives there, who is sent on, which classes open, what hangs together.

Every function is a function of the zones of one unit and of what no move changes, so that figures recomputed after a move are those of
a full recomputation to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import BoolArray, IntArray
from planning.editing.ground import Ground, tenths
from planning.zoning.answer.summary import walks
from planning.zoning.classes import classes_in_rooms


@dataclass(frozen=True)
class Home:
    """What follows from the zones of a unit alone.

    ``living`` (n_grades, n_years) are the pupils placed there, ``sent`` (n_out, n_grades, n_years) those sent on over its pairs; ``travel`` is a price.
    """

    zones: int
    living: IntArray
    sent: IntArray
    travel: float
    walked: tuple[int, int]
    mean_walk_m: float
    p95_walk_m: float
    moved_pupils: int
    moved_zones: int
    parts: int
    apart: tuple[int, ...]
    detached: tuple[int, ...]


@dataclass(frozen=True)
class Seats:
    """What follows from who attends: classes and missing seats, both (n_grades, n_years)."""

    classes: IntArray
    short: IntArray


def home_of(ground: Ground, unit: int, members: IntArray) -> Home:
    """Return what follows from the zones of a unit; ``members`` in ascending order."""
    s = ground.stage_of[unit]
    grades = ground.rows_of[s]
    living = ground.shares[unit].copy()
    living[grades] += ground.whole[members][:, grades].sum(axis=0)
    placed = members[~ground.is_shared[s, members]]
    shared = np.flatnonzero(ground.shared_rows.unit == unit)
    rows = ground.shared_rows
    way = np.concatenate([tenths(ground.problem, placed, unit), rows.tenths[shared]])
    pupils = np.concatenate([ground.first[s, placed], rows.pupils[shared]])
    moved = ground.known[s, placed] & ~ground.named[placed, unit]
    mean, p95 = walks(way, pupils)
    parts, apart, detached = pieces(ground, unit, members)
    price = ground.problem.pupil_cost(s, unit, members)
    return Home(
        zones=len(placed),
        living=living,
        sent=_sent(ground, unit, living, members),
        travel=float((ground.weight[s, members] * price).sum()),
        walked=(int((way * pupils).sum()), int(pupils.sum())),
        mean_walk_m=mean,
        p95_walk_m=p95,
        moved_pupils=int(ground.first[s, placed][moved].sum()) + int(rows.pupils[shared[rows.moved[shared]]].sum()),
        moved_zones=int(moved.sum()),
        parts=parts,
        apart=apart,
        detached=detached,
    )  # fmt: skip


def pieces(ground: Ground, unit: int, members: IntArray) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Return in how many pieces a catchment falls, shared zones with it, which zones hang apart from the school, and which of them may not.

    A piece may hang apart where it holds an anchor: a shared zone, or what hangs apart today (:func:`planning.zoning.problem.sites.anchors`).
    """
    left = {*ground.given[unit], *members.tolist()}
    if not ground.problem.scenario.contiguity.enabled or not left:
        return min(1, len(left)), (), ()
    near, roots, site = ground.near, ground.roots[unit], ground.beside[unit]
    count, apart, detached = 0, set[int](), set[int]()
    while left:
        piece = [left.pop()]
        for zone in piece:
            for other in near[zone]:
                if other in left:
                    left.discard(other)
                    piece.append(other)
        count += 1
        if site and site.isdisjoint(piece):
            apart.update(piece)
            if roots.isdisjoint(piece):
                detached.update(piece)
    return count, tuple(sorted(apart)), tuple(sorted(detached))


def _sent(ground: Ground, unit: int, living: IntArray, members: IntArray) -> IntArray:
    """Return whom the unit sends on: whom the plan sent, as long as the catchment has them, the farthest partner first to lose."""
    pairs = list(ground.flows.out[unit])
    wanted = ground.flows.pupils[pairs]
    fits = not pairs or (wanted.sum(axis=0) <= _most(ground, unit, living)).all()
    if fits and not ground.flows.held[pairs].any():
        return wanted
    return _held(ground, unit, wanted, living, members)


def _most(ground: Ground, unit: int, living: IntArray) -> IntArray:
    """Return how many may be sent on by grade and year: those living there, where pupils stay as few as will ever be."""
    most = np.maximum(living, 0)
    if not ground.problem.stays():
        return most
    rows = ground.rows_of[ground.stage_of[unit]]
    for t in range(most.shape[1] - 2, -1, -1):
        most[rows[:-1], t] = np.minimum(most[rows[:-1], t], most[rows[1:], t + 1])
    return most


def _held(ground: Ground, unit: int, wanted: IntArray, living: IntArray, members: IntArray) -> IntArray:
    """Return the flows cut to what may be sent, cohort by cohort: nobody is called back, nobody who sits there is sent later."""
    pairs, most = list(ground.flows.out[unit]), _most(ground, unit, living)
    held = ground.flows.held[pairs]
    joining = ground.joining[members].sum(axis=0) + ground.share_joining[unit]
    rows = ground.rows_of[ground.stage_of[unit]]
    sent = wanted.copy()
    for t in range(wanted.shape[2]):
        for r in rows.tolist():
            least = np.zeros(len(pairs), dtype=np.int64)
            if t and r > rows[0]:
                least = np.where(held, sent[:, r - 1, t - 1], 0)
                _cut(sent[:, r, t], least, held, int(least.sum() + joining[r, t]))
            _cut(sent[:, r, t], least, np.ones(len(pairs), dtype=bool), int(most[r, t]))
    return sent


def _cut(sent: IntArray, least: IntArray, counted: BoolArray, most: int) -> None:
    """Take pupils off the flows, the farthest first and none below its least, until those counted are no more than ``most``."""
    over = int(sent[counted].sum()) - most
    for p in np.flatnonzero(counted).tolist():
        if over <= 0:
            break
        less = min(over, max(0, int(sent[p] - least[p])))
        sent[p] -= less
        over -= less


def seats_of(ground: Ground, unit: int, pupils: IntArray, before: IntArray) -> Seats:
    """Return the classes of a unit for the pupils who attend (n_grades, n_years); the plan's own in years in which nothing changed.

    ``before`` are those who attend in the plan that is edited.
    """
    rows, prices = ground.rows_of[ground.stage_of[unit]], ground.problem.scenario.prices
    classes = np.zeros((ground.problem.school_grades.count, pupils.shape[1]), dtype=np.int64)
    for t in range(pupils.shape[1]):
        if (pupils[:, t] == before[:, t]).all():
            classes[:, t] = ground.classes[unit, :, t]
            continue
        classes[rows, t], _ = classes_in_rooms(
            pupils[rows, t].tolist(),
            ground.caps[unit, rows, t].tolist(),
            int(ground.rooms[unit, t]),
            price=prices.shortage,
            each=ground.problem.class_price,
        )
    short = np.maximum(0, pupils - classes * ground.caps[unit])
    return Seats(classes, short)
