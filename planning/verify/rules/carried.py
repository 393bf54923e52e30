"""Check that units outside the zoning keep the pupils and classes of the base year's register.

Source: ``planning.layout`` (private and county-wide units are carried along).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, compare

RULE = "carried"
RULE_ZH = "不参与划片的学校"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    district = evidence.district
    base = district.classes[district.classes["year"] == district.info.base_year]
    stage = district.units.set_index("unit")["stage"]
    outside = base[
        ~base["unit"].isin(evidence.zoned.index) & base["unit"].map(stage).isin(evidence.scenario.stages)
    ]
    register = outside.groupby(["unit", "grade"])["pupils"].agg(["sum", "size"])
    if evidence.profile.capacity == "seats":  # whoever sits there has a seat
        register["size"] = register["sum"]
    by_year = pd.concat([register.reset_index().assign(year=year) for year in evidence.years])
    expected = by_year.set_index(GRADE_KEY)
    units = evidence.layout.units
    found = units[~units["unit"].isin(evidence.zoned.index)].set_index(GRADE_KEY)
    named = (("pupils", "学生数", "sum"), ("own", "片内就读学生数", "sum"), ("classes", "班级数", "size"))
    for column, chinese, source in named:
        yield from compare(
            RULE, f"{column} of the register", f"{chinese}与台账一致", expected[source], found[column]
        )
    nobody = pd.Series(0, index=found.index)
    yield from compare(
        RULE, "no pupils sent or taken", "不参与调剂", nobody, found["overflow_in"] + found["overflow_out"]
    )
