"""Draw small counties for the travel tests: a grid of square zones and streets, 100 m apart."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point, box

from planning.district.model import District, DistrictInfo
from planning.district.schema import TABLE

CRS = "EPSG:4527"


def grid_district(
    columns=4, rows=2, *, barriers=(), crossings=(), schools=(), drop=(), extra=(), roads=True
) -> District:
    """Zones ``z{row}{column}`` of 100 m; streets on the zone borders; junction (i, j) at (100 i, 100 j).

    ``barriers`` are (id, kind, coordinates); ``crossings`` and ``drop`` name roads (``h{j}_{i}`` from (i, j) to
    (i+1, j), ``v{i}_{j}`` from (i, j) to (i, j+1)); ``extra`` are (id, coordinates, crossing).
    """
    zones = [
        (f"z{r}{c}", box(100 * c, 100 * r, 100 * c + 100, 100 * r + 100))
        for r in range(rows)
        for c in range(columns)
    ]
    lines = [
        (f"h{j}_{i}", [(100 * i, 100 * j), (100 * i + 100, 100 * j)])
        for j in range(rows + 1)
        for i in range(columns)
    ]
    lines += [
        (f"v{i}_{j}", [(100 * i, 100 * j), (100 * i, 100 * j + 100)])
        for i in range(columns + 1)
        for j in range(rows)
    ]
    segments = [(n, xy, n in crossings) for n, xy in lines if n not in drop] + list(extra)
    if not roads:
        segments = []
    return make_district(zones, segments, barriers, schools)


def make_district(zones, segments, barriers=(), schools=(), projects=()) -> District:
    tables = {}
    for name, table in TABLE.items():
        names = [c.name for c in table.columns]
        empty = pd.DataFrame({n: pd.Series(dtype="str") for n in names})
        tables[name] = gpd.GeoDataFrame(empty, geometry=[], crs=CRS) if table.geometry else empty

    def layer(name, rows, geometry):
        frame = pd.DataFrame(rows).reindex(columns=[c.name for c in TABLE[name].columns])
        return gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS)

    if zones:
        tables["zones"] = layer(
            "zones", [{"zone": z, "name": z, "locale": "urban"} for z, _ in zones], [g for _, g in zones]
        )
    if segments:
        tables["roads"] = layer(
            "roads",
            [{"road": n, "road_class": "local", "walkable": True, "crossing": c} for n, _, c in segments],
            [LineString(xy) for _, xy, _ in segments],
        )
    if barriers:
        tables["barriers"] = layer(
            "barriers",
            [{"barrier": n, "kind": k} for n, k, _ in barriers],
            [LineString(xy) for _, _, xy in barriers],
        )
    if schools:
        tables["schools"] = layer(
            "schools", [{"school": s} for s, _ in schools], [Point(xy) for _, xy in schools]
        )
    if projects:
        tables["projects"] = layer(
            "projects",
            [{"project": p, "kind": k, "school": s} for p, k, s, _ in projects],
            [Point(xy) for *_, xy in projects],
        )
    return District(info=DistrictInfo("grid", "Grid", "格", 2020, CRS), **tables)
