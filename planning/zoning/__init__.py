"""Decide who goes where: the zoning problem, its rules, its solution and the reasons for it."""

from typing import TYPE_CHECKING

from planning.lazy import lazily

if TYPE_CHECKING:
    from planning.zoning.answer.shortages import shortages
    from planning.zoning.answer.taken_up import begun_with
    from planning.zoning.at_hand.begun import begun_summary, start_of_scenario
    from planning.zoning.build.build import build_problem
    from planning.zoning.build.inputs import check_plan
    from planning.zoning.explain import Explanation, explain
    from planning.zoning.problem import ZoningProblem
    from planning.zoning.problem.predecessor import predecessor_summary
    from planning.zoning.problem.shared import propose_shared
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
