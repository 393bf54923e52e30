"""Bound the programme from below: linear relaxation, arcs priced in, separators cut off."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from planning.zoning.engine.contiguity.graph import Cut
from planning.zoning.engine.lp.highs import Cancel, load
from planning.zoning.engine.program import LeftOut
from planning.zoning.engine.work import CutKey, Work

KEEP_SPAN = 1.0 - 1e-9


class Relaxation:
    """The linear relaxation, kept warm while columns are fixed and separators added."""

    def __init__(self, work: Work, cancel: Cancel) -> None:
        self.work = work
        self.parameters = work.parameters.relaxation
        self.cancel = cancel
        self.rows: list[CutKey] = []
        self.h: Any = None
        self.values = np.empty(0)
        self.objective = -np.inf
        self.duals = np.empty(0)
        self.solved = False

    def build(self) -> None:
        """Load the programme as it stands, with the cuts in force."""
        self.h = load(self.work.arrays(), mip=False)
        rows, self.rows = self.rows, []
        if rows:
            self.add_rows(rows)

    def add_rows(self, rows: list[CutKey]) -> None:
        """Add cuts to the relaxation."""
        m = self.work.cut_rows(rows)
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
        self.cancel.run(self.h, used=self.h.getRunTime())
        self.solved = self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if self.solved:
            solution = self.h.getSolution()
            self.values = np.array(solution.col_value)
            self.duals = np.array(solution.row_dual)
            self.objective = float(self.h.getInfo().objective_function_value)
            self.work.reduced = np.array(solution.col_dual)
        return self.solved

    def price_in(self, slack: float = 0.0) -> bool:
        """Ask for left-out arcs whose reduced cost is below ``slack`` until none is left; return whether complete."""
        work = self.work
        ask = work.program.price_left_out
        if ask is None:
            return True
        n_rows = work.matrix.shape[0]
        for _ in range(self.parameters.pricing_rounds):
            if self.cancel.over():
                return False
            duals = self.duals[:n_rows].copy()
            # every arc stands in one assignment row with a 1: lifting its dual asks for reduced costs below slack
            duals[work.row_item >= 0] += slack
            out: LeftOut = ask(duals)
            fresh = ~work.held[out.item, out.unit]
            if not fresh.any():
                return True
            work.add_arcs(out.item[fresh], out.unit[fresh], out.add(out.item[fresh], out.unit[fresh]))
            self.build()
            if not self.run():
                return False
            if slack > 0.0:
                return True
        return False

    def separate(self, seconds: float = np.inf) -> None:
        """Cut off fractional points that do not hang together, as long as the bound moves."""
        work = self.work
        cancel = self.cancel.within(seconds) if np.isfinite(seconds) else self.cancel
        best, tail = self.objective, 0
        least = self.parameters.violation_first
        for _ in range(self.parameters.separation_rounds):
            if cancel.over() or not self.solved:
                return
            fresh = work.remember(self.violated(least), set(self.rows))
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

    def violated(self, least: float) -> list[Cut]:
        """Return separators that the current point violates."""
        work = self.work
        arcs = np.flatnonzero((work.item >= 0) & (self.values > 1e-6))
        found: list[Cut] = []
        order = arcs[np.argsort(work.unit[arcs], kind="stable")]
        units, at = np.unique(work.unit[order], return_index=True)
        for u, part in zip(units.tolist(), np.split(order, at[1:]), strict=True):
            if not work.hood.asked[u]:
                continue
            found += work.hood.cuts_of_point(u, work.item[part], self.values[part], work.usable(u), least)
        return found

    def publish(self, phase: str) -> None:
        """Lift the bound of the work to the value of the relaxation."""
        self.work.raise_bound(self.objective, phase)

    def fix(self) -> int:
        """Rule out arcs that no plan better than the best can use; return how many.

        Source: reduced-cost fixing, e.g. Wolsey, Integer Programming, §7.
        """
        work = self.work
        if work.best is None or work.reduced is None or work.best.broken > 0:
            return 0
        room = work.best.objective - work.program.offset - self.objective
        if room < 0:
            return 0
        free = (work.item >= 0) & (work.upper > 0.5) & (work.lower < 0.5)
        used = work.best.values > 0.5
        out = free & (work.reduced > room * KEEP_SPAN + 1e-7) & ~used
        work.upper[out] = 0.0
        work._index()
        gone = np.flatnonzero(out).astype(np.int32)
        if len(gone):
            self.h.changeColsBounds(len(gone), gone, work.lower[gone], work.upper[gone])
        return len(gone)

    def active(self) -> list[CutKey]:
        """Return the cuts that hold with equality at the current point."""
        if not self.rows:
            return []
        slack = self.work.cut_rows(self.rows) @ self.values
        return [r for r, s in zip(self.rows, slack.tolist(), strict=True) if s > -1e-6]


def root(work: Work, cancel: Cancel) -> Relaxation:
    """Solve the relaxation and price in arcs until it bounds the whole problem."""
    relaxation = Relaxation(work, cancel)
    relaxation.build()
    if relaxation.run() and relaxation.price_in():
        relaxation.publish("relaxation")
    return relaxation
