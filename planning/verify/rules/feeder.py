"""Check that every primary catchment lies within one junior catchment, when the scenario nests them.

Source: 对口直升, standards.md §3 (a primary school feeds one junior school).
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.verify.evidence import Evidence
from planning.verify.report import Check, require

RULE = "feeder"
RULE_ZH = "对口直升"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none when catchments need not nest."""
    if evidence.scenario.feeder == "off" or set(evidence.scenario.stages) != {"primary", "junior"}:
        return
    table = evidence.layout.assignment.drop_duplicates(["zone", "stage"])
    wide = table.pivot(index="zone", columns="stage", values="unit").dropna()
    fed = wide.groupby("primary")["junior"].agg(lambda units: sorted(set(units)))
    broken = [
        (f"unit {p}", "one junior unit", ", ".join(j))
        for p, j in zip(fed.index, fed, strict=True)
        if len(j) > 1
    ]
    yield from require(
        RULE, "primary catchments feed one junior unit", "小学学区对口一所初中", broken, len(fed)
    )
