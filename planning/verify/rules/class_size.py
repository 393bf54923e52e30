"""Check seats and shortages: seats = classes × cap, shortage = pupils without a seat.

Source: B5, 教督〔2017〕6号 (45 primary, 50 junior); S:169; seats as in standards.md §3.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planning.messages import Text
from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, Series, compare, place, require, show

RULE = "class_size"
COVERS = ("class_size",)
_CLASSES = (
    "verify.class_size.class_cap_standards",
    "verify.class_size.classes_whole_numbers",
    "verify.class_size.seats_classes_cap",
)
_SEATS = (
    "verify.class_size.seat_one_pupil",
    "verify.class_size.seats_whole_numbers",
    "verify.class_size.seats_grades",
)
"""What the same checks are called where nobody counts classes: a seat is kept as a class of one."""


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.layout.units.set_index(GRADE_KEY)
    cap = _caps(evidence, table)
    one, whole_numbers, product = _SEATS if evidence.profile.capacity == "seats" else _CLASSES
    yield from compare(RULE, Text(one), cap, table["cap"])
    whole = [
        (place(key, table.index), "a whole number, 0 or more", show(n))
        for key, n in table["classes"].items()
        if not (n >= 0 and float(n).is_integer())
    ]
    yield from require(RULE, Text(whole_numbers), whole, len(table))
    yield from compare(RULE, Text(product), table["classes"] * cap, table["seats"])
    short = (table["pupils"] - table["classes"] * cap).clip(lower=0)
    yield from compare(RULE, Text("verify.class_size.pupils_without_seat"), short, table["shortage"])
    if evidence.profile.capacity == "seats":
        yield from _beyond(evidence)
    if "class_size" in evidence.scenario.hard:
        zoned = short[table.index.get_level_values("unit").isin(evidence.zoned.index)]
        yield from compare(
            RULE, Text("verify.class_size.hard_no_shortage"), pd.Series(0, index=zoned.index), zoned
        )


def _beyond(evidence: Evidence) -> Iterator[Check]:
    """Check that nobody lacks a seat where one is free: short are the pupils beyond the seats of the unit, over all grades."""
    shut = pd.MultiIndex.from_frame(evidence.closed[["unit", "year"]])
    total = evidence.zoned_rows.groupby(["unit", "year"])[["pupils", "shortage"]].sum()
    seats = evidence.open_rooms.reindex(total.index).mask(total.index.isin(shut), 0)
    beyond = (total["pupils"] - seats).clip(lower=0)
    yield from compare(RULE, Text("verify.class_size.beyond_seats"), beyond, total["shortage"])


def _caps(evidence: Evidence, table: pd.DataFrame) -> Series:
    """Return pupils per class: the standard, or the path of the district's plan until 2024.

    Standard size from 2025 for all (S:243); until then at most 55 (S:73) for cohorts that entered before 2022, or, in the
    reading ``path_entry`` of S:69, for every grade but the first of a stage (before 2022: for all).
    """
    cap = table["stage"].map(evidence.profile.class_cap).astype(int)
    if evidence.profile.capacity == "seats":
        return cap.where(cap.isna(), 1)  # a seat is a class of one, on no path
    if evidence.scenario.class_caps == "standard":
        return cap
    entry = table["stage"].map({stage: grades[0] for stage, grades in evidence.grades.items()}).to_numpy()
    year = table.index.get_level_values("year").to_numpy()
    grade = table.index.get_level_values("grade").to_numpy()
    if evidence.scenario.class_caps == "path_entry":
        older = ((grade != entry) | (year < 2022)) & (year < 2025)
    else:
        older = (year - (grade - entry) < 2022) & (year < 2025)
    zoned = table.index.get_level_values("unit").isin(evidence.zoned.index)
    return cap.where(~(older & zoned), evidence.profile.class_bands["largish"])
