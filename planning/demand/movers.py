"""Tell who moved in or away since the pupils of a stage were counted, and which schools those who left were in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planning.demand.rounding import FloatArray, round_keeping_sums

ENTRY = (1, 7)
"""Grades in which a stage begins."""


def movers(counted: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Compare cohorts, zone by zone, with themselves in the year they were counted.

    Parameters
    ----------
    counted : DataFrame
        ``zone, year, grade, pupils`` of one school year.
    later : DataFrame
        The same of other years.

    Returns
    -------
    DataFrame
        ``later`` with two columns: ``joined`` (more pupils than then) and ``left`` (fewer), missing where the cohort was not yet in the
        stage when it was counted.
    """
    since = int(counted["year"].iloc[0]) if len(counted) else 0
    before = later["grade"] - (later["year"] - since)
    entry = np.where(later["grade"] >= ENTRY[1], ENTRY[1], ENTRY[0])
    key = pd.MultiIndex.from_arrays([later["zone"].astype(str), before])
    then = counted.groupby([counted["zone"].astype(str), "grade"])["pupils"].sum().reindex(key, fill_value=0)
    change = (later["pupils"] - then.to_numpy()).where(before >= entry)
    return later.assign(joined=change.clip(lower=0), left=(-change).clip(lower=0))


def who_left(sitting: FloatArray, left: FloatArray, elsewhere: float) -> FloatArray:
    """Take those who moved away out of the units they sat in.

    Parameters
    ----------
    sitting : ndarray (n_units,)
        Pupils of one cohort by unit.
    left : ndarray (n_units,)
        Of them, those whose zones the unit had as its catchment.
    elsewhere : float
        Those from zones whose unit is not known.

    Returns
    -------
    ndarray of int (n_units,)
        Pupils to take off: from the unit of the catchment as far as it has them, the rest from all in proportion.
    """
    known = np.minimum(sitting, left)
    remain = sitting - known
    rest = min(float(left.sum() + elsewhere - known.sum()), float(remain.sum()))
    if rest <= 0:
        return np.asarray(known)
    spread = round_keeping_sums(
        (remain * rest / remain.sum())[:, None], np.zeros(len(remain), dtype=np.int64)
    )
    return np.asarray(known + spread[:, 0])
