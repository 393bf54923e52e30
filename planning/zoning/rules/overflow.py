"""Let pupils of a full catchment be sent to a nearby unit (统筹调剂), at a price.

    o[u,v,g,t] ≥ 0                       v among the nearest open units of the stage
    Σ_v o[u,v,g,t] + s[u,v,g,t] ≤ living[u,g,t]       s: divided within a common catchment (rule ``shared``)
    attending[u,g,t] = living[u,g,t] + continuing[u,g,t] − Σ_v o[u,v,g,t] + Σ_v o[v,u,g,t]

A pupil sent elsewhere counts as outside the own catchment (rule ``nearby``; standards.md §1, B13).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pulp

from planning.tables import cell
from planning.zoning.model import ZoningModel, unit_grades
from planning.zoning.problem import ZoningProblem


def partners(problem: ZoningProblem) -> list[tuple[int, int]]:
    """List the (from, to) pairs of units between which pupils may be sent: nearest first, public, within reach."""
    setting = problem.scenario.overflow
    if not setting.allowed:
        return []
    pairs = []
    shared = problem.shared
    for stage in problem.stages:
        of_stage = problem.units_of(stage)
        for u in of_stage:
            others = of_stage[of_stage != u]
            order = others[np.argsort(problem.between_m[u, others], kind="stable")][: setting.nearest]
            pairs += [
                (int(u), int(v))
                for v in order
                if problem.between_m[u, v] <= setting.max_distance_m and (u, v) not in shared
            ]
    return pairs


def add(model: ZoningModel) -> None:
    """Add the variables, rows and prices of this rule."""
    problem = model.problem
    pairs = partners(problem)
    sent: dict[tuple[int, int, int], list[object]] = defaultdict(list)
    taken: dict[tuple[int, int, int], list[object]] = defaultdict(list)
    for u, v in pairs:
        cost = problem.scenario.prices.overflow + problem.between_m[u, v] / 1000.0
        for g in problem.grades(str(cell(problem.units, "stage", u))):
            for t in range(len(problem.years)):
                o = model.add("overflow", (u, v, g, t), integer=True)
                sent[u, g, t].append(o)
                taken[v, g, t].append(o)
                model.price("overflow", [(o, cost / len(problem.years))])
    for (u, v, g, t), s in model.family("shared").items():
        sent[u, g, t].append(s)
        taken[v, g, t].append(s)
    for key in unit_grades(problem):
        attending = model.add("attending", key)
        living = model.family("living")[key]
        flows = [(o, -1.0) for o in sent[key]] + [(o, 1.0) for o in taken[key]]
        stays = float(problem.continuing[key[0], key[1] - 1, key[2]])
        balance = pulp.LpAffineExpression([(living, 1.0), *flows, (attending, -1.0)])
        model.require(balance == -stays, "attending_{}_{}_{}".format(*key))
        if sent[key]:
            row = pulp.LpAffineExpression([(o, 1.0) for o in sent[key]] + [(living, -1.0)])
            model.require(row <= 0, "sent_{}_{}_{}".format(*key))
