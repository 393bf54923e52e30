"""Make the page on which anybody finds the school of an estate or village, without internet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from planning.atomic import whole_file
from planning.digits import in_digits
from planning.district import District
from planning.district.cells.traditional import written_as
from planning.layout import Layout
from planning.messages import said, spoken
from planning.publish.catchments import catchment_polygons
from planning.publish.html import asset, render
from planning.publish.map.files import leaflet_source
from planning.publish.map.web_map import geojson, main_roads
from planning.publish.name_search import FINDER, readings_of
from planning.publish.notice.entrants import first_year, way_of
from planning.publish.notice.limits import limits_of
from planning.publish.notice.paper import SHARED_RULE
from planning.publish.notice.read_back import Reader
from planning.publish.places import (
    as_published,
    data_word,
    names_of_zones,
    public_note,
    stages_of,
    unit_places,
)
from planning.publish.told import notice_of, told_zones
from planning.publish.words import county_word, page_words, stage_word
from planning.scenario import Notice
from planning.scenario.parts import Travel
from planning.travel.network import has_streets

LOOKUP = "lookup.html"
"""Name of the page."""
_SIMPLIFY_M = 8.0


def write_lookup(district: District, layout: Layout, path: str | Path, info: Notice | None = None) -> Path:
    """Write the page as one HTML file, whole or not at all; return its path.

    The file holds Leaflet, shapes, names, distances and the borders in words; a content policy inside forbids every
    request. It holds no pupil counts, except of zones with at least ``notice.zone_pupils_from`` pupils where that is set
    (:func:`planning.publish.told.told_zones`). Comments written in it are saved as a table on the reader's own machine, for the office to import.

    Raises
    ------
    MissingExtraError
        If Leaflet or pypinyin is not installed.
    """
    data = lookup_data(district, layout, info)
    script, style = leaflet_source()
    text = render(
        "lookup.html",
        title=data["title"],
        styles=[style, asset("lookup.css")],
        scripts=[script, asset(FINDER), asset("lookup.js"), asset("comments.js")],
        data=data,
    )
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return Path(path)


def lookup_data(district: District, layout: Layout, info: Notice | None = None) -> dict[str, Any]:
    """Return everything the page holds as plain data; shapes as GeoJSON in WGS84."""
    info = notice_of(layout) if info is None else info
    published = as_published(layout)
    year = first_year(layout)
    reader = Reader(district)
    stages = [_stage(district, published, stage, reader) for stage in stages_of(published)]
    contacts = [
        (said("publish.word.telephone"), info.phone),
        (said("publish.word.e_mail"), info.email),
        (said("publish.word.address"), info.address),
    ]
    zones = _zones(district, published, stages, info.zone_pupils_from)
    schools = _schools(district, published, stages)
    towns = sorted({f["properties"]["town"] for f in zones["features"]} - {""})
    names = [f["properties"]["name"] for f in zones["features"]] + [s["name"] for s in schools] + towns
    return {
        "title": said("publish.lookup.find_your_school", county=county_word(district), year=year),
        "status": data_word(district, published),
        "note": public_note(district, published, exceptions=2),
        "issuer": info.issuer,
        "contacts": [[name, value] for name, value in contacts if value],
        "review": info.review_number,
        "least": info.zone_pupils_from,
        "stages": stages,
        "lines": said("publish.lookup.lines_of_stages") if len(stages) > 1 else "",
        "ways": _ways(district, published),
        "words": page_words(FINDER, "lookup.js", "comments.js"),
        "zones": zones,
        "schools": schools,
        "towns": [{"name": n, "keys": keys} for n, keys in zip(towns, readings_of(towns), strict=True)],
        "written": written_as("".join(map(str, names))),
        "roads": main_roads(district),
        "barriers": geojson(district.barriers[["name", "kind", "geometry"]], simplify_m=_SIMPLIFY_M),
        "boundary": geojson(district.boundary[["name", "geometry"]], simplify_m=_SIMPLIFY_M),
    }


def _ways(district: District, layout: Layout) -> str:
    """Return how the distances of the plan were measured: along roads, or in a straight line where there are none."""
    travel = layout.scenario.get("travel") or {}
    along = travel.get("mode", Travel().mode) == "network" and has_streets(district)
    detour = f"{travel.get('detour', Travel().detour):g}"
    return (
        said("publish.lookup.ways_along_roads")
        if along
        else said("publish.lookup.ways_straight", detour=detour)
    )


def _stage(district: District, layout: Layout, stage: str, reader: Reader) -> dict[str, Any]:
    table = catchment_polygons(district, layout, stage, simplify_m=_SIMPLIFY_M)
    words = limits_of(district, layout, stage, reader=reader)
    units = table["unit"].tolist()
    table["k"] = range(len(table))
    return {
        "stage": stage,
        "name": stage_word(stage),
        "shapes": geojson(table[["k", "colour", "geometry"]]),
        "catchments": [
            {
                "unit": unit,
                "name": name,
                "way": way_of(unit),
                "rule": spoken(SHARED_RULE) if ";" in unit else "",
                "sides": words[unit][1].sides,
                "line": words[unit][1].line,
                "remark": words[unit][1].remark,
                "places": [[town, list(names)] for town, names in words[unit][0].places.items()],
            }
            for unit, name in zip(units, table["name"], strict=True)
        ],
    }


def _zones(
    district: District, layout: Layout, stages: list[dict[str, Any]], least: int | None
) -> dict[str, Any]:
    zones = district.zones[["zone", "name", "township", "geometry"]].copy()
    towns = district.townships.set_index("township")["name"]
    zones["town"] = zones["township"].map(towns).fillna("").astype(str)
    zones["code"] = zones["zone"].astype(str)
    zones["name"] = names_of_zones(district)
    zones["keys"] = readings_of(zones["name"].tolist())
    for number, stage in enumerate(stages):
        place = {c["unit"]: k for k, c in enumerate(stage["catchments"])}
        own = layout.assignment[layout.assignment["stage"] == stage["stage"]].set_index("zone")
        own = own.reindex(zones["zone"])
        answers: Any = [
            [
                place[u],
                None if pd.isna(d) else int(in_digits(d, ".0f")),
                said("publish.lookup.mean_of_the_schools") if ";" in u else "",
            ]
            if u in place
            else None
            for u, d in zip(own["unit"].fillna("").astype(str), own["distance_m"], strict=True)
        ]
        zones[f"s{number}"] = answers
        if least is not None:
            told = told_zones(layout, stage["stage"], least).reindex(own.index, fill_value=False)
            zones[f"p{number}"] = [int(n) if t else None for n, t in zip(own["pupils"], told, strict=True)]
    if shapely.coverage_is_valid(zones.geometry.to_numpy()):
        zones["geometry"] = shapely.coverage_simplify(zones.geometry.to_numpy(), _SIMPLIFY_M)
    return geojson(zones.drop(columns=["zone", "township"]))


def _schools(district: District, layout: Layout, stages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = unit_places(district, layout)
    places = places[places["zoned"]]
    points = places.geometry.to_crs(4326)
    found: dict[str, dict[str, Any]] = {}
    catchment_of = [
        {unit: k for k, c in enumerate(stage["catchments"]) for unit in c["unit"].split(";")}
        for stage in stages
    ]
    keys = readings_of(places["name"].astype(str).tolist())
    point: Any
    for unit, school, name, is_new, point, found_by in zip(
        places["unit"], places["school"], places["name"], places["is_new"], points, keys, strict=True
    ):
        entry = found.setdefault(
            school,
            {
                "name": str(name),
                "code": str(school),
                "keys": found_by,
                "new": bool(is_new),
                "at": None if point is None or point.is_empty else [round(point.y, 6), round(point.x, 6)],
                "in": [None] * len(stages),
            },
        )
        for number, known in enumerate(catchment_of):
            if unit in known:
                entry["in"][number] = known[unit]
    return sorted(found.values(), key=lambda s: s["name"])
