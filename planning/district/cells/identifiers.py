"""Find identifiers that would not stay what they are: shown, listed, stored or opened in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from planning.arrays import ObjectArray
from planning.district.cells.sheet import problems_at
from planning.district.schema import TABLES, Column
from planning.errors import Issue
from planning.tables import FORMULA
from planning.texts import UNSEEN, unseen

LONGEST = 100
"""Characters of an identifier; the narrowest table that is written (dBASE) ends at 254 bytes."""
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_SEPARATORS = re.compile("[;,、|/]")
# what lists join, and what they are named after: units of a project's school carry its id
_LISTED = {c.refers.partition(".")[2] for t in TABLES for c in t.columns if c.many and c.refers} | {"school"}


def identifier_problems(column: Column, text: pd.Series[str], file: str, labels: ObjectArray) -> list[Issue]:
    """Return the identifiers of a column that no table, list or page could keep apart, by row.

    Parameters
    ----------
    column : Column
        Which identifiers they are.
    text : Series of str
        Cells, lists already joined by ``;``.
    file : str
        File or sheet, for messages.
    labels : array of str
        Row labels, for messages.
    """
    rules: dict[str, Callable[[str], bool]] = {
        "district.identifiers.scientific": lambda cell: _SCIENTIFIC.fullmatch(cell) is not None,
        "district.identifiers.formula": lambda cell: FORMULA.match(cell) is not None,
        "district.identifiers.unseen": lambda cell: UNSEEN.search(cell) is not None,
        "district.identifiers.too_long": lambda cell: any(len(part) > LONGEST for part in cell.split(";")),
    }
    if column.name in _LISTED and not column.refers:
        rules["district.identifiers.separator"] = lambda cell: _SEPARATORS.search(cell) is not None
    return [p for code, wrong in rules.items() for p in _broken(column, text, file, labels, wrong, code)]


def _broken(
    column: Column,
    text: pd.Series[str],
    file: str,
    labels: ObjectArray,
    wrong: Callable[[str], bool],
    code: str,
) -> list[Issue]:
    broken = [cell for cell in text.unique().tolist() if wrong(cell)]
    if not broken:
        return []
    return problems_at(
        text.isin(broken).to_numpy(dtype=bool),
        labels,
        lambda i: Issue(
            code,
            file,
            row=unseen(str(labels[i])),
            column=column.name,
            value=unseen(text.iloc[i])[:60],
            longest=LONGEST,
        ),
    )
