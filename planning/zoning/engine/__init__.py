"""Solve assignment programmes with contiguous catchments to a proven gap, at any time."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.zoning.engine.process.apart import BreakdownError, solve_apart
    from planning.zoning.engine.program import LeftOut, NewColumns, Program, Solution, TracePoint
    from planning.zoning.engine.solve import (
        EngineError,
        ImpossibleError,
        best_at_hand,
        plan_exists,
        relaxation_bound,
        solve_program,
    )

__all__ = [
    "BreakdownError",
    "EngineError",
    "ImpossibleError",
    "LeftOut",
    "NewColumns",
    "Program",
    "Solution",
    "TracePoint",
    "best_at_hand",
    "plan_exists",
    "relaxation_bound",
    "solve_apart",
    "solve_program",
]

lazily(__name__)
