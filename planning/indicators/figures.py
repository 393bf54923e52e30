"""Gather what the indicators are computed from: enrolment, class sizes and resources of every unit in one year."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.district import District
from planning.district.capacity import counted
from planning.indicators.enrolment import (
    carried,
    enrolment_of_assignment,
    enrolment_of_attendance,
    enrolment_of_layout,
    enrolment_of_register,
    even_classes,
    seated,
)
from planning.layout import Layout
from planning.standards import Profile

SUFFIX = {"primary": "P", "junior": "J"}
TEACHERS = ("A1", "A2", "A3")  # counted by stage, never split
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
        enrolment = carried(district, enrolment_of_attendance(attendance, assignment, profile, rooms))
    homes = district.zone_pupils[district.zone_pupils["year"] == year].copy()
    homes["stage"] = np.where(homes["grade"] <= 6, "primary", "junior")
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


def projects_in_use(district: District, layout: Layout, year: int) -> gpd.GeoDataFrame:
    """Return the projects of a layout that are in use in a school year."""
    built = layout.projects[layout.projects["built"].astype(bool)]
    in_use = set(built.loc[pd.to_numeric(built["year"]) <= year, "project"]) if len(built) else set()
    return district.projects[district.projects["project"].isin(in_use)]


def rooms_with(district: District, projects: gpd.GeoDataFrame, profile: Profile) -> pd.Series[int]:
    """Return the classrooms (the seats, where the profile counts seats) of every unit with those of projects added."""
    own = counted(district, profile.capacity)
    projects = own.projects.loc[projects.index]
    rooms = own.units.set_index("unit")["rooms"]
    more = projects[projects["kind"] != "closure"]
    adds = more["rooms"].groupby(project_units(more, district.units)).sum()
    return rooms.add(adds, fill_value=0).astype(int)


def project_units(projects: pd.DataFrame, units: pd.DataFrame) -> pd.Series[str]:
    """Return the unit every project changes or creates: that of its school and stage, whatever its id, or else ``SCHOOL-P``."""
    known = units.drop_duplicates(["school", "stage"]).set_index(["school", "stage"])["unit"]
    usual = projects["school"].astype(str) + "-" + projects["stage"].map(SUFFIX)
    at = known.reindex(pd.MultiIndex.from_frame(projects[["school", "stage"]]))
    found = pd.Series(at.to_numpy(dtype=object), projects.index)
    named: pd.Series[str] = usual.where(usual.isin(set(units["unit"])) | found.isna(), found)
    return named


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
    units = _unit_table(district, projects)
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
    return Figures(year, source, units, sizes, enrolment, district.register, assignment, migrants, names)


def _unit_table(district: District, projects: pd.DataFrame) -> pd.DataFrame:
    """Return existing units and those that projects create, with the kind their school has with them."""
    about = ["school", "name", "kind", "locale", "ownership", "boarding", "senior_pupils"]
    schools = pd.DataFrame(district.schools)[about]
    units = district.units.merge(schools, on="school", how="left")
    named = projects.assign(unit=project_units(projects, district.units))
    created = named[~named["unit"].isin(set(units["unit"])) & (named["kind"] != "closure")]
    created = created.drop_duplicates("unit")
    if len(created):
        kind_of = schools.set_index("school")["kind"]
        kinds = {
            str(school): grown_kind(kind_of.get(school), set(part["stage"]))
            for school, part in created.groupby("school")
        }
        units["kind"] = [kinds.get(s, k) for s, k in zip(units["school"], units["kind"], strict=True)]
        new = pd.DataFrame(created[["unit", "school", "name", "stage", "locale"]])
        new["kind"] = new["school"].astype(str).map(kinds)
        standing = schools.set_index("school")["locale"].to_dict()
        own = new["locale"].fillna("urban")
        new["locale"] = [standing.get(s, k) for s, k in zip(new["school"], own, strict=True)]
        new = new.assign(
            ownership="public",
            boarding=False,
            admission="catchment",
            senior_pupils=schools.set_index("school")["senior_pupils"]
            .reindex(new["school"])
            .fillna(0)
            .to_numpy(),
            music_rooms=0,
            art_rooms=0,
        )
        units = pd.concat([units, new], ignore_index=True)
    return units.set_index("unit")


def grown_kind(kind: str | None, stages: set[str]) -> str:
    """Return the kind of a school that gains stages: with senior classes twelve-year, with both compulsory stages nine-year.

    The size limit follows the kind (B4; S:163: 十二年一贯制, 九年一贯制; S:243).

    Parameters
    ----------
    kind : str, optional
        What it is without them; none for a new school.
    stages : set of str
        Those it gains.

    Examples
    --------
    >>> grown_kind("primary", {"junior"}), grown_kind("complete_secondary", {"primary"}), grown_kind(None, {"junior"})
    ('nine_year', 'twelve_year', 'junior')
    """
    if kind in ("complete_secondary", "twelve_year"):
        return "twelve_year"
    if kind is None and len(stages) == 1:
        return next(iter(stages))
    return "nine_year"


def why_not(units: pd.DataFrame, profile: Profile) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Say why a unit is not assessed on A1–A7 (empty when it is).

    Special schools and teaching points under 50 pupils are left out (S:101), units without pupils have no rates.
    """
    small = (units["kind"] == "teaching_point") & (units["pupils"] < profile.teaching_point_min_pupils)
    reasons = [units["kind"] == "special", units["pupils"] <= 0, small]
    words = [
        "special school",
        "no pupils",
        f"teaching point under {profile.teaching_point_min_pupils} pupils",
    ]
    return np.select([r.to_numpy(dtype=bool) for r in reasons], words, "").astype(object)


