"""Find where a rule that allows no violation would be broken least, so that a conflict can name its places and years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from planning.arrays import FloatArray
from planning.messages import Text
from planning.zoning.at_hand.plans import plans_at_hand
from planning.zoning.declare import Rule
from planning.zoning.declare.family import Family
from planning.zoning.declare.model import Row, ZoningModel
from planning.zoning.engine import EngineError, solve_program
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.arcs import candidate_arcs
from planning.zoning.programme.export import to_program

BEYOND = Family("beyond_row", "violation", ("row",))
"""By how much a row of the rule in question is broken."""
UNIT_KEYS, ZONE_KEYS = ("unit", "primary", "junior", "from", "to"), ("zone",)
NAMED_MOST = 6
"""Names of one sort in a sentence at most."""


@dataclass(frozen=True)
class Places:
    """Zones, units and years, by name and in order, where a plan breaks a rule."""

    zones: tuple[str, ...]
    units: tuple[str, ...]
    years: tuple[int, ...]

    def said(self) -> Text | None:
        """Return them in words (None where there are none)."""
        kinds: dict[str, Sequence[Any]] = {"zones": self.zones, "units": self.units, "years": self.years}
        parts = [
            Text(f"zoning.breaking.{kind}", names=_listed(names)) for kind, names in kinds.items() if names
        ]
        return Text("zoning.breaking.parts", parts=parts) if parts else None


def least_broken(problem: ZoningProblem, rule: Rule, seconds: float) -> Places | None:
    """Return where a plan that keeps all other rules breaks this one least; None where no such plan was found.

    Parameters
    ----------
    problem : ZoningProblem
        The data.
    rule : Rule
        One that is not elastic inside the model.
    seconds : float
        For solving, beside stating the programme.
    """
    loose = rule.loosened(problem)
    model = _stated(loose, rule)
    wrong = [(s, z, u) for s in range(len(problem.stages)) for z, u in _forbidden(problem, rule, s)]
    terms = _priced(model, wrong)
    if terms:
        model.prob.setObjective(pulp.LpAffineExpression(terms))
    else:
        model.set_objective()
    try:
        found = solve_program(
            to_program(model),
            gap=0.0,
            time_limit_s=seconds,
            seed=problem.scenario.solver.seed,
            threads=problem.scenario.solver.threads,
        )
    except EngineError:
        return None
    if not found.feasible:
        return None
    value = dict(zip((v.name for v in model.columns()), found.columns.tolist(), strict=False))
    plan = found.unit_of_item.reshape(len(problem.stages), problem.n_zones)
    return _named(model, rule, value, rule.places(problem, plan))


class _Bent(ZoningModel):
    """A programme in which the rows of one rule may be broken."""

    bent: bool = False

    def require(self, constraint: Any, name: str) -> None:
        """Add a row, with a slack where it may be broken."""
        if self.bent:
            constraint = constraint + pulp.LpAffineExpression(self._slack(name, int(constraint.sense)))
        super().require(constraint, name)

    def require_pairs(self, unit: int, amounts: FloatArray, rows: Sequence[Row]) -> None:
        """Add rows over the pairs of a unit, each with a slack where it may be broken."""
        signs = {"==": 0, "<=": -1, ">=": 1}
        if self.bent:
            rows = [
                ([*terms, *self._slack(name, signs[sense])], sense, limit, name)
                for terms, sense, limit, name in rows
            ]
        super().require_pairs(unit, amounts, rows)

    def _slack(self, name: str, sense: int) -> list[tuple[Any, float]]:
        ways = {1: ((1.0, "up"),), -1: ((-1.0, "down"),), 0: ((1.0, "up"), (-1.0, "down"))}[sense]
        return [(self.add(BEYOND, (f"{name}_{way}",)), sign) for sign, way in ways]


def _stated(loose: ZoningProblem, rule: Rule) -> _Bent:
    """Return the programme over every pair in which only this rule may be broken."""
    every = np.ones((loose.n_zones, len(loose.units)), dtype=bool)
    starts = plans_at_hand(loose)
    model = _Bent(loose, candidate_arcs(loose, every, starts), False, starts)
    for other in loose.rules:
        if other is not rule:
            other.add(model)
    # where the rule is still there, the scenario that it reads has changed, and what it asks now is no conflict
    if rule not in loose.rules:
        model.bent = True
        rule.add(model)
    return model


def _forbidden(problem: ZoningProblem, rule: Rule, s: int) -> Iterable[tuple[int, int]]:
    allowed = rule.allows(problem, s)
    return (
        []
        if allowed is None
        else [(int(z), int(u)) for z, u in np.argwhere(~np.asarray(allowed, dtype=bool))]
    )


def _priced(model: _Bent, wrong: list[tuple[int, int, int]]) -> list[tuple[Any, float]]:
    """Return what counts: every row by how much it is broken, every pair that is not allowed."""
    n = model.problem.n_zones
    bad = {(s * n + z, u) for s, z, u in wrong}
    pairs = zip(model.arcs.item.tolist(), model.arcs.unit.tolist(), strict=True)
    terms = [(model.x[a], 1.0) for a, pair in enumerate(pairs) if pair in bad]
    return [*terms, *((v, 1.0) for v in model.family(BEYOND).values())]


def _named(model: _Bent, rule: Rule, value: dict[str, float], pairs: list[tuple[int, int]]) -> Places:
    """Name what stands in the rows that are broken, and the pairs that the rule does not allow."""
    problem = model.problem
    zones, units = {z for z, _ in pairs}, {u for _, u in pairs}
    years: set[int] = set()
    slack = {v.name for v in model.family(BEYOND).values()}
    broken = {
        key[0].rsplit("_", 1)[0] for key, v in model.family(BEYOND).items() if value.get(v.name, 0.0) > 1e-6
    }
    arc_of = {
        x.name: (int(z), int(u)) for x, z, u in zip(model.x, model.arcs.zone, model.arcs.unit, strict=True)
    }
    key_of = {v.name: (family, key) for family, of in model.variables.items() for key, v in of.items()}
    for row in model.prob.constraints():
        if row.name not in broken:
            continue
        # what is chosen in the row; where nothing is, anything that might be
        there = [v.name for v in row if value.get(v.name, 0.0) > 0.5 and v.name not in slack] or [
            v.name for v in row
        ]
        arcs = [arc_of[name] for name in there if name in arc_of]
        zones |= {z for z, _ in arcs}
        units |= {u for _, u in arcs}
        for family, key in (key_of[name] for name in there if name in key_of):
            said = dict(zip(family.key, key, strict=True))
            zones |= {int(said[part]) for part in ZONE_KEYS if part in said}
            units |= {int(said[part]) for part in UNIT_KEYS if part in said}
            years |= {int(problem.years[said["year"]])} if "year" in said else set()
    return Places(
        tuple(str(problem.zones[z]) for z in sorted(zones)),
        tuple(str(problem.units["unit"].iat[u]) for u in sorted(units)),
        tuple(sorted(years)),
    )


def _listed(names: Sequence[Any]) -> Text:
    more, shown = len(names) - NAMED_MOST, [str(name) for name in names[:NAMED_MOST]]
    if more <= 0:
        return Text("zoning.breaking.listed", names=shown)
    return Text("zoning.breaking.listed_more", names=shown, more=more, count=len(names))
