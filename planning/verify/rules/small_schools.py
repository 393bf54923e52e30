"""Check that only units that may close are closed, empty, and that their pupils keep an acceptable walk.

Source: S:241 (merge teaching points with care); 国办发〔2018〕27号; the limit in metres is the scenario's.
"""

from __future__ import annotations

from collections.abc import Iterator

from planning.district.schema import GRADES
from planning.verify.evidence import Evidence
from planning.verify.report import Check, require, show
from planning.verify.rules.rooms import closed_units
from planning.verify.walking import ways

RULE = "small_schools"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    closed = closed_units(evidence)
    may = _may_close(evidence)
    broken = [(f"unit {u}", "a unit that may close", "closed") for u in closed if u not in may]
    yield from require(RULE, "only units that may close are closed", "撤并对象符合规定", broken, len(closed))
    table = evidence.zoned_rows.groupby("unit")[["pupils", "classes"]].sum()
    full = [
        (
            f"unit {u}",
            "no pupils and no classes",
            f"{show(table.at[u, 'pupils'])} pupils, {show(table.at[u, 'classes'])} classes",
        )
        for u in closed
        if u in table.index and table.loc[u].sum() > 0
    ]
    yield from require(RULE, "closed units are empty", "撤并单位无学生", full, len(closed))
    by_choice = [
        u for u in closed if u in evidence.zoned.index and u in may and u not in _by_project(evidence)
    ]
    yield from require(RULE, "pupils of closed units keep an acceptable walk", "撤并后上学距离可接受",
                       _too_far(evidence, by_choice), len(by_choice))  # fmt: skip


def _by_project(evidence: Evidence) -> set[str]:
    return {str(evidence.target.get(p)) for p, row in evidence.built.iterrows() if row["kind"] == "closure"}


def _may_close(evidence: Evidence) -> set[str]:
    small = evidence.scenario.small_schools
    may = _by_project(evidence)
    if small.close == "never":
        return may
    base = evidence.district.classes[evidence.district.classes["year"] == evidence.district.info.base_year]
    enrolled = base.groupby("unit")["pupils"].sum()
    zoned = evidence.zoned
    fits = zoned["kind"].isin(list(small.kinds)) & (zoned["project"] == "")
    return may | {str(u) for u in zoned.index[fits] if enrolled.get(u, 0) < small.below_pupils}


def _too_far(evidence: Evidence, closed: list[str]) -> list[tuple[str, str, str]]:
    limit = evidence.scenario.small_schools.max_walk_m
    broken = []
    for unit in closed:
        stage = str(evidence.zoned.at[unit, "stage"])
        others = evidence.zoned[(evidence.zoned["stage"] == stage) & (evidence.zoned.index != unit)]["school"]
        today = evidence.current
        zones = today[(today["stage"] == stage) & (today["unit"] == unit)]["zone"].tolist()
        living = evidence.pupils[evidence.pupils["grade"].isin(GRADES[stage])].groupby("zone")["pupils"].sum()
        zones = [z for z in zones if living.get(z, 0) > 0]
        if zones:
            nearest = ways(evidence, sorted(set(others)))[0].loc[zones].min(axis=1)
            broken += [
                (f"unit {unit}, zone {z}", f"at most {limit:g} m", f"{m:.0f} m")
                for z, m in nearest[nearest > limit + 0.1].items()
            ]
    return broken
