"""Say which units there are in a year, projects included, how many rooms they have, and which are assessed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.arrays import ObjectArray
from planning.district import District
from planning.district.capacity import counted
from planning.layout import Layout
from planning.standards import Profile

SUFFIX = {"primary": "P", "junior": "J"}


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
    if not len(projects):
        return projects["school"].astype(str)
    known = units.drop_duplicates(["school", "stage"]).set_index(["school", "stage"])["unit"]
    usual = projects["school"].astype(str) + "-" + projects["stage"].map(SUFFIX)
    at = known.reindex(pd.MultiIndex.from_frame(projects[["school", "stage"]]))
    found = pd.Series(at.to_numpy(dtype=object), projects.index)
    named: pd.Series[str] = usual.where(usual.isin(set(units["unit"])) | found.isna(), found)
    return named


def unit_table(district: District, projects: pd.DataFrame) -> pd.DataFrame:
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


def why_not(units: pd.DataFrame, profile: Profile) -> ObjectArray:
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
