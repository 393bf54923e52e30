"""Hand the engine what classes, missing seats and large schools cost, as arrays that a search can ask a million times a second."""

from __future__ import annotations

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.tables import cell
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine.seating import Seating
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules import class_size, school_size
from planning.zoning.rules.nearby import groups
from planning.zoning.rules.overflow import partners
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.small_schools import CLOSED


def seating_of(model: ZoningModel, column: dict[str, int]) -> Seating:
    """Return what the rules *class_size* and *school_size* say of given catchments while nobody is sent on.

    Parameters
    ----------
    model : ZoningModel
        With every rule added.
    column : dict
        Position of every variable by its name.
    """
    problem = model.problem
    prices, years = problem.scenario.prices, len(problem.years)
    grades = [np.array(problem.rows(stage)) for stage in problem.stages]
    most = max(len(g) for g in grades)
    stage_of = [problem.stages.index(str(s)) for s in problem.units["stage"]]

    def laid(counts: FloatArray, s: int, nothing: float) -> FloatArray:
        """Return counts (n, n_grades, n_years) of the grades of a stage, years outside, grades inside (n, n_years · n_grades)."""
        found = np.full((len(counts), years, most), nothing)
        found[:, :, : len(grades[s])] = counts[:, grades[s], :].transpose(0, 2, 1)
        return found.reshape(len(counts), -1)

    pupils = problem.whole(problem.pupils)
    short = np.full(len(stage_of), model.violation_price(class_size.RULE, prices.shortage) / years)
    adding, added = _switches(model, column)
    school, size = _sizes(problem)
    return Seating(
        coming=np.concatenate([laid(pupils, s, 0.0) for s in range(len(problem.stages))]),
        staying=np.concatenate([laid(problem.continuing[[u]], s, 0.0) for u, s in enumerate(stage_of)]),
        cap=np.concatenate([laid(problem.caps[[s]], s, 1.0) for s in stage_of]),
        rooms=np.repeat(problem.units["rooms"].to_numpy(dtype=float)[:, None], years, axis=1),
        adding=adding,
        added=added,
        school=school,
        size=size,
        short=short,
        sent=_sent(model, short),
        each=problem.class_price / years,
        over=model.violation_price(school_size.RULE, prices.oversize) / years,
    )


def _sent(model: ZoningModel, short: FloatArray) -> FloatArray:
    """Return what a pupil beyond the seats of a unit costs where there is room in another, as far as prices tell (n_units,)."""
    problem, found = model.problem, short.copy()
    counted = np.zeros(len(found))
    for _, ratio, units in groups(problem):
        counted[units] = problem.scenario.prices.nearby if ratio >= 1.0 else 0.0
    for u, v in partners(problem):
        price = problem.scenario.prices.overflow + problem.between_m[u, v] / 1000.0 + counted[v]
        found[u] = min(found[u], price / len(problem.years))
    return found


def _switches(model: ZoningModel, column: dict[str, int]) -> tuple[IntArray, FloatArray]:
    """Return switch, unit and year of what is built or closed, and the rooms that come of it."""
    problem = model.problem
    found: list[tuple[int, int, int]] = []
    rooms: list[float] = []
    for (k, t), built in model.family(BUILT).items():
        unit = int(cell(problem.projects, "unit", k))
        if unit >= 0 and cell(problem.projects, "kind", k) != "closure":
            found.append((column[built.name], unit, t))
            rooms.append(float(cell(problem.projects, "rooms", k)))
    for (u, t), closed in model.family(CLOSED).items():
        found.append((column[closed.name], u, t))
        rooms.append(-float(cell(problem.units, "rooms", u)))
    return np.array(found, dtype=np.int64).reshape(-1, 3), np.array(rooms)


def _sizes(problem: ZoningProblem) -> tuple[IntArray, FloatArray]:
    """Return the school of every unit, and how many pupils of the zoning each may have by year (n_schools, n_years)."""
    names, school = np.unique(problem.units["school"].astype(str), return_inverse=True)
    limit = np.full(len(names), np.inf)
    np.minimum.at(limit, school, problem.units["school_limit"].to_numpy(dtype=float))
    elsewhere = (
        problem.carried.groupby("school")["pupils"].sum().reindex(names).fillna(0.0).to_numpy(dtype=float)
    )
    return school.astype(np.int64), np.repeat((limit - elsewhere)[:, None], len(problem.years), axis=1)
