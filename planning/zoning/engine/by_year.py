"""Choose whole numbers year by year where pupils who stay tie the years together: later years divided, earlier ones settled.

A programme over all years at once takes a minute for classes alone; year by year it takes seconds and comes within some per mille.
Relax and fix: Pochet and Wolsey (2006); title in docs/engine.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.parameters import FirstPlanParameters
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, run_mip


def tied(arrays: Arrays, year: IntArray, parameters: FirstPlanParameters) -> bool:
    """Return whether so many whole numbers of several years hang together that all at once take long."""
    years = np.unique(year[arrays.integer & (year >= 0)])
    return len(years) > 1 and int(arrays.integer.sum()) >= parameters.tied_whole_columns_least


def by_year(
    arrays: Arrays, year: IntArray, deadline: Deadline, parameters: FirstPlanParameters, *, seed: int
) -> FloatArray | None:
    """Return good values of a programme whose years are tied (n_cols,); None where there was no time or are none.

    Parameters
    ----------
    arrays : Arrays
        The programme.
    year : ndarray of int (n_cols,)
        Year of every column; whole numbers of no year are chosen with those of the first.
    """
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    values: FloatArray | None = None
    when = np.maximum(0, year)
    for t in np.unique(when[arrays.integer]).tolist():
        now = arrays.integer & (when == t)
        part = replace(arrays, lower=lower, upper=upper, integer=now)
        found = run_mip(
            part,
            deadline,
            gap=parameters.tied_gap,
            nodes=parameters.completion_nodes,
            seed=seed,
        )
        values = found.values
        if values is None:
            return None
        lower[now] = upper[now] = np.round(values[now])
    return values
