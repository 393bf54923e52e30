"""Measure the engine on growing counties: python -m benchmarks.scale [--only 1000x30 1500x45 …] [--seconds 600]."""

from __future__ import annotations

from benchmarks import apart, table

SIZES = ("1000x30", "1500x45", "3000x90", "10000x300", "30000x900")
PLAIN_MOST = 3000  # zones up to which other tools are tried


def beside(row: dict[str, object], rows: list[dict[str, object]]) -> dict[str, object]:
    """Return a row with its price as a ratio to the engine's for the same county, where that is known yet, right after the price."""
    own = [
        r["price"] for r in rows if r["zones x schools"] == row["zones x schools"] and r["with"] == "engine"
    ]
    known = bool(own) and "no plan" not in (row["price"], own[0])
    ratio = f"{float(str(row['price'])) / float(str(own[0])):.5f}" if known else ""
    first = {k: row[k] for k in ("zones x schools", "with", "price")}
    return {**first, "price / engine": ratio, **row}


def main() -> None:
    args = table.arguments("growing counties", 600.0)
    jobs = []
    for size in args.only or SIZES:
        ways = ["engine"] + (["HiGHS", "CBC", "spopt"] if int(size.split("x")[0]) <= PLAIN_MOST else [])
        settings = {"seconds": args.seconds, "threads": args.threads, "seed": args.seed}
        jobs += [{"size": size, "what": what, **settings} for what in ways]
    for found in apart.rows("benchmarks.scale.measure:one", jobs, workers=args.workers):
        rows = [beside(row, found) for row in found]
        table.write(
            args.out,
            "scale",
            "Growing counties",
            rows,
            [
                "Random connected counties, the 10 nearest schools of every zone as candidates, seats for 110 % of the pupils;",
                "HiGHS and CBC: the textbook flow model in PuLP, one thread; spopt: its capacitated p-median with HiGHS, which cannot",
                "ask for connected catchments. Times to a proven gap are processor seconds; the engine stops at 0.3 %, the others at their optimum.",
                f"Command: `python -m benchmarks.scale --seconds {args.seconds:g} --threads {args.threads}`.",
            ],
        )


if __name__ == "__main__":
    main()
