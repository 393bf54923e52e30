"""Follow zones whose pupils several schools share (多校划片) when a move gives them to other ones: to one, to another pair, or a zone to a pair."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.district import District
from planning.editing.ground import Ground, with_sharing
from planning.scenario import Scenario
from planning.scenario.parts import SharedArea
from planning.zoning.answer.layout import Answer
from planning.zoning.build.build import reshared
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.shared import SHARE, apportioned

Sharing = Mapping[tuple[int, int], tuple[int, ...]]
"""Positions of the units that share a zone (:func:`several`), by position of stage and zone; zones of one unit are left out."""
_KEPT = 6


def sharing_of(problem: ZoningProblem) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return which units share which zones of a problem."""
    return {(z.stage, z.zone): z.units for z in problem.shared}


def several(problem: ZoningProblem, key: tuple[int, int], units: tuple[int, ...]) -> tuple[int, ...]:
    """Return units that share a zone in the order in which the problem has them, in ascending order where others share it there."""
    had = next((z.units for z in problem.shared if (z.stage, z.zone) == key), ())
    return had if set(had) == set(units) else tuple(sorted(set(units)))


class Grounds:
    """What no move changes, by who shares what; made when it is first asked for.

    Parameters
    ----------
    origin : Ground
        That of the plan before the first move.
    district : District
        The county, with the catchments in force.
    attending : int array (n_units, n_grades, n_years)
        Who attends in that plan: the pupils of a zone that is shared by hand are divided by the seats that are left beside them.
    """

    def __init__(self, origin: Ground, district: District, attending: IntArray) -> None:
        self.origin, self.district, self.attending = origin, district, attending
        self._first = sharing_of(origin.problem)
        self._known: dict[tuple[Any, ...], Ground] = {}

    def of(self, sharing: Sharing) -> Ground:
        """Return the ground on which these units share these zones."""
        if dict(sharing) == self._first:
            return self.origin
        key = tuple(sorted(sharing.items()))
        if key not in self._known:
            while len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = self._made(sharing)
        return self._known[key]

    def _made(self, sharing: Sharing) -> Ground:
        origin = self.origin.problem
        problem = reshared(origin, self.district, shared_scenario(origin, sharing))
        answer = self.origin.answer
        values = {**answer.values, SHARE: self._divided(problem)}
        return with_sharing(self.origin, problem, Answer(answer.unit_of, values))

    def _divided(self, problem: ZoningProblem) -> dict[tuple[Any, ...], float]:
        """Return how the pupils of shared zones are divided: as the plan has it where the same units share the zone, else by seats left."""
        had = self.origin.answer.of(SHARE)
        place = {(z.stage, z.zone): k for k, z in enumerate(self.origin.problem.shared)}
        found: dict[tuple[Any, ...], float] = {}
        for k, zone in enumerate(problem.shared):
            key = (zone.stage, zone.zone)
            if set(self._first.get(key, ())) == set(zone.units):
                for g in problem.grades(problem.stages[zone.stage]):
                    for t in range(len(problem.years)):
                        found.update({(k, u, g, t): had[place[key], u, g, t] for u in zone.units})
            else:
                weights = self._seats_left(zone.stage, zone.zone, zone.units)
                found.update(_by_weight(problem, k, weights))
        return found

    def _seats_left(self, s: int, zone: int, units: tuple[int, ...]) -> FloatArray:
        """Return what the units have room for beside the others (n_units_named, n_years); all their seats where none has any room."""
        ground, at = self.origin, list(units)
        rows = ground.rows_of[s]
        seats = (ground.rooms[at] * ground.caps[at][:, rows[0]]).astype(float)
        mine = np.zeros_like(seats)
        grades = ground.problem.grades(ground.problem.stages[s])
        if (s, zone) in self._first:
            k = [(z.stage, z.zone) for z in ground.problem.shared].index((s, zone))
            share = ground.answer.of(SHARE)
            for n, u in enumerate(units):
                for t in range(seats.shape[1]):
                    mine[n, t] = sum(share.get((k, u, g, t), 0.0) for g in grades)
        elif int(ground.answer.unit_of[s, zone]) in units:
            n = units.index(int(ground.answer.unit_of[s, zone]))
            mine[n] = ground.problem.pupils[zone][rows].sum(axis=0)
        left = np.maximum(0.0, seats - self.attending[at].sum(axis=1) + mine)
        steady = np.where(
            seats > 0, left.mean(axis=1, keepdims=True), 0.0
        )  # the same in all years: nobody changes school
        return np.where(steady.sum(axis=0) > 0, steady, np.where(seats.sum(axis=0) > 0, seats, 1.0))


def _by_weight(problem: ZoningProblem, k: int, weights: FloatArray) -> dict[tuple[Any, ...], float]:
    """Divide the pupils of a shared zone in whole numbers; cohorts stay together, those who join or leave them are divided alike."""
    zone = problem.shared[k]
    grades = problem.grades(problem.stages[zone.stage])
    found: dict[tuple[Any, ...], float] = {}
    for t in range(len(problem.years)):
        for g in grades:
            pupils = float(problem.pupils[zone.zone, problem.row(g), t])
            had = np.zeros(len(zone.units))
            if t and g > grades[0]:
                had = np.array([found[k, u, g - 1, t - 1] for u in zone.units])
            total = float(had.sum())
            share = weights[:, t] / weights[:, t].sum()
            parts = had + apportioned((pupils - total) * share) if pupils >= total else None
            if parts is None:
                parts = np.minimum(had, apportioned(had * (pupils / total)))
            found.update({(k, u, g, t): float(n) for u, n in zip(zone.units, parts, strict=True)})
    return found


def shared_scenario(problem: ZoningProblem, sharing: Sharing) -> Scenario:
    """Return the scenario of a problem that names every shared zone with its units, so that it is read as it is meant."""
    names, zones = problem.units["unit"].astype(str).tolist(), problem.zones.astype(str).tolist()
    groups: dict[tuple[int, ...], list[str]] = {}
    for (_, zone), units in sorted(sharing.items()):
        groups.setdefault(units, []).append(zones[zone])
    areas = tuple(
        SharedArea(zones=tuple(mine), units=tuple(names[u] for u in units)) for units, mine in groups.items()
    )
    return problem.scenario.model_copy(update={"shared": areas, "shared_today": False})


def changed_units(before: Ground, after: Ground) -> set[int]:
    """Return the units whose figures another sharing may change: those that share, or did, and those whose catchment hangs elsewhere now."""
    a, b = sharing_of(before.problem), sharing_of(after.problem)
    found = {
        u
        for key in a.keys() | b.keys()
        if a.get(key) != b.get(key)
        for u in (*a.get(key, ()), *b.get(key, ()))
    }
    return found | {u for u, (x, y) in enumerate(zip(before.roots, after.roots, strict=True)) if x != y}


def other_sharing(start: Mapping[str, Any], problem: ZoningProblem, district: District) -> ZoningProblem:
    """Return the problem with the shared zones of the scenario before the first move."""
    settings = {
        "shared": tuple(_entry(e) for e in start["shared"]),
        "shared_today": bool(start["shared_today"]),
    }
    scenario = problem.scenario.model_copy(update=settings)
    if scenario == problem.scenario:
        return problem
    found = reshared(problem, district, scenario)
    return dataclasses.replace(found, scenario=scenario)


def _entry(data: Any) -> tuple[str, ...] | SharedArea:
    if isinstance(data, Mapping):
        return SharedArea(zones=tuple(map(str, data["zones"])), units=tuple(map(str, data["units"])))
    return tuple(map(str, data))
