"""Keep every school within its size, over both stages of an integrated school.

    Σ_{u of s} Σ_g attending[u,g,t] ≤ limit[s] + more[s] · built[k,t] + oversize[s,t]       every k that its kind depends on

The limit follows the kind. A school becomes a nine-year (with senior classes a twelve-year) school, with that limit, only when the
project that makes it one is in use; a new school of two stages when both its projects are.

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
                [(oversize, model.violation_price("school_size", problem.scenario.prices.oversize) / years)],
            )


def _limit(problem: ZoningProblem, rows: IntArray) -> tuple[float, list[tuple[int, float]]]:
    """Return the limit of a school as it stands, and by how much it changes with projects: each of those listed is needed.

    The first project that adds a stage to a standing school changes its kind; a new school is a nine-year one with both its stages.
    """
    units = problem.units.iloc[rows]
    limit = float(units["limit_before"].max())
    position = {p: k for k, p in enumerate(problem.projects["project"])}
    more = [
        (position[project], float(own) - limit)
        for project, own in zip(units["project"], units["school_limit"], strict=True)
        if project and own != limit
    ]
    return limit, more if (units["project"] != "").all() and len(more) > 1 else more[:1]


def limit_in(problem: ZoningProblem, rows: IntArray, built: Callable[[int], bool]) -> float:
    """Return the limit of a school when ``built`` tells which projects are in use."""
    limit, more = _limit(problem, np.asarray(rows))
    return limit + (more[0][1] if more and all(built(k) for k, _ in more) else 0.0)
