"""Take a value from the areas of another file that a place lies in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.headers import match_headers
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.geometry.coordinates import shapes_to_wgs84
from planning.district.geometry.place import shapes_of, to_metric
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.mapping import Overlay
from planning.importing.sources.sources import plain_sheet
from planning.importing.steps.steps import position_of, with_column


def overlay_columns(
    table: Table, sheet: Sheet, areas: Mapping[str, Overlay], crs: str, mapping_file: Path
) -> tuple[Sheet, list[Issue]]:
    """Return a sheet whose columns take the value of the area that holds the point, or most of the shape, of each row.

    Parameters
    ----------
    areas : mapping of str to Overlay
        By schema column.
    crs : str
        Projected coordinate system in which areas are compared.

    Returns
    -------
    sheet, problems
        Rows outside every area stay empty and are named as warnings.

    Raises
    ------
    DistrictError
        If a file cannot be read or has no shapes.
    """
    _, positions, _ = match_headers(table, sheet.headers, sheet.file)
    points = sheet.shapes is None and {"lon", "lat"} <= set(positions)
    points |= sheet.shapes is not None and bool((shapely.get_dimensions(sheet.shapes) <= 0).all())
    meant = (
        dataclasses.replace(table, geometry="point") if points else table
    )  # zones are drawn around points later
    shapes, problems = shapes_of(sheet, meant, positions)
    if any(p.level == "error" for p in problems):
        return sheet, []  # named when the table is assembled
    places = np.asarray(to_metric(shapes, crs).to_numpy(), dtype=object)
    found: list[Issue] = []
    for column, area in areas.items():
        other = plain_sheet(area, mapping_file)
        if other.shapes is None:
            raise DistrictError([_no_shapes(other.file)])
        words = other.cells[position_of(other, area.column)].str.strip()
        drawn = np.array(to_metric(shapes_to_wgs84(other.shapes, other.crs), crs).to_numpy(), dtype=object)
        if area.only:
            drawn[~words.isin([w.strip() for w in area.only]).to_numpy()] = None
        which = most_of(places, drawn)
        values = ["" if w < 0 or not words.iloc[w] else area.text.format(words.iloc[w]) for w in which]
        sheet = with_column(sheet, column, values)
        empty = np.array([not v for v in values])
        found += problems_at(
            empty,
            sheet.labels,
            lambda i, s=sheet, c=column, f=other.file: _outside(s, c, f, i),  # type: ignore[misc]
        )
    return sheet, found


def most_of(places: Shapes, areas: Shapes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the area that holds the largest part of every place (points: that holds it), -1 for none.

    Parameters
    ----------
    places, areas : arrays of shapes, metres
    """
    best = np.full(len(places), -1, dtype=np.int64)
    at, area = shapely.STRtree(areas).query(places, predicate="intersects")
    if not len(at):
        return best
    parts = shapely.intersection(places[at], areas[area])
    size = shapely.area(parts) + 1e-6 * shapely.length(parts)
    order = np.lexsort((-area, size, at))  # the last of each place is its largest; ties go to the first area
    best[at[order]] = area[order]
    return best


def _no_shapes(file: str) -> Issue:
    return Issue("importing.overlay.no_areas", file)


def _outside(sheet: Sheet, column: str, file: str, i: int) -> Issue:
    return Issue(
        "importing.overlay.lies_no_area",
        sheet.file,
        row=str(sheet.labels[i]),
        column=column,
        level="warning",
        source=file,
    )


__all__ = ["most_of", "overlay_columns"]
