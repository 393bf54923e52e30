"""Hold the integer programme in PuLP while the rules, one after the other, add to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pulp

from planning.arrays import FloatArray, IntArray
from planning.zoning.declare.family import Breakable, Family
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import Arcs

Key = tuple[Any, ...]
HARD_FACTOR = 50.0  # lifts a hard rule far above every soft price
Row = tuple[list[tuple[Any, float]], str, float, str]
"""A row beside its pairs: terms over variables, ``"=="``, ``"<="`` or ``">="``, right-hand side, name."""


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
        Plans at hand, to be tried first (:mod:`planning.zoning.at_hand.plans`).
    watched : bool
        The rule at work has not said what becomes of pairs that are left out.
    undeclared : bool
        Such a rule has put pairs into its rows.
    pair_rows : dict of int to list
        By unit the rows in which any of its pairs stands, and its coefficients there (n_zones, n_rows), as :meth:`require_pairs` was
        told; pricing reads them.
    item_rows : dict of int to str
        By item the row that gives it one unit.
    """

    problem: ZoningProblem
    arcs: Arcs
    contiguity_rows: bool = False
    starts: tuple[IntArray, ...] = ()
    watched: bool = False
    undeclared: bool = False
    prob: Any = field(init=False)
    x: list[Any] = field(init=False)
    pair_rows: dict[int, list[tuple[tuple[str, ...], FloatArray]]] = field(default_factory=dict)
    item_rows: dict[int, str] = field(default_factory=dict)
    variables: dict[Family, dict[Key, Any]] = field(default_factory=dict)
    priced: dict[str, list[tuple[Any, float]]] = field(default_factory=dict)
    constant: float = 0.0

    def __post_init__(self) -> None:
        self.prob = pulp.LpProblem("zoning", pulp.LpMinimize)
        self.x = [
            self.prob.add_variable(f"x_{i}_{u}", 0, 1, pulp.LpBinary)
            for i, u in zip(self.arcs.item.tolist(), self.arcs.unit.tolist(), strict=True)
        ]
        self._pairs = {id(variable) for variable in self.x}
        self._arcs_of = self.arcs_by_unit()

    def add(self, family: Family, key: Key) -> Any:
        """Add a non-negative variable ``family[key]`` and return it."""
        name = family.name + "_" + "_".join(str(k) for k in key)
        category = pulp.LpInteger if family.whole else pulp.LpContinuous
        variable = self.prob.add_variable(name, 0, family.most, category)
        self.variables.setdefault(family, {})[key] = variable
        return variable

    def family(self, family: Family) -> Mapping[Key, Any]:
        """Return the variables of a family (empty when the rule that makes them is off)."""
        return self.variables.get(family, {})

    def violations(self, rule: Breakable) -> list[Any]:
        """Return the variables that say by how much a rule is broken."""
        return list(self.family(rule.violated).values()) if rule.violated is not None else []

    def columns(self) -> list[Any]:
        """Return the variables in the order of the programme's columns: pairs first, then families as rules made them."""
        return [*self.x, *(v for family in self.variables.values() for v in family.values())]

    def require_pairs(self, unit: int, amounts: FloatArray, rows: Sequence[Row]) -> None:
        """Add rows in which the pairs of a unit stand, each with its coefficient, also pairs that join later.

        Parameters
        ----------
        unit : int
            Position of the unit.
        amounts : array (n_zones, n_rows)
            Coefficient of the pair of every zone with the unit.
        rows : sequence of Row
            What else stands in each.
        """
        arcs = self._arcs_of.get(unit, np.empty(0, dtype=np.int64))
        here = amounts[self.arcs.zone[arcs]]
        for r, (terms, sense, limit, name) in enumerate(rows):
            pairs = [(self.x[a], float(n)) for a, n in zip(arcs, here[:, r], strict=True) if n]
            left = pulp.LpAffineExpression([*pairs, *terms])
            stated = left == limit if sense == "==" else left <= limit if sense == "<=" else left >= limit
            self.prob.addConstraint(stated, name)
        self.pair_rows.setdefault(unit, []).append((tuple(row[-1] for row in rows), amounts))

    def require_one_unit(self) -> None:
        """Give every item exactly one unit."""
        by_item: dict[int, list[int]] = {item: [] for item in range(self.problem.n_items)}
        for a, item in enumerate(self.arcs.item.tolist()):
            by_item[item].append(a)
        for item, arcs in by_item.items():
            self.item_rows[item] = f"assignment_{item}"
            row = pulp.LpAffineExpression([(self.x[a], 1.0) for a in arcs])
            self.prob.addConstraint(row == 1, self.item_rows[item])

    def require(self, constraint: Any, name: str) -> None:
        """Add a named row."""
        if self.watched and any(id(variable) in self._pairs for variable in constraint):
            self.undeclared = True
        self.prob.addConstraint(constraint, name)

    def price(self, reason: str, terms: Iterable[tuple[Any, float]]) -> None:
        """Add ``Σ coefficient × variable`` to the objective under a reason (for the breakdown)."""
        self.priced.setdefault(reason, []).extend(terms)

    def violation_price(self, rule: Breakable, price: float) -> float:
        """Return what violating a rule costs: its price, or far more when the scenario calls the rule hard.

        Hard rules stay elastic inside the model, so that an impossible scenario can say where it breaks.
        """
        prices = self.problem.scenario.prices
        dearest = max(1.0, prices.shortage, prices.oversize, prices.nearby, prices.starved)
        return HARD_FACTOR * dearest if rule.name in self.problem.scenario.hard else price

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
