"""Say what every unit holds of each resource, and its share of what its school holds in common."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.arrays import BoolArray, FloatArray
from planning.indicators.in_use import project_units
from planning.standards import Profile

TEACHERS = ("A1", "A2", "A3")  # counted by stage, never split


def amounts(
    resources: pd.DataFrame, units: pd.DataFrame, projects: pd.DataFrame, profile: Profile
) -> dict[str, pd.Series[float]]:
    """Return the amount of every resource by unit; facilities of integrated schools are split by weighted pupils.

    Weights 1 : 1.1 (nine-year, primary : junior), 1 : 1.2 (complete secondary, junior : senior), 1 : 1.1 : 1.32
    (twelve-year); source: calculation sheet to 教督〔2017〕6号. What a project adds joins the shared part of a school that
    has one, and the unit's own part otherwise. An amount is missing when neither the unit, nor its school, nor a project has one.
    """
    share = shares(units, profile)
    table = resources.set_index(["school", "stage"])
    own_at = table.index.get_indexer(pd.MultiIndex.from_arrays([units["school"], units["stage"]]))
    both_at = table.index.get_indexer(pd.MultiIndex.from_arrays([units["school"], ["shared"] * len(units)]))
    target = project_units(projects, units.reset_index())
    columns = [standard.column for standard in profile.resources.values()]
    amount = projects[columns].astype(float)
    extras = amount.groupby(target).sum(min_count=1).reindex(units.index)
    pools = amount.groupby(projects["school"]).sum().reindex(units["school"])
    result = {}
    for name, standard in profile.resources.items():
        column = np.append(table[standard.column].to_numpy(dtype=float), np.nan)  # position -1: no row
        own, both = column[own_at], column[both_at]
        adds = extras[standard.column].to_numpy(dtype=float)
        pooled = ~np.isnan(both) & (name not in TEACHERS)
        pool = pools[standard.column].to_numpy(dtype=float)
        parts = np.where(pooled, (both + np.nan_to_num(pool)) * share, both)
        extra = np.where(pooled, np.nan, adds)
        total = np.nan_to_num(own) + np.nan_to_num(parts) + np.nan_to_num(extra)
        missing = np.isnan(own) & np.isnan(parts) & np.isnan(extra)
        result[name] = pd.Series(np.where(missing, np.nan, total), units.index)
    return result


def pooled(resources: pd.DataFrame, units: pd.DataFrame, profile: Profile) -> dict[str, BoolArray]:
    """Say by resource which units hold it in common with the other stages of their school: what comes to one is split too."""
    shared = resources[resources["stage"] == "shared"].set_index("school").reindex(units["school"])
    return {
        name: shared[standard.column].notna().to_numpy() & (name not in TEACHERS)
        for name, standard in profile.resources.items()
    }


def shares(units: pd.DataFrame, profile: Profile) -> FloatArray:
    """Return the share every unit has in the facilities of its school, by weighted pupils.

    Examples
    --------
    A nine-year school with 600 primary and 300 junior pupils: 600 ÷ (600 + 1.1 × 300).

    >>> from planning.standards import read_profile
    >>> units = pd.DataFrame({"school": "S", "kind": "nine_year", "stage": ["primary", "junior"], "pupils": [600, 300], "senior_pupils": 0})
    >>> [round(float(s) * 6000 / p, 3) for s, p in zip(shares(units, read_profile("national-2017")), (600, 300))]
    [6.452, 7.097]
    """
    weights = profile.split_weights
    pairs = zip(units["kind"], units["stage"], strict=True)
    own = np.array([weights.get(k, {}).get(s, 1.0) for k, s in pairs]) * units["pupils"].to_numpy(dtype=float)
    senior_weight = np.array([weights.get(k, {}).get("senior", 0.0) for k in units["kind"]])
    senior = senior_weight * units["senior_pupils"].fillna(0).to_numpy(dtype=float)
    code, _ = pd.factorize(units["school"])
    whole = np.bincount(code, weights=own)[code] + senior
    share: FloatArray = np.divide(own, whole, out=np.zeros(len(own)), where=whole > 0)
    return share
