"""Keep every school within its size, over both stages of an integrated school.

    Σ_{u of s} Σ_g attending[u,g,t] ≤ limit[s] + Σ_k more[s] · built[k,t] + oversize[s,t]

A school becomes a nine-year school, with its larger limit, only when the project that makes it one is in use.

Source: B4, 教督〔2017〕6号; S:163, S:243: 2000 pupils, 2500 for nine- and twelve-year schools.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pulp

from planning.tables import cell
from planning.zoning.declare import Family
from planning.zoning.model import ZoningModel
from planning.zoning.problem import IntArray, ZoningProblem
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT

OVERSIZE = Family("oversize", "violation", ("school", "year"))
"""Pupils above the size of a school."""
VIOLATED = OVERSIZE
"""A scenario may call the rule hard; this says by how much it is broken."""


def add(model: ZoningModel) -> None:
    """Add the variables, rows and prices of this rule."""
    problem = model.problem
    attending, years = model.family(ATTENDING), len(problem.years)
    for school, rows in problem.units.groupby("school", sort=False).indices.items():
        elsewhere = problem.carried.loc[problem.carried["school"] == school, "pupils"].sum()
        limit, more = _limit(problem, np.asarray(rows))
        limit -= float(elsewhere)
        for t in range(years):
            oversize = model.add(OVERSIZE, (school, t))
            pupils = [
                (attending[int(u), g, t], 1.0)
                for u in rows
                for g in problem.grades(str(cell(problem.units, "stage", u)))
            ]
            grown = [(model.family(BUILT)[k, t], -added) for k, added in more]
            model.require(
                pulp.LpAffineExpression([*pupils, *grown, (oversize, -1.0)]) <= limit,
                f"school_size_{school}_{t}",
            )
            model.price(
                "oversize",
                [(oversize, model.violation_price("school_size", problem.scenario.prices.oversize) / years)],
            )


def _limit(problem: ZoningProblem, rows: IntArray) -> tuple[float, list[tuple[int, float]]]:
    """Return the limit of a school as it stands, and by how much each project that adds a stage raises it."""
    units = problem.units.iloc[rows]
    standing = units["project"] == ""
    limit = float(units.loc[standing if standing.any() else units.index, "school_limit"].max())
    position = {p: k for k, p in enumerate(problem.projects["project"])}
    more = [
        (position[project], float(own) - limit)
        for project, own in zip(units["project"], units["school_limit"], strict=True)
        if project and own > limit
    ]
    return limit, more[:1]


def limit_in(problem: ZoningProblem, rows: IntArray, built: Callable[[int], bool]) -> float:
    """Return the limit of a school when ``built`` tells which projects are in use."""
    limit, more = _limit(problem, np.asarray(rows))
    return limit + sum(added for k, added in more if built(k))
