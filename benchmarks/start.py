"""Measure how soon a command answers: processor time of starting, of help, and of questions to a small run."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TURNS = 5
RUN = "from planning.cli import main; main()"
MAKE = """
from planning.district import write_district
from planning.synth import imagined_settings, make_county
small = imagined_settings(30, towns=2, primaries=4, juniors=2, nine_years=0, teaching_points=0)
write_district(make_county(small), "county")
"""


def seconds(folder: Path, code: str, *words: str) -> float:
    """Return the processor time of one fresh interpreter, seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", code, *words], cwd=folder, check=True, capture_output=True, env=os.environ
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds(folder, MAKE)
        (folder / "small.yaml").write_text(
            "{name: small, district: county, year: 2020, solver: {time_limit_s: 15}}"
        )
        seconds(folder, RUN, "run", "small.yaml")
        asked: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            ("python -c 'import geopandas' (for comparison)", "import geopandas", ()),
            ("python -c 'import planning'", "import planning", ()),
            ("planning --help", RUN, ("--help",)),
            ("planning why", RUN, ("why", "runs/small", "Z0001")),
            ("planning verify", RUN, ("verify", "runs/small")),
            ("planning lookup", RUN, ("lookup", "runs/small")),
        )
        print("| what | processor time, s |\n|---|---|")
        for title, code, words in asked:
            print(
                f"| `{title}` | {statistics.median(seconds(folder, code, *words) for _ in range(TURNS)):.2f} |"
            )


if __name__ == "__main__":
    main()
