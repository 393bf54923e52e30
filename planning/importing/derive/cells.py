"""Read and fill columns of a sheet by their name in the schema."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import shapely

from planning.arrays import Shapes
from planning.district.cells.dates import half_width
from planning.district.cells.headers import match_headers
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.geometry.place import shapes_of
from planning.district.schema import TABLE
from planning.importing.steps.steps import position_of_column, with_column


def texts(sheets: dict[str, Sheet], table: str, column: str) -> list[str]:
    """Return the cells of a column as text without spaces around it; empty texts where there is no such column."""
    sheet = sheets[table]
    at = position_of_column(TABLE[table], sheet, column)
    if at is None:
        return [""] * len(sheet.cells)
    return [half_width(c).strip() for c in sheet.cells[at]]


def filled(sheet: Sheet, table: str, column: str, values: Sequence[str]) -> Sheet:
    """Return a sheet in which a column holds these texts, whatever its header was before."""
    at = position_of_column(TABLE[table], sheet, column)
    if at is not None:
        headers = list(sheet.headers)
        headers[at] = column
        sheet = dataclasses.replace(sheet, headers=headers)
    return with_column(sheet, column, values)


def points_of(sheets: dict[str, Sheet], table: str) -> Shapes:
    """Return the points of a table in WGS84 degrees, ``None`` where a row has none; areas as they are."""
    sheet = sheets[table]
    positions = match_headers(TABLE[table], sheet.headers, sheet.file)[1]
    points = sheet.shapes is None or bool((shapely.get_dimensions(sheet.shapes) <= 0).all())
    meant = dataclasses.replace(TABLE[table], geometry="point" if points else TABLE[table].geometry)
    return shapes_of(sheet, meant, positions)[0]


def made(
    table: str, rows: Sequence[Sequence[str]], columns: Sequence[str], shapes: Shapes | None = None
) -> Sheet:
    """Return a sheet that no file holds."""
    labels = np.array([str(i) for i in range(1, len(rows) + 1)], dtype=object)
    return Sheet(TABLE[table].file, list(columns), text_frame(rows, len(columns)), labels, shapes)
