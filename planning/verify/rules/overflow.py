"""Check that no pupil is lost or made: own, sent and taken balance the pupils living in every catchment.

    own = living + staying − sent;  pupils = own + taken;  Σ sent = Σ taken = Σ overflow, by unit, year and grade; who was sent on
    stays there (``enrolled: stay``)

Source: standards.md §1 (统筹调剂, B13) and the columns of ``planning.layout``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from planning.arrays import BoolArray
from planning.grades import Grades, grade_name
from planning.messages import Text
from planning.verify.evidence import GRADE_KEY, Evidence
from planning.verify.report import Check, Series, compare, require, rows_of, show

GRADE_KEY_OF_SENDER = ("from_unit", "year", "grade")
RULE = "overflow"
COVERS = ("overflow", "catchment", "staying")


def check(evidence: Evidence) -> Iterator[Check]:
    """Yield the checks of this rule."""
    yield from _standing(evidence)
    table = evidence.zoned_rows.set_index(GRADE_KEY)
    sent, taken = _moved(evidence, "from_unit"), _moved(evidence, "to_unit")
    own = evidence.living + evidence.continuing - sent
    yield from compare(RULE, Text("verify.overflow.every_unit_year_grade_row"),
                       pd.Series(1, evidence.living.index), pd.Series(1, table.index))  # fmt: skip
    yield from compare(RULE, Text("verify.overflow.pupils_sent_elsewhere"), sent, table["overflow_out"])
    yield from compare(RULE, Text("verify.overflow.pupils_taken"), taken, table["overflow_in"])
    yield from compare(
        RULE,
        Text("verify.overflow.own_pupils_living_staying_sent"),
        own,
        table["own"],
    )
    yield from compare(RULE, Text("verify.overflow.pupils_own_taken"), own + taken, table["pupils"])
    yield from _flows(evidence)
    yield from _staying(evidence)
    yield from _shares(evidence, sent)


def _moved(evidence: Evidence, end: str) -> Series:
    total = evidence.layout.overflow.groupby([end, "year", "grade"])["pupils"].sum()
    total.index = total.index.set_names(GRADE_KEY)
    rows = evidence.living.index
    stray = total[~total.index.isin(rows)]
    moved: Series = pd.concat([total.reindex(rows, fill_value=0), stray])
    return moved


def _flows(evidence: Evidence) -> Iterator[Check]:
    """Each flow joins two units of the grade's stage, within reach, by a positive whole number."""
    table, setting, zoned = evidence.layout.overflow, evidence.scenario.overflow, evidence.zoned
    stage, site = zoned["stage"].to_dict(), evidence.sites.geometry.reindex(zoned["school"]).tolist()
    at = dict(zip(zoned.index, site, strict=True))
    broken, distances = [], {}
    for row in rows_of(table):
        where = f"{row.from_unit} → {row.to_unit}, year {row.year}, grade {grade_name(row.grade)}"
        if not setting.allowed:
            broken.append((where, "no overflow (overflow.allowed is false)", show(row.pupils)))
        if not (row.pupils > 0 and float(row.pupils).is_integer()):
            broken.append((where, "a whole number above 0", show(row.pupils)))
        ends = [
            u
            for u in (row.from_unit, row.to_unit)
            if u in stage and row.grade in evidence.grades[str(stage[u])]
        ]
        if len(set(ends)) < 2:
            broken.append(
                (where, "two different units of the grade's stage", f"{row.from_unit}, {row.to_unit}")
            )
            continue
        distances[where] = (
            at[ends[0]].distance(at[ends[1]]) * evidence.scenario.travel.detour,
            float(row.distance_m),
        )
        if distances[where][0] > setting.max_distance_m + 0.1:
            broken.append((where, f"at most {setting.max_distance_m:g} m", f"{distances[where][0]:.1f} m"))
    yield from require(RULE, Text("verify.overflow.flows_join_units_stage_within_reach"), broken, len(table))
    metres = pd.DataFrame(distances, index=["expected", "found"], dtype=float).T
    yield from compare(RULE, Text("verify.overflow.distance_between_units_metres"),
                       metres["expected"], metres["found"], tolerance=0.11)  # fmt: skip


