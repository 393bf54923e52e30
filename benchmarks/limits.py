"""Measure how well time limits are kept: python -m benchmarks.limits [--seconds 1 3 15 120] [--scenario FILE] [--solver engine highs cbc]."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks.table import RESULTS, write
from planning import read_district, read_scenario
from planning.zoning import build_problem, solve_problem

SHARE, PLUS_S = 0.05, 3.0
"""What solving may take beyond its limit: this share of it, and so many seconds."""


def main() -> None:
    """Run every limit with every solver, one after the other, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, nargs="+", default=[1, 3, 5, 15, 120])
    parser.add_argument("--scenario", nargs="+", default=["scenarios/new-schools.yaml"])
    parser.add_argument("--solver", nargs="+", default=["engine", "highs", "cbc"])
    parser.add_argument("--out", type=Path, default=RESULTS)
    args = parser.parse_args()
    rows = []
    for file in args.scenario:
        for solver in args.solver:
            for limit in args.seconds:
                rows.append(measure(file, solver, limit))
                print(rows[-1], flush=True)
    notes = [
        f"Kept: solving takes at most the limit, {SHARE:.0%} and {PLUS_S:g} s; stating the programme is counted apart."
    ]
    write(args.out, "limits", "Time limits", rows, notes)


def measure(file: str, solver: str, limit: float) -> dict[str, object]:
    """Return what one run took, in seconds."""
    scenario = read_scenario(file, (f"solver.time_limit_s={limit:g}", f"solver.name={solver}"))
    begun = time.perf_counter()
    problem = build_problem(read_district(scenario.district), scenario)
    read = time.perf_counter() - begun
    begun = time.perf_counter()
    summary = solve_problem(problem).summary
    whole = time.perf_counter() - begun
    solving = whole - float(summary["stating_seconds"])
    return {
        "scenario": Path(file).stem,
        "solver": solver,
        "limit_s": limit,
        "reading_s": round(read, 1),
        "stating_s": summary["stating_seconds"],
        "solving_s": round(solving, 1),
        "objective": summary["objective"],
        "kept": solving <= limit * (1 + SHARE) + PLUS_S,
    }


if __name__ == "__main__":
    main()
