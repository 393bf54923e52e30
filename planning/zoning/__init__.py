"""Decide who goes where: the zoning problem, its rules, its solution and the reasons for it."""

from planning.zoning.problem import ZoningProblem, build_problem
from planning.zoning.solve import solve

__all__ = ["ZoningProblem", "build_problem", "solve"]
