"""Make typed tables from plain records, with every column of the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from planning.district.cells.parse import empty_column, settle
from planning.district.schema import TABLE


def make_table(name: str, records: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Return a table of the schema without shapes; absent columns get their default or stay missing.

    Parameters
    ----------
    name : str
        Table of :mod:`planning.district.schema`.
    records : iterable of mapping
        Values by column name.
    """
    rows = list(records)
    data = {}
    for column in TABLE[name].columns:
        if any(column.name in row for row in rows):
            values = pd.Series([row.get(column.name) for row in rows], dtype="object")
            values = values.where(values.notna(), column.default)
            data[column.name] = settle(column, values)
        else:
            data[column.name] = empty_column(column, len(rows))
    return pd.DataFrame(data)


def make_layer(
    name: str, records: Iterable[Mapping[str, Any]], shapes: Sequence[BaseGeometry | None], crs: str
) -> gpd.GeoDataFrame:
    """Return a geometry table of the schema.

    Parameters
    ----------
    shapes : sequence of geometries, one per record
        In ``crs``.
    crs : str
        Projected coordinate system of the district.
    """
    return gpd.GeoDataFrame(
        make_table(name, records), geometry=np.array([*shapes, None], dtype=object)[:-1], crs=crs
    )
