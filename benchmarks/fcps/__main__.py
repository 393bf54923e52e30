"""Measure the engine on a county of 9,404 blocks: python -m benchmarks.fcps [--seconds 120] [--only high] [--today blocks.gpkg]."""

from __future__ import annotations

from pathlib import Path

from benchmarks import apart, table


def main() -> None:
    parser = table.parser("a county of 9,404 blocks", 120.0)
    parser.add_argument("--today", type=Path, help="blocks with the school of today in high_now, middle_now")
    args = parser.parse_args()
    data = table.folder(args.data, "fcps")
    levels = [n for n in args.only or ("high", "middle") if (data / n / "units.csv").exists()]
    settings = {"seconds": args.seconds, "seed": args.seed, "threads": args.threads}
    today = str(args.today) if args.today else None
    jobs = [{"data": str(data), "name": name, "today": today, **settings} for name in levels]
    for rows in apart.rows("benchmarks.fcps.measure:measured", jobs, workers=args.workers):
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
