"""Check the nearby-enrolment ratios: own pupils ÷ all pupils of urban and town public non-boarding schools.

Source: B13, 教督〔2017〕6号; S:199 (primary 100 %, junior 95 %; reading by locale is a setting).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.earlier import of_nobody
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, items_of, require

RULE = "nearby"
COVERS = ("nearby",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    found = pd.Series(evidence.layout.summary.get("nearby_ratio") or {}, dtype=float).dropna()
    found.index.name = "group"
    ratios = nearby_ratios(evidence)
    found, earlier = of_nobody(evidence, RULE, ratios, found, 1.0)
    yield from earlier
    yield from compare(RULE, Text("verify.nearby.nearby_enrolment_ratio"), ratios, found, tolerance=1e-6)
    if "nearby" in evidence.scenario.hard:
        standard = standards(evidence)
        broken = [
            (f"group {g}", f"at least {standard[g]:g}", f"{r:.6f}")
            for g, r in items_of(ratios)
            if r < standard[g] - 1e-9
        ]
        yield from require(RULE, Text("verify.nearby.hard_ratio_met"), broken, len(ratios))


def standards(evidence: Evidence) -> dict[str, float]:
    """Return the ratio each group must reach."""
    nearby = evidence.profile.nearby
    if nearby.reading == "locale":
        return {"urban": nearby.primary, "town": nearby.junior}
    both = {"primary": nearby.primary, "junior": nearby.junior}
    return {stage: both[stage] for stage in evidence.scenario.stages}


def nearby_ratios(evidence: Evidence, year: int | None = None) -> Series:
    """Return the ratio of every group, over all years of the plan or in one."""
    zoned = evidence.zoned
    counted = zoned[
        zoned["locale"].isin(["urban", "town"]) & (zoned["ownership"] == "public") & ~zoned["boarding"]
    ]
    group = counted["locale" if evidence.profile.nearby.reading == "locale" else "stage"]
    rows = evidence.zoned_rows.assign(group=evidence.zoned_rows["unit"].map(group)).dropna(subset="group")
    rows = rows if year is None else rows[rows["year"] == year]
    total = rows.groupby("group")[["own", "pupils"]].sum().reindex(list(standards(evidence)), fill_value=0)
    total = total[total["pupils"] > 0]  # a group nobody is in has no ratio
    ratio = total["own"] / total["pupils"]
    return ratio.rename_axis("group").astype(float)
