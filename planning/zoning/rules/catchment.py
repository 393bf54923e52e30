"""Count the pupils who live in every catchment, by grade and year.

    living[u,g,t] = Σ_i n[i,g,t] · x[i,u] + Σ_z d[z,u,g,t]              z: shared zones, which are divided (rule ``shared``)
    joining[u,g,t] = Σ_i max(0, n[i,g,t] − n[i,g−1,t−1]) · x[i,u] + …   who moved in since (rule ``staying``)

Every other rule reads ``living`` and ``joining`` and never ``x``, so a pair left out of the candidate list can be priced
exactly from these rows and the assignment rows alone (:meth:`planning.zoning.declare.model.ZoningModel.require_pairs`). Source: design.md §4 (pupils to be placed by catchment).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from planning.arrays import FloatArray
from planning.messages import Text
from planning.zoning.declare import Family, Rule
from planning.zoning.declare.model import Row, ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.shared import SHARE

LIVING = Family("living", "measure", ("unit", "grade", "year"))
"""Pupils who live in a catchment."""
JOINING = Family("joining", "measure", ("unit", "grade", "year"))
"""Pupils by whom a catchment grew from the grade below the year before."""


class Catchment(Rule):
    """Who lives in a catchment is counted."""

    name, words = "catchment", Text("zoning.rule.catchment")
    families = (LIVING, JOINING)
    hardness = "definition"
    twins = ("overflow",)

    def add(self, model: ZoningModel) -> None:
        """Add the rows of this rule."""
        for family, pupils in counted(model.problem).items():
            _add(model, family, pupils)


RULE = Catchment()


def counted(problem: ZoningProblem) -> dict[Family, FloatArray]:
    """Return the pupils that each family counts by whole zones, by zone, grade and year (n_zones, n_grades, n_years)."""
    found = {LIVING: problem.whole(problem.pupils)}
    if problem.stays():
        found[JOINING] = problem.whole(problem.joining())
    return found


def _add(model: ZoningModel, family: Family, counts: FloatArray) -> None:
    problem, divided = model.problem, _divided(model, family)
    years = range(len(problem.years))
    of_stage = {
        stage: np.column_stack([counts[:, r, t] for r in problem.rows(stage) for t in years])
        for stage in problem.stages
    }
    for u, stage in enumerate(problem.units["stage"]):
        keys = [(u, g, t) for g in problem.grades(stage) for t in years]
        rows: list[Row] = [
            (
                [*divided[key], (model.add(family, key), -1.0)],
                "==",
                0.0,
                "{}_{}_{}_{}".format(family.name, *key),
            )
            for key in keys
        ]
        model.require_pairs(u, of_stage[stage], rows)


def _divided(model: ZoningModel, family: Family) -> dict[tuple[int, int, int], list[tuple[Any, float]]]:
    """Return what shared zones bring to every unit: their parts, or by how much a part grows from the grade below."""
    share, problem = model.family(SHARE), model.problem
    grown = problem.joining() if family == JOINING else None
    terms: dict[tuple[int, int, int], list[tuple[Any, float]]] = defaultdict(list)
    for (k, u, g, t), part in share.items():
        if grown is None:
            terms[u, g, t].append((part, 1.0))
        elif grown[problem.shared[k].zone, problem.row(g), t] > 0:
            terms[u, g, t] += [(part, 1.0), (share[k, u, g - 1, t - 1], -1.0)]
    return terms
