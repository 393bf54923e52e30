"""Limit how many pupils see their catchment change.

    Σ_i n[i] · (1 − x[i, today]) ≤ share · Σ_i n[i] + beyond

``beyond`` costs as much as a hard rule: a plan that needs it is no plan, and the run says by how many pupils
(:mod:`planning.zoning.solving.conflict`).

Zones stay stable; a change needs assessment, consultation and notice. Source: standards.md §3. The price of a change is part
of the cost of a pair (:meth:`Stability.pupil_price`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import BoolArray, FloatArray
from planning.district.schema import STAGE_ZH
from planning.errors import Issue
from planning.layout import Layout
from planning.messages import Both, Text
from planning.tables import each
from planning.zoning.declare import Family, PlanTables, Reason, Rule
from planning.zoning.declare.model import HARD_FACTOR, ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import chosen_unit
from planning.zoning.rules.shared import SHARE

BEYOND = Family("beyond", "violation", ("stage",))
"""Pupils moved beyond the share that may be."""


class Stability(Rule):
    """Few pupils see their catchment change."""

    name, words = "stability", Text("zoning.rule.stability")
    families = (BEYOND,)
    violated = BEYOND
    setting = "stability.max_moved_share"
    mend = Text("zoning.rule.stability.mend")

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return the pairs that the rows count: every zone with its units of today (n_zones, n_units)."""
        return problem.today

    def add(self, model: ZoningModel) -> None:
        """Add the row of this rule, when the scenario sets a share."""
        problem = model.problem
        share = problem.scenario.stability.max_moved_share
        if share is None:
            return
        for s, stage in enumerate(problem.stages):
            pupils = problem.stage_pupils(stage)
            known = problem.placed_today(s)
            total = float(pupils[known].sum())
            divided = set(problem.shared_in(s).tolist())
            lo, hi = s * problem.n_zones, (s + 1) * problem.n_zones
            stay = [
                (model.x[a], float(pupils[z]))
                for a, (item, z, u) in enumerate(
                    zip(
                        model.arcs.item.tolist(),
                        model.arcs.zone.tolist(),
                        model.arcs.unit.tolist(),
                        strict=True,
                    )
                )
                if lo <= item < hi and problem.today[z, u] and z not in divided
            ]
            stay += [
                (d, 1.0 / len(problem.years))
                for (k, u, _, _), d in model.family(SHARE).items()
                if problem.shared[k].stage == s and problem.today[problem.shared[k].zone, u]
            ]
            beyond = model.add(BEYOND, (stage,))
            row = pulp.LpAffineExpression([*stay, (beyond, 1.0)])
            model.require(row >= (1.0 - share) * total, f"stability_{stage}")
            model.price("stability", [(beyond, HARD_FACTOR * max(1.0, problem.scenario.prices.shortage))])

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario sets a share."""
        return problem.scenario.stability.max_moved_share is not None

    def value(self, problem: ZoningProblem) -> str:
        """Return the share."""
        return f"{problem.scenario.stability.max_moved_share:g}"

    def pupil_price(self, problem: ZoningProblem, stage_index: int, unit: int, zones: Any) -> FloatArray:
        """Price a change of today's catchment."""
        return np.asarray(problem.scenario.prices.moved * problem.changes(stage_index, unit, zones))

    def broken(self, problem: ZoningProblem, tables: PlanTables) -> Iterator[Issue]:
        """Yield the stages in which more pupils change their catchment than the scenario allows."""
        share = problem.scenario.stability.max_moved_share
        for s, stage in enumerate(problem.stages):
            moved, total = moved_pupils(problem, tables, s)
            if share is not None and moved > share * total + 1e-6:
                stage_zh = STAGE_ZH[stage]
                yield Issue(
                    "zoning.stability.pupils_change_their_catchment_may",
                    self.name,
                    column=self.setting,
                    value=self.value(problem),
                    mend=self.mend,
                    moved=moved / total,
                    stage=Both(stage, stage_zh),
                    share=share,
                )

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Count the pupils and zones with a new catchment; ``None`` where no zone had one before."""
        table = tables.assignment
        pairs = zip(table["previous_unit"], table["unit"], strict=True)
        moved = table[[bool(was) and unit not in was.split(";") for was, unit in pairs]]
        if not any(table["previous_unit"]):
            return {"moved_pupils": None, "moved_zones": None}
        return {
            "moved_pupils": int(moved["pupils"].sum()),
            "moved_zones": len(moved[["zone", "stage"]].drop_duplicates()),
        }

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that a shorter way is not worth a change of catchment."""
        chosen = chosen_unit(problem, layout, stage_index, zone)
        if not problem.today[zone, chosen] or problem.today[zone, unit]:
            return
        saved = float(problem.distance_m[zone, chosen] - problem.distance_m[zone, unit]) / 1000.0
        if 0 < saved < problem.scenario.prices.moved:
            yield Reason.of(
                "change",
                Text("zoning.stability.walk_would_shorten_only_m_less", saved=saved * 1000),
                mend=Text("zoning.stability.lower_price_prices_moved"),
            )


RULE = Stability()


def moved_pupils(problem: ZoningProblem, tables: PlanTables, s: int) -> tuple[float, float]:
    """Return the pupils a year of a stage who go to a unit that their catchment of today does not name, and all who have one."""
    pupils, known = problem.stage_pupils(problem.stages[s]), problem.placed_today(s)
    rows = np.arange(problem.n_zones)
    changed = known & ~problem.today[rows, tables.unit_of[s]]
    changed[problem.shared_in(s)] = False
    moved = float(pupils[changed].sum())
    zone_at = {str(z): k for k, z in enumerate(problem.zones)}
    unit_at = {str(problem.units["unit"].iat[u]): int(u) for u in problem.units_of(problem.stages[s])}
    for row in each(tables.shared[tables.shared["unit"].isin(unit_at)]):
        zone, unit = zone_at[str(row.zone)], unit_at[str(row.unit)]
        if known[zone] and not problem.today[zone, unit]:
            moved += row.pupils / len(problem.years)
    return moved, float(pupils[known].sum())
