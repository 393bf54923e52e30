"""Seat pupils as well as can be once catchments, projects and closings are settled: classes and pupils sent on, year by year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from planning.tables import cell
from planning.zoning.engine import Program
from planning.zoning.export import columns_of
from planning.zoning.model import ZoningModel
from planning.zoning.problem import BoolArray, FloatArray

YEARLY = frozenset(
    ("overflow", "shared", "attending", "classes", "shortage", "outside", "oversize", "starved")
)
"""Families that decide or measure one year and end with the year's position in their key."""
SECONDS = 3.0
"""For one year; the plan of before is kept where that is not enough."""


def complete(model: ZoningModel, program: Program, columns: FloatArray) -> FloatArray:
    """Return the columns with classes and flows decided anew, everything else fixed; never dearer.

    A search over many years that runs out of time can leave a room empty beside pupils without a seat.
    """
    better = fill_classes(model, columns)
    position = {v.name: j for j, v in enumerate(columns_of(model))}
    for t in range(len(model.problem.years)):
        free = np.zeros(len(columns), dtype=bool)
        for family in YEARLY:
            free[[position[v.name] for key, v in model.family(family).items() if key[-1] == t]] = True
        better = _year(program, better, free)
    return better


def fill_classes(model: ZoningModel, columns: FloatArray) -> FloatArray:
    """Open classes in the rooms there are while a class saves more than it costs, the one that saves most first.

    Exact for the pupils who attend: what a class saves in a grade falls with every class, so nothing is gained by looking ahead.
    """
    problem = model.problem
    position = {v.name: j for j, v in enumerate(columns_of(model))}
    at = {name: {key: position[v.name] for key, v in model.family(name).items()} for name in ("classes", "shortage", "attending")}  # fmt: skip
    price = model.violation_price("class_size", problem.scenario.prices.shortage)
    each = problem.scenario.prices.class_
    better = columns.copy()
    for u, stage in enumerate(problem.units["stage"]):
        caps = problem.caps[problem.stages.index(str(stage))]
        for t in range(len(problem.years)):
            grades = problem.grades(str(stage))
            left = np.array([better[at["attending"][u, g, t]] for g in grades])
            cap = np.array([caps[g - 1, t] for g in grades])
            classes = np.zeros(len(grades))
            for _ in range(_rooms(model, position, better, u, t)):
                saved = price * np.minimum(left, cap) - each
                k = int(saved.argmax())
                if saved[k] <= 0:
                    break
                classes[k] += 1
                left[k] = max(0.0, left[k] - cap[k])
            for g, n, short in zip(grades, classes, left, strict=True):
                better[at["classes"][u, g, t]], better[at["shortage"][u, g, t]] = n, short
    return better


def _rooms(model: ZoningModel, position: dict[str, int], columns: FloatArray, unit: int, t: int) -> int:
    """Return the rooms of a unit in a year under the projects and closings of a plan."""
    problem = model.problem
    closed = model.family("closed").get((unit, t))
    if closed is not None and columns[position[closed.name]] > 0.5:
        return 0
    rooms = int(cell(problem.units, "rooms", unit))
    for k in np.flatnonzero((problem.projects["unit"] == unit).to_numpy()).tolist():
        built = model.family("built")[k, t]
        if cell(problem.projects, "kind", k) != "closure" and columns[position[built.name]] > 0.5:
            rooms += int(cell(problem.projects, "rooms", k))
    return rooms


def _year(program: Program, columns: FloatArray, free: BoolArray) -> FloatArray:
    """Return the columns with the free ones decided anew, where that is found and cheaper."""
    matrix = program.matrix.tocsr()
    rows = np.flatnonzero(np.asarray(abs(matrix[:, free]).sum(axis=1)).ravel() > 0)
    if not free.any() or not len(rows):
        return columns
    shift = matrix[rows][:, ~free] @ columns[~free]
    limits = LinearConstraint(
        matrix[rows][:, free].tocsc(), program.row_lower[rows] - shift, program.row_upper[rows] - shift
    )
    whole: npt.NDArray[np.int64] = program.integer[free].astype(np.int64)
    found = milp(
        program.cost[free],
        integrality=whole,
        bounds=Bounds(program.col_lower[free], program.col_upper[free]),
        constraints=limits,
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-4},
    )
    if found.x is None:
        return columns
    better = columns.copy()
    better[free] = np.where(whole > 0, np.round(found.x), found.x)
    return better if program.cost @ better < program.cost @ columns - 1e-6 else columns
