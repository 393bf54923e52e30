"""A catchment that hangs apart because it does so today is allowed, and said."""

from __future__ import annotations

import pytest

from planning.zoning import solve
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
