"""Work out the county's figures from arrays of its units: price, nearby ratios, B4, B5 and B13."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray, IntArray
from planning.district import District
from planning.editing.figures import Indicators
from planning.editing.ground import Ground
from planning.indicators.arrays import lay_out
from planning.indicators.bands import sort_classes
from planning.indicators.figures import figures_of_layout
from planning.layout import Layout
from planning.zoning.classes import classes_over
from planning.zoning.problem import ZoningProblem
from planning.zoning.problem.amounts import ResourceLimit
from planning.zoning.rules.nearby import groups
from planning.zoning.rules.projects import BUILT

Ratios = tuple[tuple[str, float | None], ...]


@dataclass(frozen=True)
class NearbyPart:
    """A ratio of B13: which units of the zoning it counts, and what units beside the zoning bring to it."""

    name: str
    counted: BoolArray
    own: float
    pupils: float


@dataclass(frozen=True)
class Judged:
    """What the indicators know of units and schools, in the last year of the plan, which no move changes.

    Parameters
    ----------
    cap : int array (n_units, 1)
        Class cap of B5 of the units of the zoning.
    over_elsewhere : int
        Classes over the cap in units that the zoning leaves alone.
    there : bool array (n_units,)
        Units that stand in that year.
    school : int array (n_units,)
        School in ``limit`` and ``elsewhere`` (pupils of it that the zoning leaves alone).
    nearby : tuple of NearbyPart
    """

    cap: IntArray
    over_elsewhere: int
    there: BoolArray
    school: IntArray
    limit: FloatArray
    elsewhere: FloatArray
    nearby: tuple[NearbyPart, ...]


def judged(problem: ZoningProblem, layout: Layout, district: District) -> Judged:
    """Take out of the indicators' figures what no move changes."""
    profile = problem.profile
    figures = figures_of_layout(district, layout, profile, problem.years[-1])
    arrays = lay_out(figures)
    at = figures.units.index.get_indexer(pd.Index(problem.units["unit"].astype(str)))
    there = at >= 0  # units of projects that are not in use are not
    zoned = np.zeros(len(figures.units), dtype=bool)
    zoned[at[there]] = True
    classes = sort_classes(figures.units, figures.class_sizes, profile)
    beside = (arrays.pupils * arrays.ordinary * ~zoned).astype(float)
    rest = (arrays.at >= 0) & ~zoned[arrays.at]
    by_locale = profile.nearby.reading == "locale"
    named = {k: arrays.locale[k] for k in ("urban", "town")} if by_locale else arrays.stage
    parts = []
    for name, part in named.items():
        rows = rest & (arrays.nearby & part)[arrays.at]
        parts.append(
            NearbyPart(
                name,
                (arrays.nearby & part)[at] & there,
                float(arrays.own[rows].sum()),
                float(arrays.enrolled[rows].sum()),
            )
        )
    return Judged(
        np.array([[profile.class_cap[str(s)]] for s in problem.units["stage"]], dtype=np.int64),
        int((classes.over & ~zoned[classes.unit]).sum()),
        there,
        np.where(there, arrays.school[at], 0),
        np.array([profile.school_limit(kind) for kind in arrays.kinds], dtype=float),
        np.bincount(arrays.school, weights=beside, minlength=len(arrays.schools)).astype(float),
        tuple(parts),
    )


def indicators(base: Judged, pupils: IntArray, own: IntArray, classes: IntArray) -> Indicators:
    """Return B4, B5 and B13 from pupils, own pupils and classes of the last year (n_units, n_grades)."""
    pupils = pupils * base.there[:, None]
    total = pupils.sum(axis=1)
    by_school = base.elsewhere + np.bincount(base.school, weights=total, minlength=len(base.limit))
    over = 0
    if (base.cap > 1).any():  # a cap of one: capacity is counted in seats, there are no classes
        over = int(classes_over(pupils, classes, base.cap).sum()) + base.over_elsewhere
    mine = own.sum(axis=1)
    ratios: list[tuple[str, float | None]] = []
    for part in base.nearby:
        enrolled = part.pupils + float(total[part.counted].sum())
        inside = part.own + float(mine[part.counted].sum())
        ratios.append((part.name, inside / enrolled if enrolled > 0 else None))
    return Indicators(int((by_school > base.limit).sum()), over, tuple(ratios))


@dataclass(frozen=True)
class NearbyGroup:
    """A group of the rule ``nearby``: its name, the ratio it asks for, the units it counts."""

    name: str
    ratio: float
    units: IntArray


def nearby_groups(problem: ZoningProblem) -> tuple[NearbyGroup, ...]:
    """Return the groups of the rule ``nearby``."""
    return tuple(NearbyGroup(*group) for group in groups(problem))


def nearby_price(
    problem: ZoningProblem, parts: tuple[NearbyGroup, ...], pupils: IntArray, taken: IntArray
) -> float:
    """Return what pupils outside their catchment cost beyond what the ratios allow; arrays (n_units, n_years)."""
    outside = 0.0
    for part in parts:
        excess = taken[part.units].sum(axis=0) - (1.0 - part.ratio) * pupils[part.units].sum(axis=0)
        outside += float(np.maximum(0.0, excess).sum())
    return outside * problem.scenario.prices.nearby / len(problem.years)


def balance_price(problem: ZoningProblem, even: FloatArray | None, pupils: IntArray) -> float:
    """Return what pupils above the even share of the seats cost (n_units, n_years); nothing where balance is not asked for."""
    if even is None:
        return 0.0
    return float(np.maximum(0.0, pupils - even).sum()) * problem.scenario.prices.uneven / len(problem.years)


def nearby_ratios(parts: tuple[NearbyGroup, ...], pupils: IntArray, own: IntArray) -> Ratios:
    """Return own pupils ÷ pupils by group, as ``summary.json`` rounds it; ``None`` without pupils."""
    found: list[tuple[str, float | None]] = []
    for part in parts:
        total = int(pupils[part.units].sum())
        found.append((part.name, round(float(own[part.units].sum()) / total, 6) if total else None))
    return tuple(found)


def resource_price(ground: Ground, pupils: IntArray) -> float:
    """Return what pupils beyond the floors of A1–A7 cost, or what units that pass are worth; pupils (n_units, n_years)."""
    problem = ground.problem
    setting, verdict, prices = (
        problem.scenario.resources,
        problem.profile.unit_verdict,
        problem.scenario.prices,
    )
    if setting.mode == "off":
        return 0.0
    total = 0.0
    for limits in problem.resource_limits:
        if not limits:
            continue
        for t in range(len(problem.years)):
            count = [sum(w * float(pupils[v, t]) for v, w in limit.weights) for limit in limits]
            floors = [_room(ground, limit, t, verdict.floor) for limit in limits]
            if setting.mode == "floors":
                worst = max(n - most for n, most in zip(count, floors, strict=True))
                total += prices.starved * max(0.0, worst)
                continue
            met = sum(n <= _room(ground, limit, t, 1.0) for n, limit in zip(count, limits, strict=True))
            fine = all(n <= most for n, most in zip(count, floors, strict=True)) and met >= verdict.met
            total -= prices.unit_pass * fine
    return total / len(problem.years)


def _room(ground: Ground, limit: ResourceLimit, t: int, share: float) -> float:
    """Return how many weighted pupils a resource suffices for, at a share of its standard, with the projects in use."""
    built = ground.answer.of(BUILT)
    more = sum(n for k, n in limit.projects if built.get((k, t), 0.0) > 0.5)
    return float((limit.pupils + more) / share - limit.beyond)
