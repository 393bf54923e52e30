"""Hand arrays to HiGHS and read back what it found, judged by its own figures rather than by status words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from planning.arrays import BoolArray, FloatArray
from planning.zoning.engine.deadline import Deadline

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


def run_mip(  # noqa: PLR0913 - the arrays of one programme
    arrays: Arrays,
    deadline: Deadline,
    *,
    start: FloatArray | None = None,
    gap: float = 1e-6,
    nodes: int | None = None,
    seed: int = 0,
    threads: int = 1,
    on_solution: Callable[[FloatArray], None] | None = None,
    on_bound: Callable[[float], None] | None = None,
    better: Callable[[float], FloatArray | None] | None = None,
    effort: float | None = None,
    below: float = np.inf,
    restart: bool = True,
) -> Found:
    """Solve a mixed-integer programme until done, cancelled, or a node limit.

    Parameters
    ----------
    start : ndarray, optional
        A feasible point.
    on_solution : callable, optional
        Told of every point found.
    on_bound : callable, optional
        Told of the bound now and then.
    better : callable, optional
        Asked now and then for a point from elsewhere that costs less than the best so far, whose price it is given.
    below : float
        Points that do not cost less are not wanted; the search ends when there are no others, and bounds no further.
    restart : bool
        Whether the root may be begun again when many columns have been fixed there.
    """
    h = load(arrays, mip=True, threads=threads, seed=seed)
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("mip_abs_gap", 1e-6)
    if nodes is not None:
        h.setOptionValue("mip_max_nodes", nodes)
    if effort is not None:
        h.setOptionValue("mip_heuristic_effort", effort)
    h.setOptionValue("mip_allow_restart", restart)
    if np.isfinite(below):
        h.setOptionValue("objective_bound", below)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        h.setSolution(solution)
    _listen(h, on_solution, on_bound, better)
    deadline.run(h)
    info = h.getInfo()
    found = info.primal_solution_status == FEASIBLE
    values = np.array(h.getSolution().col_value) if found else None
    status = h.getModelStatus()
    infeasible = status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    )
    objective = float(info.objective_function_value) if found else np.inf
    if objective >= below:
        values, objective = None, np.inf
    # what costs more than ``below`` was cut off, so that nothing is known beyond it
    bound = min(below, np.inf if infeasible else float(info.mip_dual_bound))
    known = min(below, objective)
    done = infeasible or (np.isfinite(known) and bound >= known - max(1e-6, gap * abs(known)) - 1e-9)
    return Found(values, objective, bound, bool(done), int(info.simplex_iteration_count))


def _listen(
    h: Any,
    on_solution: Callable[[FloatArray], None] | None,
    on_bound: Callable[[float], None] | None,
    better: Callable[[float], FloatArray | None] | None,
) -> None:
    kind = highspy.cb.HighsCallbackType

    def heard(which: Any, message: str, out: Any, back: Any, user: Any) -> None:
        if which == kind.kCallbackMipSolution and on_solution is not None:
            point = np.array(out.mip_solution)
            if np.isfinite(point).all():  # trivial heuristics put unbounded columns at infinity
                on_solution(point)
        elif which == kind.kCallbackMipUserSolution:
            if on_bound is not None:
                on_bound(float(out.mip_dual_bound))
            other = None if better is None else better(float(out.mip_primal_bound))
            if other is not None:
                back.setSolution(other)

    h.setCallback(heard, None)
    if on_solution is not None:
        h.startCallback(kind.kCallbackMipSolution)
    if on_bound is not None or better is not None:
        h.startCallback(kind.kCallbackMipUserSolution)
