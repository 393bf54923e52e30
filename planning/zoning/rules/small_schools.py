"""Close a small unit only when every pupil of its zones keeps an acceptable journey.

    x[i,u] + closed[u] ≤ 1
    closed[u] = 0  where a zone of today's catchment has no other unit within the walking limit
    closed[u] + Σ_v closed[v] ≤ |v|    v within the limit of a zone of u: not all of them close together
    closed[u,t−1] ≤ closed[u,t]     what is closed stays closed
    closed[u] = built[k]  where a closure project k decides, until the scenario closes the unit anyway
    closed[u,t] = 1  from the year that the scenario names for the unit

Source: S:241 (merge teaching points with care, mend the journeys); rural travel as a rule within 30 minutes
(国办发〔2018〕27号); the limit in metres is the scenario's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import BoolArray, IntArray
from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Family, PlanTables, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.projects import BUILT

CLOSED = Family("closed", "decision", ("unit", "year"), whole=True, most=1.0, opens=True)
"""Whether a unit is closed."""


class SmallSchools(Rule):
    """A small unit closes only where every journey stays acceptable."""

    name, words = "small_schools", Text("zoning.rule.small_schools")
    families = (CLOSED,)
    hardness = "definition"

    def pairs(self, problem: ZoningProblem) -> BoolArray:
        """Return the pairs that the rows tie to a switch: all of units that may open or close (n_zones, n_units)."""
        return np.broadcast_to(problem.switched, (problem.n_zones, len(problem.units)))

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule."""
        problem = model.problem
        years = range(len(problem.years))
        closures = {
            int(cell(problem.projects, "unit", k)): k
            for k in range(len(problem.projects))
            if cell(problem.projects, "kind", k) == "closure" and cell(problem.projects, "unit", k) >= 0
        }
        closing = [
            u for u in range(len(problem.units)) if u in closures or cell(problem.units, "closable", u)
        ]
        for u in closing:
            for t in years:
                closed = model.add(CLOSED, (u, t))
                _decided_or_chosen(model, u, t, closed, closures.get(u))
        _not_all_together(model)
        last = len(problem.years) - 1
        divided = {(z.stage * problem.n_zones + z.zone) for z in problem.shared}
        for a, (item, unit) in enumerate(
            zip(model.arcs.item.tolist(), model.arcs.unit.tolist(), strict=True)
        ):
            closed = model.family(CLOSED).get((unit, last))
            if closed is not None and item not in divided:
                model.require(model.x[a] + closed <= 1, f"closed_{a}")

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Name the units that close."""
        had = problem.units.loc[problem.units["rooms"] > 0, "unit"]
        rooms = tables.zoned.groupby("unit")["rooms"].max()
        return {"closed_units": sorted(str(u) for u in had if rooms.get(u, 0) == 0)}


RULE = SmallSchools()


def _decided_or_chosen(model: ZoningModel, u: int, t: int, closed: Any, project: int | None) -> None:
    """Say who decides whether a unit is closed in a year, and what closing it saves."""
    problem = model.problem
    since = problem.scenario.small_schools.closed.get(str(cell(problem.units, "unit", u)))
    due = since is not None and problem.years[t] >= since
    saving = problem.scenario.prices.closure_saving / len(problem.years)
    built = None if project is None else model.family(BUILT)[project, t]
    if due:
        model.require(closed == 1, f"decided_closure_{u}_{t}")
    elif built is not None:
        model.require(closed - built == 0, f"closure_{u}_{t}")
    elif since is not None:
        model.require(closed == 0, f"decided_closure_{u}_{t}")
    elif not journey_stays_acceptable(model, u):
        model.require(closed <= 0, f"journey_{u}_{t}")
    elif t:
        model.require(model.family(CLOSED)[u, t - 1] - closed <= 0, f"stays_closed_{u}_{t}")
    if built is None:
        model.price("closure", [(closed, -saving)])
    elif since is not None:  # nothing is saved where the project closes it
        model.price("closure", [(closed, -saving), (built, saving)])


def _not_all_together(model: ZoningModel) -> None:
    """Leave one unit within the limit of every zone standing, where all that are near enough may close."""
    problem, closed = model.problem, model.family(CLOSED)
    decided = set(problem.scenario.small_schools.closed)
    for unit in sorted({u for u, _ in closed}):
        if not cell(problem.units, "closable", unit) or cell(problem.units, "unit", unit) in decided:
            continue
        members, others, limit = _journeys(problem, unit)
        reach = {
            tuple(others[problem.distance_m[zone, others] <= limit].tolist()) for zone in members.tolist()
        }
        for n, near in enumerate(sorted(reach)):
            for t in range(len(problem.years)):
                if near and all((v, t) in closed for v in near):
                    row = pulp.LpAffineExpression([(closed[v, t], 1.0) for v in (unit, *near)])
                    model.require(row <= len(near), f"together_{unit}_{n}_{t}")


def journey_stays_acceptable(model: ZoningModel, unit: int) -> bool:
    """Tell whether every zone with pupils in today's catchment has another unit within an acceptable journey.

    Within ``max_walk_m``, or ``bus_max_m`` where buses run; zones whose pupils may all board need none.
    """
    members, others, limit = _journeys(model.problem, unit)
    if not len(others):
        return False
    return bool((model.problem.distance_m[np.ix_(members, others)].min(axis=1) <= limit).all())


def _journeys(problem: ZoningProblem, unit: int) -> tuple[IntArray, IntArray, float]:
    """Return the zones whose pupils need a journey when a unit closes, the other units of today, and the limit in metres."""
    setting = problem.scenario.small_schools
    stage = str(cell(problem.units, "stage", unit))
    standing = (problem.units["project"] == "").to_numpy()
    others = np.array([v for v in problem.units_of(stage) if v != unit and standing[v]], dtype=np.int64)
    daily = [
        g
        for g in problem.grades(stage)
        if setting.boarding_from_grade is None
        or g < setting.boarding_from_grade
        or not problem.units["boarding"].to_numpy(dtype=bool)[others].any()
    ]
    travelling = problem.pupils[:, [problem.row(g) for g in daily], :].sum(axis=(1, 2))
    members = np.flatnonzero(problem.today[:, unit] & (travelling > 0))
    limit = max(setting.max_walk_m, setting.bus_max_m or 0.0)
    return members, others, limit
