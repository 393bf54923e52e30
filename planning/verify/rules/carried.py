"""Check that units outside the zoning keep the pupils and classes of the base year's register.

Source: ``planning.layout`` (private and county-wide units are carried along).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, compare

RULE = "carried"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    district = evidence.district
    base = district.classes[district.classes["year"] == district.info.base_year]
    stage = district.units.set_index("unit")["stage"]
    outside = base[
        ~base["unit"].isin(evidence.zoned.index) & base["unit"].map(stage).isin(evidence.scenario.stages)
    ]
    register = outside.groupby(["unit", "grade"])["pupils"].agg(["sum", "size"])
    seats = evidence.profile.capacity == "seats"
    if seats:  # whoever sits there has a seat
        register["size"] = register["sum"]
    by_year = pd.concat([register.reset_index().assign(year=year) for year in evidence.years])
    expected = by_year.set_index(GRADE_KEY)
    units = evidence.layout.units
    found = units[~units["unit"].isin(evidence.zoned.index)].set_index(GRADE_KEY)
    for column, source in (("pupils", "sum"), ("own", "sum"), ("classes", "size")):
        shown = "seats" if seats and column == "classes" else column
        what = Text("verify.carried.of_register", what=Text(f"verify.column.{shown}"))
        yield from compare(RULE, what, expected[source], found[column])
    nobody = pd.Series(0, index=found.index)
    yield from compare(
        RULE,
        Text("verify.carried.no_pupils_sent_taken"),
        nobody,
        found["overflow_in"] + found["overflow_out"],
    )
