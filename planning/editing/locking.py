"""State a problem anew with more locks: those a planner asks for, and the zones that were moved by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from planning.arrays import IntArray
from planning.editing.live import LiveLayout
from planning.errors import Issue, LayoutError, ScenarioError
from planning.scenario import Scenario
from planning.scenario.locks import Locks
from planning.scenario.problems import problem_of
from planning.zoning.build.lock_conflicts import check_locks
from planning.zoning.build.locks import held_locks
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.held import HeldLocks
from planning.zoning.problem.locked import left_open
from planning.zoning.problem.sites import elsewhere, own_homes

Asked = Locks | Mapping[str, Any] | None
"""Locks as a scenario has them, or plain data of the same form."""


def locks_of(asked: Asked) -> Locks:
    """Return locks from plain data.

    Raises
    ------
    ScenarioError
        If keys are unknown or values are none.
    """
    if isinstance(asked, Locks):
        return asked
    try:
        return Locks.model_validate(dict(asked or {}))
    except ValidationError as error:
        raise ScenarioError(problem_of(item, {}, Path("locks")) for item in error.errors()) from None


def with_locks(live: LiveLayout, asked: Asked = None) -> ZoningProblem:
    """Return the problem of a plan with free catchments, the zones moved by hand locked where they are, and the locks asked for.

    Frozen units of ``asked`` are frozen as the plan has them now (those of the scenario as the scenario says); what that means is written
    out zone by zone, so that the locks of the scenario say it to whoever reads them later.

    Parameters
    ----------
    live : LiveLayout
        The plan.
    asked : Locks or mapping, optional
        More locks, by id or name.

    Returns
    -------
    ZoningProblem
        It starts from the plan.

    Raises
    ------
    LayoutError
        If zones moved by hand hold the sites of other schools: nothing is drawn around such a move.
    ScenarioError
        Unknown and ambiguous names, contradictions: everything at once.
    """
    wanted = locks_of(asked)
    problem, scenario = live.problem, live.problem.scenario
    if wrong := _sites_moved(live):
        raise LayoutError(wrong)
    frozen = _frozen_now(live, wanted)
    every = _joined(scenario.locks, _moved(live), wanted.model_copy(update={"frozen": ()}), frozen)
    return relocked(
        live, scenario.model_copy(update={"locks": every, "catchments": "free", "phases": ()}), problem
    )


def relocked(live: LiveLayout, scenario: Scenario, problem: ZoningProblem) -> ZoningProblem:
    """Return a problem under a scenario whose locks changed, starting from the plan as it is now."""
    locks = held_locks(
        live.district, scenario, problem.units, list(problem.zones), problem.today, problem.shared
    )
    plan = live.answer()
    found = dataclasses.replace(
        problem, scenario=scenario, locks=locks, start=plan.unit_of, seated=plan.values
    )
    check_locks(found)
    return found


def keeps_locks(problem: ZoningProblem, unit_of: IntArray) -> bool:
    """Return whether catchments (n_stages, n_zones) keep every lock of a problem."""
    rows = np.arange(problem.n_zones)
    for s in range(len(problem.stages)):
        if not left_open(problem, s)[rows, unit_of[s]].all():
            return False
        ties = [unit_of[s, list(lock.zones)].tolist() for lock in problem.locks.of("apart", s)]
        together = [unit_of[s, list(zones)].tolist() for zones in problem.locks.groups(s)]
        if any(len(set(t)) < len(t) for t in ties) or any(len(set(t)) > 1 for t in together):
            return False
    return True


def _sites_moved(live: LiveLayout) -> list[Issue]:
    """Return the zones that were moved by hand away from the school whose site they hold, which no plan may do."""
    problem, moved, other = live.problem, _zones_moved(live), elsewhere(live.problem)
    wrong = []
    for unit, zone in own_homes(problem).items():
        s = problem.stages.index(str(problem.units["stage"].iat[unit]))
        now = int(live.state.unit_of[s, zone])
        if (s, zone) in moved and now not in (unit, other.get(unit, unit)) and not problem.switched[unit]:
            names = {
                name: str(problem.units["name"].iat[u]) for name, u in (("school", unit), ("other", now))
            }
            (called,) = live.zone_names([str(problem.zones[zone])])
            wrong.append(Issue("editing.locking.site_moved", "", value=called, **names))
    return wrong


def _moved(live: LiveLayout) -> Locks:
    """Return locks on every zone that was moved by hand, at the unit it is with now."""
    problem, units = live.problem, live.problem.units["unit"].astype(str).to_numpy()
    found: dict[str, tuple[str, ...]] = {}
    for s, z in sorted(_zones_moved(live)):
        name = str(problem.zones[z])
        found[name] = (*found.get(name, ()), str(units[live.state.unit_of[s, z]]))
    return Locks(zones=found)


def _zones_moved(live: LiveLayout) -> set[tuple[int, int]]:
    """Return the (stage, zone) that a step in force, or a settled one, moved and that are there still; shared zones are given."""
    problem, units = live.problem, live.problem.units["unit"].astype(str).to_numpy()
    stage = {name: s for s, name in enumerate(problem.stages)}
    moved = {(s, z) for s, zones in live.moved().items() for z in zones if not live.ground.is_shared[s, z]}
    for step in live.journal.earlier:
        s, at = stage.get(step.move.stage, -1), [live.ground.zone_at.get(z, -1) for z in step.move.zones]
        moved |= {
            (s, z)
            for z in at
            if s >= 0
            and z >= 0
            and not live.ground.is_shared[s, z]
            and units[live.state.unit_of[s, z]] == step.move.unit
        }
    return moved


def _frozen_now(live: LiveLayout, wanted: Locks) -> Locks:
    problem = live.problem
    if not wanted.frozen:
        return Locks()
    now = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    for row in live.state.unit_of:
        now[np.arange(problem.n_zones), row] = True
    for shared in problem.shared:
        now[shared.zone, list(shared.units)] = True
    told = problem.scenario.model_copy(update={"locks": Locks(frozen=wanted.frozen)})
    held: HeldLocks = held_locks(live.district, told, problem.units, list(problem.zones), now, problem.shared)
    zones: dict[str, tuple[str, ...]] = {}
    away: dict[str, tuple[str, ...]] = {}
    for lock in held.every:
        unit, given = str(problem.units["unit"].iat[lock.unit]), set(problem.shared_in(lock.stage).tolist())
        mine = set(lock.zones)
        for z, name in enumerate(problem.zones.astype(str)):
            if z not in given:
                table = zones if z in mine else away
                table[name] = (*table.get(name, ()), unit)
    return Locks.model_validate({"zones": zones, "not": away})


def _joined(*parts: Locks) -> Locks:
    """Return the locks of all parts together."""
    tables: dict[str, dict[str, tuple[str, ...]]] = {"zones": {}, "not": {}}
    for part in parts:
        for key, table in (("zones", part.zones), ("not", part.not_)):
            for name, units in table.items():
                tables[key][name] = tuple(dict.fromkeys((*tables[key].get(name, ()), *units)))
    listed = {
        key: [one for part in parts for one in getattr(part, key)] for key in ("frozen", "together", "apart")
    }
    return Locks.model_validate({**tables, **listed})
