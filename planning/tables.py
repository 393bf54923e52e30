"""Walk over the rows of a table, and keep its texts from running in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
import pandas as pd
import shapely

FORMULA = re.compile(r"[\t\r\n]|\s*(?:[=+@＝＋＠]|-(?!(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$|$)|－(?!$))")
"""What a spreadsheet takes for the start of a formula when it opens a CSV file (OWASP, CSV injection); a negative number is none, ``-2+3`` is."""


def each(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as named tuples (``Index`` first)."""
    yield from table.itertuples()


def cell(table: pd.DataFrame, column: str, position: Any) -> Any:
    """Return the cell of a column at a row position."""
    return table[column].iat[position]


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it when a spreadsheet would run it, or run it without its apostrophes.

    So one apostrophe more always comes off again (:func:`unguarded`), whatever the text began with.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1+1"), guarded("甲")
    ("'=1+1", "''=1+1", '甲')
    """
    return "'" + text if _runs(text) else text


def unguarded(text: str) -> str:
    """Return a text as it was before :func:`guarded`."""
    return text[1:] if text[:1] == "'" and _runs(text) else text


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text that a spreadsheet would run."""
    result = table.copy()
    for name in result.columns:
        if not pd.api.types.is_numeric_dtype(result[name]):
            cells = result[name].tolist()
            safe = [guarded(v) if isinstance(v, str) else v for v in cells]
            if safe != cells:
                result[name] = safe
    return result


def as_written(column: pd.Series) -> pd.Series:
    """Return texts as they were before :func:`harmless`."""
    return column.map(lambda v: unguarded(v) if isinstance(v, str) else v).astype(column.dtype)


def _runs(text: str) -> bool:
    return FORMULA.match(text, len(text) - len(text.lstrip("'"))) is not None


def same_table(one: pd.DataFrame, other: pd.DataFrame, *, tolerance_m: float = 0.0) -> bool:
    """Return whether two tables have the same columns, rows and values; missing cells are alike, whole floats are numbers.

    Parameters
    ----------
    tolerance_m : float
        Shapes may differ by so much.
    """
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return False
    return all(_same_column(one[name], other[name], tolerance_m) for name in one.columns)


def _same_column(one: pd.Series, other: pd.Series, tolerance_m: float) -> bool:
    if str(one.dtype) == "geometry" and str(other.dtype) == "geometry":
        left, right = (shapely.normalize(np.asarray(c.array, dtype=object)) for c in (one, other))
        same = shapely.equals_exact(left, right, tolerance=tolerance_m)
        return bool((same | (shapely.is_missing(left) & shapely.is_missing(right))).all())
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(other):
        return bool(np.array_equal(one.to_numpy(float), other.to_numpy(float), equal_nan=True))
    left, right = one.astype("object").to_numpy(), other.astype("object").to_numpy()
    missing = pd.isna(left) & pd.isna(right)
    return bool(all(gone or a == b for gone, a, b in zip(missing, left, right, strict=True)))


def facts_html(title: str, facts: dict[str, object]) -> str:
    """Return a small table for notebooks; every text is escaped by the writer of the elements."""
    table = Element("table")
    SubElement(table, "caption").text = title
    for name, value in facts.items():
        row = SubElement(table, "tr")
        SubElement(row, "th").text = name
        SubElement(row, "td").text = str(value)
    return tostring(table, encoding="unicode", method="html")
