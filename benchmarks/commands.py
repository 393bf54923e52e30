"""Measure how soon every command answers: processor time and memory, on a small made-up county and on the default one.

``python -m benchmarks.commands`` prints the table; with ``--guard`` it ends with code 1 when a command takes more than its limit, which is
about half as much again as it took on two busy cores, so that a slower one is seen. Goals stand beside.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = "from planning.cli import main; main()"
MAKE = """
from planning.district import write_district
from planning.synth import imagined_settings, make_county
small = imagined_settings(30, towns=2, primaries=4, juniors=2, nine_years=0, teaching_points=0)
write_district(make_county(small), "county")
"""
SMALL, COUNTY = (
    "{name: small, district: county, year: 2020, solver: {time_limit_s: 15}}",
    "scenarios/new-schools.yaml",
)


@dataclass(frozen=True)
class Asked:
    """One command: its title and words, the goal and the limit of the guard, seconds of processor time."""

    title: str
    words: tuple[str, ...]
    goal_s: float
    limit_s: float
    code: str = RUN


QUICK = (
    Asked("python -c 'import geopandas' (for comparison)", (), 0, 1.5, "import geopandas"),
    Asked("python -c 'import planning'", (), 0.5, 0.5, "import planning"),
    Asked("planning --help", ("--help",), 0.4, 0.8),
)
OF_SMALL = (
    Asked("why, 30 zones", ("why", "runs/small", "Z0001"), 1.5, 5),
    Asked("verify, 30 zones", ("verify", "runs/small"), 1.5, 7),
    Asked("lookup, 30 zones", ("lookup", "runs/small"), 1.5, 6),
)
OF_COUNTY = (
    Asked("check", ("check", "data/geo/litong"), 2, 8),
    Asked("map", ("map", "runs/new-schools"), 2, 10),
    Asked("why", ("why", "runs/new-schools", "Z0001"), 2, 11),
    Asked("score", ("score", "runs/new-schools"), 2, 12),
    Asked("export", ("export", "runs/new-schools"), 2, 12),
    Asked("lookup", ("lookup", "runs/new-schools"), 2, 13),
    Asked("verify", ("verify", "runs/new-schools"), 3, 14),
    Asked("forecast", ("forecast", "data/geo/litong"), 3, 30),
    Asked("print", ("print", "runs/new-schools"), 3, 20),
    Asked("notice, Word", ("notice", "runs/new-schools", "--to", "docx"), 10, 60),
)


def spent(folder: Path, asked: Asked) -> float:
    """Return the processor time of one fresh interpreter, seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    paths = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    paths["PYTHONPATH"] = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    paths |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PLANNING_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", asked.code, *asked.words], cwd=folder, check=False, capture_output=True, text=True, env=paths
    )  # fmt: skip
    if done.returncode not in (0, 1):  # verify ends with 1 where a rule is broken
        sys.exit(f"{asked.title}: {done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def prepared(folder: Path, *, county: bool) -> None:
    """Make the small county and its run, and a run of the default county where that is asked for."""
    spent(folder, Asked("make", (), 0, 0, MAKE))
    (folder / "small.yaml").write_text(SMALL)
    spent(folder, Asked("run", ("run", "small.yaml"), 0, 0))
    if county:
        for name in ("data", "scenarios"):
            (folder / name).symlink_to(ROOT / name)
        settings = ("run", COUNTY, "--allow-outside", "--set", "solver.time_limit_s=20")
        spent(folder, Asked("run", settings, 0, 0))


def main() -> int:
    """Print the table; return 1 when the guard is asked for and a command takes more than its limit."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=3, help="the median of so many is taken")
    options.add_argument("--small", action="store_true", help="leave the default county out")
    options.add_argument(
        "--guard", action="store_true", help="end with code 1 when a command is slower than its limit"
    )
    given = options.parse_args()
    slow = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(folder, county=not given.small)
        print("| command | processor time, s | goal, s | limit of the guard, s |\n|---|---|---|---|")
        for asked in (*QUICK, *OF_SMALL, *(() if given.small else OF_COUNTY)):
            took = statistics.median(spent(folder, asked) for _ in range(given.turns))
            slow += [asked.title] if took > asked.limit_s else []
            goal = f"{asked.goal_s:g}" if asked.goal_s else ""
            print(f"| `{asked.title}` | {took:.2f} | {goal} | {asked.limit_s:g} |", flush=True)
        print(f"\nMost memory of any: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
    if slow:
        print("Slower than the guard allows: " + ", ".join(slow), file=sys.stderr)
    return 1 if slow and given.guard else 0


if __name__ == "__main__":
    sys.exit(main())
