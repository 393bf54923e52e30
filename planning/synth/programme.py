"""Add what does not draw by catchment, and the building programme of a made county."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.district.schema import RESOURCE_COLUMNS
from planning.grades import USUAL
from planning.synth.means import PER, STANDARD
from planning.synth.settings import CountySettings

ROOM_YUAN = 1_700_000.0  # new building, per classroom with its share of halls and grounds
EXTRA_ROOM_YUAN = 900_000.0
_SITES = 12  # places looked for
CAP = {"primary": 45, "junior": 50}
EXPANDED = ("利通街第二小学", "第八小学")  # named in the district plan; synthetic schools stand in for them


@dataclass(frozen=True)
class Extra:
    """Schools outside the zoning: a boarding school, a special school, two private ones."""

    schools: gpd.GeoDataFrame
    units: pd.DataFrame
    classes: pd.DataFrame
    resources: pd.DataFrame


def special_schools(zones: gpd.GeoDataFrame, settings: CountySettings, rng: np.random.Generator) -> Extra:
    """Return the schools that take no pupils by catchment; their pupils are not in ``zone_pupils``."""
    plan = [
        ("S901", "合成寄宿制中学", "junior", "public", True, "county", {"junior": (2, 44)}),
        (
            "S902",
            "合成特殊教育学校",
            "special",
            "public",
            False,
            "none",
            {"primary": (1, 9), "junior": (1, 7)},
        ),
        ("S903", "合成民办小学", "primary", "private", False, "none", {"primary": (2, 41)}),
        (
            "S904",
            "合成民办九年制学校",
            "nine_year",
            "private",
            False,
            "none",
            {"primary": (1, 43), "junior": (2, 46)},
        ),
    ]
    city = np.flatnonzero((zones["kind"] == "estate").to_numpy())
    chosen = rng.choice(city, len(plan), replace=False)
    places = zones.geometry.representative_point().to_numpy()[chosen]
    rows, units, classes, means = [], [], [], []
    for (school, name, kind, owner, boarding, admission, stages), point in zip(plan, places, strict=True):
        township = zones["township"].iat[int(np.argmin(zones.geometry.distance(point)))]
        rows.append({"school": school, "name": name, "kind": kind, "township": township, "locale": "urban", "ownership": owner,
                     "boarding": boarding, "senior_pupils": 0, "geometry": point})  # fmt: skip
        for stage, (per_grade, size) in stages.items():
            unit = f"{school}-{'P' if stage == 'primary' else 'J'}"
            rooms = per_grade * len(USUAL[stage]) + 1
            units.append((unit, school, stage, rooms, admission, -(-rooms // 12), -(-rooms // 12)))
            for grade in USUAL[stage]:
                classes += [
                    (unit, settings.base_year, grade, k + 1, size - int(rng.integers(0, 4)))
                    for k in range(per_grade)
                ]
            pupils = per_grade * len(USUAL[stage]) * size
            means.append(
                [
                    school,
                    stage,
                    *(round(1.12 * s * pupils / p) for s, p in zip(STANDARD[stage], PER, strict=True)),
                ]
            )
    columns = [c.name for c in RESOURCE_COLUMNS]
    return Extra(
        gpd.GeoDataFrame(rows, geometry="geometry", crs=settings.crs),
        pd.DataFrame(
            units, columns=["unit", "school", "stage", "rooms", "admission", "music_rooms", "art_rooms"]
        ),
        pd.DataFrame(classes, columns=["unit", "year", "grade", "class_no", "pupils"]),
        pd.DataFrame(means, columns=["school", "stage", *columns]),
    )


def make_projects(
    zones: gpd.GeoDataFrame,
    schools: pd.DataFrame,
    units: pd.DataFrame,
    classes: pd.DataFrame,
    settings: CountySettings,
) -> gpd.GeoDataFrame:
    """Return the five projects of the district plan (4,800 seats together) and optional ones."""
    crowd = _crowding(schools, units, classes).sort_values("short", ascending=False)
    site = itertools.cycle(_gaps(zones, crowd))
    plain = crowd[(crowd["kind"] == crowd["stage"]) & (crowd["ownership"] == "public")]
    primaries = plain.loc[plain["stage"] == "primary", "school"].tolist()
    juniors = plain.loc[plain["stage"] == "junior", "school"].tolist()
    rows = [
        _new("P01", "第十七小学", "S911", "primary", 36, next(site), 2021, True),
        _new("P02", "第十八小学", "S912", "primary", 30, next(site), 2021, True),
        _new("P03", "第九中学", "S913", "junior", 15, next(site), 2021, True),
    ]
    for k, name in enumerate(EXPANDED[: len(primaries)]):
        rows.append(_more(f"P{k + 4:02d}", name, schools, primaries[k], "primary", 12, 2021, True))
    for k in range(2):
        rows.append(
            _new(f"P1{k}", f"备选新建小学{k + 1:02d}", f"S92{k}", "primary", 24, next(site), 2022 + k, False)
        )
    rows.append(_new("P20", "备选新建初中01", "S930", "junior", 24, next(site), 2023, False))
    for k, school in enumerate(primaries[2:6]):
        rows.append(
            _more(f"P3{k}", f"备选扩建小学{k + 1:02d}", schools, school, "primary", 6, 2021 + k, False)
        )
    for k, school in enumerate(juniors[:2]):
        rows.append(
            _more(f"P4{k}", f"备选扩建初中{k + 1:02d}", schools, school, "junior", 6, 2022 + k, False)
        )
    small = crowd[
        (crowd["pupils"] < 50) & (crowd["stage"] == "primary") & (crowd["admission"] == "catchment")
    ]
    for k, school in enumerate(small.sort_values("pupils", kind="stable")["school"].head(3)):
        rows.append(_close(f"P5{k}", f"备选撤并{k + 1:02d}", schools, school, 2021 + k))
    town = plain[(plain["stage"] == "primary") & (plain["locale"] == "town")].sort_values(
        "pupils", kind="stable"
    )
    for school in town["school"].tail(1):
        rows.append(
            _more("P60", "备选改制九年一贯制01", schools, school, "junior", 9, 2024, False)
            | {"kind": "conversion"}
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=settings.crs)


def name_expanded(schools: pd.DataFrame, projects: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the expanded schools the names of the plan; where they stand stays schematic."""
    named = projects[projects["name"].isin(EXPANDED)].set_index("school")["name"]
    return schools.assign(name=schools["school"].map(named).fillna(schools["name"]))