def amounts(
    resources: pd.DataFrame, units: pd.DataFrame, projects: pd.DataFrame, profile: Profile
) -> dict[str, pd.Series[float]]:
    """Return the amount of every resource by unit; facilities of integrated schools are split by weighted pupils.

    Weights 1 : 1.1 (nine-year, primary : junior), 1 : 1.2 (complete secondary, junior : senior), 1 : 1.1 : 1.32
    (twelve-year); source: calculation sheet to 教督〔2017〕6号. What a project adds joins the shared part of a school that
    has one, and the unit's own part otherwise. An amount is missing when neither the unit, nor its school, nor a project has one.
    """
    share = shares(units, profile)
    table = resources.set_index(["school", "stage"])
    own_at = table.index.get_indexer(pd.MultiIndex.from_arrays([units["school"], units["stage"]]))
    both_at = table.index.get_indexer(pd.MultiIndex.from_arrays([units["school"], ["shared"] * len(units)]))
    target = project_units(projects, units.reset_index())
    result = {}
    for name, standard in profile.resources.items():
        column = np.append(table[standard.column].to_numpy(dtype=float), np.nan)  # position -1: no row
        own, both = column[own_at], column[both_at]
        added = projects[standard.column].astype(float)
        adds = added.groupby(target).sum(min_count=1).reindex(units.index).to_numpy(dtype=float)
        pooled = ~np.isnan(both) & (name not in TEACHERS)
        pool = added.groupby(projects["school"]).sum().reindex(units["school"]).to_numpy(dtype=float)
        parts = np.where(pooled, (both + np.nan_to_num(pool)) * share, both)
        extra = np.where(pooled, np.nan, adds)
        total = np.nan_to_num(own) + np.nan_to_num(parts) + np.nan_to_num(extra)
        missing = np.isnan(own) & np.isnan(parts) & np.isnan(extra)
        result[name] = pd.Series(np.where(missing, np.nan, total), units.index)
    return result


def pooled(
    resources: pd.DataFrame, units: pd.DataFrame, profile: Profile
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Say by resource which units hold it in common with the other stages of their school: what comes to one is split too."""
    shared = resources[resources["stage"] == "shared"].set_index("school")
    return {
        name: shared[standard.column].reindex(units["school"]).notna().to_numpy() & (name not in TEACHERS)
        for name, standard in profile.resources.items()
    }


def shares(units: pd.DataFrame, profile: Profile) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the share every unit has in the facilities of its school, by weighted pupils.

    Examples
    --------
    A nine-year school with 600 primary and 300 junior pupils: 600 ÷ (600 + 1.1 × 300).

    >>> from planning.standards import read_profile
    >>> units = pd.DataFrame({"school": "S", "kind": "nine_year", "stage": ["primary", "junior"], "pupils": [600, 300], "senior_pupils": 0})
    >>> [round(float(s) * 6000 / p, 3) for s, p in zip(shares(units, read_profile("national-2017")), (600, 300))]
    [6.452, 7.097]
    """
    weights = profile.split_weights
    pairs = zip(units["kind"], units["stage"], strict=True)
    own = np.array([weights.get(k, {}).get(s, 1.0) for k, s in pairs]) * units["pupils"].to_numpy(dtype=float)
    senior_weight = np.array([weights.get(k, {}).get("senior", 0.0) for k in units["kind"]])
    senior = senior_weight * units["senior_pupils"].fillna(0).to_numpy(dtype=float)
    code, _ = pd.factorize(units["school"])
    whole = np.bincount(code, weights=own)[code] + senior
    share: np.ndarray[tuple[int], np.dtype[np.float64]] = np.divide(
        own, whole, out=np.zeros(len(own)), where=whole > 0
    )
    return share


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
