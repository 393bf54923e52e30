"""Check that no pupil is lost or made: own, sent and taken balance the pupils living in every catchment.

    own = living − sent;  pupils = own + taken;  Σ sent = Σ taken = Σ overflow, by unit, year and grade

Source: standards.md §1 (统筹调剂, B13) and the columns of ``planning.layout``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planning.district.schema import GRADES
from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, compare, require, show

RULE = "overflow"


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    table = evidence.zoned_rows.set_index(GRADE_KEY)
    sent, taken = _moved(evidence, "from_unit"), _moved(evidence, "to_unit")
    yield from compare(RULE, "every unit, year and grade has a row", "各单位各年级齐全",
                       pd.Series(1, evidence.living.index), pd.Series(1, table.index))  # fmt: skip
    yield from compare(RULE, "pupils sent elsewhere", "调出学生数", sent, table["overflow_out"])
    yield from compare(RULE, "pupils taken in", "调入学生数", taken, table["overflow_in"])
    yield from compare(
        RULE, "own pupils = living − sent", "片内就读=居住−调出", evidence.living - sent, table["own"]
    )
    yield from compare(
        RULE, "pupils = own + taken", "学生数=片内就读+调入", evidence.living - sent + taken, table["pupils"]
    )
    yield from _flows(evidence)
    yield from _shares(evidence, sent)


def _moved(evidence: Evidence, end: str) -> pd.Series:
    total = evidence.layout.overflow.groupby([end, "year", "grade"])["pupils"].sum()
    total.index = total.index.set_names(GRADE_KEY)
    rows = evidence.living.index
    stray = total[~total.index.isin(rows)]
    return pd.concat([total.reindex(rows, fill_value=0), stray])


def _flows(evidence: Evidence) -> Iterator[Check]:
    """Each flow joins two units of the grade's stage, within reach, by a positive whole number."""
    table, setting, zoned = evidence.layout.overflow, evidence.scenario.overflow, evidence.zoned
    broken = []
    distances = []
    for row in table.itertuples():
        where = f"{row.from_unit} → {row.to_unit}, year {row.year}, grade {row.grade}"
        if not setting.allowed:
            broken.append((where, "no overflow (overflow.allowed is false)", show(row.pupils)))
        if not (row.pupils > 0 and float(row.pupils).is_integer()):
            broken.append((where, "a whole number above 0", show(row.pupils)))
        ends = [
            u
            for u in (row.from_unit, row.to_unit)
            if u in zoned.index and row.grade in GRADES[zoned.at[u, "stage"]]
        ]
        if len(ends) < 2 or row.from_unit == row.to_unit:
            broken.append(
                (where, "two different units of the grade's stage", f"{row.from_unit}, {row.to_unit}")
            )
            continue
        a, b = (evidence.sites.geometry[zoned.at[u, "school"]] for u in ends)
        metres = a.distance(b) * evidence.scenario.travel.detour
        distances.append((where, metres, row.distance_m))
        if metres > setting.max_distance_m + 0.1:
            broken.append((where, f"at most {setting.max_distance_m:g} m", show(round(metres, 1))))
    yield from require(
        RULE, "flows join units of the stage within reach", "调剂在同学段可及单位之间", broken, len(table)
    )
    found = pd.DataFrame(distances, columns=["flow", "expected", "found"]).set_index("flow")
    yield from compare(
        RULE,
        "distance between the units, metres",
        "单位间距离(米)",
        found["expected"].astype(float),
        found["found"].astype(float),
        tolerance=0.11,
    )


def _shares(evidence: Evidence, sent: pd.Series) -> Iterator[Check]:
    """Compare the expected overflow of every zone: its pupils times the share of its catchment sent elsewhere, by grade."""
    first = evidence.years[0]
    living = evidence.living
    share = (sent.reindex(living.index) / living.where(living > 0)).fillna(0.0)
    pupils = evidence.pupils[evidence.pupils["year"] == first]
    found = evidence.layout.assignment.drop_duplicates(["stage", "zone"]).set_index(["stage", "zone"])
    parts = []
    for stage in evidence.scenario.stages:
        here = pupils[pupils["grade"].isin(GRADES[stage])]
        unit = (
            here["zone"].map(found["unit"].xs(stage, level="stage"))
            if stage in found.index.levels[0]
            else None
        )
        if unit is None:
            continue
        key = pd.MultiIndex.from_arrays([unit, np.full(len(here), first), here["grade"]])
        gone = here["pupils"].to_numpy() * share.reindex(key).fillna(0.0).to_numpy()
        total = pd.Series(gone, here["zone"].to_numpy()).groupby(level=0).sum()
        parts.append(pd.concat({stage: total}, names=["stage", "zone"]))
    expected = pd.concat(parts).reindex(found.index, fill_value=0.0)
    yield from compare(
        RULE,
        "expected overflow of the zone",
        "居住单元预计调剂人数",
        expected,
        found["overflow"],
        tolerance=0.011,
    )
