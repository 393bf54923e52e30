"""Run the engine on fixed problems that end by gap or proof, not by the clock, and compare with what is stored.

``python -m tests.zoning.engine.repeatable`` says which problem ends otherwise than stored; with ``--save`` it stores what it finds. One
thread, one seed: a change of the code that should change nothing must leave objective, bound, plan and course as they are. The figures
hold for one version of HiGHS and one kind of processor; a difference elsewhere says nothing. The test beside it asks only that a run repeats.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from planning.zoning import build_problem
from planning.zoning.engine import Program, Solution, solve_program
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from tests.zoning.county import scenario, small_county
from tests.zoning.engine.test_engine import county, with_arcs_left_out
from tests.zoning.engine.test_siting import opening_county
from tests.zoning.engine.test_slack import street

STORED = Path(__file__).with_name("repeatable.json")
LONG_S = 600.0  # no problem here comes near it


def walked(seed: int, columns: int, rows: int, units: int, slack: float) -> Program:
    """Return a county on a lattice whose price is the way of every pupil."""
    base = county(seed, columns=columns, rows=rows, units=units, slack=slack)
    pupils = np.random.default_rng(seed).integers(1, 10, base.n_items)
    home = np.array([int(r[0]) for r in base.roots])[base.arc_unit]
    away = np.hypot(base.arc_item % columns - home % columns, base.arc_item // columns - home // columns)
    return replace(base, cost=pupils[base.arc_item] * away)


def years() -> Program:
    """Return a small county over three years: classes, pupils sent on, items divided for the bound."""
    problem = build_problem(small_county(rooms=(7, 13, 9)), scenario(horizon=2023))
    return to_program(build_model(problem))


PROBLEMS: dict[str, tuple[Callable[[], Program], float]] = {
    "full street": (street, 0.0),
    "arcs left out": (lambda: with_arcs_left_out(walked(4, 10, 8, 4, 1.0))[0], 0.0),
    "small county, three years": (years, 0.0),
    "openings": (lambda: opening_county(4), 0.0),
    "full grid": (lambda: walked(7, 14, 10, 6, 0.97), 0.000965),
    "grid with slack": (lambda: walked(8, 18, 12, 8, 1.15), 0.0),
}
"""Problem and the gap that ends it, by name."""


def run(name: str) -> Solution:
    """Solve a problem with one thread and one seed."""
    make, gap = PROBLEMS[name]
    return solve_program(make(), gap=gap, time_limit_s=LONG_S, seed=11, threads=1)


def fingerprint(found: Solution) -> dict[str, object]:
    """Return what must repeat: price, bound, plan and the course of both without its times."""
    course = [(f"{p.objective:.9g}", f"{p.bound:.9g}", p.phase) for p in found.trace]
    return {
        "objective": f"{found.objective:.9g}",
        "bound": f"{found.bound:.9g}",
        "stopped_by": found.stopped_by,
        "plan": _hash(np.ascontiguousarray(found.unit_of_item, dtype="<i8").tobytes()),
        "course": _hash(json.dumps(course).encode()),
        "points": len(course),
    }


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def main() -> int:
    """Run all problems; return how many differ from what is stored."""
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.is_file() else {}
    found, different = {}, 0
    for name in PROBLEMS:
        begun = time.perf_counter()
        found[name] = fingerprint(run(name))
        same = found[name] == stored.get(name)
        different += not same
        print(f"{name:28} {time.perf_counter() - begun:6.1f} s  {'same' if same else 'DIFFERENT'}")
        if not same:
            print(f"  stored {stored.get(name)}\n  found  {found[name]}")
    if "--save" in sys.argv[1:]:
        STORED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return 0
    return different


if __name__ == "__main__":
    raise SystemExit(main())
