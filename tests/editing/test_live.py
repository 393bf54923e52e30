"""Figures that follow moves are those of a full recomputation, and of the tables and indicators of the layout."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import planning
from planning.editing import LiveLayout, Move, check, open_live
from planning.editing.start import start_of
from planning.editing.taking_up import digest
from planning.errors import LayoutError
from planning.scenario.locks import Locks
from planning.zoning.build.locks import held_locks
from planning.zoning.problem import ZoningProblem
from tests.editing.made import assert_tables_agree, figures, plan, reopened

SHARING = st.sampled_from((1, 1, 3))
"""Of three moves one may give its zones to several schools."""
KINDS = ("roomy", "short", "nine_year", "shared", "nested", "stay", "follow", "budget", "closures", "islands")


def movable(live: LiveLayout, stage: str) -> tuple[list[str], list[str]]:
    problem = live.problem
    zones = [str(z) for z in problem.zones]
    units = [str(problem.units["unit"].iat[u]) for u in problem.units_of(stage) if live.stands(int(u))]
    return zones, units


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.sampled_from(KINDS), st.integers(0, 2), st.data())
def test_figures_after_any_moves_are_those_of_a_fresh_start(
    kind: str, seed: int, data: st.DataObject
) -> None:
    case, problem, layout = plan(kind, seed)
    live = LiveLayout(problem, layout, case.district)
    first = figures(live)
    for _ in range(data.draw(st.integers(1, 6))):
        act = data.draw(st.sampled_from(("move", "move", "move", "undo", "redo")))
        if act == "undo":
            live.undo()
        elif act == "redo":
            live.redo()
        else:
            zones, units = movable(live, data.draw(st.sampled_from(problem.stages)))
            if zones and units:
                chosen = data.draw(st.lists(st.sampled_from(zones), min_size=1, max_size=4, unique=True))
                schools = data.draw(
                    st.lists(st.sampled_from(units), min_size=1, max_size=data.draw(SHARING), unique=True)
                )
                live.move(chosen, ";".join(schools), reason="试")
    if data.draw(st.booleans()):
        assert_tables_agree(live, case)
    assert figures(reopened(live, case, keep=data.draw(st.booleans()))) == figures(live)
    # all at once, from the same start
    again = LiveLayout(problem, layout, case.district)
    again.apply([step.move for step in live.journal.path()])
    assert figures(again) == figures(live)
    live.go(0)
    assert figures(live) == first


def test_flows_that_end_leave_the_price_of_the_others_to_the_last_digit() -> None:
    case, problem, layout = plan("nine_year", 0)
    live = LiveLayout(problem, layout, case.district)
    live.move(["Z00", "Z10", "Z11", "Z01"], "S0-J", reason="试")
    assert figures(reopened(live, case, keep=False)) == figures(live)


def test_at_the_origin_the_tables_are_those_of_the_layout() -> None:
    for kind in ("short", "shared", "stay"):
        case, problem, layout = plan(kind, 1)
        live = LiveLayout(problem, layout, case.district)
        assert live.layout() == layout
        assert_tables_agree(live, case)


def test_wrong_moves_are_named_at_once_and_change_nothing() -> None:
    case, problem, layout = plan("nine_year", 0)
    live = LiveLayout(problem, layout, case.district)
    before = figures(live)
    zone = str(problem.zones[0])
    junior = str(problem.units["unit"].iat[problem.units_of("junior")[0]])
    with pytest.raises(LayoutError) as error:
        live.apply(
            [
                Move((zone, "Z99"), "primary", junior),
                Move((zone,), "primary", "S77-P"),
                Move(("Z98",), "junior", junior),
            ]
        )
    said = [p.message_en for p in error.value.problems]
    assert sum("no such zone" in m for m in said) == 2
    assert any("no such unit" in m for m in said)
    assert any("stage" in m for m in said)
    assert figures(live) == before
    assert not live.journal.steps


def test_check_names_what_a_move_breaks() -> None:
    case, problem, layout = plan("short", 2)
    live = LiveLayout(problem, layout, case.district)
    zones, units = movable(live, "primary")
    live.move(zones, units[0])  # everything to one school
    found = check(live)
    kinds = {f.kind for f in found}
    assert {"full", "own_zone"} <= kinds
    assert all(f.text_zh and f.text_en for f in found)
    assert sum(f.amount for f in found if f.kind == "full") == live.county().seats_short
    assert live.journal.head == 1


def test_a_journal_that_does_not_fit_is_refused() -> None:
    case, problem, layout = plan("roomy", 1)
    live = LiveLayout(problem, layout, case.district)
    zones, units = movable(live, "primary")
    target = next(u for u in units if u != live.unit_at(zones[0], "primary"))
    live.move([zones[0]], target)
    edited = live.layout()
    wrong = replace(edited, assignment=layout.assignment)
    with pytest.raises(LayoutError, match="does not fit"):
        LiveLayout(problem, wrong, case.district)


@pytest.mark.parametrize(
    ("zone", "broken"), [("Z06", "reach"), ("Z05", "own_zone"), ("Z01", "detached"), ("Z02", "")]
)
def test_the_bound_holds_for_plans_that_break_no_rule(zone: str, broken: str) -> None:
    county = planning.sample_district()
    layout = planning.solve(county, {"solver": {"time_limit_s": 5}, "candidates": {"max_distance_m": 900}})
    live = open_live(layout, county)
    bound = live.county().bound
    assert bound is not None
    live.move([zone], "S2-P")
    found = {f.kind for f in check(live) if f.breaks}
    assert (broken in found) == bool(broken)
    assert live.county().bound == (None if found else bound)
    live.undo()
    assert live.county().bound == bound


def test_no_bound_holds_where_catchments_are_not_nested_as_they_must_be() -> None:
    for seed in range(8):
        case, problem, layout = plan("nested", seed)
        if problem.scenario.feeder != "nested" or len(problem.units_of("junior")) < 2:
            continue
        live = LiveLayout(problem, layout, case.district)
        live.start = replace(live.start, bound=0.0)
        zones, units = movable(live, "junior")
        if len(units) < 2:
            continue
        for zone in zones:
            live.move([zone], next(u for u in units if u != live.unit_at(zone, "junior")))
            assert (live.county().bound is None) == any(f.breaks for f in check(live))
            live.undo()
        only = [Move(tuple(movable(live, s)[0]), s, movable(live, s)[1][0]) for s in problem.stages]
        live.apply(only)
        assert "feeder" not in {f.kind for f in check(live)}
        live.move([zones[0]], units[-1])
        assert "feeder" in {f.kind for f in check(live)}
        assert live.county().bound is None
        return
    pytest.fail("no county with nested catchments was made")


def test_locked_zones_stay_and_settled_moves_take_their_lock_along() -> None:
    case, problem, layout = plan("roomy", 0)
    stage = problem.stages[0]
    live = LiveLayout(problem, layout, case.district)
    zones, units = movable(live, stage)
    zone = zones[0]
    was = live.unit_at(zone, stage)
    other = next(u for u in units if u != was)

    def locked(**locks: object) -> ZoningProblem:
        scenario = problem.scenario.model_copy(update={"locks": Locks.model_validate(locks)})
        held = held_locks(
            case.district, scenario, problem.units, list(problem.zones), problem.today, problem.shared
        )
        return replace(problem, scenario=scenario, locks=held)

    for locks in ({"zones": {zone: was}}, {"not": {zone: other}}):
        held = LiveLayout(locked(**locks), layout, case.district)
        with pytest.raises(LayoutError, match="locked away"):
            held.move([zone], other)
        assert not held.journal.steps
    if len(zones) > 1:
        tied = LiveLayout(locked(together=[zones[:2]]), layout, case.district)
        together = tied.unit_at(zones[1], stage) == was
        tied.move([zone], other if together else tied.unit_at(zones[1], stage))
        assert any(f.kind == "lock" for f in check(tied)) == together
    # a lock that a settled move left goes with the next move; the bound was that of the problem with it
    live.move([zone], other, reason="一")
    journal = live.journal.settled(digest(problem, live.state.unit_of)).as_data()
    moved = locked(zones={zone: other})
    now = start_of(problem, live.layout(), live.answer())
    made = replace(live.layout(), journal={**journal, "start": replace(now, bound=0.0).as_data()})
    again = LiveLayout(moved, made, case.district)
    again.move([zone], was, reason="二")
    assert again.county().bound is None
    assert again.layout().scenario["locks"]["zones"] == {zone: [was]}
