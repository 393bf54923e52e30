"""Hold the integer programme in PuLP while the rules, one after the other, add to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pulp

from planning.zoning.arcs import Arcs
from planning.zoning.problem import IntArray, ZoningProblem

Key = tuple[Any, ...]
HARD_FACTOR = 50.0  # lifts a hard rule far above every soft price
# rule that may be called hard → the family of variables that measures its violation
VIOLATION = {"class_size": "shortage", "school_size": "oversize", "nearby": "outside"}
FLOWS = frozenset(("overflow", "share"))
"""Families of pupils on the move: whole in a plan, divisible while the engine seeks one (``complete`` makes them whole)."""


@dataclass
class ZoningModel:
    """A PuLP problem with named families of variables; a rule reads families and adds rows and prices.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    arcs : Arcs
        Candidate (zone, unit) pairs; ``x[a]`` is the binary of arc ``a``.
    contiguity_rows : bool
        State contiguity as rows (plain solvers) instead of leaving it to the engine.
    starts : tuple of array (n_stages, n_zones)
        Plans at hand, to be tried first (:mod:`planning.zoning.at_hand`).
    watched : bool
        The rule at work has not said what becomes of pairs that are left out.
    undeclared : bool
        Such a rule has put pairs into its rows.
    """

    problem: ZoningProblem
    arcs: Arcs
    contiguity_rows: bool = False
    starts: tuple[IntArray, ...] = ()
    watched: bool = False
    undeclared: bool = False
    prob: Any = field(init=False)
    x: list[Any] = field(init=False)
    variables: dict[str, dict[Key, Any]] = field(default_factory=dict)
    priced: dict[str, list[tuple[Any, float]]] = field(default_factory=dict)
    constant: float = 0.0

    def __post_init__(self) -> None:
        self.prob = pulp.LpProblem("zoning", pulp.LpMinimize)
        self.x = [
            self.prob.add_variable(f"x_{i}_{u}", 0, 1, pulp.LpBinary)
            for i, u in zip(self.arcs.item.tolist(), self.arcs.unit.tolist(), strict=True)
        ]
        self._pairs = {id(variable) for variable in self.x}

    def add(self, family: str, key: Key, *, upper: float | None = None, integer: bool = False) -> Any:
        """Add a non-negative variable ``family[key]`` and return it."""
        name = family + "_" + "_".join(str(k) for k in key)
        category = pulp.LpInteger if integer else pulp.LpContinuous
        variable = self.prob.add_variable(name, 0, upper, category)
        self.variables.setdefault(family, {})[key] = variable
        return variable

    def family(self, name: str) -> Mapping[Key, Any]:
        """Return the variables of a family (empty when the rule that makes them is off)."""
        return self.variables.get(name, {})

    def require(self, constraint: Any, name: str) -> None:
        """Add a named row."""
        if self.watched and any(id(variable) in self._pairs for variable in constraint):
            self.undeclared = True
        self.prob.addConstraint(constraint, name)

    def price(self, reason: str, terms: Iterable[tuple[Any, float]]) -> None:
        """Add ``Σ coefficient × variable`` to the objective under a reason (for the breakdown)."""
        self.priced.setdefault(reason, []).extend(terms)

    def violation_price(self, rule: str, price: float) -> float:
        """Return what violating a rule costs: its price, or far more when the scenario calls the rule hard.

        Hard rules stay elastic inside the model, so that an impossible scenario can say where it breaks.
        """
        prices = self.problem.scenario.prices
        dearest = max(1.0, prices.shortage, prices.oversize, prices.nearby, prices.starved)
        return HARD_FACTOR * dearest if rule in self.problem.scenario.hard else price

    def set_objective(self) -> None:
        """State the objective from everything that was priced."""
        terms = [term for part in self.priced.values() for term in part]
        self.prob.setObjective(pulp.LpAffineExpression(terms, constant=self.constant))

    def arcs_by_unit(self) -> dict[int, np.ndarray[Any, np.dtype[np.int64]]]:
        """Return the arc positions of every unit."""
        order = np.argsort(self.arcs.unit, kind="stable")
        units, starts = np.unique(self.arcs.unit[order], return_index=True)
        return {int(u): part for u, part in zip(units, np.split(order, starts[1:]), strict=True)}


def unit_grades(problem: ZoningProblem) -> list[tuple[int, int, int]]:
    """List every (unit position, grade, year position) of the plan."""
    return [
        (u, g, t)
        for u, stage in enumerate(problem.units["stage"])
        for g in problem.grades(stage)
        for t in range(len(problem.years))
    ]
