"""Count the pupils who live in every catchment, by grade and year.

    living[u,g,t] = Σ_i n[i,g,t] · x[i,u] + Σ_z d[z,u,g,t]              z: shared zones, which are divided (rule ``shared``)
    joining[u,g,t] = Σ_i max(0, n[i,g,t] − n[i,g−1,t−1]) · x[i,u] + …   who moved in since (rule ``staying``)

Every other rule reads ``living`` and ``joining`` and never ``x``, so a pair left out of the candidate list can be priced
exactly from these rows and the assignment rows alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pulp

from planning.zoning.model import ZoningModel, unit_grades
from planning.zoning.problem import FloatArray, ZoningProblem

PRICED = True
"""Pricing knows its coefficients: the pupils of the zone (:func:`counted`)."""


def add(model: ZoningModel) -> None:
    """Add the rows of this rule."""
    for family, pupils in counted(model.problem).items():
        _add(model, family, pupils)


def counted(problem: ZoningProblem) -> dict[str, FloatArray]:
    """Return the pupils that each family counts by whole zones, by zone, grade and year (n_zones, 9, n_years)."""
    found = {"living": problem.whole(problem.pupils)}
    if problem.stays():
        found["joining"] = problem.whole(problem.joining())
    return found


def _add(model: ZoningModel, family: str, counts: FloatArray) -> None:
    by_unit = model.arcs_by_unit()
    divided = _divided(model, family)
    for u, g, t in unit_grades(model.problem):
        sum_of = model.add(family, (u, g, t))
        arcs = by_unit.get(u, ())
        pupils = counts[model.arcs.zone[arcs], g - 1, t] if len(arcs) else ()
        terms = [(model.x[a], float(n)) for a, n in zip(arcs, pupils, strict=True) if n]
        terms += divided[u, g, t]
        model.require(pulp.LpAffineExpression([*terms, (sum_of, -1.0)]) == 0, f"{family}_{u}_{g}_{t}")


def _divided(model: ZoningModel, family: str) -> dict[tuple[int, int, int], list[tuple[Any, float]]]:
    """Return what shared zones bring to every unit: their parts, or by how much a part grows from the grade below."""
    share, problem = model.family("share"), model.problem
    grown = problem.joining() if family == "joining" else None
    terms: dict[tuple[int, int, int], list[tuple[Any, float]]] = defaultdict(list)
    for (k, u, g, t), part in share.items():
        if grown is None:
            terms[u, g, t].append((part, 1.0))
        elif grown[problem.shared[k].zone, g - 1, t] > 0:
            terms[u, g, t] += [(part, 1.0), (share[k, u, g - 1, t - 1], -1.0)]
    return terms
