"""Add what does not draw by catchment, and the building programme of a made county."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from planning.district.schema import GRADES, RESOURCE_COLUMNS
from planning.district.synth.means import PER, STANDARD
from planning.district.synth.settings import CountySettings

ROOM_YUAN = 1_700_000.0  # new building, per classroom with its share of halls and grounds
EXTRA_ROOM_YUAN = 900_000.0
CAP = {"primary": 45, "junior": 50}


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
    places = zones.geometry.iloc[rng.choice(city, len(plan), replace=False)].representative_point().to_numpy()
    rows, units, classes, means = [], [], [], []
    for (school, name, kind, owner, boarding, admission, stages), point in zip(plan, places, strict=True):
        township = zones["township"].iat[int(np.argmin(zones.geometry.distance(point)))]
        rows.append({"school": school, "name": name, "kind": kind, "township": township, "locale": "urban", "ownership": owner,
                     "boarding": boarding, "senior_pupils": 0, "geometry": point})  # fmt: skip
        for stage, (per_grade, size) in stages.items():
            unit = f"{school}-{'P' if stage == 'primary' else 'J'}"
            rooms = per_grade * len(GRADES[stage]) + 1
            units.append((unit, school, stage, rooms, admission, -(-rooms // 12), -(-rooms // 12)))
            for grade in GRADES[stage]:
                classes += [
                    (unit, settings.base_year, grade, k + 1, size - int(rng.integers(0, 4)))
                    for k in range(per_grade)
                ]
            pupils = per_grade * len(GRADES[stage]) * size
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
    pupils: npt.NDArray[np.int64],
    settings: CountySettings,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return the five projects of the district plan (4,800 seats together) and optional ones."""
    crowd = _crowding(schools, units, classes)
    where = _gaps(zones, pupils, crowd)
    city = crowd[(crowd["stage"] == "primary") & (crowd["locale"] == "urban") & (crowd["kind"] == "primary")]
    expand = city.sort_values("short", ascending=False)["school"].tolist()
    site = iter(where)
    rows = [
        _new("P01", "第十七小学", "S911", "primary", 30, next(site), 2021, True),
        _new("P02", "第十八小学", "S912", "primary", 30, next(site), 2021, True),
        _new("P03", "第九中学", "S913", "junior", 24, next(site), 2021, True),
        _more("P04", "利通街第二小学", schools, expand[0], "primary", 12, 2021, True),
        _more("P05", "第八小学", schools, expand[1], "primary", 8, 2021, True),
    ]
    for k in range(4):
        rows.append(
            _new(
                f"P1{k}",
                f"备选新建小学{k + 1:02d}",
                f"S92{k}",
                "primary",
                24,
                next(site),
                2022 + k % 3,
                False,
            )
        )
    for k in range(2):
        rows.append(
            _new(f"P2{k}", f"备选新建初中{k + 1:02d}", f"S93{k}", "junior", 24, next(site), 2022 + k, False)
        )
    for k, school in enumerate(expand[2:6]):
        rows.append(
            _more(f"P3{k}", f"备选扩建{k + 1:02d}", schools, school, "primary", 6, 2021 + k % 3, False)
        )
    junior = crowd[(crowd["stage"] == "junior") & (crowd["kind"] == "junior")].sort_values(
        "short", ascending=False
    )
    for k, school in enumerate(junior["school"].head(2)):
        rows.append(_more(f"P4{k}", f"备选扩建初中{k + 1:02d}", schools, school, "junior", 6, 2022, False))
    points = schools[schools["kind"] == "teaching_point"].copy()
    enrolled = classes.groupby("unit")["pupils"].sum()
    points["pupils"] = [(enrolled.get(f"{s}-P", 0)) for s in points["school"]]
    for k, school in enumerate(points.sort_values("pupils")["school"].head(2)):
        rows.append(_close(f"P5{k}", f"备选撤并教学点{k + 1:02d}", schools, school))
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=settings.crs)


def _crowding(schools: pd.DataFrame, units: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    enrolled = classes.groupby("unit")["pupils"].sum()
    table = units.merge(schools[["school", "kind", "locale", "geometry"]], on="school")
    table["short"] = table["unit"].map(enrolled).fillna(0) - table["rooms"] * table["stage"].map(CAP)
    return table


def _gaps(zones: gpd.GeoDataFrame, pupils: npt.NDArray[np.int64], crowd: pd.DataFrame) -> list[Any]:
    """Return places in the city, most short of seats first, a kilometre apart."""
    xy = zones[["x", "y"]].to_numpy()
    need = np.zeros(len(zones))
    for row in crowd[crowd["locale"] == "urban"].itertuples():
        away = np.hypot(xy[:, 0] - row.geometry.x, xy[:, 1] - row.geometry.y)
        need += row.short * np.exp(-away / 900.0) + np.minimum(away, 1500.0) * 0.02
    need[(zones["kind"] != "estate").to_numpy()] = -np.inf
    found: list[int] = []
    for z in np.argsort(-need).tolist():
        if all(np.hypot(*(xy[z] - xy[k])) > 900.0 for k in found):
            found.append(z)
    return [zones.geometry.iat[z].representative_point() for z in found]


def _means(stage: str, rooms: int) -> dict[str, float]:
    seats = rooms * CAP[stage]
    names = [c.name for c in RESOURCE_COLUMNS]
    return {
        n: float(np.ceil(1.08 * s * seats / p)) for n, s, p in zip(names, STANDARD[stage], PER, strict=True)
    }


def _row(
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
    place = schools.set_index("school").at[school, "geometry"]
    return _row(identifier, name, "expansion", school, stage, rooms, rooms * EXTRA_ROOM_YUAN, year, fixed) | {
        "geometry": place
    }


def _close(identifier: str, name: str, schools: pd.DataFrame, school: str) -> dict[str, Any]:
    row = schools.set_index("school").loc[school]
    return _row(identifier, name, "closure", school, "primary", 0, 0.0, 2021, False) | {
        "geometry": row["geometry"],
        "locale": "rural",
    }
