"""Say what a check found, each with its place on the map where it names a zone, a school or a row of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import shapely

from planning.district.model import District
from planning.district.schema import TABLE
from planning.errors import Issue
from planning.workbench.projects.told import lines_of

_WGS84 = 4326
_SHOWN_M = 15.0
_SHAPED = ("zones", "schools", "projects", "roads", "barriers", "townships", "boundary")
_LEADS_TO = {"zone": "zones", "school": "schools", "unit": "schools"}
_MOST = 2000


class _Rows(NamedTuple):
    """Latitude and longitude of the rows of a table, in order and by identifier."""

    at: list[list[float] | None]
    of: dict[str, list[float] | None]


def findings_data(problems: Iterable[Issue], district: District | None) -> list[dict[str, Any]]:
    """Return findings as plain data, errors first; ``at`` is latitude and longitude, or ``None``."""
    points = _points(district) if district is not None else {}
    listed = list(problems)[:_MOST]
    return [
        {
            "level": p.level,
            "file": p.file,
            "row": p.row,
            "column": p.column,
            "value": p.value,
            **lines_of(p),
            "at": _place(p, points, district) if district is not None else None,
        }
        for p in listed
    ]


def outline_data(district: District | None) -> dict[str, Any]:
    """Return the zones as GeoJSON, coarse: the ground that findings are shown on."""
    if district is None or district.zones.empty:
        return {"type": "FeatureCollection", "features": []}
    shapes = gpd.GeoSeries(district.zones.geometry).simplify(_SHOWN_M).to_crs(_WGS84)
    told: dict[str, Any] = gpd.GeoDataFrame(geometry=shapes.reset_index(drop=True)).__geo_interface__
    return told


def _points(district: District) -> dict[str, _Rows]:
    """Return a point of every row of the tables that have shapes, in order and by the rows' identifiers."""
    found = {}
    for name in _SHAPED:
        frame = getattr(district, name, None)
        if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        xy = shapely.get_coordinates(frame.geometry.representative_point().to_crs(_WGS84).to_numpy()).tolist()
        shaped = iter(xy)
        empty = (frame.geometry.isna() | frame.geometry.is_empty).tolist()
        at = [None if none else [round(v, 6) for v in next(shaped)[::-1]] for none in empty]
        found[name] = _Rows(
            at,
            {
                str(row): place
                for key in TABLE[name].key[:1]
                for row, place in zip(frame[key], at, strict=True)
            },
        )
    return found


def _place(problem: Issue, points: Mapping[str, _Rows], district: District) -> list[float] | None:
    table = Path(problem.file).stem
    words = problem.row.replace("、", " ").replace(",", " ").split()
    for word in words:
        for name in (table, "zones", "schools", "projects"):
            if name in points and word in points[name].of:
                return points[name].of[word]
    if words and words[0].isdigit() and table in TABLE:
        return _by_number(table, int(words[0]) - 2, points, district)  # the header is row 1
    return None


def _by_number(table: str, row: int, points: Mapping[str, _Rows], district: District) -> list[float] | None:
    """Return the place of a row by its number, or of the zone or school that the row is about."""
    frame = getattr(district, table, None)
    if frame is None or not 0 <= row < len(frame):
        return None
    if table in points:
        return points[table].at[row]
    about = ((c, n) for c, n in _LEADS_TO.items() if c in frame and n in points)
    found = (
        points[n].of.get(
            str(frame[c].iloc[row]).rpartition("-")[0] if c == "unit" else str(frame[c].iloc[row])
        )
        for c, n in about
    )
    return next((at for at in found if at), None)
