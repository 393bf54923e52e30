"""Draw the seat warning as one web page: a map by year with a slider, without internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.atomic import whole_file
from planning.demand import VARIANTS
from planning.demand.outlook import Outlook, place_names
from planning.district import District
from planning.district.schema import STAGES
from planning.grades import grade_cell
from planning.messages import said
from planning.publish.catchments import dissolved
from planning.publish.colours import LOAD_STEPS, NO_LOAD_COLOUR
from planning.publish.map.leaflet import MapPage
from planning.publish.map.web_map import geojson
from planning.publish.places import layers_word
from planning.publish.words import county_word, internal_word, page_words, stage_word

LEVELS = ("unit", "township")
_SIMPLIFY_M = 8.0
_DIGITS = 6
_SHOWN = ("zones", "zone_pupils", "births", "housing", "schools")


def write_seat_map(
    district: District, made: Outlook, path: str | Path, *, catchments: pd.DataFrame | None = None
) -> Path:
    """Write the seat warning by year as one HTML file, whole or not at all; return its path.

    Parameters
    ----------
    district : District
        Zones, townships, names.
    made : Outlook
        Forecasts, seats and the warning.
    path : str or Path
        Where the page goes.
    catchments : DataFrame, optional
        ``stage, zone, unit``: those the outlook was made with; today's when absent.
    """
    with whole_file(path) as temporary:
        temporary.write_text(_page(district, made, catchments).html(), encoding="utf-8")
    return Path(path)


def _page(district: District, made: Outlook, catchments: pd.DataFrame | None) -> MapPage:
    data = seat_map_data(district, made, catchments)
    return MapPage(data["title"], "web_map.css", "seat_map.js", data)


def seat_map_data(
    district: District, made: Outlook, catchments: pd.DataFrame | None = None
) -> dict[str, Any]:
    """Return everything the page shows as plain data; shapes as GeoJSON in WGS84."""
    first, last = made.years[0], made.years[-1]
    info = district.info
    return {
        "internal": internal_word(),
        "title": said(
            "publish.seat_map.title", county=county_word(district), first=str(first), last=str(last)
        ),
        "note": info.note,
        "status": _status(district),
        "years": list(made.years),
        "variants": [[v, said(f"publish.variant.{v}")] for v in VARIANTS if v in made.forecasts],
        "stages": [[s, stage_word(s)] for s in STAGES],
        "levels": [[name, said(f"publish.level.{name}")] for name in LEVELS],
        "shapes": {
            "township": {s: _townships(district) for s in STAGES},
            "unit": {s: _catchments(district, s, catchments) for s in STAGES},
        },
        "values": {level: _values(made.warning.heat, level) for level in (*LEVELS, "county")},
        "names": place_names(district),
        "core": _core(district),
        "boundary": geojson(district.boundary[["name", "geometry"]], simplify_m=_SIMPLIFY_M),
        "steps": [[None if np.isinf(limit) else limit, colour, label] for limit, colour, label in LOAD_STEPS],
        "empty": NO_LOAD_COLOUR,
        "words": page_words("seat_map.js"),
    }


def _townships(district: District) -> dict[str, Any]:
    table = district.townships[["township", "name", "geometry"]].copy()
    table["units"] = table.pop("township").astype(str)
    frame = gpd.GeoDataFrame(table, geometry="geometry", crs=district.zones.crs)
    return geojson(_with_point(frame), simplify_m=_SIMPLIFY_M)


def _catchments(district: District, stage: str, catchments: pd.DataFrame | None) -> dict[str, Any]:
    """Return one shape per catchment; a shared one names its units joined by ``;``."""
    zones = district.zones[["zone", "geometry"]]
    if catchments is None:
        units = district.zones[f"current_{stage}"].fillna("").astype(str)
        zones = zones.assign(units=units)
    else:
        own = catchments[catchments["stage"] == stage]
        joined = own.groupby(own["zone"].astype(str))["unit"].agg(
            lambda u: ";".join(sorted(set(map(str, u))))
        )
        zones = zones.assign(units=zones["zone"].astype(str).map(joined).fillna(""))
    groups = zones[zones["units"] != ""].groupby("units", sort=True)
    shapes = dissolved([part["geometry"].to_numpy() for _, part in groups])
    if len(shapes) and shapely.coverage_is_valid(shapes):
        shapes = shapely.coverage_simplify(shapes, _SIMPLIFY_M)
    table = pd.DataFrame({"units": [str(name) for name, _ in groups]})
    names = place_names(district)
    table["name"] = [
        said("publish.sign.comma").join(names.get(u, u) for u in text.split(";")) for text in table["units"]
    ]
    return geojson(_with_point(gpd.GeoDataFrame(table, geometry=list(shapes), crs=district.zones.crs)))


def _with_point(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add ``lat, lon`` of a point inside the largest part, where a label belongs."""
    largest = [
        max(shapely.get_parts(shape), key=lambda p: float(p.area), default=shape) for shape in frame.geometry
    ]
    points = gpd.GeoSeries(largest, index=frame.index, crs=frame.crs).representative_point().to_crs(4326)
    return frame.assign(lat=points.y.round(_DIGITS), lon=points.x.round(_DIGITS))


def _values(heat: pd.DataFrame, level: str) -> dict[str, Any]:
    """Return by variant, stage and place one list a year: pupils, seats, short, grade, pupils over its share."""
    rows = heat[heat["level"] == level].sort_values("year", kind="stable")
    result: dict[str, Any] = {}
    for (variant, stage, place), part in rows.groupby(["variant", "stage", "place"], sort=True):
        whole = part[["pupils", "seats", "short", "grade_short"]].fillna(0).to_numpy(dtype=float)
        grades = part["grade"].astype(object).where(part["grade"].notna(), None).tolist()
        series = [
            [round(float(p), 1), round(float(s)), round(float(short), 1), None if g is None else grade_cell(g), round(float(over), 1)]
            for (p, s, short, over), g in zip(whole, grades, strict=True)
        ]  # fmt: skip
        result.setdefault(str(variant), {}).setdefault(str(stage), {})[str(place)] = series
    return result


def _core(district: District) -> list[list[float]]:
    """Return the corners of where most urban zones lie, for the first view: the city is where seats run out."""
    urban = district.zones[district.zones["locale"] == "urban"]
    points = (urban if len(urban) else district.zones).geometry.representative_point().to_crs(4326)
    return [[float(points.y.quantile(q)), float(points.x.quantile(q))] for q in (0.02, 0.98)]


def _status(district: District) -> str:
    layers = {t: district.info.layers[t].status for t in _SHOWN if t in district.info.layers}
    return layers_word(layers)
