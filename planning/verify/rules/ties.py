"""Check that zones are together or apart as the scenario says.

Source: design.md §4 (locks are kept exactly), ``locks.together`` and ``locks.apart`` of the scenario.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.named import Named
from planning.verify.report import Check, require

RULE = "ties"
COVERS = ("ties",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none when the scenario ties nothing."""
    locks, named = evidence.scenario.locks, Named(evidence)
    rows = evidence.layout.assignment
    unit = {
        (str(z), str(s)): str(u) for z, s, u in zip(rows["zone"], rows["stage"], rows["unit"], strict=True)
    }
    broken, count = [], 0
    for expected, ties in (("one unit", locks.together), ("a unit each", locks.apart)):
        for tie in ties:
            for stage in [s for s in evidence.scenario.stages if tie.stage in (None, s)]:
                count += 1
                at = [unit.get((named.zone(word), stage), "") for word in tie.zones]
                most = max(Counter(at).values())
                if "" in at or most != (len(at) if expected == "one unit" else 1):
                    broken.append((f"zones {', '.join(tie.zones)}, {stage}", expected, ", ".join(at)))
    if count:
        yield from require(RULE, Text("verify.ties.zones_together_apart"), broken, count)
