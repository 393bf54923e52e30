"""Turn the values of the integer programme into a Layout whose tables agree with one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import FloatArray, IntArray
from planning.layout import (
    ASSIGNMENT_COLUMNS,
    OVERFLOW_COLUMNS,
    PROJECT_COLUMNS,
    SHARED_COLUMNS,
    UNIT_COLUMNS,
)
from planning.tables import cell, each
from planning.zoning.declare import Family, PlanTables
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW, heirs_of
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.school_size import limit_in
from planning.zoning.rules.shared import SHARE
from planning.zoning.rules.small_schools import CLOSED

Values = Mapping[Family, Mapping[tuple[Any, ...], float]]


@dataclass(frozen=True)
class Answer:
    """Whole-number values of the decisions: catchments, classes, pupils sent on, switches.

    ``unit_of`` is (n_stages, n_zones); ``values`` holds the rounded variables by family and key.
    """

    unit_of: IntArray
    values: Values

    def of(self, family: Family) -> Mapping[tuple[Any, ...], float]:
        """Return the values of a family by key (empty where its rule is off)."""
        return self.values.get(family, {})


def plan_tables(problem: ZoningProblem, answer: Answer) -> PlanTables:
    """Return every table of an answer."""
    units = unit_table(problem, answer)
    return PlanTables(
        assignment=assignment_table(problem, answer, units),
        units=units,
        zoned=units[units["unit"].isin(problem.units["unit"])],
        overflow=overflow_table(problem, answer),
        shared=shared_table(problem, answer),
        projects=project_table(problem, answer),
        unit_of=answer.unit_of,
    )


def assignment_table(problem: ZoningProblem, answer: Answer, units: pd.DataFrame) -> pd.DataFrame:
    """Return one row per zone and stage, of a shared zone one per unit (``layout.ASSIGNMENT_COLUMNS``).

    ``overflow`` is the expected number of the zone's pupils sent elsewhere: the catchment's share, grade by grade.
    """
    sent = _sent_share(problem, living_in(problem, answer), continuing_after(problem, answer), units)
    names = problem.units["unit"].to_numpy()
    previous = _previous(problem)
    parts = []
    for s, stage in enumerate(problem.stages):
        zone, unit, now = _pairs(problem, answer, s)
        share = np.array([[sent.get((names[u], g), 0.0) for g in problem.grades(stage)] for u in unit])
        pupils, living = now.sum(axis=1), problem.pupils[zone][:, problem.rows(stage), 0]
        ways = np.bincount(zone, minlength=problem.n_zones)[zone]
        total = living.sum(axis=1)
        part = np.divide(pupils, total, out=1.0 / ways, where=total > 0)
        parts.append(
            pd.DataFrame(
                {
                    "zone": problem.zones[zone],
                    "stage": stage,
                    "unit": names[unit],
                    "pupils": pupils.astype(np.int64),
                    "distance_m": np.round(problem.distance_m[zone, unit], 1),
                    "crosses_barrier": problem.crosses[zone, unit],
                    "overflow": np.round((now * share).sum(axis=1), 2),
                    "previous_unit": previous[s][zone],
                    "share": np.round(part, 6),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[list(ASSIGNMENT_COLUMNS)]


def _pairs(problem: ZoningProblem, answer: Answer, s: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Return zone and unit of every pair of a stage that is used, and its pupils by grade in the first year (n, n_grades)."""
    named = {z.zone: k for k, z in enumerate(problem.shared) if z.stage == s}
    stands = standing_units(problem, answer)
    grades = problem.grades(problem.stages[s])
    rows: list[tuple[int, int, list[float]]] = []
    for z in range(problem.n_zones):
        k = named.get(z, -1)
        if k < 0:
            rows.append(
                (z, int(answer.unit_of[s, z]), [float(problem.pupils[z, problem.row(g), 0]) for g in grades])
            )
            continue
        rows += [(z, u, parts) for u, parts in shared_parts(problem, answer, k, stands)]
    return (
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=float),
    )


def shared_parts(
    problem: ZoningProblem, answer: Answer, k: int, stands: list[bool]
) -> list[tuple[int, list[float]]]:
    """Return the units of a shared zone that stand or have pupils of it, with these by grade in the first year; one unit at least."""
    zone = problem.shared[k]
    grades, share = problem.grades(problem.stages[zone.stage]), answer.of(SHARE)
    parts = {u: [float(share.get((k, u, g, 0), 0)) for g in grades] for u in zone.units}
    open_ = [u for u in zone.units if stands[u] or any(parts[u])] or [zone.units[0]]
    return [(u, parts[u]) for u in open_]


