"""Bounds, plans and proofs refer to every pair of zone and unit, however short the candidate list: counted out on small counties."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pulp
import pytest

from planning.errors import InfeasibleError
from planning.layout import Layout
from planning.zoning.build import build_problem
from planning.zoning.problem import ZoningProblem
from planning.zoning.programme.assemble import build_model, tied_pairs
from planning.zoning.rules import RULES
from planning.zoning.solve import solve_problem
from tests.zoning.county import scenario
from tests.zoning.grid import best_price, grid_county, random_county

SEEDS = range(6)
LENGTHS = (1, 2, 3, 20)


def asked(nearest: int, **more: Any) -> Any:
    settings: dict[str, Any] = {
        "travel": {"mode": "straight"},
        "overflow": {"allowed": False},
        "candidates": {"nearest": nearest},
        "solver": {"name": "engine", "gap": 0.0, "threads": 1, "time_limit_s": 20},
    }
    return scenario(**(settings | more))


def nests(layout: Layout) -> bool:
    rows = {stage: part.set_index("zone")["unit"] for stage, part in layout.assignment.groupby("stage")}
    both = rows["primary"].rename("primary").to_frame().join(rows["junior"].rename("junior"))
    return bool((both.groupby("primary")["junior"].nunique() == 1).all())


def problems(seed: int, **more: Any) -> list[ZoningProblem]:
    county = random_county(np.random.default_rng(seed), 3, 2, 3, 2)
    return [build_problem(county, asked(n, **more)) for n in LENGTHS]


@pytest.mark.parametrize("feeder", ["off", "nested"])
@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.slow] if n > 1 else []) for n in SEEDS])
def test_the_length_of_the_candidate_list_changes_nothing(seed: int, feeder: str) -> None:
    every = problems(seed, feeder=feeder)
    best = best_price(every[0], nested=feeder == "nested")
    for problem in every:
        if not np.isfinite(best):
            with pytest.raises(InfeasibleError, match="proven impossible"):
                solve_problem(problem)
            continue
        layout = solve_problem(problem)
        assert layout.summary["objective"] == pytest.approx(best, abs=0.05)
        assert layout.summary["bound"] <= best + 1e-3
        assert layout.summary["contiguous"]
        assert feeder == "off" or nests(layout)


@pytest.mark.parametrize(
    "rules",
    [
        {"resources": {"mode": "floors"}},
        {"stability": {"max_moved_share": 0.3}},
        {"small_schools": {"close": "choose", "kinds": ("primary", "junior")}},
        {"shared": ({"zones": ("Z00",), "units": ("P0-P", "P1-P")},)},
        {"overflow": {"allowed": True}},
    ],
    ids=lambda r: next(iter(r)),
)
@pytest.mark.parametrize("feeder", ["off", "nested"])
def test_other_rules_give_one_price_whatever_the_length(rules: dict[str, Any], feeder: str) -> None:
    layouts = [solve_problem(p) for p in problems(3, feeder=feeder, **rules)]
    prices = [layout.summary["objective"] for layout in layouts]
    bounds = [layout.summary["bound"] for layout in layouts]
    assert max(bounds) <= min(prices) + 1e-3
    assert prices == pytest.approx([prices[-1]] * len(prices), rel=2e-3)
    assert feeder == "off" or all(nests(layout) for layout in layouts)


def test_two_junior_schools_in_one_primary_catchment_are_proven_impossible() -> None:
    county = grid_county([(0, 0), (1, 0)], {"P0": (0, 0)}, {"J0": (0, 0), "J1": (1, 0)})
    with pytest.raises(InfeasibleError) as heard:
        solve_problem(build_problem(county, asked(1, feeder="nested")))
    said = "\n".join(p.text("en") for p in heard.value.problems)
    assert "proven impossible" in said
    assert "nested catchments" in said
    assert "the zone of every site" in said


def test_a_rule_that_says_nothing_of_pairs_makes_every_pair_a_candidate() -> None:
    problem = problems(0)[0]
    tie = SimpleNamespace(
        add=lambda model: model.require(pulp.LpAffineExpression([(model.x[0], 1.0)]) <= 1, "own")
    )
    still = SimpleNamespace(add=lambda model: None)
    assert len(build_model(problem, rules=(*RULES, still)).arcs) < 6 * 5
    assert len(build_model(problem, rules=(*RULES, tie)).arcs) == 6 * 5


def test_a_rule_that_declares_its_pairs_gets_these_alone() -> None:
    problem = problems(0)[0]
    wanted = np.zeros((6, 5), dtype=bool)
    wanted[:, 0] = True
    tie = SimpleNamespace(add=lambda model: model.require(model.x[0] <= 1, "own"), pairs=lambda _: wanted)
    arcs = build_model(problem, rules=(*RULES, tie)).arcs
    assert (arcs.unit == 0).sum() == 6
    assert len(arcs) < 6 * 5


def test_every_rule_says_what_becomes_of_pairs() -> None:
    assert not build_model(problems(0, feeder="nested")[0], contiguity_rows=True).undeclared
    assert tied_pairs(problems(0, feeder="nested")[0], RULES).all()


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_plain_solvers_bound_the_whole_problem(solver: str) -> None:
    for problem in problems(1, solver={"name": solver, "gap": 0.0, "threads": 1, "time_limit_s": 20}):
        summary = solve_problem(problem).summary
        best = best_price(problem, nested=False)
        assert summary["bound"] <= best + 1e-3
        assert summary["objective"] >= best - 0.05
        json.dumps(summary)
