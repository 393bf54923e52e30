"""Draw compact catchments: price the square of the way, so that one long arm costs more than many short ones.

    minimise  Σ price · km² · pupils

Asked for by ``compactness.enabled``; the spread of a catchment around its school is its moment of inertia. Source: Hess et al. (1965),
whose compactness this is; title in docs/engine.md. How many go to the nearest unit is reported whether or not it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from planning.arrays import FloatArray
from planning.layout import Layout
from planning.messages import Text
from planning.zoning.declare import PlanTables, Reason, Rule
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import chosen_unit

SAME_WAY_M = 0.5
"""So many metres farther counts as equally near: ways are written to a tenth of a metre."""
WORTH_TELLING = 0.05
"""Pupil-kilometres by pupil from which an arm is a reason."""


class Compactness(Rule):
    """Catchments keep close around their schools."""

    name, words = "compactness", Text("zoning.rule.compactness")
    hardness = "priced"
    setting = "compactness.enabled"
    twins = ("objective",)

    def pupil_price(
        self, problem: ZoningProblem, stage_index: int, unit: int, zones: Any
    ) -> FloatArray | None:
        """Price the square of the way in kilometres."""
        if not problem.scenario.compactness.enabled:
            return None
        km = problem.distance_m[zones, unit] / 1000.0
        return np.asarray(problem.scenario.prices.spread * km**2)

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Return the share of the pupils placed, by stage, whose unit is the nearest of those that stand."""
        return {
            "nearest_share": {
                stage: round(share, 4)
                for s, stage in enumerate(problem.stages)
                if (share := _nearest_share(problem, tables, s)) is not None
            }
        }

    def reasons(
        self, problem: ZoningProblem, layout: Layout, stage_index: int, zone: int, unit: int
    ) -> Iterator[Reason]:
        """Yield that the catchment of the unit would grow an arm."""
        if not problem.scenario.compactness.enabled:
            return
        chosen = chosen_unit(problem, layout, stage_index, zone)
        far, near = (float(problem.distance_m[zone, u]) / 1000.0 for u in (unit, chosen))
        if problem.scenario.prices.spread * (far**2 - near**2) >= WORTH_TELLING:
            yield Reason.of(
                self.name,
                Text("zoning.compactness.less_compact"),
                mend=Text("zoning.compactness.lower_price"),
                about="lines",
            )


RULE = Compactness()


def _nearest_share(problem: ZoningProblem, tables: PlanTables, stage_index: int) -> float | None:
    """Return the share of the pupils placed in a stage who go to the nearest unit with rooms; None where nobody is placed."""
    stage = problem.stages[stage_index]
    rows = tables.assignment[tables.assignment["stage"] == stage]
    pupils = rows["pupils"].to_numpy(dtype=float)
    zoned = tables.zoned
    standing = set(zoned.loc[(zoned["stage"] == stage) & (zoned["rooms"] > 0), "unit"])
    units = [u for u in problem.units_of(stage).tolist() if problem.units["unit"].iat[u] in standing]
    if not pupils.sum() or not units:
        return None
    zone_at = {str(z): k for k, z in enumerate(problem.zones)}
    zones = np.array([zone_at[str(z)] for z in rows["zone"]], dtype=np.int64)
    least = problem.distance_m[np.ix_(zones, np.array(units))].min(axis=1)
    near = rows["distance_m"].to_numpy(dtype=float) <= least + SAME_WAY_M
    return float(pupils[near].sum() / pupils.sum())
