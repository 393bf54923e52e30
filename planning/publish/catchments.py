"""Dissolve zones into catchment polygons and colour them so that neighbours differ."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import pandas as pd
import shapely

from planning.district import District
from planning.layout import Layout

# Okabe and Ito's palette, safe for colour-blind readers, lightened for areas; black and yellow left out
PALETTE = ("#7fb8d8", "#f2b96b", "#6fc3a4", "#e59a6f", "#d9a6c6", "#8d9fd6", "#b9c95f", "#c9b29b")


def unit_names(district: District) -> pd.Series[Any]:
    """Return the display name of every unit, existing or created by a project."""
    names = district.units.merge(district.schools[["school", "name"]], on="school").set_index("unit")["name"]
    suffix = {"primary": "P", "junior": "J"}
    projects = district.projects[district.projects["kind"].isin(["new", "conversion"])]
    created = pd.Series(
        projects["name"].to_numpy(),
        index=projects["school"].astype(str) + "-" + projects["stage"].map(suffix),
        dtype=object,
    )
    both: pd.Series[Any] = pd.concat([names, created[~created.index.isin(names.index)]])
    return both


def zones_of_stage(
    district: District, layout: Layout, stage: str, *, simplify_m: float = 0.0
) -> gpd.GeoDataFrame:
    """Return the zones with their unit in one stage; borders simplified together, so that no gap opens."""
    part = layout.assignment[layout.assignment["stage"] == stage]
    zones = district.zones[["zone", "name", "township", "locale", "geometry"]].merge(part, on="zone")
    if simplify_m > 0 and len(zones):
        zones = zones.set_geometry(
            gpd.GeoSeries(shapely.coverage_simplify(zones.geometry.to_numpy(), simplify_m), crs=zones.crs)
        )
    return gpd.GeoDataFrame(zones, geometry="geometry", crs=district.zones.crs)


def catchment_polygons(
    district: District, layout: Layout, stage: str, *, simplify_m: float = 0.0
) -> gpd.GeoDataFrame:
    """Return one polygon (or multipolygon) per unit of a stage.

    Parameters
    ----------
    stage : {"primary", "junior"}
        Stage.
    simplify_m : float
        Tolerance in metres; neighbours are simplified together, without gaps or overlaps.

    Returns
    -------
    GeoDataFrame
        ``unit, name, zones, pupils, parts, holes, colour, geometry`` in the district's metric CRS; ``parts`` above 1
        means exclaves, ``holes`` counts enclosed areas of other catchments.
    """
    zones = zones_of_stage(district, layout, stage, simplify_m=simplify_m)
    groups = zones.groupby("unit")
    units = list(groups.groups)
    # one name for each, so that the borders of the union are exactly those of the zones
    shapes = [shapely.coverage_union_all(groups.get_group(u).geometry.to_numpy()) for u in units]
    shapes = [s if s.is_valid else shapely.make_valid(s) for s in shapes]
    names = unit_names(district)
    table = gpd.GeoDataFrame(
        {
            "unit": units,
            "name": [names.get(u, u) for u in units],
            "zones": groups.size().to_numpy(),
            "pupils": groups["pupils"].sum().to_numpy(),
        },
        geometry=shapes,
        crs=zones.crs,
    )
    table["parts"] = [len(_polygons(g)) for g in table.geometry]
    table["holes"] = [sum(len(p.interiors) for p in _polygons(g)) for g in table.geometry]
    table["colour"] = colours(table)
    return table


def colours(catchments: gpd.GeoDataFrame) -> list[str]:
    """Return a colour for every catchment so that touching ones differ (greedy graph colouring)."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(catchments)))
    left, right = catchments.sindex.query(catchments.geometry, predicate="intersects")
    graph.add_edges_from((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)
    colour = nx.greedy_color(graph, strategy="DSATUR")
    return [PALETTE[colour[k] % len(PALETTE)] for k in range(len(catchments))]


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    return [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
