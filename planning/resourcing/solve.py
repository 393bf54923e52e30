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

from planning.arrays import FloatArray
from planning.gap import gap_share
from planning.indicators import coefficient_of_variation
from planning.indicators.assessment import STAGES
from planning.resourcing.case import ResourceCase
from planning.resourcing.construct import FEASIBLE, KEPT, construct, exchanges_only
from planning.resourcing.model import ResourceModel, amounts_of, build
from planning.resourcing.prices import Prices
from planning.resourcing.programme import Programme, held_amounts, programme_of
from planning.resourcing.unmet import unmet_of

ROUNDS = 40
_TRIES = 5
_IN_TIME = 0.8
"""Share of the time after which whole numbers end: a solver looks at its clock now and then, and tables are made after it."""
TOLERANCE = 1e-9
LEAST_SECONDS = 0.5


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
        best programme found. Where none meets everything, or none was found in time, the one that comes nearest:
        ``summary["unmet"]`` says what it does not meet and what stands in the way.
    """
    started = time.perf_counter()
    model = build(case, prices, settings.budget)
    left = _left(started, settings)
    relaxed = _planes_of_relaxation(model, started, settings)
    if relaxed is None:
        return _nearest(case, prices, settings, started)
    made = _constructed(model, relaxed.values, left)
    soon = _left(started, replace(settings, time_limit_s=settings.time_limit_s * _IN_TIME))
    found = (
        _in_steps(model, soon, settings, started, progress, (made, relaxed))
        if soon() > LEAST_SECONDS
        else None
    )
    if found is None:
        bound, values, stopped = relaxed.objective, made, True
    else:
        bound, values, stopped = found.bound, found.values, found.stopped
    if values is None:
        return _nearest(case, prices, settings, started)
    seconds = time.perf_counter() - started
    ended = "interrupt_or_time" if stopped else "gap"
    programme = programme_of(model, values, bound=bound * 1e4, seconds=seconds, stopped_by=ended)
    return programme if not unmet_of(programme, case, prices) else _nearest(case, prices, settings, started)


def _constructed(
    model: ResourceModel, relaxed: Mapping[str, float], left: Callable[[], float]
) -> dict[str, float] | None:
    """Return a whole programme made without branching whose coefficients hold after rounding up, if there is one."""
    for k in range(_TRIES):
        values = construct(model, relaxed, left(), KEPT * 2**k)
        if values is None:
            return None
        programme = programme_of(model, values, bound=0.0, seconds=0.0, stopped_by="")
        held = held_amounts(model.case, programme.purchases, programme.moves)[:, :, -1]
        if not _cut(model, held):
            return values
        if left() <= LEAST_SECONDS:
            return None
    return None


def _nearest(case: ResourceCase, prices: Prices, settings: Settings, started: float) -> Programme:
    """Return the programme that misses least of what is asked, with what it misses: there always is one.

    Its gap is that of its price, in which what is missing weighs more than any purchase, to what no programme can be below.
    """
    model = build(case, prices, settings.budget, soft=True)
    left = _left(started, settings)
    relaxed = _planes_of_relaxation(model, started, settings)
    values = None if relaxed is None else construct(model, relaxed.values, left())
    whole = exchanges_only(model) if values is None else values
    seconds = time.perf_counter() - started
    programme = programme_of(model, whole, bound=0.0, seconds=seconds, stopped_by="interrupt_or_time")
    price = 0.0 if values is None else float(pulp.value(model.prob.objective) or 0.0)
    gap = 1.0 if relaxed is None or values is None else gap_share(price, relaxed.objective)
    unmet = unmet_of(programme, case, prices)
    summary = {**programme.summary, "gap": round(gap, 6), "bound_yuan": None, "unmet": unmet}
    return replace(programme, summary=summary)


def _in_steps(
    model: ResourceModel,
    left: Callable[[], float],
    settings: Settings,
    started: float,
    progress: Callable[[float, float, float], None] | None,
    before: tuple[dict[str, float] | None, _Found],
) -> _Found | None:
    """Decide which units pass and what they meet with divisible things, then buy whole ones; all at once where that is not near enough.

    The first step relaxes, so its bound holds; the second restricts, so its programme does. Where the first finds nothing in half the
    time, the programme made without branching (``before``, with the relaxation it comes from) takes its place.
    """
    made, relaxed = before
    families = (model.buy, model.come, model.leave)
    whole = [v for family in families for v in family.values() if v.cat == pulp.LpInteger]
    choices = [*model.passes.values(), *model.met.values()]
    for v in whole:
        v.cat = pulp.LpContinuous
    try:
        first = _solve(model, left() / 2, settings, started, None)
    finally:
        for v in whole:
            v.cat = pulp.LpInteger
    if first is None and made is None:
        return None
    first = first or replace(relaxed, values=made or {}, stopped=True)
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


def _planes_of_relaxation(model: ResourceModel, started: float, settings: Settings) -> _Found | None:
    """Add planes until the relaxation keeps every limit; return it, or ``None`` where it has no solution or time was short."""
    found = None
    for _ in range(ROUNDS):
        rest = max(LEAST_SECONDS, settings.time_limit_s - (time.perf_counter() - started))
        model.prob.solve(pulp.HiGHS(mip=False, msg=False, threads=1, timeLimit=rest))
        info = model.prob.solverModel.getInfo()
        if not info.primal_solution_status == info.dual_solution_status == FEASIBLE:  # no bound before that
            return found
        values = {v.name: float(v.varValue or 0.0) for v in model.prob.variables()}
        price = float(pulp.value(model.prob.objective) or 0.0)
        found = _Found(values, price, price, stopped=False)
        late = time.perf_counter() - started > settings.time_limit_s / 4
        if not _cut(model, _amounts(model, values)) or late:
            return found
    return found


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
