"""Measure batches: python -m benchmarks.batch [--counties 200] [--sizes 25,40,60] [--workers 2] [--gap 0.05] [--seconds 120] [--minutes 7].

Generated counties of several sizes, one unit each; the gap lets a solve end within seconds, so that most of a unit is the reading, checking and drawing of a run; ``--seconds`` says how long it may solve at most. After ``--minutes`` the batch is stopped and
what has ended is told, with how many those are. Told are the overhead of the engine over the sum of its units, the memory of the process that
hands them out, and units per core-hour; then a SIMULATION, by the measured times, of 2,800 counties on 64, 256 and 1,024 cores with
stragglers, failures, lost workers and one restart of the scheduler.
"""

from __future__ import annotations

import argparse
import heapq
import json
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from planning.batch import BatchPlan, Limits, Outcome, Unit, run_batch, stop_batch
from planning.district import write_district
from planning.synth import imagined_settings, make_county

SCENARIO = (
    "{{name: batch, year: {year}, solver: {{threads: 1, gap: {gap}, time_limit_s: {seconds}}}, district: x}}"
)
COUNTRY, CORES = 2_800, (64, 256, 1_024)
TOLD_EVERY = 10
RESULT = Path(__file__).parent / "results" / "batch.json"


@dataclass(frozen=True)
class Chances:
    """What goes wrong in the simulation."""

    slow_share: float = 0.02
    """Units that take ``slow_times`` as long as their like: a hard county, a busy machine."""
    slow_times: float = 5.0
    fail_share: float = 0.01
    """Tries that end without a result, half-way on average."""
    tries: int = 3
    lost_per_core_hour: float = 0.01
    """Workers that are lost, with what they were doing."""
    back_s: float = 300.0
    """Until a lost worker is replaced."""
    restart_s: float = 120.0
    """A restart of the scheduler, half-way: everything under way is lost."""


