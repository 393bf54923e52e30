"""Count how many pupils enrol in the catchment they live in (B13), and how many go to the nearest school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.district.schema import GRADES
from planning.indicators.figures import Figures

ENTRY_GRADES = tuple(grades[0] for grades in GRADES.values())


def nearby_by_stage(figures: Figures, *, grades: tuple[int, ...] | None = None) -> dict[str, float]:
    """Return the nearby-enrolment ratio by stage (primary 100 %, junior 95 %: the national reading of S:199).

    Σ pupils of counted units whose home lies in the unit's own catchment ÷ Σ pupils of counted units. Pupils sent elsewhere
    because a school is full (统筹调剂) are outside. Pupils who wait for a seat in their own catchment's school are inside: they
    sit in a class that is too large, which B5 shows.

    Parameters
    ----------
    grades : tuple of int, optional
        Only these grades: the entry grades give the ratio of a planning year's intake. All grades by default.

    Returns
    -------
    dict
        NaN where homes are not known; 1 where no counted unit has pupils: nobody is sent away.
    """
    return {s: _ratio(figures, (figures.units["stage"] == s).to_numpy(), grades) for s in GRADES}


def nearby_by_locale(figures: Figures, *, grades: tuple[int, ...] | None = None) -> dict[str, float]:
    """Return the same ratio by locale, for the reading urban 100 % / town 95 % of S:199."""
    return {x: _ratio(figures, (figures.units["locale"] == x).to_numpy(), grades) for x in ("urban", "town")}


def nearest_school_share(figures: Figures) -> float:
    """Return the share of pupils whose catchment school is the nearest of its stage by straight line; not an indicator."""
    table = figures.assignment
    pupils = table["pupils"].to_numpy(dtype=float)
    if not pupils.sum():
        return float("nan")
    return float((pupils * table["nearest"].to_numpy(dtype=float)).sum() / pupils.sum())


def counted_units(units: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which units B13 counts: urban and town, public, no boarding, admitting by catchment (S:199)."""
    counted = (
        units["locale"].isin(["urban", "town"])
        & (units["ownership"] == "public")
        & ~units["boarding"].astype(bool)
        & (units["admission"] == "catchment")
        & (units["kind"] != "special")
    )
    return counted.to_numpy(dtype=bool)


def _ratio(
    figures: Figures, part: np.ndarray[tuple[int], np.dtype[np.bool_]], grades: tuple[int, ...] | None
) -> float:
    position = figures.units.index.get_indexer(pd.Index(figures.enrolment["unit"]))
    chosen = (counted_units(figures.units) & part)[position] & (position >= 0)
    if grades is not None:
        chosen &= np.isin(figures.enrolment["grade"].to_numpy(), grades)
    pupils = figures.enrolment["pupils"].to_numpy(dtype=float)[chosen]
    own = figures.enrolment["own"].to_numpy(dtype=float)[chosen]
    return float(own.sum() / pupils.sum()) if pupils.sum() > 0 else 1.0
