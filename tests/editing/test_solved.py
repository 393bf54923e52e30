"""Finishing around moves and locks, repairing with the fewest moved pupils, and what a plan and a move cost."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

import planning
from planning.district import District
from planning.editing import LiveLayout, Move, carried, finish, open_live, price_of, repair
from planning.editing.least_change import weights
from planning.editing.moved import moved_by_hand
from planning.errors import LayoutError, PlanningError
from planning.layout import Layout
from planning.scenario import Scenario
from planning.scenario.locks import Locks
from tests.zoning.county import small_county

OTHER = {"A-P": "B-P", "B-P": "A-P"}
SETTINGS = {"demand": "register", "stages": ["primary"], "solver": {"time_limit_s": 4}}


@pytest.fixture(scope="module")
def county() -> District:
    return small_county(current="AABAAB", rooms=(12, 12, 9))


@pytest.fixture(scope="module")
def plan(county: District) -> Layout:
    return planning.solve(county, SETTINGS)


@pytest.fixture
def live(county: District, plan: Layout) -> LiveLayout:
    return open_live(plan, county)


def test_the_rest_is_drawn_around_moves_and_never_dearer(live: LiveLayout, county: District) -> None:
    unit = OTHER[live.unit_at("Z2", "primary")]
    live.move(["Z2"], unit, reason="居民申请", who="王科")
    head, price = live.journal.head, live.county().price.total
    made = finish(live)
    assert live.journal.head == head
    assert live.county().price.total == price
    again = open_live(made, county)
    assert again.unit_at("Z2", "primary") == unit
    assert again.county().price.total == pytest.approx(made.summary["objective"], abs=1e-3)
    assert made.summary["objective"] <= price + 1e-3
    assert made.scenario["locks"]["zones"] == {"Z2": [unit]}
    # the reason is told still, and is no step that can be taken back
    assert moved_by_hand(made, county)["reason"].tolist() == ["居民申请"]
    assert not again.journal.path()
    assert again.undo() == ()


def test_frozen_means_as_the_plan_has_it_and_wrong_locks_are_named_at_once(live: LiveLayout) -> None:
    unit = live.unit_at("Z1", "primary")
    live.move(["Z2"], OTHER[live.unit_at("Z2", "primary")])
    mine = {z for z, u in live.catchments("primary").items() if u == unit}
    made = finish(live, locks={"frozen": [unit]})
    got = made.assignment[made.assignment["unit"] == unit]
    assert set(got["zone"]) == mine
    with pytest.raises(PlanningError) as error:
        finish(live, locks={"zones": {"Z9": "A-P"}, "not": {"Z1": "没有的学校"}})
    assert len(error.value.problems) == 2


def test_a_site_moved_by_hand_is_named_where_no_plan_can_be_drawn_around_it(live: LiveLayout) -> None:
    live.move(["Z1"], "B-P")
    for act in (repair, finish):
        with pytest.raises(
            LayoutError, match="the zone holds the site of 甲小学 and was moved by hand to 乙小学"
        ):
            act(live)


def test_a_plan_without_faults_is_repaired_by_nothing(live: LiveLayout) -> None:
    made = repair(live)
    told = made.summary["repair"]
    assert (told["moved_pupils"], told["at_least"], told["proven"]) == (0.0, 0.0, True)
    assert made.summary["bound"] == live.county().bound


def test_a_repair_moves_as_few_pupils_as_any_plan_with_as_few_seats_short(county: District) -> None:
    live = open_live(planning.solve(county, {**SETTINGS, "overflow": {"allowed": False}}), county)
    # everything that can goes to one school
    free = [z for z, u in live.catchments("primary").items() if u == "B-P" and z != "Z6"]
    live.move(free, "A-P")
    before = live.county().seats_short
    made = repair(live)
    # the zones moved by hand are held: with them all there is nothing left to move
    assert made.summary["repair"]["moved_zones"] == 0
    start = replace(live.layout(), journal=None)
    again = open_live(start, county)
    assert again.county().seats_short == before > 0
    told = repair(again).summary["repair"]
    best = _fewest(again, told["seats_short"])
    assert told["moved_pupils"] == pytest.approx(best)
    assert told["proven"]
    assert told["at_least"] <= best + 1e-6
    assert told["seats_short"] < before


def _fewest(live: LiveLayout, short: int, kept: Callable[[dict[str, str]], bool] = lambda _: True) -> float:
    """Return the fewest pupils moved by any connected plan that is kept, with at most so many seats short, trying every one."""
    return min((moved for seats, moved in _every(live, kept) if seats <= short), default=np.inf)


def _every(live: LiveLayout, kept: Callable[[dict[str, str]], bool]) -> Iterator[tuple[int, float]]:
    """Yield seats short and pupils moved of every connected plan that is kept."""
    zones, units = list(live.catchments("primary")), ["A-P", "B-P"]
    had, pupils = live.catchments("primary"), weights(live.problem, 0)
    for plan in itertools.product(units, repeat=len(zones)):
        drawn = dict(zip(zones, plan, strict=True))
        if not kept(drawn) or (drawn["Z1"], drawn["Z6"]) != ("A-P", "B-P"):
            continue
        with live.trial([Move((z,), "primary", u) for z, u in drawn.items() if had[z] != u]):
            county = live.county()
            if not county.detached:
                moved = sum(p for z, p in zip(zones, pupils, strict=True) if had[z] != drawn[z])
                yield county.seats_short, float(moved)


@pytest.mark.parametrize(
    ("locks", "kept"),
    [
        ({"zones": {"Z5": "A-P"}}, lambda at: at["Z5"] == "A-P"),
        ({"not": {"Z3": "B-P"}, "zones": {"Z2": "A-P"}}, lambda at: (at["Z3"], at["Z2"]) == ("A-P", "A-P")),
        ({"together": [["Z3", "Z5"]]}, lambda at: at["Z3"] == at["Z5"]),
        ({"apart": [["Z2", "Z5"]]}, lambda at: at["Z2"] != at["Z5"]),
        ({"frozen": ["A-P"]}, lambda at: at["Z5"] == "A-P" and at["Z3"] == "A-P"),
    ],
)
def test_a_repair_proves_the_fewest_moved_among_plans_that_keep_the_locks(
    locks: dict[str, object], kept: Callable[[dict[str, str]], bool]
) -> None:
    county = small_county(current="AAAAAB", rooms=(12, 12, 9))  # A lacks 60 seats of 600
    live = open_live(planning.solve(county, {**SETTINGS, "catchments": "current", "overflow": {"allowed": False}}), county)  # fmt: skip
    assert live.county().seats_short == 60
    made = repair(live, locks=Locks.model_validate(locks))
    drawn = dict(made.assignment[["zone", "unit"]].to_numpy().tolist())
    told, short = made.summary["repair"], min(seats for seats, _ in _every(live, kept))
    assert kept(drawn)
    assert told["seats_short"] == short
    assert told["moved_pupils"] == pytest.approx(_fewest(live, short, kept))
    assert told["proven"]
    assert told["at_least"] == pytest.approx(told["moved_pupils"], abs=0.5)


def test_what_a_plan_and_a_move_cost(live: LiveLayout) -> None:
    whole = price_of(live)
    assert (whole.more, whole.units, whole.findings) == (0.0, (), ())
    assert whole.above is not None
    assert whole.above >= 0
    unit = live.unit_at("Z2", "primary")
    asked = Move(("Z2",), "primary", OTHER[unit])
    cost = price_of(live, [asked])
    assert live.journal.steps == ()
    assert live.unit_at("Z2", "primary") == unit
    live.move(["Z2"], OTHER[unit])
    assert price_of(live).more == pytest.approx(cost.more)
    assert {a.unit for a, _ in cost.units} == {"A-P", "B-P"}
    pupils = [sum(map(sum, b.pupils)) - sum(map(sum, a.pupils)) for a, b in cost.units]
    assert sum(pupils) == 0
    assert any(pupils)


def test_a_plan_carried_into_another_year_keeps_its_catchments(county: District, plan: Layout) -> None:
    later = Scenario.make(**{**SETTINGS, "year": county.info.base_year + 1})
    live = carried(plan, county, later)
    old = plan.assignment[plan.assignment["stage"] == "primary"].set_index("zone")["unit"].to_dict()
    assert live.catchments("primary") == old
    assert live.problem.years == (county.info.base_year + 1,)
    assert live.county().bound is None
