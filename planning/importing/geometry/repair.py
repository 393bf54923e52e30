"""Repair shapes that cross themselves, on request, and say which."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from planning.arrays import BoolArray
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.schema import Table
from planning.errors import Issue
from planning.importing.methods import method
from planning.messages import Text

_POLYGONS = (3, 6)


def crossing(table: Table, sheet: Sheet) -> BoolArray:
    """Return which rows of a layer of areas hold a shape that is there but crosses itself."""
    if table.geometry != "polygon" or sheet.shapes is None:
        return np.zeros(len(sheet.cells), dtype=bool)
    shapes = sheet.shapes
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    areas = np.isin(shapely.get_type_id(shapes), _POLYGONS)
    return np.asarray(there & areas & ~shapely.is_valid(shapes), dtype=bool)


def repair_shapes(table: Table, sheet: Sheet) -> tuple[Sheet, list[Issue], list[Text]]:
    """Return a sheet whose areas are valid, what was repaired as warnings, and the method.

    Notes
    -----
    Rings are merged where they overlap and holes stay holes (``make_valid`` by structure); lines without area go. Corners
    come to lie on a grid of a centimetre, so that parts that touch do so at a common corner in every other coordinate
    system too. What has no area at all is left as it is, to be refused.
    """
    wrong = crossing(table, sheet)
    if sheet.shapes is None or not wrong.any():
        return sheet, [], []
    shapes = sheet.shapes.copy()
    at = np.flatnonzero(wrong)
    grid = 1e-7 if np.abs(shapely.bounds(shapes[at])).max() <= 360 else 0.01  # degrees or metres
    valid = shapely.make_valid(shapes[at], method="structure", keep_collapsed=False)
    mended = [_areas(shape) for shape in shapely.set_precision(valid, grid)]
    for i, shape in zip(at, mended, strict=True):
        if shape is None:
            wrong[i] = False
        else:
            shapes[i] = shape
    before = sheet.shapes
    problems = problems_at(wrong, sheet.labels, lambda i: _repaired(sheet, i, before[i], shapes[i]))
    found = [p.at(level="warning") for p in problems]
    return (
        replace(sheet, shapes=shapes),
        found,
        [method("repaired", count=int(wrong.sum()))] if wrong.any() else [],
    )


def _areas(shape: Any) -> Any:
    """Return the parts of a shape that have an area, as one shape, or nothing."""
    parts = [p for p in shapely.get_parts(shape) if shapely.get_type_id(p) in _POLYGONS and p.area > 0]
    return None if not parts else shapely.set_precision(shapely.union_all(parts), 0)


def _repaired(sheet: Sheet, i: int, before: Any, after: Any) -> Issue:
    reason = str(shapely.is_valid_reason(before))
    count = int(shapely.get_num_geometries(after))
    return Issue(
        "importing.repair.shape_repaired_parts_now_look",
        sheet.file,
        row=str(sheet.labels[i]),
        level="warning",
        reason=reason,
        count=count,
    )
