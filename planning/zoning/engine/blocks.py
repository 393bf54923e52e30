"""Bound the programme once more, unit by unit: whole zones, whole classes, at the prices of the relaxation.

Rows that several units share (every item has one unit, budgets, ratios) are taken into the objective at their duals; what is
left falls apart into one small programme per unit, solved with whole numbers. A column that stands in rows of several units
is copied for each (Lagrangian relaxation and decomposition: Geoffrion 1974; Guignard and Kim 1987). Its price stays where most
of its rows are, or is divided as the duals say: the first is the stronger where pupils are hardly sent on, as nothing then
fills up a class but a zone; the second never falls below the linear relaxation. Relaxed blocks tell which to solve.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from planning.zoning.engine.highs import Arrays, Cancel, load, run_mip
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.work import Work

GAP = 3e-4
NEAR = 0.97  # of the relaxation that undivided prices must reach to be worth solving
BLOCK_SECONDS = 4.0
NOBODY = -1


@dataclass(frozen=True)
class Split:
    """Which unit every column and row belongs to (−1: nobody, shared), the price of every shared row, all duals."""

    column: IntArray
    row: IntArray
    price: FloatArray
    duals: FloatArray


def block_bound(
    work: Work, labels: list[set[int]], duals: FloatArray, cancel: Cancel, threads: int = 1
) -> float:
    """Return a lower bound of the programme without its offset.

    Parameters
    ----------
    work : Work
        The programme; every left-out arc that could pay at these prices must have joined (:func:`link_duals`).
    labels : list of set of int
        Units every column speaks of.
    duals : ndarray (n_rows,)
        Duals of the relaxation.
    cancel : Cancel
        When time is over, blocks that are not solved count with their relaxation.
    threads : int
        Blocks solved at once.
    """
    split = split_units(work, labels, duals)
    whole = _Divided(work, split, np.zeros_like(split.duals))
    relaxed = whole.constant + sum(_relaxed(block) for block in whole.blocks)
    if work.lp_bound - relaxed > (1.0 - NEAR) * abs(work.lp_bound):
        whole = _Divided(work, split, split.duals)

    def solved(block: Arrays) -> float:
        found = run_mip(block, cancel.within(BLOCK_SECONDS), gap=GAP)
        return max(found.bound, _relaxed(block))

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return whole.constant + sum(pool.map(solved, whole.blocks))


class _Divided:
    """The programme fallen apart: what no unit decides, and one programme per unit, largest first.

    ``share`` prices the copies of columns in rows of other units (n_rows,).
    """

    def __init__(self, work: Work, split: Split, share: FloatArray) -> None:
        rows = work.matrix.tocsr()
        cost = work.cost - rows.T @ split.price
        copied = list(_copies(rows, split))
        for _, own, copies in copied:
            cost[copies] -= rows[own][:, copies].T @ share[own]
        limit = np.where(split.price > 0, work.row_lower, work.row_upper)
        held = split.price != 0
        self.constant = float(split.price[held] @ limit[held])
        free = np.flatnonzero((split.column == NOBODY) & (np.abs(cost) > 1e-9))
        self.constant += float(
            (cost[free] * np.where(cost[free] > 0, work.lower[free], work.upper[free])).sum()
        )
        found = [_block(work, rows, split, share, cost, *part) for part in copied]
        self.blocks = sorted(found, key=lambda block: -len(block.cost))


def link_duals(work: Work, labels: list[set[int]], duals: FloatArray) -> FloatArray:
    """Return the duals with those of every row that belongs to one unit set to zero: what blocks see of them."""
    return split_units(work, labels, duals).price


def split_units(work: Work, labels: list[set[int]], duals: FloatArray) -> Split:
    """Give every row to the unit that all its one-unit columns name, every column to the unit with most of its rows."""
    rows, n_rows = work.matrix.tocsr(), work.matrix.shape[0]
    single = np.array([next(iter(own)) if len(own) == 1 else NOBODY for own in labels], dtype=np.int64)
    owner = np.full(n_rows, NOBODY, dtype=np.int64)
    for r in np.flatnonzero(work.row_item < 0).tolist():
        named = np.unique(single[rows.indices[rows.indptr[r] : rows.indptr[r + 1]]])
        named = named[named >= 0]
        if len(named) == 1:
            owner[r] = named[0]
    home = single.copy()
    for c in np.flatnonzero(single == NOBODY).tolist():
        units = owner[work.matrix.indices[work.matrix.indptr[c] : work.matrix.indptr[c + 1]]]
        units = units[units >= 0]
        if len(units):
            home[c] = np.bincount(units).argmax()
    # a unit without a row of its own decides nothing: its columns stand alone
    home[~np.isin(home, owner)] = NOBODY
    price = np.where(owner == NOBODY, duals[:n_rows], 0.0)
    for r in np.flatnonzero((owner == NOBODY) & (work.row_item < 0)).tolist():
        price[r] = _penalty(work, rows, r, home, float(price[r]))
    # a sign that the row's limits do not allow is numerical noise
    price[(price > 0) & ~np.isfinite(work.row_lower)] = 0.0
    price[(price < 0) & ~np.isfinite(work.row_upper)] = 0.0
    return Split(home, owner, price, duals[:n_rows])


def _penalty(work: Work, rows: sparse.csr_matrix, r: int, home: IntArray, dual: float) -> float:
    """Return the price of a shared row ``Σ a·z − slack ≤ 0``, a ≥ 0: the slack's own price, as it pays for all of it."""
    span = slice(rows.indptr[r], rows.indptr[r + 1])
    columns, values = rows.indices[span], rows.data[span]
    slack = columns[(values < 0) & (home[columns] == NOBODY)]
    if work.row_upper[r] != 0.0 or len(slack) != 1 or (values < 0).sum() != 1:
        return dual
    alone = work.matrix.indptr[slack[0] + 1] - work.matrix.indptr[slack[0]] == 1
    each = float(-values[columns == slack[0]][0])
    return -float(work.cost[slack[0]]) / each if alone else dual


def _copies(rows: sparse.csr_matrix, split: Split) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Yield (unit, its rows, columns of others in them)."""
    for u in np.unique(split.row[split.row >= 0]).tolist():
        own = np.flatnonzero(split.row == u)
        used = np.unique(rows[own].indices)
        yield u, own, used[split.column[used] != u]


def _block(
    work: Work,
    rows: sparse.csr_matrix,
    split: Split,
    share: FloatArray,
    cost: FloatArray,
    unit: int,
    own: IntArray,
    copies: IntArray,
) -> Arrays:
    """Return the programme of a unit."""
    mine = np.flatnonzero(split.column == unit)
    columns = np.concatenate([mine, copies])
    part = rows[own]
    return Arrays(
        np.concatenate([cost[mine], part[:, copies].T @ share[own]]),
        work.lower[columns],
        work.upper[columns],
        work.integer[columns],
        part.tocsc()[:, columns],
        work.row_lower[own],
        work.row_upper[own],
    )


def _relaxed(block: Arrays) -> float:
    if not len(block.cost):
        return 0.0
    h = load(block, mip=False)
    h.run()
    ended = h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(h.getInfo().objective_function_value) if ended else -np.inf
