"""Decide who goes where: the zoning problem, its rules, its solution and the reasons for it."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.zoning.begun import begun_summary, begun_with, start_of_scenario
    from planning.zoning.build import build_problem
    from planning.zoning.explain import Explanation, explain
    from planning.zoning.inputs import check_plan
    from planning.zoning.predecessor import predecessor_summary
    from planning.zoning.problem import ZoningProblem
    from planning.zoning.shared import propose_shared
    from planning.zoning.shortages import shortages
    from planning.zoning.solve import solve, solve_problem

__all__ = [
    "Explanation",
    "ZoningProblem",
    "begun_summary",
    "begun_with",
    "build_problem",
    "check_plan",
    "explain",
    "predecessor_summary",
    "propose_shared",
    "shortages",
    "solve",
    "solve_problem",
    "start_of_scenario",
]

lazily(__name__)
