"""Recombine catchments seen during the search into the cheapest plan: set partitioning.

Whole districts as columns: Garfinkel and Nemhauser (1970); titles in docs/engine.md.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, run_mip
from planning.zoning.engine.program import FloatArray, IntArray
from planning.zoning.engine.programme import ROW_TOLERANCE
from planning.zoning.engine.state import SearchState


class Catchments:
    """Whole catchments seen, each with all columns of its unit.

    Only for programmes whose columns speak of one unit each: then the price of a plan is the sum over its
    catchments, and any exact cover of the items by catchments of different units is a plan. Rows over several
    units are not in the partition; the plan is checked against all rows before it is taken.
    """

    def __init__(self, state: SearchState, owners: list[set[int]]) -> None:
        self.state = state
        self.parameters = state.parameters.partition
        other = np.flatnonzero(state.programme.item < 0)
        self.separable = all(len(owners[c]) == 1 for c in other.tolist())
        self.owner = np.full(len(state.programme.cost), -1, dtype=np.int64)
        if self.separable:
            arcs = state.programme.item >= 0
            self.owner[arcs] = state.programme.unit[arcs]
            self.owner[other] = [next(iter(owners[c])) for c in other.tolist()]
        self.seen: dict[tuple[int, bytes], tuple[float, IntArray, FloatArray]] = {}
        self.fresh = 0

    def record(self, values: FloatArray, units: IntArray) -> None:
        """Keep the catchments of some units in a point, where they hang together and need no elastic column."""
        state = self.state
        if not self.separable:
            return
        on = np.flatnonzero(np.abs(values) > ROW_TOLERANCE)
        for u in units.tolist():
            own = on[self.owner[on] == u]
            items = state.programme.item[own]
            items = np.sort(items[items >= 0])
            key = (int(u), items.tobytes())
            if (
                key in self.seen
                or state.programme.elastic[own].any()
                or state.programme.graph.pieces(u, items)[1]
            ):
                continue
            amounts = np.where(state.programme.integer[own], np.round(values[own]), values[own])
            self.seen[key] = (float(state.programme.cost[own] @ amounts), own, amounts)
            self.fresh += 1

    def recombine(self, deadline: Deadline, seed: int) -> FloatArray | None:
        """Return the point of the cheapest exact cover of the items (None if nothing beats the best plan)."""
        state = self.state
        if not self.separable or state.incumbents.best is None or not self.fresh:
            return None
        self.fresh = 0
        self.record(state.incumbents.best.values, np.arange(state.programme.n_units))
        kept = self._cheapest()
        program, start = self._programme(kept)
        found = run_mip(
            program,
            deadline.within(self.parameters.time_most_s),
            start=start,
            gap=self.parameters.gap,
            seed=seed,
        )
        if found.values is None:
            return None
        values = np.zeros(len(state.programme.cost))
        for k in np.flatnonzero(found.values > 0.5).tolist():
            _, own, amounts = self.seen[kept[k]]
            values[own] = amounts
        return values

    def _cheapest(self) -> list[tuple[int, bytes]]:
        """Return the catchments with the least reduced cost of their columns, those of the best plan always."""
        state = self.state
        if len(self.seen) <= self.parameters.catchments_most:
            return list(self.seen)
        reduced = state.programme.cost if state.prices.reduced is None else state.prices.reduced
        paid = {
            k: float(np.maximum(0.0, reduced[own]) @ amounts) for k, (_, own, amounts) in self.seen.items()
        }
        most = sorted(paid.values())[self.parameters.catchments_most]
        assert state.incumbents.best is not None
        now = {
            (u, np.flatnonzero(state.incumbents.best.unit_of == u).tobytes())
            for u in range(state.programme.n_units)
        }
        self.seen = {k: v for k, v in self.seen.items() if paid[k] < most or k in now}
        return list(self.seen)

    def _programme(self, kept: list[tuple[int, bytes]]) -> tuple[Arrays, FloatArray | None]:
        state = self.state
        assert state.incumbents.best is not None
        n, k = state.programme.n_items, state.programme.n_units
        rows, columns = [], []
        start = np.zeros(len(kept))
        for c, (unit, items) in enumerate(kept):
            held = np.frombuffer(items, dtype=np.int64)
            rows += [held, np.array([n + unit])]
            columns.append(np.full(len(held) + 1, c))
            start[c] = float(np.array_equal(np.flatnonzero(state.incumbents.best.unit_of == unit), held))
        at = (np.concatenate(rows), np.concatenate(columns))
        matrix = sparse.csc_matrix((np.ones(len(at[0])), at), shape=(n + k, len(kept)))
        feasible = bool((matrix @ start)[:n].all())
        arrays = Arrays(
            np.array([self.seen[c][0] for c in kept]),
            np.zeros(len(kept)),
            np.ones(len(kept)),
            np.ones(len(kept), dtype=bool),
            matrix,
            np.r_[np.ones(n), np.full(k, -np.inf)],
            np.ones(n + k),
        )
        return arrays, start if feasible else None
