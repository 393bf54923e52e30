"""Refuse locks that contradict one another, the sites of schools, or catchments that are to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from planning.errors import Issue, ScenarioError
from planning.messages import Both, Text
from planning.zoning.arcs import switched_units
from planning.zoning.inputs import written
from planning.zoning.locked import left_open
from planning.zoning.problem import BoolArray, IntArray, ZoningProblem
from planning.zoning.sites import elsewhere, own_homes, stands


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
                problem, s, [zone], f"the zone holds the site of {name} and belongs to it",
                f"该单元内有 {name} 的校址，须划入该校",
            )  # fmt: skip


def _may_stand(problem: ZoningProblem, unit: int) -> bool:
    """Return whether a unit can be open in some plan."""
    return stands(problem, unit, np.array([unit]))


def _surely(problem: ZoningProblem, unit: int) -> bool:
    """Return whether a unit is open in every plan."""
    return not bool(switched_units(problem)[unit])


def _nowhere(problem: ZoningProblem, s: int, found: BoolArray, shut: BoolArray) -> Iterator[Issue]:
    """Yield the groups of zones, or zones alone, to which the locks leave no unit, or only closed ones."""
    groups = {z: zones for zones in problem.locks.groups(s) for z in zones}
    for zone in np.flatnonzero(~(found & ~shut).any(axis=1)).tolist():
        zones = groups.get(zone, (zone,))
        if zone != zones[0]:
            continue
        if found[zone].any():
            yield _contradiction(
                problem, s, zones, "the locks leave only a unit that is closed", "锁定后只剩已关闭的学校"
            )
        else:
            yield _contradiction(
                problem,
                s,
                zones,
                "the locks contradict one another: no unit is left",
                "锁定相互矛盾：没有可划入的学校",
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
                    "zones that are to be together are to be apart",
                    "同一组单元既要同校又要分校",
                )
            elif found[a].sum() == 1 and (found[a] == found[b]).all():
                name = problem.units["unit"].iat[int(of_stage[found[a].argmax()])]
                yield _contradiction(
                    problem, s, (a, b), f"zones that are to be apart are both locked to {name}",
                    f"要求分校的单元都被锁定到 {name}",
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
            problem, s, broken, "the catchments in force are to be kept and break the lock",
            "情景保持现行学区，与锁定相矛盾", "set catchments: free", "请设 catchments: free",
        )  # fmt: skip


def _contradiction(
    problem: ZoningProblem,
    s: int,
    zones: Sequence[int],
    en: str,
    zh: str,
    mend_en: str = "",
    mend_zh: str = "",
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
        mend=Both(mend_en or "take one of these locks out", mend_zh or "请去掉其中一项锁定"),
        en=Both(en, zh),
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
