"""Measure the engine on Kong's service area problem: python -m benchmarks.sap [--seconds 60] [--only zy_13a …]."""

from __future__ import annotations

import numpy as np

from benchmarks import kong, table
from planning.zoning.engine import solve_program


def main() -> None:
    args = table.arguments("service area problem", 60.0)
    data = table.folder(args.data, "kong_sap2020")
    rows: list[dict[str, object]] = []
    published = kong.best_known(data)
    for name in args.only or published:
        if not (data / f"{name}.txt").exists():
            continue
        known = published[name]
        inst = kong.read(data, name)
        answer = solve_program(
            kong.to_program(inst), gap=0.0, time_limit_s=args.seconds, seed=args.seed, threads=args.threads
        )
        price, wrong = kong.check(inst, answer.unit_of_item)
        best = float(known["best_known"])
        minute = min((p.objective for p in answer.trace if p.seconds <= 60.0), default=np.inf)
        rows.append(
            {
                "instance": name,
                "best known": f"{best:.2f}",
                "found": f"{price:.2f}",
                "above best %": f"{100 * (price / best - 1):.4f}",
                "after 60 s %": f"{100 * (minute / best - 1):.4f}",
                "bound": f"{answer.bound:.2f}",
                "gap %": f"{100 * answer.gap:.4f}",
                "proven": "yes" if answer.proven else "",
                "seconds": f"{answer.seconds:.1f}",
                "verified": "; ".join(wrong) or "yes",
            }
        )
        print(rows[-1], flush=True)
        above = np.array([float(str(r["above best %"])) for r in rows])
        soon = np.array([float(str(r["after 60 s %"])) for r in rows])
        table.write(
            args.out,
            f"sap_{args.seconds:g}s",
            f"Service area problem, {args.seconds:g} s per instance",
            rows,
            [
                "Instances and published values: Kong 2021, doi 10.1007/s43762-021-00018-7 (best known: CPLEX 12.6, 2 h).",
                f"Command: `python -m benchmarks.sap --seconds {args.seconds:g}`. Seats, own unit, connection and price are",
                "recomputed from the raw files.",
                "",
                f"Mean above best known: **{above.mean():.4f} %** ({soon.mean():.4f} % after the first 60 s) over {len(rows)} "
                "instances (published heuristic 0.120 %); "
                f"proven {sum(r['proven'] == 'yes' for r in rows)}; "
                f"below best known {int((above < -0.0005).sum())}.",
            ],
        )


if __name__ == "__main__":
    main()
