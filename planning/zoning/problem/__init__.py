"""Hold one problem as sets and arrays: pupils, units, ways, sites, shared zones, islands and locks."""

from planning.zoning.problem.problem import SharedZone, ZoningProblem

__all__ = ["SharedZone", "ZoningProblem"]
