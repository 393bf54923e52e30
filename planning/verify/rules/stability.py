"""Check how many pupils see their catchment change.

Source: standards.md §3 (zones stay stable; a change needs assessment, consultation and notice).
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.district.schema import GRADES
from planning.verify.evidence import Evidence
from planning.verify.report import Check, require

RULE = "stability"
RULE_ZH = "片区稳定"


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
        "share of pupils whose catchment changes",
        "学区变动学生占比",
        broken,
        len(evidence.scenario.stages),
    )


def moved_shares(evidence: Evidence) -> dict[str, float]:
    """Return the share of pupils with a catchment today whose catchment changes, by stage."""
    shares: dict[str, float] = {}
    for stage in evidence.scenario.stages:
        here = evidence.pupils[evidence.pupils["grade"].isin(GRADES[stage])]
        pupils = here.groupby("zone")["pupils"].sum()
        today = evidence.current[evidence.current["stage"] == stage].set_index("zone")["unit"]
        table = evidence.layout.assignment
        now = (
            table[table["stage"] == stage]
            .drop_duplicates("zone")
            .set_index("zone")["unit"]
            .reindex(today.index)
        )
        weight = pupils.reindex(today.index).fillna(0.0)[today != ""]
        changed = (now != today)[today != ""]
        total = float(weight.sum())
        shares[stage] = float(weight[changed].sum()) / total if total else 0.0
    return shares
