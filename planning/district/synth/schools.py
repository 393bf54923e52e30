"""Set schools into a county, draw today's uneven catchments, fill the registers."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from shapely.geometry import Point

from planning.district.schema import GRADES
from planning.district.synth.settings import CountySettings

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """Schools, units and today's catchments (position of the unit by stage and zone)."""

    schools: gpd.GeoDataFrame
    units: pd.DataFrame
    current: dict[str, npt.NDArray[np.int64]]


def place_schools(
    zones: gpd.GeoDataFrame,
    pupils: Counts,
    links: sparse.csr_matrix,
    settings: CountySettings,
    rng: np.random.Generator,
) -> Placed:
    """Place schools where pupils are, and grow catchments around them that load them unevenly."""
    primary = pupils[:, :6].sum(axis=1).astype(float)
    junior = pupils[:, 6:].sum(axis=1).astype(float)
    towns = zones["kind"].isin(["estate", "town_block"]).to_numpy()
    rural = ~towns
    taken: list[int] = []
    sites: list[tuple[str, int]] = []

    def put(kind: str, weight: npt.NDArray[np.float64], count: int) -> None:
        for z in _spread(zones, weight, count, taken, rng):
            taken.append(z)
            sites.append((kind, z))

    city = (zones["kind"] == "estate").to_numpy()
    put("primary", primary * city, round(settings.primaries * 0.5))
    put("primary", primary * (zones["kind"] == "town_block").to_numpy(), round(settings.primaries * 0.15))
    put("nine_year", (primary + junior) * towns * 1.0, settings.nine_years)
    put("primary", primary * rural, settings.primaries - sum(k == "primary" for k, _ in sites))
    put("junior", junior * city, round(settings.juniors * 0.6))
    put("junior", junior * (towns & ~city), settings.juniors - round(settings.juniors * 0.6))
    put("teaching_point", primary * rural, settings.teaching_points // 2)
    put(
        "teaching_point",
        rural * (primary > 0) / (5.0 + primary),
        settings.teaching_points - settings.teaching_points // 2,
    )
    schools, units = _tables(zones, sites, settings)
    current = {s: _grow(zones, pupils, links, units, schools, s, rng) for s in GRADES}
    return Placed(schools, units, current)


def registers(
    placed: Placed, pupils: Counts, settings: CountySettings, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the class register and the units with their classrooms.

    Every pupil of the zones sits in the school of today's catchment, so that both tables agree grade by grade.
    """
    rows, rooms = [], []
    for u, unit in enumerate(placed.units.itertuples()):
        members = placed.current[unit.stage] == u
        locale = placed.schools.set_index("school").at[unit.school, "locale"]
        size = {"urban": 55.4, "town": rng.normal(46.0, 3.0), "rural": rng.normal(33.0, 5.0)}[locale]
        total = 0
        for grade in GRADES[unit.stage]:
            count = int(pupils[members, grade - 1].sum())
            classes = -int(-count // size)
            if classes > 2 and locale == "urban" and rng.random() < 0.07:  # grades that were never split
                classes -= 1
            total += classes
            for k, n in enumerate(_uneven(count, classes, rng)):
                rows.append((unit.unit, settings.base_year, grade, k + 1, n))
        spare = {"urban": 0, "town": rng.integers(0, 5), "rural": rng.integers(2, 7)}[locale]
        small = placed.schools.set_index("school").at[unit.school, "kind"] == "teaching_point"
        rooms.append(max(total, 3) if small else max(total, len(GRADES[unit.stage])) + int(spare))
    units = placed.units.assign(rooms=rooms)
    need = -(-units["rooms"] // 12)
    units["music_rooms"] = np.maximum(0, need - (rng.random(len(units)) < 0.25))
    units["art_rooms"] = np.maximum(0, need - (rng.random(len(units)) < 0.3))
    classes = pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])
    return classes, units


def _spread(
    zones: gpd.GeoDataFrame,
    weight: npt.NDArray[np.float64],
    count: int,
    taken: list[int],
    rng: np.random.Generator,
) -> list[int]:
    """Choose zones one after the other where pupils are far from the schools chosen so far."""
    xy = zones[["x", "y"]].to_numpy()
    away = np.full(len(zones), 6_000.0)
    for z in taken:
        away = np.minimum(away, np.hypot(*(xy - xy[z]).T))
    chosen: list[int] = []
    for _ in range(count):
        gain = weight * np.minimum(away, 6_000.0) * rng.uniform(0.75, 1.25, len(zones))
        gain[[*taken, *chosen]] = 0.0
        if gain.max() <= 0:
            break
        z = int(gain.argmax())
        chosen.append(z)
        away = np.minimum(away, np.hypot(*(xy - xy[z]).T))
    return chosen


_NAMES = {
    "primary": "合成小学", "junior": "合成中学", "nine_year": "合成九年制学校", "teaching_point": "合成教学点",
}  # fmt: skip


def _tables(
    zones: gpd.GeoDataFrame, sites: list[tuple[str, int]], settings: CountySettings
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    rows, units = [], []
    number: dict[str, int] = {}
    for k, (kind, z) in enumerate(sites):
        number[kind] = number.get(kind, 0) + 1
        school = f"S{k + 1:03d}"
        place = zones.geometry.iat[z].representative_point()
        rows.append(
            {
                "school": school,
                "name": f"{_NAMES[kind]}{number[kind]:02d}",
                "kind": kind,
                "township": zones["township"].iat[z],
                "locale": zones["locale"].iat[z],
                "ownership": "public",
                "boarding": False,
                "senior_pupils": 0,
                "zone": z,
                "geometry": Point(place.x, place.y),
            }
        )
        for stage in ("primary", "junior"):
            if kind == "nine_year" or (kind == "junior") == (stage == "junior"):
                units.append(
                    (f"{school}-{'P' if stage == 'primary' else 'J'}", school, stage, "catchment", z)
                )
    schools = gpd.GeoDataFrame(rows, geometry="geometry", crs=settings.crs)
    return schools, pd.DataFrame(units, columns=["unit", "school", "stage", "admission", "zone"])


def _grow(
    zones: gpd.GeoDataFrame,
    pupils: Counts,
    links: sparse.csr_matrix,
    units: pd.DataFrame,
    schools: gpd.GeoDataFrame,
    stage: str,
    rng: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Grow catchments over neighbouring zones, each school reaching further or less far than it should."""
    mine = np.flatnonzero((units["stage"] == stage).to_numpy())
    kind = units["school"].map(schools.set_index("school")["kind"]).to_numpy()[mine]
    reach = rng.lognormal(0.0, 0.28, len(mine))
    point = np.flatnonzero(kind == "teaching_point")
    reach[point] *= np.where(
        np.arange(len(point)) % 2, 1.5, 4.0
    )  # some serve little more than their own village
    graph = links.tocoo()
    away = np.full((len(mine), len(zones)), np.inf)
    for k, u in enumerate(mine.tolist()):
        weighted = sparse.csr_matrix((graph.data * reach[k], (graph.row, graph.col)), shape=graph.shape)
        away[k] = sparse.csgraph.dijkstra(weighted, directed=False, indices=int(units["zone"].iat[u]))
    result = mine[np.argmin(away, axis=0)]
    result[units["zone"].to_numpy()[mine]] = mine
    outlying = rng.choice(len(zones), 5, replace=False)  # a few exclaves, as history leaves them
    for z in outlying.tolist():
        if z not in set(units["zone"]):
            result[z] = mine[np.argsort(away[:, z])[1]]
    return np.asarray(result)


def _uneven(count: int, classes: int, rng: np.random.Generator) -> list[int]:
    """Split pupils over classes almost evenly; popular teachers draw a few more."""
    if not classes:
        return []
    sizes = np.full(classes, count // classes)
    sizes[: count % classes] += 1
    for _ in range(classes):
        a, b = rng.integers(0, classes, 2)
        step = int(rng.integers(0, 4))
        if a != b and sizes[b] > step + 1:
            sizes[a] += step
            sizes[b] -= step
    return [int(s) for s in sizes]
