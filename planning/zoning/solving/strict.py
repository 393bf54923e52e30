"""Seek a plan that violates no hard rule, where the cheapest of the priced programme does.

Hard rules are priced far above soft ones inside the programme, so that an impossible scenario can say where it breaks. A price is no
ban, though: many pupils, or a dear project, can outweigh one. So a plan that violates one is followed by the programme with the
violations of hard rules taken out.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from planning.zoning.declare import called_hard
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine import Program
from planning.zoning.solving.outcome import Outcome

TOLERANCE = 1e-6


def violated(model: ZoningModel, outcome: Outcome) -> bool:
    """Return whether a plan violates a rule that the scenario calls hard."""
    return any(outcome.values.get(name, 0.0) > TOLERANCE for name in _slacks(model))


def strictly(model: ZoningModel, program: Program) -> Program:
    """Return the programme without the violations of hard rules."""
    slack = _slacks(model)
    closed = np.array([v.name in slack for v in model.columns()])
    return dataclasses.replace(program, col_upper=np.where(closed, 0.0, program.col_upper))


def _slacks(model: ZoningModel) -> set[str]:
    return {v.name for rule in called_hard(model.problem) for v in model.violations(rule)}
