"""Name, when a district is checked, the zones that barriers cut from every school: the places a run would join to others."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.district import District
from planning.district.geometry.coordinates import WGS84
from planning.errors import Issue
from planning.scenario.parts import Contiguity
from planning.travel.neighbours import zone_neighbours, zone_of_points
from planning.zoning.build.islands import Bridge, bridged


def parted_places(district: District, file: str = "zones") -> list[Issue]:
    """Return a warning for each place that a barrier without a crossing parts from every school of some stage.

    Parameters
    ----------
    district : District
        Zones, barriers, roads and schools; today's schools count, projects do not.
    file : str
        Name of the zones' table in the messages.

    Returns
    -------
    list of Issue
        Warnings. Places beyond a gap are named by :func:`planning.check_district` already.

    Notes
    -----
    Neighbours, cuts and bridges are those of a run whose scenario says nothing else (``contiguity``).
    """
    setting = Contiguity()
    if not district.barriers["kind"].isin(list(setting.cut_by)).any():
        return []
    found = zone_neighbours(
        district, contiguity=setting.neighbours, snap_m=setting.snap_m, cut=setting.cut_by, bridges=()
    )
    if not found.cut:
        return []
    zones = pd.Index(district.zones["zone"].astype(str))
    shapes = np.asarray(district.zones.geometry.to_numpy(), dtype=object)
    barriers = district.barriers[district.barriers["kind"].isin(list(setting.cut_by))]
    _, bridges = bridged(found.matrix, zones, shapes, _homes(district, zones), barriers)
    points = gpd.GeoSeries(district.zones.geometry.representative_point()).to_crs(WGS84)
    place = {z: f"{x:.6f}, {y:.6f}" for z, (x, y) in zip(zones, shapely.get_coordinates(points), strict=True)}
    cut = {zone for pair in found.cut for zone in pair}
    alone = [_alone(file, zone, other, place[zone]) for zone, other in found.linked if zone in cut]
    return alone + [
        _group(file, b, place[b.from_zone]) for b in bridges if b.barrier or b.gap_m <= setting.snap_m
    ]


def _homes(district: District, zones: pd.Index[str]) -> dict[str, np.ndarray]:
    """Return, by stage, which zones hold a school that admits by catchment."""
    home = zone_of_points(district, district.schools.set_index("school"))
    units = district.units[district.units["admission"] == "catchment"]
    result = {}
    for stage, rows in units.groupby("stage", sort=False):
        held = zones.get_indexer(pd.Index(home.reindex(rows["school"]).dropna()))
        result[str(stage)] = np.isin(np.arange(len(zones)), held)
    return result


def _group(file: str, bridge: Bridge, place: str) -> Issue:
    return Issue(
        "zoning.parted.around",
        file,
        column="zone",
        value=", ".join(bridge.zones),
        level="warning",
        place=place,
        text=bridge.said,
    )


def _alone(file: str, zone: str, other: str, place: str) -> Issue:
    return Issue(
        "zoning.parted.barriers_part_zone_from_all",
        file,
        column="zone",
        value=zone,
        level="warning",
        place=place,
        other=other,
    )
