"""Draw a layout as one web page: catchments, schools, projects and shortages, without internet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from planning.atomic import whole_file
from planning.district import District
from planning.district.cells.traditional import written_as
from planning.layout import Layout, in_seats
from planning.messages import paper_language, spoken
from planning.publish.catchments import catchment_polygons
from planning.publish.colours import LOAD_STEPS, NO_LOAD_COLOUR, load_colour
from planning.publish.export.geopackage import zone_layer
from planning.publish.map.leaflet import MapPage
from planning.publish.name_search import FINDER, readings_of
from planning.publish.places import (
    MAIN_ROADS,
    data_word,
    map_title_in,
    names_of_units,
    names_of_zones,
    project_places,
    public_note,
    shared_name,
    stages_of,
    unit_places,
)
from planning.publish.words import internal_word, kind_word, page_words, stage_word
from planning.standards.money import money_of

if TYPE_CHECKING:
    import folium

# main roads only: a plan is read by them, and the streets would drown the catchments
_SIMPLIFY_M = 8.0
# what a public map says; whatever is not named here stays inside the office
_PUBLIC = (
    "title",
    "status",
    "note",
    "projects",
    "roads",
    "barriers",
    "boundary",
    "townships",
    "load_steps",
    "core",
    "money",
    "words",
    "names",
    "written",
)
_PUBLIC_FIGURES = ("seats_possible", "cost_yuan")
_PUBLIC_LAYERS = {
    "catchments": ("unit", "name", "zones", "exclaves", "colour"),
    "zones": ("name", "town", "school", "unit", "changed"),
    "schools": ("unit", "name", "is_new", "zoned", "rooms", "capacity"),
}
# a shared border must not move apart by rounding: 0.1 m
_DIGITS = 6


def to_map(district: District, layout: Layout) -> folium.Map:
    """Return the layout as a folium map that needs no internet.

    Parameters
    ----------
    district, layout : District, Layout
        What to draw.

    Returns
    -------
    folium.Map
        Catchments per stage, schools sized by pupils and coloured by load (pupils ÷ seats that its rooms allow),
        built projects, shortages, main roads and barriers, with texts in Chinese and English. No request leaves
        the page; names are text and never run.

    Examples
    --------
    >>> import planning
    >>> district = planning.sample_district()
    >>> page = planning.to_map(district, planning.solve(district, {"solver": {"time_limit_s": 5}}))
    >>> type(page).__name__
    'Map'
    """
    from planning.publish.map.folium_map import folium_map

    return folium_map(_page(district, layout))


def write_map(district: District, layout: Layout, path: str | Path, *, public: bool = False) -> Path:
    """Write the map as one HTML file, whole or not at all; return its path.

    The planners' map says 内部资料 on its face. With ``public`` the file holds no pupil count below that of the county, by
    zone, catchment or school, nor anything that tells one.
    """
    with whole_file(path) as temporary:
        temporary.write_text(_page(district, layout, public=public).html(), encoding="utf-8")
    return Path(path)


def _page(district: District, layout: Layout, *, public: bool = False) -> MapPage:
    data = map_data(district, layout)
    return MapPage(
        data["title"], "web_map.css", "web_map.js", public_data(data) if public else data, called=(FINDER,)
    )


def map_data(district: District, layout: Layout) -> dict[str, Any]:
    """Return everything the page shows as plain data; shapes as GeoJSON in WGS84."""
    unit = money_of(layout.scenario)
    zones, places = zone_layer(district, layout), unit_places(district, layout)
    return {
        "internal": internal_word(),
        "title": map_title_in(district, layout, paper_language()),
        "status": data_word(district, layout),
        "note": public_note(district, layout, exceptions=2),
        "figures": _figures(layout),
        "stages": [_stage(district, layout, stage, zones, places) for stage in stages_of(layout)],
        "projects": _projects(district, layout),
        "roads": main_roads(district),
        "barriers": geojson(district.barriers[["name", "kind", "geometry"]], simplify_m=_SIMPLIFY_M),
        "boundary": geojson(district.boundary[["name", "geometry"]], simplify_m=_SIMPLIFY_M),
        "townships": geojson(district.townships[["name", "geometry"]], simplify_m=_SIMPLIFY_M),
        "load_steps": [[colour, label] for _, colour, label in LOAD_STEPS] + [[NO_LOAD_COLOUR, "—"]],
        "core": _core(district),
        "money": {"scale": unit.scale, "unit": spoken(unit.unit), "named": unit.named},
        "words": page_words("web_map.js", FINDER),
        **_names(district, places),
    }


def public_data(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a map with what may be published only: a list of what stays, so that nothing new slips through."""
    stages = [
        {
            "stage": stage["stage"],
            "name": stage["name"],
            **{layer: _only(stage[layer], columns) for layer, columns in _PUBLIC_LAYERS.items()},
            "placeless": _told(stage["placeless"], _PUBLIC_LAYERS["schools"]),
        }
        for stage in data["stages"]
    ]
    figures = {key: value for key, value in data["figures"].items() if key in _PUBLIC_FIGURES}
    return {**{key: data[key] for key in _PUBLIC}, "internal": None, "stages": stages, "figures": figures}


