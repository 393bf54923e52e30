"""Make the engine's plan whole: classes and pupils sent on decided year by year, slacks at their least."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from planning.arrays import FloatArray
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine import Program, Solution
from planning.zoning.solving.clock import Clock
from planning.zoning.solving.complete import complete
from planning.zoning.solving.outcome import Outcome
from planning.zoning.solving.polish import polish

SHARE, MOST_S = 0.05, 3.0
"""Of the time limit, and seconds for a year at most, that the engine leaves for this."""
LEAST_S = 0.75
"""However late it is: a plan that is not whole is none."""
POLISH_S = 0.5


def kept_back(model: ZoningModel, clock: Clock) -> float:
    """Return the seconds that the engine leaves for making its plan whole."""
    return min(SHARE * clock.limit_s, MOST_S * len(model.problem.years))


def whole_outcome(model: ZoningModel, program: Program, solution: Solution, clock: Clock) -> Outcome:
    """Return what the engine found, made whole within what is left of the time.

    Parameters
    ----------
    model, program : ZoningModel, Program
        The same programme twice.
    solution : Solution
        Of the engine; arcs that were priced in come last in its columns.
    clock : Clock
        Of the solve; at least ``LEAST_S`` are used where needed.
    """
    variables = model.columns()
    before = solution.columns[: len(variables)]
    program = _with_joined(program, before)
    seconds = min(MOST_S * len(model.problem.years), max(LEAST_S, clock.left()))
    columns = complete(model, program, before, seconds=seconds)
    columns = polish(program, columns, _settled(model, len(variables)), seconds=POLISH_S)
    saved = float(program.cost @ (before - columns))
    values = dict(zip((v.name for v in variables), columns.tolist(), strict=True))
    return Outcome(
        values,
        solution.unit_of_item,
        solution.objective - saved,
        solution.bound,
        "engine",
        solution.stopped_by,
    )


def _with_joined(program: Program, columns: FloatArray) -> Program:
    """Return the programme with what pairs that joined late bring to its rows, as those have no column here.

    They enter assignment rows and rows that count pupils, all equations between whole numbers: what such a row lacks is theirs.
    """
    lacking = np.round(program.row_lower - program.matrix @ columns)
    theirs = np.where(program.row_lower == program.row_upper, lacking, 0.0)
    return dataclasses.replace(
        program, row_lower=program.row_lower - theirs, row_upper=program.row_upper - theirs
    )


def _settled(model: ZoningModel, size: int) -> Any:
    """Return which columns are settled: what is counted follows from the catchments and those sent on, who are whole."""
    settled = np.zeros(size, dtype=bool)
    position = {v.name: j for j, v in enumerate(model.columns())}
    for family, of in model.variables.items():
        if family.role in ("measure", "flow"):
            settled[[position[v.name] for v in of.values()]] = True
    return settled
