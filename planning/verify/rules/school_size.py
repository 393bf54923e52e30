"""Check the size of every school, over both stages of an integrated school.

Source: B4, 教督〔2017〕6号; S:167, S:243: 2000 pupils, 2500 for nine- and twelve-year schools.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, Series, compare

RULE = "school_size"
COVERS = ("school_size",)


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.units
    total = table.groupby(["school", "year"])["pupils"].transform("sum")
    by_year = pd.concat({year: limits(evidence, year) for year in evidence.years})
    limit = by_year.reindex(pd.MultiIndex.from_frame(table[["year", "school"]])).to_numpy()
    over = (total - limit).clip(lower=0)
    key = pd.MultiIndex.from_frame(table[GRADE_KEY])
    yield from compare(
        RULE, Text("verify.school_size.pupils_school_over_limit"),
        pd.Series(over.to_numpy(), key), pd.Series(table["oversize"].to_numpy(), key),
    )  # fmt: skip
    if "school_size" in evidence.scenario.hard:
        yield from compare(
            RULE, Text("verify.school_size.hard_no_school_over_limit"),
            pd.Series(0, key), pd.Series(table["oversize"].to_numpy(), key),
        )  # fmt: skip


def limits(evidence: Evidence, year: int) -> Series:
    """Return the size limit in pupils of every school in a year, which follows its kind.

    A project that adds a stage makes a school with senior classes twelve-year and any other nine-year from then on; a new school is
    nine-year once both its stages stand (S:163, S:243).
    """
    before = evidence.district.schools.set_index("school")["kind"]
    zoned, opens = evidence.zoned, evidence.built["year"].to_dict()
    added = zoned[[bool(p) and opens.get(p, year + 1) <= year for p in zoned["project"]]]
    kinds = before.to_dict()
    for school, part in added.groupby("school"):
        if school in before.index:
            senior = before[school] in ("complete_secondary", "twelve_year")
            kinds[school] = "twelve_year" if senior else "nine_year"
        else:
            kinds[school] = "nine_year" if part["stage"].nunique() > 1 else part["stage"].iloc[0]
    for school, part in zoned.groupby("school"):
        kinds.setdefault(school, part["stage"].iloc[0])  # not built: nobody sits there
    limit: Series = pd.Series(kinds).map(evidence.profile.school_limit)
    return limit
