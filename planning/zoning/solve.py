"""Solve a zoning problem: the engine by default, a plain solver through PuLP as the fallback."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from planning.district import District
from planning.errors import InfeasibleError, PlanningError, Problem
from planning.gap import gap_share
from planning.layout import Layout
from planning.scenario import Scenario
from planning.zoning.answer import Answer, assignment_table, overflow_table, project_table, unit_table
from planning.zoning.assemble import build_model
from planning.zoning.borders import neighbour_table
from planning.zoning.build import build_problem
from planning.zoning.complete import complete
from planning.zoning.conflict import proof, too_many_moved, violations
from planning.zoning.engine import BreakdownError, EngineError, TracePoint, solve_apart
from planning.zoning.export import columns_of, to_program
from planning.zoning.model import FLOWS, ZoningModel
from planning.zoning.polish import polish
from planning.zoning.problem import ZoningProblem
from planning.zoning.summary import summarise
from planning.zoning.warm import warm_start

log = logging.getLogger(__name__)

LEAST_S = 15.0
"""A plan that has a start is stated in full in so many seconds at least."""
Progress = Callable[[TracePoint], None]


@dataclass(frozen=True)
class Outcome:
    """What a solver gave back: values by variable name, and how good they are proven to be."""

    values: dict[str, float]
    objective: float
    bound: float
    seconds: float
    solver: str
    stopped_by: str

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the objective (0 when both are 0)."""
        return gap_share(self.objective, self.bound)


