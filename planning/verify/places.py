"""Read shapes of tables, and find the zone in which a place lies."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

NEAR_M = 1000.0
"""A school may lie so far outside every zone and still belong to the nearest, metres."""


def outlines(frame: gpd.GeoDataFrame, key: str) -> dict[str, Any]:
    """Return the shapes of a layer by id, in the order of the table."""
    return dict(zip(frame[key].astype("str"), frame.geometry, strict=True))


def home_zones(zones: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> pd.Series[Any]:
    """Return the zone each place lies in, or the nearest within 1 km; missing where none is near.

    Parameters
    ----------
    zones : GeoDataFrame
        With ``zone``, metres.
    sites : GeoDataFrame
        Places, indexed by id.
    """
    shape = outlines(zones, "zone")
    tree, names = shapely.STRtree(list(shape.values())), list(shape)
    found: dict[Any, Any] = {}
    for key, site in sites.geometry.items():
        near = tree.query(site, predicate="dwithin", distance=NEAR_M).tolist()
        found[key] = min(((shape[names[k]].distance(site), names[k]) for k in near), default=(0.0, np.nan))[1]
    return pd.Series(found, dtype=object).reindex(sites.index)
