"""Turn the values of the integer programme into a Layout whose tables agree with one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planning.layout import ASSIGNMENT_COLUMNS, OVERFLOW_COLUMNS, PROJECT_COLUMNS, UNIT_COLUMNS
from planning.tables import cell, each
from planning.zoning.problem import FloatArray, IntArray, ZoningProblem
from planning.zoning.rules.overflow import heirs_of
from planning.zoning.rules.school_size import limit_in

Values = Mapping[str, Mapping[tuple[Any, ...], float]]


@dataclass(frozen=True)
class Answer:
    """Whole-number values of the decisions: catchments, classes, pupils sent on, switches.

    ``unit_of`` is (n_stages, n_zones); ``values`` holds the rounded variables by family and key.
    """

    unit_of: IntArray
    values: Values


def assignment_table(problem: ZoningProblem, answer: Answer, units: pd.DataFrame) -> pd.DataFrame:
    """Return one row per zone and stage (``layout.ASSIGNMENT_COLUMNS``).

    ``overflow`` is the expected number of the zone's pupils sent elsewhere: the catchment's share, grade by grade.
    """
    sent = _sent_share(problem, _living(problem, answer), continuing_after(problem, answer), units)
    names = problem.units["unit"].to_numpy()
    rows = np.arange(problem.n_zones)
    parts = []
    for s, stage in enumerate(problem.stages):
        unit = answer.unit_of[s]
        grades = [g - 1 for g in problem.grades(stage)]
        now = problem.pupils[:, grades, 0]
        share = np.array([[sent.get((names[u], g + 1), 0.0) for g in grades] for u in unit])
        parts.append(
            pd.DataFrame(
                {
                    "zone": problem.zones,
                    "stage": stage,
                    "unit": names[unit],
                    "pupils": now.sum(axis=1).astype(np.int64),
                    "distance_m": np.round(problem.distance_m[rows, unit], 1),
                    "crosses_barrier": problem.crosses[rows, unit],
                    "overflow": np.round((now * share).sum(axis=1), 2),
                    "previous_unit": np.where(problem.current[s] >= 0, names[problem.current[s]], ""),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[list(ASSIGNMENT_COLUMNS)]


def overflow_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return the pupils of full catchments sent to other units (``layout.OVERFLOW_COLUMNS``)."""
    names = problem.units["unit"].tolist()
    rows = [
        (
            problem.years[t],
            g,
            names[u],
            names[v],
            int(value),
            round(float(problem.between_m[u, v]), 1),
            shared,
        )
        for family, shared in (("overflow", False), ("shared", True))
        for (u, v, g, t), value in answer.values.get(family, {}).items()
        if value > 0
    ]
    table = pd.DataFrame(rows, columns=list(OVERFLOW_COLUMNS))
    return table.sort_values(["year", "grade", "from_unit", "to_unit"], ignore_index=True)


def unit_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return one row per unit, year and grade (``layout.UNIT_COLUMNS``), units outside the zoning carried along."""
    living = _living(problem, answer)
    sitting = continuing_after(problem, answer)
    rows: list[tuple[object, ...]] = []
    for u, unit in enumerate(each(problem.units)):
        s = problem.stages.index(unit.stage)
        for t, year in enumerate(problem.years):
            rooms = rooms_of(problem, answer, u, t)
            for g in problem.grades(unit.stage):
                out = _flow(answer, u, g, t, 0)
                into = _flow(answer, u, g, t, 1)
                divided = _flow(answer, u, g, t, 1, "shared") - _flow(answer, u, g, t, 0, "shared")
                own = int(living[u, g - 1, t] + sitting[u, g - 1, t]) - out + divided
                cap = int(problem.caps[s, g - 1, t])
                classes = int(answer.values["classes"][u, g, t])
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
    limits = _school_limits(problem, answer)
    table["school_limit"] = [limits[key] for key in zip(table["school"], table["year"], strict=True)]
    whole = pd.concat([table, _carried_table(problem)], ignore_index=True)
    total = whole.groupby(["school", "year"])["pupils"].transform("sum")
    limit = whole.groupby(["school", "year"])["school_limit"].transform("max")
    whole["oversize"] = (total - limit).clip(lower=0).astype(np.int64)
    whole = whole.sort_values(["unit", "year", "grade"], ignore_index=True)
    return whole[list(UNIT_COLUMNS)]


def _school_limits(problem: ZoningProblem, answer: Answer) -> dict[tuple[str, int], float]:
    """Return the size limit of every school by year: that of a nine-year school once it is one."""
    built = answer.values["built"]
    return {
        (str(school), year): limit_in(problem, np.asarray(rows), lambda k, t=t: built.get((k, t), 0) > 0.5)  # type: ignore[misc]
        for school, rows in problem.units.groupby("school", sort=False).indices.items()
        for t, year in enumerate(problem.years)
    }


def project_table(problem: ZoningProblem, answer: Answer) -> pd.DataFrame:
    """Return what is built and from which school year it is in use (``layout.PROJECT_COLUMNS``)."""
    rows: list[tuple[object, ...]] = []
    for k, project in enumerate(each(problem.projects)):
        years = [y for t, y in enumerate(problem.years) if answer.values["built"].get((k, t), 0) > 0.5]
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
    if answer.values.get("closed", {}).get((unit, t), 0) > 0.5:
        return 0
    rooms = int(cell(problem.units, "rooms", unit))
    for k in np.flatnonzero((problem.projects["unit"] == unit).to_numpy()):
        if (
            cell(problem.projects, "kind", k) != "closure"
            and answer.values["built"].get((int(k), t), 0) > 0.5
        ):
            rooms += int(cell(problem.projects, "rooms", k))
    return rooms


def continuing_after(problem: ZoningProblem, answer: Answer) -> FloatArray:
    """Return the pupils who stay, those of closed units counted where they are taken in."""
    sitting = problem.continuing.copy()
    heirs = heirs_of(problem)
    for (u, t), value in answer.values.get("closed", {}).items():
        if value > 0.5 and u in heirs:
            sitting[heirs[u], :, t] += problem.continuing[u, :, t]
            sitting[u, :, t] = 0.0
    return sitting


def _living(problem: ZoningProblem, answer: Answer) -> FloatArray:
    living = np.zeros((len(problem.units), 9, len(problem.years)))
    for s, stage in enumerate(problem.stages):
        rows = [g - 1 for g in problem.grades(stage)]
        for r in rows:
            np.add.at(living[:, r, :], answer.unit_of[s], problem.pupils[:, r, :])
    return living


def _flow(answer: Answer, unit: int, grade: int, t: int, end: int, family: str = "overflow") -> int:
    return int(
        sum(
            v
            for k, v in answer.values.get(family, {}).items()
            if k[end] == unit and k[2] == grade and k[3] == t
        )
    )


def _sent_share(
    problem: ZoningProblem, living: FloatArray, sitting: FloatArray, units: pd.DataFrame
) -> dict[tuple[str, int], float]:
    position = {u: j for j, u in enumerate(problem.units["unit"])}
    base = living[:, :, 0] + sitting[:, :, 0]
    first = units[(units["year"] == problem.years[0]) & (units["overflow_out"] > 0)]
    return {
        (str(r.unit), int(r.grade)): r.overflow_out / base[position[r.unit], int(r.grade) - 1]
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