def solve(
    district: District,
    scenario: Scenario,
    *,
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
    problem = build_problem(district, scenario)
    return solve_problem(problem, progress=progress, stop=stop)


def solve_problem(
    problem: ZoningProblem, *, progress: Progress | None = None, stop: Callable[[], bool] | None = None
) -> Layout:
    """Solve a problem that is stated already (see :func:`solve`)."""
    start = time.perf_counter()
    name = problem.scenario.solver.name
    if name == "engine":
        problem, outcome, model = _warm_then_whole(problem, progress, stop)
    else:
        model = build_model(problem, contiguity_rows=True)
        outcome = _by_pulp(model, name)
    answer = _answer(problem, outcome)
    units = unit_table(problem, answer)
    assignment = assignment_table(problem, answer, units)
    projects = project_table(problem, answer)
    overflow = overflow_table(problem, answer)
    moved = too_many_moved(problem, answer.unit_of)
    if moved:
        raise InfeasibleError(moved)
    broken = violations(problem, units, overflow)
    if broken:
        raise InfeasibleError([*proof(problem, outcome.bound), *broken])
    summary = summarise(
        problem,
        assignment=assignment,
        units=units,
        overflow=overflow,
        projects=projects,
        unit_of=answer.unit_of,
        solved={
            "objective": round(outcome.objective, 4),
            "bound": round(outcome.bound, 4) if np.isfinite(outcome.bound) else None,
            "gap": round(outcome.gap, 6) if np.isfinite(outcome.gap) else None,
            "seconds": round(time.perf_counter() - start, 2),
            "solver": outcome.solver,
            "stopped_by": outcome.stopped_by,
            "objective_parts": _parts(model, outcome, answer),
        },
    )
    return Layout(
        name=problem.scenario.name,
        scenario=problem.scenario.as_data(),
        assignment=assignment,
        overflow=overflow,
        units=units,
        projects=projects,
        summary=summary,
        neighbours=neighbour_table(problem),
    )


def _warm_then_whole(
    problem: ZoningProblem, progress: Progress | None, stop: Callable[[], bool] | None
) -> tuple[ZoningProblem, Outcome, ZoningModel]:
    """Solve by the engine, several years from the catchments of the fullest one."""
    started, limit = time.perf_counter(), problem.scenario.solver.time_limit_s
    problem, _, interrupted = warm_start(problem, progress=progress, stop=stop)
    model = build_model(problem, contiguity_rows=False)
    left = max(LEAST_S, limit - (time.perf_counter() - started))
    if not interrupted:
        return problem, _by_engine(model, left, progress, stop), model
    # told to stop: what is left to do is to state the start in full
    outcome = _by_engine(model, min(left, LEAST_S), progress, None)
    return problem, dataclasses.replace(outcome, stopped_by="interrupt"), model


def _by_engine(
    model: ZoningModel, seconds: float, progress: Progress | None, stop: Callable[[], bool] | None
) -> Outcome:
    setting = model.problem.scenario.solver
    program = to_program(model)
    try:
        solution = solve_apart(
            program,
            gap=setting.gap,
            time_limit_s=seconds,
            seed=setting.seed,
            threads=setting.threads,
            progress=progress,
            stop=stop,
        )
    except BreakdownError:
        raise PlanningError([_broke_down()]) from None
    except EngineError:
        raise InfeasibleError([_nothing_found("engine", setting.time_limit_s)]) from None
    variables = columns_of(model)
    before = solution.columns[: len(variables)]
    columns = complete(model, program, before)
    columns = polish(program, columns, _settled(model, len(variables)))
    saved = float(program.cost @ (before - columns))
    values = dict(zip((v.name for v in variables), columns.tolist(), strict=True))
    for item, unit in enumerate(solution.unit_of_item.tolist()):
        values[f"item_{item}"] = float(unit)
    return Outcome(
        values, solution.objective - saved, solution.bound, solution.seconds, "engine", solution.stopped_by
    )


def _settled(model: ZoningModel, size: int) -> Any:
    """Return which columns are settled: pupils of catchments follow from the assignment, those sent on are whole."""
    settled = np.zeros(size, dtype=bool)
    position = {v.name: j for j, v in enumerate(columns_of(model))}
    for family in ("living", "joining", *FLOWS):
        settled[[position[v.name] for v in model.family(family).values()]] = True
    return settled


def _by_pulp(model: ZoningModel, name: str) -> Outcome:
    """Solve the PuLP model as it stands; the bound comes from a model without the contiguity rows."""
    setting = model.problem.scenario.solver
    start = time.perf_counter()
    solver = _pulp_solver(name, setting)
    model.prob.solve(solver)
    if model.prob.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        raise InfeasibleError([_nothing_found(name, setting.time_limit_s)])
    values = {v.name: _whole(v) for v in model.prob.variables()}
    objective = float(pulp.value(model.prob.objective))
    bound = _relaxed_bound(model, min(30.0, setting.time_limit_s))
    seconds = time.perf_counter() - start
    return Outcome(values, objective, min(bound, objective), seconds, name, "solver")


def _nothing_found(name: str, seconds: float) -> Problem:
    return Problem(
        "solver",
        f"{name} found no plan within {seconds:g} s: rules that allow no violation (own zones, hard radius, nested "
        "catchments, stability, contiguity) may contradict each other",
        f"{name} 在 {seconds:g} 秒内没有找到方案：不允许违反的要求（校址单元、硬性半径、对口直升、稳定、连片）可能互相矛盾",
        mend_en="raise solver.time_limit_s, or relax one of them",
        mend_zh="请增大 solver.time_limit_s，或放宽其中一项",
    )


def _broke_down() -> Problem:
    return Problem(
        "solver",
        "the solver broke down twice before it had a plan (no memory left, or a fault in the solver)",
        "求解器两次意外中断，尚未得到方案（内存不足，或求解器自身故障）",
        mend_en="close other programmes and run again, or set solver.threads to 1",
        mend_zh="请关闭其他程序后重新运行，或将 solver.threads 设为 1",
    )


def _pulp_solver(name: str, setting: Any) -> Any:
    if name == "highs":
        return pulp.HiGHS(
            msg=False, timeLimit=setting.time_limit_s, gapRel=setting.gap, threads=setting.threads
        )
    return pulp.PULP_CBC_CMD(
        msg=False, timeLimit=setting.time_limit_s, gapRel=setting.gap, threads=setting.threads
    )


def _relaxed_bound(model: ZoningModel, seconds: float) -> float:
    """Return the LP bound without contiguity, pairs that were left out priced in: it holds for what was asked."""
    from planning.zoning.engine import relaxation_bound

    plain = build_model(model.problem)
    return float(relaxation_bound(to_program(plain), time_limit_s=seconds))


def _whole(variable: Any) -> float:
    value = float(variable.varValue or 0.0)
    return float(round(value)) if variable.cat == pulp.LpInteger else value


def _answer(problem: ZoningProblem, outcome: Outcome) -> Answer:
    unit_of = np.full((len(problem.stages), problem.n_zones), -1, dtype=np.int64)
    families: dict[str, dict[tuple[Any, ...], float]] = defaultdict(dict)
    for name, value in outcome.values.items():
        family, _, rest = name.partition("_")
        if family == "x" and value > 0.5:
            item, unit = (int(k) for k in rest.split("_"))
            unit_of[divmod(item, problem.n_zones)] = unit
        elif family in ("overflow", "shared", "classes", "built", "closed"):
            families[family][tuple(int(k) for k in rest.split("_"))] = round(value)
    for name, value in outcome.values.items():
        if name.startswith("item_"):
            unit_of[divmod(int(name[5:]), problem.n_zones)] = int(value)
    if (unit_of < 0).any():
        raise PlanningError(
            [Problem("solver", "the solver left zones without a unit", "求解器没有给全部单元分配学校")]
        )
    families.setdefault("built", {})
    return Answer(unit_of, families)


def _parts(model: ZoningModel, outcome: Outcome, answer: Answer) -> dict[str, float]:
    """Return the objective by reason; travel from the catchments, as pairs may have joined that the model lacks."""
    problem = model.problem
    parts = {
        reason: float(sum(c * outcome.values.get(v.name, 0.0) for v, c in terms))
        for reason, terms in model.priced.items()
        if reason != "stability"  # nothing in a plan that is kept
    }
    parts["travel"] = float(
        sum(
            problem.arc_cost(s, int(u))[answer.unit_of[s] == u].sum()
            for s in range(len(problem.stages))
            for u in np.unique(answer.unit_of[s])
        )
    )
    return {reason: round(value, 4) for reason, value in parts.items()}
