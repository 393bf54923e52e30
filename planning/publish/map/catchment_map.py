"""Draw the small map of one catchment that a notice shows beside what it says of a school."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.figure import Figure

from planning.district import District
from planning.messages import said
from planning.publish.map.labels import Names, name_roads
from planning.publish.map.shapes import draw_areas, within
from planning.publish.map.sheet import (
    blank_sheet,
    draw_ground,
    draw_north,
    draw_points,
    draw_scale,
    map_window,
)

# streets are drawn in a catchment up to so wide, metres
_STREETS_M = 6000.0


def catchment_figure(
    district: District, sites: gpd.GeoDataFrame, catchments: gpd.GeoDataFrame, unit: str
) -> Figure:
    """Return a small map of one catchment with its surroundings, school, named roads and neighbours.

    ``sites`` are the places of all schools (:func:`planning.publish.places.school_sites`), ``catchments`` all those of the stage.
    """
    figure = blank_sheet(6.3, 4.1)
    chosen = catchments[catchments["unit"] == unit]
    west, south, east, north = chosen.total_bounds
    pad = 0.12 * max(east - west, north - south)
    view = (west - pad, south - pad, east + pad, north + pad)
    axes = map_window(figure, (0.01, 0.01, 0.98, 0.98), view)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    frame = shapely.box(left, low, right, high)
    catchments = within(catchments, (left, low, right, high))
    draw_areas(axes, catchments.geometry.array, "#f3f1ec", edgecolor="#aaa", linewidth=0.6)
    draw_areas(axes, chosen.geometry.array, chosen["colour"], edgecolor="#b2182b", linewidth=1.8)
    draw_ground(axes, district, minor=bool(east - west < _STREETS_M))
    places = sites[sites["unit"].isin(unit.split(";"))]
    draw_points(axes, places)
    names = Names(axes, np.column_stack([places.geometry.x, places.geometry.y]))
    draw_scale(axes, names)
    draw_north(axes, names)
    for row in places.to_dict("records"):
        names.at_point(
            str(row["name"]), row["geometry"].x, row["geometry"].y, size=8.5, color="#111", fontweight="bold"
        )
    _neighbour_names(names, catchments[catchments["unit"] != unit], frame)
    rim: Any = chosen.geometry.iat[0]
    name_roads(names, district, rim.boundary.buffer(40.0), minor=True)
    return figure


def _neighbour_names(names: Names, others: gpd.GeoDataFrame, frame: Any) -> None:
    for row in others[others.intersects(frame)].to_dict("records"):
        seen = shapely.intersection(row["geometry"], frame)
        if seen.area > 0.01 * frame.area:
            place = shapely.point_on_surface(max(shapely.get_parts(seen), key=lambda p: float(p.area)))
            names.centred(
                said("publish.print_map.catchment_of", name=row["name"]),
                place.x,
                place.y,
                size=6.5,
                color="#777",
            )
