"""Seat every pupil in a class of at most 45 / 50, in the classrooms there are; what cannot be seated has a name.

    attending[u,g,t] ≤ cap[g,t] · classes[u,g,t] + shortage[u,g,t]
    Σ_g classes[u,g,t] ≤ rooms[u] + Σ_k add[k,u] · built[k,t]        (0 when the unit is closed)

Classes are whole numbers and belong to one grade, so that rounding up by grade is part of the truth.
Source: B5, 教督〔2017〕6号; S:167. Seats = classes × cap (standards.md §3).
"""

from __future__ import annotations

import pulp

from planning.tables import cell
from planning.zoning.declare import Family
from planning.zoning.model import ZoningModel, unit_grades
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED

CLASSES = Family("classes", "decision", ("unit", "grade", "year"), whole=True, reseated=True)
"""Classes of a grade."""
SHORTAGE = Family("shortage", "violation", ("unit", "grade", "year"))
"""Pupils without a seat."""
VIOLATED = SHORTAGE
"""A scenario may call the rule hard; this says by how much it is broken."""


def add(model: ZoningModel) -> None:
    """Add the variables, rows and prices of this rule."""
    problem, prices = model.problem, model.problem.scenario.prices
    units, years = problem.units, len(problem.years)
    attending = model.family(ATTENDING)
    for u, g, t in unit_grades(problem):
        cap = problem.caps[problem.stages.index(cell(units, "stage", u)), g - 1, t]
        classes = model.add(CLASSES, (u, g, t))
        shortage = model.add(SHORTAGE, (u, g, t))
        row = pulp.LpAffineExpression([(attending[u, g, t], 1.0), (classes, -float(cap)), (shortage, -1.0)])
        model.require(row <= 0, f"class_size_{u}_{g}_{t}")
        model.price("shortage", [(shortage, model.violation_price("class_size", prices.shortage) / years)])
        model.price("classes", [(classes, prices.class_ / years)])
    for u in range(len(units)):
        for t in range(years):
            _rooms(model, u, t)


def _rooms(model: ZoningModel, u: int, t: int) -> None:
    problem = model.problem
    rooms = float(cell(problem.units, "rooms", u))
    terms = [
        (model.family(CLASSES)[u, g, t], 1.0) for g in problem.grades(str(cell(problem.units, "stage", u)))
    ]
    for k in range(len(problem.projects)):
        if cell(problem.projects, "unit", k) == u and cell(problem.projects, "kind", k) != "closure":
            terms.append((model.family(BUILT)[k, t], -float(cell(problem.projects, "rooms", k))))
    closed = model.family(CLOSED).get((u, t))
    if closed is not None:
        terms.append((closed, rooms))
    model.require(pulp.LpAffineExpression(terms) <= rooms, f"rooms_{u}_{t}")
