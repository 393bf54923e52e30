"""Gather what the indicators are computed from: enrolment, class sizes and resources of every unit in one year."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.district import District
from planning.grades import USUAL, Grades
from planning.indicators.enrolment import (
    carried,
    enrolment_of_assignment,
    enrolment_of_attendance,
    enrolment_of_layout,
    enrolment_of_register,
    even_classes,
    seated,
)
from planning.indicators.holdings import amounts, pooled, shares
from planning.indicators.in_use import project_units, projects_in_use, rooms_with, unit_table, why_not
from planning.layout import Layout
from planning.standards import Profile

ROOM_KINDS = ("music_rooms", "art_rooms")


@dataclass(frozen=True)
class Figures:
    """Everything about a county in one school year that the indicators need.

    Parameters
    ----------
    year : int
        School year.
    source : str
        ``layout``, ``register``, ``assignment`` or ``attendance``: where the enrolment comes from.
    units : DataFrame
        Indexed by unit: ``school, name, stage, kind, locale, ownership, boarding, admission, pupils, classes, counted,
        why_not, rooms, music_rooms, art_rooms`` and one column per resource (A1…A7) with the amount of the unit, NaN where missing;
        ``split`` is the unit's share of what its school holds in common, ``A4_pooled`` … whether it holds that resource so.
    class_sizes : DataFrame
        ``unit, grade, pupils``: one row per class; ``seated`` is False for the pupils of a grade without a class.
    enrolment : DataFrame
        ``unit, grade, pupils, classes, own`` of the year; ``own`` pupils live in the unit's own catchment, NaN where unknown.
    register : DataFrame
        The register of the district.
    assignment : DataFrame
        ``zone, stage, unit, pupils, distance_m, nearest`` of the catchments, empty when only enrolment is scored.
    migrants : float
        Children of migrant workers who live in the county.
    projects : tuple of str
        Names of the projects in use.
    grades : Grades
        Grades of the county's stages.
    """

    year: int
    source: str
    units: pd.DataFrame
    class_sizes: pd.DataFrame
    enrolment: pd.DataFrame
    register: pd.DataFrame
    assignment: pd.DataFrame
    migrants: float
    projects: tuple[str, ...] = ()
    grades: Grades = USUAL


NO_ASSIGNMENT = pd.DataFrame(
    {c: pd.Series(dtype=t) for c, t in (("zone", "str"), ("stage", "str"), ("unit", "str"), ("pupils", float), ("distance_m", float), ("nearest", bool))}
)  # fmt: skip


def figures_of_layout(
    district: District, layout: Layout, profile: Profile, year: int | None = None
) -> Figures:
    """Gather the figures of a layout in one of its years (the last by default)."""
    year = int(layout.units["year"].max()) if year is None else year
    enrolment = enrolment_of_layout(layout, year)
    projects = projects_in_use(district, layout, year)
    assignment = _with_nearest(district, projects, layout.assignment)
    return _gather(
        district, profile, year, "layout", enrolment, even_classes(enrolment), projects, assignment
    )


def figures_of_register(district: District, profile: Profile, year: int | None = None) -> Figures:
    """Gather the figures of the district's own class register (the base year by default)."""
    year = district.info.base_year if year is None else year
    sizes = district.classes.loc[district.classes["year"] == year, ["unit", "grade", "pupils"]]
    enrolment = enrolment_of_register(district, year)
    return _gather(
        district,
        profile,
        year,
        "register",
        enrolment,
        sizes.reset_index(drop=True),
        district.projects.iloc[:0],
        NO_ASSIGNMENT,
    )


def figures_of_assignment(
    district: District,
    assignment: pd.DataFrame,
    profile: Profile,
    *,
    year: int | None = None,
    attendance: pd.DataFrame | None = None,
    projects: tuple[str, ...] = (),
) -> Figures:
    """Gather the figures of catchments that nobody solved: hand-drawn, last year's, official.

    Parameters
    ----------
    assignment : DataFrame
        ``zone, stage, unit``; checked by :func:`planning.indicators.elsewhere.read_assignment`.
    year : int, optional
        School year, the base year by default.
    attendance : DataFrame, optional
        Real enrolment by home, ``zone, unit, grade, pupils``; without it every pupil attends the unit of the zone.
    projects : tuple of str, optional
        Projects that are in use.
    """
    year = district.info.base_year if year is None else year
    built = district.projects[district.projects["project"].isin(projects)]
    rooms = rooms_with(district, built, profile)
    if attendance is None:
        enrolment = carried(district, enrolment_of_assignment(district, assignment, profile, rooms, year))
    else:
        enrolment = carried(
            district, enrolment_of_attendance(attendance, assignment, profile, rooms, district.grades)
        )
    homes = district.zone_pupils[district.zone_pupils["year"] == year].copy()
    homes["stage"] = homes["grade"].map(district.grades.stage_of)
    living = homes.groupby(["zone", "stage"], as_index=False)["pupils"].sum()
    zones = assignment[["zone", "stage", "unit"]].merge(living, on=["zone", "stage"], how="left")
    zones = zones.assign(pupils=zones["pupils"].fillna(0), distance_m=np.nan)
    return _gather(
        district,
        profile,
        year,
        "assignment" if attendance is None else "attendance",
        enrolment,
        even_classes(enrolment),
        built,
        _with_nearest(district, built, zones),
    )


