"""Turn the text of a column into values of the schema, naming every cell that is not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, ObjectArray
from planning.district.cells.characters import character_problems
from planning.district.cells.dates import half_width, read_date
from planning.district.cells.headers import nearest
from planning.district.cells.identifiers import identifier_problems
from planning.district.cells.quantities import quantity
from planning.district.cells.sheet import problems_at
from planning.district.cells.traditional import simplified
from planning.district.schema import Choice, Column
from planning.errors import Issue
from planning.grades import KINDERGARTEN
from planning.messages import Both, Text

TRUE_WORDS = ("true", "yes", "y", "t", "1", "是", "有", "对", "√", "✓")
FALSE_WORDS = ("false", "no", "n", "f", "0", "否", "无", "没有", "错", "×", "✗")
# what people write into a cell that has no number
_BLANK_WORDS = frozenset({"-", "--", "—", "——", "/", "\\", "无", "空", "na", "n/a", "null", "none"})
_NOISE = 1e-12
_EXACT = 2.0**53
"""Whole numbers beyond this are no longer told apart."""
_WHOLE_FLOAT = re.compile(r"\d+\.0+")


def parse_column(
    column: Column,
    text: pd.Series[str],
    *,
    file: str,
    labels: ObjectArray,
    factor: float = 1.0,
) -> tuple[pd.Series, list[Issue]]:
    """Return the values of a column and everything that is wrong with them.

    Parameters
    ----------
    column : Column
        What is expected.
    text : Series of str
        Cells as written, ``""`` where empty.
    file : str
        File or sheet, for messages.
    labels : array of str
        Row labels, for messages.
    factor : float
        Multiplies numbers whose header gives another unit (万元: 10,000).

    Returns
    -------
    values : Series
        ``str`` for text, choices and dates (missing: NaN), ``bool``, ``int64`` or, where cells are missing or for
        numbers, ``float64``.
    problems : list of Issue
        One per wrong cell, the rest of a long list counted.
    """
    stripped = [c.strip() if isinstance(c, str) else "" if pd.isna(c) else str(c) for c in text.tolist()]
    text = pd.Series(stripped, index=text.index, dtype="str")
    if column.kind in ("int", "number"):
        values, problems = _read_number(column, text, file, labels, factor)
    else:
        values, problems = _READERS[column.kind](column, text, file, labels)
    missing = values.isna().to_numpy()
    if column.kind in ("int", "number"):
        problems += _range_problems(column, text, values, file, labels)
    if not missing.any():
        return settle(column, values), problems
    if column.default is not None:
        values = values.fillna(cast(Any, column.default))
    elif column.required and not column.instead:
        blank = missing & ~_bad_rows(text, values)
        problems += problems_at(blank, labels, lambda i: _empty(column, file, str(labels[i])))
    return settle(column, values), problems


def empty_column(column: Column, rows: int) -> pd.Series:
    """Return a column that the file does not have: its default, or missing."""
    kind = {"int": "float64", "number": "float64", "bool": "object"}.get(column.kind, "str")
    values = pd.Series([np.nan] * rows, dtype=kind)
    if column.default is not None:
        values = pd.Series([column.default] * rows, dtype="object")
    return settle(column, values)


def _bad_rows(text: pd.Series[str], values: pd.Series) -> BoolArray:
    """Return rows that hold something which was not understood (already reported)."""
    bad: BoolArray = values.isna().to_numpy().copy()
    positions = np.flatnonzero(bad)
    if len(positions):
        bad[positions] = [not is_blank(w) for w in text.to_numpy(dtype=object)[positions]]
    return bad


def settle(column: Column, values: pd.Series) -> pd.Series:
    """Return values in the type their column has in a district; whole numbers with gaps become floats."""
    if column.kind == "bool":
        return values.fillna(False).astype("bool")
    if column.kind == "int" and not values.isna().any():
        return _typed(values, "int64")
    if column.kind in ("int", "number"):
        return _typed(values, "float64")
    return _typed(values, "str")


def _typed(values: pd.Series, kind: str) -> pd.Series:
    """Return values of a type, the same object where it has that type already."""
    return values if values.dtype == kind else values.astype(cast(Any, kind))


def _cell(
    column: Column,
    file: str,
    row: str,
    value: str,
    code: str,
    mend: str | None = None,
    **said: Any,
) -> Issue:
    return Issue(code, file, row=row, column=column.name, value=value, mend=mend, **said)


def either(
    column: Column,
    values: pd.Series,
    other: pd.Series,
    texts: Sequence[pd.Series],
    file: str,
    labels: ObjectArray,
) -> tuple[pd.Series, list[Issue]]:
    """Return a required column, 0 where another one holds its value instead, and the rows in which neither does.

    ``texts`` are the cells of both as written: what was not understood there is already reported.
    """
    blank = values.isna().to_numpy() & other.isna().to_numpy()
    for text in texts:
        blank &= ~_bad_rows(text.fillna("").astype("str").str.strip(), other.where(other.isna()))
    problems = problems_at(blank, labels, lambda i: _empty(column, file, str(labels[i])))
    return settle(column, values.mask(values.isna() & other.notna(), 0.0)), problems


def _empty(column: Column, file: str, row: str) -> Issue:
    return _cell(
        column,
        file,
        row,
        "",
        "district.parse.empty",
        header=Both(column.name, column.zh),
        meaning=Both(column.meaning or column.name, column.meaning_zh or column.zh),
        unit=f" ({column.unit})" if column.unit else "",
    )


_Read = tuple["pd.Series", list[Issue]]


def _read_text(column: Column, text: pd.Series[str], file: str, labels: ObjectArray) -> _Read:
    if column.identifier:
        read = _read_list if column.many else _read_id
        plain = {cell: read(cell) for cell in text.unique().tolist()}
        if any(cell != kept for cell, kept in plain.items()):
            text = text.map(plain).astype("str")
        problems = identifier_problems(column, text, file, labels)
    else:
        problems = []
    problems += character_problems(text, file, labels, column.name, name=not column.identifier)
    blank = text == ""
    return text.mask(blank) if blank.any() else text, problems


def _read_id(text: str) -> str:
    if not text.isascii():
        text = half_width(text)
    return text.split(".")[0] if _WHOLE_FLOAT.fullmatch(text) else text


def _read_list(text: str) -> str:
    parts = [p.strip() for p in re.split(r"[;,、|/]", text)] if text else []
    return ";".join(_read_id(p) for p in parts if p)


def numbers_of(column: Column, text: pd.Series[str], factor: float = 1.0) -> pd.Series[float]:
    """Return the numbers that cells hold, in the unit of the schema; NaN where they hold none.

    Parameters
    ----------
    factor : float
        From the unit of the header to that of the schema; a cell that names its unit itself goes by that.
    """
    cells = text.to_numpy(dtype=object)
    values = np.array(pd.to_numeric(cells, errors="coerce"), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    values *= factor
    odd = np.isnan(values) & (cells != "")
    if odd.any():
        found = {cell: quantity(cell, column.unit) for cell in set(cells[odd])}
        meant = {c: np.nan if q is None else q[0] * (1.0 if q[1] else factor) for c, q in found.items()}
        values[odd] = [meant[cell] for cell in cells[odd]]
    values[~np.isfinite(values)] = np.nan
    return pd.Series(values, index=text.index)


def is_blank(text: str) -> bool:
    """Return whether a cell holds nothing, or only a sign that it holds nothing: -, /, 无."""
    return not text or text.lower() in _BLANK_WORDS


def _read_number(
    column: Column, text: pd.Series[str], file: str, labels: ObjectArray, factor: float
) -> _Read:
    values = numbers_of(column, text, factor)
    wrong = _bad_rows(text, values)
    asked: dict[str, Any] = {
        "whole": Text(f"district.parse.whole.{column.kind}"),
        "unit": Text("district.parse.in_unit", unit=column.unit) if column.unit else "",
    }

    def not_number(i: int) -> Issue:
        return _cell(column, file, str(labels[i]), text.iloc[i], "district.parse.no_number", **asked)

    problems = problems_at(wrong, labels, not_number)
    if column.kind == "int":
        number = values.to_numpy(dtype="float64", copy=True)
        near = number.round()
        number = np.where(np.abs(number - near) <= _NOISE * np.abs(near), near, number)  # 0.07 万人 is 700
        huge = np.abs(number) > _EXACT
        broken = ~np.isnan(number) & (huge | (number % 1 != 0))

        def not_whole(i: int) -> Issue:
            code = "district.parse.too_large" if huge[i] else "district.parse.no_whole_number"
            return _cell(
                column, file, str(labels[i]), text.iloc[i], code, "district.parse.write_whole", **asked
            )

        problems += problems_at(broken, labels, not_whole)
        number[broken] = np.nan
        values = pd.Series(number, index=text.index)
    return values, problems


def _range_problems(
    column: Column,
    text: pd.Series[str],
    values: pd.Series,
    file: str,
    labels: ObjectArray,
) -> list[Issue]:
    low, high = column.minimum, column.maximum
    if low is None and high is None:
        return []
    named = column.name == "grade" and low == 0
    number = values.to_numpy(dtype="float64")
    below = number < low if low is not None else np.zeros(len(number), dtype=bool)
    above = number > high if high is not None else np.zeros(len(number), dtype=bool)
    both = low is not None and high is not None
    mend = "district.parse.between" if both else f"district.parse.{'at_most' if low is None else 'at_least'}"
    negative = low == 0
    if named:
        mend, negative = "district.parse.grades", False
    return problems_at(
        below | above,
        labels,
        lambda i: _cell(
            column,
            file,
            str(labels[i]),
            text.iloc[i],
            "district.parse.negative" if negative and below[i] else "district.parse.out_of_range",
            mend,
            header=Both(column.name, column.zh),
            low=KINDERGARTEN if named else low,
            high=high,
        ),
    )


def choice_words(choices: tuple[Choice, ...]) -> dict[str, str]:
    """Return every accepted word of a choice (plain form) and the value it means."""
    words: dict[str, str] = {}
    for spellings in (lambda c: (c.value, c.zh), lambda c: c.aliases):
        for choice in choices:
            for word in spellings(choice):
                words.setdefault(half_width(word).lower(), choice.value)
    return words


def _by_words(text: pd.Series[str], words: Mapping[str, object]) -> pd.Series:
    plain_words = {re.sub(r"\s+", "", word): meant for word, meant in words.items()}
    known = {}
    cells = text.tolist()
    for cell in set(cells):
        word = re.sub(r"\s+", "", half_width(cell)).lower()
        known[cell] = plain_words.get(word, plain_words.get(simplified(word)))
    return pd.Series([known[cell] for cell in cells], index=text.index, dtype="object")


def _read_choice(column: Column, text: pd.Series[str], file: str, labels: ObjectArray) -> _Read:
    values = _by_words(text, choice_words(column.choices))
    wrong = values.isna().to_numpy() & (text != "").to_numpy()
    allowed = Both(
        ", ".join(f"{c.value} ({c.zh})" for c in column.choices), "、".join(c.zh for c in column.choices)
    )

    def not_allowed(i: int) -> Issue:
        near = nearest(text.iloc[i], [w for c in column.choices for w in (c.value, c.zh, *c.aliases)])
        return _cell(
            column,
            file,
            str(labels[i]),
            text.iloc[i],
            "district.parse.no_choice",
            "district.parse.did_you_mean_allowed" if near else "district.parse.allowed",
            near=near,
            allowed=allowed,
        )

    return values.where(values.notna(), np.nan).astype("str"), problems_at(wrong, labels, not_allowed)


def _read_bool(column: Column, text: pd.Series[str], file: str, labels: ObjectArray) -> _Read:
    words: dict[str, object] = {**dict.fromkeys(TRUE_WORDS, True), **dict.fromkeys(FALSE_WORDS, False)}
    values = _by_words(text.str.replace(r"^([01])\.0+$", r"\1", regex=True), words)
    wrong = values.isna().to_numpy() & (text != "").to_numpy()
    return values, problems_at(
        wrong,
        labels,
        lambda i: _cell(column, file, str(labels[i]), text.iloc[i], "district.parse.neither_yes_nor_no"),
    )


def _read_date(column: Column, text: pd.Series[str], file: str, labels: ObjectArray) -> _Read:
    cells = text.tolist()
    read = {cell: read_date(cell) for cell in set(cells)}
    values = pd.Series([read[cell] for cell in cells], index=text.index, dtype="str")
    wrong = (values == "").to_numpy() & (text != "").to_numpy()
    return values.where(values != ""), problems_at(
        wrong,
        labels,
        lambda i: _cell(column, file, str(labels[i]), text.iloc[i], "district.parse.no_date"),
    )


_READERS: dict[str, Callable[[Column, pd.Series[str], str, ObjectArray], _Read]] = {
    "text": _read_text,
    "choice": _read_choice,
    "bool": _read_bool,
    "date": _read_date,
}
