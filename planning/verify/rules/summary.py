"""Check the figures of summary.json that follow from the tables.

Source: the columns of ``planning.layout``; class bands of standards.md §3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from planning.messages import Text
from planning.verify.earlier import of_nobody
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, require, show

RULE = "summary"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    expected = _flat(figures(evidence))
    found = _flat({k: evidence.layout.summary.get(k) for k in figures(evidence)})
    found = found[found.index.isin(expected.index)].astype(float)
    moved = found.index.isin(["moved_pupils"])
    told, earlier = of_nobody(evidence, RULE, expected, found[moved], 0.0)
    found = pd.concat([found[~moved], told.reindex(found.index[moved])])
    yield from earlier
    yield from compare(RULE, Text("verify.summary.figures_follow_tables"), expected, found, tolerance=0.051)
    yield from compare(RULE, Text("verify.summary.school_years_plan"), pd.Series(1, pd.Index(evidence.years, name="year")),
                       pd.Series(1, pd.Index(evidence.layout.summary.get("years") or [], name="year")))  # fmt: skip
    yield from _bound(evidence)


def figures(evidence: Evidence) -> dict[str, object]:
    """Return the figures that the tables alone determine."""
    zoned, table, run = evidence.zoned_rows, evidence.layout.assignment, evidence.layout
    cost = evidence.options["cost_yuan"].reindex(evidence.built.index)
    before = table["previous_unit"].fillna("").astype(str).str.split(";")
    moved = table[[was != [""] and unit not in was for was, unit in zip(before, table["unit"], strict=True)]]
    walks = {s: _walks(part) for s, part in table.groupby("stage") if part["pupils"].sum() > 0}
    return {
        "shortage_pupils": float((zoned["pupils"] - zoned["classes"] * zoned["cap"]).clip(lower=0).sum()),
        **(
            {}
            if evidence.profile.capacity == "seats"
            else {"classes_over_cap": float(classes_over_cap(zoned))}
        ),
        "schools_over_size": float(run.units[run.units["oversize"] > 0]["school"].nunique()),
        "moved_pupils": float(moved["pupils"].sum()) if any(was != [""] for was in before) else None,
        "overflow_pupils": float(run.overflow["pupils"].sum()),
        "shared_pupils": float(table.loc[evidence.is_shared(table), "pupils"].sum()),
        "cost_yuan": float(cost.sum()),
        "mean_distance_m": {s: w[0] for s, w in walks.items()},
        "p95_distance_m": {s: w[1] for s, w in walks.items()},
    }


def _flat(values: dict[str, object]) -> Series:
    flat = {}
    for key, value in values.items():
        for part, number in value.items() if isinstance(value, dict) else ((None, value),):
            flat[key if part is None else f"{key}.{part}"] = np.nan if number is None else float(str(number))
    return pd.Series(flat, dtype=float).rename_axis("summary.json")


def classes_over_cap(units: pd.DataFrame) -> int:
    """Count classes above the cap when a grade's pupils are spread evenly; pupils without any class are one."""
    over = 0
    for pupils, classes, cap in units[["pupils", "classes", "cap"]].astype(int).itertuples(index=False):
        if pupils > 0 and classes == 0:
            over += 1
        elif classes:
            sizes = [pupils // classes + (1 if k < pupils % classes else 0) for k in range(classes)]
            over += sum(size > cap for size in sizes)
    return over


def _walks(part: pd.DataFrame) -> tuple[float, float]:
    """Return the mean and the 95th percentile of the walk, by pupils, metres."""
    rows = part[part["pupils"] > 0].sort_values("distance_m")
    total = rows["pupils"].sum()
    if not total:
        return float("nan"), float("nan")
    reached = rows["pupils"].cumsum() >= 0.95 * total - 1e-9 * total
    return float((rows["distance_m"] * rows["pupils"]).sum() / total), float(
        rows["distance_m"][reached].iloc[0]
    )


def _bound(evidence: Evidence) -> Iterator[Check]:
    """Refuse a bound above the objective and a gap that is not theirs: they prove nothing."""
    said = evidence.layout.summary
    numbers: list[Any] = [said.get(k) for k in ("objective", "bound", "gap")]
    if numbers[0] is not None and numbers[1:] == [None, None]:
        yield from require(RULE, Text("verify.summary.no_bound_claimed"), [], 1)
        return
    if not all(isinstance(v, int | float) for v in numbers):
        yield Check.of(RULE, False, Text("verify.summary.objective_bound_gap_numbers"), "numbers",
                    ", ".join(show(v) for v in numbers), "summary.json")  # fmt: skip
        return
    objective, bound, gap = (float(v) for v in numbers)
    high = [("summary.json bound", f"at most {objective}", show(bound))]
    fine = bound <= objective + 1e-3 + 1e-6 * abs(objective)
    yield from require(RULE, Text("verify.summary.bound_does_not_exceed_objective"), [] if fine else high, 1)
    expected = max(0.0, objective - bound) / max(abs(objective), 1e-9)
    yield from compare(RULE, Text("verify.summary.gap_objective_bound_objective"),
                       pd.Series([expected], ["summary.json gap"]), pd.Series([gap], ["summary.json gap"]),
                       tolerance=2e-5)  # fmt: skip
