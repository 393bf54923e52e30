"""Hold a plan against reality, table by table: grades, schools, forecast, nearby ratio, pupils elsewhere, zones moved by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planning.district import District
from planning.editing.moved import moved_by_hand
from planning.evaluation.real import RealEnrolment
from planning.grades import Grades
from planning.indicators import Case
from planning.indicators.nearby import nearby_by_stage
from planning.layout import Layout, one_row_per_zone
from planning.standards import Profile

GRADE_KEY = ["unit", "grade"]
_PLAN = ("pupils", "classes", "largest")


def catchments(layout: Layout) -> set[tuple[str, str]]:
    """Return (zone, unit) pairs of the layout: a zone's own unit, every unit that a shared zone names."""
    return set(zip(layout.assignment["zone"].astype(str), layout.assignment["unit"].astype(str), strict=True))


def by_grade(
    plan: pd.DataFrame,
    plan_sizes: pd.DataFrame,
    real: pd.DataFrame,
    real_sizes: pd.DataFrame,
    grades: Grades,
) -> pd.DataFrame:
    """Return pupils, classes and largest class of every unit and grade, planned and real."""
    sides = []
    for prefix, table, sizes in (("plan", plan, plan_sizes), ("real", real, real_sizes)):
        side = table.set_index(GRADE_KEY)[["pupils", "classes"]].join(
            sizes.groupby(GRADE_KEY)["pupils"].max().rename("largest")
        )
        sides.append(side.add_prefix(f"{prefix}_"))
    both = sides[0].join(sides[1], how="outer").fillna(0).astype("int64").sort_index().reset_index()
    both.insert(1, "stage", both["grade"].map(grades.stage_of))
    both["difference"] = both["real_pupils"] - both["plan_pupils"]
    order = ["unit", "stage", "grade", *(f"{p}_{c}" for c in _PLAN for p in ("plan", "real")), "difference"]
    return both[order]


def by_school(
    grades: pd.DataFrame, layout: Layout, enrolment: pd.DataFrame, real: RealEnrolment, year: int
) -> pd.DataFrame:
    """Return the same by unit, with the pupils from its own catchment and all who live there (NaN where homes are not known)."""
    sums = ["plan_pupils", "real_pupils", "difference", "plan_classes", "real_classes", "over"]
    by = grades.groupby(["unit", "name", "stage"], sort=True)
    table = by[sums].sum().join(by[["plan_largest", "real_largest"]].max()).reset_index()
    plan = layout.units[layout.units["year"] == year].groupby("unit")[["own", "overflow_out"]].sum()
    table["plan_own"] = table["unit"].map(plan["own"])
    table["real_own"] = table["unit"].map(enrolment.groupby("unit")["own"].sum(min_count=1))
    zoned = table["unit"].isin(set(layout.assignment["unit"]))
    table["plan_living"] = table["unit"].map(plan["own"] + plan["overflow_out"]).where(zoned)
    living: dict[Any, Any] = {}
    if len(real.homes):
        homes = real.homes.assign(stage=real.homes["grade"].map(real.grades.stage_of))
        at = homes.merge(
            layout.assignment[["zone", "stage", "unit"]], on=["zone", "stage"], suffixes=("_at", "")
        )
        # who lives in a shared zone lives in the catchment of the unit he attends, or else of the first it names
        at = at.sort_values("unit", key=lambda unit: unit != at["unit_at"], kind="stable")
        at = at.drop_duplicates([c for c in at.columns if c not in ("unit", "pupils")])
        living = at.groupby("unit")["pupils"].sum().to_dict()
    known = np.nan if not len(real.homes) else 0.0
    table["real_living"] = pd.Series([living.get(u, known) for u in table["unit"]]).where(zoned)
    return table


def forecast_error(grades: pd.DataFrame) -> pd.DataFrame:
    """Return by stage how far the plan was from reality: in all, and as the sum of the differences of units and grades."""
    rows = []
    for stage in ("primary", "junior"):
        part = grades[grades["stage"] == stage]
        plan, real = float(part["plan_pupils"].sum()), float(part["real_pupils"].sum())
        if plan or real:
            share = (real - plan) / plan if plan else np.nan
            absolute = float(part["difference"].abs().sum()) / real if real else np.nan
            rows.append((stage, plan, real, real - plan, share, absolute))
    return pd.DataFrame(rows, columns=["stage", "plan", "real", "difference", "share", "absolute"])


def nearby_ratios(case: Case, plan: Case, profile: Profile) -> pd.DataFrame:
    """Return the ratio of B13 by stage, over all grades and the entry grade, planned, real and asked."""
    rows: list[tuple[Any, ...]] = []
    for name, grades in (("all", None), ("entry", case.figures.grades.entries)):
        real, planned = nearby_by_stage(case, grades=grades), nearby_by_stage(plan, grades=grades)
        rows += [
            (s, name, planned[s], real[s], getattr(profile.nearby, s), planned[s] is None, real[s] is None)
            for s in ("primary", "junior")
        ]
    columns = ["stage", "grades", "plan", "real", "asked", "nobody_planned", "nobody"]
    return pd.DataFrame(rows, columns=columns).astype({"plan": float, "real": float})


def flows_elsewhere(layout: Layout, real: RealEnrolment) -> pd.DataFrame:
    """Return how many pupils attend another unit than that of their home, most first; an empty home lies outside the county."""
    columns = ["stage", "home_unit", "unit", "pupils"]
    if not len(real.homes):
        return pd.DataFrame(columns=columns)
    homes = real.homes.assign(stage=real.homes["grade"].map(real.grades.stage_of))
    wide = one_row_per_zone(layout.assignment[["zone", "stage", "unit"]])
    own = wide.rename(columns={"unit": "home_unit"})
    table = homes.merge(own, on=["zone", "stage"], how="left").fillna({"home_unit": ""})
    pairs = catchments(layout)
    inside = [p in pairs for p in zip(table["zone"], table["unit"], strict=True)]
    away = table[~np.array(inside, dtype=bool) & table["unit"].isin(set(layout.assignment["unit"]))]
    total = away.groupby(["stage", "home_unit", "unit"])[["pupils"]].sum().reset_index()
    ordered = total.sort_values(["pupils", "home_unit", "unit"], ascending=[False, True, True])
    return pd.DataFrame(ordered[columns].reset_index(drop=True))


def became_of_moved(layout: Layout, district: District, real: RealEnrolment) -> pd.DataFrame:
    """Return the zones that were moved by hand with who lives there and who attends the school they were given to."""
    table = moved_by_hand(layout, district)
    homes = (
        real.homes.assign(stage=real.homes["grade"].map(real.grades.stage_of)) if len(real.homes) else None
    )
    for column, key in (("living", ["stage", "zone"]), ("attending", ["stage", "zone", "unit"])):
        if homes is None or table.empty:
            table[column] = pd.Series(np.nan, index=table.index, dtype=float)
            continue
        count = homes.groupby(key)["pupils"].sum()
        each_unit = table.assign(unit=table["to_unit"].str.split(";")).explode("unit")
        one = each_unit if "unit" in key else table
        found = count.reindex(pd.MultiIndex.from_frame(one[key]), fill_value=0).to_numpy(dtype=float)
        # all the schools that share a zone
        table[column] = pd.Series(found, index=one.index).groupby(level=0).sum()
    return table
