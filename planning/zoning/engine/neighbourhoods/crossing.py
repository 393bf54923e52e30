"""Cross the plan with an answer whose items are divided: what the two disagree about is decided anew, all at once.

An answer with whole classes and divided items is far better than any plan, and few of its items are divided (38 of 1,306
over five years), so between the two lies a small programme with much to gain (docs/engine.md has the figures). Akin to relaxation induced neighbourhoods (Danna, Rothberg and
Le Pape 2005), with this answer in place of the linear relaxation.
"""

from __future__ import annotations

import numpy as np

from planning.zoning.engine.construct import shares, with_cuts
from planning.zoning.engine.lp.highs import Cancel, run_mip
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.work import CutKey, Plan, Work

SHARE_LEAST = 1e-6


def cross(work: Work, divided: FloatArray, cancel: Cancel, *, seed: int) -> bool:
    """Let every item choose between its unit in the plan and its units in the divided answer; offer what comes out.

    Parameters
    ----------
    work : Work
        Its best plan is the start; every catchment stays connected along ways that this plan uses.
    divided : ndarray (n_cols,)
        A point that keeps all rows, with arcs between 0 and 1.
    cancel : Cancel
        All of its time may be used.

    Returns
    -------
    bool
        Whether the plan improved.
    """
    plan = work.best
    assert plan is not None
    columns = _columns(work, plan, shares(work, divided))
    found = run_mip(
        with_cuts(work, columns, plan.values, _ways(work, plan, columns)),
        cancel,
        start=plan.values[columns],
        gap=work.parameters.crossing.gap,
        seed=seed,
    )
    if found.values is None:
        return False
    values = plan.values.copy()
    values[columns] = found.values
    return work.offer(values, "crossing")


def _columns(work: Work, plan: Plan, share: FloatArray) -> IntArray:
    """Return the arcs of the items that differ, and everything that is not an arc."""
    differs = share[np.arange(len(plan.unit_of)), plan.unit_of] < 1.0 - SHARE_LEAST
    arcs = np.flatnonzero(work.item >= 0)
    item, unit = work.item[arcs], work.unit[arcs]
    wanted = differs[item] & ((share[item, unit] > SHARE_LEAST) | (plan.unit_of[item] == unit))
    return np.union1d(arcs[wanted], np.flatnonzero(work.item < 0))


def _ways(work: Work, plan: Plan, columns: IntArray) -> list[CutKey]:
    """Return the rows that keep the catchments of these columns connected, through items that are fixed too."""
    arcs = columns[work.item[columns] >= 0]
    keys: list[CutKey] = []
    for unit in np.unique(work.unit[arcs]).tolist():
        if work.hood.asked[unit]:
            usable = plan.unit_of == unit
            usable[work.item[arcs[work.unit[arcs] == unit]]] = True
            share = (plan.unit_of == unit).astype(float)
            keys += [(unit, item, gate) for item, gate in work.hood.ways(unit, share, usable)]
    return keys
