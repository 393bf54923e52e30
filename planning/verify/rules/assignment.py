"""Check that every zone goes to exactly one unit per stage, and to one that takes pupils by catchment.

Source: 单校划片, standards.md §3; a zone's children enter one school directly.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import Evidence
from planning.verify.report import Check, Series, compare, items_of, require

RULE = "assignment"
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
        RULE, Text("verify.assignment.one_unit_per_zone_stage"),
        pd.Series(1, index=single), pd.Series(1, index=whole.index),
    )  # fmt: skip
    yield from _units(evidence, table.set_index(["stage", "zone"])["unit"])
    living = table.groupby(["stage", "zone"])["pupils"].sum()
    yield from compare(RULE, Text("verify.assignment.pupils_living_zone"), _pupils(evidence, key), living)
    first = table.drop_duplicates(["stage", "zone"]).set_index(["stage", "zone"])["previous_unit"]
    said = first.fillna("").map(lambda text: ";".join(sorted(str(text).split(";"))))
    today = pd.Series({pair: ";".join(sorted(evidence.today.get(pair, ()))) for pair in key}, key)
    yield from compare(RULE, Text("verify.assignment.previous_unit_today_s_catchment"), today, said)
    if evidence.scenario.catchments == "current":
        known = pd.Series(
            {pair: evidence.today[pair][0] for pair in single if evidence.today.get(pair)}, dtype="object"
        )
        known.index = pd.MultiIndex.from_tuples(known.index, names=key.names) if len(known) else single[:0]
        yield from compare(
            RULE,
            Text("verify.assignment.catchments_stay_they_today"),
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
    yield from require(RULE, Text("verify.assignment.units_stage_admit_catchment"), broken, len(unit))


def _pupils(evidence: Evidence, key: pd.MultiIndex) -> Series:
    first = evidence.pupils[evidence.pupils["year"] == evidence.years[0]]
    stage_of = {grade: stage for stage, grades in evidence.grades.items() for grade in grades}
    total = first.assign(stage=first["grade"].map(stage_of)).groupby(["stage", "zone"])["pupils"].sum()
    return total.reindex(key, fill_value=0)
