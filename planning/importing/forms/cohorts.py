"""Read births that stand side by side, a column for each year: 2019年出生, 2020年出生人口."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planning.district.cells.headers import plain
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.schema import Table

_BIRTHS = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:学年度?|年度?)?(?:新?(?:出生|生育))(?:人口|人)?数?(?:\(人\))?"
)
_BORN = re.compile(r"(?:出生|births?)(?:人口|人)?数?(?P<year>(?:19|20)\d\d)年?")

_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)(?:年度?)?")


def birth_year_of(header: str) -> int | None:
    """Return the year whose births a header names.

    Examples
    --------
    >>> birth_year_of("2019年出生人口"), birth_year_of("births_2020"), birth_year_of("2019年级")
    (2019, 2020, None)
    """
    word = plain(header)
    match = _BIRTHS.fullmatch(word) or _BORN.fullmatch(word)
    return int(match["year"]) if match else None


def year_alone(header: str) -> int | None:
    """Return the year that a header is and says nothing more: 2019年, 2019."""
    match = _YEAR.fullmatch(plain(header))
    return int(match["year"]) if match else None


def birth_columns(headers: Sequence[str]) -> dict[int, int]:
    """Return the year of every column of births, by position; years alone count where there are several of them."""
    years = {i: y for i, h in enumerate(headers) if (y := birth_year_of(h)) is not None}
    alone = {i: y for i, h in enumerate(headers) if (y := year_alone(h)) is not None}
    return years or (alone if len(alone) > 1 else {})


def unpivot_births(table: Table, sheet: Sheet) -> Sheet:
    """Return a sheet with one row per year when the years of births stand side by side as columns."""
    years = birth_columns(sheet.headers) if table.name == "births" else {}
    if not years:
        return sheet
    fixed = [i for i in range(len(sheet.headers)) if i not in years]
    rows, labels = [], []
    for label, cells in zip(sheet.labels, sheet.cells.to_numpy().tolist(), strict=True):
        for position, year in years.items():
            if cells[position].strip():
                rows.append([*(cells[i] for i in fixed), str(year), cells[position]])
                labels.append(label)
    headers = [*(sheet.headers[i] for i in fixed), "year", "births"]
    return replace(
        sheet, headers=headers, cells=text_frame(rows, len(headers)), labels=np.array(labels, dtype=object)
    )
