"""Find out which units every column speaks of, from the rows alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.zoning.engine.program import IntArray
from planning.zoning.engine.work import Work


@dataclass
class Labels:
    """Which units every column outside the arcs speaks of: ``table[column]`` is a set of units."""

    columns: list[IntArray]

    def touching(self, units: IntArray) -> IntArray:
        """Return the columns that speak of any of the units."""
        return np.unique(np.concatenate([self.columns[u] for u in units.tolist()]))


def column_units(work: Work) -> list[set[int]]:
    """Find out which units every column belongs to, by following the rows from the arcs.

    A row whose arcs lead to one unit only speaks of this unit; columns take the units of their rows; a column of
    too many units is global and stays with nobody.
    """
    rows = work.matrix.tocsr()
    n_cols = len(work.cost)
    units: list[set[int]] = [set() for _ in range(n_cols)]
    for c in np.flatnonzero(work.item >= 0).tolist():
        units[c] = {int(work.unit[c])}
    settled = work.item >= 0
    spoken: list[set[int]] = [set() for _ in range(rows.shape[0])]
    for _ in range(work.parameters.neighbourhoods.owner_rounds):
        for r in range(rows.shape[0]):
            said: set[int] = set()
            for c in rows.indices[rows.indptr[r] : rows.indptr[r + 1]].tolist():
                if settled[c]:
                    said |= units[c]
                    if len(said) > work.parameters.neighbourhoods.owners_most:
                        break
            spoken[r] = said if len(said) <= work.parameters.neighbourhoods.owners_most else set()
        fresh = []
        for c in np.flatnonzero(~settled).tolist():
            for r in work.matrix.indices[work.matrix.indptr[c] : work.matrix.indptr[c + 1]].tolist():
                units[c] |= spoken[r]
            if units[c]:
                fresh.append(c)
        if not fresh:
            break
        settled[fresh] = True
    return units


def label_columns(work: Work, units: list[set[int]]) -> Labels:
    """Return the columns outside the arcs that every unit touches; those of nobody belong to everybody."""
    everybody = [c for c in np.flatnonzero(work.item < 0).tolist() if not units[c]]
    table: list[list[int]] = [list(everybody) for _ in range(work.program.n_units)]
    for c in np.flatnonzero(work.item < 0).tolist():
        for u in units[c]:
            table[u].append(c)
    return Labels([np.array(sorted(t), dtype=np.int64) for t in table])
