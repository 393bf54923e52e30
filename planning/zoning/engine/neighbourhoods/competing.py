"""Set free the catchments of a few units that compete, or those on a path from a unit over its limits to one with slack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.neighbourhoods.protocol import Freed, Situation

NO_LIMIT = 1e9
"""Stands for the slack of a row without a limit."""
CREDIT_LEAST = 1e-3
"""When no unit has more credit than this, all begin anew."""
EVEN_SHARE = 0.02
"""Of the mean excess, added to every unit's, so that each may be chosen."""


@dataclass(frozen=True)
class CompetingUnits:
    """Units around one where the plan pays most above the relaxation; while limits are broken, paths to slack besides.

    Large neighbourhood search after Shaw (1998) and Pisinger and Ropke (2010), titles in docs/engine.md: what is destroyed
    are whole catchments, what repairs them is branching over their columns.
    """

    def destroy(self, situation: Situation) -> Freed | None:
        """Return units to be decided anew, none of them busy."""
        memory, parameters, rng = situation.memory, situation.parameters, situation.rng
        table = _free_affinity(situation)
        size = open_items(situation)
        over = np.setdiff1d(units_over_limits(situation), np.flatnonzero(situation.busy))
        worth = excess(situation)
        chosen: list[int] = []
        for _ in range(parameters.choices):
            chance = np.where(situation.busy, 0.0, memory.credit * worth)
            if chance.sum() <= 0:
                return None
            seed = int(rng.choice(over) if len(over) else rng.choice(len(chance), p=chance / chance.sum()))
            to_slack = len(over) and rng.random() < parameters.slack_chance
            chosen = path_to_slack(situation, seed) if to_slack else []
            chosen = chosen or _around_unit(situation, seed, table, size)
            failed_at = memory.failed_at.get((int(situation.exact), *sorted(chosen)), np.inf)
            if failed_at > situation.plan.objective + 1e-9:
                break
            memory.size *= parameters.retry_growth
        memory.credit[chosen[0]] *= 0.5
        if memory.credit.max() < CREDIT_LEAST:
            memory.credit[:] = 1.0
        return Freed(np.array(sorted(chosen), dtype=np.int64))


def affinity(situation: Situation) -> FloatArray:
    """Return how strongly units compete: (n_units, n_units), from reduced costs of the arcs not used."""
    programme = situation.programme
    arcs = np.flatnonzero(
        (programme.item >= 0) & (programme.upper > 0.5 if situation.only is None else situation.only)
    )
    if situation.reduced is None:
        reduced = np.abs(programme.cost[arcs])
    else:
        reduced = np.maximum(0.0, situation.reduced[arcs])
    scale = float(np.quantile(reduced, 0.2)) + 1e-9
    weight = np.exp(-reduced / scale) + 1e-6
    table = np.zeros((programme.n_units, programme.n_units))
    np.add.at(table, (situation.plan.unit_of[programme.item[arcs]], programme.unit[arcs]), weight)
    table = table + table.T
    np.fill_diagonal(table, 0.0)
    return table


def open_items(situation: Situation) -> IntArray:
    """Return how many items of every unit have a choice (n_units,)."""
    programme, unit_of = situation.programme, situation.plan.unit_of
    if situation.only is None:
        return np.bincount(unit_of, minlength=programme.n_units)
    others = np.flatnonzero(situation.only & (situation.plan.values < 0.5))
    choice = np.unique(programme.item[others])
    return np.bincount(unit_of[choice], minlength=programme.n_units)


def excess(situation: Situation) -> FloatArray:
    """Return what every unit costs above the relaxation: reduced costs of what the plan uses (n_units,).

    They sum to the distance between plan and relaxation, so neighbourhoods start where there is something to gain.
    """
    programme, reduced = situation.programme, situation.reduced
    if reduced is None:
        return np.ones(programme.n_units)
    values = situation.plan.values[: len(reduced)]
    paid = np.maximum(0.0, reduced[: len(values)] * values)
    found = np.array([paid[own].sum() for own in situation.owners.columns])
    arcs = np.flatnonzero((programme.item[: len(values)] >= 0) & (values > 0.5))
    np.add.at(found, programme.unit[arcs], paid[arcs])
    return np.asarray(found + EVEN_SHARE * found.mean() + 1e-9)


def path_to_slack(situation: Situation, seed: int) -> list[int]:
    """Return the units on a path from one over its limits to one with slack: what is too much moves along it."""
    plan, rng = situation.plan, situation.rng
    slack = slack_of_units(situation)
    slack[situation.busy] = 0.0
    if slack.sum() <= 0.0:
        return []
    edges = situation.graph.adjacency.tocoo()
    a, b = plan.unit_of[edges.row], plan.unit_of[edges.col]
    across = (a != b) & ~situation.busy[a] & ~situation.busy[b]
    n = len(slack)
    pairs = np.unique(a[across] * n + b[across])
    length = rng.exponential(1.0, len(pairs)) + situation.parameters.path_step_least
    borders = sparse.csr_matrix((length, (pairs // n, pairs % n)), shape=(n, n))
    away, before = csgraph.dijkstra(borders, indices=seed, return_predecessors=True)
    chance = np.where(np.isfinite(away), slack * np.exp(-away), 0.0)
    chance[seed] = 0.0
    if chance.sum() <= 0.0:
        return []
    path = [int(rng.choice(n, p=chance / chance.sum()))]
    while path[-1] != seed:
        path.append(int(before[path[-1]]))
    return path


def slack_of_units(situation: Situation) -> FloatArray:
    """Return how far every unit is from the limits that may be broken in passing (n_units,)."""
    programme = situation.programme
    of_row = np.minimum(programme.row_upper - programme.matrix @ situation.plan.values, NO_LIMIT)
    slack = np.full(programme.n_units, np.inf)
    for c in np.flatnonzero(programme.elastic).tolist():
        own = situation.owners.of[c]
        if len(own) == 1:
            row = programme.matrix.indices[programme.matrix.indptr[c]]
            unit = next(iter(own))
            slack[unit] = min(slack[unit], max(0.0, of_row[row]))
    return np.where(np.isfinite(slack), slack, 0.0)


def units_over_limits(situation: Situation) -> IntArray:
    """Return the units whose rows the incumbent breaks."""
    plan = situation.plan
    if plan.broken <= 0:
        return np.empty(0, dtype=np.int64)
    used = set(np.flatnonzero(situation.programme.elastic & (plan.values > 1e-9)).tolist())
    return np.array(
        [u for u, own in enumerate(situation.owners.columns) if used.intersection(own.tolist())],
        dtype=np.int64,
    )


def _free_affinity(situation: Situation) -> FloatArray:
    table = affinity(situation)
    table[situation.busy] = 0.0
    table[:, situation.busy] = 0.0
    return table


def _around_unit(situation: Situation, seed: int, table: FloatArray, size: IntArray) -> list[int]:
    chosen, items = [seed], int(size[seed])
    pull = table[seed].copy()
    while True:
        pull[chosen] = 0.0
        noisy = pull * situation.rng.exponential(1.0, len(pull))
        nxt = int(np.argmax(noisy))
        if noisy[nxt] <= 0.0 or (len(chosen) >= 2 and items + size[nxt] > situation.size):
            return chosen
        chosen.append(nxt)
        items += int(size[nxt])
        pull = pull + table[nxt]
