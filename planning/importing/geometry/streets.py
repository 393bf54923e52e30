"""Read a street network as roads and barriers: OpenStreetMap extracts and the GraphML that osmnx writes."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from planning.arrays import FloatArray
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.geometry.coordinates import WGS84, shapes_to_wgs84
from planning.district.geometry.place import to_metric
from planning.district.schema import Table
from planning.errors import DistrictError, Issue, MissingExtraError, not_installed
from planning.importing.geometry.ways import Way, mend_ways
from planning.importing.steps.steps import take
from planning.messages import Both
from planning.yamlfile import read_yaml

OSM = (".osm", ".pbf", ".osm.gz", ".osm.bz2")
GRAPHML = (".graphml",)
MARGIN_M = 2000.0
_NO = ("no", "private", "false")


def is_street_file(path: Path) -> bool:
    """Return whether a file is an OpenStreetMap extract or a GraphML file, by its name."""
    return path.name.lower().endswith((*OSM, *GRAPHML))


def mended_streets(
    path: Path, table: Table, words: Mapping[str, str] | None = None
) -> tuple[Sheet, list[Issue]]:
    """Return the roads or the barriers of a street network, and which of its ways were mended.

    Parameters
    ----------
    table : Table
        ``roads`` or ``barriers``.
    words : mapping of str to str, optional
        Value of a tag → class of road or kind of barrier; wins over ``streets.yaml``.

    Returns
    -------
    sheet : Sheet
        In degrees. Roads are cut where they meet, so that junctions are end points, and at crossings; a road is flagged
        ``crossing`` if it is a bridge or tunnel or ends at a signal or zebra crossing.
    problems : list of Issue
        Ways that were mended or left out, as a warning.

    Raises
    ------
    DistrictError
        If the file cannot be read, holds no streets, or the table is not one that streets can fill.
    MissingExtraError
        If it is an OpenStreetMap extract and pyosmium is not installed.
    """
    if table.name not in ("roads", "barriers"):
        raise DistrictError([_wrong_table(path, table)])
    ways, crossings = _graphml(path) if path.name.lower().endswith(GRAPHML) else _osm(path)
    if not ways:
        raise DistrictError([_no_streets(path)])
    ways, crossings, said = mend_ways(path, ways, crossings)
    if table.name == "barriers":
        return _barriers(path, ways, words or {}), said
    return _roads(path, ways, crossings, words or {}), said


@cache
def _meaning() -> dict[str, Any]:
    text = resources.files("planning.importing.geometry").joinpath("streets.yaml").read_text(encoding="utf-8")
    return dict(read_yaml(text))


def _roads(path: Path, ways: list[Way], crossings: set[int], words: Mapping[str, str]) -> Sheet:
    classes = {**_meaning()["roads"], **words}
    roads = [w for w in ways if classes.get(w.tags.get("highway", "")) and w.tags.get("area") != "yes"]
    used, count = np.unique(
        np.concatenate([w.nodes for w in roads] or [np.empty(0, np.int64)]), return_counts=True
    )
    junctions = set(used[count > 1].tolist()) | crossings
    rows, shapes = [], []
    for way in roads:
        highway = way.tags["highway"]
        over = way.tags.get("bridge", "no") not in _NO or way.tags.get("tunnel", "no") not in _NO
        for number, piece in enumerate(cut_at(way, junctions)):
            ends = {int(way.nodes[piece.start]), int(way.nodes[piece.stop - 1])}
            safe = over or way.tags.get("footway") == "crossing" or bool(ends & crossings)
            rows.append(
                [f"{way.key}-{number}", _name(way), classes[highway], _word(_walkable(way)), _word(safe)]
            )
            shapes.append(shapely.LineString(way.xy[piece]))
    headers = ["road", "name", "road_class", "walkable", "crossing"]
    return _sheet(path, headers, rows, shapes)


def cut_at(way: Way, junctions: set[int]) -> list[slice]:
    """Return the pieces of a way between its ends and the junctions on it, each with both of its ends."""
    inner = [i for i in range(1, len(way.nodes) - 1) if int(way.nodes[i]) in junctions]
    ends = [0, *inner, len(way.nodes) - 1]
    return [slice(a, b + 1) for a, b in itertools.pairwise(ends)]


def near_county(sheet: Sheet, boundary: Sheet, crs: str, margin_m: float = MARGIN_M) -> Sheet:
    """Return the roads or barriers that come within a margin of the county; extracts hold whole provinces.

    Parameters
    ----------
    sheet : Sheet
        As :func:`mended_streets` returns it.
    boundary : Sheet
        Outline of the county with shapes.
    crs : str
        Projected coordinate system of the district.
    margin_m : float
        Pupils may walk on streets so far outside, metres.
    """
    if sheet.shapes is None or boundary.shapes is None:
        return sheet
    outline = shapely.make_valid(shapes_to_wgs84(boundary.shapes, boundary.crs))
    county = shapely.buffer(shapely.union_all(np.asarray(to_metric(outline, crs), dtype=object)), margin_m)
    shapely.prepare(county)
    kept = np.flatnonzero(shapely.intersects(county, np.asarray(to_metric(sheet.shapes, crs), dtype=object)))
    return take(sheet, kept)


def _barriers(path: Path, ways: list[Way], words: Mapping[str, str]) -> Sheet:
    kinds: dict[str, str] = _meaning()["barriers"]
    rows, shapes = [], []
    for way in ways:
        pairs = [(f"{k}={v}", v) for k in ("highway", "railway", "waterway") if (v := way.tags.get(k))]
        kind = next((k for pair, value in pairs if (k := words.get(value) or kinds.get(pair))), None)
        if kind and way.tags.get("tunnel", "no") in _NO:  # what runs below the ground bars nobody
            rows.append([way.key, _name(way), kind])
            shapes.append(shapely.LineString(way.xy))
    return _sheet(path, ["barrier", "name", "kind"], rows, shapes)


def _sheet(path: Path, headers: list[str], rows: list[list[str]], shapes: list[Any]) -> Sheet:
    if not rows:
        raise DistrictError([_no_streets(path)])
    lines = np.empty(len(shapes), dtype=object)
    lines[:] = shapes
    labels = np.array([row[0] for row in rows], dtype=object)
    return Sheet(path.name, headers, text_frame(rows, len(headers)), labels, lines, WGS84)


def _walkable(way: Way) -> bool:
    foot = way.tags.get("foot", "")
    if foot in _NO or (way.tags.get("access") in _NO and not foot):
        return False
    return way.tags["highway"] not in _meaning()["not_walkable"] or bool(foot)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _name(way: Way) -> str:
    return way.tags.get("name:zh") or way.tags.get("name") or way.tags.get("ref") or ""


def _osm(path: Path) -> tuple[list[Way], set[int]]:
    """Return the tagged ways of an extract, and the nodes at which pedestrians cross."""
    try:
        osmium: Any = importlib.import_module("osmium")
    except ImportError:
        raise MissingExtraError([_missing(path)]) from None
    ways, crossings = [], set()
    safe = set(_meaning()["crossings"])
    keys = osmium.filter.KeyFilter("highway", "railway", "waterway")
    try:
        for item in osmium.FileProcessor(str(path)).with_locations().with_filter(keys):
            if item.is_node() and item.tags.get("highway") in safe:
                crossings.add(item.id)
            elif item.is_way():
                known = [(n.ref, n.lon, n.lat) for n in item.nodes if n.location.valid()]
                if len(known) > 1:
                    nodes, lon, lat = zip(*known, strict=True)
                    tags = {t.k: t.v for t in item.tags}
                    ways.append(_way(f"W{item.id}", tags, nodes, np.column_stack([lon, lat])))
    except (RuntimeError, ValueError, OSError) as error:
        raise DistrictError([_unreadable(path, error)]) from error
    return ways, crossings


def _way(key: str, tags: Mapping[str, str], nodes: Iterable[int], xy: FloatArray) -> Way:
    return Way(key, tags, np.array(list(nodes), dtype=np.int64), xy)


def _graphml(path: Path) -> tuple[list[Way], set[int]]:
    """Return the edges of a graph as osmnx writes it, each pair of directions once, and its crossing nodes."""
    import networkx as nx

    try:
        graph = nx.read_graphml(path)
        if "crs" in graph.graph and "4326" not in str(graph.graph["crs"]):
            raise ValueError(f"coordinates in {graph.graph['crs']}; save the unprojected graph")
        number = {name: i for i, name in enumerate(graph.nodes)}
        place = {name: (float(d["x"]), float(d["y"])) for name, d in graph.nodes(data=True)}
        safe = set(_meaning()["crossings"])
        crossings = {number[n] for n, d in graph.nodes(data=True) if d.get("highway") in safe}
        return list(_edges(graph, number, place)), crossings
    except (
        ValueError,
        KeyError,
        TypeError,
        SyntaxError,
        OSError,
        nx.NetworkXError,
        shapely.errors.GEOSException,
    ) as error:
        raise DistrictError([_unreadable(path, error)]) from error


def _edges(graph: Any, number: Mapping[str, int], place: Mapping[str, tuple[float, float]]) -> Iterator[Way]:
    seen = set()
    private = 0
    for start, end, data in graph.edges(data=True):
        line = (
            shapely.from_wkt(data["geometry"])
            if data.get("geometry")
            else shapely.LineString([place[start], place[end]])
        )
        both = (*sorted((start, end)), _first(data.get("osmid", "")), round(line.length, 7))
        if both in seen:
            continue
        seen.add(both)
        xy = shapely.get_coordinates(line)
        # inner points belong to this edge alone: no two edges meet there
        inner = range(private - len(xy) + 2, private)
        private -= len(inner)
        nodes = [number[start], *inner, number[end]]
        tags = {str(k): _first(v) for k, v in data.items() if k != "geometry"}
        yield _way(f"E{len(seen)}", tags, nodes, xy)


def _first(value: Any) -> str:
    """Return the first of several values, which osmnx writes as the text of a list."""
    text = str(value)
    return text.strip("[]").split(",")[0].strip(" '\"") if text.startswith("[") else text


def _missing(path: Path) -> Issue:
    return not_installed(path.name, "osm")


def _unreadable(path: Path, error: Exception) -> Issue:
    return Issue("importing.streets.not_readable_street_network", path.name, error=error)


def _no_streets(path: Path) -> Issue:
    return Issue("importing.streets.no_street_railway_waterway", path.name)


def _wrong_table(path: Path, table: Table) -> Issue:
    return Issue(
        "importing.streets.street_network_cannot_fill_table", path.name, table=Both(table.name, table.zh)
    )
