"""Tell which units a plan has closed or merged into others by a school year."""

from __future__ import annotations

import pandas as pd

from planning.layout import Layout


def closed_units(layout: Layout, year: int | None = None) -> frozenset[str]:
    """Return the units that a layout has closed (撤并) by a school year, by a project or as small schools.

    Parameters
    ----------
    year : int, optional
        School year, the last one of the plan by default.

    Notes
    -----
    Such a unit has no room and no pupil in that year; it had rooms in an earlier year of the plan, or ``summary.json`` lists it among the
    closed ones. A school that is not built yet is none of them.
    """
    rows = layout.units
    year = int(rows["year"].max()) if year is None else year
    named = {str(u) for u in layout.summary.get("closed", ())}
    had = set(rows.loc[(rows["year"] < year) & (rows["rooms"].astype(float) > 0), "unit"].astype(str))
    now = rows[rows["year"] == year].groupby("unit")[["rooms", "pupils"]].max().astype(float)
    empty = now.index[(now["rooms"] == 0) & (now["pupils"] == 0)].astype(str)
    return frozenset(pd.Index(empty).intersection(pd.Index(sorted(named | had))))
