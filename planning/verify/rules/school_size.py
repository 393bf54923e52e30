"""Check the size of every school, over both stages of an integrated school.

Source: B4, 教督〔2017〕6号; S:167, S:243: 2000 pupils, 2500 for nine- and twelve-year schools.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, Series, compare

RULE = "school_size"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.units
    total = table.groupby(["school", "year"])["pupils"].transform("sum")
    over = (total - table["school"].map(limits(evidence))).clip(lower=0)
    key = pd.MultiIndex.from_frame(table[GRADE_KEY])
    yield from compare(
        RULE, "pupils of the school over its limit", "超出学校规模的学生数",
        pd.Series(over.to_numpy(), key), pd.Series(table["oversize"].to_numpy(), key),
    )  # fmt: skip
    if "school_size" in evidence.scenario.hard:
        yield from compare(
            RULE, "hard: no school over its limit", "刚性要求：学校不超规模",
            pd.Series(0, key), pd.Series(table["oversize"].to_numpy(), key),
        )  # fmt: skip


def limits(evidence: Evidence) -> Series:
    """Return the size limit of every school in pupils; a school with units of both stages keeps the larger one."""
    schools = evidence.district.schools.set_index("school")["kind"].map(evidence.profile.school_limit)
    made = evidence.zoned.groupby("school")["limit"].max()
    limit: Series = pd.concat([schools, made]).groupby(level=0).max()
    return limit
