"""See which rules a plan changed by hand breaks: parts that hang apart, sites given away, primary catchments split, ways too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planning.editing.requests import stands
from planning.editing.state import State
from planning.zoning.rules.feeder import nests

BREAKS = frozenset(("detached", "own_zone", "feeder", "reach", "lock", "stability"))
"""Kinds of findings that break a rule: such a plan is none of the problem, and its bound says nothing of it."""
NOT_TODAY = frozenset(("detached", "own_zone", "reach"))
"""Those of them that today's catchments may break, as long as they are only counted."""


@dataclass(frozen=True)
class Seen:
    """A finding before it is known whether it is new; positions of unit and zones."""

    kind: str
    unit: int
    zones: tuple[int, ...] = ()
    year: int = 0
    grade: int = 0
    amount: int = 0


def broken(state: State) -> Iterator[Seen]:
    """Yield what breaks a rule; a way counts as too long where the zone does not belong to the unit it began with."""
    yield from _detached(state)
    yield from _own_zones(state)
    yield from _feeder(state)
    yield from _reach(state)
    yield from _ties(state)
    yield from _unstable(state)


def _detached(state: State) -> Iterator[Seen]:
    for u, home in enumerate(state.homes):
        if home.detached:
            yield Seen("detached", u, home.detached)


def _own_zones(state: State) -> Iterator[Seen]:
    """Yield units that stand but whose own zone belongs to another; not where it does so today."""
    ground = state.ground
    for u, (zone, other) in ground.own_zones.items():
        if stands(ground, u) and int(state.unit_of[ground.stage_of[u], zone]) not in (u, other):
            yield Seen("own_zone", u, (zone,))


def _feeder(state: State) -> Iterator[Seen]:
    """Yield primary units whose zones lead to several junior ones, where the scenario nests them; the smaller parts are named."""
    problem = state.ground.problem
    if not nests(problem):
        return
    primary, junior = (state.unit_of[problem.stages.index(s)] for s in ("primary", "junior"))
    free = ~state.ground.is_shared.any(axis=0)
    for p in problem.units_of("primary").tolist():
        zones = np.flatnonzero((primary == p) & free)
        targets, counts = np.unique(junior[zones], return_counts=True)
        if len(targets) > 1:
            main = targets[counts.argmax()]
            yield Seen("feeder", p, tuple(zones[junior[zones] != main].tolist()))


def _reach(state: State) -> Iterator[Seen]:
    ground = state.ground
    for s, zone in np.argwhere(state.unit_of != ground.answer.unit_of).tolist():
        u = int(state.unit_of[s, zone])
        if ground.locked(s, zone, u):
            if (s, zone) not in ground.released:
                yield Seen("lock", u, (zone,))
        elif not ground.allowed[s][zone, u]:
            yield Seen("reach", u, (zone,))


def _ties(state: State) -> Iterator[Seen]:
    """Yield zones that the scenario wants together and that are not, or apart and that are not."""
    for lock in state.ground.problem.locks.every:
        if lock.part not in ("together", "apart"):
            continue
        zones, at = lock.zones, state.unit_of[lock.stage, list(lock.zones)]
        kinds = len(set(at.tolist()))
        if kinds != (1 if lock.part == "together" else len(zones)):
            yield Seen("lock", int(at[0]), tuple(zones))


def _unstable(state: State) -> Iterator[Seen]:
    """Yield where more pupils leave the catchment in force than the scenario allows (tenths of a percent); pupils of shared zones stay."""
    problem = state.ground.problem
    most = problem.scenario.stability.max_moved_share
    if most is None:
        return
    rows = np.arange(problem.n_zones)
    for s, stage in enumerate(problem.stages):
        pupils, known = problem.stage_pupils(stage), problem.placed_today(s)
        changed = known & ~problem.today[rows, state.unit_of[s]] & ~state.ground.is_shared[s]
        total = float(pupils[known].sum())
        share = float(pupils[changed].sum()) / total if total else 0.0
        if share > most + 1e-6:
            zones = np.flatnonzero(changed)
            gained = np.bincount(state.unit_of[s, zones], pupils[zones])
            yield Seen("stability", int(gained.argmax()), tuple(zones.tolist()), amount=round(1000 * share))


def same_problem(state: State, lacking: frozenset[str]) -> bool:
    """Return whether a plan is one of the problem whose bound it was given: the same zones are shared, no rule is broken, whatever is called hard among them.

    Parameters
    ----------
    state : State
        The plan.
    lacking : frozenset of str
        Rules by name that the plan violates at a price.
    """
    ground, scenario = state.ground, state.ground.problem.scenario
    if (
        ground.reshared
        or lacking & set(scenario.hard)
        or any(state.unit_of[s, z] != ground.answer.unit_of[s, z] for s, z in ground.released)
    ):
        return False
    return next(broken(state), None) is None
