"""Set schools into a county, draw today's uneven catchments, fill the registers."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree
from shapely.geometry import Point

from planning.arrays import FloatArray, IntArray
from planning.grades import USUAL
from planning.synth.settings import CountySettings

_UNEVEN = 0.38  # spread of the sizes of city schools


@dataclass(frozen=True)
class Placed:
    """Schools, units and today's catchments (position of the unit by stage and zone)."""

    schools: gpd.GeoDataFrame
    units: pd.DataFrame
    current: dict[str, IntArray]


def school_id(number: int) -> str:
    """Return the identifier of the n-th ordinary school; S901–S999 belong to special schools and projects."""
    return f"S{number + 1 if number < 900 else number + 101:03d}"


def place_schools(
    zones: gpd.GeoDataFrame,
    pupils: IntArray,
    links: sparse.csr_matrix,
    settings: CountySettings,
    rng: np.random.Generator,
) -> Placed:
    """Place schools where pupils are, and grow catchments around them that load them unevenly."""
    primary = pupils[:, :6].sum(axis=1).astype(float)
    junior = pupils[:, 6:].sum(axis=1).astype(float)
    city = (zones["kind"] == "estate").to_numpy()
    town = (zones["kind"] == "town_block").to_numpy()
    rural = ~(city | town)
    taken: list[int] = []
    sites: list[tuple[str, int]] = []

    def put(kind: str, weight: FloatArray, count: int) -> None:
        for z in _spread(zones, weight, count, taken, rng):
            taken.append(z)
            sites.append((kind, z))

    in_city, in_towns = round(settings.primaries * 0.36), round(settings.primaries * 0.2)
    put("primary", primary * city, in_city)
    put("nine_year", (primary + junior) * city, settings.nine_years // 3)
    put("primary", primary * town, in_towns)
    put("nine_year", (primary + junior) * rural, settings.nine_years - settings.nine_years // 3)
    put("primary", primary * rural, settings.primaries - in_city - in_towns - 1)
    put("junior", junior * city, round(settings.juniors * 0.55))
    put("junior", junior * town, settings.juniors - round(settings.juniors * 0.55))
    small = rural * np.where((primary >= 8) & (primary < 45), 1.0, 0.0)
    put("teaching_point", small.astype(float), settings.teaching_points)
    emptied = rural & (primary > 0) & (primary < 8)
    put("primary", emptied.astype(float), 1)  # a school that emptied (空壳学校)
    schools, units = _tables(zones, sites)
    own = schools["kind"].eq("teaching_point") | (schools.index == len(schools) - 1) & (
        primary[schools["zone"]] < 8
    )
    living = {"primary": primary, "junior": junior}
    current = {s: _grow(zones, living[s], links, units, schools, s, rng) for s in USUAL}
    _set_apart(current["primary"], primary, units, schools.loc[own, "school"].tolist(), links)
    return Placed(schools, units, current)


def _set_apart(
    current: IntArray,
    primary: FloatArray,
    units: pd.DataFrame,
    small: list[str],
    links: sparse.csr_matrix,
) -> None:
    """Give teaching points and the empty school their own zone, every other teaching point its neighbours too."""
    homes = set(units["zone"].tolist())
    for k, school in enumerate(small):
        unit = int(np.flatnonzero((units["school"] == school).to_numpy())[0])
        home = int(units["zone"].to_numpy()[unit])
        current[current == unit] = -1
        current[home] = unit
        if k % 2 or primary[home] < 8:
            continue
        count = primary[home]
        for z in links[[home]].indices[np.argsort(links[[home]].data, kind="stable")].tolist():
            if count < 55 and z not in homes and 0 < primary[z] < 70:
                current[z], count = unit, count + primary[z]
    while (current < 0).any():
        for z in np.flatnonzero(current < 0).tolist():
            row = links[[z]]
            near = row.indices[np.argsort(row.data, kind="stable")]
            free = [
                int(current[n])
                for n in near
                if current[n] >= 0 and units["school"].iat[int(current[n])] not in small
            ]
            if free:
                current[z] = free[0]
            elif not (current[near] < 0).any():
                current[z] = int(current[near].max())


def registers(
    placed: Placed, pupils: IntArray, settings: CountySettings, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the class register and the units with their classrooms.

    Every pupil of the zones sits in the school of today's catchment, so that both tables agree grade by grade.
    """
    rows, rooms = [], []
    locales = dict(zip(placed.schools["school"], placed.schools["locale"], strict=True))
    full = _full_units(placed, rng)
    for u, (unit, school, stage) in enumerate(placed.units[["unit", "school", "stage"]].to_numpy().tolist()):
        members = placed.current[stage] == u
        locale = locales[school]
        size = _class_size(locale, stage, u in full, rng)
        total = 0
        for grade in USUAL[stage]:
            count = int(pupils[members, grade - 1].sum())
            number = -int(-count // size)
            if number > 2 and locale == "urban" and rng.random() < 0.03:  # grades that were never split
                number -= 1
            total += number
            rows += [
                (unit, settings.base_year, grade, k + 1, n) for k, n in enumerate(_uneven(count, number, rng))
            ]
        rooms.append(max(len(USUAL[stage]), _rooms(locale, stage, total, rng)))
    classes = pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])
    units = placed.units.assign(rooms=rooms)
    held = classes["unit"].value_counts().reindex(units["unit"]).fillna(0).to_numpy(dtype=int)
    need = np.maximum(1, -(-held // 12))
    units["music_rooms"] = np.maximum(0, need - (rng.random(len(units)) < 0.25))
    units["art_rooms"] = np.maximum(0, need - (rng.random(len(units)) < 0.3))
    return classes, units


def _class_size(locale: str, stage: str, full: bool, rng: np.random.Generator) -> float:
    """Return how large a unit lets its classes become: a few urban ones far beyond the cap."""
    if locale == "urban":
        size = rng.uniform(59.0, 66.0) if full else rng.normal(51.0, 1.6)
        return float(size) + (1.0 if stage == "junior" else 0.0)
    size = rng.normal(47.0, 2.5) if locale == "town" else rng.normal(40.0, 3.0)
    return float(size) + (3.0 if stage == "junior" else 0.0)


def _full_units(placed: Placed, rng: np.random.Generator) -> set[int]:
    """Choose the urban primary units whose classes were never split as they grew."""
    locale = placed.units["school"].map(placed.schools.set_index("school")["locale"])
    urban = np.flatnonzero(((locale == "urban") & (placed.units["stage"] == "primary")).to_numpy())
    return set(rng.choice(urban, size=-(-len(urban) // 8), replace=False).tolist()) if len(urban) else set()


def _rooms(locale: str, stage: str, classes: int, rng: np.random.Generator) -> int:
    """Return proper classrooms: the city teaches in makeshift rooms too, the country has rooms to spare.

    Schools are built in whole tracks, one room for every grade.
    """
    track = len(USUAL[stage])
    if locale == "urban":
        share = rng.uniform(*((0.87, 0.96) if stage == "primary" else (0.95, 1.02)))
        return track * max(1, round(classes * share / track))
    spare = rng.uniform(0.98, 1.15) if locale == "town" else rng.uniform(1.1, 1.9)
    return track * int(np.ceil(classes * spare / track))


def _spread(
    zones: gpd.GeoDataFrame,
    weight: FloatArray,
    count: int,
    taken: list[int],
    rng: np.random.Generator,
) -> list[int]:
    """Choose zones in the middle of groups of pupils, counting the schools chosen before as middles too."""
    xy = zones[["x", "y"]].to_numpy()
    open_ = np.flatnonzero(weight > 0)
    if count < 1 or not len(open_):
        return []
    away = cKDTree(xy[taken]).query(xy)[0] if taken else np.full(len(xy), np.inf)
    pull = weight * np.minimum(1.0, away / 1_500.0)
    pull = np.where(pull[open_].sum() > 0, pull, weight)[open_]
    points = xy[rng.choice(open_, size=60 * count, p=pull / pull.sum())] + rng.normal(0, 1.0, (60 * count, 2))
    middles, _ = kmeans2(points, count, iter=25, minit="++", seed=rng)
    chosen: list[int] = []
    used = set(taken)
    for middle in middles:
        order = open_[np.argsort(np.hypot(*(xy[open_] - middle).T), kind="stable")]
        free = [int(z) for z in order[: len(taken) + count + 1] if int(z) not in used][:1]
        chosen += free
        used.update(free)
    return chosen


_NAMES = {
    "primary": "合成小学", "junior": "合成中学", "nine_year": "合成九年制学校", "teaching_point": "合成教学点",
}  # fmt: skip


def _tables(zones: gpd.GeoDataFrame, sites: list[tuple[str, int]]) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    rows, units = [], []
    number: dict[str, int] = {}
    for k, (kind, z) in enumerate(sites):
        number[kind] = number.get(kind, 0) + 1
        school = school_id(k)
        place = zones.geometry.array[z].representative_point()
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
    schools = gpd.GeoDataFrame(rows, geometry="geometry", crs=zones.crs)
    return schools, pd.DataFrame(units, columns=["unit", "school", "stage", "admission", "zone"])


def _grow(
    zones: gpd.GeoDataFrame,
    pupils: FloatArray,
    links: sparse.csr_matrix,
    units: pd.DataFrame,
    schools: gpd.GeoDataFrame,
    stage: str,
    rng: np.random.Generator,
) -> IntArray:
    """Grow catchments over neighbouring zones, each school reaching further or less far than it should."""
    mine = np.flatnonzero((units["stage"] == stage).to_numpy())
    kind = units["school"].map(schools.set_index("school")["kind"]).to_numpy()[mine]
    locale = units["school"].map(schools.set_index("school")["locale"]).to_numpy()[mine]
    away = sparse.csgraph.dijkstra(links, directed=False, indices=units["zone"].to_numpy()[mine])
    away[kind == "teaching_point"] *= 1e6
    reach = rng.lognormal(0.0, 0.16, len(mine))
    city = locale == "urban"
    goal = np.clip(rng.lognormal(0.0, _UNEVEN, len(mine)), 0.5, 1.5) * np.where(
        kind == "nine_year", 0.55, 1.0
    )
    for _ in range(25):  # city schools reach as far as their goal; elsewhere the nearest school draws most
        load = np.bincount(np.argmin(away * reach[:, None], axis=0), pupils, minlength=len(mine))
        ratio = load[city] / (goal[city] / goal[city].sum() * load[city].sum())
        reach[city] = np.clip(reach[city] * np.clip(ratio, 0.5, 2.0) ** 0.25, 0.3, 4.0)
    away *= reach[:, None]
    result = mine[np.argmin(away, axis=0)]
    result[units["zone"].to_numpy()[mine]] = mine
    outlying = rng.choice(len(zones), 5, replace=False)  # a few exclaves, as history leaves them
    for z in outlying.tolist():
        if len(mine) > 1 and z not in set(units["zone"]):
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
