"""Read the values that come from documents; a missing one stays missing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planning.indicators.figures import Figures


@dataclass(frozen=True)
class Entry:
    """One value of the register: ``value`` is ``None`` when it is not supplied."""

    value: float | None
    date: str
    source: str
    stale: bool

    @property
    def note_en(self) -> str:
        """Say where the value comes from, and whether it is older than a school year."""
        if self.value is None:
            return "not supplied"
        return f"{self.source or 'no source'} {self.date}" + (
            " (older than a school year)" if self.stale else ""
        )

    @property
    def note_zh(self) -> str:
        """Say the same in Chinese."""
        if self.value is None:
            return "未提供"
        return f"{self.source or '无来源'} {self.date}" + ("(数据早于上一学年)" if self.stale else "")


def lookup(figures: Figures, indicator: str, item: str) -> Entry:
    """Return the entry of an indicator's item; stale when it is older than a school year before the scored one."""
    table = figures.register
    rows = table[(table["indicator"] == indicator) & (table["item"] == item)]
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        return Entry(None, "", "", False)
    row = rows.iloc[0]
    date = "" if pd.isna(row["date"]) else str(row["date"])[:10]
    stale = bool(date) and pd.Timestamp(date) < pd.Timestamp(figures.year - 1, 9, 1)
    return Entry(float(row["value"]), date, "" if pd.isna(row["source"]) else str(row["source"]), stale)
