"""Turn resources into numbers of pupils: how many a unit can have before an indicator falls below its standard."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planning.district import District
from planning.standards import Profile

TEACHERS = ("A1", "A2", "A3")  # counted by stage; facilities are shared by weighted pupils


@dataclass(frozen=True)
class ResourceLimit:
    """One resource of one unit: at most ``pupils`` weighted pupils keep it at its standard.

    ``beyond`` weighted pupils (senior ones) share the facilities but are not placed by the plan. ``weights`` maps unit positions to their weight in the denominator; ``projects`` lists (project position, pupils
    by which the project raises the limit).
    """

    indicator: str
    pupils: float
    beyond: float
    weights: tuple[tuple[int, float], ...]
    projects: tuple[tuple[int, float], ...]


def resource_limits(
    district: District, profile: Profile, units: pd.DataFrame, projects: pd.DataFrame
) -> tuple[tuple[ResourceLimit, ...], ...]:
    """Return the limits of every unit, empty where a unit has no resources on record.

    Source: A1–A7, S:93–S:137; shares of integrated schools 1 : 1.1 (standards.md §1).
    """
    resources = {
        name: _Recorded.of(district, units, projects, profile.resources[name].column)
        for name in profile.resources
    }
    return tuple(
        tuple(
            limit
            for name in profile.resources
            if (limit := _limit(name, u, resources[name], profile)) is not None
        )
        for u in range(len(units))
    )


@dataclass(frozen=True)
class _Recorded:
    """What is on record of one resource, read once for all units: amounts, units and what projects add."""

    amounts: dict[tuple[str, str], float]
    units: list[tuple[str, str, str]]
    senior: dict[str, float]
    raised: dict[int, list[tuple[int, float]]]

    @classmethod
    def of(cls, district: District, units: pd.DataFrame, projects: pd.DataFrame, column: str) -> _Recorded:
        table, schools = district.resources, district.schools
        amounts = zip(table["school"], table["stage"], table[column], strict=True)
        raised: dict[int, list[tuple[int, float]]] = {}
        added = zip(projects["unit"], projects["kind"], projects[column], strict=True)
        for k, (unit, kind, amount) in enumerate(added):
            if kind != "closure" and pd.notna(amount) and pd.notna(unit):
                raised.setdefault(int(unit), []).append((k, float(amount)))
        return cls(
            {(str(s), str(t)): float(a) for s, t, a in amounts if pd.notna(a)},
            [(str(s), str(t), str(k)) for s, t, k in zip(units["school"], units["stage"], units["kind"], strict=True)],
            {str(s): float(n) for s, n in zip(schools["school"], schools["senior_pupils"].fillna(0), strict=True)},
            raised,
        )  # fmt: skip


def _limit(name: str, u: int, recorded: _Recorded, profile: Profile) -> ResourceLimit | None:
    school, stage, kind = recorded.units[u]
    standard = profile.resources[name]
    own, shared = recorded.amounts.get((school, stage)), recorded.amounts.get((school, "shared"))
    raised = recorded.raised.get(u, [])
    if own is None and shared is None and not raised:
        return None
    threshold = standard.threshold(stage)
    weights = profile.split_weights.get(kind, {})
    if name not in TEACHERS and own is None and shared is not None and weights:
        return _shared_limit(name, u, shared, (standard.per, threshold), weights, recorded)
    amount = (own or 0.0) + (shared or 0.0)
    return ResourceLimit(
        name, amount * standard.per / threshold, 0.0, ((u, 1.0),),
        tuple((k, added * standard.per / threshold) for k, added in raised),
    )  # fmt: skip


def _shared_limit(
    name: str, u: int, shared: float, asked: tuple[int, float], weights: dict[str, float], recorded: _Recorded
) -> ResourceLimit:
    school, stage, _ = recorded.units[u]
    per, threshold = asked
    mine = weights.get(stage, 1.0) * per / threshold
    siblings = [(v, weights.get(t, 1.0)) for v, (s, t, _) in enumerate(recorded.units) if s == school]
    return ResourceLimit(
        name,
        shared * mine,
        weights.get("senior", 0.0) * recorded.senior.get(school, 0.0),
        tuple(siblings),
        tuple((k, added * mine) for k, added in recorded.raised.get(u, [])),
    )
