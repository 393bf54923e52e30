"""Put an answer into the tables of a Layout, and take it out of them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import IntArray
from planning.errors import Issue, LayoutError
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell, each
from planning.zoning.answer.layout import Answer, plan_tables, rooms_of
from planning.zoning.answer.summary import summarise
from planning.zoning.declare import Family, PlanTables
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.borders import neighbour_table
from planning.zoning.rules.class_size import CLASSES
from planning.zoning.rules.overflow import OVERFLOW
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.shared import SHARE
from planning.zoning.rules.small_schools import CLOSED

Values = dict[tuple[Any, ...], float]


SOLVER_FIGURES = (
    "objective", "seconds", "stating_seconds", "solver", "stopped_by", "engine_parameters", "objective_parts",
)  # fmt: skip
"""Keys of a summary that tell of the solve itself, not of the layout."""


def solver_figures(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a summary tells of its solve, for a layout that is made again from the same answer."""
    return {key: summary[key] for key in SOLVER_FIGURES if key in summary}


def layout_of(
    problem: ZoningProblem, answer: Answer, solved: Mapping[str, Any], *, tables: PlanTables | None = None
) -> Layout:
    """Return an answer as a Layout.

    Parameters
    ----------
    problem, answer : ZoningProblem, Answer
        What was asked, and what is decided.
    solved : mapping
        What ``summary.json`` says of how the answer was found: objective, bound, gap, solver …
    tables : PlanTables, optional
        The answer's tables, where they are made already.
    """
    tables = plan_tables(problem, answer) if tables is None else tables
    return Layout(
        name=problem.scenario.name,
        scenario=problem.scenario.as_data(),
        assignment=tables.assignment,
        overflow=tables.overflow,
        shared=tables.shared,
        units=tables.units,
        projects=tables.projects,
        summary=summarise(problem, tables, solved),
        neighbours=neighbour_table(problem),
    )


def answer_of(problem: ZoningProblem, layout: Layout) -> Answer:
    """Return the answer that a layout's tables hold; :func:`layout_of` gives the tables again.

    Raises
    ------
    LayoutError
        If the layout answers another problem: zones, units or years that the problem does not have, or the other way round.
    """
    unit = {str(u): j for j, u in enumerate(problem.units["unit"])}
    unit_of = _catchments(problem, layout, unit)
    zoned = layout.units[layout.units["unit"].isin(list(unit))]
    if set(zoned["unit"]) != set(unit) or set(zoned["year"].astype(int)) != set(problem.years):
        raise LayoutError([_other_problem(layout, Text("zoning.tabled.units_school_years"))])
    at = {year: t for t, year in enumerate(problem.years)}
    classes = {(unit[r.unit], int(r.grade), at[int(r.year)]): float(r.classes) for r in each(zoned)}
    flows = {
        (unit[r.from_unit], unit[r.to_unit], int(r.grade), at[int(r.year)]): float(r.pupils)
        for r in each(layout.overflow)
    }
    values: dict[Family, Values] = {
        CLASSES: classes,
        OVERFLOW: flows,
        SHARE: _shares(problem, layout, unit),
        BUILT: _built(problem, layout),
    }
    values[CLOSED] = _closed(problem, zoned, Answer(unit_of, dict(values)))
    return Answer(unit_of, values)


def _catchments(problem: ZoningProblem, layout: Layout, unit: Mapping[str, int]) -> IntArray:
    zone = {str(z): i for i, z in enumerate(problem.zones)}
    stage = {s: k for k, s in enumerate(problem.stages)}
    table = layout.assignment
    known = (
        table["zone"].isin(list(zone)) & table["unit"].isin(list(unit)) & table["stage"].isin(problem.stages)
    )
    found = np.full((len(problem.stages), problem.n_zones), -1, dtype=np.int64)
    rows = table[known]
    found[rows["stage"].map(stage), rows["zone"].map(zone)] = rows["unit"].map(unit)
    for given in problem.shared:
        found[given.stage, given.zone] = given.units[0]
    if not known.all() or (found < 0).any():
        raise LayoutError([_other_problem(layout, Text("zoning.tabled.zones"))])
    return found


def _shares(problem: ZoningProblem, layout: Layout, unit: Mapping[str, int]) -> Values:
    """Return how shared zones are divided, 0 where the table has no row."""
    of = {
        (problem.stages[given.stage], str(problem.zones[given.zone])): k
        for k, given in enumerate(problem.shared)
    }
    years = {year: t for t, year in enumerate(problem.years)}
    found: Values = {
        (k, u, g, t): 0.0
        for k, given in enumerate(problem.shared)
        for u in given.units
        for g in problem.grades(problem.stages[given.stage])
        for t in range(len(problem.years))
    }
    for row in each(layout.shared):
        u = unit.get(str(row.unit), -1)
        k = of.get((str(cell(problem.units, "stage", u)), str(row.zone)), -1) if u >= 0 else -1
        key = (k, u, int(row.grade), years.get(int(row.year), -1))
        if key not in found:
            raise LayoutError([_other_problem(layout, Text("zoning.tabled.shared_zones"))])
        found[key] = float(row.pupils)
    return found


def _built(problem: ZoningProblem, layout: Layout) -> Values:
    built = layout.projects[layout.projects["built"].astype(bool)]
    since = dict(zip(built["project"].astype(str), built["year"].astype(int), strict=True))
    return {
        (k, t): float(project in since and since[project] <= year)
        for k, project in enumerate(problem.projects["project"].astype(str))
        for t, year in enumerate(problem.years)
    }


def _closed(problem: ZoningProblem, zoned: pd.DataFrame, open_: Answer) -> Values:
    """Return the units that a built closure closes, and those that would have rooms but show none."""
    shown = zoned.groupby(["unit", "year"])["rooms"].max()
    closures = {
        (int(cell(problem.projects, "unit", k)), t)
        for (k, t), built in open_.of(BUILT).items()
        if built > 0.5 and cell(problem.projects, "kind", k) == "closure"
    }
    return {
        (u, t): 1.0
        for u, name in enumerate(problem.units["unit"].astype(str))
        for t, year in enumerate(problem.years)
        if (u, t) in closures or (shown[name, year] == 0 and rooms_of(problem, open_, u, t) > 0)
    }


def _other_problem(layout: Layout, what: Text) -> Issue:
    return Issue(
        "zoning.tabled.run_district_do_not_same",
        str(layout.path or layout.name),
        what=what,
    )
