"""Gather what the indicators are computed from: enrolment, class sizes and resources of every unit in one year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.district import District
from planning.layout import Layout
from planning.standards import Profile

SUFFIX = {"primary": "P", "junior": "J"}
TEACHERS = ("A1", "A2", "A3")  # counted by stage, never split


@dataclass(frozen=True)
class Figures:
    """Everything about a county in one school year that the indicators need.

    Parameters
    ----------
    year : int
        School year.
    units : DataFrame
        Indexed by unit: ``school, name, stage, kind, locale, ownership, boarding, admission, pupils, classes, counted,
        why_not, music_rooms, art_rooms`` and one column per resource indicator (A1…A7) with the amount of the unit.
    class_sizes : DataFrame
        ``unit, grade, pupils``: one row per class.
    enrolment : DataFrame
        ``unit, grade, pupils, classes, own`` of the year; ``own`` pupils live in the unit's own catchment.
    register : DataFrame
        The register of the district.
    assignment : DataFrame
        ``zone, stage, unit, pupils, distance_m`` of the layout, empty when only enrolment is scored.
    previous_unit_known : bool
        Whether the catchments come with distances.
    """

    year: int
    units: pd.DataFrame
    class_sizes: pd.DataFrame
    enrolment: pd.DataFrame
    register: pd.DataFrame
    assignment: pd.DataFrame
    migrants: float


def figures_of_layout(
    district: District, layout: Layout, profile: Profile, year: int | None = None
) -> Figures:
    """Gather the figures of a layout in one of its years (the last by default)."""
    year = int(layout.units["year"].max()) if year is None else year
    rows = layout.units[layout.units["year"] == year]
    enrolment = rows[["unit", "grade", "pupils", "classes", "own"]].reset_index(drop=True)
    built = layout.projects[layout.projects["built"].astype(bool)]
    built = built[built["year"].astype("Int64") <= year] if len(built) else built
    return _gather(
        district, profile, year, enrolment, even_classes(enrolment), set(built["project"]), layout.assignment
    )


def figures_of_register(district: District, profile: Profile, year: int | None = None) -> Figures:
    """Gather the figures of the district's own class register (the base year by default)."""
    year = district.info.base_year if year is None else year
    sizes = district.classes[district.classes["year"] == year][["unit", "grade", "pupils"]].reset_index(
        drop=True
    )
    enrolment = sizes.groupby(["unit", "grade"], as_index=False).agg(
        pupils=("pupils", "sum"), classes=("pupils", "size")
    )
    empty = pd.DataFrame(columns=["zone", "stage", "unit", "pupils", "distance_m"])
    return _gather(district, profile, year, enrolment.assign(own=enrolment["pupils"]), sizes, set(), empty)


