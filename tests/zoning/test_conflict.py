"""Where no plan exists that is said, with the rules and places in conflict, and no broken plan is passed off as one."""

from __future__ import annotations

import pytest

from planning.errors import InfeasibleError
from planning.zoning.build import build_problem
from planning.zoning.solve import solve_problem
from tests.zoning.grid import grid_county
from tests.zoning.test_every_pair import asked


@pytest.mark.parametrize(("solver", "seconds"), [("engine", 3), ("highs", 3)])
def test_more_zones_apart_than_schools_are_proven_impossible(solver: str, seconds: float) -> None:
    county = grid_county([(0, 0), (1, 0), (2, 0)], {"P0": (0, 0), "P1": (2, 0)}, {})
    locks = {"apart": [{"zones": ["Z00", "Z01", "Z02"]}]}
    settings = {"name": solver, "gap": 0.0, "threads": 1, "time_limit_s": seconds}
    problem = build_problem(county, asked(2, stages=["primary"], locks=locks, solver=settings))
    with pytest.raises(InfeasibleError) as heard:
        solve_problem(problem)
    said = {p.column: p.text("en") for p in heard.value.problems}
    assert "proven impossible" in said["locks"]
    assert "zones together or apart" in said["locks"]
