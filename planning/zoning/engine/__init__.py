"""Solve assignment programmes with contiguous catchments to a proven gap, at any time."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.zoning.engine.engine import Engine, Proof, Siting
    from planning.zoning.engine.neighbourhoods.annealing import prepare
    from planning.zoning.engine.neighbourhoods.competing import CompetingUnits
    from planning.zoning.engine.neighbourhoods.protocol import Freed, Neighbourhood, Situation
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
    from planning.zoning.engine.stopping import PriceAtMost, Progress, StepsWithoutGain, StoppingRule

__all__ = [
    "BreakdownError",
    "CompetingUnits",
    "Engine",
    "EngineError",
    "Freed",
    "ImpossibleError",
    "LeftOut",
    "Neighbourhood",
    "NewColumns",
    "PriceAtMost",
    "Program",
    "Progress",
    "Proof",
    "Siting",
    "Situation",
    "Solution",
    "StepsWithoutGain",
    "StoppingRule",
    "TracePoint",
    "best_at_hand",
    "plan_exists",
    "prepare",
    "relaxation_bound",
    "solve_apart",
    "solve_program",
]

lazily(__name__)
