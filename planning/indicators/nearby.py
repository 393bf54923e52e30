"""Count how many pupils enrol in the catchment they live in (B13), and how many go to the nearest school."""

from __future__ import annotations

import pandas as pd

from planning.district.schema import GRADES
from planning.indicators.figures import Figures


def nearby_ratios(figures: Figures, *, intake: bool = False) -> dict[str, float]:
    """Return the nearby-enrolment ratio by stage over urban and town public schools without boarding.

    Pupils of counted units whose home lies in the unit's own catchment, over all pupils of counted units; all grades,
    or only the entry grade (``intake``). Source: B13, S:199.
    """
    return {s: _ratio(figures, figures.units["stage"] == s, intake) for s in GRADES}


def nearby_by_locale(figures: Figures) -> dict[str, float]:
    """Return the same ratio by locale, for the reading urban 100 % / town 95 %."""
    return {name: _ratio(figures, figures.units["locale"] == name, False) for name in ("urban", "town")}


def nearest_school_share(figures: Figures) -> float:
    """Return the share of pupils whose unit is the nearest of its stage (NaN without distances); not an indicator."""
    table = figures.assignment
    if "nearest" not in table.columns or not len(table):
        return float("nan")
    pupils = table["pupils"].astype(float)
    return float((pupils * table["nearest"]).sum() / pupils.sum())


def counted_units(figures: Figures) -> pd.Series:
    """Return which units B13 counts: urban and town, public, no boarding, admitting by catchment."""
    units = figures.units
    return (
        units["locale"].isin(["urban", "town"])
        & (units["ownership"] == "public")
        & ~units["boarding"].astype(bool)
        & (units["admission"] == "catchment")
        & (units["kind"] != "special")
    )


def _ratio(figures: Figures, part: pd.Series, intake: bool) -> float:
    chosen = figures.units.index[counted_units(figures) & part]
    table = figures.enrolment[figures.enrolment["unit"].isin(chosen)]
    if intake:
        table = table[table["grade"].isin([g[0] for g in GRADES.values()])]
    total = float(table["pupils"].sum())
    return float(table["own"].sum()) / total if total else float("nan")
