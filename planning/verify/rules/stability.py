"""Check how many pupils see their catchment change.

Source: standards.md §3 (zones stay stable; a change needs assessment, consultation and notice).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, require

RULE = "stability"
COVERS = ("stability",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none when the scenario sets no share."""
    share = evidence.scenario.stability.max_moved_share
    if share is None:
        return
    broken = [
        (f"stage {stage}", f"at most {share:.4f} of the pupils", f"{moved:.4f}")
        for stage, moved in moved_shares(evidence).items()
        if moved > share + 1e-6
    ]
    yield from require(
        RULE,
        Text("verify.stability.share_pupils_whose_catchment_changes"),
        broken,
        len(evidence.scenario.stages),
    )


def moved_shares(evidence: Evidence) -> dict[str, float]:
    """Return the share of pupils with a catchment today whose catchment changes, by stage."""
    known = pd.Series(
        [
            bool(evidence.today.get(k))
            for k in zip(evidence.placed["stage"], evidence.placed["zone"], strict=True)
        ]
    )
    new = evidence.is_new(evidence.placed)
    shares: dict[str, float] = {}
    for stage in evidence.scenario.stages:
        mine = evidence.placed["stage"] == stage
        total = float(evidence.placed.loc[mine & known, "pupils"].sum())
        shares[stage] = float(evidence.placed.loc[mine & new, "pupils"].sum()) / total if total else 0.0
    return shares
