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

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pulp
from scipy import sparse

from planning.arrays import BoolArray, IntArray
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import PlanTables, Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import anchors, beside, unit_positions

_NAMED = 10
"""Zones that a note names."""


class Contiguity(Rule):
    """Every catchment is connected."""

    name, words = "contiguity", Text("zoning.rule.contiguity")
    setting = "contiguity.enabled"
    mend = Text("zoning.rule.contiguity.mend")

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return no pairs: no bound is taken from a model with these rows, and none joins it later (n_zones, n_units)."""
        return np.zeros((problem.n_zones, len(problem.units)), dtype=bool)

    def add(self, model: ZoningModel) -> None:
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

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether catchments are drawn anew and must hang together."""
        return problem.scenario.contiguity.enabled and problem.scenario.catchments == "free"

    def loosened(self, problem: ZoningProblem) -> ZoningProblem:
        """Return the problem in which catchments need not hang together, whoever reads the borders."""
        off = problem.scenario.contiguity.model_copy(update={"enabled": False})
        return dataclasses.replace(problem, scenario=problem.scenario.model_copy(update={"contiguity": off}))

    def places(self, problem: ZoningProblem, plan: IntArray) -> list[tuple[int, int]]:
        """Return the zones that hang apart from their catchment."""
        zone = {str(name): z for z, name in enumerate(problem.zones)}
        unit = {str(name): u for u, name in enumerate(problem.units["unit"])}
        return [(zone[part["zone"]], unit[part["unit"]]) for part in fragments(problem, plan)]

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """List zones that hang apart."""
        loose = fragments(problem, tables.unit_of)
        own = apart_today(problem, tables.unit_of)
        return {"contiguous": not loose, "fragments": loose, **({"apart_today": own} if own else {})}

    def notes(self, figures: Mapping[str, Any], lang: str) -> list[str]:
        """Name the zones that hang apart as they do today, and those that the plan joins to one that does."""
        apart = figures.get("apart_today", [])
        told = []
        for code, joined in (
            ("zoning.contiguity.apart_as_today", False),
            ("zoning.contiguity.apart_joined", True),
        ):
            zones = [f"{p['zone']} ({p['unit']})" for p in apart if bool(p.get("joined")) == joined]
            some = ", ".join(zones[:_NAMED]) + (" …" if len(zones) > _NAMED else "")
            told += [Text(code, count=len(zones), zones=some).text(lang)] if zones else []
        return told

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield where the zone's place is joined, that it does not touch the catchment, and that others hang on it where it is."""
        if not problem.scenario.contiguity.enabled:
            return
        for bridge in problem.bridges:
            if str(problem.zones[zone]) in bridge.zones and problem.stages[stage_index] in bridge.stages:
                yield Reason.of("bridge", bridge.said, about="lines")
        plan = unit_positions(problem, layout)[stage_index]
        roots = set(anchors(problem)[unit].tolist())
        touching = (plan[problem.neighbours[zone].indices] == unit).any()
        if roots and not touching and zone not in roots:
            yield Reason.of(
                self.name,
                Text("zoning.contiguity.zone_does_not_touch_catchment"),
                mend=Text("zoning.contiguity.assign_zones_between_well"),
                about="lines",
            )
        cut = _cut_off(problem, plan, zone)
        if cut:
            yield Reason.of(
                "breaks",
                Text("zoning.contiguity.without_other_zone_s_would_cut", cut=cut),
                mend=Text("zoning.contiguity.move_zones_behind_well"),
                about="lines",
            )


RULE = Contiguity()


def hops_from(neighbours: sparse.csr_matrix, roots: IntArray, distance_m: np.ndarray) -> np.ndarray:
    """Return how far every zone is from the anchors over neighbouring zones, walking metres breaking ties."""
    graph = neighbours.tocoo()
    weight = 1.0 + np.maximum(0.0, distance_m[graph.col] - distance_m[graph.row].min()) / 1e6 + 1e-9
    weighted = sparse.csr_matrix((weight, (graph.row, graph.col)), shape=graph.shape)
    away = sparse.csgraph.dijkstra(weighted, directed=True, indices=roots, min_only=True)
    return np.asarray(away)


def fragments(problem: ZoningProblem, unit_of: IntArray) -> list[dict[str, Any]]:
    """List zones that hang apart from their catchment's anchors (empty when every catchment is connected)."""
    if not problem.scenario.contiguity.enabled:
        return []
    roots = anchors(problem)
    found = []
    for u, stage in enumerate(problem.units["stage"]):
        members = np.flatnonzero(unit_of[problem.stages.index(str(stage))] == u)
        if not len(members) or not len(roots[u]):
            continue
        _, label = sparse.csgraph.connected_components(
            problem.neighbours[members][:, members], directed=False
        )
        held = set(label[np.isin(members, roots[u])].tolist())
        found += [
            {"unit": str(cell(problem.units, "unit", u)), "zone": str(problem.zones[z])}
            for z, component in zip(members.tolist(), label.tolist(), strict=True)
            if component not in held
        ]
    return found


def apart_today(problem: ZoningProblem, unit_of: IntArray) -> list[dict[str, Any]]:
    """List zones that hang apart from the site of their school, which the rule allows because they do so today.

    One that did not, and hangs on one that did, is ``joined``.
    """
    if not problem.scenario.contiguity.enabled:
        return []
    kept = {(s, u, z) for s, z, u in problem.exempt}
    found = []
    for u, stage in enumerate(problem.units["stage"]):
        s = problem.stages.index(str(stage))
        of_unit = unit_of[s] == u
        if int(problem.units["home"].iloc[u]) < 0 or not any(
            (s, u, z) in kept for z in np.flatnonzero(of_unit).tolist()
        ):
            continue
        wide = [z.zone for z in problem.shared if z.stage == s and u in z.units]
        members = np.union1d(np.flatnonzero(of_unit), np.array(wide, dtype=np.int64))
        _, label = sparse.csgraph.connected_components(
            problem.neighbours[members][:, members], directed=False
        )
        held = set(label[np.isin(members, list(beside(problem, u)))].tolist())
        found += [
            {
                "unit": str(cell(problem.units, "unit", u)),
                "zone": str(problem.zones[z]),
                **({} if (s, u, z) in kept else {"joined": True}),
            }
            for z, component in zip(members.tolist(), label.tolist(), strict=True)
            if component not in held and of_unit[z] and z not in wide
        ]
    return found


def _cut_off(problem: ZoningProblem, plan: IntArray, zone: int) -> int:
    """Return how many zones would lose the way to their school if one left its catchment (n_zones,)."""
    chosen = int(plan[zone])
    roots = anchors(problem)[chosen]
    members = np.array([k for k in np.flatnonzero(plan == chosen) if k != zone], dtype=np.int64)
    if not len(members) or not len(roots):
        return 0
    _, label = sparse.csgraph.connected_components(problem.neighbours[members][:, members], directed=False)
    held = set(label[np.isin(members, roots)].tolist())
    return int(sum(c not in held for c in label.tolist()))
