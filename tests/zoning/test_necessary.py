"""How many seats are short in any plan: never more than the best of all plans leaves, and all of them where that can be seen."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from planning.zoning import solve
from planning.zoning.build import build_problem
from planning.zoning.classes import classes_in_rooms
from planning.zoning.problem import ZoningProblem
from planning.zoning.solving.necessary import seats_short_at_least
from tests.zoning.county import project, scenario, small_county, with_projects


def best_of_all(problem: ZoningProblem, given: list[int] | None = None) -> int:
    """Return the fewest seats short over every assignment of zones to primary units, connected or not, nobody sent on."""
    units, grades = problem.units_of("primary").tolist(), [g - 1 for g in problem.grades("primary")]

    def short(plan: tuple[int, ...]) -> float:
        total = 0.0
        for u, t in product(units, range(len(problem.years))):
            zones = np.array(plan) == u
            load = problem.pupils[zones][:, grades, t].sum(axis=0) + problem.continuing[u, grades, t]
            cap = problem.caps[0, grades, t].tolist()
            rooms = int(problem.units["rooms"].iloc[u])
            total += sum(classes_in_rooms(load.tolist(), cap, rooms, price=1.0, each=0.0)[1])
        return total

    plans = [tuple(given)] if given is not None else product(units, repeat=problem.n_zones)
    return int(min(short(plan) for plan in plans))


def least(problem: ZoningProblem) -> int:
    return seats_short_at_least(problem, seconds=10.0)["primary"]


@pytest.mark.parametrize("rooms", [(6, 6, 9), (12, 5, 9), (8, 9, 9), (3, 14, 9), (11, 11, 9), (12, 12, 9)])
@pytest.mark.parametrize("pupils", [20, 23])
def test_no_plan_leaves_fewer_short(rooms: tuple[int, int, int], pupils: int) -> None:
    problem = build_problem(
        small_county(rooms=rooms, pupils=pupils), scenario(stages=["primary"], overflow={"allowed": False})
    )
    assert 0 <= least(problem) <= best_of_all(problem)


@pytest.mark.parametrize("rooms", [(6, 6, 9), (4, 14, 9)])
def test_catchments_of_today_are_not_free(rooms: tuple[int, int, int]) -> None:
    settings = {"stages": ["primary"], "catchments": "current", "overflow": {"allowed": False}}
    problem = build_problem(small_county(rooms=rooms), scenario(**settings))
    assert least(problem) == best_of_all(problem, problem.current[0].tolist()) > 0
    sent_on = build_problem(small_county(rooms=rooms), scenario(**settings | {"overflow": {"allowed": True}}))
    assert least(sent_on) <= least(problem)


def test_who_sits_already_cannot_be_sent_on() -> None:
    # five grades of 96 sit in A's 12 rooms and want 15; in B there would be room
    problem = build_problem(
        small_county(pupils=32, rooms=(12, 24, 9)),
        scenario(year=2021, horizon=2022, enrolled="stay", stages=["primary"]),
    )
    sits = sum(
        sum(classes_in_rooms(problem.continuing[0, :6, t].tolist(), [45.0] * 6, 12, price=1.0, each=0.0)[1])
        for t in range(2)
    )
    assert sits > 0
    assert least(problem) >= sits
    more = project("P1", "expansion", "A", 6, 1e6, (0, 0), open_year=2021, fixed=True)
    mended = build_problem(
        with_projects(small_county(pupils=32, rooms=(12, 24, 9)), more),
        scenario(year=2021, horizon=2022, enrolled="stay", stages=["primary"]),
    )
    assert least(mended) == 0


def test_a_run_says_what_is_proven() -> None:
    layout = solve(
        small_county(rooms=(6, 6, 9)),
        scenario(overflow={"allowed": False}, solver={"name": "engine", "gap": 0.0, "threads": 1}),
    )
    assert layout.summary["shortage_pupils"] == layout.summary["shortage_at_least"] == 180
    assert any("180" in note and "any plan" in note for note in layout.summary["notes"])
    assert any("180" in note and "无论怎样划片" in note for note in layout.summary["notes_zh"])
    enough = solve(
        small_county(), scenario(solver={"name": "engine", "gap": 0.0, "threads": 1, "time_limit_s": 10})
    )
    assert "shortage_at_least" not in enough.summary


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"catchments": "current"}, "as long as today's catchments stay"),
        ({"candidates": {"max_distance_m": 1500}}, "pairs of zone and school which the scenario allows"),
    ],
)
def test_what_holds_for_some_catchments_is_not_said_of_all(settings: dict[str, object], words: str) -> None:
    solver = {"name": "engine", "gap": 0.0, "threads": 1, "time_limit_s": 5}
    layout = solve(
        small_county(rooms=(3, 14, 9)), scenario(overflow={"allowed": False}, solver=solver, **settings)
    )
    (note,) = [n for n in layout.summary["notes"] if "seats short" in n]
    assert words in note
    assert "whatever the catchments" not in note
