"""Make the smallest county worth planning, in memory, for examples and first steps."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely import Point, box

from planning.district import District

_EAST, _NORTH, _SIDE = 600_000.0, 4_200_000.0, 600.0


def sample_district() -> District:
    """Return a made-up county: 4 × 3 zones of 600 m, ten pupils in every grade of each, two primary schools and a junior one.

    Returns
    -------
    District
        Labelled synthetic; the same every time.

    Examples
    --------
    >>> import planning
    >>> district = planning.sample_district()
    >>> district.schools["name"].tolist()
    ['合成小学01', '合成小学02', '合成中学01']
    >>> district == planning.sample_district()
    True
    """
    cells = [(column, row) for row in range(3) for column in range(4)]
    corner = [(_EAST + _SIDE * c, _NORTH + _SIDE * r) for c, r in cells]
    names = [f"Z{k + 1:02d}" for k in range(len(cells))]
    zones = gpd.GeoDataFrame(
        {"zone": names, "name": [f"合成社区{k + 1:03d}" for k in range(len(cells))]},
        geometry=[box(x, y, x + _SIDE, y + _SIDE) for x, y in corner],
        crs="EPSG:32648",
    )
    middle = [Point(corner[k][0] + _SIDE / 2, corner[k][1] + _SIDE / 2) for k in (4, 7, 5)]
    schools = gpd.GeoDataFrame(
        {
            "school": ["S1", "S2", "S3"],
            "name": ["合成小学01", "合成小学02", "合成中学01"],
            "kind": ["primary", "primary", "junior"],
            "rooms": [12, 12, 9],
        },
        geometry=middle,
        crs="EPSG:32648",
    )
    pupils = pd.DataFrame(10, index=pd.Index(names, name="zone"), columns=range(1, 10))
    return District.from_frames(zones, schools, pupils, name="合成县", base_year=2025, status="synthetic")
