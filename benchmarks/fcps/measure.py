"""Solve one level of the county and tell how good the plan is, from the raw figures."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import numpy as np
import pyogrio

from benchmarks.fcps import county as of_county
from benchmarks.fcps.county import County
from planning.zoning.engine import EngineError, Solution, solve_program

MOMENTS = (20.0, 60.0, 120.0)
"""After how many seconds the gap is told."""


def measured(
    data: str, name: str, today: str | None, seconds: float, seed: int, threads: int
) -> dict[str, object]:
    """Return the row of one level."""
    county = of_county.read(Path(data), name)
    start = None if today is None else plan_of(Path(today), county)
    pupils = float(county.pupils.sum())
    row: dict[str, object] = {"level": name}
    began = time.perf_counter()
    legal: list[tuple[float, float]] = []  # seconds and price of every better plan that keeps all seats

    def keep(plan: Solution) -> None:
        if plan.feasible:
            legal.append((time.perf_counter() - began, plan.objective))

    try:
        answer = solve_program(
            of_county.to_program(county, start),
            gap=0.0,
            time_limit_s=seconds,
            seed=seed,
            threads=threads,
            keep=keep,
        )
    except EngineError as error:
        return row | {"verified": f"none: {error}"}
    price, wrong = of_county.check(county, answer.unit_of_item)
    bound = answer.bound / pupils
    now = "" if start is None else f"{of_county.check(county, start)[0]:.4f}"
    least = float((county.pupils[:, None] * county.minutes).min(axis=1).sum()) / pupils
    row |= {
        "minutes": f"{price:.4f}" if not wrong else "none",
        "bound": f"{bound:.4f}",
        "gap %": f"{100 * (1 - bound / price):.3f}" if not wrong else "none",
        "first plan, s": f"{legal[0][0]:.1f}" if legal else "none",
    }
    for moment in (m for m in MOMENTS if m <= seconds):
        soon = min((price for at, price in legal if at <= moment), default=np.inf) / pupils
        row[f"gap % after {moment:g} s"] = f"{100 * (1 - bound / soon):.3f}" if np.isfinite(soon) else "none"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return row | {
        "today": now,
        "all to the nearest": f"{least:.4f}",
        "seconds": f"{answer.seconds:.1f}",
        "memory, GiB": f"{memory:.2f}",
        "verified": "; ".join(wrong) or "yes",
    }


def plan_of(path: Path, county: County) -> np.ndarray:
    """Read today's plan as the school of every block; the file lists the blocks in the order of units.csv."""
    now = pyogrio.read_dataframe(path, columns=[f"{county.name}_now"], read_geometry=False)
    at = {school: u for u, school in enumerate(county.schools)}
    return np.array([at[school] for school in now[f"{county.name}_now"]], dtype=np.int64)
