"""Solve a zoning problem: the engine by default, a plain solver through PuLP as the fallback."""

from __future__ import annotations

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from planning.district import District
from planning.errors import InfeasibleError, Issue, PlanningError
from planning.layout import Layout
from planning.scenario import Scenario
from planning.zoning.answer.layout import Answer, plan_tables
from planning.zoning.answer.tabled import layout_of
from planning.zoning.build import build_problem
from planning.zoning.declare import PlanTables
from planning.zoning.declare.model import ZoningModel
from planning.zoning.engine import (
    BreakdownError,
    Engine,
    EngineError,
    ImpossibleError,
    Program,
    TracePoint,
    prepare,
    solve_apart,
)
from planning.zoning.problem import ZoningProblem
from planning.zoning.programme.assemble import build_model
from planning.zoning.programme.export import to_program
from planning.zoning.rules.shared import SHARE, apportioned
from planning.zoning.solving.clock import Clock
from planning.zoning.solving.conflict import breaches, no_plan, proof, violations
from planning.zoning.solving.necessary import pairs_left, seats_short_at_least
from planning.zoning.solving.outcome import Outcome, broke_down, nothing_found
from planning.zoning.solving.plain import solve_plain
from planning.zoning.solving.strict import strictly, violated
from planning.zoning.solving.warm import warm_start
from planning.zoning.solving.whole import kept_back, whole_outcome

log = logging.getLogger(__name__)

STATE_S = 4.0
"""So long at most is a start stated in full when the work was stopped by hand."""
NECESSARY_S, NECESSARY_SHARE = 5.0, 0.05
"""Seconds, and share of the time limit, at most for proving how many seats are short in any plan (a second for a county over five years)."""
Progress = Callable[[TracePoint], None]


