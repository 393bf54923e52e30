"""Place every school on the map with its pupils, seats and load."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from planning.district import District
from planning.layout import Layout
from planning.publish.catchments import unit_names


def school_points(district: District, layout: Layout, year: int | None = None) -> gpd.GeoDataFrame:
    """Return one point per unit in use: ``unit, name, stage, pupils, classes, seats, rooms, shortage, load, project``.

    ``load`` is pupils over the seats of all its classrooms (NaN without classrooms).
    """
    year = int(layout.units["year"].min()) if year is None else year
    rows = layout.units[layout.units["year"] == year]
    table = rows.groupby(["unit", "school", "stage"], as_index=False).agg(
        pupils=("pupils", "sum"), classes=("classes", "sum"), seats=("seats", "sum"), rooms=("rooms", "first"),
        cap=("cap", "min"), shortage=("shortage", "sum"), oversize=("oversize", "first"),
    )  # fmt: skip
    capacity = table["rooms"] * table["cap"]
    table["load"] = table["pupils"] / capacity.where(capacity > 0)
    table["name"] = table["unit"].map(unit_names(district)).fillna(table["school"])
    sites = pd.concat(
        [
            district.projects[["school", "geometry"]].drop_duplicates("school"),
            district.schools[["school", "geometry"]],
        ]
    ).drop_duplicates("school", keep="last")
    table["project"] = ~table["school"].isin(district.schools["school"])
    merged = table.merge(sites, on="school", how="inner")
    return gpd.GeoDataFrame(merged, geometry="geometry", crs=district.zones.crs)
