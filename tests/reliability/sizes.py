"""Faults of size."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from planning.district import check_district, write_district
from planning.district.check import check_loaded
from planning.district.load import load
from tests.district.tiny import CRS, ORIGIN, tiny_district
from tests.reliability.runs import county
from tests.reliability.table import Outcome, checked, fault

PART = "Sizes · 规模"
COUNT = 100_000


@fault(PART, "100,000 zones", "十万个居住单元", "warned")
def many_zones(place: Path) -> Outcome:
    tiny = tiny_district()
    folder = write_district(dataclasses.replace(tiny, classes=tiny.classes.iloc[:0]), place / "county")
    (folder / "zones.geojson").unlink()
    columns, rows = 400, COUNT // 400
    x, y = (a.ravel() for a in np.meshgrid(np.arange(columns), np.arange(rows)))
    width, height = 3000 / columns, 2000 / rows
    left, low = ORIGIN[0] + x * width, ORIGIN[1] + y * height
    names = pd.Series(np.arange(COUNT)).map("Z{:06d}".format)
    frame = pd.DataFrame(
        {"zone": names, "name": names, "township": "T1", "locale": "urban", "current_primary": "A-P"}
    )
    zones = gpd.GeoDataFrame(frame, geometry=shapely.box(left, low, left + width, low + height), crs=CRS)
    pyogrio.write_dataframe(zones, folder / "zones.gpkg", layer="zones", driver="GPKG")
    people = pd.DataFrame({"zone": names, "year": 2020, "grade": 1, "pupils": 1})
    people.to_csv(folder / "zone_pupils.csv", index=False)
    loaded = load(folder)
    assert len(loaded.frames["zones"]) == COUNT
    return checked([*loaded.problems, *check_loaded(loaded)])


@fault(PART, "100,000 rows that are wrong in the same way", "十万行同样的错误", "refused")
def many_errors(place: Path) -> Outcome:
    folder = county(place)
    lines = "\n".join(f"Z1,{1990 + i % 100},1,-{i + 1}" for i in range(COUNT))
    (folder / "zone_pupils.csv").write_text("zone,year,grade,pupils\n" + lines + "\n", encoding="utf-8")
    problems = check_district(folder)
    assert len(problems) < 200
    return checked(problems)
