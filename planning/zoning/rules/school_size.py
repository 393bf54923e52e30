"""Keep every school within its size, over both stages of an integrated school.

    Σ_{u of s} Σ_g attending[u,g,t] ≤ limit[s] + more[s] · built[k,t] + oversize[s,t]       every k that its kind depends on

The limit follows the kind. A school becomes a nine-year (with senior classes a twelve-year) school, with that limit, only when the
project that makes it one is in use; a new school of two stages when both its projects are.

Source: B4, 教督〔2017〕6号; S:163, S:243: 2000 pupils, 2500 for nine- and twelve-year schools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import IntArray
from planning.errors import Issue
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell, each
from planning.zoning.declare import Family, PlanTables, Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT

OVERSIZE = Family("oversize", "violation", ("school", "year"))
"""Pupils above the size of a school."""


class SchoolSize(Rule):
    """A school keeps within its size."""

    name, words = "school_size", Text("zoning.rule.school_size")
    families = (OVERSIZE,)
    hardness = "choice"
    violated = OVERSIZE

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem = model.problem
        attending, years = model.family(ATTENDING), len(problem.years)
        for school, rows in problem.units.groupby("school", sort=False).indices.items():
            elsewhere = float(problem.carried.loc[problem.carried["school"] == school, "pupils"].sum())
            limit, more = _limit(problem, np.asarray(rows))
            for t in range(years):
                oversize = model.add(OVERSIZE, (school, t))
                pupils = [
                    (attending[int(u), g, t], 1.0)
                    for u in rows
                    for g in problem.grades(str(cell(problem.units, "stage", u)))
                ]
                for n, (k, added) in enumerate(more or [(-1, 0.0)]):
                    grown = [(model.family(BUILT)[k, t], -added)] if k >= 0 else []
                    model.require(
                        pulp.LpAffineExpression([*pupils, *grown, (oversize, -1.0)]) <= limit - elsewhere,
                        f"school_size_{school}_{t}_{n}",
                    )
                model.price(
                    "oversize",
                    [(oversize, model.violation_price(self, problem.scenario.prices.oversize) / years)],
                )

    def broken(self, problem: ZoningProblem, tables: PlanTables) -> Iterator[Issue]:
        """Yield every school and year above the size."""
        for row in each(tables.zoned[tables.zoned["oversize"] > 0].drop_duplicates(["school", "year"])):
            yield Issue(
                "zoning.school_size.pupils_over_limit",
                self.name,
                row=str(row.school),
                oversize=row.oversize,
                year=row.year,
            )

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Count the schools above their size."""
        return {"schools_over_size": int(tables.units[tables.units["oversize"] > 0]["school"].nunique())}

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield the first year in which the school would exceed its size."""
        school, name = cell(problem.units, "school", unit), str(cell(problem.units, "name", unit))
        limit = int(cell(problem.units, "school_limit", unit))
        coming = int(problem.stage_pupils(problem.stages[stage_index])[zone])
        for year in problem.years:
            table = layout.units[(layout.units["school"] == school) & (layout.units["year"] == year)]
            over = int(table["pupils"].sum()) + coming - limit
            if over > 0 and coming:
                yield Reason.of(
                    self.name,
                    Text(
                        "zoning.school_size.school_would_pupils_more_than", over=over, limit=limit, year=year
                    ),
                    year=year,
                    seats=over,
                    mend=Text("zoning.school_size.move_other_pupils_out", over=over, name=name),
                    about="seats",
                )
                return


RULE = SchoolSize()


def _limit(problem: ZoningProblem, rows: IntArray) -> tuple[float, list[tuple[int, float]]]:
    """Return the limit of a school as it stands, and by how much it changes with projects: each of those listed is needed.

    The first project that adds a stage to a standing school changes its kind; a new school is a nine-year one with both its stages.
    """
    before, after, by = (
        problem.units[c].to_numpy()[rows] for c in ("limit_before", "school_limit", "project")
    )
    limit = float(before.max())
    adds = [
        (project, float(own) - limit)
        for project, own in zip(by, after, strict=True)
        if project and own != limit
    ]
    known = problem.projects["project"].tolist() if adds else []
    more = [(known.index(project), added) for project, added in adds]
    return limit, more if (by != "").all() and len(more) > 1 else more[:1]


def limit_in(problem: ZoningProblem, rows: IntArray, built: Callable[[int], bool]) -> float:
    """Return the limit of a school when ``built`` tells which projects are in use."""
    limit, more = _limit(problem, np.asarray(rows))
    return limit + (more[0][1] if more and all(built(k) for k, _ in more) else 0.0)
