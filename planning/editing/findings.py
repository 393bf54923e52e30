"""Say at once what a planner must know of a plan changed by hand: full, detached, across a barrier, too far, own zone given away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from planning.editing.live import LiveLayout
from planning.zoning.arcs import allowed_pairs
from planning.zoning.rules.feeder import nests
from planning.zoning.sites import elsewhere, own_homes


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a plan, or worth a look.

    Parameters
    ----------
    kind : str
        ``full``, ``oversize``, ``detached``, ``own_zone``, ``feeder``, ``reach``, ``barrier`` or ``walk``.
    unit : str
        The unit it is about.
    zones : tuple of str
        The zones it is about, if any.
    year, grade, amount : int
        Where it is about seats: when, in which grade, how many pupils.
    breaks : bool
        Whether it breaks a rule, so that the plan will not verify; else it costs something.
    new : bool
        Whether it was not so before the first move.
    text_en, text_zh : str
    """

    kind: str
    unit: str
    zones: tuple[str, ...]
    year: int
    grade: int
    amount: int
    breaks: bool
    new: bool
    text_en: str
    text_zh: str


@dataclass(frozen=True)
class _Seen:
    """A finding before it is known whether it is new."""

    kind: str
    unit: int
    zones: tuple[int, ...] = ()
    year: int = 0
    grade: int = 0
    amount: int = 0


def check(live: LiveLayout) -> tuple[Finding, ...]:
    """Return what is wrong with a plan, what breaks a rule first, then what the moves brought, then the rest."""
    head = live.journal.head
    now = list(_seen(live))
    live.go(0)
    before = {
        (s.kind, s.unit, zone, s.year, s.grade): s.amount for s in _seen(live) for zone in s.zones or (-1,)
    }
    live.go(head)
    found = []
    for seen in now:
        old = [before.get((seen.kind, seen.unit, z, seen.year, seen.grade)) for z in seen.zones or (-1,)]
        found.append(_told(live, seen, any(o is None or o < seen.amount for o in old)))
    return tuple(sorted(found, key=lambda f: (not f.breaks, not f.new)))


def _seen(live: LiveLayout) -> Iterator[_Seen]:
    yield from _full(live)
    yield from _detached(live)
    yield from _own_zones(live)
    yield from _feeder(live)
    yield from _ways(live)


def _full(live: LiveLayout) -> Iterator[_Seen]:
    state, problem = live.state, live.problem
    for u, r, t in np.argwhere(state.short > 0).tolist():
        yield _Seen("full", u, (), problem.years[t], r + 1, int(state.short[u, r, t]))
    over = state.oversize()
    for school, t in np.argwhere(over > 0).tolist():
        first = int(np.flatnonzero(live.ground.school == school)[0])
        yield _Seen("oversize", first, (), problem.years[t], 0, int(over[school, t]))


def _detached(live: LiveLayout) -> Iterator[_Seen]:
    for u, home in enumerate(live.state.homes):
        if home.detached:
            yield _Seen("detached", u, home.detached)


def _own_zones(live: LiveLayout) -> Iterator[_Seen]:
    """Yield units that stand but whose own zone belongs to another; not where it does so today."""
    other = elsewhere(live.problem)
    for u, zone in own_homes(live.problem).items():
        holder = int(live.state.unit_of[live.ground.stage_of[u], zone])
        if live.stands(u) and holder not in (u, other.get(u, u)):
            yield _Seen("own_zone", u, (zone,))


def _feeder(live: LiveLayout) -> Iterator[_Seen]:
    """Yield primary units whose zones lead to several junior ones, where the scenario nests them; the smaller parts are named."""
    problem = live.problem
    if not nests(problem):
        return
    primary, junior = (live.state.unit_of[problem.stages.index(s)] for s in ("primary", "junior"))
    free = ~live.ground.is_shared.any(axis=0)
    for p in problem.units_of("primary").tolist():
        zones = np.flatnonzero((primary == p) & free)
        targets, counts = np.unique(junior[zones], return_counts=True)
        if len(targets) > 1:
            main = targets[counts.argmax()]
            yield _Seen("feeder", p, tuple(zones[junior[zones] != main].tolist()))


def _ways(live: LiveLayout) -> Iterator[_Seen]:
    """Yield zones with pupils that moves gave to a unit out of reach, across a barrier, or beyond the service radius."""
    problem, moved = live.problem, live.moved()
    for s, stage in enumerate(problem.stages):
        of_stage = problem.units_of(stage)
        allowed = allowed_pairs(problem, s, of_stage)
        at = {u: k for k, u in enumerate(of_stage.tolist())}
        radius = problem.profile.travel.service_radius_m[stage]
        for zone in moved.get(s, ()):
            u = int(live.state.unit_of[s, zone])
            if not allowed[zone, at[u]]:
                yield _Seen("reach", u, (zone,))
            if not live.ground.first[s, zone]:
                continue
            if problem.crosses[zone, u]:
                yield _Seen("barrier", u, (zone,))
            if (
                problem.distance_m[zone, u] > radius
                and problem.zone_locale[zone] in problem.scenario.radius.locales
            ):
                yield _Seen("walk", u, (zone,), amount=int(problem.distance_m[zone, u]))


_BREAKS = frozenset(("detached", "own_zone", "feeder", "reach"))


def _told(live: LiveLayout, seen: _Seen, new: bool) -> Finding:
    problem = live.problem
    name = str(problem.units["name"].iat[seen.unit])
    zones = tuple(str(problem.zones[z]) for z in seen.zones)
    some_en, some_zh = (_some(live.zone_names(zones), sep) for sep in (", ", "、"))
    n = seen.amount
    words = {
        "full": (
            f"{name}: {seen.amount} seats short in grade {seen.grade}, {seen.year}",
            f"{name}：{seen.year}学年{seen.grade}年级缺{seen.amount}个学位",
        ),
        "oversize": (
            f"{name}: {seen.amount} pupils over the size of the school, {seen.year}",
            f"{name}：{seen.year}学年超出学校规模{seen.amount}人",
        ),
        "detached": (f"{name}: apart from the rest of its catchment: {some_en}", f"{name}：与学区不相连：{some_zh}"),
        "own_zone": (f"{name}: the zone of its own site goes elsewhere: {some_en}", f"{name}：校址所在单元划给他校：{some_zh}"),
        "feeder": (f"{name}: leads to several junior schools; apart: {some_en}", f"{name}：对口多所初中，不一致的单元：{some_zh}"),
        "reach": (f"{name}: beyond the hard limit of the walk: {some_en}", f"{name}：超出就学距离硬性上限：{some_zh}"),
        "barrier": (f"{name}: the way crosses a barrier: {some_en}", f"{name}：上学途中须穿越阻隔（干道、铁路、河渠）：{some_zh}"),
        "walk": (f"{name}: {n:,} m to walk, beyond the service radius: {some_en}", f"{name}：步行{n:,}米，超出服务半径：{some_zh}"),
    }[seen.kind]  # fmt: skip
    unit = str(problem.units["unit"].iat[seen.unit])
    return Finding(seen.kind, unit, zones, seen.year, seen.grade, n, seen.kind in _BREAKS, new, *words)


def _some(names: Iterable[str], separator: str, most: int = 8) -> str:
    every = list(names)
    return separator.join(every[:most]) + (" …" if len(every) > most else "")