def standing_units(problem: ZoningProblem, answer: Answer) -> list[bool]:
    """Return which units stand in the last year of the plan."""
    last = len(problem.years) - 1
    built = {p: answer.of(BUILT).get((k, last), 0) > 0.5 for k, p in enumerate(problem.projects["project"])}
    shut = answer.of(CLOSED)
    return [
        (not project or built.get(project, False)) and shut.get((u, last), 0) < 0.5
        for u, project in enumerate(problem.units["project"])
    ]


def _previous(problem: ZoningProblem) -> list[np.ndarray[Any, np.dtype[np.object_]]]:
    """Return today's units of every zone by stage, several joined by ``;``, the reference first."""
    names = problem.units["unit"].astype(str).to_numpy()
    found = []
    for s, stage in enumerate(problem.stages):
        of_stage = problem.units_of(stage)
        text = np.full(problem.n_zones, "", dtype=object)
        for z in np.flatnonzero(problem.today[:, of_stage].any(axis=1)):
            members = sorted(
                of_stage[problem.today[z, of_stage]], key=lambda u: (u != problem.current[s, z], names[u])
            )
            text[z] = ";".join(names[members])
        found.append(text)
    return found


def shared_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return how the pupils of shared zones are divided (``layout.SHARED_COLUMNS``), a row for every unit named."""
    names = problem.units["unit"].tolist()
    rows = [
        (problem.zones[problem.shared[k].zone], names[u], problem.years[t], g, int(value))
        for (k, u, g, t), value in answer.of(SHARE).items()
    ]
    table = pd.DataFrame(rows, columns=list(SHARED_COLUMNS))
    return table.sort_values(["year", "grade", "zone", "unit"], ignore_index=True)


def overflow_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return the pupils of full catchments sent to other units (``layout.OVERFLOW_COLUMNS``)."""
    names = problem.units["unit"].tolist()
    rows = [
        (problem.years[t], g, names[u], names[v], int(value), round(float(problem.between_m[u, v]), 1))
        for (u, v, g, t), value in answer.of(OVERFLOW).items()
        if value > 0
    ]
    table = pd.DataFrame(rows, columns=list(OVERFLOW_COLUMNS))
    return table.sort_values(["year", "grade", "from_unit", "to_unit"], ignore_index=True)


def unit_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return one row per unit, year and grade (``layout.UNIT_COLUMNS``), units outside the zoning carried along."""
    living = living_in(problem, answer)
    sitting = continuing_after(problem, answer)
    sent, taken = _flows(answer, 0), _flows(answer, 1)
    rows: list[tuple[object, ...]] = []
    for u, unit in enumerate(each(problem.units)):
        s = problem.stages.index(unit.stage)
        for t, year in enumerate(problem.years):
            rooms = rooms_of(problem, answer, u, t)
            for g in problem.grades(unit.stage):
                out, into = sent.get((u, g, t), 0), taken.get((u, g, t), 0)
                r = problem.row(g)
                own = int(living[u, r, t] + sitting[u, r, t]) - out
                cap = int(problem.caps[s, r, t])
                classes = int(answer.of(CLASSES)[u, g, t])
                rows.append(
                    (
                        unit.unit,
                        unit.school,
                        unit.stage,
                        year,
                        g,
                        own + into,
                        own,
                        into,
                        out,
                        classes,
                        cap,
                        rooms,
                    )
                )
    names = [
        "unit",
        "school",
        "stage",
        "year",
        "grade",
        "pupils",
        "own",
        "overflow_in",
        "overflow_out",
        "classes",
        "cap",
        "rooms",
    ]
    table = pd.DataFrame(rows, columns=names)
    table["seats"] = table["classes"] * table["cap"]
    table["shortage"] = (table["pupils"] - table["seats"]).clip(lower=0)
    limits = school_limits(problem, answer)
    table["school_limit"] = [limits[key] for key in zip(table["school"], table["year"], strict=True)]
    whole = pd.concat([table, _carried_table(problem)], ignore_index=True)
    total = whole.groupby(["school", "year"])["pupils"].transform("sum")
    keys = zip(whole["school"], whole["year"], strict=True)
    limit = pd.Series([limits.get(key, own) for key, own in zip(keys, whole["school_limit"], strict=True)])
    whole["oversize"] = (total - limit).clip(lower=0).astype(np.int64)
    whole = whole.sort_values(["unit", "year", "grade"], ignore_index=True)
    return whole[list(UNIT_COLUMNS)]


def school_limits(problem: ZoningProblem, answer: Answer) -> dict[tuple[str, int], float]:
    """Return the size limit of every school by year: that of a nine-year school once it is one."""
    built = answer.of(BUILT)
    return {
        (str(school), year): limit_in(problem, np.asarray(rows), lambda k, t=t: built.get((k, t), 0) > 0.5)  # type: ignore[misc]
        for school, rows in problem.units.groupby("school", sort=False).indices.items()
        for t, year in enumerate(problem.years)
    }


def project_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return what is built and from which school year it is in use (``layout.PROJECT_COLUMNS``)."""
    rows: list[tuple[object, ...]] = []
    for k, project in enumerate(each(problem.projects)):
        years = [y for t, y in enumerate(problem.years) if answer.of(BUILT).get((k, t), 0) > 0.5]
        rows.append(
            (
                project.project, project.name, project.kind, project.school, project.stage, bool(years),
                max(years[0], int(project.open_year)) if years and len(problem.years) > 1 else (int(project.open_year) if years else pd.NA),
                int(project.rooms), float(project.cost_yuan),
            )
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(PROJECT_COLUMNS))
    table["built"] = table["built"].astype(bool)
    table["year"] = table["year"].astype("Int64")
    return table


