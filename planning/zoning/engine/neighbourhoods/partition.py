"""Recombine catchments seen during the search into the cheapest plan: set partitioning.

Whole districts as columns: Garfinkel and Nemhauser (1970); titles in docs/engine.md.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from planning.arrays import FloatArray, IntArray
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.lp.highs import Arrays, load, run_mip
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
            fixed = other[(state.programme.lower[other] > 0.0) & ~state.programme.elastic[other]]
            opened = state.programme.given.switches  # a unit with a catchment is open
            if opened is not None:
                fixed = np.union1d(fixed, opened)
            self.settled = [fixed[self.owner[fixed] == u] for u in range(state.programme.n_units)]
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

    def keep(self, unit: int, items: IntArray) -> None:
        """Keep a catchment that is known to hang together and to keep its limits, where all else of its unit is settled."""
        if not self.separable or (unit, items.tobytes()) in self.seen:
            return
        programme = self.state.programme
        arcs = programme.arc_at[items, unit]
        if (arcs < 0).any():  # no better plan uses it
            return
        own = np.concatenate([self.settled[unit], arcs])
        settled = programme.lower[self.settled[unit]]
        if programme.given.switches is not None:
            settled[np.isin(self.settled[unit], programme.given.switches)] = 1.0
        amounts = np.concatenate([settled, np.ones(len(items))])
        self.seen[unit, items.tobytes()] = (float(programme.cost[own] @ amounts), own, amounts)
        self.fresh += 1

    def recombine(self, deadline: Deadline, seed: int) -> FloatArray | None:
        """Return the point of the cheapest exact cover of the items (None if nothing beats the best plan)."""
        state = self.state
        best = state.incumbents.best
        if not self.separable or best is None or best.broken > 0 or self.fresh < self.parameters.fresh_least:
            return None
        self.fresh = 0
        self.record(best.values, np.arange(state.programme.n_units))
        self._forget(self._paid(), self.parameters.items_most)
        until = deadline.within(self.parameters.time_most_s)
        kept = self._promising(until)
        program, start = self._programme(kept)
        found = run_mip(
            program,
            until,
            start=start,
            gap=self.parameters.gap,
            nodes=self.parameters.nodes,
            seed=seed,
        )
        if found.values is None:
            return None
        values = np.zeros(len(state.programme.cost))
        for k in np.flatnonzero(found.values > 0.5).tolist():
            _, own, amounts = self.seen[kept[k]]
            values[own] = amounts
        return values

    def _paid(self) -> FloatArray:
        """Return the reduced costs of the columns of every catchment, by the relaxation of the programme."""
        reduced = self.state.prices.reduced
        if reduced is None:
            return np.array([price for price, _, _ in self.seen.values()])
        worth = np.maximum(0.0, reduced)
        return np.array([float(worth[own] @ amounts) for _, own, amounts in self.seen.values()])

    def _promising(self, deadline: Deadline) -> list[tuple[int, bytes]]:
        """Return the catchments that a cheaper plan may use, judged by the relaxation over all; forget the worst of the others."""
        program, start = self._programme(list(self.seen))
        h = load(program, mip=False)
        deadline.run(h)
        paid = program.cost - start * program.cost  # where time was too short
        most = np.inf
        if h.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            paid = np.array(h.getSolution().col_dual)
            most = float(program.cost @ start) - float(h.getInfo().objective_function_value)
        order = np.argsort(paid, kind="stable")
        chosen = order[paid[order] <= most + 1e-6 * abs(most)][: self.parameters.catchments_most]
        keys = list(self.seen)
        return [keys[c] for c in np.union1d(chosen, np.flatnonzero(start > 0.5)).tolist()]

    def _forget(self, paid: FloatArray, items_most: int) -> None:
        """Forget the dearest catchments until so many items are left in all, those of the best plan never."""
        best, keys = self.state.incumbents.best, list(self.seen)
        assert best is not None
        now = {(u, np.flatnonzero(best.unit_of == u).tobytes()) for u in range(self.state.programme.n_units)}
        order = np.argsort(paid, kind="stable")
        size = np.cumsum([len(keys[c][1]) // 8 for c in order.tolist()])
        kept = {keys[c] for c in order[size <= items_most].tolist()} | now
        self.seen = {k: v for k, v in self.seen.items() if k in kept}

    def _programme(self, kept: list[tuple[int, bytes]]) -> tuple[Arrays, FloatArray]:
        """Return the exact cover of the items by some catchments, and the best plan as a point of it."""
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
        arrays = Arrays(
            np.array([self.seen[c][0] for c in kept]),
            np.zeros(len(kept)),
            np.ones(len(kept)),
            np.ones(len(kept), dtype=bool),
            matrix,
            np.r_[np.ones(n), np.full(k, -np.inf)],
            np.ones(n + k),
        )
        return arrays, start
