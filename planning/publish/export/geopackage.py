"""Write a layout as a GeoPackage that desktop GIS opens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from planning.atomic import whole_file
from planning.district import District
from planning.geopackages import flushed_later
from planning.internal import INTERNAL_EN, INTERNAL_ZH
from planning.layout import Layout, one_row_per_zone
from planning.publish.catchments import catchment_polygons
from planning.publish.places import (
    names_of_units,
    names_of_zones,
    project_places,
    shared_name,
    stages_of,
    unit_places,
)


def write_layout_gpkg(district: District, layout: Layout, path: str | Path) -> Path:
    """Write the layers ``zones``, ``catchments_<stage>``, ``schools`` and ``projects``; all or nothing.

    Parameters
    ----------
    district, layout : District, Layout
        What to write; geometries go out in the district's metric CRS.
    path : str or Path
        Target; an older file is replaced only when the new one is complete.

    Returns
    -------
    Path
        The file written.
    """
    with whole_file(path) as temporary, flushed_later():
        for name, frame in layout_layers(district, layout).items():
            # an empty frame has no geometry type of its own
            kind: dict[str, Any] = {"geometry_type": "Point"} if frame.empty else {}
            about = {"DESCRIPTION": f"{INTERNAL_ZH} ({INTERNAL_EN})"}
            frame.to_file(
                temporary, layer=name, driver="GPKG", engine="pyogrio", layer_metadata=about, **kind
            )
    return Path(path)


def layout_layers(district: District, layout: Layout) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a layout by name, in the district's metric CRS."""
    layers = {"zones": zone_layer(district, layout)}
    for stage in stages_of(layout):
        layers[f"catchments_{stage}"] = catchment_polygons(district, layout, stage)
    layers["schools"] = unit_places(district, layout)
    layers["projects"] = project_places(district, layout, only_built=False)
    return layers


def zone_layer(district: District, layout: Layout) -> gpd.GeoDataFrame:
    """Return the zones with unit, school name, pupils, distance, overflow and change of every stage."""
    zones = district.zones[["zone", "name", "township", "kind", "locale", "geometry"]].copy()
    zones["name"] = names_of_zones(district)
    names = names_of_units(district, layout)
    for stage in stages_of(layout):
        part = one_row_per_zone(layout.assignment[layout.assignment["stage"] == stage]).set_index("zone")
        part = part.reindex(zones["zone"])
        zones[f"{stage}_unit"] = part["unit"].to_numpy()
        zones[f"{stage}_school"] = [
            shared_name(unit, names) if isinstance(unit, str) else None for unit in part["unit"]
        ]
        for column in ("pupils", "distance_m", "overflow", "previous_unit"):
            zones[f"{stage}_{column}"] = part[column].to_numpy()
        previous = part["previous_unit"].fillna("").to_numpy()
        zones[f"{stage}_changed"] = (previous != "") & np.not_equal(previous, part["unit"].to_numpy())
    return zones[[c for c in zones.columns if c != "geometry"] + ["geometry"]]
