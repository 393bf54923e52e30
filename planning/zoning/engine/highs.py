"""Hand arrays to HiGHS and read back what it found, judged by its own figures rather than by status words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from planning.zoning.engine.program import BoolArray, FloatArray

FEASIBLE = 2  # HiGHS: primal_solution_status of a feasible point


@dataclass(frozen=True)
class Arrays:
    """A bare programme: minimise ``cost · x`` within column and row limits (``matrix`` by columns)."""

    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: BoolArray
    matrix: Any
    row_lower: FloatArray
    row_upper: FloatArray


@dataclass(frozen=True)
class Found:
    """What a mixed-integer run found: values (None if nothing), objective, a valid bound, whether it finished."""

    values: FloatArray | None
    objective: float
    bound: float
    finished: bool
    iterations: int = 0


class Cancel:
    """A deadline and a flag that running solvers poll."""

    def __init__(self, deadline: float, flag: threading.Event | None = None) -> None:
        self.deadline = deadline
        self.flag = flag or threading.Event()

    def left(self) -> float:
        """Return the seconds that are left (never negative)."""
        return max(0.0, self.deadline - time.perf_counter())

    def over(self) -> bool:
        """Return whether work must end."""
        return self.flag.is_set() or time.perf_counter() >= self.deadline

    def within(self, seconds: float) -> Cancel:
        """Return the same flag with a nearer deadline."""
        return Cancel(min(self.deadline, time.perf_counter() + seconds), self.flag)


def load(arrays: Arrays, *, mip: bool, threads: int = 1, seed: int = 0) -> Any:
    """Return a quiet HiGHS that holds the programme (as a linear one unless ``mip``)."""
    make: Any = highspy.Highs
    h = make()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", threads)
    h.setOptionValue("random_seed", seed % 2_000_000_000)
    matrix = sparse.csc_matrix(arrays.matrix)
    kinds = arrays.integer.astype(np.uint8) if mip else np.zeros(len(arrays.cost), dtype=np.uint8)
    h.passModel(
        len(arrays.cost),
        matrix.shape[0],
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        arrays.cost,
        arrays.lower,
        arrays.upper,
        arrays.row_lower,
        arrays.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        kinds.astype(np.int32),
    )
    return h


def run_mip(
    arrays: Arrays,
    cancel: Cancel,
    *,
    start: FloatArray | None = None,
    gap: float = 1e-6,
    nodes: int | None = None,
    seed: int = 0,
    threads: int = 1,
    on_solution: Callable[[FloatArray, float], bool] | None = None,
    on_bound: Callable[[float], None] | None = None,
    effort: float | None = None,
) -> Found:
    """Solve a mixed-integer programme until done, cancelled, or a node limit.

    Parameters
    ----------
    start : ndarray, optional
        A feasible point.
    on_solution : callable, optional
        Told of every better point and its price; return True to stop.
    on_bound : callable, optional
        Told of the bound now and then.
    """
    h = load(arrays, mip=True, threads=threads, seed=seed)
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("mip_abs_gap", 1e-6)
    h.setOptionValue("time_limit", max(0.01, cancel.left()))
    if nodes is not None:
        h.setOptionValue("mip_max_nodes", nodes)
    if effort is not None:
        h.setOptionValue("mip_heuristic_effort", effort)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        h.setSolution(solution)
    halt = _listen(h, cancel, on_solution, on_bound)
    h.run()
    info = h.getInfo()
    found = info.primal_solution_status == FEASIBLE
    values = np.array(h.getSolution().col_value) if found else None
    status = h.getModelStatus()
    infeasible = status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    )
    bound = np.inf if infeasible else float(info.mip_dual_bound)
    objective = float(info.objective_function_value) if found else np.inf
    done = infeasible or (found and bound >= objective - max(1e-6, gap * abs(objective)) - 1e-9)
    return Found(values, objective, bound, bool(done and not halt[0]), int(info.simplex_iteration_count))


def _listen(
    h: Any,
    cancel: Cancel,
    on_solution: Callable[[FloatArray, float], bool] | None,
    on_bound: Callable[[float], None] | None,
) -> list[bool]:
    halt = [False]
    kind = highspy.cb.HighsCallbackType

    def heard(which: Any, message: str, out: Any, back: Any, user: Any) -> None:
        if which == kind.kCallbackMipImprovingSolution and on_solution is not None:
            if on_solution(np.array(out.mip_solution), float(out.objective_function_value)):
                halt[0] = True
        elif which == kind.kCallbackMipInterrupt:
            if on_bound is not None:
                on_bound(float(out.mip_dual_bound))
            if halt[0] or cancel.flag.is_set():
                back.user_interrupt = True

    h.setCallback(heard, None)
    h.startCallback(kind.kCallbackMipInterrupt)
    if on_solution is not None:
        h.startCallback(kind.kCallbackMipImprovingSolution)
    return halt
