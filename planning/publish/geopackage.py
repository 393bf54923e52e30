"""Write a layout as GeoPackage layers for desktop mapping programs."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from planning.district import District
from planning.layout import Layout
from planning.publish.catchments import catchment_polygons
from planning.publish.school_points import school_points


def write_layout_gpkg(district: District, layout: Layout, path: Path) -> None:
    """Write the layers ``zones``, ``catchments_<stage>``, ``schools`` and ``projects``; all or nothing."""
    temporary = path.with_name(f".{path.name}.tmp.gpkg")
    temporary.unlink(missing_ok=True)
    try:
        for name, layer in _layers(district, layout).items():
            layer.to_file(temporary, layer=name, driver="GPKG", engine="pyogrio")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _layers(district: District, layout: Layout) -> dict[str, gpd.GeoDataFrame]:
    zones = district.zones[["zone", "name", "township", "kind", "locale", "geometry"]]
    stages = list(dict.fromkeys(layout.assignment["stage"]))
    for stage in stages:
        part = layout.assignment[layout.assignment["stage"] == stage].drop(columns="stage").set_index("zone")
        zones = zones.join(part.add_suffix(f"_{stage}"), on="zone")
    layers = {"zones": zones}
    for stage in stages:
        layers[f"catchments_{stage}"] = catchment_polygons(district, layout, stage)
    layers["schools"] = school_points(district, layout)
    built = layout.projects.loc[layout.projects["built"].astype(bool), "project"]
    projects = district.projects.assign(built=district.projects["project"].isin(built))
    if len(projects):
        layers["projects"] = projects
    return layers
