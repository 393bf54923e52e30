"""Write benchmark tables as CSV and Markdown, with the conditions they were measured under."""

from __future__ import annotations

import argparse
import csv
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.apart import rows

RESULTS = Path(__file__).parent / "results"
DATA = Path(__file__).parents[2] / "shared" / "bench"


def arguments(description: str, seconds: float) -> argparse.Namespace:
    """Read the options every benchmark has."""
    return parser(description, seconds).parse_args()


def parser(description: str, seconds: float) -> argparse.ArgumentParser:
    """Return the options every benchmark has, for one that adds its own."""
    found = argparse.ArgumentParser(description=description)
    found.add_argument("--data", type=Path, default=DATA, help="folder with the public instances")
    found.add_argument("--seconds", type=float, default=seconds, help="time limit per instance")
    found.add_argument("--threads", type=int, default=2)
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--only", nargs="*", default=[], help="names of instances")
    found.add_argument("--out", type=Path, default=RESULTS)
    found.add_argument(
        "--workers", type=int, default=1, help="instances at once; one alone measures what the engine takes"
    )
    return found


def parsed_with_clock(found: argparse.ArgumentParser) -> argparse.Namespace:
    """Return what was typed; ``--processor`` lets the engine count its own processor time, on a machine shared with other work."""
    found.add_argument(
        "--processor", action="store_true", help="seconds are of the processor, all threads together"
    )
    return found.parse_args()


def folder(data: Path, name: str) -> Path:
    """Return the folder of a set of instances, or leave with a clear message."""
    path = data / name
    if not path.is_dir():
        print(f"skipped: {path} is missing; give the folder of the public instances with --data")
        sys.exit(0)
    return path


def rows_of(
    task: str, data: Path, names: Sequence[str], args: argparse.Namespace
) -> Iterator[list[dict[str, object]]]:
    """Measure instances that lie as ``NAME.txt`` in a folder; yield the rows so far (:func:`benchmarks.apart.rows`)."""
    there = [name for name in names if (data / f"{name}.txt").exists()]
    settings = {"seconds": args.seconds, "seed": args.seed, "threads": args.threads}
    jobs = [{"data": str(data), "name": name, "out": str(args.out), **settings} for name in there]
    yield from rows(task, jobs, workers=args.workers, processor=args.processor)


def write(
    out: Path, name: str, title: str, rows: Sequence[Mapping[str, object]], notes: Sequence[str]
) -> None:
    """Write ``name.csv`` and ``name.md``; called after every instance, so that an interrupted run keeps its table."""
    if not rows:
        return
    out.mkdir(parents=True, exist_ok=True)
    heads = list(rows[0])
    csv_tmp, md_tmp = out / f"{name}.csv.tmp", out / f"{name}.md.tmp"
    with csv_tmp.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)
    load = ", ".join(f"{v:.1f}" for v in os.getloadavg())
    lines = [f"# {title}", "", *notes, ""]
    lines += [f"{os.cpu_count()} cores ({platform.machine()}), load averages at the end {load}.", ""]
    lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(row[h]) for h in heads) + " |" for row in rows]
    md_tmp.write_text("\n".join(lines) + "\n", encoding="utf-8")
    csv_tmp.replace(out / f"{name}.csv")
    md_tmp.replace(out / f"{name}.md")
