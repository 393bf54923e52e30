"""Hold the programme while it is solved: columns that joined, arcs ruled out, cuts found, the best plan."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planning.gap import gap_share
from planning.parameters import DEFAULTS, EngineParameters
from planning.zoning.engine.contiguity.graph import Cut, Neighbourhood
from planning.zoning.engine.lp.highs import Arrays
from planning.zoning.engine.program import FloatArray, IntArray, NewColumns, Program, TracePoint

CutKey = tuple[int, int, tuple[int, ...]]  # unit, item, gate

ROW_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Plan:
    """A complete point: all columns, the unit of every item, the price, and how far rows are broken in sum."""

    values: FloatArray
    unit_of: IntArray
    objective: float
    broken: float


class Work:
    """The working copy of a programme.

    Rows that may be impossible to keep on the way (limits over arcs and switches alone) get elastic columns at a
    price far above every arc. They only relax the programme, so bounds stay valid; a plan that uses them counts
    as broken.
    """

    def __init__(
        self,
        program: Program,
        started: float,
        progress: Callable[[TracePoint], None] | None,
        parameters: EngineParameters = DEFAULTS,
    ) -> None:
        self.program = program
        self.parameters = parameters
        self.started = started
        self.progress = progress
        self.n_arcs = len(program.arc_item)
        n_cols = len(program.cost)
        aux = np.full(n_cols - self.n_arcs, -1, dtype=np.int64)
        self.item = np.concatenate([np.asarray(program.arc_item, dtype=np.int64), aux])
        self.unit = np.concatenate([np.asarray(program.arc_unit, dtype=np.int64), aux])
        self.cost = program.cost.astype(float)
        self.lower = program.col_lower.astype(float)
        self.upper = program.col_upper.astype(float)
        self.integer = program.integer.astype(bool)
        self.matrix = sparse.csc_matrix(program.matrix)
        self.row_lower = program.row_lower.astype(float)
        self.row_upper = program.row_upper.astype(float)
        self.elastic = np.zeros(n_cols, dtype=bool)
        self.added = np.zeros(n_cols, dtype=bool)
        self.hood = Neighbourhood(program.neighbours, program.roots)
        self._add_elastic()
        self.arc_at = np.full((program.n_items, program.n_units), -1, dtype=np.int32)
        self.held = np.zeros(self.arc_at.shape, dtype=bool)  # pairs that are columns, ruled out or not
        self._index()
        self.row_item = self._assignment_rows()
        self.cuts: dict[CutKey, None] = {}
        self.best: Plan | None = None
        self.impossible = False  # proven: no plan keeps every row and hangs together
        self.bound = -np.inf
        self.trace: list[TracePoint] = []
        self.lock = threading.RLock()  # the proof may run beside the improvement
        self.reduced: FloatArray | None = None

    def _index(self) -> None:
        arcs = np.flatnonzero(self.item >= 0)
        self.held[self.item[arcs], self.unit[arcs]] = True
        usable = self.upper[arcs] > 0.5
        self.arc_at[self.item[arcs], self.unit[arcs]] = np.where(usable, arcs, -1)

    def _assignment_rows(self) -> IntArray:
        rows = self.matrix.tocsr()
        found = np.full(rows.shape[0], -1, dtype=np.int64)
        for r in np.flatnonzero((self.row_lower == 1.0) & (self.row_upper == 1.0)):
            columns = rows.indices[rows.indptr[r] : rows.indptr[r + 1]]
            items = self.item[columns]
            if len(items) and items[0] >= 0 and (items == items[0]).all():
                found[r] = items[0]
        return found

    def _add_elastic(self) -> None:
        rows = self.matrix.tocsr()
        switches = np.zeros(len(self.cost), dtype=bool)
        if self.program.switches is not None and len(self.program.switches):
            switches[self.program.switches] = True
        plain = (self.item >= 0) | switches
        every = np.diff(rows.indptr)
        alien = np.asarray((rows != 0).astype(np.int64) @ (~plain).astype(np.int64))
        wanted = (alien == 0) & (every > 2) & (self.row_lower != self.row_upper)
        columns, prices, at, sign = 0, [], [], []
        for r in np.flatnonzero(wanted):
            span = slice(rows.indptr[r], rows.indptr[r + 1])
            arcs = rows.indices[span]
            weight = np.abs(rows.data[span])
            counts = (self.item[arcs] >= 0) & (weight > 0)
            if not counts.any():
                continue
            price = self.parameters.relaxation.elastic_factor * max(
                1e-6, float((np.abs(self.cost[arcs])[counts] / weight[counts]).max())
            )
            for limit, direction in ((self.row_upper[r], -1.0), (self.row_lower[r], 1.0)):
                if np.isfinite(limit):
                    at.append(r)
                    sign.append(direction)
                    prices.append(price)
                    columns += 1
        if columns:
            extra = sparse.csc_matrix((sign, (at, range(columns))), shape=(rows.shape[0], columns))
            self._append(np.array(prices), extra, np.inf, integer=False)
            self.elastic[-columns:] = True

    def _append(self, cost: FloatArray, matrix: sparse.csc_matrix, upper: float, *, integer: bool) -> None:
        n = len(cost)
        self.cost = np.concatenate([self.cost, cost])
        self.lower = np.concatenate([self.lower, np.zeros(n)])
        self.upper = np.concatenate([self.upper, np.full(n, upper)])
        self.integer = np.concatenate([self.integer, np.full(n, integer)])
        self.matrix = sparse.csc_matrix(sparse.hstack([self.matrix, matrix]))
        self.item = np.concatenate([self.item, np.full(n, -1, dtype=np.int64)])
        self.unit = np.concatenate([self.unit, np.full(n, -1, dtype=np.int64)])
        self.elastic = np.concatenate([self.elastic, np.zeros(n, dtype=bool)])
        self.added = np.concatenate([self.added, np.zeros(n, dtype=bool)])

    def add_arcs(self, item: IntArray, unit: IntArray, new: NewColumns) -> None:
        """Let arcs that were priced in join the programme, and the best plan."""
        n = len(item)
        self._append(new.cost, sparse.csc_matrix(new.matrix), 1.0, integer=True)
        self.item[-n:], self.unit[-n:], self.added[-n:] = item, unit, True
        self._index()
        if self.best is not None:
            best = self.best
            self.best = Plan(
                np.concatenate([best.values, np.zeros(n)]), best.unit_of, best.objective, best.broken
            )
        if self.reduced is not None:
            self.reduced = np.concatenate([self.reduced, np.zeros(n)])

    def arrays(self) -> Arrays:
        """Return the programme as it stands, without cuts."""
        return Arrays(
            self.cost, self.lower, self.upper, self.integer, self.matrix, self.row_lower, self.row_upper
        )

    def usable(self, unit: int) -> np.ndarray:
        """Return which items a unit may still take (n_items,)."""
        return self.arc_at[:, unit] >= 0

    def cut_rows(self, cuts: list[CutKey]) -> sparse.csr_matrix:
        """Return cuts as rows ``x[item] − Σ x[gate] ≤ 0`` over the columns."""
        rows, columns, values = [], [], []
        for r, (unit, item, gate) in enumerate(cuts):
            here = self.arc_at[np.array([item, *gate], dtype=np.int64), unit]
            for place, column in enumerate(here.tolist()):
                if column >= 0:
                    rows.append(r)
                    columns.append(column)
                    values.append(1.0 if place == 0 else -1.0)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(cuts), len(self.cost)))

    def remember(self, cuts: list[Cut], known: set[CutKey]) -> list[CutKey]:
        """Keep cuts in the pool and return those, one per item, that a model does not know yet (and then knows)."""
        fresh = []
        for cut in cuts:
            for item in cut.items:
                key = (cut.unit, item, cut.gate)
                self.cuts[key] = None
                if key not in known:
                    known.add(key)
                    fresh.append(key)
        return fresh

    def plan_of(self, values: FloatArray) -> Plan:
        """Return a plan from column values: whole numbers rounded, price and broken rows recomputed."""
        values = np.where(self.integer, np.round(values), values)
        on = np.flatnonzero((self.item >= 0) & (values > 0.5))
        unit_of = np.full(self.program.n_items, -1, dtype=np.int64)
        unit_of[self.item[on]] = self.unit[on]
        activity = self.matrix @ values
        slip = np.maximum(self.row_lower - activity, activity - self.row_upper)
        scale = np.maximum(1.0, np.abs(np.where(np.isfinite(self.row_upper), self.row_upper, self.row_lower)))
        broken = float(np.maximum(0.0, slip - ROW_TOLERANCE * scale).sum())
        broken += float(values[self.elastic][values[self.elastic] > ROW_TOLERANCE].sum())
        return Plan(values, unit_of, float(self.cost @ values) + self.program.offset, broken)

    def loose(self, unit_of: IntArray) -> bool:
        """Return whether some catchment does not hang together (or an item has no unit)."""
        if (unit_of < 0).any():
            return True
        order = np.argsort(unit_of, kind="stable")
        units, at = np.unique(unit_of[order], return_index=True)
        parts = np.split(order, at[1:])
        return any(self.hood.pieces(int(u), p)[1] for u, p in zip(units, parts, strict=True))

    def cuts_against(self, unit_of: IntArray) -> list[Cut]:
        """Return separators that a plan violates."""
        found: list[Cut] = []
        for u in np.unique(unit_of[unit_of >= 0]).tolist():
            found += self.hood.cuts_of_plan(u, np.flatnonzero(unit_of == u), self.usable(u))
        return found

    def offer(self, values: FloatArray, phase: str) -> bool:
        """Take a point as the best plan if it is contiguous and better; return whether it was taken."""
        plan = self.plan_of(values)
        if not self.better(plan):
            return False
        slip = plan.broken - float(plan.values[self.elastic].sum())
        if slip > 1e-3 or self.loose(plan.unit_of):
            return False
        with self.lock:
            if not self.better(plan):
                return False
            self.best = plan
            self._tell(phase)
        return True

    def better(self, plan: Plan) -> bool:
        """Return whether a plan costs less than the best."""
        return self.best is None or plan.objective < self.best.objective - 1e-9 * abs(self.best.objective)

    def raise_bound(self, bound: float, phase: str) -> None:
        """Lift the bound (given without the offset)."""
        with self.lock:
            if bound + self.program.offset > self.bound + 1e-9:
                self.bound = bound + self.program.offset
                if self.best is not None:
                    self.bound = min(self.bound, self.best.objective)
                self._tell(phase)

    def _tell(self, phase: str) -> None:
        objective = np.inf if self.best is None else self.best.objective
        point = TracePoint(time.perf_counter() - self.started, objective, self.bound, phase)
        self.trace.append(point)
        if self.progress is not None:
            self.progress(point)

    def gap(self) -> float:
        """Return the proven gap of the best plan (infinite without one that keeps every row)."""
        if self.best is None or self.best.broken > 0:
            return np.inf
        return gap_share(self.best.objective, self.bound)
