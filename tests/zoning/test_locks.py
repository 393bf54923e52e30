"""Locks hold at any price and cost no more than they must: against every plan of small counties, and refused where they contradict."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planning.district import District
from planning.errors import ScenarioError
from planning.phases import _absent
from planning.scenario import read_scenario
from planning.scenario.locks import Locks
from planning.verify.evidence import Evidence
from planning.verify.run import verify_evidence
from planning.zoning.build import build_problem
from planning.zoning.build.locks import locks_within
from planning.zoning.explain import explain
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.sites import own_homes, unit_positions
from planning.zoning.solve import solve, solve_problem
from tests.zoning.county import project, scenario, small_county, with_projects
from tests.zoning.grid import grid_county, legal_plans, price_of, random_county
from tests.zoning.test_every_pair import asked

Held = dict[str, Any]


def unit_at(problem: ZoningProblem, plan: np.ndarray, zone: str) -> str:
    return str(problem.units["unit"].iat[int(plan[list(problem.zones).index(zone)])])


def keeps(problem: ZoningProblem, s: int, plan: np.ndarray, locks: Held) -> bool:
    """Say in the plainest words whether a plan of a stage keeps the locks."""
    units = {problem.units["unit"].iat[u] for u in problem.units_of(problem.stages[s])}
    at = {z: unit_at(problem, plan, z) for z in problem.zones}
    today = {
        z: str(problem.units["unit"].iat[int(problem.current[s, k])]) for k, z in enumerate(problem.zones)
    }
    return (
        all(at[z] == u for z, u in locks.get("zones", {}).items() if u in units)
        and all(at[z] != u for z, given in locks.get("not", {}).items() for u in given if u in units)
        and all((at[z] == u) == (today[z] == u) for u in locks.get("frozen", ()) if u in units for z in at)
        and all(len({at[z] for z in tie}) == 1 for tie in locks.get("together", ()))
        and all(len({at[z] for z in tie}) == len(tie) for tie in locks.get("apart", ()))
    )  # fmt: skip


def best_held(problem: ZoningProblem, locks: Held) -> float:
    return sum(
        min(
            (price_of(problem, s, p) for p in legal_plans(problem, s) if keeps(problem, s, p, locks)),
            default=np.inf,
        )
        for s in range(len(problem.stages))
    )


def with_today(county: District, problem: ZoningProblem, rng: np.random.Generator) -> District:
    """Return the county with a legal plan at random as the catchments in force."""
    zones = county.zones.copy()
    for s, stage in enumerate(problem.stages):
        plans = list(legal_plans(problem, s))
        plan = plans[rng.integers(len(plans))]
        zones[f"current_{stage}"] = problem.units["unit"].to_numpy()[plan]
    return dataclasses.replace(county, zones=zones)


def locked_at_random(problem: ZoningProblem, rng: np.random.Generator) -> Held:
    free = [z for k, z in enumerate(problem.zones) if k not in own_homes(problem).values()]
    primary = problem.units["unit"].to_numpy()[problem.units_of("primary")].tolist()
    pick = rng.permutation(free).tolist()
    found: Held = {}
    if rng.random() < 0.6:
        found["zones"] = {pick[0]: str(rng.choice(primary))}
    if rng.random() < 0.6:
        found["not"] = {pick[1]: [str(rng.choice(primary))]}
    if rng.random() < 0.4:
        found["frozen"] = [str(rng.choice(primary))]
    pairs = [list(pair) for pair in combinations(pick, 2)]
    found["together" if rng.random() < 0.5 else "apart"] = [pairs[int(rng.integers(len(pairs)))]]
    return found


def evidence(county: District, problem: ZoningProblem, layout: Any) -> Evidence:
    return Evidence(layout, county, problem.scenario, problem.profile)


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.slow] if n > 2 else []) for n in range(8)]
)
def test_the_best_plan_that_keeps_the_locks_is_found_and_proven(seed: int) -> None:
    rng = np.random.default_rng(seed)
    county = random_county(rng, 4, 2, 3, 2)
    free = build_problem(county, asked(20))
    county = with_today(county, free, rng)
    locks = locked_at_random(build_problem(county, asked(20)), rng)
    try:
        problem = build_problem(county, asked(20, locks=locks))
    except ScenarioError:
        assert best_held(build_problem(county, asked(20)), locks) == np.inf
        return
    best = best_held(problem, locks)
    if not np.isfinite(best):
        with pytest.raises(ScenarioError.__mro__[1]):
            solve_problem(problem)
        return
    for solver in ("engine", "highs"):
        named = {"name": solver, "gap": 0.0, "threads": 1, "time_limit_s": 20}
        asked_so = dataclasses.replace(
            problem, scenario=asked(20, locks=locks, solver=named).begun(problem.scenario.year)
        )
        layout = solve_problem(asked_so)
        assert layout.summary["objective"] == pytest.approx(best, abs=1e-3), (solver, locks)
        assert layout.summary["bound"] <= best + 1e-3
        for s, plan in enumerate(unit_positions(problem, layout)):
            assert keeps(problem, s, plan, locks)
        assert not [
            c
            for c in verify_evidence(evidence(county, asked_so, layout)).failures
            if c.rule in ("locks", "ties")
        ]


CELLS = [(c, 0) for c in range(6)]
TODAY = {"primary": ["A-P"] * 3 + ["B-P"] * 3, "junior": ["J-J"] * 6}


def row(**settings: Any) -> tuple[District, ZoningProblem]:
    county = grid_county(CELLS, {"A": (0, 0), "B": (5, 0)}, {"J": (0, 0)}, today=TODAY)
    return county, build_problem(county, asked(20, **settings))


def primary_of(layout: Any) -> str:
    rows = layout.assignment[layout.assignment["stage"] == "primary"].sort_values("zone")
    return "".join(rows["unit"].str[0])


@pytest.mark.parametrize(
    ("locks", "drawn"),
    [
        ({"zones": {"Z03": "A-P"}}, "AAAABB"),
        ({"zones": {"Z03": "合成A"}}, "AAAABB"),
        ({"not": {"Z02": "A-P"}}, "AABBBB"),
        ({"together": [{"zones": ["Z01", "Z04"], "stage": "primary"}]}, "AAAAAB"),
        ({"apart": [{"zones": ["Z03", "Z04"], "stage": "primary"}]}, "AAAABB"),
        ({"frozen": ["B-P"]}, "AAABBB"),
    ],
)
def test_each_lock_by_hand(locks: Held, drawn: str) -> None:
    county, problem = row(locks=locks, prices={"moved": 0.0})
    layout = solve_problem(problem)
    found = primary_of(layout)
    assert found in (drawn, "ABBBBB") if "together" in locks else found == drawn
    assert not verify_evidence(evidence(county, problem, layout)).failures


@pytest.mark.parametrize(
    ("locks", "zone", "unit", "rule"),
    [
        ({"zones": {"Z03": "A-P"}}, "Z03", "B-P", "locks"),
        ({"not": {"Z02": "A-P"}}, "Z02", "A-P", "locks"),
        ({"frozen": ["B-P"]}, "Z03", "A-P", "locks"),
        ({"frozen": ["B-P"]}, "Z02", "B-P", "locks"),
        ({"together": [["Z01", "Z02"]]}, "Z02", "B-P", "ties"),
        ({"apart": [{"zones": ["Z02", "Z03"], "stage": "primary"}]}, "Z03", "A-P", "ties"),
    ],
)
def test_a_broken_lock_is_found_by_verify_and_named_by_why(
    locks: Held, zone: str, unit: str, rule: str
) -> None:
    county, problem = row(locks=locks)
    layout = solve_problem(problem)
    assert not verify_evidence(evidence(county, problem, layout)).failures
    spoiled = layout.assignment.copy()
    spoiled.loc[(spoiled["zone"] == zone) & (spoiled["stage"] == "primary"), "unit"] = unit
    changed = dataclasses.replace(layout, assignment=spoiled)
    assert rule in {c.rule for c in verify_evidence(evidence(county, problem, changed)).failures}
    z, u = list(problem.zones).index(zone), problem.units["unit"].tolist().index(unit)
    told = [
        r for each in problem.rules for r in each.reasons(problem, layout, 0, z, u) if "locks." in r.mend_en
    ]
    assert told
    assert told[0].text_zh


def test_why_tells_the_lock_of_a_nearer_school() -> None:
    _, problem = row(locks={"zones": {"Z03": "A-P"}})
    told = [r for a in explain(problem, solve_problem(problem), "Z03")[0].alternatives for r in a.reasons]
    assert "该单元已锁定划入合成A" in [r.text_zh for r in told]


def test_what_is_unknown_or_contradicts_is_told_at_once() -> None:
    wrong = {
        "zones": {"Z99": "A-P", "Z01": ["A-P", "B-P"], "Z02": "A-Q"},
        "not": {"Z03": ["K"]},
        "frozen": ["合成X"],
        "together": [["Z01", "Z98"]],
    }
    with pytest.raises(ScenarioError) as caught:
        row(locks=wrong)
    at = {p.column: p.value for p in caught.value.problems}
    assert set(at) == {
        "locks.zones.Z99",
        "locks.zones.Z01",
        "locks.zones.Z02",
        "locks.not.Z03",
        "locks.frozen.0",
        "locks.together.0",
    }
    assert at["locks.frozen.0"] == "合成X"
    assert any("A-P" in p.mend_en for p in caught.value.problems if p.column == "locks.zones.Z02")


@pytest.mark.parametrize(
    "locks",
    [
        {"zones": {"Z01": "A-P"}, "not": {"Z01": ["A-P"]}},
        {"together": [["Z01", "Z02"]], "apart": [["Z02", "Z01"]]},
        {"together": [["Z01", "Z02"], ["Z02", "Z03"]], "apart": [["Z01", "Z03"]]},
        {"zones": {"Z01": "A-P", "Z02": "B-P"}, "together": [["Z01", "Z02"]]},
        {"zones": {"Z01": "A-P", "Z02": "A-P"}, "apart": [["Z01", "Z02"]]},
        {"frozen": ["B-P"], "zones": {"Z02": "B-P"}},
        {"frozen": ["B-P"], "zones": {"Z03": "A-P"}},
        {"frozen": ["B-P"], "together": [["Z02", "Z03"]]},
        {"zones": {"Z05": "A-P"}},
    ],
)
def test_locks_that_cannot_be_kept_together_are_refused(locks: Held) -> None:
    with pytest.raises(ScenarioError) as caught:
        row(locks=locks)
    for problem in caught.value.problems:
        assert problem.column.startswith("locks.")
        assert problem.value
        assert problem.mend_zh


def test_a_frozen_unit_keeps_its_part_in_what_it_shares_and_gains_or_loses_nothing_by_sharing() -> None:
    today = {"primary": ["A-P", "A-P", "A-P;B-P", "B-P", "B-P", "B-P"]}
    county = grid_county(CELLS, {"A": (0, 0), "B": (5, 0)}, {}, today=today)
    held: Held = {"locks": {"frozen": ["A-P"]}, "stages": ["primary"]}
    layout = solve(county, asked(20, **held))
    of = layout.assignment.groupby("zone")["unit"].agg(sorted).to_dict()
    assert {z: u for z, u in of.items() if "A-P" in u} == {
        "Z00": ["A-P"],
        "Z01": ["A-P"],
        "Z02": ["A-P", "B-P"],
    }
    for shared, way in (
        ({"zones": ["Z04"], "units": ["A-P", "B-P"]}, "gains nothing"),
        ({"zones": ["Z01"], "units": ["B-P", "C-P"]}, "loses nothing"),
    ):
        three = grid_county(CELLS, {"A": (0, 0), "B": (5, 0), "C": (4, 0)}, {}, today=today)
        with pytest.raises(ScenarioError, match=way) as caught:
            build_problem(three, asked(20, shared=[shared], **held))
        assert [p.column for p in caught.value.problems] == ["locks.frozen.0"]


def test_a_unit_of_a_stage_that_is_not_drawn_is_refused() -> None:
    with pytest.raises(ScenarioError, match="other stage"):
        row(stages=["primary"], locks={"zones": {"Z01": "J-J"}})


def test_catchments_in_force_that_break_a_lock_are_not_kept_silently() -> None:
    with pytest.raises(ScenarioError, match="in force"):
        row(catchments="current", locks={"zones": {"Z03": "A-P"}})


def test_errors_name_file_and_line(tmp_path: Path) -> None:
    county = grid_county(CELLS, {"A": (0, 0), "B": (5, 0)}, {"J": (0, 0)}, today=TODAY)
    county.save(tmp_path / "county")
    file = tmp_path / "s.yaml"
    file.write_text(
        "name: s\ndistrict: county\nyear: 2020\nlocks:\n  zones:\n    Z01: A-P\n    Z9: A-P\n"
        "  frozen:\n    - A-P\n    - B-X\n",
        encoding="utf-8",
    )  # fmt: skip
    scenario = read_scenario(file)
    with pytest.raises(ScenarioError) as caught:
        build_problem(county, scenario)
    assert [(p.file, p.row, p.value) for p in caught.value.problems] == [
        (str(file), "7", "Z9"),
        (str(file), "10", "B-X"),
    ]
    with pytest.raises(ScenarioError) as caught:
        build_problem(county, read_scenario(file, ["locks.frozen=[C-P]"]))
    assert ("--set", "") in [(p.file, p.row) for p in caught.value.problems]


def test_the_settings_come_back_as_they_were_written() -> None:
    scenario = asked(20, locks={"zones": {1001: "A-P"}, "not": {"Z1": ["B-P"]}, "together": [["Z1", "Z2"]]})
    assert scenario.as_data()["locks"]["zones"] == {"1001": ["A-P"]}
    assert type(scenario).model_validate(scenario.as_data()) == scenario


NEW_SCHOOL = project("P1", "new", "D", 12, 1e7, (2, 0), open_year=2022, fixed=True)


def test_a_lock_on_a_school_that_opens_later_names_its_project_and_waits_for_its_phase() -> None:
    county = with_projects(small_county(current="AABAAB"), NEW_SCHOOL)
    held: Held = {"zones": {"Z3": "D-P"}, "not": {"Z1": ["D-P", "B-P"]}, "frozen": ["A-P"]}
    with pytest.raises(ScenarioError) as error:
        build_problem(county, scenario(year=2020, horizon=2021, locks=held))
    said = [p.text("en") for p in error.value.problems]
    assert len([s for s in said if "not open in this plan, whose last year is 2021" in s]) == 2, said
    # the first of two phases keeps what it can keep; the second all of it
    locks = Locks.model_validate(held)
    first = locks_within(locks, county, _absent(county, {"P1": 2022}, 2021))
    assert first == Locks.model_validate({"not": {"Z1": ["B-P"]}, "frozen": ["A-P"]})
    assert locks_within(locks, county, _absent(county, {"P1": 2022}, 2023)) == locks
    assert locks_within(locks, county, _absent(county, {}, 2023)) == first  # not built at all
    built = build_problem(county, scenario(year=2020, horizon=2021, locks=first.model_dump(by_alias=True)))
    assert {lock.part for lock in built.locks.every} == {"not", "frozen"}
