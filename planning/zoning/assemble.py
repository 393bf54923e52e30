"""Assemble the whole integer programme of a zoning problem, rule by rule.

A rule that puts pairs into rows says what becomes of a pair that the candidate list leaves out:

- rows stated by ``model.require_pairs`` hold the coefficient of any pair, so that pricing knows it (:mod:`planning.zoning.export`);
- ``pairs(problem)`` returns the pairs (n_zones, n_units) that its other rows tie: candidates from the start.

A rule that does neither and still ties pairs makes every pair a candidate, so that no bound and no plan can miss its rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planning.zoning.arcs import candidate_arcs
from planning.zoning.at_hand import plans_at_hand
from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, ZoningProblem
from planning.zoning.rules import RULES


def build_model(
    problem: ZoningProblem, *, contiguity_rows: bool = False, rules: tuple[Any, ...] | None = None
) -> ZoningModel:
    """State the whole integer programme: every rule in turn, over candidate pairs that none of them can miss.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    contiguity_rows : bool
        State contiguity as rows, for plain solvers.
    rules : tuple
        Modules or objects with ``add(model)`` and what the module docstring above says of pairs; all of the package and of the problem
        by default.
    """
    rules = rules_of(problem) if rules is None else rules
    starts = plans_at_hand(problem)
    model = _stated(problem, rules, tied_pairs(problem, rules), starts, contiguity_rows)
    if model.undeclared:
        every = np.ones((problem.n_zones, len(problem.units)), dtype=bool)
        model = _stated(problem, rules, every, starts, contiguity_rows)
    model.set_objective()
    return model


def rules_of(problem: ZoningProblem) -> tuple[Any, ...]:
    """Return the rules of the package and those that the problem adds."""
    return (*RULES, *problem.rules)


def tied_pairs(problem: ZoningProblem, rules: tuple[Any, ...] = RULES) -> BoolArray:
    """Return the pairs that some rule ties and pricing does not know (n_zones, n_units)."""
    tied = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    for rule in rules:
        if hasattr(rule, "pairs"):
            tied |= rule.pairs(problem)
    return tied


def _stated(
    problem: ZoningProblem, rules: tuple[Any, ...], tied: BoolArray, starts: tuple[Any, ...], rows: bool
) -> ZoningModel:
    model = ZoningModel(problem, candidate_arcs(problem, tied, starts), rows, starts)
    for rule in rules:
        model.watched = not hasattr(rule, "pairs")
        if hasattr(rule, "add"):
            rule.add(model)
    return model