def even_classes(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Spread the pupils of every unit and grade evenly over its classes; sizes differ by at most one.

    Pupils without any class sit in one class together: crowding is shown, never lost.
    """
    table = enrolment[enrolment["pupils"] > 0]
    classes = table["classes"].clip(lower=1).to_numpy(dtype=np.int64)
    repeat = np.repeat(np.arange(len(table)), classes)
    first = np.cumsum(classes) - classes
    number = np.arange(len(repeat)) - first[repeat]
    pupils = table["pupils"].to_numpy(dtype=np.int64)
    size = pupils[repeat] // classes[repeat] + (number < (pupils % classes)[repeat])
    return pd.DataFrame(
        {"unit": table["unit"].to_numpy()[repeat], "grade": table["grade"].to_numpy()[repeat], "pupils": size}
    )


def _gather(
    district: District,
    profile: Profile,
    year: int,
    enrolment: pd.DataFrame,
    sizes: pd.DataFrame,
    built: set[str],
    assignment: pd.DataFrame,
) -> Figures:
    projects = district.projects[district.projects["project"].isin(built)]
    units = _unit_table(district, projects)
    units["pupils"] = enrolment.groupby("unit")["pupils"].sum().reindex(units.index).fillna(0)
    units["classes"] = sizes.groupby("unit").size().reindex(units.index).fillna(0).astype(int)
    units["why_not"] = [_why_not(u, profile) for u in units.itertuples()]
    units["counted"] = units["why_not"] == ""
    for room in ("music_rooms", "art_rooms"):
        adds = (
            projects.groupby(_project_units(projects))[room].sum()
            if len(projects)
            else pd.Series(dtype=float)
        )
        units[room] = units[room].fillna(0).astype(float) + adds.reindex(units.index).fillna(0).astype(float)
    for name, amount in _amounts(district, profile, units, projects).items():
        units[name] = amount
    base = district.zone_pupils[district.zone_pupils["year"] == district.info.base_year]
    return Figures(
        year, units, sizes, enrolment, district.register, assignment, float(base["migrant"].fillna(0).sum())
    )


def _project_units(projects: pd.DataFrame) -> pd.Series:
    return projects["school"].astype(str) + "-" + projects["stage"].map(SUFFIX)


def _unit_table(district: District, projects: pd.DataFrame) -> pd.DataFrame:
    about = ["school", "name", "kind", "locale", "ownership", "boarding", "senior_pupils"]
    units = district.units.merge(pd.DataFrame(district.schools)[about], on="school", how="left")
    known = set(units["unit"])
    new = [
        {
            "unit": unit, "school": p.school, "name": p.name, "stage": p.stage, "kind": p.stage,
            "locale": p.locale if isinstance(p.locale, str) else "urban", "ownership": "public", "boarding": False,
            "admission": "catchment", "senior_pupils": 0, "music_rooms": 0, "art_rooms": 0,
        }
        for p, unit in zip(projects.drop(columns="geometry").rename(columns={"name": "name"}).itertuples(index=False), _project_units(projects), strict=True)
        if unit not in known and p.kind in ("new", "conversion")
    ]  # fmt: skip
    if new:
        units = pd.concat([units, pd.DataFrame(new)], ignore_index=True)
    return units.set_index("unit")


def _why_not(unit: object, profile: Profile) -> str:
    """Say why a unit is not assessed (empty when it is); standards.md §1, units that count."""
    if unit.kind == "special":  # type: ignore[attr-defined]
        return "special school"
    if unit.pupils <= 0:  # type: ignore[attr-defined]
        return "no pupils"
    if unit.kind == "teaching_point" and unit.pupils < profile.teaching_point_min_pupils:  # type: ignore[attr-defined]
        return f"teaching point under {profile.teaching_point_min_pupils} pupils"
    return ""


def _amounts(
    district: District, profile: Profile, units: pd.DataFrame, projects: pd.DataFrame
) -> dict[str, pd.Series]:
    """Return the amount of every resource by unit, shared facilities split by weighted pupils."""
    table = district.resources.set_index(["school", "stage"])
    weight = units.apply(lambda u: profile.split_weights.get(u["kind"], {}).get(u["stage"], 1.0), axis=1)
    weighted = units["pupils"] * weight
    senior = units.apply(
        lambda u: profile.split_weights.get(u["kind"], {}).get("senior", 0.0) * (u["senior_pupils"] or 0),
        axis=1,
    )
    whole = weighted.groupby(units["school"]).transform("sum") + senior
    share = (weighted / whole.where(whole > 0)).fillna(0.0)
    own_key = pd.MultiIndex.from_arrays([units["school"], units["stage"]])
    shared_key = pd.MultiIndex.from_arrays([units["school"], ["shared"] * len(units)])
    result = {}
    for name, standard in profile.resources.items():
        own = pd.Series(table[standard.column].reindex(own_key).to_numpy(dtype=float), units.index)
        common = pd.Series(table[standard.column].reindex(shared_key).to_numpy(dtype=float), units.index)
        adds = pd.Series(0.0, units.index)
        if len(projects):
            by_unit = projects[standard.column].astype(float).groupby(_project_units(projects)).sum()
            adds = by_unit.reindex(units.index).fillna(0.0)
        part = common.where(common.isna(), common * (share if name not in TEACHERS else 1.0))
        missing = own.isna() & common.isna() & (adds == 0)
        result[name] = (own.fillna(0.0) + part.fillna(0.0) + adds).where(~missing)
    return result
