"""Nest primary catchments in junior ones (对口直升), when the scenario asks for it.

    Σ_j feeds[p,j] = 1                                        every primary unit feeds one junior unit
    x[i,j] ≥ x[i,p] + feeds[p,j] − 1                          zones follow their primary school

Source: standards.md §3 (a primary school feeds one junior school).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pulp

from planning.tables import cell
from planning.zoning.declare import Family
from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, ZoningProblem

FEEDS = Family("feeds", "decision", ("primary", "junior"), whole=True, most=1.0)
"""Whether a primary unit leads to a junior one."""


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
    feeds = {(p, j): model.add(FEEDS, (p, j)) for p in primary for j in junior}
    for p in primary:
        model.require(pulp.LpAffineExpression([(feeds[p, j], 1.0) for j in junior]) == 1, f"feeds_{p}")
    named = {(problem.stages[z.stage], z.zone): z.units for z in problem.shared}
    for zone in range(problem.n_zones):
        reach = {int(arcs.unit[a]): model.x[a] for a in of_zone["junior", zone]}
        for p, x in _members(model, of_zone, named, zone):
            for j in junior:
                row = [(x, 1.0)] if x is not None else []
                row.append((feeds[p, j], 1.0))
                if j in named.get(("junior", zone), ()):
                    continue  # the zone lies in this junior catchment whatever is drawn
                if j in reach and ("junior", zone) not in named:
                    row.append((reach[j], -1.0))
                model.require(
                    pulp.LpAffineExpression(row) <= (1 if x is not None else 0), f"feeder_{zone}_{p}_{j}"
                )


def _members(
    model: ZoningModel,
    of_zone: dict[tuple[str, int], list[int]],
    named: dict[tuple[str, int], tuple[int, ...]],
    zone: int,
) -> list[tuple[int, Any]]:
    """Return the primary units a zone may belong to, with the variable; none where it surely belongs (a shared zone)."""
    if ("primary", zone) in named:
        return [(p, None) for p in named["primary", zone]]
    return [(int(model.arcs.unit[a]), model.x[a]) for a in of_zone["primary", zone]]
