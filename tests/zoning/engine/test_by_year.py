"""Classes of years that hang together, chosen year by year: every row kept, hardly dearer than all at once."""

from __future__ import annotations

import numpy as np
import pytest

from planning.parameters import EngineParameters
from planning.zoning.build import build_problem
from planning.zoning.engine import Program
from planning.zoning.engine import completion as module
from planning.zoning.engine.completion import complete
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.state import SearchState
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from tests.zoning.county import scenario, small_county


@pytest.fixture(scope="module")
def program() -> Program:
    """Return a county where pupils stay, whose school A has too few rooms for three years."""
    settings = {"year": 2021, "horizon": 2023, "enrolled": "stay", "stages": ["primary"], "catchments": "current"}  # fmt: skip
    problem = build_problem(small_county(pupils=32, rooms=(17, 24, 9)), scenario(**settings))
    return to_program(build_model(problem, contiguity_rows=False))


def price(program: Program, tied_from: int) -> float:
    """Return what the plan of today costs, years taken one by one from so many whole numbers on."""
    state = SearchState(
        program, 0.0, None, EngineParameters(first_plan={"tied_whole_columns_least": tied_from})
    )
    values = complete(state, program.starts[0], Deadline(np.inf), seed=0, gap=1e-6)
    assert values is not None
    assert state.incumbents.offer(values, "start")
    assert state.incumbents.best is not None
    assert state.incumbents.best.broken == 0
    return state.incumbents.best.objective


def test_every_column_knows_its_year(program: Program) -> None:
    assert program.year is not None
    assert set(program.year[: len(program.arc_item)].tolist()) == {-1}
    assert set(program.year[len(program.arc_item) :].tolist()) == {0, 1, 2}


def test_year_by_year_is_as_good_on_a_small_county(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = price(program, 10_000)
    asked = []
    real = module.by_year

    def heard(*args, **named):
        found = real(*args, **named)
        asked.append((args[0], found))
        return found

    monkeypatch.setattr(module, "by_year", heard)
    assert price(program, 1) == pytest.approx(at_once, rel=1e-6)
    assert asked
    for part, found in asked:
        assert found is not None
        reached = part.matrix @ found
        assert (reached >= part.row_lower - 1e-6).all()
        assert (reached <= part.row_upper + 1e-6).all()
        assert np.allclose(found[part.integer], np.round(found[part.integer]))
