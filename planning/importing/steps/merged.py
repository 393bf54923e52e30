"""Make one row of the rows of a source: outlines are united, amounts added up, other cells are those of the first."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planning.district.cells.parse import numbers_of
from planning.district.cells.sheet import Sheet
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.account import TOLERANCE, Change, Trail
from planning.importing.forms.amounts import amount_columns, amounts_of
from planning.importing.steps.expressions import Extent, extent_of
from planning.importing.steps.steps import merge_shapes, with_column
from planning.messages import Text

_BY_CHANCE = 2
"""Rows that may hold one and the same amount without a doubt that it is that of all rows together."""


def said_once(sheet: Sheet, formulas: Mapping[str, str]) -> Sheet:
    """Return a sheet in which what is computed over all rows together stands in the first row only, so that it cannot be added up.

    Raises
    ------
    DistrictError
        If a formula mixes its row with all rows: whether its values may be added up cannot be told.
    """
    extents: dict[str, Extent] = {}
    problems = []
    for name, formula in formulas.items():
        extents[name] = extent_of(formula, extents)
        if extents[name] == Extent.WHOLE:
            at = next(i for i, h in enumerate(sheet.headers) if h == name)
            first = [sheet.cells[at].iloc[0]] if len(sheet.cells) else []
            sheet = with_column(sheet, name, [*first, *[""] * (len(sheet.cells) - 1)])
        elif extents[name] == Extent.ROW | Extent.WHOLE:
            problems.append(Issue("importing.merged.mixes_row_whole", sheet.file, column=name, value=formula))
    if problems:
        raise DistrictError(problems)
    return sheet


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

    Raises
    ------
    DistrictError
        If every row holds the same amount: it is that of the whole already, and would be counted once a row.
    """
    one, problems = merge_shapes(sheet), []
    for position, (_, column, factor) in amount_columns(table, list(named.headers)).items():
        if position < len(sheet.headers) and sheet.shapes is not None:
            header, text = sheet.headers[position], sheet.cells[position].fillna("").astype("str").str.strip()
            numbers = numbers_of(column, text, factor)
            if len(numbers) > _BY_CHANCE and numbers.nunique(dropna=False) == 1 and numbers.iloc[0] > 0:
                problems.append(_same_in_every_row(sheet, header, text.iloc[0]))
            one = with_column(one, header, [_total(text, numbers, factor)])
    if problems:
        raise DistrictError(problems)
    return one


def _same_in_every_row(sheet: Sheet, header: str, value: str) -> Issue:
    return Issue(
        "importing.merged.same_in_every_row",
        sheet.file,
        column=header,
        value=value,
        rows=len(sheet.cells),
        header=header,
    )


def _total(text: pd.Series[str], numbers: pd.Series[float], factor: float) -> str:
    """Return the sum of the numbers of a column in the unit of its header; the first cell that is no number, so that it is refused."""
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
    return trail.noted(
        Change(Text("importing.account.merged"), tuple(before.labels.astype(str)), lost, kept=True)
    )
