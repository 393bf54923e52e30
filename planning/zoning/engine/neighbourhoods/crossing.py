"""Cross a plan with an answer whose items are divided, or with another plan: what the two disagree about is decided anew, all at once.

An answer with whole classes and divided items is far better than any plan, and few of its items are divided (38 of 1,306
over five years), so between the two lies a small programme with much to gain (docs/engine-log.md has the figures). Akin to relaxation induced neighbourhoods (Danna, Rothberg and
Le Pape 2005), with this answer in place of the linear relaxation; between two plans it is the recombination of Rothberg (2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.first_plan import shares
from planning.zoning.engine.lp.highs import run_mip
from planning.zoning.engine.lp.restriction import with_separators
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.programme import Plan
from planning.zoning.engine.state import SearchState

SHARE_LEAST = 1e-6


def cross(state: SearchState, divided: FloatArray, deadline: Deadline, *, seed: int) -> bool:
    """Let every item choose between its unit in the incumbent and its units in the divided answer; offer what comes out.

    Parameters
    ----------
    state : SearchState
        Its best plan is the start; every catchment stays connected along paths that this plan uses.
    divided : ndarray (n_cols,)
        A point that keeps all rows, with arcs between 0 and 1.
    deadline : Deadline
        All of its time may be used.

    Returns
    -------
    bool
        Whether the plan improved.
    """
    assert state.incumbents.best is not None
    child = crossed(state, state.incumbents.best, divided, deadline, seed=seed)
    return child.values is not None and state.incumbents.offer(child.values, "crossing")


@dataclass(frozen=True)
class Child:
    """What a crossing gave: values of all columns (None if nothing), and the simplex iterations it took."""

    values: FloatArray | None
    iterations: int


def crossed(state: SearchState, plan: Plan, other: FloatArray, deadline: Deadline, *, seed: int) -> Child:
    """Return the cheapest plan in which every item has its unit in a plan or one it has in another point (n_cols,)."""
    columns = _columns(state, plan, shares(state, other))
    found = run_mip(
        with_separators(state, columns, plan.values, _path_rows(state, plan, columns)),
        deadline,
        start=plan.values[columns],
        gap=state.parameters.crossing.gap,
        seed=seed,
    )
    if found.values is None:
        return Child(None, found.iterations)
    values = plan.values.copy()
    values[columns] = found.values
    return Child(values, found.iterations)


def _columns(state: SearchState, plan: Plan, share: FloatArray) -> IntArray:
    """Return the arcs of the items that differ, and everything that is not an arc."""
    differs = share[np.arange(len(plan.unit_of)), plan.unit_of] < 1.0 - SHARE_LEAST
    arcs = np.flatnonzero(state.programme.item >= 0)
    item, unit = state.programme.item[arcs], state.programme.unit[arcs]
    wanted = differs[item] & ((share[item, unit] > SHARE_LEAST) | (plan.unit_of[item] == unit))
    return np.union1d(arcs[wanted], np.flatnonzero(state.programme.item < 0))


def _path_rows(state: SearchState, plan: Plan, columns: IntArray) -> list[SeparatorRow]:
    """Return the rows that keep the catchments of these columns connected, through items that are fixed too."""
    arcs = columns[state.programme.item[columns] >= 0]
    keys: list[SeparatorRow] = []
    for unit in np.unique(state.programme.unit[arcs]).tolist():
        if state.programme.graph.asked[unit]:
            usable = plan.unit_of == unit
            usable[state.programme.item[arcs[state.programme.unit[arcs] == unit]]] = True
            share = (plan.unit_of == unit).astype(float)
            keys += [
                (unit, item, members)
                for item, members in state.programme.graph.predecessors(unit, share, usable)
            ]
    return keys