def measured(
    counties: int, sizes: list[int], workers: int, *, gap: float, seconds_each: float, minutes: float
) -> dict[str, object]:
    """Run a batch of generated counties, for so many minutes at most, and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        places = []
        for k in range(counties):
            district = make_county(imagined_settings(sizes[k % len(sizes)], towns=1, seed=k + 1))
            places.append(home / "counties" / f"{k:04d}-{sizes[k % len(sizes)]}")
            write_district(district, places[-1])
        file = home / "one.yaml"
        file.write_text(
            SCENARIO.format(year=district.info.base_year, gap=gap, seconds=seconds_each), encoding="utf-8"
        )
        seconds: dict[int, list[float]] = {size: [] for size in sizes}
        memory: list[float] = []
        ends: list[float] = []
        stopped: list[int] = []

        def told(_ended: int, _all: int, unit: Unit, outcome: Outcome) -> None:
            seconds[int(unit.county.rpartition("-")[2])].append(outcome.seconds)
            memory.append(resident_mb())
            ends.append(time.monotonic())
            if ends[-1] - began > 60 * minutes and not stopped:
                stopped.append(stop_batch(home / "out"))
            if len(ends) % TOLD_EVERY == 0:
                print(
                    f"{len(ends)}/{counties} units, {ends[-1] - began:.0f} s, parent {memory[-1]:.1f} MB",
                    flush=True,
                )

        plan = BatchPlan("benchmark", tuple(places), (str(file),), limits=Limits(time_s=600))
        before, began = resident_mb(), time.monotonic()
        made = run_batch(plan, out=home / "out", workers=workers, told=told)
        wall = (ends[-1] if stopped else time.monotonic()) - began  # what was stopped is not counted
        done = int((made.table["status"] == "done").sum())
    units = sum(map(sum, seconds.values()))
    idle = sum(ends[-1] - end for end in ends[-workers:])  # nothing is left to be handed out
    return {
        "counties": counties,
        "zones": sizes,
        "workers": workers,
        "gap": gap,
        "solving_at_most_s": seconds_each,
        "stopped": bool(stopped),
        "done": done,
        "wall_s": round(wall, 1),
        "units_s": round(units, 1),
        "overhead_share": round((wall * workers - idle) / units - 1, 4),
        "idle_at_the_end_share": round(idle / units, 4),
        "before_and_after_s": round(wall - (ends[-1] - began), 1),
        "units_per_core_hour": round(done / (wall * workers / 3600), 1),
        "mean_unit_s": {size: round(float(np.mean(s)), 2) for size, s in seconds.items() if s},
        "parent_mb": {
            "before": round(before, 1),
            "most": round(max(memory), 1),
            "over_time": [round(m, 1) for m in memory[:: max(1, len(memory) // 20)]],
        },
        "largest_child_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
        "seconds": {size: [round(t, 2) for t in s] for size, s in seconds.items()},
    }


def resident_mb() -> float:
    """Return the resident memory of this process in 10⁶ bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def simulated(
    seconds: dict[int, list[float]], cores: int, chances: Chances, seed: int = 1
) -> dict[str, float]:
    """Return the course of a country's batch on so many cores, each event drawn from the measured times and the chances."""
    rng = np.random.default_rng(seed)
    sizes = [size for size in seconds if seconds[size]]
    size = rng.choice(sizes, COUNTRY)
    times = np.array([rng.choice(seconds[int(s)]) for s in size])
    times = np.where(rng.random(COUNTRY) < chances.slow_share, times * chances.slow_times, times)
    waiting = [(-float(size[u]), u) for u in range(COUNTRY)]  # largest first, as far as sizes tell
    heapq.heapify(waiting)
    free = [(0.0, c) for c in range(cores)]
    heapq.heapify(free)
    running: list[tuple[float, int, int, bool]] = []
    tries, now, lost, reported, restarts = (
        np.zeros(COUNTRY, int),
        0.0,
        0.0,
        0,
        [float(times.sum()) / cores / 2],
    )
    while waiting or running:
        while waiting and free and free[0][0] <= now:
            _, core = heapq.heappop(free)
            _, unit = heapq.heappop(waiting)
            end, well, away = now + float(times[unit]), True, 0.0
            gone = rng.exponential(3600.0 / chances.lost_per_core_hour)
            if gone < times[unit]:
                end, well, away = now + gone, False, chances.back_s
                lost += gone
            elif rng.random() < chances.fail_share:
                spent = float(times[unit]) * rng.random()
                end, well = now + spent, False
                lost, tries[unit] = lost + spent, tries[unit] + 1
            heapq.heappush(running, (end, unit, core, well))
            heapq.heappush(free, (end + away, core))
        upcoming = [
            t for t in (running[0][0] if running else None, free[0][0] if waiting else None) if t is not None
        ]
        after = min(upcoming)
        if restarts and after >= restarts[0]:  # what is under way is given out again
            now = restarts.pop(0) + chances.restart_s
            for end, unit, _, _ in running:
                lost += float(times[unit]) - max(0.0, end - now + chances.restart_s)
                heapq.heappush(waiting, (-float(size[unit]), unit))
            running, free = [], [(now, c) for c in range(cores)]
            continue
        now = after
        while running and running[0][0] <= now:
            _, unit, _, well = heapq.heappop(running)
            if not well and tries[unit] < chances.tries:
                heapq.heappush(waiting, (-float(size[unit]), unit))
            reported += not well and tries[unit] >= chances.tries
    whole = float(times.sum())
    return {
        "cores": cores,
        "hours": round(now / 3600, 3),
        "units_core_hours": round(whole / 3600, 1),
        "busy_share": round(whole / (now * cores), 3),
        "lost_core_hours": round(lost / 3600, 2),
        "reported_without_result": int(reported),
        "longest_unit_s": round(float(times.max()), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=200)
    parser.add_argument("--sizes", default="25,40,60")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--gap", type=float, default=0.05)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--minutes", type=float, default=7.0)
    parser.add_argument("--out", type=Path, default=RESULT)
    args = parser.parse_args()
    found = measured(
        args.counties,
        [int(s) for s in args.sizes.split(",")],
        args.workers,
        gap=args.gap,
        seconds_each=args.seconds,
        minutes=args.minutes,
    )
    seconds = found.pop("seconds")
    assert isinstance(seconds, dict)
    print(json.dumps(found))
    simulation = [simulated(seconds, cores, Chances()) for cores in CORES]
    for row in simulation:
        print("simulation:", json.dumps(row))
    told = {
        "measured": found,
        "unit_seconds": seconds,
        "simulation_of_2800_counties": simulation,
        "chances": vars(Chances()),
    }
    args.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
