"""Catchments annealed by their classes: what a unit is said to cost is what the rows say, and plans get better by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.multiyear import __main__ as multiyear
from benchmarks.multiyear.check import check, read
from planning.parameters import EngineParameters
from planning.zoning.classes import classes_in_rooms
from planning.zoning.engine import Program, prepare
from planning.zoning.engine.completion import complete, offer_units
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.neighbourhoods.annealing import seated
from planning.zoning.engine.neighbourhoods.seated import (
    SeatedWalks,
    anneal_seated,
    fits,
    seat,
    seated_packing,
)
from planning.zoning.engine.neighbourhoods.seats import Desks, _classes
from planning.zoning.engine.state import SearchState
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program

NAME = "c60-20"


@pytest.fixture(scope="module")
def program() -> Program:
    """Return a county of 60 zones over five years, full to the last class."""
    inst = read(NAME)
    problem = multiyear.problem_of(multiyear.county("c60"), inst.rooms, 10.0)
    return to_program(build_model(problem, contiguity_rows=False))


def begun(program: Program, seed: int = 0) -> SearchState:
    """Return a search that knows the plans at hand."""
    prepare(program, EngineParameters())
    state = SearchState(
        program, 0.0, None, EngineParameters(seated={"moves_per_item": 2000, "moves_first_per_item": 2000})
    )
    for unit_of in program.starts:
        offer_units(state, unit_of, Deadline(np.inf), seed)
    assert state.incumbents.best is not None
    return state


@given(
    pupils=st.lists(st.integers(0, 140), min_size=3, max_size=6),
    caps=st.lists(st.integers(30, 55), min_size=6, max_size=6),
    rooms=st.integers(0, 14),
)
@settings(deadline=None, max_examples=60)
def test_a_unit_costs_what_its_classes_cost(pupils: list[int], caps: list[int], rooms: int) -> None:
    cap = [float(c) for c in caps[: len(pupils)]]
    desks = _desks(np.array([cap]), rooms)
    said = _classes(desks, 0, np.array(pupils, dtype=float))
    classes, short = classes_in_rooms(pupils, cap, rooms, price=50.0, each=0.2)
    assert said == pytest.approx(0.2 * sum(classes) + 50.0 * sum(short))


@given(pupils=st.lists(st.integers(0, 300), min_size=2, max_size=4), seats=st.integers(0, 500))
@settings(deadline=None, max_examples=30)
def test_where_seats_are_counted_one_is_like_another(pupils: list[int], seats: int) -> None:
    said = _classes(_desks(np.ones((1, len(pupils))), seats, each=0.0), 0, np.array(pupils, dtype=float))
    assert said == pytest.approx(50.0 * max(0, sum(pupils) - seats))


def test_what_is_said_to_be_saved_is_saved_in_the_rows(program: Program) -> None:
    state = begun(program)
    plan = state.incumbents.best
    assert plan is not None
    units = np.arange(program.n_units)
    found = anneal_seated(
        state, seated_packing(state, plan), plan, units, np.random.default_rng(3), Deadline(np.inf)
    )
    assert found.saved > 0
    assert seat(state, Deadline(np.inf), seed=3)
    better = state.incumbents.best
    assert better is not None
    assert plan.objective - better.objective == pytest.approx(found.saved, rel=1e-4)
    inst = read(NAME)
    price, wrong = check(inst, better.unit_of)
    assert wrong == []
    assert price == pytest.approx(better.objective, rel=1e-4)


def test_a_seed_repeats_it_and_a_region_stays_a_region(program: Program) -> None:
    state = begun(program)
    plan = state.incumbents.best
    assert plan is not None
    some = np.array([0, 1, 2])
    one, other = (
        anneal_seated(
            state, seated_packing(state, plan), plan, some, np.random.default_rng(5), Deadline(np.inf)
        )
        for _ in range(2)
    )
    assert (one.unit_of == other.unit_of).all()
    outside = ~np.isin(plan.unit_of, some)
    assert (one.unit_of[outside] == plan.unit_of[outside]).all()
    assert not state.programme.disconnected(one.unit_of)


def test_turns_that_are_refused_come_seldomer(program: Program) -> None:
    state = begun(program)
    assert fits(state)
    walks = SeatedWalks(state, on=True)
    walks.moves = 20_000.0
    walks.worked(0)
    assert walks.due()
    for _ in range(6):
        walks.judged(better=False)
    assert not walks.due()
    walks.judged(better=True)
    assert walks.due()


def test_over_one_year_it_follows_the_relaxation_and_large_counties_alone_are_annealed(
    program: Program,
) -> None:
    first = of_one_year(program)
    assert not seated(first, EngineParameters())
    rules = EngineParameters(seated={"items_least_one_year": 60, "moves_per_item": 2000})
    assert seated(first, rules)
    state = SearchState(first, 0.0, None, rules)
    for unit_of in first.starts:
        offer_units(state, unit_of, Deadline(np.inf), 0)
    assert not seat(state, Deadline(np.inf), seed=0)
    walks = SeatedWalks(state, on=True)
    assert state.incumbents.best is not None
    walks.anneal(state.incumbents.best, 0, Deadline(np.inf))
    assert walks.dearness == rules.seated.dearness_one_year


def test_an_annealed_plan_is_crossed_with_the_best_and_the_child_is_no_dearer_than_either(
    program: Program,
) -> None:
    state = begun(program)
    seat(state, Deadline(np.inf), seed=3)
    plan = state.incumbents.best
    assert plan is not None
    walks = SeatedWalks(state, on=True)
    found = walks.anneal(plan, 7, Deadline(np.inf))
    assert found.child is not None
    child = state.programme.plan_of(found.child)
    assert child.objective <= plan.objective * (1 + 1e-9)
    for unit_of in found.plans:
        values = complete(state, unit_of, Deadline(np.inf), seed=0)
        assert values is not None
        assert child.objective <= state.programme.plan_of(values).objective * (1 + 1e-4)
    assert not state.programme.disconnected(child.unit_of)
    price, wrong = check(read(NAME), child.unit_of)
    assert wrong == []
    assert price == pytest.approx(child.objective, rel=1e-4)


def test_plans_far_apart_in_price_are_not_crossed(program: Program) -> None:
    state = begun(program)
    plan = state.incumbents.best
    assert plan is not None
    found = SeatedWalks(state, on=True).anneal(plan, 7, Deadline(np.inf))
    assert found.plans  # far better than the plan it began with
    assert found.child is None


def of_one_year(program: Program) -> Program:
    """Return a programme whose seating speaks of its first year alone."""
    given = program.seating
    assert given is not None
    grades = given.coming.shape[1] // given.rooms.shape[1]
    first = replace(
        given,
        coming=given.coming[:, :grades],
        staying=given.staying[:, :grades],
        cap=given.cap[:, :grades],
        rooms=given.rooms[:, :1],
        adding=given.adding[given.adding[:, 2] == 0],
        added=given.added[given.adding[:, 2] == 0],
        size=given.size[:, :1],
    )
    return replace(program, seating=first)


def _desks(cap: np.ndarray, rooms: int, *, each: float = 0.2) -> Desks:
    one = np.zeros(1, dtype=np.int64)
    inside = np.ones(1, dtype=bool)
    size = np.full((1, 1), np.inf)
    return Desks(
        np.zeros_like(cap), cap, np.array([[float(rooms)]]), one, size, inside, np.full(1, 50.0), each, 20.0
    )
