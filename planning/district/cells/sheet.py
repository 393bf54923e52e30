"""Hold one table as it stands in its file: headers, cells as text, row labels and shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, ObjectArray, Shapes
from planning.errors import Issue
from planning.messages import Both

MAX_SIMILAR = 20
"""Similar problems listed for one column before they are counted instead."""


@dataclass(frozen=True)
class Sheet:
    """Cells of one table as text, before anything is understood.

    Parameters
    ----------
    file : str
        File, layer or sheet, as the user knows it.
    headers : sequence of str
        Headers as written.
    cells : DataFrame
        Text, one column per header (by position), ``""`` where empty.
    labels : sequence of str
        What the user sees as the row: spreadsheet row (header is row 1) or feature number and id.
    shapes : array of shapely geometries, optional
        One per row for layers; ``None`` where a row has none.
    crs : str
        Coordinate system of the shapes.
    """

    file: str
    headers: Sequence[str]
    cells: pd.DataFrame
    labels: ObjectArray
    shapes: Shapes | None = None
    crs: str = "EPSG:4326"


def text_frame(rows: Sequence[Sequence[str]], width: int) -> pd.DataFrame:
    """Return rows of text as a frame with positional columns."""
    if not rows:
        return pd.DataFrame({i: pd.Series(dtype="str") for i in range(width)})
    return pd.DataFrame(list(rows), columns=range(width)).astype("str")


def keep(shapes: Shapes, where: BoolArray) -> Shapes:
    """Return shapes with those that are not marked set to ``None``."""
    kept = shapes.copy()
    kept[~where] = None
    return kept


def problems_at(
    where: BoolArray,
    labels: ObjectArray,
    make: Callable[[int], Issue],
) -> list[Issue]:
    """Return one problem per marked row, the first :data:`MAX_SIMILAR` in full and one line for the rest.

    Parameters
    ----------
    where : array of bool, shape (rows,)
        Rows that are wrong.
    labels : array of str, shape (rows,)
        Row labels, named in the line for the rest.
    make : callable
        Makes the problem of a row from its position.
    """
    positions = np.flatnonzero(where)
    found = [make(int(i)) for i in positions[:MAX_SIMILAR]]
    rest = positions[MAX_SIMILAR:]
    return [*found, _rest(found[-1], len(rest), str(labels[rest[0]]))] if len(rest) else found


def few(problems: Sequence[Issue]) -> list[Issue]:
    """Return the first :data:`MAX_SIMILAR` of problems that are alike, and one line that counts the rest."""
    found, rest = list(problems[:MAX_SIMILAR]), problems[MAX_SIMILAR:]
    return [*found, _rest(found[-1], len(rest), rest[0].row or rest[0].value)] if rest else found


def _rest(last: Issue, count: int, first: str) -> Issue:
    return Issue(
        "district.sheet.more_rows_like_one_from",
        last.file,
        column=last.column,
        level=last.level,
        mend=Both(last.mend_en, last.mend_zh),
        count=count,
        first=first,
    )
