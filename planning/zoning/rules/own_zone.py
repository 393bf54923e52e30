"""Leave the zone of its site to every open unit.

    x[home(u),u] ≥ open[u]                        for units that are alone of their stage in that zone, which is no shared one
    x[home(u),u] + x[home(u),v] ≥ open[u]         where u has a catchment today and that zone is v's: it may stay so

Families next to a school are never sent past it; the anchor also makes contiguity well defined (the school's own zone
belongs to it). Source: design.md §4.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pulp

from planning.arrays import BoolArray, IntArray
from planning.layout import Layout
from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Reason, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import asked_homes, chosen_unit, elsewhere, own_homes
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED


class OwnZone(Rule):
    """The zone of its site belongs to every open unit."""

    name, words = "own_zone", Text("zoning.rule.own_zone")
    setting = "units"
    mend = Text("zoning.rule.own_zone.mend")

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return the pairs that the rows hold: every unit, and who has it today, with the zone of its site (n_zones, n_units)."""
        tied = np.zeros((problem.n_zones, len(problem.units)), dtype=bool)
        for unit, zone in own_homes(problem).items():
            tied[zone, unit] = True
        for unit, other in elsewhere(problem).items():
            tied[own_homes(problem)[unit], other] = True
        return tied

    def add(self, model: ZoningModel) -> None:
        """Add the rows of this rule, when catchments are drawn anew."""
        problem, arcs = model.problem, model.arcs
        if problem.scenario.catchments != "free":
            return
        homes = own_homes(problem)
        position = {p: k for k, p in enumerate(problem.projects["project"])}
        last = len(problem.years) - 1
        other = elsewhere(problem)
        at = {pair: a for a, pair in enumerate(zip(arcs.zone.tolist(), arcs.unit.tolist(), strict=True))}
        for unit, zone in sorted(homes.items(), key=lambda pair: at.get((pair[1], pair[0]), len(at))):
            closed = model.family(CLOSED).get((unit, last))
            built = model.family(BUILT).get((position.get(cell(problem.units, "project", unit), -1), last))
            may = [at[pair] for pair in ((zone, unit), (zone, other.get(unit))) if pair in at]
            terms = [
                (model.x[a], 1.0) for a in may
            ]  # none where locks give the zone away: the unit cannot stand
            if closed is not None:
                terms.append((closed, 1.0))
            if built is not None:
                terms.append((built, -1.0))
            model.require(
                pulp.LpAffineExpression(terms) >= (0.0 if built is not None else 1.0), f"own_zone_{unit}"
            )

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether catchments are drawn anew."""
        return problem.scenario.catchments == "free"

    def value(self, problem: ZoningProblem) -> str:
        """Return nothing: no setting turns the rule."""
        return ""

    def settle(self, problem: ZoningProblem, stage_index: int, plan: IntArray) -> IntArray:
        """Give the zone of every site to its unit, where it is not another's today."""
        plan, other = plan.copy(), elsewhere(problem)
        for unit, zone in asked_homes(problem, stage_index, plan).items():
            if other.get(unit, unit) != plan[zone]:
                plan[zone] = unit
        return plan

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the school of today's unit stands in this zone."""
        if own_homes(problem).get(chosen_unit(problem, layout, stage_index, zone)) == zone:
            yield Reason.of(
                self.name,
                Text("zoning.own_zone.site_present_school_lies_zone"),
                about="lines",
            )


RULE = OwnZone()
