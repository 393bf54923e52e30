"""Hold the figures that data/geo/README.md states to the files beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_figures_stated_are_those_of_the_files() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/county.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    stated = (ROOT / "data" / "geo" / "README.md").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in done.stdout.splitlines() if line not in stated]
    assert not wrong, "run python benchmarks/county.py and put its table into data/geo/README.md"
    assert len(done.stdout.splitlines()) > 10