def solve(
    district: District,
    scenario: Scenario,
    *,
    rules: tuple[Any, ...] = (),
    engine: Engine | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Layout:
    """Draw the catchments of a scenario.

    Parameters
    ----------
    district : District
        The county.
    scenario : Scenario
        The settings.
    rules : tuple
        Rules beside those of the package (:mod:`planning.added_rules`).
    engine : Engine, optional
        Another engine than the package's own: neighbourhoods, stopping rules, siting, proof, parameters (``docs/engine.md``).
    progress : callable, optional
        Called with a :class:`TracePoint` whenever the plan or the bound improves.
    stop : callable, optional
        Polled while solving; return True to stop with the best plan so far.

    Returns
    -------
    Layout
        Always complete; what could not be met is in ``units.shortage``, ``units.oversize`` and ``summary``.

    Raises
    ------
    InfeasibleError
        If the scenario declares rules hard and they cannot be met; names the units in conflict.
    """
    problem = build_problem(district, scenario, rules=tuple(rules))
    return solve_problem(problem, engine=engine, progress=progress, stop=stop)


@dataclasses.dataclass(frozen=True)
class _Run:
    """How one solve is carried out: its engine, its time, who is told, who may stop it."""

    engine: Engine
    clock: Clock
    progress: Progress | None
    stop: Callable[[], bool] | None


def solve_problem(
    problem: ZoningProblem,
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    clock: Clock | None = None,
) -> Layout:
    """Solve a problem that is stated already (see :func:`solve`); ``clock`` is that of several solves with one limit together."""
    setting = problem.scenario.solver
    clock = Clock(setting.time_limit_s) if clock is None else clock
    engine = engine or Engine()
    parameters = setting.engine if engine.parameters is None else engine.parameters
    if setting.name == "engine":
        run = _Run(dataclasses.replace(engine, parameters=parameters), clock, progress, stop)
        problem, outcome, model = _warm_then_whole(problem, run)
    else:
        outcome, model = solve_plain(problem, clock)
    answer = _answer(model, outcome)
    tables = plan_tables(problem, answer)
    found = breaches(problem, tables)
    if found:
        raise InfeasibleError(found)
    broken = violations(problem, tables)
    if broken:
        raise InfeasibleError([*proof(problem, outcome.impossible, clock), *broken])
    return layout_of(
        problem,
        answer,
        solved={
            "objective": round(outcome.objective, 4),
            "bound": round(outcome.bound, 4) if np.isfinite(outcome.bound) else None,
            "gap": round(outcome.gap, 6) if np.isfinite(outcome.gap) else None,
            **clock.figures(),
            "solver": outcome.solver,
            "stopped_by": outcome.stopped_by,
            "engine_parameters": parameters.differing(),
            "objective_parts": _parts(model, outcome, answer),
            **_proven_short(problem, tables, clock),
        },
        tables=tables,
    )


def _proven_short(problem: ZoningProblem, tables: PlanTables, clock: Clock) -> dict[str, Any]:
    """Return how many seats at least are short in any plan, where this one leaves some short."""
    if not (tables.zoned["shortage"] > 0).any():
        return {}
    least = seats_short_at_least(problem, seconds=min(NECESSARY_S, NECESSARY_SHARE * clock.limit_s))
    return {"shortage_at_least": sum(least.values()), "shortage_at_least_with": pairs_left(problem)}


def _warm_then_whole(problem: ZoningProblem, run: _Run) -> tuple[ZoningProblem, Outcome, ZoningModel]:
    """Solve by the engine, several years from the catchments of the fullest one."""
    problem, interrupted = warm_start(problem, run.clock, run.engine, progress=run.progress, stop=run.stop)
    with run.clock.stating():
        model = build_model(problem, contiguity_rows=False)
        program = to_program(model)
    if not interrupted:
        return problem, _without_violations(model, program, run), model
    # told to stop: what is left to do is to state the start in full
    outcome = _by_engine(model, program, dataclasses.replace(run, clock=Clock(STATE_S), stop=None))
    return problem, dataclasses.replace(outcome, stopped_by="interrupt"), model


def _without_violations(model: ZoningModel, program: Program, run: _Run) -> Outcome:
    """Solve with violations of hard rules at their price, and once more without them where the cheapest plan has some."""
    outcome = _by_engine(model, program, run)
    if not violated(model, outcome) or outcome.stopped_by == "interrupt":
        return outcome
    try:
        return _solved(model, strictly(model, program), dataclasses.replace(run, progress=None))
    except EngineError as error:
        return dataclasses.replace(outcome, impossible=isinstance(error, ImpossibleError))


def _by_engine(model: ZoningModel, program: Program, run: _Run) -> Outcome:
    try:
        return _solved(model, program, run)
    except BreakdownError:
        raise PlanningError([broke_down()]) from None
    except EngineError as error:
        proven = isinstance(error, ImpossibleError)
        found = no_plan(model.problem, run.clock, proven=proven)
        raise InfeasibleError(found or [nothing_found("engine", run.clock.limit_s)]) from None


def _solved(model: ZoningModel, program: Program, run: _Run) -> Outcome:
    setting = model.problem.scenario.solver
    with run.clock.aside():
        prepare(program, run.engine.tuned)
    solution = solve_apart(
        program,
        gap=setting.gap,
        time_limit_s=max(0.0, run.clock.left() - kept_back(model, run.clock)),
        seed=setting.seed,
        threads=setting.threads,
        engine=run.engine,
        progress=run.progress,
        stop=run.stop,
    )
    if not solution.legal:
        raise EngineError("no plan was found that keeps every row")
    return whole_outcome(model, program, solution, run.clock)


def _answer(model: ZoningModel, outcome: Outcome) -> Answer:
    problem = model.problem
    unit_of = outcome.unit_of_item.reshape(len(problem.stages), problem.n_zones)
    if (unit_of < 0).any():
        raise PlanningError([Issue("zoning.solve.solver_left_zones_without_unit", "solver")])
    found = {
        family: {key: float(round(outcome.values.get(v.name, 0.0))) for key, v in of.items()}
        for family, of in model.variables.items()
        if family.whole
    }
    return Answer(unit_of, {**found, SHARE: _whole_shares(model, outcome)})


def _whole_shares(model: ZoningModel, outcome: Outcome) -> dict[tuple[Any, ...], float]:
    """Divide every shared zone in whole numbers that sum to its pupils, whatever a solver's tolerance left."""
    groups: dict[tuple[int, int, int], list[tuple[Any, ...]]] = defaultdict(list)
    share = model.family(SHARE)
    for key in share:
        groups[key[0], key[2], key[3]].append(key)
    found: dict[tuple[Any, ...], float] = {}
    for keys in groups.values():
        given = np.array([outcome.values[share[key].name] for key in keys])
        found.update(zip(keys, apportioned(given).tolist(), strict=True))
    return found


def _parts(model: ZoningModel, outcome: Outcome, answer: Answer) -> dict[str, float]:
    """Return the objective by reason; travel from the catchments, as pairs may have joined that the model lacks."""
    problem = model.problem
    kept = {  # nothing in a plan that is not refused
        id(v) for rule in problem.rules if rule.hardness == "strict" for v in model.violations(rule)
    }
    parts = {
        reason: float(sum(c * outcome.values.get(v.name, 0.0) for v, c in terms))
        for reason, terms in model.priced.items()
        if not terms or any(id(v) not in kept for v, _ in terms)
    }
    parts["travel"] = float(
        sum(
            problem.arc_cost(s, int(u))[answer.unit_of[s] == u].sum()
            for s in range(len(problem.stages))
            for u in np.unique(answer.unit_of[s])
        )
    )
    return {reason: round(value, 4) for reason, value in parts.items()}
