"""Measure the engine on a county of 9,404 blocks: python -m benchmarks.fcps [--seconds 120] [--only high] [--today blocks.gpkg]."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from benchmarks import table
from benchmarks.fcps.measure import measured


def main() -> None:
    parser = table.parser("a county of 9,404 blocks", 120.0)
    parser.add_argument("--today", type=Path, help="blocks with the school of today in high_now, middle_now")
    args = parser.parse_args()
    data = table.folder(args.data, "fcps")
    rows: list[dict[str, object]] = []
    for name in args.only or ("high", "middle"):
        if not (data / name / "units.csv").exists():
            continue
        with multiprocessing.get_context("spawn").Pool(
            1
        ) as pool:  # a process each, so that its memory can be told
            rows.append(pool.apply(measured, (data, name, args.today, args.seconds, args.seed, args.threads)))
        print(rows[-1], flush=True)
        table.write(
            args.out,
            f"fcps_{args.seconds:g}s",
            f"Fairfax County, {args.seconds:g} s per level",
            rows,
            [
                "Instances: census blocks of 2020 (repository mzwu/redist-fcps, MIT), enrolment and seats of 2024-25.",
                f"Command: `python -m benchmarks.fcps --seconds {args.seconds:g}`. Seats, own block, connection and minutes are",
                "recomputed from the raw files; the bound is the engine's own. Nothing has been published for them.",
            ],
        )


if __name__ == "__main__":
    main()
