"""Work on the rows of a source before they become a table: join, filter, compute, join texts, merge shapes."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from planning.arrays import FloatArray, IntArray
from planning.district.cells.dates import half_width
from planning.district.cells.headers import find_column, nearest, plain
from planning.district.cells.sheet import Sheet, problems_at
from planning.district.formats.files import cell_text
from planning.district.schema import Table
from planning.errors import DistrictError, Issue
from planning.importing.steps.expressions import evaluate

_DEGREES, _METRES = 1e-7, 0.01
"""Grid that corners of merged outlines come to lie on: about a centimetre."""


def position_of(sheet: Sheet, header: str) -> int:
    """Return where a header stands.

    Raises
    ------
    DistrictError
        If there is no such header; names the nearest.
    """
    hit = next((i for i, h in enumerate(sheet.headers) if plain(h) == plain(header)), None)
    if hit is None:
        near = nearest(header, list(sheet.headers))
        raise DistrictError(
            [
                Issue(
                    "importing.steps.no_header",
                    sheet.file,
                    row="1",
                    mend="district.mend.did_you_mean" if near else "importing.mend.headers",
                    header=header,
                    near=near,
                    headers=(sheet.headers) if not (near) else "",
                )
            ]
        )
    return hit


def position_of_column(table: Table, sheet: Sheet, column: str) -> int | None:
    """Return where a column of the schema stands, by its name, Chinese header or alias."""
    for i, header in enumerate(sheet.headers):
        found = find_column(table, header)
        if found and found[0] == column:
            return i
    return None


def keep_rows(
    sheet: Sheet, where: Mapping[str, Sequence[str]], without: Mapping[str, Sequence[str]] | None = None
) -> Sheet:
    """Return the rows in which every named column holds one of its words, and none of those to leave out."""
    kept = np.ones(len(sheet.cells), dtype=bool)
    for wanted, tests in ((True, where), (False, without or {})):
        for header, words in tests.items():
            meant = {plain(w) for w in words}
            cells = sheet.cells[position_of(sheet, header)]
            kept &= cells.map(lambda c, m=meant: plain(c) in m).to_numpy(dtype=bool) == wanted
    return take(sheet, np.flatnonzero(kept))


def take(sheet: Sheet, rows: IntArray) -> Sheet:
    """Return some rows of a sheet, in this order."""
    return replace(
        sheet,
        cells=sheet.cells.iloc[rows].reset_index(drop=True),
        labels=sheet.labels[rows],
        shapes=None if sheet.shapes is None else sheet.shapes[rows],
    )


def with_column(sheet: Sheet, name: str, values: Sequence[str]) -> Sheet:
    """Return a sheet in which a column holds these texts; an existing one is replaced."""
    headers, cells = list(sheet.headers), sheet.cells.copy()
    position = next((i for i, h in enumerate(headers) if h == name), len(headers))
    cells[position] = pd.Series(list(values), dtype="str")
    return replace(sheet, headers=headers if position < len(headers) else [*headers, name], cells=cells)


def partners(sheet: Sheet, other: Sheet, on: Mapping[str, str], *, first: bool = False) -> FloatArray:
    """Return for every row of a sheet the row of another one whose key columns hold the same values; NaN where none does.

    A row whose key is empty has no partner.

    Raises
    ------
    DistrictError
        If a header is missing, or several rows of the other sheet have the same key and the first is not asked for.
    """
    left, right = _keys(sheet, list(on)), _keys(other, list(on.values()))
    filled = (right.str.strip("\x1f") != "").to_numpy()
    twice = right.duplicated(keep="first").to_numpy() & filled
    if twice.any() and not first:
        raise DistrictError(
            problems_at(twice, other.labels, lambda i: _twice(other, str(other.labels[i]), right.iloc[i]))
        )
    where = pd.Series(np.arange(len(right)), index=right)[filled & ~twice]
    return left.map(where).to_numpy(dtype="float64")


def join_columns(
    sheet: Sheet, other: Sheet, on: Mapping[str, str], *, keep_all: bool, first: bool = False
) -> Sheet:
    """Return a sheet with the columns of another one whose key columns hold the same values.

    Parameters
    ----------
    on : mapping of str to str
        Header in the sheet: header in the other.
    keep_all : bool
        Keep rows without a partner (their new cells are empty) instead of leaving them out.
    first : bool
        Take the first of several rows with one key instead of refusing them.

    Raises
    ------
    DistrictError
        If a header is missing or several rows of the other sheet have the same key.
    """
    partner = partners(sheet, other, on, first=first)
    rows = np.arange(len(partner)) if keep_all else np.flatnonzero(~np.isnan(partner))
    joined, partner = take(sheet, rows), partner[rows]
    taken = {plain(h) for h in sheet.headers}
    for position, header in enumerate(other.headers):
        if plain(header) not in taken:
            cells = other.cells[position].to_numpy(dtype=object)
            found = [cells[int(p)] if p == p else "" for p in partner]
            joined = with_column(joined, header, found)
    return joined


def _keys(sheet: Sheet, headers: Sequence[str]) -> pd.Series[str]:
    parts = [sheet.cells[position_of(sheet, h)].map(half_width).str.strip() for h in headers]
    return pd.Series(["\x1f".join(row) for row in zip(*parts, strict=True)], dtype="str")


def _twice(other: Sheet, row: str, key: str) -> Issue:
    return Issue(
        "importing.steps.several_rows_key_one_meant", other.file, row=row, value=key.replace("\x1f", ", ")
    )


def compute_columns(sheet: Sheet, formulas: Mapping[str, str]) -> Sheet:
    """Return a sheet with columns computed by :func:`~planning.importing.steps.expressions.evaluate`, in order.

    Raises
    ------
    DistrictError
        For every formula that cannot be computed.
    """
    if not formulas:
        return sheet
    problems = []
    found: dict[str, FloatArray] = {}
    for position, header in enumerate(sheet.headers):
        found[header.strip()] = numbers(sheet.cells[position])
    for name, formula in formulas.items():
        try:
            found[name] = evaluate(formula, found, len(sheet.cells))
        except (ValueError, OverflowError) as error:
            problems.append(
                Issue("importing.steps.cannot_computed", sheet.file, column=name, value=formula, error=error)
            )
            continue
        texts = ["" if np.isnan(v) else cell_text(float(v)) for v in found[name]]
        sheet = with_column(sheet, name, texts)
    if problems:
        raise DistrictError(problems)
    return sheet


def numbers(cells: pd.Series[str]) -> FloatArray:
    """Return the numbers that texts hold, ``nan`` where they are none."""
    texts = cells.map(half_width).str.strip().str.replace(",", "", regex=False)
    return pd.to_numeric(texts, errors="coerce").to_numpy(dtype="float64")


def fill_texts(sheet: Sheet, patterns: Mapping[str, str]) -> Sheet:
    """Return a sheet with texts put together from its cells: ``"{GIS_ID}-P"``.

    Raises
    ------
    DistrictError
        If a pattern names an unknown header.
    """
    for name, pattern in patterns.items():
        try:
            parts = [(text, header) for text, header, _, _ in string.Formatter().parse(pattern)]
        except ValueError as error:
            problem = Issue(
                "importing.steps.not_pattern", sheet.file, column=name, value=pattern, error=error
            )
            raise DistrictError([problem]) from error
        texts = [""] * len(sheet.cells)
        for text, header in parts:
            cells = [""] * len(texts) if header is None else list(sheet.cells[position_of(sheet, header)])
            texts = [a + text + b.strip() for a, b in zip(texts, cells, strict=True)]
        sheet = with_column(sheet, name, texts)
    return sheet


def merge_shapes(sheet: Sheet) -> Sheet:
    """Return one row whose shape is the union of all rows' shapes; cells are those of the first row.

    Corners of neighbours that differ in the last digits would leave cracks that touch the outline once they are
    rounded; so all come to lie on one grid first, and parts without area go.
    """
    if sheet.shapes is None or not len(sheet.cells):
        return sheet
    there = shapely.make_valid(sheet.shapes[~shapely.is_missing(sheet.shapes)])
    far = np.nanmax(np.abs(shapely.bounds(there))) if len(there) else 0.0
    grid = _DEGREES if far <= 360 else _METRES
    whole = shapely.union_all(there, grid_size=grid) if len(there) else None
    if whole is not None and not whole.is_empty:
        parts = [p for p in shapely.get_parts(shapely.make_valid(whole)) if p.area > 0]
        whole = shapely.set_precision(shapely.union_all(parts), 0) if parts else whole
    first = take(sheet, np.array([0]))
    shapes = np.empty(1, dtype=object)
    shapes[0] = whole
    return replace(first, shapes=shapes)
