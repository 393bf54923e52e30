"""Pack a plan for the browser: shapes as typed arrays in one answer, words and numbers beside them.

The answer is the length of the header (4 bytes, little end first), the header (JSON, padded to 4 bytes), and the arrays one after
the other, each at a multiple of 4 bytes; the header says under ``arrays`` where each begins, how long it is and of which kind.
Coordinates are metres of the web map's projection (EPSG:3857) from ``middle``, so that 32 bits hold centimetres.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planning import publish
from planning.arrays import FloatArray, IntArray
from planning.district import District
from planning.layout import Layout, one_row_per_zone
from planning.messages import languages
from planning.publish.map.web_map import geojson, main_roads
from planning.publish.places import (
    data_status_in,
    map_title,
    names_of_units,
    shared_name,
    stages_of,
    unit_places,
)
from planning.workbench.projects.picture import first_view

_WEB = 3857
_SIMPLIFY_M = 4.0
_KINDS = {"f4": "Float32Array", "u4": "Uint32Array", "i4": "Int32Array"}


def pack_scene(district: District, layout: Layout) -> bytes:
    """Return the picture of a plan for the browser; the order of the zones is that of ``district.zones``."""
    arrays, frame = _shapes(district)
    places, names = unit_places(district, layout), names_of_units(district, layout)
    header = {
        "title": map_title(district, layout),
        "status": {lang: data_status_in(district, layout, lang) for lang in languages()},
        "year": int(layout.units["year"].max()),
        **frame,
        "zones": district.zones["zone"].astype(str).tolist(),
        "names": district.zones["name"].fillna("").astype(str).tolist(),
        **_townships(district),
        "stages": [_stage(district, layout, stage, arrays, places, names) for stage in stages_of(layout)],
        "roads": main_roads(district),
        "barriers": geojson(district.barriers[["name", "kind", "geometry"]], simplify_m=8.0),
    }
    return _packed(header, arrays)


def _shapes(district: District) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the outlines, the borders between zones and a point in each, with the middle and the frame they are seen in."""
    shapes = district.zones.geometry.to_numpy()
    if len(shapes) and shapely.coverage_is_valid(shapes):
        shapes = shapely.coverage_simplify(shapes, _SIMPLIFY_M)
    web = gpd.GeoSeries(shapes, crs=district.zones.crs).to_crs(_WEB)
    west, south, east, north = web.total_bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    parts, zone_of_part = shapely.get_parts(web.to_numpy(), return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
    xy = xy - middle
    zone_of_ring = zone_of_part[part_of_ring]
    runs, sides = _borders(xy, ring_of_vertex, zone_of_ring[ring_of_vertex])
    points = shapely.get_coordinates(shapely.point_on_surface(web.to_numpy())) - middle
    arrays = {
        "xy": xy.astype("f4"),
        "ring_start": np.searchsorted(ring_of_vertex, np.arange(len(rings) + 1)).astype("u4"),
        "zone_ring": np.searchsorted(zone_of_ring, np.arange(len(web) + 1)).astype("u4"),
        "border": runs.astype("u4"),
        "border_zones": sides.astype("i4"),
        "point": points.astype("f4"),
    }
    frame = np.array(first_view(district.zones.set_geometry(web)))
    whole = np.array([west, south, east, north])
    twice = np.tile(middle, 2)
    return arrays, {
        "middle": middle.tolist(),
        "core": (frame - twice).tolist(),
        "whole": (whole - twice).tolist(),
    }


def _borders(xy: FloatArray, ring: IntArray, zone: IntArray) -> tuple[IntArray, IntArray]:
    """Return every run of border once, by its first and last vertex in one of the rings, with the zones on both sides (−1: nobody)."""
    along = np.flatnonzero(ring[:-1] == ring[1:])
    owner = zone[along]
    keys = np.rint(np.hstack([xy[along], xy[along + 1]]) * 100).astype(np.int64)  # centimetres
    turned = (keys[:, 0] > keys[:, 2]) | ((keys[:, 0] == keys[:, 2]) & (keys[:, 1] > keys[:, 3]))
    keys[turned] = keys[turned][:, [2, 3, 0, 1]]
    order = np.lexsort((owner, *keys.T[::-1]))
    new = np.ones(len(keys), dtype=bool)
    new[1:] = (keys[order][1:] != keys[order][:-1]).any(axis=1)
    start = np.flatnonzero(new)
    stop = np.append(start[1:], len(keys))
    sides = np.stack([owner[order[start]], np.where(stop - start > 1, owner[order[stop - 1]], -1)], axis=1)
    inner = sides[:, 0] == sides[:, 1]  # a seam of one zone with itself is no border
    first, sides = along[order[start]][~inner], sides[~inner]
    along_ring = np.argsort(first)
    return _runs(first[along_ring], sides[along_ring], ring)


def _runs(first: IntArray, sides: IntArray, ring: IntArray) -> tuple[IntArray, IntArray]:
    """Join pieces of border (by their first vertex, ascending) that follow one another between the same zones."""
    goes_on = (first[1:] == first[:-1] + 1) & (sides[1:] == sides[:-1]).all(axis=1)
    goes_on &= ring[first[1:]] == ring[first[:-1]]
    begins = np.flatnonzero(np.append(np.ones(min(len(first), 1), dtype=bool), ~goes_on))
    ends = np.append(begins[1:], len(first)) - 1
    return np.stack([first[begins], first[ends] + 1], axis=1), sides[begins]


def _townships(district: District) -> dict[str, Any]:
    column = district.zones["township"].fillna("").astype(str) if "township" in district.zones else None
    if column is None or not column.any():
        return {"townships": [], "township": []}
    known = dict(
        zip(district.townships["township"].astype(str), district.townships["name"].astype(str), strict=True)
    )
    words = sorted(set(column))
    at = {word: number for number, word in enumerate(words)}
    return {"townships": [known.get(w, w) for w in words], "township": [at[w] for w in column]}


def _stage(
    district: District,
    layout: Layout,
    stage: str,
    arrays: dict[str, NDArray[Any]],
    places: gpd.GeoDataFrame,
    names: dict[str, str],
) -> dict[str, Any]:
    """Return one stage: its units, which of them every zone belongs to now and before, and the zones' pupils."""
    rows = one_row_per_zone(layout.assignment[layout.assignment["stage"] == stage]).set_index("zone")
    rows = rows.reindex(district.zones["zone"])
    now = rows["unit"].fillna("").astype(str)
    before = rows["previous_unit"].fillna("").astype(str)
    polygons = publish.catchment_polygons(district, layout, stage)
    colours = dict(zip(polygons["unit"], polygons["colour"], strict=True))
    own = [str(u) for u in places.loc[places["stage"] == stage, "unit"] if u in colours]
    units = list(dict.fromkeys([*own, *colours, *(u for u in before if u)]))
    at = {unit: number for number, unit in enumerate(units)}
    arrays[f"unit_{stage}"] = np.array([at.get(u, -1) for u in now], dtype="i4")
    arrays[f"before_{stage}"] = np.array([at.get(u, -1) for u in before], dtype="i4")
    arrays[f"pupils_{stage}"] = rows["pupils"].fillna(0).to_numpy(dtype="f4")
    sites = places.set_index("unit").geometry.to_crs(_WEB)
    return {
        "stage": stage,
        "units": [
            {
                "unit": u,
                "name": shared_name(u, names),
                "colour": colours.get(u),
                "at": _site(sites, u),
                "takes": u in colours and ";" not in u,
            }
            for u in units
        ],
    }


def _site(sites: gpd.GeoSeries, unit: str) -> list[float] | None:
    """Return where a unit stands, ``None`` where nobody knows."""
    if unit not in sites.index or sites[unit] is None or sites[unit].is_empty:
        return None
    return [round(float(v), 1) for v in shapely.get_coordinates(sites[unit])[0]]


def _packed(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bytes:
    bodies, places, offset = [], {}, 0
    for name, array in arrays.items():
        body = np.ascontiguousarray(array).tobytes()
        places[name] = {"kind": _KINDS[array.dtype.str.lstrip("<|")], "at": offset, "length": int(array.size)}
        bodies.append(body)
        offset += len(body)
    text = json.dumps({**header, "arrays": places}, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(bodies)
