"""Write a county that was made up as the tables of a district."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, box

from planning.district import District, DistrictInfo
from planning.district.schema import TABLE
from tests.differential.draft import BASE, CRS, EAST, NORTH, Draft

PER_PUPIL = {
    "teachers_qualified": (0.042, 0.053), "teachers_backbone": (0.01, 0.01), "teachers_arts": (0.009, 0.009), "teaching_area_m2": (4.5, 5.8),
    "sports_area_m2": (7.5, 10.2), "equipment_yuan": (2000.0, 2500.0), "network_rooms": (0.023, 0.024),
}  # fmt: skip
"""A1–A7, primary and junior (standards.md §1)."""
FACILITIES = tuple(PER_PUPIL)[3:]
"""Shared by the stages of a nine-year school."""


def district_of(draft: Draft, pupils: pd.DataFrame, current: dict[str, list[str]]) -> District:
    """Return the tables of a county that was made up."""
    names = list(draft.cells.values())
    shapes = [
        box(EAST + draft.xs[c], NORTH + draft.ys[r], EAST + draft.xs[c + 1], NORTH + draft.ys[r + 1]) for c, r in draft.cells
    ]  # fmt: skip
    zones = gpd.GeoDataFrame(
        {
            "zone": names, "name": [f"合成社区{k:03d}" for k in range(len(names))], "township": "T1", "kind": "estate",
            "locale": draft.rng.choice(["urban", "urban", "town", "rural"], len(names)), "population": 900.0,
            "current_primary": current["primary"], "current_junior": current["junior"], "real_code": pd.NA,
        },
        geometry=shapes, crs=CRS,
    )  # fmt: skip
    tables: dict[str, Any] = {name: _empty(name) for name in TABLE}
    whole = [zones.union_all()]
    tables |= {
        "zones": zones,
        "boundary": gpd.GeoDataFrame({"name": ["合成县"]}, geometry=whole, crs=CRS),
        "townships": gpd.GeoDataFrame({"township": ["T1"], "name": ["合成镇"], "population": [5400]}, geometry=whole, crs=CRS),
        "zone_pupils": pupils,
        "schools": gpd.GeoDataFrame([{k: v for k, v in s.items() if k != "cell"} for s in draft.schools], geometry="geometry", crs=CRS),
        "units": pd.DataFrame([{"admission": "catchment", **u, "music_rooms": 1, "art_rooms": 1} for u in draft.units]),
        "classes": _classes(draft, pupils, current),
    }  # fmt: skip
    if draft.projects:
        tables["projects"] = gpd.GeoDataFrame(draft.projects, geometry="geometry", crs=CRS)
    if draft.cut_column >= 0:
        tables |= _rails(draft)
    return District(
        info=DistrictInfo("made-up", "Made-up County", "合成县", BASE, CRS, grades=draft.grades), **tables
    )


def _rails(draft: Draft) -> dict[str, Any]:
    x = EAST + draft.xs[draft.cut_column + 1]
    line = LineString([(x, NORTH - 500.0), (x, NORTH + draft.ys[-1] + 500.0)])
    ways = []
    for row in sorted(draft.crossings):
        y = NORTH + (draft.ys[row] + draft.ys[row + 1]) / 2
        ways.append(LineString([(x - 100, y), (x + 100, y)]))
    roads = gpd.GeoDataFrame(
        {"road": [f"R{k}" for k in range(len(ways))], "name": [f"合成路{k}" for k in range(len(ways))], "road_class": "local",
         "walkable": True, "crossing": True}, geometry=ways, crs=CRS,
    )  # fmt: skip
    barriers = gpd.GeoDataFrame(
        {"barrier": ["B1"], "name": ["合成铁路"], "kind": ["railway"]}, geometry=[line], crs=CRS
    )
    return {"roads": roads, "barriers": barriers}


def _classes(draft: Draft, pupils: pd.DataFrame, current: dict[str, list[str]]) -> pd.DataFrame:
    """Return the register of classes: every zone's pupils sit where its first unit of today is."""
    rows = []
    for stage in ("primary", "junior"):
        mine = draft.zoned(stage)
        apart = [u["unit"] for u in draft.units if u["stage"] == stage and u["unit"] not in mine]
        rows += [(u, BASE, g, 1, 30) for u in apart for g in draft.grades.get(stage, ())]
        if not mine:
            continue
        sits = {
            z: (u.split(";")[0] or mine[0]) for z, u in zip(draft.cells.values(), current[stage], strict=True)
        }
        table = pupils[pupils["grade"].isin(draft.grades[stage])]
        total = (
            table.assign(unit=table["zone"].map(sits))
            .groupby(["unit", "grade"])["pupils"]
            .sum()
            .reset_index()
        )
        rows += [
            (str(u), BASE, int(g), 1, int(n))
            for u, g, n in zip(total["unit"], total["grade"], total["pupils"], strict=True)
            if n
        ]
    return pd.DataFrame(rows, columns=["unit", "year", "grade", "class_no", "pupils"])


def _empty(name: str) -> Any:
    table = TABLE[name]
    frame = pd.DataFrame({c.name: pd.Series(dtype="object") for c in table.columns})
    return gpd.GeoDataFrame(frame, geometry=[], crs=CRS) if table.geometry else frame


def resources_of(draft: Draft) -> pd.DataFrame:
    """Return resources for about as many pupils as a unit has rooms, some more, some less, some not on record."""
    rng, rows = draft.rng, []
    for unit in draft.units:
        junior = unit["stage"] == "junior"
        suffice = unit["rooms"] * (50 if junior else 45) * rng.uniform(0.5, 1.2)
        row: dict[str, Any] = {"school": unit["school"], "stage": unit["stage"]}
        for name, standard in PER_PUPIL.items():
            amount = round(float(standard[junior] * suffice * rng.uniform(0.8, 1.3)), 1)
            row[name] = amount if rng.random() < 0.93 else pd.NA
        rows.append(row)
    for school in draft.schools:
        mine = [r for r in rows if r["school"] == school["school"]]
        if len(mine) == 2 and rng.random() < 0.7:
            held: dict[str, Any] = {"school": school["school"], "stage": "shared"} | dict.fromkeys(
                PER_PUPIL, pd.NA
            )
            for name in FACILITIES:
                amounts = [r[name] for r in mine]
                if not any(pd.isna(a) for a in amounts):
                    held[name] = sum(amounts)
                for r in mine:
                    r[name] = pd.NA
            rows.append(held)
    return pd.DataFrame(rows).astype(dict.fromkeys(PER_PUPIL, "Float64"))
