"""Read the values that come from documents; a missing one stays missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.messages import Text

FIRST_MONTH = 9  # a school year begins on 1 September and is named after that year


@dataclass(frozen=True)
class Entry:
    """One value of the register.

    Parameters
    ----------
    value : float, optional
        ``None`` when it is not supplied.
    date, source : str
        Date of the value and the document it comes from.
    stale : bool
        Older than a school year: of a school year before the last one.
    """

    value: float | None = None
    date: str = ""
    source: str = ""
    stale: bool = False

    @property
    def text_zh(self) -> str:
        """Say in Chinese where the value comes from."""
        return self._text("zh")

    @property
    def text_en(self) -> str:
        """Say in English where the value comes from."""
        return self._text("en")

    def _text(self, lang: str) -> str:
        if self.value is None:
            return Text("indicators.register.not_supplied").text(lang)
        source = self.source or Text("indicators.register.no_source").text(lang)
        date = self.date or Text("indicators.register.no_date").text(lang)
        return f"{source} {date}" + (Text("indicators.register.stale").text(lang) if self.stale else "")


Register = Mapping[tuple[str, str], Entry]
_NOT_SUPPLIED = Entry()


def read_register(table: pd.DataFrame, year: int) -> Register:
    """Return the entries of a register by indicator and item.

    Parameters
    ----------
    table : DataFrame
        ``indicator, item, value, date, source`` (table ``register`` of a district).
    year : int
        Scored school year; an entry is stale when it belongs to a school year before ``year - 1``, or has no date.
    """
    entries = {}
    columns = ("indicator", "item", "value", "date", "source")
    for indicator, item, value, date, source in zip(*(table[c].tolist() for c in columns), strict=True):
        if value is None or np.isnan(value):
            continue
        day = date[:10] if isinstance(date, str) else "" if pd.isna(date) else str(date)[:10]
        entries[indicator, item] = Entry(
            float(value),
            day,
            source if isinstance(source, str) else "",
            not day or school_year(day) < year - 1,
        )
    return entries


def entry(register: Register, indicator: str, item: str) -> Entry:
    """Return an entry; an empty one when it is not supplied."""
    return register.get((indicator, item), _NOT_SUPPLIED)


def school_year(day: str) -> int:
    """Return the school year of a date ``YYYY-MM-DD`` (or ``YYYY-MM``, ``YYYY``).

    Examples
    --------
    >>> school_year("2021-08-31"), school_year("2021-09-01"), school_year("2021")
    (2020, 2021, 2020)
    """
    parts = [int(p) for p in day.replace("/", "-").split("-")[:2]]
    return parts[0] if len(parts) > 1 and parts[1] >= FIRST_MONTH else parts[0] - 1
