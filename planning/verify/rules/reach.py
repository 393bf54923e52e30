"""Check hard limits on the walk: a zone may lie beyond one only where no open unit of the stage lies within.

Today's unit and the unit whose site lies in the zone are always allowed. Source: GB 50099-2011 and standards.md §4
(service radius 500 m, 1000 m); ``candidates.max_distance_m`` is the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, require, rows_of
from planning.verify.walking import ways

RULE = "reach"
COVERS = ("radius", "longest_walk")


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule; none without a hard limit or when today's catchments are only counted."""
    radius, farthest = evidence.scenario.radius, evidence.scenario.candidates.max_distance_m
    if evidence.scenario.catchments != "free":
        return
    locale = evidence.district.zones.set_index(evidence.district.zones["zone"].astype("str"))["locale"]
    for stage in evidence.scenario.stages:
        if farthest is not None:
            everywhere = pd.Series(True, index=locale.index)
            yield from _within(evidence, stage, farthest, everywhere)
        if radius.enabled and radius.hard:
            reach = evidence.profile.travel.service_radius_m[stage]
            yield from _within(evidence, stage, reach, locale.isin(list(radius.locales)))


def _within(evidence: Evidence, stage: str, limit: float, counted: pd.Series[bool]) -> Iterator[Check]:
    table, zoned = evidence.layout.assignment, evidence.zoned
    table = table[~evidence.is_shared(table)]  # given, whatever the way
    here = table[(table["stage"] == stage) & table["zone"].map(counted).fillna(False).astype(bool)]
    same = [
        u in evidence.today.get((stage, str(z)), ()) for z, u in zip(here["zone"], here["unit"], strict=True)
    ]
    beyond = here[(here["distance_m"] > limit + 0.1) & ~pd.Series(same, here.index, dtype=bool)]
    beyond = beyond[beyond["unit"].map(zoned["home"]) != beyond["zone"]]
    broken = []
    if len(beyond):
        standing = (zoned["project"] == "") | zoned["project"].isin(evidence.built.index)
        schools = sorted(set(zoned[(zoned["stage"] == stage) & standing]["school"]))
        nearest = ways(evidence, schools)[0].min(axis=1)
        broken = [
            (f"stage {stage}, zone {row.zone}", f"at most {limit:g} m", f"{row.distance_m:.0f} m")
            for row in rows_of(beyond)
            if nearest[row.zone] <= limit - 0.1
        ]
    what = Text("verify.reach.within", stage=Text(f"base.stage.{stage}"), limit=limit)
    yield from require(RULE, what, broken, len(here))
