"""Hold the totals of a sheet against what they total, so that none is counted twice and nothing is missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from planning.district.cells.parse import numbers_of
from planning.district.cells.sheet import Sheet, few
from planning.district.schema import Table
from planning.errors import Issue
from planning.importing.forms.amounts import CLASSES, amount_columns, total_columns
from planning.importing.forms.grids import is_total
from planning.messages import Both

Numbers = npt.NDArray[Any]
CLOSE = 1e-3
"""Relative difference that rounded areas and money may have; whole numbers must agree."""
_MOST_BESIDE = 10
"""So many columns that no table uses are tried as parts of a total."""
_FEW = 3
"""A row is only taken for a total without a name where it adds up at least so many others."""


def totals_problems(table: Table, sheet: Sheet, raw: Sheet) -> tuple[list[Issue], bool]:
    """Return what is wrong with the totals of a sheet, and whether any was compared.

    Parameters
    ----------
    sheet : Sheet
        Rows that are data.
    raw : Sheet
        All rows below the header, totals and remarks too, under headers of the schema.

    Notes
    -----
    A row 合计 or 小计 must equal, in every column of amounts, the rows above it, those since the last total, those down to
    the next one, or all; a column 合计 the grades beside it, or these and the same columns that no table uses in every row (a warning names them). A row that equals all others together is a total without a name.
    """
    rows = _numbers(table, raw)
    kept = np.isin(raw.labels.astype(str), sheet.labels.astype(str))
    total = ~kept & np.array(
        [is_total([c.strip() for c in r]) for r in raw.cells.to_numpy().tolist()], dtype=bool
    )
    wrong = [
        *_rows_off(raw, rows, kept, total),
        *_columns_off(table, raw, rows, kept),
        *_nameless(raw, rows, kept),
    ]
    return few(wrong), bool(total.any())


def _numbers(table: Table, raw: Sheet) -> dict[int, Numbers]:
    """Return the numbers of every column of amounts, NaN where a cell holds none."""
    return {
        p: numbers_of(column, raw.cells[p].fillna("").astype("str").str.strip()).to_numpy(dtype=np.float64)
        for p, (_, column, _) in amount_columns(table, list(raw.headers)).items()
    }


def _equal(value: float, options: Sequence[float]) -> bool:
    whole = float(value).is_integer() and all(float(o).is_integer() for o in options)
    return any(value == o if whole else abs(value - o) <= CLOSE * max(abs(value), abs(o)) for o in options)


def _rows_off(
    raw: Sheet, numbers: dict[int, Numbers], kept: npt.NDArray[np.bool_], total: npt.NDArray[np.bool_]
) -> Iterator[Issue]:
    places = np.flatnonzero(total)
    for k, i in enumerate(places.tolist()):
        last = places[k - 1] + 1 if k else 0
        following = places[k + 1] if k + 1 < len(places) else len(kept)
        parts = [slice(0, i), slice(last, i), slice(i, following), slice(0, len(kept))]
        for p, values in numbers.items():
            if not np.isfinite(values[i]):
                continue
            data = np.where(kept, np.nan_to_num(values), 0.0)
            options = [float(data[part].sum()) for part in parts]
            if not _equal(values[i], options):
                yield _off(raw, i, p, values[i], options[-1], ("rows", "各行"))


def _columns_off(
    table: Table, raw: Sheet, numbers: dict[int, Numbers], kept: npt.NDArray[np.bool_]
) -> Iterator[Issue]:
    names = {p: name for p, (name, _, _) in amount_columns(table, list(raw.headers)).items()}
    pupils = [p for p, name in names.items() if name == "pupils"]
    classes = [p for p, name in names.items() if name == CLASSES]
    totals = total_columns(table, raw)
    column = table.column_of.get("pupils")
    if column is None or not totals:
        return
    texts = {p: raw.cells[p].fillna("").astype("str").str.strip() for p in range(len(raw.headers))}
    every = {p: np.nan_to_num(numbers_of(column, t).to_numpy(dtype="float64")) for p, t in texts.items()}
    beside = [p for p in every if p not in (*pupils, *classes, *totals) and (every[p] != 0).any()]
    for k, at in enumerate(totals):
        since = totals[k - 1] if k else -1
        groups = [g for own in (pupils, classes) for g in (own, [p for p in own if since < p < at]) if g]
        rows = np.flatnonzero(kept & (texts[at] != "").to_numpy()).tolist()
        sums = {i: [float(sum(every[p][i] for p in group)) for group in groups] for i in rows}
        off = [i for i in rows if groups and not _equal(every[at][i], sums[i])]
        if not off:
            continue
        missing = {i: float(every[at][i]) - sums[i][0] for i in rows}
        if more := _covered(missing, every, beside[:_MOST_BESIDE]):
            yield _covers(raw, at, more)
        else:
            yield from (_off(raw, i, at, every[at][i], sums[i][0], ("grades", "各年级")) for i in off)


def _covered(missing: dict[int, float], every: dict[int, Numbers], beside: Sequence[int]) -> tuple[int, ...]:
    """Return the fewest columns that no table uses which make up, in every row, what a total is more than its grades: 学前班, 特教班."""
    for count in range(1, len(beside) + 1):
        for columns in itertools.combinations(beside, count):
            if all(_equal(m, [float(sum(every[p][i] for p in columns))]) for i, m in missing.items()):
                return columns
    return ()


def _covers(raw: Sheet, at: int, columns: Sequence[int]) -> Issue:
    names = "、".join(raw.headers[p].strip() for p in columns)
    return Issue(
        "importing.totals.total_holds_columns_no_table",
        raw.file,
        column=raw.headers[at],
        value=names,
        level="warning",
        names=names,
    )


def _nameless(raw: Sheet, numbers: dict[int, Numbers], kept: npt.NDArray[np.bool_]) -> Iterator[Issue]:
    at = np.flatnonzero(kept)
    if len(at) <= _FEW or not numbers:
        return
    data = np.nan_to_num(np.column_stack(list(numbers.values())))
    whole = data[at].sum(axis=0)
    used = whole > 0
    for i in (at[-1], at[0]):
        if used.sum() > 1 and np.array_equal(2 * data[i][used], whole[used]):
            yield Issue(
                "importing.totals.row_equals_all_other_rows",
                raw.file,
                row=str(raw.labels[i]),
                value=" ".join(c for c in raw.cells.iloc[i] if c)[:60],
            )


def _off(raw: Sheet, i: int, position: int, found: float, expected: float, of: tuple[str, str]) -> Issue:
    return Issue(
        "importing.totals.total_does_not_equal_instead",
        raw.file,
        row=str(raw.labels[i]),
        column=raw.headers[position],
        value=f"{found:g}",
        of=Both(of[0], of[1]),
        found=found,
        expected=expected,
    )
