"""A rule of one's own that fails is named, and the place in it; a plan that is there stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planning.errors import InfeasibleError, PlanningError
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning.build import build_problem
from planning.zoning.declare import Rule
from planning.zoning.explain import explain
from planning.zoning.solve import solve_problem
from tests.zoning.grid import grid_county
from tests.zoning.test_every_pair import asked

CELLS = [(0, 0), (1, 0), (2, 0)]


def county() -> Any:
    return grid_county(CELLS, {"P0": (0, 0), "P1": (2, 0)}, {})


def failing(method: str) -> Rule:
    def fail(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("mine")

    return type("Mine", (Rule,), {"name": "mine", "name_zh": "自定", method: fail})()


def answering(method: str, answer: Any) -> Rule:
    return type("Mine", (Rule,), {"name": "mine", "name_zh": "自定", method: lambda *_, **__: answer})()


def solved(rule: Any) -> Any:
    return solve_problem(build_problem(county(), asked(2, stages=["primary"]), rules=(rule,)))


@pytest.mark.parametrize("method", ["allows", "pairs", "pupil_price", "add"])
def test_what_fails_before_there_is_a_plan_ends_the_run_and_is_named(method: str) -> None:
    with pytest.raises(PlanningError) as heard:
        solved(failing(method))
    (problem,) = heard.value.problems
    assert (problem.file, problem.column) == ("rule mine", method)
    assert "ZeroDivisionError: mine (test_rule_fails.py, line " in problem.text("en")
    assert "请修正该规则" in problem.text("zh")


@pytest.mark.parametrize("method", ["improve", "settle", "repair", "figures", "notes"])
def test_what_fails_beside_a_plan_is_told_with_the_plan(method: str) -> None:
    layout = solved(failing(method))
    assert len(layout.assignment) == len(CELLS)
    told = " ".join(layout.summary["notes"])
    assert method == "notes" or ("mine" in told and method in told and "line" in told)
    assert method == "notes" or any("自定" in note for note in layout.summary["notes_zh"])


@pytest.mark.parametrize(
    ("method", "answer", "said"),
    [
        ("active", np.ones(2, dtype=bool), "returned ndarray (2,), expected bool"),
        ("allows", np.ones((3, 5), dtype=bool), "returned ndarray (3, 5), expected an array (3, 2)"),
        ("allows", np.full((3, 2), 2), "other values than true and false"),
        ("allows", [[True, False], [True]], "returned list, expected an array (3, 2)"),
        ("pairs", "P0", "returned str, expected an array (3, 2)"),
        ("pupil_price", np.full(3, np.nan), "no finite numbers"),
        ("pupil_price", 4.0, "returned float, expected an array (3,)"),
    ],
)
def test_an_answer_of_another_form_ends_the_run_and_is_named(method: str, answer: Any, said: str) -> None:
    with pytest.raises(PlanningError) as heard:
        solved(answering(method, answer))
    (issue,) = heard.value.problems
    assert (issue.file, issue.column) == ("rule mine", method)
    assert said in issue.text("en")
    assert "(test_rule_fails.py, line " in issue.text("en")


@pytest.mark.parametrize(
    ("method", "answer", "said"),
    [
        ("improve", np.zeros(1), "returned ndarray (1,)"),
        ("settle", np.full(3, 9), "expected -1 … 1"),
        ("repair", np.full((1, 3), 0.5), "expected -1 … 1"),
        ("figures", ["mine"], "expected Mapping"),
    ],
)
def test_an_answer_of_another_form_beside_a_plan_is_told_with_the_plan(
    method: str, answer: Any, said: str
) -> None:
    layout = solved(answering(method, answer))
    assert len(layout.assignment) == len(CELLS)
    told = " ".join(layout.summary["notes"])
    assert all(part in told for part in ("mine", method, said))


def test_a_rule_the_scenario_does_not_ask_for_says_nothing() -> None:
    class Nowhere(Rule):
        name = "nowhere"

        def active(self, problem: Any) -> bool:
            return bool(problem.scenario.year == 0)

        def allows(self, problem: Any, stage_index: int) -> Any:
            return np.zeros((problem.n_zones, len(problem.units)), dtype=bool)

        def add(self, model: Any) -> None:
            raise AssertionError("asked although idle")

    assert len(solved(Nowhere()).assignment) == len(CELLS)


def test_reasons_that_fail_are_a_reason() -> None:
    problem = build_problem(county(), asked(2, stages=["primary"]), rules=(failing("reasons"),))
    (found,) = explain(problem, solve_problem(problem), "Z00")
    reasons = [reason for other in found.alternatives for reason in other.reasons]
    assert any("the rule mine failed" in reason.text_en for reason in reasons)


def test_a_conflict_with_a_rule_of_ones_own_names_rule_and_place() -> None:
    class Away(Rule):
        name, title, name_zh = "away", "nobody at home", "不在本校"

        def add(self, model: Any) -> None:
            amounts = (model.problem.distance_m[:, [0]] < 400).astype(float)
            model.require_pairs(0, amounts, [([], "<=", 0.0, "away_0")])

    with pytest.raises(InfeasibleError) as heard:
        solved(Away())
    said = {p.column: p.text("en") for p in heard.value.problems}
    assert "nobody at home" in said["rules"]
    assert "zones Z00; schools P0-P" in said["rules"]
    assert "zones Z00; schools P0-P" in said["units"]


@pytest.mark.parametrize("said", ["check", "priced"])
def test_a_check_that_fails_is_a_failed_check(said: str) -> None:
    def fail(_: Any) -> Any:
        raise ZeroDivisionError("mine")

    rule = failing("reasons")
    layout = solved(rule)
    setattr(rule, said, fail)
    plan = asked(2, stages=["primary"])
    found = verify_evidence(Evidence(layout, county(), plan, plan.profile()), rules=(rule,)).failures
    assert any("mine" in check.found and "ZeroDivisionError" in check.found for check in found)