def _crowding(schools: pd.DataFrame, units: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    enrolled = classes.groupby("unit")["pupils"].sum()
    table = units.merge(schools[["school", "kind", "locale", "ownership", "geometry"]], on="school")
    table["pupils"] = table["unit"].map(enrolled).fillna(0)
    table["short"] = table["pupils"] - table["rooms"] * table["stage"].map(CAP)
    return table


_CLEAR_M = 450.0  # a new school is not built next door to one that stands


def _gaps(zones: gpd.GeoDataFrame, crowd: pd.DataFrame) -> list[Any]:
    """Return places in the city, most short of seats first, apart from one another and from standing schools."""
    xy = zones[["x", "y"]].to_numpy()
    need = np.zeros(len(zones))
    city = crowd[crowd["locale"] == "urban"]
    for point, short in zip(city["geometry"], city["short"].tolist(), strict=True):
        away = np.hypot(xy[:, 0] - point.x, xy[:, 1] - point.y)
        need += short * np.exp(-away / 900.0) + np.minimum(away, 1500.0) * 0.02
        need[away < _CLEAR_M] = -np.inf
    need[(zones["kind"] != "estate").to_numpy()] = -np.inf
    found: list[int] = []
    for z in np.argsort(-need).tolist():
        if len(found) == _SITES:
            break
        if all(np.hypot(*(xy[z] - xy[k])) > 900.0 for k in found):
            found.append(z)
    return [zones.geometry.array[z].representative_point() for z in found]


def _means(stage: str, rooms: int) -> dict[str, float]:
    seats = rooms * CAP[stage]
    names = [c.name for c in RESOURCE_COLUMNS]
    return {
        n: float(np.ceil(1.08 * s * seats / p)) for n, s, p in zip(names, STANDARD[stage], PER, strict=True)
    }


def _row(  # noqa: PLR0913 - one row of the table of projects
    identifier: str,
    name: str,
    kind: str,
    school: str,
    stage: str,
    rooms: int,
    cost: float,
    year: int,
    fixed: bool,
) -> dict[str, Any]:
    special = -(-rooms // 12)
    return {
        "project": identifier, "name": name, "kind": kind, "school": school, "stage": stage, "locale": "urban", "rooms": rooms,
        "cost_yuan": cost, "open_year": year, "fixed": fixed, "location_note": "位置示意", "music_rooms": special,
        "art_rooms": special, **(_means(stage, rooms) if rooms else {}),
    }  # fmt: skip


def _new(
    identifier: str, name: str, school: str, stage: str, rooms: int, place: Any, year: int, fixed: bool
) -> dict[str, Any]:
    return _row(identifier, name, "new", school, stage, rooms, rooms * ROOM_YUAN, year, fixed) | {
        "geometry": place
    }


def _more(
    identifier: str,
    name: str,
    schools: pd.DataFrame,
    school: str,
    stage: str,
    rooms: int,
    year: int,
    fixed: bool,
) -> dict[str, Any]:
    row = schools.set_index("school").loc[school]
    return _row(identifier, name, "expansion", school, stage, rooms, rooms * EXTRA_ROOM_YUAN, year, fixed) | {
        "geometry": row["geometry"],
        "locale": row["locale"],
    }


def _close(identifier: str, name: str, schools: pd.DataFrame, school: str, year: int) -> dict[str, Any]:
    row = schools.set_index("school").loc[school]
    return _row(identifier, name, "closure", school, "primary", 0, 0.0, year, False) | {
        "geometry": row["geometry"],
        "locale": "rural",
    }
