"""Assemble the whole integer programme of a zoning problem, rule by rule.

A rule that puts pairs into rows says what becomes of a pair that the candidate list leaves out:

- rows stated by ``model.require_pairs`` hold the coefficient of any pair, so that pricing knows it (:mod:`planning.zoning.programme.export`);
- ``pairs(problem)`` returns the pairs (n_zones, n_units) that its other rows tie: candidates from the start.

A rule that does neither and still ties pairs makes every pair a candidate, so that no bound and no plan can miss its rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planning.arrays import BoolArray
from planning.zoning.at_hand.plans import plans_at_hand
from planning.zoning.declare import Rule, declared
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import candidate_arcs


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
        Those of the problem by default.
    """
    rules = problem.rules if rules is None else tuple(map(declared, rules))
    starts = plans_at_hand(problem)
    model = _stated(problem, rules, tied_pairs(problem, rules), starts, contiguity_rows)
    if model.undeclared:
        every = np.ones((problem.n_zones, len(problem.units)), dtype=bool)
        model = _stated(problem, rules, every, starts, contiguity_rows)
    model.set_objective()
    return model


def tied_pairs(problem: ZoningProblem, rules: tuple[Rule, ...]) -> BoolArray:
    """Return the pairs that some rule ties and pricing does not know (n_zones, n_units)."""
    tied = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
    for rule in rules:
        pairs = rule.pairs(problem)
        if pairs is not None:
            tied |= pairs
    return tied


def _stated(
    problem: ZoningProblem, rules: tuple[Rule, ...], tied: BoolArray, starts: tuple[Any, ...], rows: bool
) -> ZoningModel:
    model = ZoningModel(problem, candidate_arcs(problem, tied, starts), rows, starts)
    for rule in rules:
        model.watched = rule.pairs(problem) is None
        rule.add(model)
    return model
