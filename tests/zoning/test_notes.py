"""What a run notes about its walks and pupils is said in Chinese as well, sentence by sentence."""

from __future__ import annotations

import dataclasses
import re

import pytest

from planning.zoning import build_problem
from tests.zoning.county import scenario, small_county

SIGNS = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("demand", ["register", "low", "medium", "high"])
@pytest.mark.parametrize("mode", ["network", "straight"])
def test_notes_are_in_chinese_too(demand: str, mode: str) -> None:
    asked = scenario(demand=demand, travel={"mode": mode}, births=1.0 if demand == "register" else 1.2)
    for county in (small_county(), dataclasses.replace(small_county(), roads=small_county().roads.iloc[:0])):
        problem = build_problem(county, asked)
        assert len(problem.notes) >= 2
        for note in (note.text("zh") for note in problem.notes):
            assert SIGNS.search(note), note
            assert not re.search(r"[A-Za-z]{4,}", note), note
