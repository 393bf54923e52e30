"""Turn resources into numbers of pupils: how many a unit can have before an indicator falls below its standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from planning.district import District
from planning.standards import Profile
from planning.tables import cell

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
    table = district.resources.set_index(["school", "stage"])
    senior = district.schools.set_index("school")["senior_pupils"].fillna(0)
    return tuple(
        tuple(
            limit
            for name in profile.resources
            if (limit := _limit(name, u, table, senior, profile, units, projects)) is not None
        )
        for u in range(len(units))
    )


def _limit(
    name: str,
    u: int,
    table: pd.DataFrame,
    senior: pd.Series[float],
    profile: Profile,
    units: pd.DataFrame,
    projects: pd.DataFrame,
) -> ResourceLimit | None:
    school, stage, kind = (str(units[c].iat[u]) for c in ("school", "stage", "kind"))
    standard = profile.resources[name]
    own = _amount(table, school, stage, standard.column)
    shared = _amount(table, school, "shared", standard.column)
    weights = profile.split_weights.get(kind, {})
    raised = [
        (int(k), float(cell(projects, standard.column, k) or 0.0))
        for k in range(len(projects))
        if cell(projects, "unit", k) == u
        and cell(projects, "kind", k) != "closure"
        and pd.notna(cell(projects, standard.column, k))
    ]
    if own is None and shared is None and not raised:
        return None
    threshold = standard.threshold(stage)
    senior_pupils: Any = senior.get(school, 0)
    if name not in TEACHERS and own is None and shared is not None and weights:
        return _shared_limit(
            name, u, shared, threshold, standard.per, weights, float(senior_pupils), units, raised
        )
    amount = (own or 0.0) + (shared or 0.0)
    return ResourceLimit(
        name,
        amount * standard.per / threshold,
        0.0,
        ((u, 1.0),),
        tuple((k, added * standard.per / threshold) for k, added in raised),
    )


def _shared_limit(  # noqa: PLR0913 - one limit and what raises it
    name: str,
    u: int,
    shared: float,
    threshold: float,
    per: int,
    weights: dict[str, float],
    senior: float,
    units: pd.DataFrame,
    raised: list[tuple[int, float]],
) -> ResourceLimit:
    school, stage = cell(units, "school", u), str(cell(units, "stage", u))
    mine = weights.get(stage, 1.0) * per / threshold
    siblings = [
        (v, weights.get(str(cell(units, "stage", v)), 1.0))
        for v in range(len(units))
        if cell(units, "school", v) == school
    ]
    return ResourceLimit(
        name,
        shared * mine,
        weights.get("senior", 0.0) * senior,
        tuple(siblings),
        tuple((k, added * mine) for k, added in raised),
    )


def _amount(table: pd.DataFrame, school: str, stage: str, column: str) -> float | None:
    if (school, stage) not in table.index:
        return None
    value: Any = table.at[(school, stage), column]
    return None if pd.isna(value) else float(value)