def rooms_of(problem: ZoningProblem, answer: Answer, unit: int, t: int) -> int:
    """Return the classrooms of a unit in a year: its own, those of built projects, none when closed."""
    if answer.of(CLOSED).get((unit, t), 0) > 0.5:
        return 0
    rooms = int(cell(problem.units, "rooms", unit))
    for k in np.flatnonzero((problem.projects["unit"] == unit).to_numpy()):
        if cell(problem.projects, "kind", k) != "closure" and answer.of(BUILT).get((int(k), t), 0) > 0.5:
            rooms += int(cell(problem.projects, "rooms", k))
    return rooms


def continuing_after(problem: ZoningProblem, answer: Answer) -> FloatArray:
    """Return the pupils who stay, those of closed units counted where they are taken in."""
    sitting = problem.continuing.copy()
    heirs = heirs_of(problem)
    for (u, t), value in answer.of(CLOSED).items():
        if value > 0.5 and u in heirs:
            sitting[heirs[u], :, t] += problem.continuing[u, :, t]
            sitting[u, :, t] = 0.0
    return sitting


def living_in(problem: ZoningProblem, answer: Answer) -> FloatArray:
    """Return the pupils placed in every catchment (n_units, n_grades, n_years): whole zones, and what shared zones send."""
    living = np.zeros((len(problem.units), problem.school_grades.count, len(problem.years)))
    whole = problem.whole(problem.pupils)
    for s, stage in enumerate(problem.stages):
        rows = problem.rows(stage)
        for r in rows:
            np.add.at(living[:, r, :], answer.unit_of[s], whole[:, r, :])
    for (_, u, g, t), value in answer.of(SHARE).items():
        living[u, problem.row(g), t] += value
    return living


def _flows(answer: Answer, end: int) -> dict[tuple[int, int, int], int]:
    """Return the pupils who are sent (``end`` 0: by whom, 1: to whom), by unit, grade and year."""
    total: dict[tuple[int, int, int], float] = defaultdict(float)
    for key, value in answer.of(OVERFLOW).items():
        total[key[end], key[2], key[3]] += value
    return {key: int(value) for key, value in total.items()}


def _sent_share(
    problem: ZoningProblem, living: FloatArray, sitting: FloatArray, units: pd.DataFrame
) -> dict[tuple[str, int], float]:
    position = {u: j for j, u in enumerate(problem.units["unit"])}
    base = living[:, :, 0] + sitting[:, :, 0]
    first = units[(units["year"] == problem.years[0]) & (units["overflow_out"] > 0)]
    return {
        (str(r.unit), int(r.grade)): r.overflow_out / base[position[r.unit], problem.row(int(r.grade))]
        for r in each(first)
    }


def _carried_table(problem: ZoningProblem) -> pd.DataFrame:
    carried = problem.carried.assign(
        cap=lambda table: table["stage"].map(problem.profile.class_cap).astype(np.int64),
        own=lambda table: table["pupils"],
        overflow_in=0,
        overflow_out=0,
    )
    carried["seats"] = carried["classes"] * carried["cap"]
    carried["shortage"] = (carried["pupils"] - carried["seats"]).clip(lower=0)
    return pd.concat([carried.assign(year=year) for year in problem.years])
