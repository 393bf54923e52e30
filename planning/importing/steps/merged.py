"""Make one row of the rows of a source: outlines are united, amounts added up, other cells are those of the first."""

from __future__ import annotations

import pandas as pd

from planning.district.cells.parse import numbers_of
from planning.district.cells.sheet import Sheet
from planning.district.schema import Column, Table
from planning.importing.account import TOLERANCE, Change, Trail
from planning.importing.forms.amounts import amount_columns, amounts_of
from planning.importing.steps.steps import merge_shapes, with_column

_REASON = (
    "merged into one row: amounts are added up, other cells are those of the first",
    "合并为一行：数量相加，其他属性取自首行",
)


def added_up(table: Table, sheet: Sheet, named: Sheet) -> Sheet:
    """Return a sheet of one row.

    Parameters
    ----------
    table : Table
        Says which columns hold amounts.
    sheet : Sheet
        Under its own headers.
    named : Sheet
        The same rows under headers of the schema.
    """
    one = merge_shapes(sheet)
    for position, (_, column, factor) in amount_columns(table, list(named.headers)).items():
        if position < len(sheet.headers) and sheet.shapes is not None:
            one = with_column(one, sheet.headers[position], [_total(column, sheet.cells[position], factor)])
    return one


def _total(column: Column, cells: pd.Series[str], factor: float) -> str:
    """Return the sum of the numbers of a column in the unit of its header; the first cell that is no number, so that it is refused."""
    text = cells.fillna("").astype("str").str.strip()
    numbers = numbers_of(column, text, factor)
    odd = text[numbers.isna() & (text != "")]
    if len(odd):
        return str(odd.iloc[0])
    total = float(numbers.sum()) / factor
    return "" if numbers.isna().all() else f"{total:.0f}" if total.is_integer() else repr(total)


def merged_trail(table: Table, trail: Trail, before: Sheet, after: Sheet) -> Trail:
    """Return the trail after rows became one; both sheets under headers of the schema."""
    if len(before.cells) < 2 or before.shapes is None:
        return trail
    old, new = (amounts_of(table, s).sum() for s in (before, after))
    gone = {str(k): float(old[k] - new[k]) for k in old.index if k in trail.read}
    lost = {k: v for k, v in gone.items() if abs(v) > TOLERANCE * max(abs(float(old[k])), 1.0)}
    return trail.noted(Change(*_REASON, tuple(before.labels.astype(str)), lost, kept=True))
