"""Walk over the rows of a table, and keep its texts from running in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

FORMULA = re.compile(r"[\t\r\n]|\s*(?:[=+@＝＋＠]|-(?!(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$|$)|－(?!$))")
"""What a spreadsheet takes for the start of a formula when it opens a CSV file (OWASP, CSV injection); a negative number is none, ``-2+3`` is."""


def each(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as named tuples (``Index`` first)."""
    yield from table.itertuples()


def cell(table: pd.DataFrame, column: str, position: Any) -> Any:
    """Return the cell of a column at a row position."""
    return table[column].iat[position]


def harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text that a spreadsheet would run."""
    result = table.copy()
    for name in result.columns:
        column = result[name]
        if not pd.api.types.is_numeric_dtype(column):
            runs = column.map(lambda v: isinstance(v, str) and FORMULA.match(v) is not None).astype(bool)
            if runs.any():
                result[name] = column.where(~runs, "'" + column.astype("str"))
    return result


def as_written(column: pd.Series) -> pd.Series:
    """Return texts as they were before :func:`harmless`."""
    guarded = column.map(lambda v: isinstance(v, str) and v[:1] == "'" and FORMULA.match(v[1:]) is not None)
    return column.where(~guarded.astype(bool), column.astype("str").str[1:])
