"""Keep a layer of roads or barriers although single features of it are damaged: mended or left out, and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from planning.arrays import BoolArray, Shapes
from planning.district.cells.sheet import Sheet, problems_at
from planning.errors import Issue

_LINE, _MANY_LINES, _COLLECTION = 1, 5, 7


def mend_lines(sheet: Sheet) -> tuple[Sheet, list[Issue]]:
    """Return a layer of lines without the parts of a feature that are no line, and which features were mended.

    Notes
    -----
    A part whose points all lie on one spot, and the points and areas of a collection, carry no way; the other parts stay.
    """
    if sheet.shapes is None:
        return sheet, []
    kinds = shapely.get_type_id(sheet.shapes)
    damaged = (kinds == _COLLECTION) | ((kinds == _MANY_LINES) & ~shapely.is_valid(sheet.shapes))
    if not damaged.any():
        return sheet, []
    shapes = sheet.shapes.copy()
    for i in np.flatnonzero(damaged):
        lines = _lines_of(shapes[i])
        damaged[i] = bool(lines)
        if lines:
            shapes[i] = shapely.MultiLineString(lines)
    found = problems_at(
        damaged,
        sheet.labels,
        lambda i: Issue(
            "district.lines.parts_feature_no_line_they", sheet.file, row=str(sheet.labels[i]), level="warning"
        ),
    )
    return replace(sheet, shapes=shapes), [p.at(level="warning") for p in found]


def _lines_of(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [p for p in parts if shapely.get_type_id(p) == _LINE and p.is_valid and not p.is_empty]


def leave_out_damaged(shapes: Shapes, problems: Sequence[Issue]) -> tuple[BoolArray, list[Issue]]:
    """Return which lines are usable, and what is wrong with the others as warnings; nothing goes where most are damaged.

    Parameters
    ----------
    shapes : array of shapes
        ``None`` where a feature has no usable line.
    problems : sequence of Issue
        What is wrong with them.
    """
    usable = ~shapely.is_missing(shapes)
    if usable.all() or usable.sum() <= len(usable) / 2:
        return np.ones(len(shapes), dtype=bool), list(problems)
    return np.asarray(usable, dtype=bool), [
        Issue(
            "district.lines.left_out",
            p.file,
            row=p.row,
            column=p.column,
            value=p.value,
            level="warning",
            mend=p.remedy or "",
            what=p.message,
        )
        for p in problems
    ]
