"""A journal loses no step: undo, redo and branches are ways through a tree."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.editing.journal import ORIGIN, Journal, Move, journal_from_data
from planning.errors import LayoutError

ZONES = ("A", "B", "C")


def move(zone: str, unit: str, reason: str = "") -> Move:
    return Move((zone,), "primary", unit, reason)


def three() -> Journal:
    journal = Journal("digest")
    for unit in ("U1", "U2", "U3"):
        journal = journal.add(move("A", unit), {"A": "U0"})
    return journal


def test_undo_and_redo_are_each_others_contrary() -> None:
    journal = three()
    assert [s.number for s in journal.undo().undo().path()] == [1]
    assert journal.undo().undo().redo().redo() == journal
    assert journal.undo().undo().undo().undo().head == ORIGIN
    assert journal.redo() == journal


def test_a_move_after_undo_is_a_branch_and_nothing_is_lost() -> None:
    journal = three().undo().add(move("A", "U9"), {"A": "U2"})
    assert [s.move.unit for s in journal.path()] == ["U1", "U2", "U9"]
    assert journal.undo().branches() == (3, 4)
    assert [s.move.unit for s in journal.undo().redo(3).path()] == ["U1", "U2", "U3"]
    with pytest.raises(LayoutError, match="one of: 3, 4"):
        journal.undo().redo(1)


def test_the_last_step_speaks_for_a_zone() -> None:
    journal = three().add(move("B", "U1", "路更近"), {"B": "U0"})
    assert journal.moved()["primary", "A"].move.unit == "U3"
    assert journal.moved()["primary", "B"].move.reason == "路更近"


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.sampled_from(ZONES)),
            st.tuples(st.sampled_from(("undo", "redo")), st.just("")),
        ),
        max_size=30,
    )
)
def test_what_is_in_force_is_what_replaying_gives_and_survives_json(actions) -> None:
    journal, units, history = Journal("d"), dict.fromkeys(ZONES, "U0"), []
    for k, (what, zone) in enumerate(actions):
        if what == "add":
            unit = f"U{k}"
            journal = journal.add(move(zone, unit), units)
            history.append(dict(units))
            units = {**units, zone: unit}
        elif what == "undo" and journal.head != ORIGIN:
            last = journal.path()[-1]
            units = {**units, **dict(last.before)}
            journal = journal.undo()
        elif what == "redo":
            on = journal.redo()
            if on != journal:
                step = on.path()[-1]
                units = {**units, **dict.fromkeys(step.move.zones, step.move.unit)}
            journal = on
    replayed = dict.fromkeys(ZONES, "U0")
    for step in journal.path():
        assert {z: replayed[z] for z in step.move.zones} == dict(step.before)
        replayed.update(dict.fromkeys(step.move.zones, step.move.unit))
    assert replayed == units
    assert journal_from_data(json.loads(json.dumps(journal.as_data())), "journal.json") == journal


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(head=99),
        lambda d: d["steps"][1].update(parent=77),
        lambda d: d["steps"][1].update(number=1),
        lambda d: d["steps"][0].update(before=[]),
        lambda d: d.pop("steps"),
        lambda d: d["steps"].append("x"),
    ],
)
def test_a_journal_that_was_spoiled_is_named(spoil) -> None:
    data = three().as_data()
    data["steps"] = [dict(s) for s in data["steps"]]
    spoil(data)
    with pytest.raises(LayoutError) as caught:
        journal_from_data(data, "journal.json")
    assert "journal.json" in caught.value.text("zh")
    assert "调整记录" in caught.value.text("zh")
