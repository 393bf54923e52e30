"""Check that every zone goes to exactly one unit per stage, and to one that takes pupils by catchment.

Source: 单校划片, standards.md §3; a zone's children enter one school directly.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.district.schema import GRADES
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, items_of, require

RULE = "assignment"
RULE_ZH = "片区分配"
COVERS = ("assignment",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.assignment
    zones = evidence.district.zones["zone"].astype("str")
    stages = evidence.scenario.stages
    key = pd.MultiIndex.from_product([stages, zones], names=["stage", "zone"])
    whole = table[~evidence.is_shared(table)].set_index(["stage", "zone"])
    single = key[[pair not in evidence.shared for pair in key]]
    yield from compare(
        RULE, "one unit per zone and stage", "每个居住单元每学段一个办学单位",
        pd.Series(1, index=single), pd.Series(1, index=whole.index),
    )  # fmt: skip
    yield from _units(evidence, table.set_index(["stage", "zone"])["unit"])
    living = table.groupby(["stage", "zone"])["pupils"].sum()
    yield from compare(RULE, "pupils living in the zone", "居住学生数", _pupils(evidence, key), living)
    first = table.drop_duplicates(["stage", "zone"]).set_index(["stage", "zone"])["previous_unit"]
    said = first.fillna("").map(lambda text: ";".join(sorted(str(text).split(";"))))
    today = pd.Series({pair: ";".join(sorted(evidence.today.get(pair, ()))) for pair in key}, key)
    yield from compare(RULE, "previous unit is today's catchment", "原学区与现行学区一致", today, said)
    if evidence.scenario.catchments == "current":
        known = pd.Series(
            {pair: evidence.today[pair][0] for pair in single if evidence.today.get(pair)}, dtype="object"
        )
        known.index = pd.MultiIndex.from_tuples(known.index, names=key.names) if len(known) else single[:0]
        yield from compare(
            RULE,
            "catchments stay as they are today",
            "保持现行学区",
            known,
            whole["unit"].loc[whole.index.isin(known.index)],
        )


def _units(evidence: Evidence, unit: Series) -> Iterator[Check]:
    zoned = evidence.zoned
    standing = zoned[(zoned["project"] == "") | zoned["project"].isin(evidence.built.index)]
    stage_of = standing["stage"].to_dict()
    broken = [
        (
            f"stage {stage}, zone {zone}",
            f"a {stage} unit that admits by catchment and is open",
            str(u) or "empty",
        )
        for (stage, zone), u in items_of(unit.fillna(""))
        if stage_of.get(u) != stage
    ]
    yield from require(
        RULE, "units of the stage that admit by catchment", "办学单位属于该学段且划片招生", broken, len(unit)
    )


def _pupils(evidence: Evidence, key: pd.MultiIndex) -> Series:
    first = evidence.pupils[evidence.pupils["year"] == evidence.years[0]]
    stage_of = {grade: stage for stage, grades in GRADES.items() for grade in grades}
    total = first.assign(stage=first["grade"].map(stage_of)).groupby(["stage", "zone"])["pupils"].sum()
    return total.reindex(key, fill_value=0)
