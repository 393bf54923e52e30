"""Check that every primary catchment lies within one junior catchment, when the scenario nests them.

Source: 对口直升, standards.md §3 (a primary school feeds one junior school).
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, require

RULE = "feeder"
COVERS = ("feeder",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none when catchments need not nest."""
    if evidence.scenario.feeder == "off" or set(evidence.scenario.stages) != {"primary", "junior"}:
        return
    table = evidence.layout.assignment
    at = {stage: part.groupby("zone")["unit"].agg(set) for stage, part in table.groupby("stage")}
    both = at["primary"].index.intersection(at["junior"].index)
    fed: dict[str, list[set[str]]] = {}
    for zone in both:
        for unit in at["primary"][zone]:  # a shared zone lies in the catchment of every unit it names
            fed.setdefault(str(unit), []).append(set(at["junior"][zone]))
    broken = [
        (f"unit {p}", "one junior unit", ", ".join(sorted(set().union(*juniors))))
        for p, juniors in sorted(fed.items())
        if not set.intersection(*juniors)
    ]
    yield from require(RULE, Text("verify.feeder.primary_catchments_feed_one_junior_unit"), broken, len(fed))
