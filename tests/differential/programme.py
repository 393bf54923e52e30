"""Collect columns and rows of an integer programme and hand them to HiGHS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

INF = highspy.kHighsInf
Terms = Iterable[tuple[int, float]]


@dataclass(frozen=True)
class Optimum:
    """What HiGHS proved: ``status`` is ``"optimal"``, ``"infeasible"`` or ``"open"`` (no time); ``price`` and ``bound`` in the objective's unit."""

    status: str
    price: float
    bound: float
    values: tuple[float, ...] = ()


@dataclass
class Programme:
    """An integer programme to be minimised."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, cost: float = 0.0, upper: float = INF, *, whole: bool = False) -> int:
        """Add a column from 0 to ``upper`` and return its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Terms, low: float = -INF, high: float = INF) -> None:
        """Hold the sum of ``coefficient × column`` between two limits."""
        total: dict[int, float] = {}
        for column, weight in terms:
            total[column] = total.get(column, 0.0) + weight
        self.rows.append((total, low, high))

    def solved(self, seconds: float) -> Optimum:
        """Solve to a gap of zero."""
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-7), ("time_limit", seconds), ("threads", 1),
                            ("mip_feasibility_tolerance", 1e-7), ("primal_feasibility_tolerance", 1e-9)):  # fmt: skip
            solver.setOptionValue(name, value)
        solver.passModel(self._model())
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kOptimal:
            price = float(info.objective_function_value)
            return Optimum("optimal", price, price, tuple(solver.getSolution().col_value))
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Optimum("infeasible", np.inf, np.inf)
        found = solver.getSolution().value_valid
        return Optimum(
            "open", float(info.objective_function_value) if found else np.inf, float(info.mip_dual_bound)
        )

    def _model(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = (
            np.array(self.cost),
            np.zeros(len(self.cost)),
            np.array(self.upper),
        )
        lp.row_lower_, lp.row_upper_ = (
            np.array([r[1] for r in self.rows]),
            np.array([r[2] for r in self.rows]),
        )
        lp.integrality_ = [
            highspy.HighsVarType.kInteger if w else highspy.HighsVarType.kContinuous for w in self.whole
        ]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(r[0]) for r in self.rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([c for r in self.rows for c in r[0]], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for r in self.rows for v in r[0].values()])
        return lp
