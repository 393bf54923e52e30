"""Read births, or residents by age, that stand side by side, a column for each: 2019年出生, 2020年出生人口, 6岁 … 14岁."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planning.district.cells.headers import plain
from planning.district.cells.quantities import chinese_number
from planning.district.cells.sheet import Sheet, text_frame
from planning.district.cells.traditional import simplified
from planning.district.schema import Table
from planning.errors import Issue

_BIRTHS = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:学年度?|年度?)?(?:新?(?:出生|生育))(?:人口|人)?数?(?:\(人\))?"
)
_BORN = re.compile(r"(?:出生|births?)(?:人口|人)?数?(?P<year>(?:19|20)\d\d)年?")

_AGE = re.compile(
    r"(?P<age>\d{1,2}|[〇零一二三四五六七八九十]{1,3})(?:周?岁|yearsold|yearold)(?:常住|户籍|学龄|适龄)?(?:人口|儿童|孩子|少年|学生|人)?数?(?:\(人\))?"
    r"|ages?(?P<aged>\d{1,2})"
)
_OLDEST = 30

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


def age_of(header: str) -> int | None:
    """Return the age of the residents whom a header counts; nothing for a span of ages.

    Examples
    --------
    >>> age_of("6岁"), age_of("十二周岁人口数"), age_of("age_7"), age_of("6-11岁"), age_of("60岁以上")
    (6, 12, 7, None, None)
    """
    match = _AGE.fullmatch(simplified(plain(header)))
    if match is None:
        return None
    text = match["age"] or match["aged"]
    age = int(text) if text.isdigit() else chinese_number(text)
    return age if age is not None and age <= _OLDEST else None


def age_columns(headers: Sequence[str]) -> dict[int, int]:
    """Return the age of every column of residents by age, by position; one alone is no list of ages."""
    ages = {i: a for i, h in enumerate(headers) if (a := age_of(h)) is not None}
    return ages if len(ages) > 1 else {}


def year_alone(header: str) -> int | None:
    """Return the year that a header is and says nothing more: 2019年, 2019."""
    match = _YEAR.fullmatch(plain(header))
    return int(match["year"]) if match else None


def birth_columns(headers: Sequence[str], counted_in: int = 0) -> dict[int, int]:
    """Return the year of every column of births, by position; years alone count where there are several of them.

    Parameters
    ----------
    counted_in : int
        Year to whose 31 August ages are counted: those of six were born six years before. 0: columns of ages are none of births.
    """
    years = {i: y for i, h in enumerate(headers) if (y := birth_year_of(h)) is not None}
    alone = {i: y for i, h in enumerate(headers) if (y := year_alone(h)) is not None}
    if not years and counted_in and (ages := age_columns(headers)):
        return {i: counted_in - age for i, age in ages.items()}
    return years or (alone if len(alone) > 1 else {})


def unpivot_births(table: Table, sheet: Sheet, counted_in: int = 0) -> Sheet:
    """Return a sheet with one row per year when the years of births, or ages in one year, stand side by side as columns."""
    years = birth_columns(sheet.headers, counted_in) if table.name == "births" else {}
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


def ages_read(sheet: Sheet, counted_in: int) -> list[Issue]:
    """Say as which years of birth columns of ages were read: another day of counting would make them others."""
    ages = [] if birth_columns(sheet.headers) else sorted(age_columns(sheet.headers).values())
    if not ages or not counted_in:
        return []
    return [
        Issue(
            "importing.cohorts.ages_read",
            sheet.file,
            column="year",
            value=f"{ages[0]}–{ages[-1]}",
            level="warning",
            year=counted_in,
            young=ages[0],
            first=counted_in - ages[0],
            before=counted_in - ages[0] - 1,
        )
    ]
