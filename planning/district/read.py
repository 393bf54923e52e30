"""Read a district from its folder or a filled workbook."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np

from planning.district.check import check_loaded
from planning.district.geometry.closing import closed
from planning.district.load import district_of, load
from planning.district.model import District


def read_district(path: str | Path) -> District:
    """Read and check every table of a district.

    Parameters
    ----------
    path : str or Path
        District folder (``district.yaml`` and one file per table) or filled workbook (``.xlsx``).

    Returns
    -------
    District
        Geometries in ``info.crs_metric``; optional tables that are missing are empty.

    Raises
    ------
    DistrictError
        With everything that is wrong, not only the first.

    Examples
    --------
    >>> import tempfile, planning
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     planning.read_district(planning.sample_district().save(f"{folder}/county"))
    <District 合成县 2025: 12 zones, 3 schools, 1,080 pupils, EPSG:32648>
    """
    loaded = load(path)
    return district_of(dataclasses.replace(loaded, problems=(*loaded.problems, *check_loaded(loaded))))


def closed_wider(district: District, snap_m: float) -> District:
    """Return the district with its zones closed at a wider tolerance than it was read with, where a scenario asks for that.

    Parameters
    ----------
    snap_m : float
        Metres; a tolerance that is no wider than the district's own changes nothing.
    """
    if snap_m <= district.info.snap_m:
        return district
    shapes = closed(np.asarray(district.zones.geometry.array, dtype=object), snap_m).shapes
    zones = district.zones.set_geometry(
        gpd.GeoSeries(shapes, index=district.zones.index, crs=district.zones.crs)
    )
    return dataclasses.replace(district, zones=zones)
