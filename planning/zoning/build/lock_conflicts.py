"""Refuse locks that contradict one another, the sites of schools, or catchments that are to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from planning.arrays import BoolArray, IntArray
from planning.errors import Issue, ScenarioError
from planning.messages import Text
from planning.zoning.build.inputs import written
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.locked import left_open
from planning.zoning.problem.sites import elsewhere, own_homes, stands


def check_locks(problem: ZoningProblem) -> None:
    """Raise the locks that contradict one another, the sites of schools or catchments that are to be kept.

    Raises
    ------
    ScenarioError
        Everything at once, each with the file and line of a lock that takes part.
    """
    if not problem.locks:
        return
    wrong = [p for s in range(len(problem.stages)) for p in _contradictions(problem, s)]
    if wrong:
        raise ScenarioError(written(problem.scenario, p) for p in dict.fromkeys(wrong))


def _contradictions(problem: ZoningProblem, s: int) -> Iterator[Issue]:
    of_stage = problem.units_of(problem.stages[s])
    found = left_open(problem, s)[:, of_stage]
    shut = np.array([not _may_stand(problem, int(u)) for u in of_stage])
    yield from _nowhere(problem, s, found, shut)
    yield from _apart(problem, s, found & ~shut, of_stage)
    if problem.scenario.catchments == "current":
        yield from _not_kept(problem, s)
        return
    other = elsewhere(problem)
    for unit, zone in own_homes(problem).items():
        kept = {unit, other.get(unit, unit)}
        if (
            unit not in of_stage
            or not _surely(problem, unit)
            or found[zone, np.isin(of_stage, list(kept))].any()
        ):
            continue
        if found[zone].any():
            name = str(problem.units["unit"].iat[unit])
            yield _contradiction(
                problem, s, [zone], Text("zoning.lock_conflicts.zone_holds_site_belongs", name=name),
            )  # fmt: skip


def _may_stand(problem: ZoningProblem, unit: int) -> bool:
    """Return whether a unit can be open in some plan."""
    return stands(problem, unit, np.array([unit]))


def _surely(problem: ZoningProblem, unit: int) -> bool:
    """Return whether a unit is open in every plan."""
    return not bool(problem.switched[unit])


def _nowhere(problem: ZoningProblem, s: int, found: BoolArray, shut: BoolArray) -> Iterator[Issue]:
    """Yield the groups of zones, or zones alone, to which the locks leave no unit, or only closed ones."""
    groups = {z: zones for zones in problem.locks.groups(s) for z in zones}
    for zone in np.flatnonzero(~(found & ~shut).any(axis=1)).tolist():
        zones = groups.get(zone, (zone,))
        if zone != zones[0]:
            continue
        if found[zone].any():
            yield _contradiction(
                problem, s, zones, Text("zoning.lock_conflicts.locks_leave_only_unit_closed")
            )
        else:
            yield _contradiction(
                problem,
                s,
                zones,
                Text("zoning.lock_conflicts.locks_contradict_one_another_no_unit"),
            )


def _apart(problem: ZoningProblem, s: int, found: BoolArray, of_stage: IntArray) -> Iterator[Issue]:
    """Yield zones that are to be apart and that the locks bring to one unit."""
    group = {z: zones for zones in problem.locks.groups(s) for z in zones}
    for lock in problem.locks.of("apart", s):
        for a, b in combinations(lock.zones, 2):
            if b in group.get(a, ()):
                yield _contradiction(
                    problem,
                    s,
                    (a, b),
                    Text("zoning.lock_conflicts.zones_together_apart"),
                )
            elif found[a].sum() == 1 and (found[a] == found[b]).all():
                name = problem.units["unit"].iat[int(of_stage[found[a].argmax()])]
                yield _contradiction(
                    problem, s, (a, b), Text("zoning.lock_conflicts.zones_apart_both_locked", name=name),
                )  # fmt: skip


def _not_kept(problem: ZoningProblem, s: int) -> Iterator[Issue]:
    """Yield locks that the catchments in force break, where they are to be kept."""
    today, found = problem.current[s], left_open(problem, s)
    known = np.flatnonzero(today >= 0)
    zones: list[tuple[int, ...]] = [(int(z),) for z in known if not found[z, today[z]]]
    both = [pair for lock in problem.locks.of("together", s) for pair in combinations(lock.zones, 2)]
    zones += [(a, b) for a, b in both if min(today[a], today[b]) >= 0 and today[a] != today[b]]
    both = [pair for lock in problem.locks.of("apart", s) for pair in combinations(lock.zones, 2)]
    zones += [(a, b) for a, b in both if min(today[a], today[b]) >= 0 and today[a] == today[b]]
    for broken in zones:
        yield _contradiction(
            problem, s, broken, Text("zoning.lock_conflicts.catchments_force_kept_break_lock"), Text("zoning.lock_conflicts.set_catchments_free"),
        )  # fmt: skip


def _contradiction(
    problem: ZoningProblem,
    s: int,
    zones: Sequence[int],
    what: Text,
    mend: Text | None = None,
) -> Issue:
    """Return a contradiction with the locks that take part in it; the first one gives the place."""
    keys = list(dict.fromkeys(_taking_part(problem, s, zones)))
    names = ", ".join(str(problem.zones[z]) for z in zones)
    stage = problem.stages[s]
    shown = ", ".join(f"locks.{key}" for key in keys)
    return Issue(
        "zoning.lock_conflicts.contradiction",
        "scenario",
        column=f"locks.{keys[0]}" if keys else "locks",
        value=names,
        mend=mend or Text("zoning.lock_conflicts.take_one_out"),
        what=what,
        stage=Text(f"base.stage.{stage}"),
        shown=shown,
    )


def _taking_part(problem: ZoningProblem, s: int, zones: Sequence[int]) -> Iterator[str]:
    """Yield the keys of the locks that say something about zones in a stage: of the zones, and of frozen units they are locked to."""
    mine = set(zones)
    wanted = {lock.unit for lock in problem.locks.of("zones", s) if mine & set(lock.zones)}
    for lock in problem.locks.every:
        if lock.stage == s and (mine & set(lock.zones) or (lock.part == "frozen" and lock.unit in wanted)):
            yield lock.key
