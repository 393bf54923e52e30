"""Let pupils of a full catchment be sent to a nearby unit (统筹调剂), at a price.

    o[u,v,g,t] ≥ 0                       v among the nearest open units of the stage
    Σ_v o[u,v,g,t] ≤ living[u,g,t]
    attending[u,g,t] = living[u,g,t] + continuing[u,g,t] − Σ_v o[u,v,g,t] + Σ_v o[v,u,g,t]
    Σ_{v,g} o[v,u,g,t] ≤ seats · open[u,t]        nobody is sent to a school that does not stand in that year
    attending[w,g,t] gains, and attending[u,g,t] loses, continuing[u,g,t] · closed[u,t]      w takes in u's pupils (合并)

A pupil sent elsewhere counts as outside the own catchment (rule ``nearby``). Source: standards.md §1, B13.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pulp

from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Family, PlanTables, Rule
from planning.zoning.declare.model import ZoningModel, unit_grades
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.catchment import LIVING
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED

OVERFLOW = Family("overflow", "flow", ("from", "to", "grade", "year"), whole=True)
"""Pupils of a full catchment who are sent on."""
ATTENDING = Family("attending", "measure", ("unit", "grade", "year"))
"""Pupils who attend, or ask for a seat."""


def partners(problem: ZoningProblem) -> list[tuple[int, int]]:
    """List the (from, to) pairs of units between which pupils may be sent: nearest first, public, within reach."""
    setting = problem.scenario.overflow
    if not setting.allowed:
        return []
    pairs = []
    for stage in problem.stages:
        of_stage = problem.units_of(stage)
        for u in of_stage:
            others = of_stage[of_stage != u]
            order = others[np.argsort(problem.between_m[u, others], kind="stable")][: setting.nearest]
            pairs += [(int(u), int(v)) for v in order if problem.between_m[u, v] <= setting.max_distance_m]
    return pairs


class OverflowRule(Rule):
    """Pupils of a full catchment may be sent on, and who attends is counted."""

    name, words = "overflow", Text("zoning.rule.overflow")
    families = (OVERFLOW, ATTENDING)
    hardness = "definition"

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem = model.problem
        pairs = partners(problem)
        sent: dict[tuple[int, int, int], list[object]] = defaultdict(list)
        taken: dict[tuple[int, int, int], list[object]] = defaultdict(list)
        for u, v in pairs:
            cost = problem.scenario.prices.overflow + problem.between_m[u, v] / 1000.0
            for g in problem.grades(str(cell(problem.units, "stage", u))):
                for t in range(len(problem.years)):
                    o = model.add(OVERFLOW, (u, v, g, t))
                    sent[u, g, t].append(o)
                    taken[v, g, t].append(o)
                    model.price("overflow", [(o, cost / len(problem.years))])
        heirs = heirs_of(problem)
        for key in unit_grades(problem):
            attending = model.add(ATTENDING, key)
            living = model.family(LIVING)[key]
            flows = [(o, -1.0) for o in sent[key]] + [(o, 1.0) for o in taken[key]]
            stays = float(problem.continuing[key[0], problem.row(key[1]), key[2]])
            merged = _merged(model, heirs, key)
            balance = pulp.LpAffineExpression([(living, 1.0), *flows, *merged, (attending, -1.0)])
            model.require(balance == -stays, "attending_{}_{}_{}".format(*key))
            if sent[key]:
                row = pulp.LpAffineExpression([(o, 1.0) for o in sent[key]] + [(living, -1.0)])
                model.require(row <= 0, "sent_{}_{}_{}".format(*key))
        _standing(model, taken)

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Count the pupils sent on."""
        return {"overflow_pupils": int(tables.overflow["pupils"].sum())}


RULE = OverflowRule()


def heirs_of(problem: ZoningProblem) -> dict[int, int]:
    """Return, for every unit that may close, the unit that takes in the pupils who sit there: the nearest that surely stands."""
    switched = problem.switched
    found = {}
    for u in np.flatnonzero(switched & (problem.units["project"] == "").to_numpy()).tolist():
        others = problem.units_of(str(cell(problem.units, "stage", u)))
        others = others[~switched[others] & (problem.units["rooms"].to_numpy()[others] > 0)]
        if len(others):
            found[u] = int(others[np.argmin(problem.between_m[u, others])])
    return found


def _merged(
    model: ZoningModel, heirs: dict[int, int], key: tuple[int, int, int]
) -> list[tuple[object, float]]:
    """Return what closings take from, or bring to, the pupils who sit in a unit."""
    unit, grade, t = key
    closed, sits = model.family(CLOSED), model.problem.continuing[:, model.problem.row(grade), t]
    terms = [
        (closed[u, t], float(sits[u]))
        for u, heir in heirs.items()
        if heir == unit and (u, t) in closed and sits[u]
    ]
    if unit in heirs and (unit, t) in closed and sits[unit]:
        terms.append((closed[unit, t], -float(sits[unit])))
    return terms


def _standing(model: ZoningModel, taken: dict[tuple[int, int, int], list[object]]) -> None:
    """Send nobody to a unit that is closed or not built yet in that year."""
    problem = model.problem
    table, built, closed = problem.projects, model.family(BUILT), model.family(CLOSED)
    position = {p: k for k, p in enumerate(table["project"])}
    for u in range(len(problem.units)):
        k = position.get(cell(problem.units, "project", u), -1)
        stage = str(cell(problem.units, "stage", u))
        rooms = float(cell(problem.units, "rooms", u) + table.loc[table["unit"] == u, "rooms"].sum())
        seats = rooms * float(problem.caps.max())
        for t in range(len(problem.years)):
            sent = [(o, 1.0) for g in problem.grades(stage) for o in taken[u, g, t]]
            if sent and k >= 0:
                row = pulp.LpAffineExpression([*sent, (built[k, t], -seats)])
                model.require(row <= 0, f"stands_{u}_{t}")
            if sent and (u, t) in closed:
                row = pulp.LpAffineExpression([*sent, (closed[u, t], seats)])
                model.require(row <= seats, f"open_still_{u}_{t}")
