"""Solve the programme: planes of the cones first on the relaxation, then whole numbers, until every limit holds."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import highspy
import pulp

from planning.errors import InfeasibleError, Issue
from planning.indicators import coefficient_of_variation
from planning.indicators.assessment import STAGES
from planning.resourcing.case import FloatArray, ResourceCase
from planning.resourcing.model import ResourceModel, amounts_of, build
from planning.resourcing.prices import Prices
from planning.resourcing.programme import Programme, programme_of

ROUNDS = 40
TOLERANCE = 1e-9
LEAST_SECONDS = 0.5
FEASIBLE = 2  # HiGHS: a feasible point was found


@dataclass(frozen=True)
class Settings:
    """How to solve: budget in yuan by year (no limit where a year is missing), gap, seconds, threads, seed."""

    budget: Mapping[int, float]
    gap: float = 0.01
    time_limit_s: float = 120.0
    threads: int = 2
    seed: int = 1


@dataclass(frozen=True)
class _Found:
    """Values by variable name, price and bound in units of the model."""

    values: dict[str, float]
    objective: float
    bound: float
    stopped: bool


def plan_resources(
    case: ResourceCase,
    prices: Prices,
    settings: Settings,
    *,
    progress: Callable[[float, float, float], None] | None = None,
) -> Programme:
    """Find the cheapest programme with which enough units pass in every year and all coefficients hold in the last.

    Parameters
    ----------
    case : ResourceCase
        Units, amounts, what is asked.
    prices : Prices
        What things cost.
    settings : Settings
        Budgets and limits of the solver.
    progress : callable, optional
        Told seconds, best cost and bound in yuan.

    Returns
    -------
    Programme
        With a proven gap; money that the budgets lack is named by year, never hidden. Ctrl-C and the time limit keep the
        best programme found.

    Raises
    ------
    InfeasibleError
        If no programme exists at any price within the yearly limits of the price file, or none was found in time.
    """
    started = time.perf_counter()
    model = build(case, prices, settings.budget)
    left = _left(started, settings)
    if not _planes_of_relaxation(model, started, settings):
        raise InfeasibleError([_impossible()])
    found = _in_steps(model, left, settings, started, progress)
    if found is None:
        raise InfeasibleError([_impossible()])
    return programme_of(
        model,
        found.values,
        bound=found.bound * 1e4,
        seconds=time.perf_counter() - started,
        stopped_by="interrupt_or_time" if found.stopped else "gap",
    )


def _in_steps(
    model: ResourceModel,
    left: Callable[[], float],
    settings: Settings,
    started: float,
    progress: Callable[[float, float, float], None] | None,
) -> _Found | None:
    """Decide which units pass and what they meet with divisible things, then buy whole ones; all at once where that is not near enough.

    The first step relaxes, so its bound holds; the second restricts, so its programme does.
    """
    families = (model.buy, model.come, model.leave)
    whole = [v for family in families for v in family.values() if v.cat == pulp.LpInteger]
    choices = [*model.passes.values(), *model.met.values()]
    for v in whole:
        v.cat = pulp.LpContinuous
    try:
        first = _solve(model, left(), settings, started, None)
    finally:
        for v in whole:
            v.cat = pulp.LpInteger
    if first is None:
        return None
    for v in choices:
        v.lowBound = v.upBound = first.values[v.name]
    try:
        second = _keeping_limits(model, left, settings, started, progress)
    finally:
        for v in choices:
            v.lowBound, v.upBound = 0, 1
    near = second is not None and second.objective - first.bound <= settings.gap * second.objective
    if second is not None and (near or first.stopped or second.stopped):
        return replace(second, bound=first.bound, stopped=not near)
    third = _keeping_limits(model, left, settings, started, progress)
    if third is None or (second is not None and second.objective <= third.objective):
        return None if second is None else replace(second, bound=first.bound, stopped=True)
    return replace(
        third, bound=first.bound, stopped=third.objective - first.bound > settings.gap * third.objective
    )


def _keeping_limits(
    model: ResourceModel,
    left: Callable[[], float],
    settings: Settings,
    started: float,
    progress: Callable[[float, float, float], None] | None,
) -> _Found | None:
    """Solve and add planes until the answer keeps every coefficient of variation; None when there was no time for that."""
    for _ in range(ROUNDS):
        found = _solve(model, left(), settings, started, progress)
        if found is None or not _cut(model, _amounts(model, found.values)):
            return found
        if left() <= LEAST_SECONDS:
            return None
    return None


def _left(started: float, settings: Settings) -> Callable[[], float]:
    return lambda: max(LEAST_SECONDS, settings.time_limit_s - (time.perf_counter() - started))


def _impossible() -> Issue:
    return Issue("resourcing.solve.no_programme_found_yearly_limits", "resourcing")


def _amounts(model: ResourceModel, values: Mapping[str, float]) -> FloatArray:
    return amounts_of(model, lambda variable: values[variable.name])


def _cut(model: ResourceModel, amounts: FloatArray) -> int:
    """Add a plane wherever a coefficient of the last year is above its limit; return how many."""
    case, count = model.case, 0
    for stage in STAGES:
        units = case.of_stage(stage)
        if not len(units):
            continue
        for r in range(len(case.resources)):
            cv = float(coefficient_of_variation(amounts[units, r], case.pupils[units, -1]))
            if cv > case.profile.cv_limit[stage] + TOLERANCE:
                rate = amounts[units, r] / case.pupils[units, -1]
                mean = amounts[units, r].sum() / case.pupils[units, -1].sum()
                model.add_planes(stage, r, rate / max(mean, 1e-12))
                count += 1
    return count


def _planes_of_relaxation(model: ResourceModel, started: float, settings: Settings) -> bool:
    """Add planes until the relaxation keeps every limit; return whether it has a solution."""
    for _ in range(ROUNDS):
        model.prob.solve(pulp.HiGHS(mip=False, msg=False, threads=1))
        if model.prob.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            return False
        values = {v.name: float(v.varValue or 0.0) for v in model.prob.variables()}
        if (
            not _cut(model, _amounts(model, values))
            or time.perf_counter() - started > settings.time_limit_s / 3
        ):
            return True
    return True


def _solve(
    model: ResourceModel,
    seconds: float,
    settings: Settings,
    started: float,
    progress: Callable[[float, float, float], None] | None,
) -> _Found | None:
    """Solve with whole numbers in a thread of its own, so that Ctrl-C keeps the best point."""
    halt = threading.Event()
    kinds = highspy.cb.HighsCallbackType

    def heard(kind: Any, message: str, out: Any, back: Any, user: Any) -> None:
        if kind == kinds.kCallbackMipInterrupt:
            if progress is not None and math.isfinite(out.mip_primal_bound):
                progress(time.perf_counter() - started, out.mip_primal_bound * 1e4, out.mip_dual_bound * 1e4)
            if halt.is_set():
                back.user_interrupt = True

    solver = pulp.HiGHS(
        msg=False, gapRel=settings.gap, timeLimit=seconds, threads=settings.threads, random_seed=settings.seed,
        callbackTuple=(heard, None), callbacksToActivate=[kinds.kCallbackMipInterrupt],
    )  # fmt: skip
    thread = threading.Thread(target=model.prob.solve, args=(solver,), daemon=True)
    thread.start()
    stopped = False
    while thread.is_alive():
        try:
            thread.join(0.2)
        except KeyboardInterrupt:
            stopped = True
            halt.set()
    info = model.prob.solverModel.getInfo()
    if info.primal_solution_status != FEASIBLE:
        return None
    values = {
        v.name: float(round(v.varValue or 0.0)) if v.cat == pulp.LpInteger else float(v.varValue or 0.0)
        for v in model.prob.variables()
    }
    objective, bound = float(info.objective_function_value), float(info.mip_dual_bound)
    over = objective - bound > settings.gap * abs(objective) + 1e-6
    return _Found(values, objective, min(bound, objective), stopped or over)
