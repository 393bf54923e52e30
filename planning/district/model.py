"""Hold the tables of one county as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd


@dataclass(frozen=True)
class Layer:
    """Where one table comes from.

    Parameters
    ----------
    status : str
        ``"real"``, ``"derived"`` or ``"synthetic"``.
    source, licence, method : str
        Origin, licence, and how it was made (generator version and seed where synthetic).
    """

    status: str
    source: str = ""
    licence: str = ""
    method: str = ""


@dataclass(frozen=True)
class DistrictInfo:
    """What ``district.yaml`` says: names, years, coordinate system and the origin of each layer.

    Parameters
    ----------
    id, name, name_zh : str
        Short identifier and names.
    base_year : int
        School year of the register (named after its September).
    crs_metric : str
        Projected CRS used for every length and area.
    layers : mapping of str to Layer
        Origin of each table.
    """

    id: str
    name: str
    name_zh: str
    base_year: int
    crs_metric: str
    layers: Mapping[str, Layer] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class District:
    """Every table of one county, checked; geometries in ``info.crs_metric`` (metres).

    Tables follow :mod:`planning.district.schema`; optional tables that are missing are empty frames with
    the schema's columns. ``path`` is where it was read from (``None`` when generated in memory).
    """

    info: DistrictInfo
    boundary: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    zone_pupils: pd.DataFrame
    schools: gpd.GeoDataFrame
    units: pd.DataFrame
    classes: pd.DataFrame
    resources: pd.DataFrame
    projects: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    births: pd.DataFrame
    housing: pd.DataFrame
    register: pd.DataFrame
    path: Path | None = None