def _only(layer: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    features = [
        {**f, "properties": {k: v for k, v in f["properties"].items() if k in columns}}
        for f in layer["features"]
    ]
    # the planners' map draws large schools first: their order would tell who has more pupils
    return {**layer, "features": sorted(features, key=lambda f: json.dumps(f, sort_keys=True))}


def _told(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    told = [{k: v for k, v in row.items() if k in columns} for row in rows]
    return sorted(told, key=lambda row: json.dumps(row, sort_keys=True))


def geojson(frame: gpd.GeoDataFrame, *, simplify_m: float = 0.0) -> dict[str, Any]:
    """Return a layer as GeoJSON in WGS84 with coordinates of about 0.1 m; rows without a place are left out."""
    shown = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].copy()
    if simplify_m > 0:
        shown["geometry"] = shown.geometry.simplify(simplify_m)
    if shown.empty:
        return {"type": "FeatureCollection", "features": []}
    shown = shown.to_crs(4326)
    shown["geometry"] = shapely.transform(shown.geometry.to_numpy(), lambda xy: np.round(xy, _DIGITS))
    return {"type": "FeatureCollection", "features": shown.to_geo_dict(drop_id=True)["features"]}


def _stage(
    district: District, layout: Layout, stage: str, zones: gpd.GeoDataFrame, places: gpd.GeoDataFrame
) -> dict[str, Any]:
    catchments = catchment_polygons(district, layout, stage, simplify_m=_SIMPLIFY_M)
    columns = ["unit", "name", "zones", "pupils", "exclaves", "colour", "geometry"]
    names = {
        f"{stage}_{c}": c for c in ("school", "pupils", "distance_m", "changed", "unit", "previous_unit")
    }
    zones = zones.rename(columns=names)
    called = names_of_units(district, layout)
    zones["before"] = [
        shared_name(unit, called) if changed else None
        for unit, changed in zip(zones["previous_unit"], zones["changed"], strict=True)
    ]
    towns = dict(zip(district.townships["township"], district.townships["name"].astype(str), strict=True))
    zones["town"] = [towns.get(town, "") for town in zones["township"]]
    zones["code"] = zones["zone"]
    of_zone = [
        "code",
        "name",
        "town",
        "school",
        "before",
        "unit",
        "pupils",
        "distance_m",
        "changed",
        "geometry",
    ]
    zones = zones[of_zone]
    if shapely.coverage_is_valid(zones.geometry.to_numpy()):
        zones["geometry"] = shapely.coverage_simplify(zones.geometry.to_numpy(), _SIMPLIFY_M)
    units = places[places["stage"] == stage].copy()
    units["colour"] = [load_colour(value) for value in units["load"]]
    units["load"] = units["load"].round(3).astype(object).where(units["load"].notna(), None)
    held = [] if in_seats(layout.units) else ["classes", "rooms"]
    shown = ["unit", "name", "is_new", "zoned", "pupils", *held, "seats", "capacity", "load", "shortage",
             "oversize", "overflow_in", "overflow_out", "colour", "geometry"]  # fmt: skip
    units = units[shown].sort_values("pupils", ascending=False)
    nowhere = units[units.geometry.isna() | units.geometry.is_empty].drop(columns="geometry")
    return {
        "stage": stage,
        "name": stage_word(stage),
        "catchments": geojson(catchments[columns]),
        "zones": geojson(zones),
        "schools": geojson(units),
        "placeless": json.loads(nowhere.to_json(orient="records")),
    }


def _names(district: District, places: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return every name on the map with the letters that find it, and by which characters it may be written."""
    towns = district.townships["name"].dropna().astype(str)
    names = sorted({*names_of_zones(district), *places["name"].astype(str), *towns})
    found = [{"name": name, "keys": keys} for name, keys in zip(names, readings_of(names), strict=True)]
    return {"names": found, "written": written_as("".join(names))}


def _projects(district: District, layout: Layout) -> dict[str, Any]:
    table = project_places(district, layout)
    table["kind_word"] = [kind_word(str(kind)) for kind in table["kind"]]
    table["year"] = table["year"].astype(object).where(table["year"].notna(), None)
    columns = [
        "name",
        "kind",
        "kind_word",
        "stage",
        "year",
        "rooms",
        "cost_yuan",
        "location_note",
        "geometry",
    ]
    layer = geojson(table[columns])
    if in_seats(layout.units):
        for feature in layer["features"]:
            feature["properties"]["seats"] = feature["properties"].pop("rooms")
    return layer


def main_roads(district: District) -> dict[str, Any]:
    """Return the main roads as GeoJSON, pieces of one name joined."""
    roads = district.roads[district.roads["road_class"].isin(MAIN_ROADS)]
    if roads.empty:
        return geojson(roads)
    merged = roads[["name", "road_class", "geometry"]].fillna({"name": ""})
    merged = merged.dissolve(["road_class", "name"], as_index=False)
    merged["geometry"] = merged.geometry.apply(
        lambda g: shapely.line_merge(g) if g.geom_type != "LineString" else g
    )
    return geojson(merged, simplify_m=_SIMPLIFY_M)


def _figures(layout: Layout) -> dict[str, Any]:
    keys = ("shortage_pupils", "classes_over_cap", "schools_over_size", "nearby_ratio", "nearest_share", "mean_distance_m", "moved_pupils",
            "cost_yuan", "shortage_by_stage", "p95_distance_m", "pupils", "seats_possible")  # fmt: skip
    return {key: layout.summary[key] for key in keys if key in layout.summary}


def _core(district: District) -> list[list[float]]:
    """Return the corners of where most urban zones lie (10th to 90th percentile), for the first view."""
    urban = district.zones[district.zones["locale"] == "urban"]
    if urban.empty:
        urban = district.zones
    points = urban.geometry.representative_point().to_crs(4326)
    low, high = (0.02, 0.98)
    return [[float(points.y.quantile(q)), float(points.x.quantile(q))] for q in (low, high)]
