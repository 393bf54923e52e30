"""Ask about points that would fit the townships of their own rows better under another coordinate system."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import shapely

from planning.district.cells.headers import match_headers
from planning.district.cells.sheet import Sheet
from planning.district.geometry.coordinates import BD09, GCJ02, WGS84, system_of
from planning.district.geometry.place import shapes_of
from planning.district.schema import TABLE
from planning.errors import Issue
from planning.importing.steps.steps import position_of_column

SYSTEMS = (WGS84, GCJ02, BD09)
BETTER = 0.02
"""Another system is asked about when it puts so much larger a share of the points into their townships."""
_FEW = 10


def points_fit_townships(sheets: Mapping[str, Sheet]) -> list[Issue]:
    """Return a question for zones and schools given as points whose township, as their row names it, says otherwise.

    The shift of Chinese web maps (400–600 m for GCJ-02, up to 1.2 km for BD-09) moves points near a township's limit
    over it.
    """
    found = []
    for name in ("zones", "schools"):
        if name not in sheets or "townships" not in sheets:
            continue
        shares = _shares(name, sheets)
        if not shares:
            continue
        stated = shares.pop("stated")
        best = max(shares, key=lambda s: shares[s])
        if shares[best] > stated + BETTER:
            found.append(_question(sheets[name], best, stated, shares[best]))
    return found


def _shares(name: str, sheets: Mapping[str, Sheet]) -> dict[str, float]:
    """Return the share of points that lie in the township of their row, as stated and under each web-map system."""
    sheet, towns = sheets[name], sheets["townships"]
    table = dataclasses.replace(TABLE[name], geometry="point")
    own, key = (
        position_of_column(table, sheet, "township"),
        position_of_column(TABLE["townships"], towns, "township"),
    )
    if own is None or key is None:
        return {}
    try:
        stated = system_of(sheet.crs)
    except ValueError:
        return {}
    areas, _ = shapes_of(
        towns, TABLE["townships"], match_headers(TABLE["townships"], towns.headers, towns.file)[1]
    )
    area_of = dict(zip(towns.cells[key].str.strip(), areas, strict=True))
    of_row = np.array([area_of.get(c.strip()) for c in sheet.cells[own]], dtype=object)
    positions = match_headers(table, sheet.headers, sheet.file)[1]
    shares: dict[str, float] = {}
    for label, system in (("stated", stated), *((s, s) for s in SYSTEMS if s != stated)):
        if label != "stated" and stated not in (*SYSTEMS, "EPSG:4490"):
            continue
        points, _ = shapes_of(dataclasses.replace(sheet, crs=system), table, positions)
        known = ~shapely.is_missing(points) & ~shapely.is_missing(of_row)
        if known.sum() < _FEW or (shapely.get_type_id(points[known]) != 0).any():
            return {}
        shares[label] = float(shapely.intersects(of_row[known], points[known]).mean())
    return shares if len(shares) > 1 else {}


def _question(sheet: Sheet, system: str, now: float, better: float) -> Issue:
    name = "WGS84" if system == WGS84 else system
    return Issue(
        "importing.systems.points_lie_township_their_row",
        sheet.file,
        level="warning",
        crs=sheet.crs,
        now=now,
        name=name,
        better=better,
    )


__all__ = ["points_fit_townships"]
