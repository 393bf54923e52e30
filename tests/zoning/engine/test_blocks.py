"""The bound taken unit by unit lies between the linear relaxation and the true optimum."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.zoning import build_problem
from planning.zoning.engine import Program, relaxation_bound, solve_program
from planning.zoning.engine.blocks import block_bound, link_duals, split_units
from planning.zoning.engine.highs import Cancel
from planning.zoning.engine.improve import column_units
from planning.zoning.engine.relax import Relaxation, root
from planning.zoning.engine.work import Work
from planning.zoning.export import columns_of, to_program
from planning.zoning.model import build_model
from tests.zoning.county import scenario, small_county
from tests.zoning.engine.test_engine import cheapest, county


def relaxed(program: Program) -> tuple[Work, Relaxation]:
    work = Work(program, time.perf_counter(), None)
    return work, root(work, Cancel(time.perf_counter() + 20))


def bound(program: Program) -> float:
    work, relaxation = relaxed(program)
    duals = relaxation.duals[: work.matrix.shape[0]]
    return block_bound(work, column_units(work), duals, Cancel(time.perf_counter() + 20)) + program.offset


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), slack=st.floats(0.7, 1.3))
def test_it_never_passes_the_optimum_nor_falls_below_the_relaxation(seed: int, slack: float) -> None:
    program = county(seed, slack=slack, contiguous=False)
    found, plain, best = bound(program), relaxation_bound(program), cheapest(program)
    assert found >= plain - 1e-6 * abs(plain)
    assert found <= best + 1e-6 * abs(best) + 1e-6


def test_whole_zones_lift_it_above_the_relaxation() -> None:
    lifted = [
        bound(p) > relaxation_bound(p) + 0.5
        for p in (county(s, slack=0.75, contiguous=False) for s in range(12))
    ]
    assert any(lifted)


@pytest.mark.parametrize("rooms", [(6, 6, 9), (7, 13, 9), (12, 12, 9)])
@pytest.mark.parametrize("years", [None, 2022])
def test_classes_overflow_and_ratios_of_a_county(rooms: tuple[int, int, int], years: int | None) -> None:
    problem = build_problem(small_county(rooms=rooms), scenario(horizon=years, contiguity={"enabled": False}))
    program = to_program(build_model(problem))
    found = bound(program)
    best = solve_program(program, gap=0.0, time_limit_s=30, threads=1)
    assert best.proven
    assert 0.97 * relaxation_bound(program) - 1e-6 <= found <= best.objective + 1e-6 * best.objective


def test_a_unit_without_rows_of_its_own_is_counted() -> None:
    program = county(3, contiguous=False)
    few = replace(
        program,
        matrix=program.matrix[:-1],
        row_lower=program.row_lower[:-1],
        row_upper=program.row_upper[:-1],
    )
    best = cheapest(few)
    assert 0.97 * relaxation_bound(few) <= bound(few) <= best + 1e-6 * best


def test_rows_go_to_the_unit_they_speak_of() -> None:
    problem = build_problem(small_county(), scenario())
    model = build_model(problem)
    program = to_program(model)
    work, relaxation = relaxed(program)
    labels = column_units(work)
    split = split_units(work, labels, relaxation.duals[: work.matrix.shape[0]])
    names = [c.name for c in model.prob.constraints()]
    shared = {names[r].split("_")[0] for r in np.flatnonzero(split.row < 0)}
    assert shared == {"assignment", "nearby"}
    units = {v.name: split.column[j] for j, v in enumerate(columns_of(model))}
    assert units["classes_1_3_0"] == 1
    assert units["overflow_0_1_3_0"] == 0, "the unit that sends pays"
    assert not link_duals(work, labels, relaxation.duals[: work.matrix.shape[0]])[split.row >= 0].any()
