"""Seat pupils as well as can be once catchments, projects and closings are settled: classes and pupils sent on, year by year."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pulp
from scipy.optimize import Bounds, LinearConstraint, milp

from planning.tables import cell
from planning.zoning.classes import classes_in_rooms
from planning.zoning.engine import Program
from planning.zoning.export import columns_of
from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, FloatArray
from planning.zoning.rules.class_size import CLASSES, SHORTAGE
from planning.zoning.rules.overflow import ATTENDING
from planning.zoning.rules.projects import BUILT
from planning.zoning.rules.shared import SHARE
from planning.zoning.rules.small_schools import CLOSED

SECONDS = 3.0
"""For one year at most; the plan of before is kept where that is not enough."""
WHOLE = 1e-6
"""So far from a whole number a column counts as divided."""


def complete(
    model: ZoningModel, program: Program, columns: FloatArray, *, seconds: float | None = None
) -> FloatArray:
    """Return the columns with classes and flows decided anew, everything else fixed.

    A search over many years that runs out of time can leave a room empty beside pupils without a seat, and the engine
    divides pupils who are sent on. What comes back is whole, and dearer only where that asks for it. ``seconds`` are shared by
    the years (3 each by default).
    """
    better = fill_classes(model, columns)
    variables = columns_of(model)
    whole = np.array([v.cat == pulp.LpInteger for v in variables])
    position = {v.name: j for j, v in enumerate(variables)}
    every = range(len(model.problem.years))
    each = SECONDS if seconds is None else seconds / len(every)
    # pupils who stay where they were sent tie the years together
    for years in [set(every)] if model.problem.stays() else [{t} for t in every]:
        free = np.zeros(len(columns), dtype=bool)
        for family, of in model.variables.items():
            if family.follows:
                free[[position[v.name] for key, v in of.items() if key[-1] in years]] = True
        better = _again(model, program, better, free, whole, each * len(years))
    return better


def _again(
    model: ZoningModel,
    program: Program,
    columns: FloatArray,
    free: BoolArray,
    whole: BoolArray,
    seconds: float,
) -> FloatArray:
    """Return the columns with the free ones decided anew where that is cheaper, or where they are not whole."""
    divided = free & whole & (np.abs(columns - np.round(columns)) > WHOLE)
    found = _decided(program, columns, free, whole, seconds)
    if not divided.any():
        return columns if found is None or program.cost @ found >= program.cost @ columns - 1e-6 else found
    # whatever is not found in time: classes as they are, and at last nobody sent on who was not sent as a whole
    classes = free & program.integer
    fewer = whole_shares(model, np.where(divided, np.floor(columns + WHOLE), columns), columns)
    for start, part in ((columns, free & ~classes), (fewer, free & ~whole)):
        if found is None:
            found = _decided(program, start, part, whole, seconds)
    return columns if found is None else found


def whole_shares(model: ZoningModel, plan: FloatArray, divided: FloatArray) -> FloatArray:
    """Return a plan in which the pupils of every shared zone are divided in whole numbers, largest remainders first."""
    found = plan.copy()
    position = {v.name: j for j, v in enumerate(columns_of(model))} if model.family(SHARE) else {}
    parts: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for (k, _, g, t), v in model.family(SHARE).items():
        parts[k, g, t].append(position[v.name])
    for at in parts.values():
        found[at] = apportioned(divided[at])
    return found


def apportioned(parts: FloatArray) -> FloatArray:
    """Return numbers of about whole sum as whole numbers of that sum, the largest remainders rounded up.

    Examples
    --------
    >>> apportioned(np.array([1.5, 0.75, 0.75])).tolist()
    [1.0, 1.0, 1.0]
    """
    low = np.floor(parts + WHOLE)
    missing = round(float(parts.sum() - low.sum()))
    up = np.argsort(low - parts, kind="stable")[: max(0, missing)]
    low[up] += 1.0
    return np.asarray(low)


def fill_classes(model: ZoningModel, columns: FloatArray) -> FloatArray:
    """Open classes in the rooms there are while a class saves more than it costs, the one that saves most first.

    Exact for the pupils who attend (:func:`planning.zoning.classes.classes_in_rooms`).
    """
    problem = model.problem
    position = {v.name: j for j, v in enumerate(columns_of(model))}
    at = {
        family: {key: position[v.name] for key, v in model.family(family).items()}
        for family in (CLASSES, SHORTAGE, ATTENDING)
    }
    price = model.violation_price("class_size", problem.scenario.prices.shortage)
    each = problem.scenario.prices.class_
    better = columns.copy()
    for u, stage in enumerate(problem.units["stage"]):
        caps = problem.caps[problem.stages.index(str(stage))]
        for t in range(len(problem.years)):
            grades = problem.grades(str(stage))
            classes, left = classes_in_rooms(
                [float(better[at[ATTENDING][u, g, t]]) for g in grades],
                [float(caps[g - 1, t]) for g in grades],
                _rooms(model, position, better, u, t),
                price=price,
                each=each,
            )
            for g, n, short in zip(grades, classes, left, strict=True):
                better[at[CLASSES][u, g, t]], better[at[SHORTAGE][u, g, t]] = n, short
    return better


def _rooms(model: ZoningModel, position: dict[str, int], columns: FloatArray, unit: int, t: int) -> int:
    """Return the rooms of a unit in a year under the projects and closings of a plan."""
    problem = model.problem
    closed = model.family(CLOSED).get((unit, t))
    if closed is not None and columns[position[closed.name]] > 0.5:
        return 0
    rooms = int(cell(problem.units, "rooms", unit))
    for k in np.flatnonzero((problem.projects["unit"] == unit).to_numpy()).tolist():
        built = model.family(BUILT)[k, t]
        if cell(problem.projects, "kind", k) != "closure" and columns[position[built.name]] > 0.5:
            rooms += int(cell(problem.projects, "rooms", k))
    return rooms


def _decided(
    program: Program, columns: FloatArray, free: BoolArray, whole: BoolArray, seconds: float
) -> FloatArray | None:
    """Return the columns with the free ones at their cheapest, None where that is not found."""
    matrix = program.matrix.tocsr()
    rows = np.flatnonzero(np.asarray(abs(matrix[:, free]).sum(axis=1)).ravel() > 0)
    if not free.any() or not len(rows):
        return None
    shift = matrix[rows][:, ~free] @ columns[~free]
    limits = LinearConstraint(
        matrix[rows][:, free].tocsc(), program.row_lower[rows] - shift, program.row_upper[rows] - shift
    )
    found = milp(
        program.cost[free],
        integrality=whole[free].astype(np.int64),
        bounds=Bounds(program.col_lower[free], program.col_upper[free]),
        constraints=limits,
        options={"time_limit": seconds, "mip_rel_gap": 1e-4},
    )
    if found.x is None:
        return None
    better = columns.copy()
    better[free] = np.where(whole[free], np.round(found.x), found.x)
    return better
