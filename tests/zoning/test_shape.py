"""Compactness and balance: priced where asked for, solved alike by every solver, recomputed, live under editing."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from planning.editing import LiveLayout
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning.build import build_problem
from planning.zoning.explain import explain
from planning.zoning.rules.balance import even_by_room
from planning.zoning.solve import solve_problem
from tests.zoning.grid import grid_county
from tests.zoning.test_every_pair import asked

LINE = [(c, 0) for c in range(6)]
PUPILS = [60, 60, 60, 10, 10, 10]
"""Three of six cells lie nearer to A, and nearly all pupils live there."""


def county() -> Any:
    return grid_county(LINE, {"A": (0, 0), "B": (5, 0)}, {"J": (0, 0), "K": (5, 0)}, pupils=PUPILS, rooms=24)


def solved(**settings: Any) -> Any:
    problem = build_problem(county(), asked(20, **settings))
    return problem, solve_problem(problem)


def with_a(layout: Any) -> list[str]:
    rows = layout.assignment[(layout.assignment["stage"] == "primary") & (layout.assignment["unit"] == "A-P")]
    return sorted(rows["zone"])


def loads(layout: Any) -> dict[str, int]:
    rows = layout.units[layout.units["stage"] == "primary"]
    found: dict[str, int] = rows.groupby("unit")["pupils"].sum().to_dict()
    return found


def failures(problem: Any, layout: Any) -> set[str]:
    evidence = Evidence(layout, county(), problem.scenario, problem.profile)
    return {c.rule for c in verify_evidence(evidence).failures}


BALANCED = {"balance": {"enabled": True, "tolerance": 0.0}, "prices": {"uneven": 20.0}}


@pytest.fixture(scope="module")
def even() -> Any:
    return solved(**BALANCED)


@pytest.fixture(scope="module")
def plain() -> Any:
    return solved()


def test_schools_are_filled_alike_where_it_is_asked_for(plain: Any, even: Any) -> None:
    (_, near), (problem, layout) = plain, even
    assert (with_a(near), with_a(layout)) == (["Z00", "Z01", "Z02"], ["Z00", "Z01"])
    share, total = even_by_room(problem)[0, 0] * 24, sum(loads(layout).values())
    assert share == pytest.approx(total / 2)
    assert layout.summary["objective_parts"]["balance"] > 0 == len(failures(problem, layout))
    assert layout.summary["fill"]["primary"][1] < near.summary["fill"]["primary"][1]


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_every_solver_finds_the_same_price(even: Any, solver: str) -> None:
    own = {"solver": {"name": solver, "gap": 0.0, "threads": 1, "time_limit_s": 20}}
    for wanted, layout in (
        (even[1], solved(**BALANCED, **own)[1]),
        (
            solved(compactness={"enabled": True}, prices={"spread": 2.0})[1],
            solved(compactness={"enabled": True}, prices={"spread": 2.0}, **own)[1],
        ),
    ):
        assert layout.summary["objective"] == pytest.approx(wanted.summary["objective"], abs=1e-3)


def test_a_changed_price_of_balance_is_noticed(even: Any) -> None:
    problem, layout = even
    parts = {**layout.summary["objective_parts"], "balance": 0.0}
    spoiled = dataclasses.replace(layout, summary={**layout.summary, "objective_parts": parts})
    assert "objective" in failures(problem, spoiled)


def test_a_share_of_ones_own_is_kept_to() -> None:
    problem, layout = solved(balance={"enabled": True, "above": 0.1}, prices={"uneven": 20.0})
    seats = 24 * 45
    over = sum(max(0.0, n - 0.1 * seats) for n in loads(layout).values())
    rows = layout.units[layout.units["stage"] == "junior"]
    over += sum(max(0.0, n - 0.1 * 24 * 50) for n in rows.groupby("unit")["pupils"].sum())
    assert layout.summary["objective_parts"]["balance"] == pytest.approx(20.0 * over, abs=1e-3)
    assert not failures(problem, layout)


def test_compactness_shortens_arms_and_says_so() -> None:
    """Changing costs little walking here: the long arm of today's catchment goes only for its square."""
    today = {"primary": ["A-P"] * 4 + ["B-P"] * 2, "junior": ["J-J"] * 4 + ["K-J"] * 2}
    arm = grid_county(
        LINE, {"A": (0, 0), "B": (5, 0)}, {"J": (0, 0), "K": (5, 0)}, pupils=[10] * 6, today=today
    )
    stay = {"prices": {"moved": 2.0, "spread": 1.0, "beyond_radius": 0.0}}
    lazy = solve_problem(build_problem(arm, asked(20, **stay)))
    problem = build_problem(arm, asked(20, compactness={"enabled": True}, **stay))
    tight = solve_problem(problem)
    assert (with_a(lazy), with_a(tight)) == (["Z00", "Z01", "Z02", "Z03"], ["Z00", "Z01", "Z02"])
    assert (lazy.summary["nearest_share"]["primary"], tight.summary["nearest_share"]["primary"]) == (
        pytest.approx(5 / 6, abs=1e-4),
        1.0,
    )
    primary = explain(problem, tight, "Z03")[0]
    kinds = {r.kind for a in primary.alternatives for r in a.reasons}
    assert "compactness" in kinds


def test_figures_under_editing_are_those_of_the_run(even: Any) -> None:
    problem, layout = even
    live = LiveLayout(problem, layout, county())
    assert live.county().price.balance == pytest.approx(
        layout.summary["objective_parts"]["balance"], abs=1e-3
    )
    moved = next(z for z in with_a(layout))
    before = live.county().price.balance
    live.move([moved], "B-P", reason="试")
    rows = live.layout().units
    pupils = rows[rows["unit"].isin(problem.units["unit"])].groupby("unit")["pupils"].sum()
    even_share = dict(zip(problem.units["unit"], (even_by_room(problem)[:, 0] * 24).tolist(), strict=True))
    over = sum(max(0.0, float(n) - even_share[u]) for u, n in pupils.items())
    assert live.county().price.balance == pytest.approx(20.0 * over) != before
    assert np.isfinite(live.county().price.total)
