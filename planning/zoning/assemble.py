"""Assemble the whole integer programme of a zoning problem, rule by rule."""

from __future__ import annotations

from planning.zoning.arcs import candidate_arcs
from planning.zoning.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules import RULES


def build_model(problem: ZoningProblem, *, contiguity_rows: bool = False) -> ZoningModel:
    """State the whole integer programme: every rule of :data:`planning.zoning.rules.RULES` in turn."""
    model = ZoningModel(problem, candidate_arcs(problem), contiguity_rows)
    for rule in RULES:
        rule.add(model)
    model.set_objective()
    return model
