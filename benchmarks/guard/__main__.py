"""Say what got worse: python -m benchmarks.guard [--only "300x12 tight" …] [--save]; three to ten minutes, by the machine.

One thread, a fixed number of steps and no proof: a run of one seed finds the same plan on any load. Stored are the prices of three seeds; a price
above the highest of them is worse by as much as it lies above, below the lowest it is better. Processor time is told, and marked from
one and a half times the stored on.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import kong
from benchmarks.apart import measured
from benchmarks.guard.instances import CASES, county
from planning.zoning.engine import Engine, EngineError, Progress, solve_program

STORED = Path(__file__).with_name("stored.json")
SEEDS = (0, 1, 2)
SLOWER = 1.5
LONG_S = 300.0


@dataclass(frozen=True)
class Steps:
    """Ends a run after so many steps of improvement."""

    most: int

    def reached(self, progress: Progress) -> bool:
        """Return whether the run is to end."""
        return progress.steps >= self.most


def run(name: str, seed: int) -> dict[str, float]:
    """Return price, bound and processor seconds of a run; no legal plan costs infinitely much."""
    inst = county(name)
    engine = Engine(proof=None, stopping=(Steps(CASES[name].steps),))
    begun = time.process_time()
    try:
        answer = solve_program(
            kong.to_program(inst),
            gap=0.0,
            time_limit_s=LONG_S,
            seed=seed,
            threads=1,
            engine=engine,
        )
    except EngineError:
        return {"price": math.inf, "bound": -math.inf, "seconds": time.process_time() - begun}
    price, wrong = kong.check(inst, answer.unit_of_item)
    return {
        "price": math.inf if wrong else price,
        "bound": answer.bound,
        "seconds": time.process_time() - begun,
    }


def verdict(found: dict[str, float], stored: list[dict[str, float]]) -> str:
    """Say what became of a case beyond what its seeds differ by."""
    said = []
    prices = [s["price"] for s in stored]
    if found["price"] > max(prices) * (1 + 1e-9):
        above = found["price"] / max(prices) - 1
        said.append(f"WORSE by {100 * above:.3f} %" if math.isfinite(above) else "WORSE: no legal plan")
    elif found["price"] < min(prices) * (1 - 1e-9):
        said.append("better")
    lowest = min(s["bound"] for s in stored)
    if found["bound"] < lowest - 1e-6 * abs(lowest):
        said.append(f"WEAKER bound by {100 * (1 - found['bound'] / lowest):.3f} %")
    if found["seconds"] > SLOWER * max(s["seconds"] for s in stored):
        said.append("slower")
    return ", ".join(said) or "as stored"


def main() -> int:
    """Run the cases; return how many are worse."""
    parser = argparse.ArgumentParser(description="what got worse")
    parser.add_argument("--only", nargs="*", default=[], help="names of cases")
    parser.add_argument("--seed", type=int, default=SEEDS[0])
    parser.add_argument("--save", action="store_true", help="store what three seeds find now")
    parser.add_argument("--workers", type=int, default=1, help="cases at once")
    args = parser.parse_args()
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.is_file() else {}
    worse, task = 0, "benchmarks.guard.__main__:run"
    names = args.only or list(CASES)
    if args.save:
        for name in names:
            jobs = [{"name": name, "seed": seed} for seed in SEEDS]
            stored[name] = [
                found
                for _, found in sorted(measured(task, jobs, workers=args.workers), key=lambda pair: pair[0])
            ]
            print(f"{name:22} {[round(s['price'], 2) for s in stored[name]]}", flush=True)
            STORED.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
        return 0
    jobs = [{"name": name, "seed": args.seed} for name in names]
    for k, found in measured(task, jobs, workers=args.workers):
        name = names[k]
        said = verdict(found, stored[name]) if name in stored else "not stored yet"
        worse += "WORSE" in said or "WEAKER" in said
        gap = 1 - found["bound"] / found["price"]
        print(
            f"{name:22} {found['price']:12.2f} gap {100 * gap:7.3f} %  {found['seconds']:6.1f} s  {said}",
            flush=True,
        )
    return worse


if __name__ == "__main__":
    raise SystemExit(main())
