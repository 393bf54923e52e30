"""A dozen random counties: no difference from the exact model, no false proof (``python -m tests.differential`` tries more)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.county import made
from tests.differential.judge import tried

SECONDS = 1.5
"""Of the solver for a county: a claim must be true however early it is made."""
CASES = {"nine_year": (0, 1, 2), "nested": (0, 1, 2), "budget": (0, 1, 2), "closures": (0, 1, 2)}
"""Seeds whose exact model is solved in a second or two."""


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind, seeds in CASES.items() for seed in seeds])
def test_a_county_agrees_with_the_exact_model(kind: str, seed: int, tmp_path: Path) -> None:
    assert tried(made(kind, seed, seconds=SECONDS), tmp_path / "run").differences == ()
