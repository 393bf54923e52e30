"""Find the school year and the county that titles, sheets and names of files speak of."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable

from planning.district.cells.traditional import simplified
from planning.importing.forms.words import year_of

_SCHOOL_YEAR = re.compile(r"(20\d\d)(?:[-~—–－至/](?:20)?\d\d)?(?:学年|年?秋)")
_ROC, _ROC_YEAR = 1911, re.compile(r"(?:民[国國])?(?<!\d)(1[0-4]\d)(?:学年|學年)")
"""Year 0 of the calendar of 1912, and its school years: 民國113學年度."""
_YEAR = re.compile(r"(20\d\d)年?(?!\d)")
_COUNTY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,9}?(?:自治县|自治旗|县|区|旗|市))"
    r"(?=20|各|教育|教体|学校|中小学|小学|初中|义务|学龄|小区|居住|居民|在校|招生|适龄|出生|人口|民办|公办)"
)
_NO_COUNTY = re.compile(r"(小|社|学|城|片|校|地|辖|市|郊|各|新|住宅|居住|居民|街)区$|^(各|全|本)")
_FIRST_MONTH = 9
"""A school year begins in September."""


def school_year_said(texts: Iterable[str]) -> tuple[int | None, bool]:
    """Return the newest school year that titles speak of, and whether they say so plainly (2025学年, 2025年秋季).

    Examples
    --------
    >>> school_year_said(["利和县2025-2026学年在校生统计"]), school_year_said(["统计表2024年"]), school_year_said(["统计表"])
    ((2025, True), (2024, False), (None, False))
    """
    listed = [simplified(t) for t in texts]
    plainly = [int(y) for t in listed for y in _SCHOOL_YEAR.findall(re.sub(r"\s", "", t))]
    plainly += [int(y) + _ROC for t in listed for y in _ROC_YEAR.findall(re.sub(r"\s", "", t))]
    if plainly:
        return max(plainly), True
    loosely = [int(y) for t in listed for y in _YEAR.findall(re.sub(r"\s", "", t))]
    return (max(loosely), False) if loosely else (None, False)


def years_listed(cells: Iterable[str]) -> list[int]:
    """Return the school years that the rows of a table name.

    Examples
    --------
    >>> sorted(years_listed(["2023", "民國112學年", "2024-2025", "全部"]))
    [2023, 2024]
    """
    years = {int(t) if re.fullmatch(r"20\d\d", t) else year_of(t) for t in set(cells)}
    return [year for year in years if year is not None]


def county_said(texts: Iterable[str]) -> str:
    """Return the county that most titles begin with, or an empty text.

    Examples
    --------
    >>> county_said(["利和县2025年秋季各小区统计表", "利和县学校一览表"]), county_said(["阳光小区2025"]), county_said(["利和縣學校名單"])
    ('利和县', '', '利和縣')
    """
    written = [re.sub(r"\s", "", t) for t in texts]
    # read as simplified characters, which stand one for one, and kept as it is written
    found = [t[: m.end("name")] for t in written if (m := _COUNTY.match(simplified(t)))]
    likely = Counter(n for n in found if not _NO_COUNTY.search(simplified(n)))
    return likely.most_common(1)[0][0] if likely else ""


def this_school_year(today: datetime.date | None = None) -> int:
    """Return the school year of a day, named after its September."""
    day = today or datetime.date.today()
    return day.year if day.month >= _FIRST_MONTH else day.year - 1
