"""Walk over the rows of a table; the one place where types of columns are taken on trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def each(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a table as named tuples (``Index`` first)."""
    yield from table.itertuples()


def cell(table: pd.DataFrame, column: str, position: Any) -> Any:
    """Return the cell of a column at a row position."""
    return table[column].iat[position]
