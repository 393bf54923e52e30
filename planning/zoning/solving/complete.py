"""Seat pupils as well as can be once catchments, projects and closings are settled: classes and pupils sent on, year by year."""

from __future__ import annotations

import time

import numpy as np
import pulp
from scipy.optimize import Bounds, LinearConstraint, milp

from planning.arrays import BoolArray, FloatArray
from planning.zoning.declare import WHOLE
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine import Program

SECONDS = 3.0
"""For one year at most; the plan of before is kept where that is not enough."""
LEAST_S = 0.1
"""However late it is: a plan that is not whole is none."""
COLUMNS_PER_S = 3000.0
"""A search over so many columns that has less than a second finds nothing, and looks at its clock late: a plan that is whole is left as it is."""
ATTEMPTS = (0.75, 0.8, 1.0)
"""Of what is left of these seconds, for each attempt in turn: the first one and the last ask for little."""


def complete(
    model: ZoningModel, program: Program, columns: FloatArray, *, seconds: float | None = None
) -> FloatArray:
    """Return the columns with classes and flows decided anew, everything else fixed.

    A search over many years that runs out of time can leave a room empty beside pupils without a seat, and the engine
    divides pupils who are sent on. What comes back is whole, and dearer only where that asks for it. ``seconds`` are shared by
    the years (3 each by default).
    """
    better = columns
    for rule in model.problem.rules:
        better = rule.improve(model, better)
    variables = model.columns()
    whole = np.array([v.cat == pulp.LpInteger for v in variables])
    position = {v.name: j for j, v in enumerate(variables)}
    every = range(len(model.problem.years))
    seconds = SECONDS * len(every) if seconds is None else seconds
    until, todo = time.perf_counter() + seconds, len(every)
    # pupils who stay where they were sent tie the years together
    for years in [set(every)] if model.problem.stays() else [{t} for t in every]:
        free = np.zeros(len(columns), dtype=bool)
        for family, of in model.variables.items():
            if family.follows:
                free[[position[v.name] for key, v in of.items() if key[-1] in years]] = True
        left = max(0.0, until - time.perf_counter())
        better = _again(model, program, better, free, whole, left * len(years) / todo)
        todo -= len(years)
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
    until, worth = time.perf_counter() + seconds, float(free.sum()) / COLUMNS_PER_S
    share = iter(ATTEMPTS)

    def decided(start: FloatArray, part: BoolArray) -> FloatArray | None:
        left = max(0.0, until - time.perf_counter())
        return _decided(program, start, part, whole, max(LEAST_S, next(share) * left))

    if not divided.any():
        if seconds < worth:
            return columns
        anew = _decided(program, columns, free, whole, seconds)
        return columns if anew is None or program.cost @ anew >= program.cost @ columns - 1e-6 else anew
    # classes as they are ask for little and keep every seat; anew they may be cheaper, if there is time; at last nobody is sent
    # on who was not sent as a whole
    classes = free & program.integer
    found = [each for each in [decided(columns, free & ~classes)] if each is not None]
    if not found or until - time.perf_counter() >= worth:
        found += [each for each in [decided(columns, free)] if each is not None]
    if not found:
        fewer = np.where(divided, np.floor(columns + WHOLE), columns)
        for rule in model.problem.rules:
            fewer = rule.divide(model, fewer, columns)
        least = decided(fewer, free & ~whole)
        return columns if least is None else least
    # a search that ran out of time may hold any plan
    return min(found, key=lambda each: float(program.cost @ each))


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
