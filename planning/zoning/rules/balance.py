"""Fill schools alike: price the pupils of a unit above the share of its seats that all units of the stage fill on average.

    Σ_g attending[u,g,t] ≤ level[s,t] · seats[u,t] + uneven[u,t]
    seats[u,t] = cap[s,t] · (rooms[u] + Σ_k add[k,u] · built[k,t])        (0 when the unit is closed)
    level[s,t] = (1 + tolerance) · pupils[s,t] / seats that surely stand, at most 1; or the share ``balance.above``

Asked for by ``balance.enabled``. A unit beyond its seats pays for a missing seat besides. Source: B1, S:151 (a layout that
follows where people live); the share and the price are the scenario's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pulp

from planning.arrays import FloatArray
from planning.messages import Text
from planning.tables import cell
from planning.zoning.declare import Family, PlanTables, Rule
from planning.zoning.declare.model import ZoningModel
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED

UNEVEN = Family("uneven", "violation", ("unit", "year"))
"""Pupils of a unit above the share of its seats that is even."""


class Balance(Rule):
    """Schools are filled alike."""

    name, words = "balance", Text("zoning.rule.balance")
    families = (UNEVEN,)
    hardness = "priced"
    violated = UNEVEN
    setting = "balance.enabled"
    twins = ("objective",)

    def active(self, problem: ZoningProblem) -> bool:
        """Return whether the scenario asks for it."""
        return problem.scenario.balance.enabled

    def add(self, model: ZoningModel) -> None:
        """Add the variables, rows and prices of this rule, where the scenario asks for it."""
        problem = model.problem
        if not self.active(problem):
            return
        by_room, attending = even_by_room(problem), model.family(ATTENDING)
        for u, stage in enumerate(problem.units["stage"].tolist()):
            for t in range(len(problem.years)):
                uneven, even = model.add(UNEVEN, (u, t)), float(by_room[u, t])
                pupils = [*((attending[u, g, t], 1.0) for g in problem.grades(stage)), (uneven, -1.0)]
                added = _added(problem, u)
                terms = [(model.family(BUILT)[k, t], -even * rooms) for k, rooms in added.items()]
                limit = even * float(cell(problem.units, "rooms", u))
                model.require(pulp.LpAffineExpression([*pupils, *terms]) <= limit, f"balance_{u}_{t}")
                closed = model.family(CLOSED).get((u, t))
                if closed is not None:
                    most = limit + even * sum(added.values())
                    row = pulp.LpAffineExpression([*pupils, (closed, most)])
                    model.require(row <= most, f"balance_closed_{u}_{t}")
                model.price("balance", [(uneven, problem.scenario.prices.uneven / len(problem.years))])

    def figures(self, problem: ZoningProblem, tables: PlanTables) -> Mapping[str, Any]:
        """Return the fullest and the emptiest unit of every stage in the last year: pupils by seat."""
        last = tables.zoned[tables.zoned["year"] == problem.years[-1]]
        return {
            "fill": {s: _range(problem, last[last["stage"] == s], k) for k, s in enumerate(problem.stages)}
        }


RULE = Balance()


def even_by_room(problem: ZoningProblem) -> FloatArray:
    """Return the pupils by room up to which a unit is even (n_units, n_years)."""
    stage = np.array([problem.stages.index(s) for s in problem.units["stage"]], dtype=np.int64)
    return np.asarray((_levels(problem) * _caps(problem))[stage])


def _levels(problem: ZoningProblem) -> FloatArray:
    """Return the share of its seats up to which a unit is even, by stage and year (n_stages, n_years)."""
    setting = problem.scenario.balance
    if setting.above is not None:
        return np.full((len(problem.stages), len(problem.years)), float(setting.above))
    found = np.ones((len(problem.stages), len(problem.years)))
    cap = _caps(problem)
    for s, stage in enumerate(problem.stages):
        grades, units = problem.rows(stage), problem.units_of(stage)
        for t in range(len(problem.years)):
            pupils = float(problem.pupils[:, grades, t].sum() + problem.continuing[units][:, grades, t].sum())
            seats = cap[s, t] * sum(_surely(problem, int(u), t) for u in units)
            if seats > 0:
                found[s, t] = min(1.0, (1.0 + setting.tolerance) * pupils / seats)
    return found


def _caps(problem: ZoningProblem) -> FloatArray:
    """Return the pupils a class may hold, mean over the grades of a stage, by stage and year (n_stages, n_years)."""
    rows = [problem.caps[s][problem.rows(stage)].mean(axis=0) for s, stage in enumerate(problem.stages)]
    return np.array(rows, dtype=float)


def _added(problem: ZoningProblem, unit: int) -> dict[int, float]:
    """Return the rooms that projects add to a unit, by project."""
    table = problem.projects
    mine = np.flatnonzero((table["unit"] == unit).to_numpy() & (table["kind"] != "closure").to_numpy())
    return {int(k): float(cell(table, "rooms", int(k))) for k in mine}


def _surely(problem: ZoningProblem, unit: int, t: int) -> float:
    """Return the rooms of a unit that are there whatever is chosen: as it stands and with the decided projects of that year."""
    year, table = problem.years[t], problem.projects
    closed = problem.scenario.small_schools.closed.get(str(cell(problem.units, "unit", unit)))
    decided = ((table["mode"] == "build") & (table["open_year"] <= year)).to_numpy()
    ends = decided & (table["unit"] == unit).to_numpy() & (table["kind"] == "closure").to_numpy()
    if ends.any() or (closed is not None and closed <= year):
        return 0.0
    more = sum(rooms for k, rooms in _added(problem, unit).items() if decided[k])
    return float(cell(problem.units, "rooms", unit)) + more


def _range(problem: ZoningProblem, rows: Any, stage_index: int) -> list[float] | None:
    """Return the least and the greatest pupils by seat among the units of a stage with rooms; None without any."""
    by_unit = rows.groupby("unit").agg(pupils=("pupils", "sum"), rooms=("rooms", "max"))
    by_unit = by_unit[by_unit["rooms"] > 0]
    if not len(by_unit):
        return None
    fill = by_unit["pupils"] / (by_unit["rooms"] * _caps(problem)[stage_index, -1])
    return [round(float(fill.min()), 4), round(float(fill.max()), 4)]
