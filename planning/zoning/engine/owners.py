"""Find out which units every column speaks of, from the rows alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.arrays import IntArray
from planning.parameters import NeighbourhoodParameters
from planning.zoning.engine.programme import WorkingProgramme


@dataclass(frozen=True)
class ColumnOwners:
    """Which units the columns speak of.

    Parameters
    ----------
    of : list of set of int
        Per column the units it speaks of.
    columns : list of ndarray
        Per unit the columns outside the arcs that speak of it; those of nobody belong to everybody.
    """

    of: list[set[int]]
    columns: list[IntArray]

    def touching(self, units: IntArray) -> IntArray:
        """Return the columns outside the arcs that speak of any of the units."""
        return np.unique(np.concatenate([self.columns[u] for u in units.tolist()]))


def column_owners(programme: WorkingProgramme, parameters: NeighbourhoodParameters) -> ColumnOwners:
    """Return which units every column speaks of, found by following the rows from the arcs.

    A row whose arcs lead to one unit only speaks of this unit; columns take the units of their rows; a column of
    too many units is global and stays with nobody.
    """
    of = _followed(programme, parameters.owner_rounds, parameters.owners_most)
    others = np.flatnonzero(programme.item < 0).tolist()
    everybody = [c for c in others if not of[c]]
    table: list[list[int]] = [list(everybody) for _ in range(programme.n_units)]
    for c in others:
        for u in of[c]:
            table[u].append(c)
    return ColumnOwners(of, [np.array(sorted(t), dtype=np.int64) for t in table])


def _followed(programme: WorkingProgramme, rounds: int, most: int) -> list[set[int]]:
    matrix, rows = programme.matrix, programme.matrix.tocsr()
    units: list[set[int]] = [set() for _ in range(len(programme.cost))]
    for c in np.flatnonzero(programme.item >= 0).tolist():
        units[c] = {int(programme.unit[c])}
    settled = programme.item >= 0
    for _ in range(rounds):
        known = settled.tolist()
        spoken = [
            _said(rows.indices[rows.indptr[r] : rows.indptr[r + 1]].tolist(), units, known, most)
            for r in range(rows.shape[0])
        ]
        fresh = []
        for c in np.flatnonzero(~settled).tolist():
            for r in matrix.indices[matrix.indptr[c] : matrix.indptr[c + 1]].tolist():
                units[c] |= spoken[r]
            if units[c]:
                fresh.append(c)
        if not fresh:
            break
        settled[fresh] = True
    return units


def _said(columns: list[int], units: list[set[int]], settled: list[bool], most: int) -> set[int]:
    """Return the units that the settled columns of a row speak of; nothing where there are too many."""
    said: set[int] = set()
    for c in columns:
        if settled[c]:
            said |= units[c]
            if len(said) > most:
                return set()
    return said
