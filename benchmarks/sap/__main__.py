"""Measure the engine on Kong's service area problem: python -m benchmarks.sap [--seconds 60] [--only zy_13a …]."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import kong, table
from planning.zoning.engine import TracePoint, solve_program

MOMENTS = (5, 20, 60)
"""Seconds after which the best legal plan is told."""


def legal_course(trace: Sequence[TracePoint], best: float) -> list[tuple[float, float]]:
    """Return when plans came and what they cost, those that break seats at a price left out (dearer than thrice the best known)."""
    return [(p.seconds, p.objective) for p in trace if p.objective < 3.0 * best]


def measured(data: str, name: str, out: str, seconds: float, seed: int, threads: int) -> dict[str, object]:
    """Solve one instance; keep its plan where it is legal, and return the row of the table."""
    known = kong.best_known(Path(data))[name]
    inst = kong.read(Path(data), name)
    begun = time.process_time()
    answer = solve_program(kong.to_program(inst), gap=0.0, time_limit_s=seconds, seed=seed, threads=threads)
    price, wrong = kong.check(inst, answer.unit_of_item)
    if not wrong:
        kong.keep(Path(out) / "sap_best", inst, answer.unit_of_item, price)
    best = float(known["best_known"])
    curve = legal_course(answer.trace, best)
    first = min((seconds for seconds, _ in curve), default=np.inf)
    soon = {s: min((price for at, price in curve if at <= s), default=np.inf) for s in MOMENTS}
    return {
        "instance": name,
        "best known": f"{best:.2f}",
        "legal after s": f"{first:.1f}",
        **{f"after {s} s %": f"{100 * (p / best - 1):.3f}" for s, p in soon.items()},
        "found": "none" if wrong else f"{price:.2f}",
        "above best %": "none" if wrong else f"{100 * (price / best - 1):.4f}",
        "bound": f"{answer.bound:.2f}",
        "gap %": f"{100 * answer.gap:.4f}",
        "proven": "yes" if answer.proven else "",
        "seconds": f"{answer.seconds:.1f}",
        "processor s": f"{time.process_time() - begun:.1f}",
        "verified": "; ".join(wrong) or "yes",
    }


def main() -> None:
    parser = table.parser("service area problem", 60.0)
    parser.add_argument("--tight", action="store_true", help="the c variants alone: 2.5 to 3.5 % spare seats")
    args = table.parsed_with_clock(parser)
    data = table.folder(args.data, "kong_sap2020")
    names = args.only or [n for n in kong.best_known(data) if n.endswith("c") == args.tight]
    for rows in table.rows_of("benchmarks.sap.__main__:measured", data, names, args):
        legal = [r for r in rows if r["verified"] == "yes"]
        above = np.array([float(str(r["above best %"])) for r in legal] or [np.inf])
        table.write(
            args.out,
            f"sap_{'c_' if args.tight else ''}{args.seconds:g}s",
            f"Service area problem, {args.seconds:g} s per instance",
            rows,
            [
                "Instances and published values: Kong 2021, doi 10.1007/s43762-021-00018-7 (best known: CPLEX 12.6, 2 h).",
                f"Command: `python -m benchmarks.sap{' --tight' if args.tight else ''} --seconds {args.seconds:g} --threads {args.threads} --seed {args.seed}{' --processor' if args.processor else ''}`. "
                "Seats, own unit, connection and price are recomputed from the raw files; an illegal plan is none.",
                "",
                f"Mean above best known: **{above.mean():.4f} %** (largest {above.max():.4f} %), median {np.median(above):.4f} %, over {len(legal)} legal of {len(rows)} "
                f"instances (published heuristic {0.2 if args.tight else 0.12:.2f} %); "
                f"proven {sum(r['proven'] == 'yes' for r in rows)}; "
                f"below best known {int((above < -0.0005).sum())}.",
            ],
        )


if __name__ == "__main__":
    main()
