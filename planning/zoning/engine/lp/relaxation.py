"""Bound the programme from below: linear relaxation, arcs priced in, separators cut off."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from planning.zoning.engine.contiguity.graph import Separator
from planning.zoning.engine.deadline import Deadline
from planning.zoning.engine.guide import weightless
from planning.zoning.engine.lp.highs import load
from planning.zoning.engine.pool import SeparatorRow
from planning.zoning.engine.program import LeftOut
from planning.zoning.engine.state import SearchState

KEEP_SPAN = 1.0 - 1e-9


class Relaxation:
    """The linear relaxation, kept warm while columns are fixed and separators added."""

    def __init__(self, state: SearchState, deadline: Deadline) -> None:
        self.state = state
        self.parameters = state.parameters.relaxation
        self.deadline = deadline
        self.rows: list[SeparatorRow] = []
        self.h: Any = None
        self.values = np.empty(0)
        self.objective = -np.inf
        self.duals = np.empty(0)
        self.solved = False

    def build(self) -> None:
        """Load the programme as it stands, with the separators in force."""
        self.h = load(self.state.programme.arrays(), mip=False)
        rows, self.rows = self.rows, []
        if rows:
            self.add_rows(rows)

    def add_rows(self, rows: list[SeparatorRow]) -> None:
        """Add separators to the relaxation."""
        m = self.state.programme.separator_rows(rows)
        self.h.addRows(
            len(rows),
            np.full(len(rows), -highspy.kHighsInf),
            np.zeros(len(rows)),
            m.nnz,
            m.indptr[:-1].astype(np.int32),
            m.indices.astype(np.int32),
            m.data.astype(np.float64),
        )
        self.rows += rows

    def run(self) -> bool:
        """Solve; return whether the optimum was reached within the time."""
        self.deadline.run(self.h, used=self.h.getRunTime())
        self.solved = self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if self.solved:
            solution = self.h.getSolution()
            self.values = np.array(solution.col_value)
            self.duals = np.array(solution.row_dual)
            self.objective = float(self.h.getInfo().objective_function_value)
            self.state.prices.reduced = np.array(solution.col_dual)
        return self.solved

    def price_in(self, slack: float = 0.0) -> bool:
        """Ask for left-out arcs whose reduced cost is below ``slack`` until none is left; return whether complete."""
        state = self.state
        ask = state.programme.given.price_left_out
        if ask is None:
            return True
        n_rows = state.programme.matrix.shape[0]
        for _ in range(self.parameters.pricing_rounds):
            if self.deadline.over():
                return False
            duals = self.duals[:n_rows].copy()
            # every arc stands in one assignment row with a 1: lifting its dual asks for reduced costs below slack
            duals[state.programme.row_item >= 0] += slack
            out: LeftOut = ask(duals)
            fresh = ~state.programme.held[out.item, out.unit]
            if not fresh.any():
                return True
            state.add_arcs(out.item[fresh], out.unit[fresh], out.add(out.item[fresh], out.unit[fresh]))
            self.build()
            if not self.run():
                return False
            if slack > 0.0:
                return True
        return False

    def separate(self, seconds: float = np.inf) -> None:
        """Cut off fractional points that do not hang together, as long as the bound moves."""
        state = self.state
        deadline = self.deadline.within(seconds) if np.isfinite(seconds) else self.deadline
        best, tail = self.objective, 0
        least = self.parameters.violation_first
        for _ in range(self.parameters.separation_rounds):
            if deadline.over() or not self.solved:
                return
            fresh = state.pool.remember(self.violated(least), set(self.rows))
            if not fresh:
                if least <= self.parameters.violation_least:
                    return
                least = max(self.parameters.violation_least, least / self.parameters.violation_step)
                continue
            self.add_rows(fresh)
            if not self.run():
                return
            self.publish("cuts")
            scale = self.parameters.tail_progress * max(1.0, abs(self.objective))
            tail = 0 if self.objective > best + scale else tail + 1
            best = max(best, self.objective)
            if tail >= self.parameters.tail_rounds:
                return

    def violated(self, least: float) -> list[Separator]:
        """Return separators that the current point violates.

        Items without weight may be passed through by every catchment: the relaxation could put them anywhere.
        """
        state = self.state
        light = weightless(state.programme)
        values = self.values
        if light.any():
            free = (state.programme.item >= 0) & light[state.programme.item]
            values = np.where(free & (state.programme.upper > 0.5), 1.0, values)
        arcs = np.flatnonzero((state.programme.item >= 0) & (values > 1e-6))
        found: list[Separator] = []
        order = arcs[np.argsort(state.programme.unit[arcs], kind="stable")]
        units, at = np.unique(state.programme.unit[order], return_index=True)
        for u, part in zip(units.tolist(), np.split(order, at[1:]), strict=True):
            if not state.programme.graph.asked[u]:
                continue
            found += state.programme.graph.separators_of_point(
                u, state.programme.item[part], values[part], state.programme.usable(u), least, light
            )
        return found

    def publish(self, phase: str) -> None:
        """Lift the bound to the value of the relaxation."""
        self.state.incumbents.raise_bound(self.objective, phase)

    def fix(self) -> int:
        """Rule out arcs that no plan better than the best can use; return how many.

        Source: reduced-cost fixing, e.g. Wolsey, Integer Programming, §7.
        """
        state = self.state
        if state.incumbents.best is None or state.prices.reduced is None or state.incumbents.best.broken > 0:
            return 0
        distance = state.incumbents.best.objective - state.programme.offset - self.objective
        if distance < 0:
            return 0
        free = (state.programme.item >= 0) & (state.programme.upper > 0.5) & (state.programme.lower < 0.5)
        used = state.incumbents.best.values > 0.5
        out = free & (state.prices.reduced > distance * KEEP_SPAN + 1e-7) & ~used
        state.rule_out(out)
        gone = np.flatnonzero(out).astype(np.int32)
        if len(gone):
            self.h.changeColsBounds(len(gone), gone, state.programme.lower[gone], state.programme.upper[gone])
        return len(gone)

    def active(self) -> list[SeparatorRow]:
        """Return the separators that hold with equality at the current point."""
        if not self.rows:
            return []
        slack = self.state.programme.separator_rows(self.rows) @ self.values
        return [r for r, s in zip(self.rows, slack.tolist(), strict=True) if s > -1e-6]


def root(state: SearchState, deadline: Deadline) -> Relaxation:
    """Solve the relaxation and price in arcs until it bounds the whole problem."""
    relaxation = Relaxation(state, deadline)
    relaxation.build()
    if relaxation.run() and relaxation.price_in():
        relaxation.publish("relaxation")
    return relaxation
