"""Print shares, differences and amounts on pages; a dash where there is none."""

from __future__ import annotations

import pandas as pd

from planning.digits import in_digits


def percent(value: float, form: str = ".1%") -> str:
    """Return a share in percent."""
    return "–" if pd.isna(value) else format(value, form)


def signed(value: float) -> str:
    """Return a difference in whole numbers with its sign; 0 below a half."""
    return "–" if pd.isna(value) else "0" if abs(value) < 0.5 else in_digits(value, "+,.0f").replace("-", "−")


def plain(value: float) -> str:
    """Return an amount with two decimals at most, or three digits where it is below 1."""
    if pd.isna(value):
        return "–"
    return f"{value:.3g}" if 0 < abs(value) < 1 else f"{value:,.2f}".rstrip("0").rstrip(".")
