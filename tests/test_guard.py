"""The guard of the engine tells worse from better, and its counties are as they are described."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.guard.__main__ import STORED, verdict
from benchmarks.guard.instances import CASES, county

SEEDS = [{"price": 100.0, "bound": 99.0, "seconds": 2.0}, {"price": 101.0, "bound": 99.0, "seconds": 2.0}]


@pytest.mark.parametrize(
    ("price", "bound", "seconds", "said"),
    [
        (100.5, 99.0, 2.0, "as stored"),
        (102.01, 99.0, 2.0, "WORSE by 1.000 %"),
        (99.5, 99.0, 2.0, "better"),
        (math.inf, 99.0, 2.0, "WORSE: no legal plan"),
        (100.5, 98.01, 2.0, "WEAKER bound by 1.000 %"),
        (100.5, 99.0, 4.0, "slower"),
    ],
)
def test_a_run_is_judged_beyond_what_seeds_differ_by(
    price: float, bound: float, seconds: float, said: str
) -> None:
    assert verdict({"price": price, "bound": bound, "seconds": seconds}, SEEDS) == said


def test_every_case_is_stored_and_has_the_seats_it_names() -> None:
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert set(stored) == set(CASES)
    assert len(CASES) == 12
    for name, case in CASES.items():
        inst = county(name)
        assert len(inst.ids) == case.zones
        assert inst.seats.sum() >= inst.people.sum() * (1 + case.spare) - len(inst.seats)
        assert (inst.people == 0).mean() <= case.empty
