"""Hold the neighbours a run worked with against those derived a second time, pair by pair.

Source: docs/verification.md (which zones are neighbours). A pair within a metre of the limits of the rule may be read either way.
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.places import outlines
from planning.verify.report import Check, require

RULE = "neighbours"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none where contiguity is not asked for or the run is older than the table."""
    said = evidence.layout.neighbours
    if said is None or not evidence.scenario.contiguity.enabled:
        return
    own = evidence.borders
    used = {_pair(a, b) for a, b in zip(said["zone"], said["neighbour"], strict=True)}
    derived = {_pair(a, b) for a, b in own.graph.edges}
    sure = (used ^ derived) - {_pair(a, b) for a, b in own.doubtful}
    shape = outlines(evidence.district.zones, "zone")
    broken = [
        (
            f"{a}–{b}{_apart(shape, a, b)}",
            *(("neighbours", "apart") if (a, b) in derived else ("apart", "neighbours")),
        )
        for a, b in sorted(sure)
    ]
    yield from require(
        RULE,
        Text("verify.neighbours.neighbours_run_worked_those_map"),
        broken,
        len(derived),
    )


def _pair(a: object, b: object) -> tuple[str, str]:
    first, second = sorted((str(a), str(b)))
    return first, second


def _apart(shape: dict[str, object], a: str, b: str) -> str:
    """Say how far apart two zones lie, where both are on the map."""
    if a not in shape or b not in shape:
        return " (not on the map)"
    return f" ({shape[a].distance(shape[b]):.1f} m)"  # type: ignore[attr-defined]
