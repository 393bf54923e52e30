"""Connect every catchment, through neighbouring zones, to the zone of its school.

The rule itself: the zones of a catchment that are reachable from its anchors inside the catchment are all of it.
Anchors are the zone of the school; where several units of a stage stand in that zone, or it is a shared one, its neighbours too;
shared zones that name the unit, which are part of its catchment whatever is drawn, with their neighbours; and zones that hang apart
today. The engine enforces the rule as it stands (:func:`anchors`). Plain solvers get the sufficient rows

    x[i,u] ≤ Σ_{k ∈ N(i), nearer to u} x[k,u]

which forbid some connected catchments, so bounds are never taken from a model that contains them.
Source: design.md §4; catchments are drawn as one area (standards.md §3, §5).
"""

from __future__ import annotations

import numpy as np
import pulp
from scipy import sparse

from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, IntArray, ZoningProblem


def anchors(problem: ZoningProblem) -> list[IntArray]:
    """Return, for every unit, the zones to which its catchment must hang."""
    homes = problem.units["home"].to_numpy()
    given = {(z.stage, z.zone): z.units for z in problem.shared}
    found = []
    for u, stage in enumerate(problem.units["stage"]):
        if homes[u] < 0:
            found.append(np.empty(0, dtype=np.int64))
            continue
        s = problem.stages.index(str(stage))
        of_stage = problem.units_of(str(stage))
        zones = {int(homes[u])}
        wide = [z for (at, z), members in given.items() if at == s and u in members]
        if (homes[of_stage] == homes[u]).sum() > 1 or (s, int(homes[u])) in given:
            wide.append(int(homes[u]))
        for zone in wide:
            zones.update((zone, *problem.neighbours[zone].indices.tolist()))
        zones.update(z for stage_index, z, unit in problem.exempt if stage_index == s and unit == u)
        found.append(np.array(sorted(zones), dtype=np.int64))
    return found


def pairs(problem: ZoningProblem) -> BoolArray:
    """Return no pairs: no bound is taken from a model with these rows, and none joins it later (n_zones, n_units)."""
    return np.zeros((problem.n_zones, len(problem.units)), dtype=bool)


def add(model: ZoningModel) -> None:
    """Add the sufficient rows, when the model goes to a plain solver."""
    problem = model.problem
    if not (
        model.contiguity_rows
        and problem.scenario.contiguity.enabled
        and problem.scenario.catchments == "free"
    ):
        return
    roots = anchors(problem)
    position = {
        (z, u): a
        for a, (z, u) in enumerate(zip(model.arcs.zone.tolist(), model.arcs.unit.tolist(), strict=True))
    }
    for u, arcs in model.arcs_by_unit().items():
        if not len(roots[u]):
            continue
        away = hops_from(problem.neighbours, roots[u], problem.distance_m[:, u])
        for a in arcs:
            zone = int(model.arcs.zone[a])
            if away[zone] == 0:
                continue
            nearer = [
                int(k)
                for k in problem.neighbours[zone].indices
                if away[k] < away[zone] and (int(k), u) in position
            ]
            row = pulp.LpAffineExpression(
                [(model.x[a], 1.0), *((model.x[position[k, u]], -1.0) for k in nearer)]
            )
            model.require(row <= 0, f"contiguity_{a}")


def hops_from(neighbours: sparse.csr_matrix, roots: IntArray, distance_m: np.ndarray) -> np.ndarray:
    """Return how far every zone is from the anchors over neighbouring zones, walking metres breaking ties."""
    graph = neighbours.tocoo()
    weight = 1.0 + np.maximum(0.0, distance_m[graph.col] - distance_m[graph.row].min()) / 1e6 + 1e-9
    weighted = sparse.csr_matrix((weight, (graph.row, graph.col)), shape=graph.shape)
    away = sparse.csgraph.dijkstra(weighted, directed=True, indices=roots, min_only=True)
    return np.asarray(away)