def figures_of_enrolment(
    district: District,
    layout: Layout,
    profile: Profile,
    year: int,
    enrolment: pd.DataFrame,
    class_sizes: pd.DataFrame,
) -> Figures:
    """Gather the figures of a layout with the enrolment that became of it.

    Parameters
    ----------
    enrolment : DataFrame
        ``unit, grade, pupils, classes, own``; units outside the zoning that it leaves out keep the register's.
    class_sizes : DataFrame
        ``unit, grade, pupils``: one row per class; for units the enrolment leaves out they follow from the register.
    """
    whole = carried(district, enrolment)
    rest = whole[~whole["unit"].isin(set(enrolment["unit"]))]
    sizes = pd.concat([_with_unseated(enrolment, class_sizes), even_classes(rest)], ignore_index=True)
    projects = projects_in_use(district, layout, year)
    assignment = _with_nearest(district, projects, layout.assignment)
    return _gather(district, profile, year, "attendance", whole, sizes, projects, assignment)


def _with_unseated(enrolment: pd.DataFrame, class_sizes: pd.DataFrame) -> pd.DataFrame:
    """Return the classes and, not seated, the pupils of every grade that none of them is of."""
    known = pd.MultiIndex.from_frame(class_sizes[["unit", "grade"]])
    grades = pd.MultiIndex.from_frame(enrolment[["unit", "grade"]])
    none = enrolment[~grades.isin(known) & (enrolment["pupils"] > 0).to_numpy()]
    columns = ["unit", "grade", "pupils"]
    seated = class_sizes.assign(seated=class_sizes.get("seated", True))
    return pd.concat([seated[[*columns, "seated"]], none[columns].assign(seated=False)], ignore_index=True)


def _gather(
    district: District,
    profile: Profile,
    year: int,
    source: str,
    enrolment: pd.DataFrame,
    sizes: pd.DataFrame,
    projects: gpd.GeoDataFrame,
    assignment: pd.DataFrame,
) -> Figures:
    if profile.in_seats:
        sizes = sizes.iloc[:0]  # no class rule: there are no classes to be too large
        if source != "layout":
            enrolment = seated(enrolment, rooms_with(district, projects, profile))
    units = unit_table(district, projects)
    units["pupils"] = enrolment.groupby("unit")["pupils"].sum().reindex(units.index).fillna(0).astype(float)
    taught = sizes[sizes["seated"]] if "seated" in sizes else sizes
    units["classes"] = taught.groupby("unit").size().reindex(units.index).fillna(0).astype(int)
    units["why_not"] = why_not(units, profile)
    units["counted"] = units["why_not"] == ""
    units["rooms"] = rooms_with(district, projects, profile).reindex(units.index).fillna(0).astype(int)
    target = project_units(projects, district.units)
    for room in ROOM_KINDS:
        adds = projects[room].groupby(target).sum().reindex(units.index)
        units[room] = units[room].astype(float).add(adds.astype(float), fill_value=0)
    for name, amount in amounts(district.resources, units, projects, profile).items():
        units[name] = amount
    units["split"] = shares(units, profile)
    for name, flag in pooled(district.resources, units, profile).items():
        units[f"{name}_pooled"] = flag
    base = district.zone_pupils[district.zone_pupils["year"] == district.info.base_year]
    migrants = float(base["migrant"].fillna(0).sum())
    names = tuple(projects["name"].astype(str))
    register = district.register
    return Figures(
        year, source, units, sizes, enrolment, register, assignment, migrants, names, district.grades
    )


def _with_nearest(district: District, projects: gpd.GeoDataFrame, assignment: pd.DataFrame) -> pd.DataFrame:
    """Return the assignment with ``nearest``: the unit is the closest of those in use, by straight line."""
    spots = _unit_points(district, projects)
    homes = _xy(district.zones.set_index("zone"))
    nearest = np.zeros(len(assignment), dtype=bool)
    for stage in pd.unique(assignment["stage"]):
        rows = np.flatnonzero((assignment["stage"] == stage).to_numpy(dtype=bool))
        chosen, in_use = pd.factorize(assignment["unit"].iloc[rows])
        home = homes.reindex(assignment["zone"].iloc[rows]).to_numpy()
        gap = np.linalg.norm(home[:, None] - spots.reindex(in_use).to_numpy()[None], axis=-1)
        mine = gap[np.arange(len(rows)), chosen]
        closest = np.where(np.isnan(gap), np.inf, gap).min(axis=1, initial=np.inf)
        nearest[rows] = mine <= closest + 1.0  # a metre: two schools on one campus
    columns = ["zone", "stage", "unit", "pupils", "distance_m"]
    return assignment[columns].assign(nearest=nearest)


def _unit_points(district: District, projects: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the place of every unit, existing or created by a project: columns ``x, y`` in metres."""
    existing = _xy(district.schools.set_index("school")).reindex(district.units["school"])
    target = project_units(projects, district.units)
    created = _xy(projects.assign(unit=target).drop_duplicates("unit").set_index("unit"))
    existing.index = pd.Index(district.units["unit"])
    return pd.concat([existing, created[~created.index.isin(existing.index)]])


def _xy(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    middle = layer.geometry.centroid
    return pd.DataFrame({"x": middle.x, "y": middle.y}, index=layer.index)
