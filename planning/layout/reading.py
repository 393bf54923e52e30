"""Read one table of a run by its schema, and name everything in it that no run writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, ObjectArray
from planning.district.cells.sheet import problems_at
from planning.district.schema import Column, Table
from planning.errors import Issue
from planning.layout.capacity import from_file
from planning.messages import Text
from planning.tables import unguarded

_TRUTH = {"true": True, "false": False}


def read_table(path: Path, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """Read a table of a run.

    Parameters
    ----------
    table : Table
        What its columns hold (:mod:`planning.layout.schema`); columns it does not name are kept as text.

    Returns
    -------
    frame : DataFrame
        Values of the schema's types, whole numbers with gaps as floats; the index is the row of the file, the header being row 1.
    problems : list of Issue
        Everything that no run writes: columns, types, bounds, empty cells, rows that occur twice, no rows at all.
    """
    try:
        header, *lines = _lines(path)
    except (ValueError, OSError, csv.Error) as error:  # a wrong encoding is a ValueError
        return pd.DataFrame(), [unreadable(path, str(error).strip())]
    heads = header[1]
    problems = [
        Issue("layout.reading.column_twice", str(path), column=name)
        for name in dict.fromkeys(heads)
        if heads.count(name) > 1
    ]
    problems += [
        Issue("layout.reading.row_length", str(path), row=str(number), count=len(cells), width=len(heads))
        for number, cells in lines
        if len(cells) != len(heads)
    ]
    if problems:
        return pd.DataFrame(), problems
    index = pd.Index([number for number, _ in lines], dtype="int64")
    written = pd.DataFrame([cells for _, cells in lines], columns=heads, index=index, dtype=object)
    frame, problems = _typed(from_file(written), set(heads), table, path)
    if table.required and not lines:
        problems.append(Issue("layout.reading.no_rows", str(path)))
    return frame, problems or _repeated(frame, table, path)


def unreadable(path: Path, reason: str) -> Issue:
    """Return the issue of a file of a run that cannot be read at all."""
    return Issue("layout.folder.not_readable", str(path), reason=reason)


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a file that hold anything, each with the number of the line that it ends in."""
    data = path.read_bytes()
    if not data.endswith(b"\n"):
        raise ValueError("the file is cut short")
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    lines = [(reader.line_num, row) for row in reader if row]
    if not lines:
        raise ValueError("no header")
    return lines


def _typed(text: pd.DataFrame, heads: set[str], table: Table, path: Path) -> tuple[pd.DataFrame, list[Issue]]:
    """Return the cells of a file as values, and what is wrong with the columns that the file has."""
    problems: list[Issue] = []
    read: dict[str, Any] = {}
    labels = text.index.astype("str").to_numpy(dtype=object)
    for column in table.columns:
        if column.name in text.columns:
            cells = text[column.name].to_numpy(dtype=object)
            read[column.name], wrong = _READERS[column.kind](column, cells)
            shown = "capacity" if column.name == "rooms" and "rooms" not in heads else column.name
            if shown in heads:  # where seats are counted, classes are said by the seats
                problems += problems_at(wrong, labels, _unexpected(column, shown, cells, labels, path))
        elif column.default not in (None, ""):  # runs of earlier versions do not have it
            read[column.name] = column.default
        else:
            problems.append(Issue("layout.folder.column_missing", str(path), column=column.name))
    names = [*text.columns, *(name for name in read if name not in text.columns)]
    for name in text.columns.difference(list(read)):
        read[name] = _words(Column(name, ""), text[name].to_numpy(dtype=object))[0]
    return pd.DataFrame(read, index=text.index, columns=names), problems


def _words(column: Column, cells: ObjectArray) -> tuple[Any, BoolArray]:
    """Return cells as texts, empty ones missing or as the column says, and which are wrongly empty or none of its choices."""
    gap = "" if column.default == "" else None
    values = pd.array([unguarded(v) if v else gap for v in cells], dtype="str")
    wrong = np.asarray(cells == "", dtype=bool) & column.required
    if column.choices:
        wrong |= ~np.isin(cells.astype("str"), [choice.value for choice in column.choices])
    return values, wrong


def _truths(column: Column, cells: ObjectArray) -> tuple[Any, BoolArray]:
    """Return cells as yes or no, in the letters of any program, and which are neither."""
    known = [_TRUTH.get(str(v).strip().lower()) for v in cells]
    return np.array([v is True for v in known], dtype=bool), np.array([v is None for v in known], dtype=bool)


def _numbers(column: Column, cells: ObjectArray) -> tuple[Any, BoolArray]:
    """Return cells as numbers, empty ones missing, and which are none, out of bounds, broken where whole ones belong, or wrongly empty."""
    values = np.asarray(pd.to_numeric(cells, errors="coerce"), dtype=np.float64)
    empty = np.asarray(cells == "", dtype=bool)
    with np.errstate(invalid="ignore"):
        good = (values >= _low(column)) & (values <= _high(column))
        if column.kind == "int":
            good &= values % 1 == 0
    wrong = ~good & ~(empty & (not column.required))
    whole = column.kind == "int" and bool(good.all())
    return values.astype("int64") if whole else values, wrong


_READERS: dict[str, Callable[[Column, ObjectArray], tuple[Any, BoolArray]]] = {
    "text": _words,
    "choice": _words,
    "bool": _truths,
    "int": _numbers,
    "number": _numbers,
}


def _low(column: Column) -> float:
    return -np.inf if column.minimum is None else column.minimum


def _high(column: Column) -> float:
    return np.inf if column.maximum is None else column.maximum


def _unexpected(
    column: Column, shown: str, cells: ObjectArray, labels: ObjectArray, path: Path
) -> Callable[[int], Issue]:
    """Return what is said of a wrong cell, by its position."""
    said_of: dict[str, Any] = (
        {"words": tuple(choice.value for choice in column.choices)} if column.choices else {}
    )
    if column.kind in ("int", "number"):
        said_of = {"low": f"{_low(column):.15g}", "high": f"{_high(column):.15g}"}
    wanted = Text(f"layout.wanted.{column.kind}", **said_of)

    def said(i: int) -> Issue:
        value = str(cells[i])
        code = "layout.reading.not_what_run_writes" if value else "layout.reading.empty"
        return Issue(code, str(path), row=str(labels[i]), column=shown, value=value, wanted=wanted)

    return said


def _repeated(frame: pd.DataFrame, table: Table, path: Path) -> list[Issue]:
    """Return the rows that say again what a row above them says already."""
    keys = (frame[name].astype("str").tolist() for name in table.key)
    key = pd.Series([", ".join(parts) for parts in zip(*keys, strict=True)], frame.index, dtype="str")
    twice = key.duplicated().to_numpy()
    first = dict(zip(key[::-1], frame.index[::-1], strict=True))
    labels = frame.index.astype("str").to_numpy(dtype=object)
    columns = ", ".join(table.key)

    def said(i: int) -> Issue:
        again = str(key.iloc[i])
        return Issue(
            "layout.reading.row_twice",
            str(path),
            row=str(labels[i]),
            column=columns,
            value=again,
            first=first[again],
        )

    return problems_at(twice, labels, said)
