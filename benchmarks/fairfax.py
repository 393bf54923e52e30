"""Hold the official options of Fairfax County's boundary review against plans of ours, under the same capacities.

    python -m benchmarks.fairfax --seconds 240

Makes the district of the county's own layers (``benchmarks/places/fairfax.yaml``), draws today's catchments and options 2–5 of the review,
then a plan with free catchments that begins with today's, and the repair of today's that moves the fewest pupils. Pupils by block are
derived (each school's enrolment spread over its area by inhabitants): the shortages are those of the derived numbers.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pyogrio

from planning.district import District, read_district
from planning.editing import LiveLayout, Move, finish, open_live, repair
from planning.editing.placed import placed_layout
from planning.layout import Layout
from planning.scenario import read_scenario

HERE = Path(__file__).parent
PLACE = HERE.parents[1] / "shared" / "places" / "fairfax"
OPTIONS = {"today": "middle_now"} | {f"option {k}": f"middle_option{k}" for k in range(2, 6)}
HEADS = (
    "plan", "seats short", "schools over capacity", "pupils moved", "mean walk m", "95 % walk m", "zones apart", "gap",
)  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=240.0, help="for each of our two plans")
    parser.add_argument("--files", type=Path, default=PLACE)
    parser.add_argument("--out", type=Path, default=HERE / "out" / "fairfax")
    parser.add_argument("--table", type=Path, default=HERE / "results" / "fairfax.md")
    given = parser.parse_args()
    rows = compared(district_of(given.files, given.out), given.files, given.seconds)
    text = "\n".join("| " + " | ".join(row) + " |" for row in (HEADS, ("---",) * len(HEADS), *rows))
    print(text)
    given.table.write_text(f"# Fairfax County, 26 middle schools, 9,404 blocks\n\n{text}\n", encoding="utf-8")


def district_of(files: Path, out: Path) -> District:
    """Return the district, imported where it is not there yet."""
    if not out.is_dir():
        code = "from planning.cli import main; main()"
        words = ("import", str(HERE / "places" / "fairfax.yaml"), str(out), "--files", str(files))
        subprocess.run([sys.executable, "-c", code, *words], check=True)
    return read_district(out)


def compared(district: District, files: Path, seconds: float) -> list[tuple[str, ...]]:
    """Return a row of figures for every plan."""
    scenario = read_scenario(HERE / "places" / "fairfax-ours.yaml", [f"solver.time_limit_s={seconds}"])
    blocks = pyogrio.read_dataframe(files / "blocks.gpkg", read_geometry=False)
    named = {
        option: dict(zip(blocks["block"].astype(str), blocks[column] + "-J", strict=True))
        for option, column in OPTIONS.items()
    }
    problem, today = placed_layout(
        district, scenario, {("junior", z): (u,) for z, u in named["today"].items()}
    )
    live = LiveLayout(problem, today, district)
    rows = []
    for option, units in named.items():
        with live.trial(_moves(named["today"], units)):
            rows.append(_row(option, live, None))
            print(*rows[-1], flush=True)
    for name, solve in (("ours, free", finish), ("ours, fewest moved", repair)):
        made: Layout = solve(live)
        rows.append(_row(name, open_live(made, district, problem=problem), made))
        print(*rows[-1], made.summary.get("repair"), flush=True)
    return rows


def _moves(before: dict[str, str], after: dict[str, str]) -> list[Move]:
    found: dict[str, list[str]] = {}
    for zone, unit in after.items():
        if before[zone] != unit:
            found.setdefault(unit, []).append(zone)
    return [Move(tuple(zones), "junior", unit) for unit, zones in found.items()]


def _row(name: str, live: LiveLayout, made: Layout | None) -> tuple[str, ...]:
    county = live.county()
    crowded = sum(1 for u in live.units() if u.seats_short)
    gap = None if made is None else (made.summary.get("repair") or made.summary).get("gap")
    return (
        name,
        f"{county.seats_short:,}",
        f"{crowded}",
        f"{county.moved_pupils:,}",
        f"{dict(county.mean_walk_m)['junior']:,.0f}",
        f"{dict(county.p95_walk_m)['junior']:,.0f}",
        f"{county.detached}",
        "–" if gap is None else f"{gap:.2%}",
    )


if __name__ == "__main__":
    main()
