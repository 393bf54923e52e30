"""Keep the best plan and the best bound: every plan is checked before it is taken, and every gain is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planning.arrays import FloatArray
from planning.gap import gap_share
from planning.zoning.engine.program import TracePoint
from planning.zoning.engine.programme import Plan, WorkingProgramme

IMPROVES = 1e-9
"""A plan is better when it costs less by more than this share of the price."""
LEGAL = 1e-3
"""Rows may be broken by so much in sum beside what elastic columns say: rounding, no violation."""


def legal(plan: Plan) -> bool:
    """Return whether a plan keeps every row, up to rounding; while it is sought a plan may break limits at a price."""
    return plan.broken <= LEGAL


class IncumbentStore:
    """The incumbent, the bound and the course of both; any thread may offer and ask.

    Parameters
    ----------
    programme : callable
        Returns the programme as it stands, that plans are checked against.
    started : float
        Moment of ``time.perf_counter`` from which the course counts.
    progress : callable, optional
        Told whenever incumbent or bound improves.
    """

    def __init__(
        self,
        programme: Callable[[], WorkingProgramme],
        started: float,
        progress: Callable[[TracePoint], None] | None,
    ) -> None:
        self._programme = programme
        self._lock = threading.RLock()
        self.started = started
        self.progress = progress
        self.best: Plan | None = None
        self.bound = -np.inf
        self.trace: list[TracePoint] = []

    def offer(self, values: FloatArray, phase: str) -> bool:
        """Take a point as the incumbent if it is contiguous and better; return whether it was taken."""
        programme = self._programme()
        plan = programme.plan_of(values)
        if not self.better(plan):
            return False
        slip = plan.broken - float(plan.values[programme.elastic].sum())
        if slip > LEGAL or programme.disconnected(plan.unit_of):
            return False
        with self._lock:
            if not self.better(plan):
                return False
            self.best = plan
            self._tell(phase)
        return True

    def better(self, plan: Plan) -> bool:
        """Return whether a plan costs less than the incumbent; one that keeps every row is better than any that does not."""
        if self.best is not None and legal(plan) != legal(self.best):
            return legal(plan)
        return self.best is None or plan.objective < self.best.objective - IMPROVES * abs(self.best.objective)

    def raise_bound(self, bound: float, phase: str) -> None:
        """Lift the bound (given without the offset)."""
        offset = self._programme().offset
        with self._lock:
            if bound + offset > self.bound + 1e-9:
                self.bound = bound + offset
                if self.best is not None:
                    self.bound = min(self.bound, self.best.objective)
                self._tell(phase)

    def join(self, n: int) -> None:
        """Give the incumbent the columns of ``n`` arcs that joined the programme."""
        with self._lock:
            if self.best is not None:
                self.best = replace(self.best, values=np.concatenate([self.best.values, np.zeros(n)]))

    def found(self) -> bool:
        """Return whether there is an incumbent that keeps every row."""
        return self.best is not None and legal(self.best)

    def gap(self) -> float:
        """Return the proven gap of the incumbent (infinite without one that keeps every row)."""
        best = self.best
        if best is None or best.broken > 0:
            return np.inf
        return gap_share(best.objective, self.bound)

    def price_to_beat(self) -> float:
        """Return the price of the incumbent, infinite without one that keeps every row."""
        best = self.best
        return np.inf if best is None or best.broken > 0 else best.objective

    def _tell(self, phase: str) -> None:
        objective = np.inf if self.best is None else self.best.objective
        point = TracePoint(time.perf_counter() - self.started, objective, self.bound, phase)
        self.trace.append(point)
        if self.progress is not None:
            self.progress(point)
