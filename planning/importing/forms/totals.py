"""Hold the totals of a sheet against what they total, so that none is counted twice and nothing is missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from planning.arrays import BoolArray, IntArray
from planning.district.cells.parse import numbers_of
from planning.district.cells.sheet import Sheet, few
from planning.district.schema import Table
from planning.errors import Issue
from planning.importing.forms.amounts import CLASSES, amount_columns, total_columns
from planning.importing.forms.grids import is_total
from planning.importing.forms.totalled import Ground, gathered, named, scopes, spelt
from planning.messages import Text

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
    A row 合计 or 小计 must equal, in every column of amounts, the sum of the rows that it may speak of
    (:func:`planning.importing.totalled.scopes`); a column 合计 the grades beside it, or these and the same columns that no table uses in every row (a warning names them). A row that equals all others together is a total without a name.
    """
    rows = _numbers(table, raw)
    kept = np.isin(raw.labels.astype(str), sheet.labels.astype(str))
    total = ~kept & np.array(
        [is_total([c.strip() for c in r]) for r in raw.cells.to_numpy().tolist()], dtype=bool
    )
    wrong = [
        *_rows_off(raw, sheet, rows, kept, np.flatnonzero(total).tolist()),
        *_columns_off(table, raw, rows, kept),
        *_nameless(raw, rows, kept),
    ]
    compared = any(np.isfinite(values[total]).any() for values in rows.values())  # formulas may hold no value
    return few(wrong), compared


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
    raw: Sheet, sheet: Sheet, numbers: dict[int, Numbers], kept: BoolArray, total: Sequence[int]
) -> Iterator[Issue]:
    """Name the totals that fit no rows they may speak of, in the columns in which they differ from the likeliest."""
    if not total:
        return
    ground = _ground(raw, sheet, numbers, kept, total)
    for k, i in enumerate(total):
        options = [{p: _sum(values, rows) for p, values in numbers.items()} for rows in scopes(ground, k)]
        if len(together := gathered(ground, k)[0]) > 1 and named(ground, k) is None:
            options = [_share(numbers, ground, k, together)]
        wrong = [_differing(numbers, i, option) for option in options]
        fewest = min(range(len(wrong)), key=lambda n: len(wrong[n]))
        yield from (_off(raw, i, p, float(numbers[p][i]), options[fewest][p], "rows") for p in wrong[fewest])


def _ground(
    raw: Sheet, sheet: Sheet, numbers: dict[int, Numbers], kept: BoolArray, total: Sequence[int]
) -> Ground:
    filled = dict(zip(sheet.labels.astype(str), sheet.cells.to_numpy().tolist(), strict=True))
    rows = [
        filled.get(label, cells)
        for label, cells in zip(raw.labels.astype(str), raw.cells.to_numpy().tolist(), strict=True)
    ]
    texts = [[spelt(c) for p, c in enumerate(row) if p not in numbers] for row in rows]
    held = [np.isfinite(values) for values in numbers.values()]
    bare = ~np.any(held, axis=0) if held else np.ones(len(rows), dtype=bool)
    return Ground.of(texts, kept, bare, total)


def _sum(values: Numbers, rows: BoolArray) -> float:
    return float(np.nan_to_num(values)[rows].sum())


def _differing(numbers: dict[int, Numbers], i: int, option: dict[int, float]) -> list[int]:
    """Return the columns in which a total is not what it may be."""
    return [
        p for p, values in numbers.items() if np.isfinite(values[i]) and not _equal(values[i], [option[p]])
    ]


def _share(numbers: dict[int, Numbers], ground: Ground, k: int, together: Sequence[int]) -> dict[int, float]:
    """Return what one of several totals gathered below their rows must be: the rows next in order, else what the others leave."""
    rows = np.flatnonzero(gathered(ground, k)[1])
    for order, line in ((rows, together), (rows[::-1], together[::-1])):
        if (found := _next_rows(numbers, ground, k, order, line)) is not None:
            return found
    others = [ground.totals[n].row for n in together if n != k]
    return {
        p: float(np.nan_to_num(v)[rows].sum() - np.nan_to_num(v)[others].sum()) for p, v in numbers.items()
    }


def _next_rows(
    numbers: dict[int, Numbers], ground: Ground, k: int, rows: IntArray, together: Sequence[int]
) -> dict[int, float] | None:
    """Return the sums of the k-th total's rows where every total up to it fits the rows next in order; each leaves some to the others."""
    sums = {p: np.concatenate(([0.0], np.nan_to_num(values)[rows].cumsum())) for p, values in numbers.items()}
    start = 0
    for place, n in enumerate(together, 1):
        fits = np.ones(len(rows) + 1, dtype=bool)
        for p, values in numbers.items():
            value = values[ground.totals[n].row]
            if np.isfinite(value):
                fits &= np.abs(sums[p] - sums[p][start] - value) <= CLOSE * min(1.0, abs(value))
        last = len(rows) + (place == len(together))
        ends = np.flatnonzero(fits[start:last])
        if not len(ends):
            return None
        end = start + int(ends[0])
        if n == k:
            return {p: float(s[end] - s[start]) for p, s in sums.items()}
        start = end
    return None


def _columns_off(table: Table, raw: Sheet, numbers: dict[int, Numbers], kept: BoolArray) -> Iterator[Issue]:
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
            yield from (_off(raw, i, at, every[at][i], sums[i][0], "grades") for i in off)


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


def _nameless(raw: Sheet, numbers: dict[int, Numbers], kept: BoolArray) -> Iterator[Issue]:
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


def _off(raw: Sheet, i: int, position: int, found: float, expected: float, of: str) -> Issue:
    return Issue(
        "importing.totals.total_does_not_equal_instead",
        raw.file,
        row=str(raw.labels[i]),
        column=raw.headers[position],
        value=f"{found:g}",
        of=Text(f"importing.totals.of.{of}"),
        found=found,
        expected=expected,
    )