def _staying(evidence: Evidence) -> Iterator[Check]:
    """With ``enrolled: stay`` nobody who was sent on is called back, and only who moves in is sent on later."""
    flows = evidence.layout.overflow
    if evidence.scenario.enrolled != "stay" or len(evidence.years) < 2:
        return
    closures = evidence.options.index[evidence.options["kind"] == "closure"]
    closing = evidence.may_close | set(evidence.closed["unit"]) | set(evidence.target.reindex(closures))
    fixed = flows[~flows["from_unit"].isin(closing) & ~flows["to_unit"].isin(closing)]
    for ends in (["from_unit", "to_unit"], ["from_unit"]):
        key = [*ends, "year", "grade"]
        sent = fixed.groupby(key)["pupils"].sum().astype(float)
        before = _a_year_on(sent, evidence.years, evidence.grades)
        rows = before.index.union(sent.index[_follows(sent, evidence.years, evidence.grades)])
        now, before = sent.reindex(rows, fill_value=0.0), before.reindex(rows, fill_value=0.0)
        if len(ends) == 2:
            found, what = now.clip(upper=before), Text("verify.overflow.stays")
        else:
            at = pd.MultiIndex.from_arrays([rows.get_level_values(n) for n in GRADE_KEY_OF_SENDER])
            most = before + evidence.joining.reindex(at, fill_value=0.0).to_numpy()
            before, found = now.clip(upper=most), now
            what = Text("verify.overflow.only_who_moves_in")
        yield from compare(RULE, what, before, found, tolerance=1e-6)


def _entries(grades: Grades) -> list[int]:
    return [of_stage[0] for of_stage in grades.values()]


def _follows(sent: Series, years: Sequence[int], grades: Grades) -> BoolArray:
    """Tell which (year, grade) of the index have a year before in the plan and a grade below in the stage."""
    year, grade = sent.index.get_level_values("year"), sent.index.get_level_values("grade")
    return np.asarray((year > min(years)) & ~grade.isin(_entries(grades)))


def _a_year_on(sent: Series, years: Sequence[int], grades: Grades) -> Series:
    """Return the same pupils a year later, as far as plan and stage go on."""
    table = sent.reset_index().assign(year=lambda t: t["year"] + 1, grade=lambda t: t["grade"] + 1)
    go_on = table["year"].isin(years) & ~table["grade"].isin([*_entries(grades), max(grades.every) + 1])
    moved: Series = table[go_on].set_index(sent.index.names)["pupils"]
    return moved


def _shares(evidence: Evidence, sent: Series) -> Iterator[Check]:
    """Compare the expected overflow of every zone: its pupils times the share sent elsewhere, by grade."""
    base = evidence.living + evidence.continuing
    share = (sent.reindex(base.index) / base.where(base > 0)).fillna(0.0)
    here = evidence.placed[evidence.placed["year"] == evidence.years[0]]
    found = evidence.layout.assignment.set_index(["stage", "zone", "unit"])
    found = found[~found.index.duplicated()]
    key = pd.MultiIndex.from_frame(here[["unit", "year", "grade"]])
    gone = here.assign(gone=here["pupils"].to_numpy() * share.reindex(key).fillna(0.0).to_numpy())
    expected = gone.groupby(["stage", "zone", "unit"])["gone"].sum().reindex(found.index, fill_value=0.0)
    yield from compare(RULE, Text("verify.overflow.expected_overflow_zone"),
                       expected, found["overflow"], tolerance=0.011)  # fmt: skip


def _standing(evidence: Evidence) -> Iterator[Check]:
    """Nobody is sent to a unit that is closed or not built yet in that year."""
    flows = evidence.layout.overflow
    opens = evidence.built["year"].to_dict()
    created = {str(u): p for u, p in evidence.zoned["project"].items() if p}
    shut = set(zip(evidence.closed["unit"], evidence.closed["year"], strict=True))
    broken = [
        (f"unit {unit}, year {year}", "a unit that stands", "closed or not built")
        for unit, year in flows[["to_unit", "year"]].drop_duplicates().itertuples(index=False)
        if (unit, year) in shut or (unit in created and opens.get(created[unit], year + 1) > year)
    ]
    yield from require(RULE, Text("verify.overflow.nobody_sent_unit_does_not_stand"), broken, len(flows))  # fmt: skip
