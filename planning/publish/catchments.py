"""Dissolve zones into catchment polygons without gaps or overlaps."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.arrays import Shapes
from planning.district import District
from planning.layout import Layout, one_row_per_zone
from planning.publish.across import across_streets, hole_count, polygonal
from planning.publish.colours import catchment_colours
from planning.publish.places import names_of_units, shared_name
from planning.publish.smooth import smoothed

CATCHMENT_COLUMNS = (
    "unit", "school", "name", "stage", "zones", "pupils", "area_m2", "parts", "exclaves", "holes", "colour", "geometry",
)  # fmt: skip


def catchment_polygons(
    district: District, layout: Layout, stage: str, *, simplify_m: float = 0.0, smooth_m: float = 0.0
) -> gpd.GeoDataFrame:
    """Return one polygon per catchment of a stage; together they cover what the zones cover.

    Parameters
    ----------
    district : District
        Zones (metres).
    layout : Layout
        Assignment; the zones that name the same several units, joined by ``;``, are one shared (multi-school) catchment.
    stage : str
        ``"primary"`` or ``"junior"``.
    simplify_m : float
        Tolerance of a simplification that keeps shared borders shared (0: none). Left out where the zones
        themselves overlap, because there is no common border to keep.
    smooth_m : float
        Greatest corner cut of a rounding of the borders between catchments, metres (0: none); same condition.

    Returns
    -------
    GeoDataFrame
        ``unit, school, name, stage, zones`` (how many), ``pupils`` (living there, first year of the plan),
        ``area_m2, parts`` (polygons), ``exclaves`` (parts apart from the largest by more than a street of no zone:
        :func:`planning.publish.across.across_streets`), ``holes`` (rings cut out that hold zones of others), ``colour`` (fill; neighbours differ), ``geometry`` (Polygon or MultiPolygon) in the metric CRS.

    Notes
    -----
    Visvalingam–Whyatt on the edges of the coverage (GEOS ``CoverageSimplifier``): neither gaps nor overlaps arise.
    """
    part = one_row_per_zone(layout.assignment[layout.assignment["stage"] == stage])
    zones = district.zones[["zone", "geometry"]].merge(part[["zone", "unit", "pupils"]], on="zone")
    groups = pd.DataFrame(zones[["unit", "pupils"]]).groupby("unit", sort=True)
    outlines = np.asarray(zones["geometry"].array, dtype=object)
    rows = {str(unit): at for unit, at in groups.indices.items()}
    units = sorted(rows)
    shapes = dissolved([outlines[rows[unit]] for unit in units])
    over = across_streets(shapes, np.asarray(district.zones.geometry.array, dtype=object))
    if max(simplify_m, smooth_m) > 0 and len(shapes) and shapely.coverage_is_valid(shapes):
        if simplify_m > 0:
            shapes = shapely.coverage_simplify(shapes, simplify_m, simplify_boundary=False)
        shapes = smoothed(shapes, smooth_m)
    names = names_of_units(district, layout)
    school_of = dict(zip(layout.units["unit"], layout.units["school"], strict=True))
    table = pd.DataFrame(
        {
            "unit": units,
            "school": [";".join(str(school_of.get(u, u)) for u in unit.split(";")) for unit in units],
            "name": [shared_name(unit, names) for unit in units],
            "stage": stage,
            "zones": groups.size().to_numpy(),
            "pupils": groups["pupils"].sum().to_numpy().astype(np.int64),
            "area_m2": np.round(shapely.area(shapes), 1),
            "parts": shapely.get_num_geometries(shapes),
            "exclaves": shapely.get_num_geometries(over) - 1,
            "holes": [hole_count(shape) for shape in over],
            "colour": catchment_colours(list(shapes)),
        }
    )
    frame = gpd.GeoDataFrame(table, geometry=list(shapes), crs=district.zones.crs)
    return frame[list(CATCHMENT_COLUMNS)]


def dissolved(groups: Sequence[Shapes]) -> Shapes:
    """Return one polygon per group; the fast union where borders match exactly, the safe one elsewhere."""
    everything = np.concatenate(groups) if groups else np.array([], dtype=object)
    fits = bool(len(everything)) and bool(shapely.coverage_is_valid(everything))
    union = shapely.coverage_union_all if fits else shapely.union_all
    result = np.empty(len(groups), dtype=object)
    result[:] = [polygonal(union(group)) for group in groups]
    return result
