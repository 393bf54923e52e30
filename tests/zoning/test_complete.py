"""With catchments settled, pupils are seated as well as can be: no room stays empty beside pupils without a seat."""

from __future__ import annotations

import numpy as np
import pytest

import planning.zoning.solving.complete as filling
from planning.zoning import build_problem
from planning.zoning.engine import solve_program
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from planning.zoning.rules.class_size import CLASSES, SHORTAGE, fill_classes
from planning.zoning.rules.nearby import OUTSIDE
from planning.zoning.rules.overflow import ATTENDING, OVERFLOW
from planning.zoning.solving.complete import complete
from tests.zoning.county import project, scenario, small_county, with_projects


@pytest.fixture(scope="module")
def plan():
    """Return model, programme and best columns of two years in which A gains rooms in the second."""
    grown = project("P1", "expansion", "A", 6, 1e6, (0, 0), open_year=2021, fixed=True)
    county = with_projects(small_county(pupils=32, rooms=(9, 12, 9)), grown)
    settings = {
        "horizon": 2021,
        "catchments": "current",
        "overflow": {"nearest": 1},
        "solver": {"time_limit_s": 10},
    }
    model = build_model(build_problem(county, scenario(**settings)))
    program = to_program(model)
    found = solve_program(program, gap=0.0, time_limit_s=10.0, seed=1, threads=1)
    return model, program, found.columns[: len(model.columns())]


def at(model, family, key):
    names = [v.name for v in model.columns()]
    return names.index(model.family(family)[key].name)


def test_empty_rooms_are_used_for_pupils_without_a_seat(plan) -> None:
    model, program, best = plan
    worse = best.copy()
    for g in range(1, 7):  # 96 pupils of A in one class of 45 a grade, 15 rooms
        worse[at(model, CLASSES, (0, g, 1))] = 1
        worse[at(model, SHORTAGE, (0, g, 1))] = worse[at(model, ATTENDING, (0, g, 1))] - 45
    filled = fill_classes(model, worse)
    assert sum(filled[at(model, CLASSES, (0, g, 1))] for g in range(1, 7)) <= 15
    assert program.cost @ filled < program.cost @ worse
    assert program.cost @ complete(model, program, worse) <= program.cost @ best + 1e-6


def test_rooms_of_a_project_count_from_its_year(plan) -> None:
    model, _, best = plan
    filled = fill_classes(model, best)
    used = [sum(filled[at(model, CLASSES, (0, g, t))] for g in range(1, 7)) for t in (0, 1)]
    assert used[0] == 9  # every room; 96 pupils a grade want 3 classes
    assert used[0] < used[1] <= 15


def test_a_plan_that_cannot_be_better_stays_as_good(plan) -> None:
    model, program, best = plan
    done = complete(model, program, best)
    assert program.cost @ done == pytest.approx(program.cost @ best)
    slip = np.maximum(program.row_lower - program.matrix @ done, program.matrix @ done - program.row_upper)
    assert slip.max() < 1e-6


def crowded_start(plan, sent: float):
    """Return columns in which A sends ``sent`` pupils of grade 1 to B in the first year."""
    model, _, best = plan
    columns = best.copy()
    moved = sent - columns[at(model, OVERFLOW, (0, 1, 1, 0))]
    columns[at(model, OVERFLOW, (0, 1, 1, 0))] = sent
    columns[at(model, ATTENDING, (0, 1, 0))] -= moved
    columns[at(model, ATTENDING, (1, 1, 0))] += moved
    columns[at(model, SHORTAGE, (0, 1, 0))] += max(0.0, -moved)
    columns[at(model, OUTSIDE, ("primary", 0))] += max(0.0, moved)
    return columns


def whole_and_valid(plan, done) -> bool:
    model, program, _ = plan
    flows = [at(model, OVERFLOW, key) for key in model.family(OVERFLOW)]
    slip = np.maximum(program.row_lower - program.matrix @ done, program.matrix @ done - program.row_upper)
    return bool(np.allclose(done[flows], np.round(done[flows])) and slip.max() < 1e-6)


def test_pupils_who_were_divided_are_whole_in_the_end(plan) -> None:
    model, program, _ = plan
    half = crowded_start(plan, 7.5)
    assert not whole_and_valid(plan, half)
    assert whole_and_valid(plan, complete(model, program, half))


def test_without_time_for_whole_flows_fewer_are_sent(plan, monkeypatch: pytest.MonkeyPatch) -> None:
    model, program, _ = plan
    real = filling._decided

    def hurried(program, columns, free, whole, seconds):
        return None if (free & whole).any() else real(program, columns, free, whole, seconds)

    monkeypatch.setattr(filling, "_decided", hurried)
    done = complete(model, program, crowded_start(plan, 7.5))
    assert whole_and_valid(plan, done)
    assert done[at(model, OVERFLOW, (0, 1, 1, 0))] == 7


def test_a_search_that_ran_out_of_time_with_a_dear_plan_does_not_win(
    plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, program, _ = plan
    half, real = crowded_start(plan, 7.5), filling._decided
    classes = [at(model, CLASSES, key) for key in model.family(CLASSES)]
    unhurried = program.cost @ complete(model, program, half)

    def hurried(program, columns, free, whole, seconds):
        found = real(program, columns, free, whole, seconds)
        if found is not None and free[classes].any():
            found = found.copy()
            found[at(model, SHORTAGE, (0, 1, 0))] += 100  # as a search holds that has not come far
        return found

    monkeypatch.setattr(filling, "_decided", hurried)
    done = complete(model, program, half)
    assert whole_and_valid(plan, done)
    assert program.cost @ done == pytest.approx(unhurried)


def test_a_whole_plan_is_left_as_it_is_without_time_to_search(plan, monkeypatch: pytest.MonkeyPatch) -> None:
    model, program, best = plan
    asked = []

    def counted(program, columns, free, whole, seconds):
        asked.append(seconds)

    monkeypatch.setattr(filling, "_decided", counted)
    assert program.cost @ complete(model, program, best, seconds=0.0) <= program.cost @ best + 1e-6
    assert not asked
    complete(model, program, best, seconds=2.0)
    assert len(asked) == 2
    assert asked[0] <= 1.0  # the years share them
    assert asked[1] <= 2.0
    asked.clear()
    complete(model, program, crowded_start(plan, 7.5), seconds=0.0)
    assert asked  # what is divided must be made whole, however late it is
