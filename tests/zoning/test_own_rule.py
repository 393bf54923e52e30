"""A rule of one's own is one object: it bounds, draws, explains and is verified, given to ``solve`` or installed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planning
from planning.added_rules import with_installed
from planning.errors import InfeasibleError, PlanningError
from planning.verify.evidence import Evidence
from planning.verify.report import Check
from planning.verify.run import verify_evidence
from planning.zoning.build import build_problem
from planning.zoning.declare import Family, Rule
from planning.zoning.explain import Reason, explain
from planning.zoning.solve import solve_problem
from tests.installed import install
from tests.zoning.grid import grid_county
from tests.zoning.test_every_pair import asked


class TownshipBorder(Rule):
    """No catchment crosses a township border."""

    name = "township_border"
    name_zh = "不跨乡镇"

    def allows(self, problem: Any, stage_index: int) -> np.ndarray:
        home = problem.units["home"].to_numpy()
        return problem.zone_township[:, None] == problem.zone_township[home][None, :]

    def reasons(self, problem: Any, layout: Any, stage_index: int, zone: int, unit: int) -> Iterator[Reason]:
        if not self.allows(problem, stage_index)[zone, unit]:
            yield Reason(self.name, "the school lies in another township", "该校位于其他乡镇")

    def check(self, evidence: Evidence) -> Iterator[Check]:
        town = evidence.district.zones.set_index("zone")["township"].astype(str)
        schools = evidence.district.schools.set_index("school").geometry
        zones = evidence.district.zones
        at = {s: str(zones.loc[zones.contains(p), "township"].iloc[0]) for s, p in schools.items()}
        school = evidence.district.units.set_index("unit")["school"]
        wrong = [
            f"{r.zone} → {r.unit}"
            for r in evidence.layout.assignment.itertuples()
            if town[r.zone] != at[school[r.unit]]
        ]
        yield Check(self.name, not wrong, "no catchment crosses a township border", "学区不跨乡镇",
                    "one township", ", ".join(wrong) or "one township", "assignment.csv")  # fmt: skip


CELLS = [(c, 0) for c in range(6)]
BORDER = 4  # cells before it lie in the first township; walks alone would part the county at 3


def two_townships() -> planning.District:
    county = grid_county(CELLS, {"A": (0, 0), "B": (5, 0)}, {"J": (0, 0), "K": (5, 0)})
    towns = ["T1" if c < BORDER else "T2" for c, _ in CELLS]
    return dataclasses.replace(county, zones=county.zones.assign(township=towns))


def with_rules(*rules: Any, **settings: Any) -> Any:
    return build_problem(two_townships(), asked(20, **settings), rules=rules)


def units_of(layout: Any, stage: str) -> list[str]:
    rows = layout.assignment[layout.assignment["stage"] == stage]
    return rows.sort_values("zone")["unit"].tolist()


@pytest.fixture(scope="module")
def bound_by_it() -> Any:
    problem = with_rules(TownshipBorder())
    return problem, solve_problem(problem)


def test_the_rule_draws_and_the_plan_is_proven(bound_by_it) -> None:
    problem, layout = bound_by_it
    free = solve_problem(with_rules())
    assert units_of(free, "primary") == ["A-P"] * 3 + ["B-P"] * 3
    assert units_of(layout, "primary") == ["A-P"] * BORDER + ["B-P"] * (6 - BORDER)
    assert units_of(layout, "junior") == ["J-J"] * BORDER + ["K-J"] * (6 - BORDER)
    # one plan is left: its price is the optimum, and the bound reaches it
    walks = [
        problem.arc_cost(s, u)[z]
        for s, first in ((0, 0), (1, 2))
        for z in range(6)
        for u in [first + (z >= BORDER)]
    ]
    assert layout.summary["objective_parts"]["travel"] == pytest.approx(sum(walks), abs=1e-3)
    assert layout.summary["gap"] == pytest.approx(0.0, abs=1e-6)
    assert layout.summary["bound"] > free.summary["objective"]


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_plain_solvers_keep_it_too(bound_by_it, solver) -> None:
    layout = solve_problem(
        with_rules(TownshipBorder(), solver={"name": solver, "gap": 0.0, "threads": 1, "time_limit_s": 20})
    )
    assert layout.summary["objective"] == pytest.approx(bound_by_it[1].summary["objective"], abs=1e-3)


def test_it_gives_the_reason(bound_by_it) -> None:
    problem, layout = bound_by_it
    primary = explain(problem, layout, "Z03")[0]
    told = [r for a in primary.alternatives for r in a.reasons if r.kind == "township_border"]
    assert [r.text_zh for r in told] == ["该校位于其他乡镇"]


def test_it_is_verified_and_a_changed_plan_is_refused(bound_by_it) -> None:
    problem, layout = bound_by_it
    county, rule = two_townships(), TownshipBorder()

    def failures(assignment: Any) -> set[str]:
        changed = dataclasses.replace(layout, assignment=assignment)
        evidence = Evidence(changed, county, problem.scenario, problem.profile)
        return {c.rule for c in verify_evidence(evidence, rules=(rule,)).failures}

    assert rule.name not in failures(layout.assignment)
    spoiled = layout.assignment.copy()
    spoiled.loc[(spoiled["zone"] == "Z03") & (spoiled["stage"] == "primary"), "unit"] = "B-P"
    assert rule.name in failures(spoiled)


def test_what_it_makes_impossible_is_proven_and_named() -> None:
    class Nowhere(TownshipBorder):
        name, name_zh = "nowhere", "无处可去"

        def allows(self, problem: Any, stage_index: int) -> np.ndarray:
            return super().allows(problem, stage_index) & (np.arange(problem.n_zones) != 1)[:, None]

    with pytest.raises(InfeasibleError) as caught:
        solve_problem(with_rules(Nowhere()))
    assert "nowhere" in str(caught.value)


class AtMostFour:
    """A rule that ties pairs in a row of its own and declares nothing: no unit takes more than some zones."""

    name = "at_most"

    def add(self, model: Any) -> None:
        import pulp

        for u, arcs in model.arcs_by_unit().items():
            model.require(pulp.lpSum(model.x[a] for a in arcs) <= BORDER, f"at_most_{u}")


@pytest.mark.parametrize("nearest", [1, 20])
def test_a_rule_that_ties_pairs_bounds_however_short_the_list(nearest) -> None:
    problem = build_problem(two_townships(), asked(nearest), rules=(AtMostFour(),))
    counts = solve_problem(problem).assignment.groupby("unit").size()
    assert counts.max() <= BORDER


def test_the_same_object_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from tests.zoning.test_own_rule import TownshipBorder\nRULE = TownshipBorder()\n"
    install(
        tmp_path, monkeypatch, "borders_of_towns", source, {"planning.rules": "r = borders_of_towns:RULE"}
    )
    assert [r.name for r in with_installed()] == ["township_border"]
    assert units_of(solve_problem(with_rules()), "primary") == ["A-P"] * BORDER + ["B-P"] * (6 - BORDER)


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(PlanningError, match="two rules have this name"):
        with_installed((TownshipBorder(), TownshipBorder()))


def test_the_example_of_the_documents_does_the_same(bound_by_it) -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block, "docs/rules.md", "exec"), names)
    rule = names["TownshipBorder"]()
    problem = with_rules(rule)
    layout = solve_problem(problem)
    assert layout.assignment.equals(bound_by_it[1].assignment)
    evidence = Evidence(layout, two_townships(), problem.scenario, problem.profile)
    assert rule.name not in {c.rule for c in verify_evidence(evidence, rules=(rule,)).failures}


class Toll(Rule):
    """A way into the other township has a price, so few take it."""

    name, name_zh, hardness = "toll", "跨乡镇代价", "priced"
    PER_PUPIL = 3.0

    def pupil_price(self, problem: Any, stage_index: int, unit: int, zones: Any) -> np.ndarray:
        home = problem.units["home"].to_numpy()[unit]
        return self.PER_PUPIL * (problem.zone_township[zones] != problem.zone_township[home])

    def priced(self, evidence: Evidence) -> dict[str, float]:
        zones = evidence.district.zones
        town = zones.set_index("zone")["township"].astype(str)
        schools = evidence.district.schools.set_index("school").geometry
        at = {s: str(zones.loc[zones.contains(p), "township"].iloc[0]) for s, p in schools.items()}
        school = evidence.district.units.set_index("unit")["school"]
        rows = evidence.layout.assignment.itertuples()
        return {
            "travel": sum(
                self.PER_PUPIL * max(r.pupils, 0.01) for r in rows if town[r.zone] != at[school[r.unit]]
            )
        }


@pytest.mark.parametrize("nearest", [1, 20])
def test_a_price_of_ones_own_bounds_draws_and_is_verified(nearest: int) -> None:
    problem = build_problem(two_townships(), asked(nearest), rules=(Toll(),))
    layout = solve_problem(problem)
    assert units_of(layout, "primary") == ["A-P"] * BORDER + ["B-P"] * (6 - BORDER)
    assert layout.summary["gap"] == pytest.approx(0.0, abs=1e-6)
    free = build_problem(two_townships(), asked(nearest))
    assert layout.summary["objective"] > solve_problem(free).summary["objective"]
    evidence = Evidence(layout, two_townships(), problem.scenario, problem.profile)
    assert "objective" not in {c.rule for c in verify_evidence(evidence, rules=(Toll(),)).failures}


def test_a_rule_of_ones_own_may_be_called_hard() -> None:
    class Even(Rule):
        name, name_zh, hardness = "even", "均衡", "choice"
        families = (OVER := Family("over_even", "violation", ("unit",)),)
        violated = OVER

        def add(self, model: Any) -> None:
            import pulp

            for u, arcs in model.arcs_by_unit().items():
                over = model.add(self.violated, (u,))
                row = pulp.lpSum(model.x[a] for a in arcs) - over <= 3
                model.require(row, f"even_{u}")
                model.price("even", [(over, model.violation_price(self, 0.1))])

    soft = build_problem(
        two_townships(), asked(20, prices={"barrier": 0.0}), rules=(TownshipBorder(), Even())
    )
    hard = build_problem(two_townships(), asked(20, hard=["even"]), rules=(Even(),))
    assert solve_problem(soft).assignment.groupby("unit").size().max() == BORDER
    assert solve_problem(hard).assignment.groupby("unit").size().max() == 3
