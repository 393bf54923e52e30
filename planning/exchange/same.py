"""Compare two districts table by table."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import shapely

from planning.arrays import BoolArray, ObjectArray
from planning.district.model import District
from planning.district.schema import TABLES, Table
from planning.district.write import DECIMALS, degrees_of

TOLERANCE = 1.5 * 10.0**-DECIMALS
"""Degrees that coordinates may differ by: the last decimal on disk, rounded twice."""


def differences(first: District, second: District) -> list[str]:
    """Return what differs, one line a table; nothing when the districts are the same.

    The order of rows and every value count. Shapes are the same when they differ by no more than
    :data:`TOLERANCE`, wherever their rings start and whichever way they turn.
    """
    found = [
        f"district.{f.name}: {getattr(first.info, f.name)!r} ≠ {getattr(second.info, f.name)!r}"
        for f in dataclasses.fields(first.info)
        if getattr(first.info, f.name) != getattr(second.info, f.name)
    ]
    for table in TABLES:
        if line := _difference(table, first, second):
            found.append(f"{table.name}: {line}")
    return found


def _difference(table: Table, first: District, second: District) -> str:
    left, right = getattr(first, table.name), getattr(second, table.name)
    if len(left) != len(right):
        return f"{len(left)} rows ≠ {len(right)} rows"
    for column in table.columns:
        one, two = left[column.name], right[column.name]
        same = (one.isna().to_numpy() & two.isna().to_numpy()) | _equal(one, two)
        if not same.all():
            row = int(np.flatnonzero(~same)[0])
            return f"row {row + 1}, {column.name}: {one.iloc[row]!r} ≠ {two.iloc[row]!r}"
    if table.geometry and len(left):
        far = ~same_shapes(degrees_of(left), degrees_of(right))
        if far.any():
            return f"the shapes of {int(far.sum())} rows, first of row {int(np.flatnonzero(far)[0]) + 1}"
    return ""


def _equal(one: pd.Series, two: pd.Series) -> BoolArray:
    left, right = one.astype("object").to_numpy(), two.astype("object").to_numpy()
    return np.asarray(left == right, dtype=bool)


def same_shapes(first: ObjectArray, second: ObjectArray) -> BoolArray:
    """Return, shape by shape, whether two arrays of shapes in degrees agree within :data:`TOLERANCE`."""
    one, two = shapely.normalize(first), shapely.normalize(second)
    same = shapely.equals_exact(one, two, tolerance=TOLERANCE)
    same |= shapely.is_missing(first) & shapely.is_missing(second)
    for i in np.flatnonzero(~same):  # a corner rounded otherwise may put the rings in another order
        same[i] = bool(shapely.hausdorff_distance(first[i], second[i]) <= TOLERANCE)
    return np.asarray(same, dtype=bool)
