"""Nest primary catchments in junior ones (对口直升), when the scenario asks for it.

    Σ_j feeds[p,j] = 1                                        every primary unit feeds one junior unit
    x[i,j] ≥ x[i,p] + feeds[p,j] − 1                          zones follow their primary school

Source: standards.md §3 (a primary school feeds one junior school).
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pulp

from planning.tables import cell
from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, ZoningProblem


def nests(problem: ZoningProblem) -> bool:
    """Return whether the scenario nests primary catchments in junior ones."""
    return problem.scenario.feeder != "off" and set(problem.stages) == {"primary", "junior"}


def pairs(problem: ZoningProblem) -> BoolArray:
    """Return the pairs that the rows tie: all, as any primary unit may bring its zones to any junior one (n_zones, n_units)."""
    return np.full((problem.n_zones, len(problem.units)), nests(problem))


def add(model: ZoningModel) -> None:
    """Add the variables and rows of this rule."""
    problem, arcs = model.problem, model.arcs
    if not nests(problem):
        return
    of_zone: dict[tuple[str, int], list[int]] = defaultdict(list)
    for a, (zone, unit) in enumerate(zip(arcs.zone.tolist(), arcs.unit.tolist(), strict=True)):
        of_zone[str(cell(problem.units, "stage", unit)), zone].append(a)
    primary, junior = problem.units_of("primary").tolist(), problem.units_of("junior").tolist()
    feeds = {(p, j): model.add("feeds", (p, j), upper=1.0, integer=True) for p in primary for j in junior}
    for p in primary:
        model.require(pulp.LpAffineExpression([(feeds[p, j], 1.0) for j in junior]) == 1, f"feeds_{p}")
    for zone in range(problem.n_zones):
        reach = {int(arcs.unit[a]): a for a in of_zone["junior", zone]}
        for a in of_zone["primary", zone]:
            p = int(arcs.unit[a])
            for j in junior:
                row = [(model.x[a], 1.0), (feeds[p, j], 1.0)]
                if j in reach:
                    row.append((model.x[reach[j]], -1.0))
                model.require(pulp.LpAffineExpression(row) <= 1, f"feeder_{a}_{j}")
