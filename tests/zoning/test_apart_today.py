"""A catchment that hangs apart because it does so today is allowed, and said."""

from __future__ import annotations

import numpy as np
import pytest

from planning.zoning import build_problem, solve
from planning.zoning.rules.contiguity import RULE, apart_today
from tests.zoning.county import scenario, small_county


@pytest.mark.parametrize(("current", "apart"), [("ABAABB", [{"unit": "A-P", "zone": "Z3"}]), ("AABABB", [])])
def test_zones_that_hang_apart_as_today_are_named(current: str, apart: list[dict[str, str]]) -> None:
    settings = {"catchments": "current", "stages": ["primary"], "overflow": {"allowed": False}}
    summary = solve(small_county(current=current), scenario(**settings)).summary
    assert summary["contiguous"]
    assert summary.get("apart_today", []) == apart
    assert [n for n in summary["notes"] if "as they do today" in n] == [
        f"zones that hang apart from their catchment, as they do today (1): {p['zone']} ({p['unit']})"
        for p in apart
    ]


def test_a_zone_that_the_plan_joins_to_a_part_apart_is_not_called_as_today() -> None:
    asked = scenario(stages=["primary"])
    problem = build_problem(small_county(current="ABAABB"), asked)
    unit = {str(name): u for u, name in enumerate(problem.units["unit"])}
    plan = np.array([[unit[f"{c}-P"] for c in "ABAABA"]])  # Z3 hangs apart today, Z6 hangs on it now
    apart = apart_today(problem, plan)
    assert apart == [{"unit": "A-P", "zone": "Z3"}, {"unit": "A-P", "zone": "Z6", "joined": True}]
    today, joined = RULE.notes({"apart_today": apart}, "en")
    assert "as they do today (1): Z3 (A-P)" in today
    assert "this plan joins to a part which hangs apart from its catchment today (1): Z6 (A-P)" in joined
