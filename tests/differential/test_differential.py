"""Thirty random counties of every kind: no difference from the exact model, no false proof (``python -m tests.differential`` tries more)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.county import KINDS, made
from tests.differential.judge import tried
from tests.differential.phased import tried_in_phases

SECONDS = 1.5
"""Of the solver for a county: a claim must be true however early it is made."""
SINGLE = [k for k in KINDS if k != "phases"]


@pytest.mark.parametrize(("kind", "seed"), [(SINGLE[n % len(SINGLE)], 1 + n // len(SINGLE)) for n in range(29)])
def test_a_county_agrees_with_the_exact_model(kind: str, seed: int, tmp_path: Path) -> None:
    assert tried(made(kind, seed, seconds=SECONDS), tmp_path / "run").differences == ()


def test_phases_agree_with_the_exact_model(tmp_path: Path) -> None:
    found = tried_in_phases(made("phases", 1, seconds=SECONDS), tmp_path)
    assert [v.differences for v in found] == [()] * len(found)
    assert len(found) > 1
