"""Make the multi-year instances, or solve them: python -m benchmarks.multiyear write | solve [--seconds 120] [--only c60-05 …]."""

from __future__ import annotations

import argparse
import csv
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.apart import measured
from benchmarks.multiyear.check import CAP, HERE, check, read
from planning import Scenario
from planning.atomic import whole_file
from planning.district import District
from planning.synth import imagined_settings, make_county
from planning.zoning.build import build_problem
from planning.zoning.problem import ZoningProblem
from planning.zoning.solve import solve_problem

COUNTIES = {"c60": (60, 5), "c100": (100, 8), "c150": (150, 10), "c200": (200, 14), "c300": (300, 20)}
"""Zones and schools by county."""
SPARE = {"40": 0.40, "30": 0.30, "20": 0.20}
YEARS = 5
BOUNDS = HERE / "bounds.csv"


def scenario(seconds: float = 60.0) -> Scenario:
    """Return the settings under which the package's model is the problem of README.md."""
    return Scenario.make(
        year=2020,
        horizon=2020 + YEARS - 1,
        stages=("primary",),
        travel={"mode": "straight", "barriers": False},
        contiguity={"cut_by": ()},
        projects={"fixed": "skip", "optional": "skip"},
        overflow={"allowed": False},
        radius={"enabled": False},
        missing_births="hold",
        candidates={"nearest": 1000},
        prices={"moved": 0.0, "barrier": 0.0, "nearby": 0.0, "starved": 0.0},
        solver={"time_limit_s": seconds, "gap": 0.0, "threads": 1, "seed": 1},
    )


def county(name: str) -> District:
    """Return the made-up county of an instance."""
    zones, schools = COUNTIES[name]
    settings = imagined_settings(
        zones, primaries=schools, juniors=2, nine_years=0, teaching_points=0, towns=2, seed=zones
    )
    return make_county(settings)


def problem_of(district: District, rooms: np.ndarray, seconds: float) -> ZoningProblem:
    """Return the zoning problem of a county with so many rooms in each of its schools."""
    names = build_problem(district, scenario()).units["unit"].astype(str)
    units = district.units.set_index("unit", drop=False)
    units.loc[names, "rooms"] = rooms
    return build_problem(dataclasses.replace(district, units=units.reset_index(drop=True)), scenario(seconds))


def rooms_for(problem: ZoningProblem, spare: float) -> np.ndarray:
    """Return rooms that hold all pupils of the fullest year with so many seats to spare, by how many live nearest to each school."""
    pupils = float(problem.pupils[:, :6].sum(axis=(0, 1)).max())
    near = problem.distance_m.argmin(axis=1)
    pull = np.bincount(near, weights=problem.stage_pupils("primary"), minlength=len(problem.units))
    share = 0.6 * pull / pull.sum() + 0.4 / len(pull)
    wanted = (1.0 + spare) * pupils / CAP * share
    rooms = np.maximum(np.floor(wanted), 6).astype(int)
    missing = int(np.ceil((1.0 + spare) * pupils / CAP)) - int(rooms.sum())
    for u in np.argsort(rooms - wanted)[: max(0, missing)]:
        rooms[u] += 1
    return rooms


def _write(path: Path, head: list[str], rows: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(head), *(",".join(map(str, row)) for row in rows)]
    with whole_file(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write() -> None:
    """Write every instance."""
    for name in COUNTIES:
        district = county(name)
        problem = build_problem(district, scenario())
        folder, years = HERE / "instances" / name, range(YEARS)
        head = ["zone", *(f"y{2020 + t}g{g}" for t in years for g in range(1, 7))]
        pupils = problem.pupils[:, :6].transpose(0, 2, 1).reshape(problem.n_zones, -1).round().astype(int)
        _write(folder / "zones.csv", head, [[z, *row] for z, row in enumerate(pupils.tolist())])
        metres = problem.distance_m.round(1).tolist()
        _write(
            folder / "metres.csv",
            ["zone", *map(str, range(len(problem.units)))],
            [[z, *row] for z, row in enumerate(metres)],
        )
        pairs = problem.neighbours.tocoo()
        edges = sorted((int(a), int(b)) for a, b in zip(pairs.row, pairs.col, strict=True) if a < b)
        _write(folder / "edges.csv", ["zone", "beside"], edges)
        rooms = [rooms_for(problem, spare) for spare in SPARE.values()]
        homes, limits = problem.units["home"].tolist(), problem.units["school_limit"].tolist()
        _write(
            folder / "schools.csv",
            ["school", "zone", "limit", *(f"rooms_{s}" for s in SPARE)],
            [[u, homes[u], limits[u], *(int(r[u]) for r in rooms)] for u in range(len(homes))],
        )
        print(name, problem.n_zones, "zones", len(homes), "schools", flush=True)


def solve(only: list[str], seconds: float, workers: int) -> None:
    """Solve instances; keep a plan that is cheaper than the one that is stored, and the greater bound."""
    known = _known()
    names = [name for name in (f"{c}-{s}" for c in COUNTIES for s in SPARE) if not only or name in only]
    jobs = [{"name": name, "seconds": seconds} for name in names]
    for k, found in measured("benchmarks.multiyear.__main__:solved", jobs, workers=workers):
        name, price, bound = names[k], found["price"], found["bound"]
        before = known.get(name, {"best": "inf", "bound": "-inf"})
        if price < float(before["best"]) - 1e-4:
            _write(HERE / "solutions" / f"{name}.csv", ["zone", "school"], enumerate(found["school_of"]))
        best, bound = min(price, float(before["best"])), max(bound, float(before["bound"]))
        known[name] = {"instance": name, "best": f"{best:.4f}", "bound": f"{min(bound, best):.4f}"}
        _write(BOUNDS, ["instance", "best", "bound"], [known[k].values() for k in sorted(known)])
        print(f"{name} {price:.2f} bound {bound:.2f} {100 * (price - bound) / price:.3f} %", flush=True)


def solved(name: str, seconds: float) -> dict[str, Any]:
    """Return price, bound and school of every zone of one instance; ends where the engine's price is not that of the raw figures."""
    inst, of_county = read(name), county(name.split("-")[0])
    problem = problem_of(of_county, inst.rooms, seconds)
    layout = solve_problem(problem)
    at = {str(u): k for k, u in enumerate(problem.units["unit"])}
    unit = layout.assignment.drop_duplicates("zone").set_index("zone")["unit"]
    school_of = np.array([at[str(unit[z])] for z in problem.zones])
    price, wrong = check(inst, school_of)
    engine, bound = float(layout.summary["objective"]), float(layout.summary["bound"])
    if wrong or abs(price - engine) > 0.01 + 1e-5 * price:
        raise SystemExit(f"{name}: {wrong or f'priced {price}, the engine says {engine}'}")
    return {"price": price, "bound": bound, "school_of": school_of.tolist()}


def _known() -> dict[str, dict[str, str]]:
    """Return what bounds.csv says by instance."""
    if not BOUNDS.exists():
        return {}
    with BOUNDS.open(encoding="utf-8", newline="") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def main() -> None:
    """Read the command line."""
    asked = argparse.ArgumentParser(description="multi-year instances")
    asked.add_argument("act", choices=["write", "solve"])
    asked.add_argument("--seconds", type=float, default=120.0)
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--workers", type=int, default=1, help="instances at once")
    given = asked.parse_args()
    if given.act == "write":
        write()
    else:
        solve(given.only, given.seconds, given.workers)


if __name__ == "__main__":
    main()
