"""Read dates as people and spreadsheets write them."""

from __future__ import annotations

import datetime
import re
import unicodedata

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_EXCEL_DATES = (20000, 80000)  # serial numbers of 1954 to 2119


def half_width(text: str) -> str:
    """Return text with full-width letters and digits as plain ones, stripped."""
    return unicodedata.normalize("NFKC", text).strip()


def read_date(text: str) -> str:
    """Return a date as ISO text (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``), or ``""`` when it is none.

    Understands 2020-9-1, 2020/9/1, 2020.9.1, 2020年9月1日, 20200901, 2020年, a year, and the day numbers of
    spreadsheets.
    """
    word = re.sub(r"\s+", "", half_width(text).split(" ")[0].split("T")[0])
    if re.fullmatch(r"\d{4}年?", word):
        return word[:4]
    if re.fullmatch(r"\d{8}", word):
        word = f"{word[:4]}-{word[4:6]}-{word[6:]}"
    if re.fullmatch(r"\d{5}(\.\d+)?", word) and _EXCEL_DATES[0] <= float(word) < _EXCEL_DATES[1]:
        return (_EXCEL_EPOCH + datetime.timedelta(days=int(float(word)))).isoformat()
    match = _DATE.fullmatch(word)
    if not match:
        return ""
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    try:
        whole = datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
    return whole if match[3] else whole[:7]


def calendar_day(text: str) -> str:
    """Return a date as ``YYYY-MM-DD``, an empty text when it is none.

    Examples
    --------
    >>> calendar_day("2021年7月1日"), calendar_day("2021/7/1"), calendar_day("2021-02-30")
    ('2021-07-01', '2021-07-01', '')
    """
    match = _DAY.fullmatch(text.strip())
    try:
        return datetime.date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""
