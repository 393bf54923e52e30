"""Solve assignment programmes with contiguous catchments to a proven gap, at any time."""

from planning.zoning.engine.program import LeftOut, NewColumns, Program, Solution, TracePoint
from planning.zoning.engine.solve import relaxation_bound, solve_program

__all__ = [
    "LeftOut",
    "NewColumns",
    "Program",
    "Solution",
    "TracePoint",
    "relaxation_bound",
    "solve_program",
]
