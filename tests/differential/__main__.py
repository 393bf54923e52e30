"""Try random counties against the exact model: ``python -m tests.differential --counties 200 --seed 1``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from tests.differential.county import made
from tests.differential.draft import KINDS, traits_of
from tests.differential.judge import Verdict, tried
from tests.differential.phased import tried_in_phases


def one(kind: str, seed: int, seconds: float) -> list[Verdict]:
    """Try one county; a crash is a difference too."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            case = made(kind, seed, seconds=seconds)
            if "phases" in traits_of(kind, seed):
                return tried_in_phases(case, Path(folder))
            return [tried(case, Path(folder) / "run")]
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
            return [Verdict(kind, seed, (said,), "", "crash", np.nan, 0.0, 0.0)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every difference with its seed, then a table by kind; 1 when there is any difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=15.0, help="time limit of the solver for a plan")
    asked = parser.parse_args(arguments)
    kinds = asked.kinds.split(",")
    todo = [(kinds[n % len(kinds)], asked.seed + n // len(kinds)) for n in range(asked.counties)]
    started, found = time.perf_counter(), []
    with ProcessPoolExecutor(asked.jobs) as pool:
        for done in as_completed([pool.submit(one, *case, asked.seconds) for case in todo]):
            for verdict in done.result():
                found.append(verdict)
                for text in verdict.differences:
                    print(f"DIFFERENCE {verdict.kind} --seed {verdict.seed}: {text}", flush=True)
    print("\n" + table(found, kinds))
    print(f"\n{len(todo)} counties, {len(found)} plans, {time.perf_counter() - started:.0f} s")
    return int(any(v.differences for v in found))


def table(found: Sequence[Verdict], kinds: Sequence[str]) -> str:
    """Return one row per kind: counties, proven, equal, dearer at most, refused rightly, not settled by the exact model, differences."""
    lines = [
        "| kind | plans | proven | at the optimum | dearest above it | rightly no plan | optimum open | differences |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in (*kinds, "all"):
        mine = [v for v in found if kind in (v.kind, "all")]
        ratios = [v.ratio for v in mine if np.isfinite(v.ratio)]
        cells = (
            len(mine), sum(v.claim == "proven" for v in mine), sum(abs(r) < 1e-5 for r in ratios), f"{max(ratios, default=0.0):.3%}",
            sum(v.claim == "no plan" and v.status == "infeasible" for v in mine), sum(v.status == "open" for v in mine), sum(bool(v.differences) for v in mine),
        )  # fmt: skip
        lines.append(f"| {kind} | " + " | ".join(str(c) for c in cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
