"""Shared zones (多校划片) are moved by hand like any other: to one school, to another pair, and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planning.editing import LiveLayout, check
from planning.editing.locking import with_locks
from planning.editing.moved import moved_by_hand
from planning.editing.sharing import sharing_of
from planning.errors import LayoutError
from planning.scenario import scenario_from_data
from planning.scenario.locks import Locks
from planning.zoning import build_problem
from planning.zoning.build.locks import held_locks
from planning.zoning.problem import ZoningProblem
from planning.zoning.rules.shared import SHARE
from tests.differential.county import Case
from tests.editing.made import assert_tables_agree, figures, plan, reopened


def opened(seed: int = 0) -> tuple[Case, LiveLayout, str, str, list[str]]:
    """Return a plan with a shared zone, its stage, and the units of the stage, those that share it first."""
    case, problem, layout = plan("shared", seed)
    live = LiveLayout(problem, layout, case.district)
    zone = min(problem.shared, key=lambda z: len(z.units))
    names = problem.units["unit"].astype(str).to_numpy()
    others = [u for u in problem.units_of(problem.stages[zone.stage]).tolist() if u not in zone.units]
    units = [str(u) for u in names[[*zone.units, *others]]]
    return case, live, str(problem.zones[zone.zone]), problem.stages[zone.stage], units


def test_a_shared_zone_goes_to_one_school_to_another_pair_and_back() -> None:
    case, live, zone, stage, units = opened()
    first, pair = figures(live), live.units_at(zone, stage)
    assert len(pair) > 1
    pupils = sum(sum(live.unit(u).own[0]) for u in units)

    live.move([zone], pair[0], reason="一校")
    assert live.units_at(zone, stage) == pair[:1]
    assert sum(sum(live.unit(u).own[0]) for u in units) == pupils
    assert_tables_agree(live, case)
    alone = figures(live)
    assert figures(reopened(live, case, keep=True)) == alone
    assert not any(f.breaks for f in check(live) if f.zones == (zone,) and f.kind == "lock")

    other = ";".join((pair[1], units[-1]))
    changed = live.move([zone], other, reason="换校")
    assert {pair[0], pair[1], units[-1]} >= set(changed) > set()
    assert set(live.units_at(zone, stage)) == {pair[1], units[-1]}
    assert sum(sum(live.unit(u).own[0]) for u in units) == pupils
    assert_tables_agree(live, case)
    told = moved_by_hand(live.layout(), case.district)
    assert told[["from_unit", "to_unit"]].to_numpy().tolist() == [[";".join(pair), other]]

    live.undo()
    assert figures(live) == alone
    live.undo()
    assert figures(live) == first
    live.move([zone], ";".join(reversed(pair)))  # the same schools in another order: nothing has changed
    assert figures(live) == first
    assert moved_by_hand(live.layout(), case.district).empty


def test_the_problem_after_a_move_is_that_of_the_scenario_it_writes() -> None:
    case, live, zone, stage, units = opened()
    whole = next(z for z in live.catchments(stage) if len(live.units_at(z, stage)) == 1)
    live.move([whole], ";".join(units[-2:]))
    live.move([zone], units[-1])
    layout = live.layout()
    anew = build_problem(case.district, scenario_from_data(layout.scenario))
    assert sharing_of(anew) == sharing_of(live.problem)
    assert (anew.current == live.problem.current).all()
    assert anew.exempt == live.problem.exempt
    again = LiveLayout(anew, layout, case.district)
    assert figures(again) == figures(live)
    again.go(0)
    live.go(0)
    assert figures(again) == figures(live)
    assert live.layout().scenario["shared_today"] is True
    assert with_locks(again).shared == again.problem.shared


def test_pupils_of_a_zone_that_is_shared_by_hand_go_where_seats_are_left() -> None:
    case, problem, layout = plan("shared", 1)
    # one school of the three has rooms for everybody, the others for nobody
    stage = problem.stages[problem.shared[0].stage]
    of_stage = problem.units_of(stage).tolist()
    live = LiveLayout(problem, layout, case.district)
    ground = live._grounds.origin
    rooms = np.zeros_like(ground.rooms)
    rooms[of_stage[-1]] = 500
    live._grounds.origin = replace(ground, rooms=rooms)
    whole = next(z for z in live.catchments(stage) if len(live.units_at(z, stage)) == 1)
    names = problem.units["unit"].astype(str).to_numpy()
    live.move([whole], ";".join(names[of_stage]))
    k = [str(problem.zones[z.zone]) for z in live.problem.shared].index(whole)
    parts = {u: n for (j, u, _, _), n in live.answer().of(SHARE).items() if j == k and n}
    assert set(parts) <= {of_stage[-1]}


def test_what_is_wrong_with_shared_moves_is_said_at_once() -> None:
    _, live, zone, stage, units = opened(1)
    before = figures(live)
    for unit, said in (
        (f"{units[0]};{units[0]}", "named twice"),
        (f"{units[0]};S77-P", "no such unit"),
        (";", "no school is named"),
    ):
        with pytest.raises(LayoutError, match=said):
            live.move([zone], unit)
    rows = zip(live.problem.units["unit"], live.problem.units["stage"], strict=True)
    other = next(str(u) for u, s in rows if s != stage)
    with pytest.raises(LayoutError, match="stage"):
        live.move([zone], f"{units[0]};{other}")
    assert figures(live) == before
    assert not live.journal.steps


def test_locks_keep_zones_from_being_shared_and_frozen_schools_as_they_are() -> None:
    case, live, zone, stage, units = opened()
    problem, layout = live.problem, live.layout()
    whole = next(z for z in live.catchments(stage) if len(live.units_at(z, stage)) == 1)
    mine, other = live.unit_at(whole, stage), next(u for u in units if u != live.unit_at(whole, stage))

    def held(**locks: object) -> LiveLayout:
        scenario = problem.scenario.model_copy(update={"locks": Locks.model_validate(locks)})
        found = held_locks(
            case.district, scenario, problem.units, list(problem.zones), problem.today, problem.shared
        )
        return LiveLayout(replace(problem, scenario=scenario, locks=found), layout, case.district)

    with pytest.raises(LayoutError, match=r"locks\.zones"):
        held(zones={whole: mine}).move([whole], f"{mine};{other}")
    with pytest.raises(LayoutError, match=r"locks\.frozen"):  # it would lose the zone's pupils
        held(frozen=[units[1]]).move([zone], units[0])
    with pytest.raises(LayoutError, match=r"locks\.frozen"):  # it would gain some
        held(frozen=[units[-1]]).move([zone], f"{units[0]};{units[-1]}")
    second = next(
        z for z in live.catchments(stage) if z not in (whole, zone) and len(live.units_at(z, stage)) == 1
    )
    with pytest.raises(LayoutError, match=r"locks\.together"):
        held(together=[{"zones": [whole, second], "stage": stage}]).move([whole], f"{mine};{other}")


def test_a_journal_whose_sharing_was_changed_by_hand_is_refused() -> None:
    case, live, zone, stage, units = opened()
    live.move([zone], units[-1])
    layout = live.layout()
    assert layout.journal is not None
    start = layout.journal["start"]
    for wrong in (
        {**start, "sharing": {"shared": [], "shared_today": False}},
        {**start, "sharing": {"shared": [["S77", "S78"]], "shared_today": True}},
        {**start, "shares": [[stage, "Z99", units[0], 1, 2020, 3]]},
        {**start, "sharing": {"shared": 3, "shared_today": True}},
        {**start, "shares": [[1]]},
    ):
        with pytest.raises(LayoutError, match="does not fit"):
            LiveLayout(
                live.problem, replace(layout, journal={**layout.journal, "start": wrong}), case.district
            )


def test_bound_and_wrong_problem() -> None:
    """A plan that shares other zones answers another problem: no bound is claimed for it, and undo brings it back."""
    _, live, zone, _, units = opened()
    live.start = replace(live.start, bound=0.0)
    fine = live.county().bound
    live.move([zone], units[0])
    assert live.county().bound is None
    live.undo()
    assert live.county().bound == fine
    assert isinstance(live.problem, ZoningProblem)
