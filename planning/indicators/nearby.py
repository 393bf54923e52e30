"""Count how many pupils enrol in the catchment they live in (B13), and how many go to the nearest school."""

from __future__ import annotations

import math

import numpy as np

from planning.arrays import BoolArray
from planning.indicators.case import Case
from planning.indicators.figures import Figures


def nearby_by_stage(case: Case, *, grades: tuple[int, ...] | None = None) -> dict[str, float | None]:
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
        NaN where homes are not known; ``None`` where the ratio does not apply: no counted unit has pupils.
    """
    return {name: _ratio(case, part, grades) for name, part in case.arrays.stage.items()}


def nearby_by_locale(case: Case, *, grades: tuple[int, ...] | None = None) -> dict[str, float | None]:
    """Return the same ratio by locale, for the reading urban 100 % / town 95 % of S:199."""
    return {name: _ratio(case, case.arrays.locale[name], grades) for name in ("urban", "town")}


def nearest_school_share(figures: Figures) -> float:
    """Return the share of pupils whose catchment school is the nearest of its stage by straight line; not an indicator."""
    table = figures.assignment
    pupils = table["pupils"].to_numpy(dtype=float)
    if not pupils.sum():
        return math.nan
    return float((pupils * table["nearest"].to_numpy(dtype=float)).sum() / pupils.sum())


def _ratio(case: Case, part: BoolArray, grades: tuple[int, ...] | None) -> float | None:
    arrays = case.arrays
    chosen = (arrays.nearby & part)[arrays.at] & (arrays.at >= 0)
    if grades is not None:
        chosen &= np.isin(arrays.grade, grades)
    pupils, own = arrays.enrolled[chosen].sum(), arrays.own[chosen].sum()
    if pupils > 0:
        return float(own / pupils)
    # a register that lists nobody in a unit may be incomplete; elsewhere a unit without pupils has none
    unknown = case.figures.source == "register" and (arrays.nearby & part).any()
    return math.nan if unknown else None
