"""What a hand edit is told is what ``verify`` finds in the run that is written: one truth, whatever is moved to whom."""

from __future__ import annotations

import dataclasses
from contextlib import suppress

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from planning.editing import Finding, LiveLayout, Move, check
from planning.errors import LayoutError, ScenarioError
from planning.layout import Layout
from planning.scenario import scenario_from_data
from planning.verify.evidence import Evidence
from planning.verify.report import VerifyReport
from planning.verify.rules.scorecard import _verdicts
from planning.verify.run import verify_evidence
from tests.differential.county import Case
from tests.editing.made import plan

KINDS = (
    "roomy", "nine_year", "shared", "islands", "seats", "nested", "shared_nested", "declared", "hard", "locks", "seats_stay", "closures",
    "shared_stay",
)  # fmt: skip
RULE_OF = {
    "detached": "contiguity", "own_zone": "own_zone", "feeder": "feeder", "reach": "reach", "lock": "locks", "stability": "stability",
    "full": "class_size", "oversize": "school_size", "nearby": "nearby",
}  # fmt: skip
"""The rule that a finding says is broken. Together and apart are locks to a planner and ties to the verifier."""
AGREE = {"objective", "summary", "figures", "distances", *RULE_OF.values()}
"""What moves may break, and figures that must be equal whatever is moved."""


def evidence_of(live: LiveLayout, case: Case) -> Evidence:
    layout: Layout = live.layout()
    scenario = scenario_from_data(layout.scenario)
    return Evidence(layout, case.district, scenario, scenario.profile())


def broken(report: VerifyReport) -> set[str]:
    """Return the rules that the verifier finds broken, of those that moves may break."""
    return {"locks" if c.rule == "ties" else c.rule for c in report.failures} & AGREE


def apart(report: VerifyReport) -> dict[str, set[str]]:
    """Return the zones by unit that the verifier finds apart from the school."""
    found: dict[str, set[str]] = {}
    for told in (c.where for c in report.checks if c.rule == "contiguity" and c.warning):
        unit, _, zones = told.removeprefix("unit ").partition(", zone ")
        found.setdefault(unit, set()).update(zones.split(", "))
    return found


def said(findings: tuple[Finding, ...]) -> set[str]:
    return {RULE_OF[f.kind] for f in findings if f.breaks}


def assert_one_truth(live: LiveLayout, case: Case, before: set[str]) -> None:
    """Hold an edited plan against the verifier; ``before`` is what the made-up plan broke itself in classes, which no move mends."""
    evidence = evidence_of(live, case)
    report = verify_evidence(evidence)
    assert broken(report) - before == said(check(live)) - before
    assert apart(report) == {u.unit: set(u.apart) for u in live.units() if u.apart}
    county, nearby = live.county(), live.problem.profile.nearby
    assert report.seats_short == county.seats_short
    groups = ("urban", "town") if nearby.reading == "locale" else ("primary", "junior")
    asked = dict(zip(groups, (nearby.primary, nearby.junior), strict=True))
    holds = {
        "B4": county.indicators.b4_oversized_schools == 0,
        "B5": county.indicators.b5_classes_over == 0,
        "B13": all(share is None or share >= asked[g] for g, share in county.indicators.b13_nearby),
    }
    verdicts = {k: v == "pass" for k, v in _verdicts(evidence).items() if v != "not_applicable"}
    assert verdicts == {k: holds[str(k)] for k in verdicts}


QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=3, deadline=None, phases=QUICKLY)
@given(st.sampled_from(KINDS), st.integers(0, 2), st.data())
def test_what_an_edit_is_told_is_what_verify_finds(kind: str, seed: int, data: st.DataObject) -> None:
    edited_at_random(kind, seed, data)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, phases=QUICKLY)
@given(st.sampled_from(KINDS), st.integers(0, 9), st.data())
def test_what_many_edits_are_told_is_what_verify_finds(kind: str, seed: int, data: st.DataObject) -> None:
    edited_at_random(kind, seed, data)


def edited_at_random(kind: str, seed: int, data: st.DataObject) -> None:
    """Make some moves in a county of a kind, shared zones among them, and hold the plan against the verifier."""
    try:
        case, problem, layout = plan(kind, seed)
    except ScenarioError:
        return  # locks that no plan can keep
    live = LiveLayout(problem, layout, case.district)
    before = broken(verify_evidence(evidence_of(live, case))) & {"class_size"}
    for _ in range(data.draw(st.integers(1, 4))):
        stage = data.draw(st.sampled_from(problem.stages))
        units = [str(problem.units["unit"].iat[u]) for u in problem.units_of(stage) if live.stands(int(u))]
        zones = st.lists(st.sampled_from(list(map(str, problem.zones))), min_size=1, max_size=3, unique=True)
        most = data.draw(st.sampled_from((1, 1, 3)))
        if units:
            to = data.draw(st.lists(st.sampled_from(units), min_size=1, max_size=most, unique=True))
            with suppress(LayoutError):  # locked
                live.move(data.draw(zones), ";".join(to), reason="试")
    assert_one_truth(live, case, before)


def test_a_shared_zone_that_lies_apart_is_told_and_allowed() -> None:
    case, problem, layout = plan("shared", 0)
    live = LiveLayout(problem, layout, case.district)
    stage = problem.stages[0]
    units = [str(problem.units["unit"].iat[u]) for u in problem.units_of(stage)]
    for zone in map(str, problem.zones):
        other = next(u for u in units if u not in live.units_at(zone, stage))
        with live.trial([Move((zone,), stage, f"{live.unit_at(zone, stage)};{other}")]):
            unit = live.unit(other)
            if zone in unit.apart:
                told = [f for f in check(live) if f.unit == other and f.kind == "apart" and zone in f.zones]
                assert (unit.connected, zone in unit.detached) == (False, False)
                assert [(f.breaks, f.new) for f in told] == [(False, True)]
                assert_one_truth(live, case, {"class_size"})
                return
    raise AssertionError("no zone lies apart")


def test_more_moved_pupils_than_the_scenario_allows_are_told() -> None:
    case, problem, layout = plan("roomy", 0)
    live = LiveLayout(problem, layout, case.district)
    none = problem.scenario.stability.model_copy(update={"max_moved_share": 0.0})
    strict = dataclasses.replace(problem, scenario=problem.scenario.model_copy(update={"stability": none}))
    live = LiveLayout(
        strict, dataclasses.replace(layout, scenario=strict.scenario.model_dump(mode="json")), case.district
    )
    stage = problem.stages[0]
    units = [str(problem.units["unit"].iat[u]) for u in problem.units_of(stage)]
    zone = next(
        str(z)
        for n, z in enumerate(problem.zones)
        if problem.placed_today(0)[n] and problem.stage_pupils(stage)[n]
    )
    live.move([zone], next(u for u in units if u not in live.units_at(zone, stage)))
    assert any(f.kind == "stability" and f.breaks and zone in f.zones for f in check(live))
    assert_one_truth(live, case, {"class_size"})
